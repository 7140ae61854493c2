package io.tokenledger.scenario;

import static io.tokenledger.usage.Pools.POOL;
import static io.tokenledger.usage.Usage.ATTRIBUTES;
import static io.tokenledger.usage.Usage.CELL;
import static io.tokenledger.usage.Usage.FIRST_SEEN;
import static io.tokenledger.usage.Usage.LAST_SEEN;
import static io.tokenledger.usage.Usage.MONTH;
import static io.tokenledger.usage.Usage.QUANTITY;
import static io.tokenledger.usage.Usage.SAMPLED;
import static io.tokenledger.usage.Usage.UNIT;
import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.array_compact;
import static org.apache.spark.sql.functions.array_join;
import static org.apache.spark.sql.functions.array_sort;
import static org.apache.spark.sql.functions.array_union;
import static org.apache.spark.sql.functions.bround;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.explode;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.size;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.when;

import io.tokenledger.ledger.Lookup;
import io.tokenledger.model.BilledUnit;
import io.tokenledger.model.Money;
import io.tokenledger.model.Month;
import io.tokenledger.model.TokenClass;
import io.tokenledger.rates.Rate;
import io.tokenledger.usage.Usage;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.StructType;

/** The steps from scenarios to costs. */
final class Facts {
    static final String SCENARIO = "scenario";
    static final String VARIANT = "variant";
    static final String PRICE_TIER = "price_tier";
    static final String ROW_KIND = "row_kind";
    static final String USAGE_ROW = "usage";
    static final String IDLE_ROW = "idle";
    static final String UNALLOCATED_ROW = "unallocated";
    static final String COST = "cost";
    static final String PRICED = "priced";
    static final String WEIGHTED = "weighted_tokens";
    static final String PRICED_TOKENS = "priced_tokens";
    static final String UNPRICED_TOKENS = "unpriced_tokens";
    static final String UNPRICED_CALLS = "unpriced_calls";
    static final String CAPACITY_TOKENS = "capacity_tokens";
    static final String TOKEN_COST = "token_cost";
    static final String CAPACITY_COST = "capacity_cost";
    static final String FEE_COST = "fee_cost";
    static final String TOTAL_COST = "total_cost";
    static final String PRICED_COST = "priced_cost";
    static final String ASSUMPTIONS = "assumptions";

    static final String SAMPLED_FEED = "exported 1 in N: counts are N times those of the log";

    /** Money as reports show it. */
    static final DecimalType MONEY = DataTypes.createDecimalType(38, Money.REPORT_SCALE);

    /** Whole tokens, so narrow that tokens × price per token, DECIMAL(19,18), is exact in DECIMAL(38,18). */
    static final DecimalType EXACT_TOKENS = DataTypes.createDecimalType(18, 0);

    static final DecimalType EXACT_MONEY = DataTypes.createDecimalType(38, Rate.PER_TOKEN_SCALE);

    static final String SHARE_WEIGHT = "share_weight";

    /** Sums of weights. */
    static final DecimalType WEIGHTS = DataTypes.createDecimalType(38, Throughput.WEIGHT_SCALE);

    static final DecimalType WEIGHT = DataTypes.createDecimalType(19, Throughput.WEIGHT_SCALE);

    /** The columns of a row that is not usage, but for those that are null. */
    static final StructType NOT_USAGE = new StructType()
            .add(SCENARIO, DataTypes.StringType)
            .add(VARIANT, DataTypes.StringType)
            .add(MONTH, DataTypes.StringType)
            .add(POOL, DataTypes.StringType)
            .add(ROW_KIND, DataTypes.StringType)
            .add(CAPACITY_COST, MONEY)
            .add(FEE_COST, MONEY)
            .add(PRICED_COST, MONEY)
            .add(TOTAL_COST, MONEY)
            .add(SAMPLED, DataTypes.BooleanType)
            .add(ASSUMPTIONS, DataTypes.StringType);

