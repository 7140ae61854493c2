package io.tokenledger.report;

import static io.tokenledger.usage.Pools.POOL;
import static io.tokenledger.usage.Usage.FAILED;
import static io.tokenledger.usage.Usage.INPUT_TOKENS;
import static io.tokenledger.usage.Usage.MODEL;
import static io.tokenledger.usage.Usage.MONTH;
import static io.tokenledger.usage.Usage.OPERATIONS;
import static io.tokenledger.usage.Usage.OUTPUT_TOKENS;
import static io.tokenledger.usage.Usage.PROVIDER;
import static io.tokenledger.usage.Usage.REASONING;
import static io.tokenledger.usage.Usage.REQUESTS;
import static io.tokenledger.usage.Usage.SAMPLED;
import static io.tokenledger.usage.Usage.SERVICE_TIER;
import static io.tokenledger.usage.Usage.SERVING_MODE;
import static io.tokenledger.usage.Usage.TENANT;
import static io.tokenledger.usage.Usage.UNCLASSIFIED;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.when;
import static org.apache.spark.sql.types.DataTypes.BooleanType;
import static org.apache.spark.sql.types.DataTypes.DateType;
import static org.apache.spark.sql.types.DataTypes.LongType;
import static org.apache.spark.sql.types.DataTypes.StringType;
import static org.apache.spark.sql.types.DataTypes.TimestampType;

import io.tokenledger.model.Money;
import io.tokenledger.model.TokenClass;
import io.tokenledger.model.TokenClass.Direction;
import io.tokenledger.scenario.AppliedRate;
import io.tokenledger.scenario.BatchPlan;
import io.tokenledger.scenario.BreakEvenPoint;
import io.tokenledger.scenario.CapacityReport;
import io.tokenledger.scenario.CapacityUnit;
import io.tokenledger.scenario.Comparison;
import io.tokenledger.scenario.Evaluation;
import io.tokenledger.scenario.OtherModelCost;
import io.tokenledger.scenario.PoolCost;
import io.tokenledger.scenario.RateUse;
import io.tokenledger.scenario.ScenarioKey;
import io.tokenledger.scenario.Unpriced;
import io.tokenledger.usage.Usage;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * The tables of an assembly: their columns, and how they come from usage and scenarios. Tables that grow with tenants are
 * Datasets in the order of their rows; those bounded by models are lists.
 */
public final class ReportTables {
    private static final DataType MONEY = DataTypes.createDecimalType(38, Money.REPORT_SCALE);
    private static final DataType UNITS = DataTypes.createDecimalType(18, 6);
    private static final String ROW_KIND = "row_kind";
    private static final DataType PERCENT = DataTypes.createDecimalType(10, 6);

    private static final String SCENARIO = "scenario";
    private static final String VARIANT = "variant";
    private static final String ASSUMPTIONS = "assumptions";
    private static final String USAGE_ROW = "usage";

    private static final StructType RATES_APPLIED = new StructType()
            .add(MONTH, StringType)
            .add(SCENARIO, StringType)
            .add(VARIANT, StringType)
            .add(PROVIDER, StringType)
            .add(MODEL, StringType)
            .add("price_tier", StringType)
            .add("token_class", StringType)
            .add("rate_token_class", StringType)
            .add("rate_tier", StringType)
            .add("band_above", LongType)
            .add("band_counts", StringType)
            .add("hours_of_week", StringType)
            .add("volume_tokens_above", LongType)
            .add("contract", StringType)
            .add("percent_of_list", PERCENT)
            .add("exchange_rate", MONEY)
            .add("valid_from", TimestampType)
            .add("valid_to", TimestampType)
            .add("price_per_million", MONEY)
            .add("currency", StringType)
            .add("quantity", LongType)
            .add("cost", MONEY)
            .add("source", StringType)
            .add("retrieved_at", DateType)
            .add("age_days", LongType)
            .add("rate_table_line", StringType)
            .add("assumption", StringType);

