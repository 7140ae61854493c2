package io.tokenledger.scenario;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.when;

import io.tokenledger.model.Month;
import io.tokenledger.model.ServiceTier;
import io.tokenledger.model.ServingMode;
import io.tokenledger.model.TokenClass;
import io.tokenledger.usage.Demand;
import io.tokenledger.usage.Pools;
import io.tokenledger.usage.Usage;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Each request at the tier and mode in which it really ran, by our rates. Tokens that capacity served carry their share
 * of the commitments of their pool; where no commitment pays for them, they are unpriced.
 */
record AsRun(List<CapacityCharge> charges) implements Scenario {
    private static final Object[] ON_CAPACITY = Arrays.stream(ServingMode.values())
            .filter(ServingMode::onCapacity)
            .map(ServingMode::label)
            .toArray();

    /**
     * @param tokens as {@link Tokens#of}; summed here over what capacity served, which is as small as months × pools
     */
    static AsRun of(Dataset<Row> tokens, List<Commitment> commitments, Collection<Month> months, ZoneId zone) {
        Map<Demand.Of, Map<TokenClass, Long>> served = commitments.isEmpty() ? Map.of() : servedByCapacity(tokens);
        List<CapacityCharge> charges = new ArrayList<>();
        for (Month month : months) {
            commitments.stream().map(c -> c.unit().pool()).distinct().sorted().forEach(pool -> {
                List<Commitment> running = commitments.stream()
                        .filter(c -> c.unit().pool().equals(pool) && c.minutes(month, zone) > 0)
                        .toList();
                if (!running.isEmpty()) {
                    charges.add(charge(
                            month, pool, running, served.getOrDefault(new Demand.Of(month, pool), Map.of()), zone));
                }
            });
        }
        return new AsRun(List.copyOf(charges));
    }

    private static Map<Demand.Of, Map<TokenClass, Long>> servedByCapacity(Dataset<Row> tokens) {
        Map<Demand.Of, Map<TokenClass, Long>> served = new HashMap<>();
        tokens.filter(onCapacity().and(Facts.isFee().unary_$bang()))
                .groupBy(col(Usage.MONTH), col(Pools.POOL), Usage.tokenClass())
                .agg(sum(Usage.QUANTITY))
                .collectAsList()
                .forEach(row -> served.computeIfAbsent(
                                new Demand.Of(Month.parse(row.getString(0)), row.getString(1)),
                                key -> new EnumMap<>(TokenClass.class))
                        .put(TokenClass.of(row.getString(2)).orElseThrow(), row.getLong(3)));
        return served;
    }

    /** Several commitments of a pool are one capacity; the weights are those of the first. */
    private static CapacityCharge charge(
            Month month, String pool, List<Commitment> running, Map<TokenClass, Long> served, ZoneId zone) {
        CapacityUnit first = running.get(0).unit();
        BigDecimal cost = BigDecimal.ZERO;
        BigDecimal capacity = BigDecimal.ZERO;
        for (Commitment commitment : running) {
            CapacityUnit unit = commitment.unit();
            long minutes = commitment.minutes(month, zone);
            cost = cost.add(unit.cost(commitment.units(), minutes, month, zone));
            capacity = capacity.add(unit.capacityPerMinute(commitment.units()).multiply(BigDecimal.valueOf(minutes)));
        }
        if (first.minimumMonthly() != null) {
            cost = cost.max(first.minimumMonthly().setScale(cost.scale(), RoundingMode.HALF_EVEN));
        }
        return CapacityCharge.of(month, pool, cost, first.weighted(served), capacity, first.weights());
    }

    private static Column onCapacity() {
        return col(Usage.SERVING_MODE).isin(ON_CAPACITY);
    }

    @Override
    public ScenarioKey key() {
        return ScenarioKey.of(ScenarioName.AS_RUN);
    }

    /** A batch that ran although no policy accepts it needs a batch rate, or it is unpriced. */
    @Override
    public Column priceTier() {
        return when(onCapacity(), lit(null))
                .when(
                        col(Usage.SERVING_MODE).equalTo(ServingMode.BATCH.label()),
                        coalesce(col(Tokens.BATCH_TIER), lit(ServiceTier.BATCH.label())))
                .otherwise(col(Usage.SERVICE_TIER));
    }
}