    private static final List<String> SCENARIO_MONTH_POOL = List.of(SCENARIO, VARIANT, MONTH, POOL);
    private static final Column[] SCENARIO_MONTH_POOL_CLASS = Stream.concat(
                    SCENARIO_MONTH_POOL.stream().map(org.apache.spark.sql.functions::col),
                    Stream.of(Usage.tokenClass()))
            .toArray(Column[]::new);
    private static final List<String> COST_KEY = Usage.concat(SCENARIO_MONTH_POOL, ATTRIBUTES);

    private Facts() {}

    /**
     * Everything billable in every scenario, with the rate that prices it.
     *
     * @param tokens as {@link Tokens#of}
     * @return scenario, variant, month, pool, the attributes, {@code sampled}, {@code price_tier} (null on capacity),
     *     {@code cell}, {@code billed_unit}, {@code quantity}, {@code first_seen}, {@code last_seen}, {@code rate} (see
     *     {@link Prices}), {@code cost} DECIMAL(38,18), exact, null where no rate prices the row and where a volume does
     *     (see {@link VolumeTiers}), {@code weighted_tokens} where capacity that is paid for serves them
     */
    static Dataset<Row> of(List<Scenario> scenarios, Dataset<Row> tokens, Prices prices) {
        Column isFee = isFee();
        return served(scenarios, tokens)
                .filter(isFee.unary_$bang().or(col(PRICE_TIER).isNotNull()))
                .groupBy(Usage.columns(Usage.concat(COST_KEY, List.of(SAMPLED, PRICE_TIER, CELL, UNIT))))
                .agg(
                        sum(QUANTITY).as(QUANTITY),
                        min(FIRST_SEEN).as(FIRST_SEEN),
                        max(LAST_SEEN).as(LAST_SEEN))
                .filter(col(QUANTITY).notEqual(0))
                .withColumn(Prices.RATE, prices.rate())
                // Most models have no fee per call; a call of theirs costs nothing.
                .filter(col(UNIT).notEqual(BilledUnit.REQUESTS.label()).or(prices.chargesCalls()))
                .withColumn(
                        COST,
                        col(QUANTITY)
                                .cast(EXACT_TOKENS)
                                .multiply(prices.price())
                                .cast(EXACT_MONEY))
                .withColumn(
                        WEIGHTED,
                        col(QUANTITY)
                                .cast(EXACT_TOKENS)
                                .multiply(when(col(PRICE_TIER).isNull(), weight(scenarios))));
    }

    /** Whether a rate prices the row, or capacity that is paid for serves it. */
    static Column priced() {
        return col(COST).isNotNull().or(col(WEIGHTED).isNotNull());
    }

    static Column isFee() {
        return col(UNIT)
                .isin(Stream.of(BilledUnit.values())
                        .filter(BilledUnit::isFee)
                        .map(BilledUnit::label)
                        .toArray());
    }

    /** Each row of tokens once per scenario, and what overflows moved to where it is paid. */
    private static Dataset<Row> served(List<Scenario> scenarios, Dataset<Row> tokens) {
        List<String> kept = Usage.concat(Usage.CELL_KEY, List.of(POOL, FIRST_SEEN, LAST_SEEN, UNIT, QUANTITY));
        Column[] choices = scenarios.stream()
                .map(s -> struct(
                        scenario(s).as(SCENARIO),
                        variant(s).as(VARIANT),
                        s.priceTier().cast(DataTypes.StringType).as(PRICE_TIER)))
                .toArray(Column[]::new);
        Dataset<Row> served = tokens.withColumn("choice", explode(array(choices)))
                .select(Usage.columns(Usage.concat(
                        kept, List.of("choice." + SCENARIO, "choice." + VARIANT, "choice." + PRICE_TIER))));
        for (Scenario scenario : scenarios) {
            Optional<Dataset<Row>> overflow = scenario.overflow();
            if (overflow.isPresent()) {
                served = served.unionByName(moved(overflow.get(), scenario), true);
            }
        }
        return served;
    }

    private static Column scenario(Scenario scenario) {
        return lit(scenario.key().scenario().label());
    }

    private static Column variant(Scenario scenario) {
        return lit(scenario.key().variant()).cast(DataTypes.StringType);
    }