    private static final StructType UNPRICED_USAGE = new StructType()
            .add(MONTH, StringType)
            .add(SCENARIO, StringType)
            .add(VARIANT, StringType)
            .add(PROVIDER, StringType)
            .add(MODEL, StringType)
            .add("price_tier", StringType)
            .add("token_class", StringType)
            .add("quantity", LongType)
            .add("first_seen", TimestampType)
            .add("last_seen", TimestampType);

    private static final StructType SCENARIO_COMPARISON = new StructType()
            .add(MONTH, StringType)
            .add(POOL, StringType)
            .add(SCENARIO, StringType)
            .add(VARIANT, StringType)
            .add("total_cost", MONEY)
            .add("idle_cost", MONEY)
            .add("sunk_cost", MONEY)
            .add("saving_against_serverless", MONEY)
            .add("saving_against_as_run", MONEY)
            .add("feasible", BooleanType)
            .add("why_not", StringType)
            .add("blended_cost_per_million", MONEY)
            .add("capacity_cost_per_million", MONEY)
            .add("cheapest", BooleanType)
            .add("priced_cost", MONEY)
            .add("unpriced_tokens", LongType)
            .add(SAMPLED, BooleanType)
            .add(ASSUMPTIONS, StringType)
            .add("currency", StringType);

    private static final StructType CAPACITY_PLAN = new StructType()
            .add(MONTH, StringType)
            .add(POOL, StringType)
            .add(SCENARIO, StringType)
            .add(VARIANT, StringType)
            .add("unit", StringType)
            .add("units", LongType)
            .add("unit_price", MONEY)
            .add("price_per", StringType)
            .add("peak_units", UNITS)
            .add("p99_units", UNITS)
            .add("mean_units", UNITS)
            .add("utilisation", UNITS)
            .add("coverage", UNITS)
            .add("overflow_tokens", LongType)
            .add("overflow_cost", MONEY)
            .add("capacity_cost", MONEY)
            .add("idle_cost", MONEY)
            .add("break_even_load", UNITS)
            .add("break_even_unit_price", MONEY)
            .add("slo", StringType)
            .add("chosen_on", StringType)
            .add("sunk_cost", MONEY)
            .add(SAMPLED, BooleanType)
            .add(ASSUMPTIONS, StringType)
            .add("throughput_source", StringType)
            .add("price_source", StringType)
            .add("currency", StringType);

    private static final StructType CAPACITY_LADDER = new StructType()
            .add(MONTH, StringType)
            .add(POOL, StringType)
            .add(SCENARIO, StringType)
            .add(VARIANT, StringType)
            .add("unit", StringType)
            .add("units", LongType)
            .add("capacity_cost", MONEY)
            .add("served_value", MONEY)
            .add("saving", MONEY)
            .add("utilisation", UNITS)
            .add("break_even_load", UNITS)
            .add("bought", BooleanType)
            .add("currency", StringType);

    private static final StructType BATCH_PLAN = new StructType()
            .add(MONTH, StringType)
            .add(POOL, StringType)
            .add(PROVIDER, StringType)
            .add(MODEL, StringType)
            .add("policy", StringType)
            .add("window_hours", LongType)
            .add("turnaround_hours", LongType)
            .add("eligible_requests", LongType)
            .add("eligible_tokens", LongType)
            .add("peak_backlog_tokens", LongType)
            .add("peak_at", TimestampType)
            .add("peak_day", DateType)
            .add("max_enqueued_tokens", LongType)
            .add("files", LongType)
            .add("max_requests", LongType)
            .add("feasible", BooleanType)
            .add("why_not", StringType)
            .add(SAMPLED, BooleanType)
            .add(ASSUMPTIONS, StringType);

    private static final StructType WHAT_IF_MODEL = new StructType()
            .add(MONTH, StringType)
            .add(POOL, StringType)
            .add(PROVIDER, StringType)
            .add(MODEL, StringType)
            .add("other_provider", StringType)
            .add("other_model", StringType)
            .add("token_factor", UNITS)
            .add("tokens", LongType)
            .add("cost", MONEY)
            .add("priced_cost", MONEY)
            .add("serverless_cost", MONEY)
            .add("difference", MONEY)
            .add(SAMPLED, BooleanType)
            .add(ASSUMPTIONS, StringType)
            .add("currency", StringType);

