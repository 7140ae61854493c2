package io.tokenledger.scenario;

import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.when;

import io.tokenledger.ingest.LogRecords;
import io.tokenledger.ledger.Lookup;
import io.tokenledger.model.BilledUnit;
import io.tokenledger.model.Month;
import io.tokenledger.model.ServiceTier;
import io.tokenledger.model.TokenClass;
import io.tokenledger.usage.Pools;
import io.tokenledger.usage.Usage;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.StructType;

/**
 * A given number of replicas for each pool that has a unit: they serve what fits into each minute, the rest overflows to
 * the unit's overage rule. Models whose pool has no unit stay at standard rates.
 *
 * @param labelled requests as {@link Usage#labelled}, for who was in the minutes that overflowed
 * @param units of tokens that are priced
 * @param plans one per pool with a unit, and month
 */
record Dedicated(Dataset<Row> labelled, Pools pools, Collection<BilledUnit> units, List<CapacityPlan> plans)
        implements Scenario {
    /** The number of replicas is given by the job file. */
    static final String GIVEN = "given";

    private static final DecimalType WHOLE = DataTypes.createDecimalType(38, 0);
    private static final String TOKEN_CLASS = "token_class";
    private static final String OVERFLOW = "overflow";
    private static final String POOL_TOKENS_OVERFLOW = "pool_overflow";

    @Override
    public ScenarioKey key() {
        return new ScenarioKey(ScenarioName.DEDICATED, GIVEN);
    }

    @Override
    public Column priceTier() {
        Object[] planned = plans.stream().map(p -> p.unit().pool()).distinct().toArray();
        return when(col(Pools.POOL).isin(planned), lit(null)).otherwise(ServiceTier.STANDARD.label());
    }

    @Override
    public Optional<String> whyNot(Month month, String pool) {
        return plans.stream()
                        .anyMatch(
                                p -> p.month().equals(month) && p.unit().pool().equals(pool))
                ? Optional.empty()
                : Optional.of("no capacity unit for this pool");
    }

    @Override
    public Column assumption() {
        Map<List<String>, String> texts = new HashMap<>();
        plans.forEach(p ->
                texts.put(List.of(p.unit().pool()), "throughput of " + p.unit().unit() + " is declared, not measured"));
        return new Lookup<>(texts, DataTypes.StringType).of(col(Pools.POOL));
    }

    @Override
    public List<CapacityPlan> plans() {
        return plans;
    }

    @Override
    public List<CapacityCharge> charges() {
        return plans.stream().map(CapacityPlan::charge).toList();
    }

    @Override
    public Optional<Dataset<Row>> overflow() {
        return plans.stream().allMatch(p -> p.overflow().isEmpty()) ? Optional.empty() : Optional.of(overflowPerCell());
    }

    /**
     * The overflow of each minute, in whole tokens, shared out among the rate cells that had tokens in it by largest
     * remainder. Only minutes that overflowed are looked at.
     */
    private Dataset<Row> overflowPerCell() {
        List<String> minuteAndClass = List.of(Pools.POOL, Usage.MINUTE, TOKEN_CLASS);
        List<Column> sums = new ArrayList<>();
        TokenClass.columns().forEach(c -> sums.add(sum(c).as(c)));
        sums.add(sum(Usage.REASONING).as(Usage.REASONING));
        sums.add(min(LogRecords.OCCURRED_AT).as(Usage.FIRST_SEEN));
        sums.add(max(LogRecords.OCCURRED_AT).as(Usage.LAST_SEEN));
        Dataset<Row> overflowing = broadcast(overflowPerMinute());
        Dataset<Row> inThoseMinutes = pools.withPool(labelled.filter(col(Usage.BILLABLE)))
                .join(
                        overflowing.select(Pools.POOL, Usage.MINUTE).distinct(),
                        new String[] {Pools.POOL, Usage.MINUTE},
                        "left_semi")
                .groupBy(Usage.columns(Usage.concat(Usage.CELL_KEY, List.of(Pools.POOL, Usage.MINUTE))))
                .agg(sums.get(0), sums.subList(1, sums.size()).toArray(Column[]::new));
        Dataset<Row> shares = Usage.byUnit(inThoseMinutes, units)
                .withColumn(TOKEN_CLASS, Usage.tokenClass())
                .join(overflowing, minuteAndClass.toArray(String[]::new), "inner")
                .withColumn("weight", col(Usage.QUANTITY).cast(WHOLE));
        List<String> rows = Usage.concat(Usage.CELL_KEY, List.of(Usage.UNIT));
        return Allocation.share(shares, minuteAndClass, POOL_TOKENS_OVERFLOW, "weight", rows, 0, OVERFLOW)
                .groupBy(Usage.columns(Usage.concat(Usage.CELL_KEY, List.of(Pools.POOL, Usage.UNIT, Facts.PRICE_TIER))))
                .agg(
                        sum(col(OVERFLOW)).cast(DataTypes.LongType).as(Usage.QUANTITY),
                        min(Usage.FIRST_SEEN).as(Usage.FIRST_SEEN),
                        max(Usage.LAST_SEEN).as(Usage.LAST_SEEN));
    }

    private Dataset<Row> overflowPerMinute() {
        StructType schema = new StructType()
                .add(Pools.POOL, DataTypes.StringType)
                .add(Usage.MINUTE, DataTypes.TimestampType)
                .add(TOKEN_CLASS, DataTypes.StringType)
                .add(POOL_TOKENS_OVERFLOW, WHOLE)
                .add(Facts.PRICE_TIER, DataTypes.StringType);
        List<Row> rows = plans.stream()
                .flatMap(plan -> plan.overflow().stream()
                        .map(o -> RowFactory.create(
                                plan.unit().pool(),
                                o.minute(),
                                o.tokenClass().column(),
                                BigDecimal.valueOf(o.overflow()),
                                plan.unit().overage().priceTier())))
                .toList();
        return labelled.sparkSession().createDataFrame(rows, schema);
    }
}