    /** Overflow as two rows each: taken from the capacity, and given to the price list that pays for it. */
    private static Dataset<Row> moved(Dataset<Row> overflow, Scenario scenario) {
        Column taken = struct(
                lit(null).cast(DataTypes.StringType).as(PRICE_TIER),
                col(QUANTITY).unary_$minus().as(QUANTITY));
        Column paid = struct(col(PRICE_TIER), col(QUANTITY));
        return overflow.withColumn(SCENARIO, scenario(scenario))
                .withColumn(VARIANT, variant(scenario))
                .withColumn("moved", explode(array(taken, paid)))
                .drop(PRICE_TIER, QUANTITY)
                .select(col("*"), col("moved." + PRICE_TIER), col("moved." + QUANTITY))
                .drop("moved");
    }

    private static List<String> key(Scenario scenario, CapacityCharge charge) {
        return Arrays.asList(
                scenario.key().scenario().label(),
                scenario.key().variant(),
                charge.month().toString(),
                charge.pool());
    }

    private static List<String> keyOfClass(Scenario scenario, CapacityCharge charge, TokenClass tokenClass) {
        List<String> key = new ArrayList<>(key(scenario, charge));
        key.add(tokenClass.column());
        return key;
    }

    private static Column weight(List<Scenario> scenarios) {
        Map<List<String>, BigDecimal> weights = new HashMap<>();
        for (Scenario scenario : scenarios) {
            for (CapacityCharge charge : scenario.charges()) {
                charge.weights()
                        .forEach((tokenClass, weight) -> weights.put(
                                keyOfClass(scenario, charge, tokenClass), weight.setScale(Throughput.WEIGHT_SCALE)));
            }
        }
        return new Lookup<>(weights, WEIGHT).of(SCENARIO_MONTH_POOL_CLASS);
    }

    /** Which of the units of its pool a row is served by: a pool has one, or one bundle for each side. */
    private static Column capacity(List<Scenario> scenarios) {
        Map<List<String>, Integer> numbers = new HashMap<>();
        for (Scenario scenario : scenarios) {
            Map<List<String>, Integer> seen = new HashMap<>();
            for (CapacityCharge charge : scenario.charges()) {
                int number = seen.merge(key(scenario, charge), 1, Integer::sum) - 1;
                charge.weights()
                        .keySet()
                        .forEach(tokenClass -> numbers.put(keyOfClass(scenario, charge, tokenClass), number));
            }
        }
        return new Lookup<>(numbers, DataTypes.IntegerType).of(SCENARIO_MONTH_POOL_CLASS);
    }