    private static final StructType BREAK_EVEN = new StructType()
            .add(MONTH, StringType)
            .add(POOL, StringType)
            .add(SCENARIO, StringType)
            .add(VARIANT, StringType)
            .add("point", StringType)
            .add("volume", UNITS)
            .add("tokens", LongType)
            .add("total_cost", MONEY)
            .add("other_scenario", StringType)
            .add("other_variant", StringType)
            .add("why_not", StringType)
            .add(SAMPLED, BooleanType)
            .add(ASSUMPTIONS, StringType)
            .add("currency", StringType);

    private static final StructType REJECTED_RECORDS = new StructType()
            .add(MONTH, StringType)
            .add("feed", StringType)
            .add("file", StringType)
            .add("byte_offset", LongType)
            .add("reason", StringType)
            .add("line_sha256", StringType);

    private static final StructType DATA_QUALITY = new StructType()
            .add(MONTH, StringType)
            .add("check", StringType)
            .add("severity", StringType)
            .add("count", LongType)
            .add("money_at_risk", StringType)
            .add("note", StringType);

    /**
     * A table ready to be written.
     *
     * @param rows sorted by month, then by the other columns that name a row
     */
    public record Content(ReportTable table, Iterable<Row> rows) {
        /** One sorted stream: the rows go through the driver one after the other anyway. */
        static Content sorted(String name, Dataset<Row> rows, List<String> key) {
            Dataset<Row> sorted = rows.repartition(1).sortWithinPartitions(Usage.columns(key));
            return new Content(new ReportTable(name, sorted.schema()), sorted::toLocalIterator);
        }

        static Content of(String name, StructType schema, Stream<Row> sorted) {
            return new Content(new ReportTable(name, schema), sorted.toList());
        }
    }

    private ReportTables() {}

    /** Tokens by tenant, feature, environment, model, mode and tier: everything accepted, billable or not. */
    public static Content usage(Dataset<Row> cells) {
        List<String> key = Usage.concat(List.of(MONTH), Usage.ATTRIBUTES, List.of(SERVING_MODE, SERVICE_TIER));
        List<String> counters = Usage.concat(TokenClass.columns(), List.of(REASONING, UNCLASSIFIED));
        List<Column> sums =
                new ArrayList<>(List.of(max(SAMPLED).as(SAMPLED), sum(FAILED).as(FAILED)));
        counters.forEach(c -> sums.add(sum(c).as(c)));
        List<String> order = Usage.concat(
                key, List.of(REQUESTS, FAILED), Usage.concat(counters, List.of(INPUT_TOKENS, OUTPUT_TOKENS, SAMPLED)));
        return Content.sorted(
                "usage",
                cells.groupBy(Usage.columns(key))
                        .agg(sum(REQUESTS).as(REQUESTS), sums.toArray(Column[]::new))
                        .withColumn(INPUT_TOKENS, Usage.total(Direction.INPUT))
                        .withColumn(OUTPUT_TOKENS, Usage.total(Direction.OUTPUT))
                        .select(Usage.columns(order)),
                key);
    }

