package io.tokenledger.scenario;

import static java.util.stream.Collectors.joining;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.when;

import io.tokenledger.ledger.Lookup;
import io.tokenledger.model.Month;
import io.tokenledger.model.ServiceTier;
import io.tokenledger.usage.BatchEligibility;
import io.tokenledger.usage.Usage;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.types.DataTypes;

/**
 * What can wait, and what the model's batch policy accepts, as a batch; the rest at standard rates.
 *
 * @param plans of the models that batches run on, which say whether the provider's limits hold them
 */
record Batch(List<BatchPlan> plans, BatchEligibility eligibility) implements Scenario {
    static final String DECLARED = "what can wait is declared";

    @Override
    public ScenarioKey key() {
        return ScenarioKey.of(ScenarioName.BATCH);
    }

    @Override
    public Column priceTier() {
        Column standard = lit(ServiceTier.STANDARD.label());
        return when(col(Tokens.BATCH_ELIGIBLE), coalesce(col(Tokens.BATCH_TIER), standard))
                .otherwise(standard);
    }

    @Override
    public Optional<String> whyNot(Month month, String pool) {
        String all = plans.stream()
                .filter(plan -> plan.month().equals(month) && plan.pool().equals(pool))
                .map(BatchPlan::whyNot)
                .filter(Objects::nonNull)
                .collect(joining("; "));
        return all.isEmpty() ? Optional.empty() : Optional.of(all);
    }

    /** Only where work that can wait met a model that takes batches. */
    @Override
    public Column assumption() {
        Map<List<String>, SortedSet<String>> assumed = new HashMap<>();
        plans.stream()
                .filter(plan -> plan.eligibleRequests() > 0)
                .forEach(plan -> assumed.computeIfAbsent(
                                List.of(
                                        plan.month().toString(),
                                        plan.model().provider(),
                                        plan.model().model()),
                                key -> new TreeSet<>(Set.of(DECLARED)))
                        .addAll(
                                plan.finishesEarly()
                                        ? List.of(BatchPlan.finishedWithin(plan.turnaroundHours()))
                                        : List.of()));
        Map<List<String>, String> texts = new HashMap<>();
        assumed.forEach((key, all) -> texts.put(key, String.join("; ", all)));
        return when(
                eligibility.canWait(),
                new Lookup<>(texts, DataTypes.StringType).of(col(Usage.MONTH), col(Usage.PROVIDER), col(Usage.MODEL)));
    }
}
