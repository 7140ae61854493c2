package io.tokenledger.scenario;

import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.unix_micros;

import io.tokenledger.ingest.LogRecords;
import io.tokenledger.ledger.Lookup;
import io.tokenledger.model.ServiceTier;
import io.tokenledger.model.TokenClass;
import io.tokenledger.rates.RateGrid;
import io.tokenledger.usage.Demand;
import io.tokenledger.usage.Pools;
import io.tokenledger.usage.Usage;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.StructType;

/**
 * What capacity does not serve, minute by minute: decided on the small curve of a pool, applied to the rows of all its
 * tenants.
 *
 * @param labelled requests as {@link Usage#labelled}, for who was in those minutes
 * @param occurring their rate cells
 */
record Moves(Dataset<Row> labelled, Economics economics, Collection<RateGrid.Cell> occurring) {
    private static final DecimalType WHOLE = DataTypes.createDecimalType(38, 0);
    private static final String TOKEN_CLASS = "token_class";
    private static final String POOL_TOKENS = "pool_tokens";
    private static final String PART = "part";

    /**
     * Some tokens of a minute that are served elsewhere.
     *
     * @param canWait only of the work that can wait, or that cannot
     * @param tokens whole, at most those of that work in the minute
     * @param priceTier the price list that pays for them; null for that of a batch where the provider takes one, else
     *     standard
     */
    record Move(String pool, Instant minute, boolean canWait, TokenClass tokenClass, long tokens, String priceTier) {}

    /**
     * The moves, shared out among the rate cells that had such tokens in the minute by largest remainder. Only those
     * minutes are looked at.
     *
     * @param apart whether work that can wait is moved apart from work that cannot; if not, all of a minute is moved as
     *     work that cannot
     * @return {@link Usage#CELL_KEY}, {@code pool}, {@code billed_unit}, {@code quantity}, {@code first_seen}, {@code
     *     last_seen}, {@code price_tier}
     */
    Dataset<Row> perCell(List<Move> moves, boolean apart) {
        Column canWait = apart ? economics.eligibility().canWait() : lit(false);
        List<Column> sums = new ArrayList<>();
        TokenClass.columns().forEach(c -> sums.add(sum(c).as(c)));
        sums.add(sum(Usage.REASONING).as(Usage.REASONING));
        sums.add(min(LogRecords.OCCURRED_AT).as(Usage.FIRST_SEEN));
        sums.add(max(LogRecords.OCCURRED_AT).as(Usage.LAST_SEEN));
        Dataset<Row> moved = broadcast(table(moves));
        List<String> place = List.of(Pools.POOL, Usage.MINUTE, Demand.CAN_WAIT);
        Dataset<Row> inThoseMinutes = economics
                .pools()
                .withPool(labelled.filter(col(Usage.BILLABLE)))
                .withColumn(Demand.CAN_WAIT, canWait)
                .join(moved.select(Usage.columns(place)).distinct(), place.toArray(String[]::new), "left_semi")
                .groupBy(Usage.columns(Usage.concat(Usage.CELL_KEY, place)))
                .agg(sums.get(0), sums.subList(1, sums.size()).toArray(Column[]::new));
        List<String> group = Usage.concat(place, List.of(TOKEN_CLASS));
        Column asBatch = coalesce(economics.batchTier(occurring), lit(ServiceTier.STANDARD.label()));
        Dataset<Row> shares = Usage.byUnit(inThoseMinutes, economics.tokenUnits())
                .withColumn(TOKEN_CLASS, Usage.tokenClass())
                .join(moved, group.toArray(String[]::new), "inner")
                .withColumn("weight", col(Usage.QUANTITY).cast(WHOLE));
        List<String> rows = Usage.concat(Usage.CELL_KEY, List.of(Usage.UNIT));
        return Allocation.share(shares, group, POOL_TOKENS, "weight", rows, 0, PART)
                .withColumn(Facts.PRICE_TIER, coalesce(col(Facts.PRICE_TIER), asBatch))
                .groupBy(Usage.columns(Usage.concat(Usage.CELL_KEY, List.of(Pools.POOL, Usage.UNIT, Facts.PRICE_TIER))))
                .agg(
                        sum(col(PART)).cast(DataTypes.LongType).as(Usage.QUANTITY),
                        min(Usage.FIRST_SEEN).as(Usage.FIRST_SEEN),
                        max(Usage.LAST_SEEN).as(Usage.LAST_SEEN));
    }

    /**
     * Who asked for how much in the busiest minutes of some plans, at most one of them for a pool and month.
     *
     * @return as {@link Scenario#shareWeights}
     */
    Dataset<Row> peakWeights(Collection<CapacityPlan> plans) {
        Map<List<Object>, Boolean> peaks = new HashMap<>();
        Map<List<String>, BigDecimal> weights = new HashMap<>();
        for (CapacityPlan plan : plans) {
            plan.peakMinutes().forEach(minute -> peaks.put(List.of(plan.unit().pool(), micros(minute)), true));
            plan.unit()
                    .weights()
                    .forEach((tokenClass, weight) -> weights.put(
                            List.of(plan.month().toString(), plan.unit().pool(), tokenClass.column()),
                            weight.setScale(Throughput.WEIGHT_SCALE)));
        }
        Column isPeak = new Lookup<>(peaks, DataTypes.BooleanType).of(col(Pools.POOL), unix_micros(col(Usage.MINUTE)));
        List<String> key = Usage.concat(List.of(Usage.MONTH, Pools.POOL), Usage.ATTRIBUTES);
        List<Column> sums = new ArrayList<>();
        TokenClass.columns().forEach(c -> sums.add(sum(c).as(c)));
        sums.add(sum(Usage.REASONING).as(Usage.REASONING));
        Dataset<Row> asked = economics
                .pools()
                .withPool(labelled.filter(col(Usage.BILLABLE)))
                .filter(isPeak)
                .groupBy(Usage.columns(key))
                .agg(sums.get(0), sums.subList(1, sums.size()).toArray(Column[]::new));
        Column weight = new Lookup<>(weights, Facts.WEIGHTS).of(col(Usage.MONTH), col(Pools.POOL), Usage.tokenClass());
        return Usage.byUnit(asked, economics.tokenUnits())
                .groupBy(Usage.columns(key))
                .agg(sum(col(Usage.QUANTITY).cast(Facts.EXACT_TOKENS).multiply(weight.cast(Facts.WEIGHT)))
                        .as(Facts.SHARE_WEIGHT))
                .filter(col(Facts.SHARE_WEIGHT).gt(0));
    }

    private static long micros(Instant time) {
        return ChronoUnit.MICROS.between(Instant.EPOCH, time);
    }

    private Dataset<Row> table(List<Move> moves) {
        StructType schema = new StructType()
                .add(Pools.POOL, DataTypes.StringType)
                .add(Usage.MINUTE, DataTypes.TimestampType)
                .add(Demand.CAN_WAIT, DataTypes.BooleanType)
                .add(TOKEN_CLASS, DataTypes.StringType)
                .add(POOL_TOKENS, WHOLE)
                .add(Facts.PRICE_TIER, DataTypes.StringType);
        List<Row> rows = moves.stream()
                .map(m -> RowFactory.create(
                        m.pool(),
                        m.minute(),
                        m.canWait(),
                        m.tokenClass().column(),
                        BigDecimal.valueOf(m.tokens()),
                        m.priceTier()))
                .toList();
        return labelled.sparkSession().createDataFrame(rows, schema);
    }
}