    /**
     * The table that finance opens first. Its rows add up to the month's costs: what tenants used, and the capacity that
     * nobody used on rows of {@code row_kind} idle.
     *
     * @param operations as {@link Usage#operations}
     * @param costs as {@link Evaluation#costs()}
     * @param scenarios those that get a column, one variant of each
     */
    public static Content monthlyCosts(
            Dataset<Row> cells, Dataset<Row> operations, Dataset<Row> costs, Collection<ScenarioKey> scenarios) {
        List<String> key = List.of(MONTH, ROW_KIND, TENANT, PROVIDER, MODEL);
        Dataset<Row> used = cells.select(
                col(MONTH),
                lit(USAGE_ROW).as(ROW_KIND),
                col(TENANT),
                col(PROVIDER),
                col(MODEL),
                col(REQUESTS),
                Usage.total(Direction.INPUT).as(INPUT_TOKENS),
                Usage.total(Direction.OUTPUT).as(OUTPUT_TOKENS),
                col(SAMPLED));
        Dataset<Row> wanted = operations.withColumn(ROW_KIND, lit(USAGE_ROW));
        Dataset<Row> paid = costs.select(
                Usage.columns(Usage.concat(key, List.of(SCENARIO, VARIANT, "priced_cost", "total_cost", SAMPLED))));
        List<Column> sums = new ArrayList<>(List.of(
                sum(OPERATIONS).as(OPERATIONS),
                sum(INPUT_TOKENS).as(INPUT_TOKENS),
                sum(OUTPUT_TOKENS).as(OUTPUT_TOKENS)));
        List<String> names = new ArrayList<>();
        for (ScenarioKey scenario : scenarios) {
            sums.add(cost(scenario).as(scenario.scenario().costColumn()));
            names.add(scenario.scenario().costColumn());
        }
        sums.add(coalesce(max(SAMPLED), lit(false)).as(SAMPLED));
        return Content.sorted(
                "monthly_costs",
                used.unionByName(wanted, true)
                        .unionByName(paid, true)
                        .groupBy(Usage.columns(key))
                        .agg(sum(REQUESTS).as(REQUESTS), sums.toArray(Column[]::new))
                        .select(Usage.columns(Usage.concat(
                                List.of(MONTH, TENANT, PROVIDER, MODEL, ROW_KIND),
                                List.of(REQUESTS, OPERATIONS, INPUT_TOKENS, OUTPUT_TOKENS),
                                Usage.concat(names, List.of(SAMPLED))))),
                key);
    }

    /** Null if any token is unpriced; 0 where there is nothing to pay for. */
    private static Column cost(ScenarioKey scenario) {
        Column ours = col(SCENARIO)
                .equalTo(scenario.scenario().label())
                .and(col(VARIANT).eqNullSafe(lit(scenario.variant()).cast(StringType)));
        Column unpriced = coalesce(max(ours.and(col("total_cost").isNull())), lit(false));
        Column priced = coalesce(sum(when(ours, col("priced_cost"))), lit(BigDecimal.ZERO));
        return when(unpriced.unary_$bang(), priced.cast(MONEY));
    }

    /** Costs by scenario, tenant, feature, environment and model. */
    public static Content scenarioCosts(Dataset<Row> costs, String currency) {
        List<String> key = Usage.concat(List.of(MONTH, SCENARIO, VARIANT, POOL, ROW_KIND), Usage.ATTRIBUTES);
        List<Column> columns = new ArrayList<>(List.of(col(MONTH), col(SCENARIO), col(VARIANT), col(ROW_KIND)));
        Usage.ATTRIBUTES.forEach(a -> columns.add(col(a)));
        columns.add(col(POOL));
        columns.add(col("priced_tokens"));
        columns.add(col("unpriced_tokens"));
        TokenClass.columns().forEach(c -> columns.add(col(c + "_cost")));
        List.of("capacity_cost", "fee_cost", "total_cost", "priced_cost").forEach(c -> columns.add(col(c)));
        columns.add(coalesce(col(SAMPLED), lit(false)).as(SAMPLED));
        columns.add(col(ASSUMPTIONS));
        columns.add(lit(currency).as("currency"));
        return Content.sorted("scenario_costs", costs.select(columns.toArray(Column[]::new)), key);
    }

