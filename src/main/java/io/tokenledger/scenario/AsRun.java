package io.tokenledger.scenario;

import static java.util.stream.Collectors.toCollection;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.when;

import io.tokenledger.model.Money;
import io.tokenledger.model.Month;
import io.tokenledger.model.ServiceTier;
import io.tokenledger.model.ServingMode;
import io.tokenledger.model.TokenClass;
import io.tokenledger.usage.Demand;
import io.tokenledger.usage.Pools;
import io.tokenledger.usage.Usage;
import java.math.BigDecimal;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
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
     * @param demands of the pools whose units have a throughput for each shape of requests
     * @param tokens as {@link Tokens#of}; summed here over what capacity served, which is as small as months × pools
     */
    static AsRun of(
            Dataset<Row> tokens, Economics economics, Map<String, PoolDemand> demands, Collection<Month> months) {
        List<Commitment> commitments = economics.commitments();
        ZoneId zone = economics.billingZone();
        Map<Demand.Of, Map<TokenClass, Long>> served = commitments.isEmpty() ? Map.of() : servedByCapacity(tokens);
        List<CapacityCharge> charges = new ArrayList<>();
        for (Month month : months) {
            commitments.stream()
                    .map(Commitment::unit)
                    .distinct()
                    .sorted(Comparator.comparing(CapacityUnit::pool).thenComparing(CapacityUnit::unit))
                    .map(unit -> Owned.of(
                            demands.getOrDefault(unit.pool(), PoolDemand.NONE)
                                    .within(Span.of(month, zone))
                                    .fit(unit),
                            commitments))
                    .filter(owned -> owned.in(month, zone))
                    .map(owned -> charge(
                            month,
                            owned,
                            served.getOrDefault(
                                    new Demand.Of(month, owned.unit().pool()), Map.of()),
                            zone))
                    .forEach(charges::add);
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

    /**
     * The commitments to a unit are one capacity. Of a unit with two limits the fuller side of the whole month counts,
     * because the minutes of what it served are not known here.
     */
    private static CapacityCharge charge(Month month, Owned owned, Map<TokenClass, Long> served, ZoneId zone) {
        CapacityUnit unit = owned.unit();
        return CapacityCharge.of(
                month, unit, owned.cost(month, zone), unit.throughput().taken(served), owned.capacity(month, zone));
    }

    private static Column onCapacity() {
        return col(Usage.SERVING_MODE).isin(ON_CAPACITY);
    }

    @Override
    public ScenarioKey key() {
        return ScenarioKey.of(ScenarioName.AS_RUN);
    }

    /** All of its capacity is committed. */
    @Override
    public BigDecimal sunkCost(Month month, String pool) {
        return charges.stream()
                .filter(c -> c.month().equals(month) && c.pool().equals(pool))
                .map(CapacityCharge::cost)
                .reduce(BigDecimal.ZERO.setScale(Money.REPORT_SCALE), BigDecimal::add);
    }

    @Override
    public SortedSet<String> assumptions(Month month, String pool) {
        return charges.stream()
                .filter(c -> c.month().equals(month) && c.pool().equals(pool))
                .map(c -> Purchase.Choice.declared(c.unit()))
                .collect(toCollection(TreeSet::new));
    }

    /** Only where capacity served something of the row. */
    @Override
    public Column assumption() {
        return when(col(Facts.CAPACITY_TOKENS).gt(0), Scenario.super.assumption());
    }

    /** A batch that ran although no policy accepts it needs a batch rate, or it is unpriced. */
    @Override
    public Column priceTier() {
        return when(onCapacity().and(Facts.isFee().unary_$bang()), lit(null))
                // Capacity serves tokens; a call or a search that it makes is paid by the piece.
                .when(onCapacity(), lit(ServiceTier.STANDARD.label()))
                .when(
                        col(Usage.SERVING_MODE).equalTo(ServingMode.BATCH.label()),
                        coalesce(col(Tokens.BATCH_TIER), lit(ServiceTier.BATCH.label())))
                .otherwise(col(Usage.SERVICE_TIER));
    }
}
