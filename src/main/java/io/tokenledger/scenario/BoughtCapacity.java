package io.tokenledger.scenario;

import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.coalesce;
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
 * Units bought for pools: they serve what fits into each minute, the rest overflows to the unit's overage rule. Models
 * whose pool has no unit, and token classes that its units do not serve, stay at standard rates.
 *
 * @param labelled requests as {@link Usage#labelled}, for who was in the minutes that overflowed
 * @param billed units of tokens that are priced
 * @param purchases what is bought in each month
 */
record BoughtCapacity(
        ScenarioKey key, Dataset<Row> labelled, Pools pools, Collection<BilledUnit> billed, List<Purchase> purchases)
        implements Scenario {
    private static final DecimalType WHOLE = DataTypes.createDecimalType(38, 0);
    private static final String TOKEN_CLASS = "token_class";
    private static final String OVERFLOW = "overflow";
    private static final String POOL_TOKENS_OVERFLOW = "pool_overflow";

    /** Null where units of the pool serve the class. */
    @Override
    public Column priceTier() {
        Map<List<String>, Boolean> served = new HashMap<>();
        plans().forEach(plan -> plan.unit()
                .served()
                .forEach(tokenClass ->
                        served.put(List.of(plan.month().toString(), plan.unit().pool(), tokenClass.column()), true)));
        Column isServed =
                new Lookup<>(served, DataTypes.BooleanType).of(col(Usage.MONTH), col(Pools.POOL), Usage.tokenClass());
        return when(coalesce(isServed, lit(false)), lit(null)).otherwise(ServiceTier.STANDARD.label());
    }

    @Override
    public Optional<String> whyNot(Month month, String pool) {
        List<Purchase> bought = purchases.stream()
                .filter(p -> p.month().equals(month) && p.pool().equals(pool))
                .toList();
        return bought.isEmpty()
                ? Optional.of("no capacity unit for this pool")
                : bought.stream().flatMap(p -> p.plan().whyNot().stream()).findFirst();
    }

    @Override
    public Column assumption() {
        Map<List<String>, String> texts = new HashMap<>();
        purchases.forEach(p -> texts.merge(
                List.of(p.month().toString(), p.pool()), String.join("; ", p.assumptions()), (a, b) -> a + "; " + b));
        return new Lookup<>(texts, DataTypes.StringType).of(col(Usage.MONTH), col(Pools.POOL));
    }

    private List<CapacityPlan> plans() {
        return purchases.stream().map(Purchase::plan).toList();
    }

    @Override
    public List<CapacityCharge> charges() {
        return plans().stream().map(CapacityPlan::charge).toList();
    }

    @Override
    public Optional<Dataset<Row>> overflow() {
        return plans().stream().allMatch(p -> p.overflow().isEmpty())
                ? Optional.empty()
                : Optional.of(overflowPerCell());
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
        Dataset<Row> shares = Usage.byUnit(inThoseMinutes, billed)
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
        List<Row> rows = plans().stream()
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
