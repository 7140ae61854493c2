package io.tokenledger.scenario;

import static io.tokenledger.usage.Pools.POOL;
import static io.tokenledger.usage.Usage.ATTRIBUTES;
import static io.tokenledger.usage.Usage.FIRST_SEEN;
import static io.tokenledger.usage.Usage.LAST_SEEN;
import static io.tokenledger.usage.Usage.MONTH;
import static io.tokenledger.usage.Usage.PROMPT_ABOVE;
import static io.tokenledger.usage.Usage.SAMPLED;
import static io.tokenledger.usage.Usage.SLICE_FROM;
import static io.tokenledger.usage.Usage.TOKENS;
import static io.tokenledger.usage.Usage.TOKEN_CLASS;
import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.bround;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.explode;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.when;

import io.tokenledger.ledger.Lookup;
import io.tokenledger.model.Money;
import io.tokenledger.model.TokenClass;
import io.tokenledger.usage.Usage;
import java.math.BigDecimal;
import java.util.ArrayList;
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

/** The steps from scenarios to costs. */
final class Facts {
    static final String SCENARIO = "scenario";
    static final String PRICE_TIER = "price_tier";
    static final String ROW_KIND = "row_kind";
    static final String USAGE_ROW = "usage";
    static final String IDLE_ROW = "idle";
    static final String COST = "cost";
    static final String PRICED = "priced";
    static final String WEIGHTED = "weighted_tokens";
    static final String PRICED_TOKENS = "priced_tokens";
    static final String UNPRICED_TOKENS = "unpriced_tokens";
    static final String CAPACITY_TOKENS = "capacity_tokens";
    static final String TOKEN_COST = "token_cost";
    static final String CAPACITY_COST = "capacity_cost";
    static final String FEE_COST = "fee_cost";
    static final String TOTAL_COST = "total_cost";
    static final String PRICED_COST = "priced_cost";

    /** Money as reports show it. */
    static final DecimalType MONEY = DataTypes.createDecimalType(38, Money.REPORT_SCALE);

    /** Whole tokens, so narrow that tokens × price per token, DECIMAL(19,18), is exact in DECIMAL(38,18). */
    private static final DecimalType EXACT_TOKENS = DataTypes.createDecimalType(18, 0);

    private static final DecimalType WEIGHT = DataTypes.createDecimalType(19, Throughput.WEIGHT_SCALE);

    /** The columns of an idle row that are not null. */
    static final StructType IDLE = new StructType()
            .add(SCENARIO, DataTypes.StringType)
            .add(MONTH, DataTypes.StringType)
            .add(POOL, DataTypes.StringType)
            .add(ROW_KIND, DataTypes.StringType)
            .add(CAPACITY_COST, MONEY)
            .add(FEE_COST, MONEY)
            .add(PRICED_COST, MONEY)
            .add(TOTAL_COST, MONEY)
            .add(SAMPLED, DataTypes.BooleanType);

    private static final List<String> COST_KEY = Usage.concat(List.of(SCENARIO, MONTH, POOL), ATTRIBUTES);

    private Facts() {}

    /**
     * Every billable token in every scenario, priced.
     *
     * @param tokens as {@link Tokens#of}
     * @return scenario, month, pool, the attributes, {@code sampled}, {@code price_tier} (null on capacity), {@code
     *     slice_from}, {@code prompt_tokens_above}, {@code token_class}, {@code tokens}, {@code first_seen}, {@code
     *     last_seen}, {@code rate} (see {@link Prices}), {@code cost} DECIMAL(38,18), exact, null where no rate prices
     *     the tokens, {@code weighted_tokens} where capacity that is paid for serves them, {@code priced} where either
     *     is there
     */
    static Dataset<Row> of(List<Scenario> scenarios, Dataset<Row> tokens, Prices prices) {
        Column[] key = Usage.columns(
                Usage.concat(COST_KEY, List.of(SAMPLED, PRICE_TIER, SLICE_FROM, PROMPT_ABOVE, TOKEN_CLASS)));
        return served(scenarios, tokens)
                .groupBy(key)
                .agg(
                        sum(TOKENS).as(TOKENS),
                        min(FIRST_SEEN).as(FIRST_SEEN),
                        max(LAST_SEEN).as(LAST_SEEN))
                .filter(col(TOKENS).notEqual(0))
                .withColumn(Prices.RATE, prices.rate())
                .withColumn(COST, col(TOKENS).cast(EXACT_TOKENS).multiply(prices.price()))
                .withColumn(
                        WEIGHTED,
                        col(TOKENS)
                                .cast(EXACT_TOKENS)
                                .multiply(when(col(PRICE_TIER).isNull(), weight(scenarios))))
                .withColumn(PRICED, col(COST).isNotNull().or(col(WEIGHTED).isNotNull()));
    }

    /** Each row of tokens once per scenario, and what overflows moved to where it is paid. */
    private static Dataset<Row> served(List<Scenario> scenarios, Dataset<Row> tokens) {
        List<String> kept = Usage.concat(Usage.CELL_KEY, List.of(POOL, FIRST_SEEN, LAST_SEEN, TOKEN_CLASS, TOKENS));
        Column[] choices = scenarios.stream()
                .map(s -> struct(
                        lit(s.name().label()).as(SCENARIO),
                        s.priceTier().cast(DataTypes.StringType).as(PRICE_TIER)))
                .toArray(Column[]::new);
        Dataset<Row> served = tokens.withColumn("choice", explode(array(choices)))
                .select(Usage.columns(Usage.concat(kept, List.of("choice." + SCENARIO, "choice." + PRICE_TIER))));
        for (Scenario scenario : scenarios) {
            Optional<Dataset<Row>> overflow = scenario.overflow();
            if (overflow.isPresent()) {
                served = served.unionByName(moved(overflow.get(), scenario), true);
            }
        }
        return served;
    }