    /**
     * Costs by tenant and model: each cost rounded once, here, HALF_EVEN to 12 digits, so that every higher total is the
     * sum of rows that a reader can see. The rows of {@link #idle} complete them.
     *
     * @param facts as {@link #of}
     * @return scenario, variant, month, pool, the attributes, {@code row_kind}, {@code sampled}, {@code priced_tokens},
     *     {@code unpriced_tokens}, {@code unpriced_calls} (of a fee without a rate), {@code capacity_tokens}, {@code
     *     <token class>_cost} (null without such tokens; reasoning is in that of output), {@code token_cost}, {@code
     *     capacity_cost}, {@code fee_cost}, {@code priced_cost}, {@code total_cost} (null if anything is unpriced),
     *     {@code assumptions} (null without)
     */
    static Dataset<Row> costs(Dataset<Row> facts, List<Scenario> scenarios, Prices prices) {
        Column fee = isFee();
        Column isToken = fee.unary_$bang();
        Column unpriced = priced().unary_$bang();
        List<Column> sums = new ArrayList<>(List.of(
                sum(quantityWhere(isToken.and(unpriced))).as(UNPRICED_TOKENS),
                sum(quantityWhere(fee.and(unpriced))).as(UNPRICED_CALLS),
                sum(quantityWhere(col(WEIGHTED).isNotNull())).as(CAPACITY_TOKENS),
                max(SAMPLED).as(SAMPLED),
                coalesce(rounded(sum(when(fee, col(COST)))), money(BigDecimal.ZERO))
                        .as(FEE_COST)));
        Rules rules = prices.rules();
        sums.addAll(rules.sums());
        TokenClass.columns().forEach(c -> sums.add(rounded(sum(whereClass(c))).as(c + "_cost")));
        Column capacity = capacity(scenarios);
        for (int number = 0; number < mostUnits(scenarios); number++) {
            sums.add(sum(when(capacity.equalTo(number), col(WEIGHTED))).as(WEIGHTED + number));
        }
        Dataset<Row> served = facts.groupBy(Usage.columns(COST_KEY))
                .agg(sum(quantityWhere(isToken.and(priced()))).as(PRICED_TOKENS), sums.toArray(Column[]::new));
        return withCapacityCosts(served.withColumn(ROW_KIND, lit(USAGE_ROW)), scenarios)
                .withColumn(
                        TOKEN_COST,
                        TokenClass.columns().stream()
                                .map(c -> coalesce(col(c + "_cost"), money(BigDecimal.ZERO)))
                                .reduce(Column::plus)
                                .orElseThrow()
                                .cast(MONEY))
                .withColumn(
                        PRICED_COST,
                        col(TOKEN_COST)
                                .plus(col(CAPACITY_COST))
                                .plus(col(FEE_COST))
                                .cast(MONEY))
                .withColumn(
                        TOTAL_COST,
                        when(col(UNPRICED_TOKENS).plus(col(UNPRICED_CALLS)).equalTo(0), col(PRICED_COST)))
                .withColumn(ASSUMPTIONS, assumptions(scenarios, rules))
                .drop(rules.columns().toArray(String[]::new));
    }

    /** What the row's rates, its scenario and its feeds take for granted; null where nothing is. */
    private static Column assumptions(List<Scenario> scenarios, Rules rules) {
        Column ofSampled = when(col(SAMPLED), array(lit(SAMPLED_FEED))).otherwise(array());
        Column ofScenario = scenarios.stream()
                .map(s -> when(isOf(s), s.assumption()))
                .reduce((a, b) -> coalesce(a, b))
                .orElseThrow();
        Column all = array_sort(array_union(
                array_compact(array(ofScenario)),
                array_union(rules.texts(), ofSampled.cast(DataTypes.createArrayType(DataTypes.StringType)))));
        return when(size(all).gt(0), array_join(all, "; "));
    }

    private static Column isOf(Scenario scenario) {
        return col(SCENARIO).equalTo(scenario(scenario)).and(col(VARIANT).eqNullSafe(variant(scenario)));
    }

    /** Adds what each row pays for the capacity that served it: one unit of its pool after the other. */
    private static Dataset<Row> withCapacityCosts(Dataset<Row> served, List<Scenario> scenarios) {
        List<Map<List<String>, BigDecimal>> used = new ArrayList<>();
        for (Scenario scenario : scenarios) {
            Map<List<String>, Integer> seen = new HashMap<>();
            for (CapacityCharge charge : scenario.charges()) {
                int number = seen.merge(key(scenario, charge), 1, Integer::sum) - 1;
                if (number == used.size()) {
                    used.add(new HashMap<>());
                }
                used.get(number).put(key(scenario, charge), charge.used());
            }
        }
        Dataset<Row> rows = served.withColumn(CAPACITY_COST, money(BigDecimal.ZERO));
        for (int number = 0; number < used.size(); number++) {
            String weight = WEIGHTED + number;
            rows = withShareWeights(rows, scenarios, number);
            Column takes = coalesce(col(weight).gt(0), lit(false));
            Column whole = new Lookup<>(used.get(number), MONEY).of(Usage.columns(SCENARIO_MONTH_POOL));
            Dataset<Row> shared = Allocation.share(
                            rows.filter(takes).withColumn("used", whole),
                            SCENARIO_MONTH_POOL,
                            "used",
                            weight,
                            ATTRIBUTES,
                            Money.REPORT_SCALE,
                            "part")
                    .withColumn(
                            CAPACITY_COST, col(CAPACITY_COST).plus(col("part")).cast(MONEY))
                    .drop("used", "part");
            rows = shared.unionByName(rows.filter(takes.unary_$bang()));
        }
        return rows;
    }