    /** The verdicts, by pool. */
    public static Content scenarioComparison(List<Comparison> comparisons, String currency) {
        return Content.of(
                "scenario_comparison", SCENARIO_COMPARISON, comparisons.stream().map(c -> {
                    PoolCost cost = c.cost();
                    return RowFactory.create(
                            cost.month().toString(),
                            cost.pool(),
                            cost.scenario().scenario().label(),
                            cost.scenario().variant(),
                            cost.totalCost(),
                            cost.idleCost(),
                            cost.sunkCost(),
                            c.savingAgainstServerless(),
                            c.savingAgainstAsRun(),
                            c.feasible(),
                            c.whyNot(),
                            c.blendedCostPerMillion(),
                            c.capacityCostPerMillion(),
                            c.cheapest(),
                            cost.pricedCost(),
                            cost.unpricedTokens(),
                            cost.sampled(),
                            cost.assumptions().isEmpty() ? null : String.join("; ", cost.assumptions()),
                            currency);
                }));
    }

    /** How bought capacity would be used. The logs hold no durations to judge a service level by. */
    public static Content capacityPlan(List<CapacityReport> reports) {
        return Content.of("capacity_plan", CAPACITY_PLAN, reports.stream().map(r -> {
            CapacityUnit unit = r.unit();
            return RowFactory.create(
                    r.month().toString(),
                    r.pool(),
                    r.scenario().scenario().label(),
                    r.scenario().variant(),
                    unit.unit(),
                    r.units(),
                    unit.price().ofUnit(),
                    unit.price().per().label(),
                    r.peakUnits(),
                    r.p99Units(),
                    r.meanUnits(),
                    r.utilisation(),
                    r.coverage(),
                    r.overflowTokens(),
                    r.overflowCost(),
                    r.capacityCost(),
                    r.idleCost(),
                    r.breakEvenLoad(),
                    r.breakEvenUnitPrice(),
                    "not assessed",
                    r.purchase().chosenOn(),
                    r.purchase().plan().sunk(),
                    r.sampled(),
                    String.join("; ", r.purchase().assumptions()),
                    unit.throughputSource(),
                    unit.priceSource(),
                    unit.currency());
        }));
    }

    /**
     * What each further unit of a pool saves by itself on the month's demand, against paying by token; bought or not. The
     * tokens of a minute are divisible here, so a sum can differ from the plan by less than a token per minute and class.
     */
    public static Content capacityLadder(List<CapacityReport> reports) {
        return Content.of(
                "capacity_ladder",
                CAPACITY_LADDER,
                reports.stream()
                        .flatMap(r -> r.purchase().ladder().stream()
                                .map(rung -> RowFactory.create(
                                        r.month().toString(),
                                        r.pool(),
                                        r.scenario().scenario().label(),
                                        r.scenario().variant(),
                                        r.unit().unit(),
                                        rung.units().longValueExact(),
                                        rung.cost(),
                                        rung.servedValue(),
                                        rung.saving(),
                                        rung.utilisation(),
                                        rung.breakEvenLoad(),
                                        rung.units().compareTo(BigDecimal.valueOf(r.units())) <= 0,
                                        r.unit().currency()))));
    }

    /** Whether what can wait stays within the limits of batches, by model and policy. */
    public static Content batchPlan(List<BatchPlan> plans) {
        return Content.of(
                "batch_plan",
                BATCH_PLAN,
                plans.stream()
                        .map(p -> RowFactory.create(
                                p.month().toString(),
                                p.pool(),
                                p.model().provider(),
                                p.model().model(),
                                p.policy().answer().label(),
                                p.policy().windowHours(),
                                p.turnaroundHours(),
                                p.eligibleRequests(),
                                p.eligibleTokens(),
                                p.peakBacklogTokens(),
                                p.peakAt(),
                                p.peakDay(),
                                p.policy().maxEnqueuedTokens(),
                                p.files(),
                                p.policy().maxRequests(),
                                p.feasible(),
                                p.whyNot(),
                                p.sampled(),
                                String.join("; ", p.assumptions()))));
    }

    /** The same tokens at the rates of other models. */
    public static Content whatIfModel(List<OtherModelCost> costs, String currency) {
        return Content.of(
                "what_if_model",
                WHAT_IF_MODEL,
                costs.stream()
                        .map(c -> RowFactory.create(
                                c.month().toString(),
                                c.pool(),
                                c.model().provider(),
                                c.model().model(),
                                c.otherModel().provider(),
                                c.otherModel().model(),
                                c.tokenFactor(),
                                c.tokens(),
                                c.cost(),
                                c.pricedCost(),
                                c.serverlessCost(),
                                c.difference(),
                                c.sampled(),
                                String.join("; ", c.assumptions()),
                                currency)));
    }

