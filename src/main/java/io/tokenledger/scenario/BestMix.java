package io.tokenledger.scenario;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.when;

import io.tokenledger.ledger.Lookup;
import io.tokenledger.model.Month;
import io.tokenledger.model.ServiceTier;
import io.tokenledger.usage.Demand;
import io.tokenledger.usage.Pools;
import io.tokenledger.usage.Usage;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;

/**
 * Every pool served by its cheapest mix; see {@link Mix}. A pool that no unit competes for, or where none is worth its
 * price, is paid by token: what can wait as a batch where the provider takes one, the rest at standard rates.
 *
 * @param moves for who was in the minutes whose tokens are served elsewhere
 * @param mixes one per month and pool that units compete for
 * @param waiting of these, and of wherever work that can wait met a model that takes batches
 */
record BestMix(ScenarioKey key, Moves moves, List<Mix> mixes, Map<Demand.Of, Waiting> waiting) implements Scenario {

    @Override
    public Column priceTier() {
        Map<List<String>, Boolean> bought = new HashMap<>();
        mixes.stream()
                .filter(mix -> !mix.purchases().isEmpty())
                .forEach(mix -> bought.put(List.of(mix.month().toString(), mix.pool()), true));
        Column hasUnits = new Lookup<>(bought, DataTypes.BooleanType).of(col(Usage.MONTH), col(Pools.POOL));
        Map<List<String>, Boolean> refused = new HashMap<>();
        waiting.forEach((of, how) -> {
            if (!how.asBatch()) {
                refused.put(List.of(of.month().toString(), of.pool()), true);
            }
        });
        Column asBatch = new Lookup<>(refused, DataTypes.BooleanType)
                .of(col(Usage.MONTH), col(Pools.POOL))
                .isNull();
        Column standard = lit(ServiceTier.STANDARD.label());
        return when(
                        coalesce(hasUnits, lit(false)).and(Facts.isFee().unary_$bang()),
                        lit(null).cast(DataTypes.StringType))
                .when(col(Tokens.BATCH_ELIGIBLE).and(asBatch), coalesce(col(Tokens.BATCH_TIER), standard))
                .otherwise(standard);
    }

    @Override
    public Optional<Dataset<Row>> overflow() {
        List<Moves.Move> moved =
                mixes.stream().flatMap(mix -> mix.moves().stream()).toList();
        return moved.isEmpty() ? Optional.empty() : Optional.of(moves.perCell(moved, true));
    }

    @Override
    public List<CapacityCharge> charges() {
        return mixes.stream().map(Mix::charge).filter(charge -> charge != null).toList();
    }

    @Override
    public List<Purchase> purchases() {
        return mixes.stream().flatMap(mix -> mix.purchases().stream()).toList();
    }

    @Override
    public Optional<String> whyNot(Month month, String pool) {
        return mixes.stream()
                .filter(mix -> mix.month().equals(month) && mix.pool().equals(pool))
                .flatMap(mix -> mix.purchases().stream())
                .flatMap(purchase -> purchase.plan().whyNot().stream())
                .findFirst();
    }

    @Override
    public SortedSet<String> assumptions(Month month, String pool) {
        Waiting how = waiting.get(new Demand.Of(month, pool));
        SortedSet<String> all = new TreeSet<>(how == null ? List.of() : how.assumptions());
        mixes.stream()
                .filter(mix -> mix.month().equals(month) && mix.pool().equals(pool))
                .forEach(mix -> {
                    all.addAll(mix.assumptions());
                    mix.purchases().forEach(purchase -> all.addAll(purchase.assumptions()));
                });
        return all;
    }

    @Override
    public Column assumption() {
        Map<List<String>, String> texts = new HashMap<>();
        waiting.keySet()
                .forEach(of -> texts.put(
                        List.of(of.month().toString(), of.pool()),
                        String.join("; ", assumptions(of.month(), of.pool()))));
        return new Lookup<>(texts, DataTypes.StringType).of(col(Usage.MONTH), col(Pools.POOL));
    }
}