    /** Replaces the weights of scenarios that share a cost out by something else than what was served. */
    private static Dataset<Row> withShareWeights(Dataset<Row> rows, List<Scenario> scenarios, int number) {
        String weight = WEIGHTED + number;
        Dataset<Row> weighted = rows;
        for (Scenario scenario : scenarios) {
            Optional<Dataset<Row>> others = scenario.shareWeights(number);
            if (others.isPresent()) {
                List<String> key = Usage.concat(List.of(MONTH, POOL), ATTRIBUTES);
                Dataset<Row> by = others.get()
                        .select(Stream.concat(key.stream().map(c -> col(c).as("of_" + c)), Stream.of(col(SHARE_WEIGHT)))
                                .toArray(Column[]::new));
                Column same =
                        key.stream().map(c -> col(c).eqNullSafe(col("of_" + c))).reduce(isOf(scenario), Column::and);
                weighted = weighted.join(by, same, "left")
                        .withColumn(
                                weight,
                                when(isOf(scenario), col(SHARE_WEIGHT).cast(WEIGHTS))
                                        .otherwise(col(weight)))
                        .drop(key.stream().map(c -> "of_" + c).toArray(String[]::new))
                        .drop(SHARE_WEIGHT);
            }
        }
        return weighted;
    }

    /** How many units of a pool there are at most: more than one where bundles serve a side each. */
    private static int mostUnits(List<Scenario> scenarios) {
        return scenarios.stream()
                .flatMap(s ->
                        s.charges().stream()
                                .collect(groupingBy(charge -> key(s, charge), counting()))
                                .values()
                                .stream())
                .mapToInt(Long::intValue)
                .max()
                .orElse(0);
    }

    /**
     * The rows of {@code row_kind} idle: what capacity cost while it served nothing, with the columns of {@link #costs};
     * those that say who and what are null.
     *
     * @param pools what is used of each pool; an idle row is as sampled as its pool
     */
    static List<Row> idle(List<Scenario> scenarios, List<PoolCost> pools) {
        List<Row> rows = new ArrayList<>();
        for (Scenario scenario : scenarios) {
            for (CapacityCharge charge : scenario.charges()) {
                boolean sampled = pools.stream()
                        .anyMatch(p -> p.sampled()
                                && p.month().equals(charge.month())
                                && p.pool().equals(charge.pool()));
                SortedSet<String> assumptions = scenario.assumptions(charge.month(), charge.pool());
                if (sampled) {
                    assumptions.add(SAMPLED_FEED);
                }
                rows.add(notUsage(
                        scenario.key(),
                        charge.month(),
                        charge.pool(),
                        IDLE_ROW,
                        charge.idle(),
                        ZERO,
                        sampled,
                        assumptions));
            }
        }
        return rows;
    }

    private static final BigDecimal ZERO = BigDecimal.ZERO.setScale(Money.REPORT_SCALE);

    /** A row of {@link #NOT_USAGE}. */
    static Row notUsage(
            ScenarioKey key,
            Month month,
            String pool,
            String rowKind,
            BigDecimal capacityCost,
            BigDecimal feeCost,
            boolean sampled,
            SortedSet<String> assumptions) {
        BigDecimal total = capacityCost.add(feeCost);
        return RowFactory.create(
                key.scenario().label(),
                key.variant(),
                month.toString(),
                pool,
                rowKind,
                capacityCost,
                feeCost,
                total,
                total,
                sampled,
                assumptions.isEmpty() ? null : String.join("; ", assumptions));
    }

    private static Column quantityWhere(Column condition) {
        return when(condition, col(QUANTITY)).otherwise(0L);
    }

    private static Column whereClass(String tokenClass) {
        return when(Usage.tokenClass().equalTo(tokenClass), col(COST));
    }

    private static Column rounded(Column exact) {
        return bround(exact, Money.REPORT_SCALE).cast(MONEY);
    }

    private static Column money(BigDecimal amount) {
        return lit(amount).cast(MONEY);
    }
}