    /** What scenarios would cost at other volumes, and where the cheaper of two changes. */
    public static Content breakEven(List<BreakEvenPoint> points, String currency) {
        return Content.of(
                "break_even",
                BREAK_EVEN,
                points.stream()
                        .map(p -> RowFactory.create(
                                p.month().toString(),
                                p.pool(),
                                p.scenario().scenario().label(),
                                p.scenario().variant(),
                                p.kind().label(),
                                p.volume(),
                                p.tokens(),
                                p.totalCost(),
                                p.otherScenario() == null
                                        ? null
                                        : p.otherScenario().scenario().label(),
                                p.otherScenario() == null
                                        ? null
                                        : p.otherScenario().variant(),
                                p.whyNot(),
                                p.sampled(),
                                p.assumptions().isEmpty() ? null : String.join("; ", p.assumptions()),
                                currency)));
    }

    /** Every rate that made money. Its age is counted to the end of the month, not to the day of the run. */
    public static Content ratesApplied(List<RateUse> rates) {
        return Content.of("rates_applied", RATES_APPLIED, rates.stream().map(r -> rateApplied(r, r.rate())));
    }

    private static Row rateApplied(RateUse use, AppliedRate rate) {
        return RowFactory.create(
                use.month().toString(),
                use.scenario().scenario().label(),
                use.scenario().variant(),
                rate.provider(),
                rate.model(),
                rate.priceTier(),
                use.billedAs(),
                rate.billedUnit(),
                rate.rateTier(),
                rate.band() == null ? null : rate.band().above(),
                rate.band() == null ? null : rate.band().counts().name().toLowerCase(Locale.ROOT),
                rate.window() == null ? null : rate.window().toString(),
                rate.volumeAbove(),
                rate.contract(),
                rate.percentOfList(),
                rate.exchangeRate(),
                rate.validFrom(),
                rate.validTo(),
                rate.pricePerMillion(),
                rate.currency(),
                use.quantity(),
                use.cost().setScale(Money.REPORT_SCALE, RoundingMode.HALF_EVEN),
                rate.source(),
                rate.retrievedAt(),
                rate.retrievedAt() == null
                        ? null
                        : ChronoUnit.DAYS.between(
                                rate.retrievedAt(),
                                LocalDate.ofInstant(use.month().end(ZoneOffset.UTC), ZoneOffset.UTC)),
                rate.place(),
                rate.assumption());
    }

    /** What has no rate. */
    public static Content unpricedUsage(List<Unpriced> unpriced) {
        return Content.of(
                "unpriced_usage",
                UNPRICED_USAGE,
                unpriced.stream()
                        .map(u -> RowFactory.create(
                                u.month().toString(),
                                u.scenario().scenario().label(),
                                u.scenario().variant(),
                                u.provider(),
                                u.model(),
                                u.priceTier(),
                                u.billedUnit(),
                                u.quantity(),
                                u.firstSeen(),
                                u.lastSeen())));
    }

    /** @param rejects month, feed, file, byte_offset, reason, line_sha256 */
    public static Content rejectedRecords(Dataset<Row> rejects) {
        return Content.sorted(
                "rejected_records",
                rejects.select(Usage.columns(List.of(REJECTED_RECORDS.fieldNames()))),
                List.of(MONTH, "file", "byte_offset"));
    }

    /** @param checks sorted by month */
    public static Content dataQuality(List<Check> checks) {
        return Content.of(
                "data_quality",
                DATA_QUALITY,
                checks.stream()
                        .map(c -> RowFactory.create(
                                c.month().toString(),
                                c.name(),
                                c.severity().name().toLowerCase(Locale.ROOT),
                                c.count(),
                                c.moneyAtRisk(),
                                c.note())));
    }
}