    /** Overflow as two rows each: taken from the capacity, and given to the price list that pays for it. */
    private static Dataset<Row> moved(Dataset<Row> overflow, Scenario scenario) {
        Column taken = struct(
                lit(null).cast(DataTypes.StringType).as(PRICE_TIER),
                col(TOKENS).unary_$minus().as(TOKENS));
        Column paid = struct(col(PRICE_TIER), col(TOKENS));
        return overflow.withColumn(SCENARIO, lit(scenario.name().label()))
                .withColumn("moved", explode(array(taken, paid)))
                .drop(PRICE_TIER, TOKENS)
                .select(col("*"), col("moved." + PRICE_TIER), col("moved." + TOKENS))
                .drop("moved");
    }

    private static Column weight(List<Scenario> scenarios) {
        Map<List<String>, BigDecimal> weights = new HashMap<>();
        for (Scenario scenario : scenarios) {
            for (CapacityCharge charge : scenario.charges()) {
                charge.weights()
                        .forEach((tokenClass, weight) -> weights.put(
                                List.of(
                                        scenario.name().label(),
                                        charge.month().toString(),
                                        charge.pool(),
                                        tokenClass.column()),
                                weight.setScale(Throughput.WEIGHT_SCALE)));
            }
        }
        return new Lookup<>(weights, WEIGHT).of(col(SCENARIO), col(MONTH), col(POOL), col(TOKEN_CLASS));
    }

    /**
     * Costs by tenant and model: each cost rounded once, here, HALF_EVEN to 12 digits, so that every higher total is the
     * sum of rows that a reader can see. The rows of {@link #idle} complete them.
     *
     * @return scenario, month, pool, the attributes, {@code row_kind}, {@code sampled}, {@code priced_tokens}, {@code
     *     unpriced_tokens}, {@code capacity_tokens}, {@code <token class>_cost} (null without such tokens), {@code
     *     token_cost}, {@code capacity_cost}, {@code fee_cost}, {@code priced_cost}, {@code total_cost} (null if
     *     anything is unpriced)
     */
    static Dataset<Row> costs(Dataset<Row> facts, List<Scenario> scenarios) {
        List<Column> sums = new ArrayList<>(List.of(
                sum(tokensWhere(col(PRICED).unary_$bang())).as(UNPRICED_TOKENS),
                sum(tokensWhere(col(WEIGHTED).isNotNull())).as(CAPACITY_TOKENS),
                max(SAMPLED).as(SAMPLED),
                sum(WEIGHTED).as(WEIGHTED)));
        TokenClass.columns().forEach(c -> sums.add(rounded(sum(whereClass(c))).as(c + "_cost")));
        Dataset<Row> served = facts.groupBy(Usage.columns(COST_KEY))
                .agg(sum(tokensWhere(col(PRICED))).as(PRICED_TOKENS), sums.toArray(Column[]::new));
        return withCapacityCosts(served.withColumn(ROW_KIND, lit(USAGE_ROW)), scenarios)
                .withColumn(
                        TOKEN_COST,
                        TokenClass.columns().stream()
                                .map(c -> coalesce(col(c + "_cost"), money(BigDecimal.ZERO)))
                                .reduce(Column::plus)
                                .orElseThrow()
                                .cast(MONEY))
                .withColumn(FEE_COST, money(BigDecimal.ZERO))
                .withColumn(
                        PRICED_COST,
                        col(TOKEN_COST)
                                .plus(col(CAPACITY_COST))
                                .plus(col(FEE_COST))
                                .cast(MONEY))
                .withColumn(TOTAL_COST, when(col(UNPRICED_TOKENS).equalTo(0), col(PRICED_COST)));
    }

    private static Dataset<Row> withCapacityCosts(Dataset<Row> served, List<Scenario> scenarios) {
        Dataset<Row> free = served.withColumn(CAPACITY_COST, money(BigDecimal.ZERO));
        Map<List<String>, BigDecimal> used = new HashMap<>();
        for (Scenario scenario : scenarios) {
            for (CapacityCharge charge : scenario.charges()) {
                used.put(List.of(scenario.name().label(), charge.month().toString(), charge.pool()), charge.used());
            }
        }
        if (used.isEmpty()) {
            return free;
        }
        Column onCapacity = coalesce(col(WEIGHTED).gt(0), lit(false));
        Dataset<Row> shared = Allocation.share(
                        served.filter(onCapacity)
                                .withColumn("used", new Lookup<>(used, MONEY).of(col(SCENARIO), col(MONTH), col(POOL))),
                        List.of(SCENARIO, MONTH, POOL),
                        "used",
                        WEIGHTED,
                        ATTRIBUTES,
                        Money.REPORT_SCALE,
                        CAPACITY_COST)
                .drop("used");
        return shared.unionByName(free.filter(onCapacity.unary_$bang()));
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
                rows.add(RowFactory.create(
                        scenario.name().label(),
                        charge.month().toString(),
                        charge.pool(),
                        IDLE_ROW,
                        charge.idle(),
                        BigDecimal.ZERO.setScale(Money.REPORT_SCALE),
                        charge.idle(),
                        charge.idle(),
                        sampled));
            }
        }
        return rows;
    }

    private static Column tokensWhere(Column condition) {
        return when(condition, col(TOKENS)).otherwise(0L);
    }

    private static Column whereClass(String tokenClass) {
        return when(col(TOKEN_CLASS).equalTo(tokenClass), col(COST));
    }

    private static Column rounded(Column exact) {
        return bround(exact, Money.REPORT_SCALE).cast(MONEY);
    }

    private static Column money(BigDecimal amount) {
        return lit(amount).cast(MONEY);
    }
}
