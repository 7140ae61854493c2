package io.tokenledger.report;

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

import io.tokenledger.model.Money;
import io.tokenledger.model.TokenClass;
import io.tokenledger.model.TokenClass.Direction;
import io.tokenledger.scenario.Evaluation;
import io.tokenledger.scenario.ScenarioKey;
import io.tokenledger.usage.Usage;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;

/** What was used, by tenant, and what it costs in each scenario. */
public final class UsageTables {
    private static final DataType MONEY = DataTypes.createDecimalType(38, Money.REPORT_SCALE);
    private static final String ROW_KIND = "row_kind";
    private static final String SCENARIO = "scenario";
    private static final String VARIANT = "variant";
    private static final String PRICED_COST = "priced_cost";
    private static final String TOTAL_COST = "total_cost";

    private UsageTables() {}

    /** Tokens by tenant, feature, environment, model, mode and tier: everything accepted, billable or not. */
    public static TableContent usage(Dataset<Row> cells) {
        List<String> key = Usage.concat(List.of(MONTH), Usage.ATTRIBUTES, List.of(SERVING_MODE, SERVICE_TIER));
        List<Column> figures = new ArrayList<>();
        figures.add(sum(REQUESTS).as(REQUESTS));
        figures.add(sum(FAILED).as(FAILED));
        TokenClass.columns().forEach(c -> figures.add(sum(c).as(c)));
        figures.add(sum(REASONING).as(REASONING));
        figures.add(sum(UNCLASSIFIED).as(UNCLASSIFIED));
        figures.add(sum(Usage.total(Direction.INPUT)).as(INPUT_TOKENS));
        figures.add(sum(Usage.total(Direction.OUTPUT)).as(OUTPUT_TOKENS));
        figures.add(max(SAMPLED).as(SAMPLED));
        return TableContent.of("usage", grouped(cells, key, figures), key);
    }

    /**
     * The table that finance opens first. Its rows add up to the month's costs: what tenants used, and the capacity that
     * nobody used on rows of {@code row_kind} idle.
     *
     * @param operations as {@link Usage#operations}
     * @param costs as {@link Evaluation#costs()}
     * @param scenarios those that get a column, one variant of each
     */
    public static TableContent monthlyCosts(
            Dataset<Row> cells, Dataset<Row> operations, Dataset<Row> costs, Collection<ScenarioKey> scenarios) {
        List<String> key = List.of(MONTH, TENANT, PROVIDER, MODEL, ROW_KIND);
        Dataset<Row> used = cells.withColumn(INPUT_TOKENS, Usage.total(Direction.INPUT))
                .withColumn(OUTPUT_TOKENS, Usage.total(Direction.OUTPUT))
                .withColumn(ROW_KIND, lit("usage"))
                .select(Usage.columns(Usage.concat(key, List.of(REQUESTS, INPUT_TOKENS, OUTPUT_TOKENS, SAMPLED))));
        Dataset<Row> wanted = operations.withColumn(ROW_KIND, lit("usage"));
        Dataset<Row> paid = costs.select(
                Usage.columns(Usage.concat(key, List.of(SCENARIO, VARIANT, PRICED_COST, TOTAL_COST, SAMPLED))));
        List<Column> figures = new ArrayList<>();
        List.of(REQUESTS, OPERATIONS, INPUT_TOKENS, OUTPUT_TOKENS).forEach(c -> figures.add(sum(c).as(c)));
        scenarios.forEach(s -> figures.add(cost(s).as(s.scenario().costColumn())));
        figures.add(coalesce(max(SAMPLED), lit(false)).as(SAMPLED));
        return TableContent.of(
                "monthly_costs",
                grouped(used.unionByName(wanted, true).unionByName(paid, true), key, figures),
                List.of(MONTH, ROW_KIND, TENANT, PROVIDER, MODEL));
    }

    /** The columns of the key, then the figures. */
    private static Dataset<Row> grouped(Dataset<Row> rows, List<String> key, List<Column> figures) {
        return rows.groupBy(Usage.columns(key))
                .agg(figures.get(0), figures.subList(1, figures.size()).toArray(Column[]::new));
    }

    /** Null if any token is unpriced; 0 where there is nothing to pay for. */
    private static Column cost(ScenarioKey scenario) {
        Column ours = col(SCENARIO)
                .equalTo(scenario.scenario().label())
                .and(col(VARIANT).eqNullSafe(lit(scenario.variant()).cast(DataTypes.StringType)));
        Column unpriced = coalesce(max(ours.and(col(TOTAL_COST).isNull())), lit(false));
        Column priced = coalesce(sum(when(ours, col(PRICED_COST))), lit(BigDecimal.ZERO));
        return when(unpriced.unary_$bang(), priced.cast(MONEY));
    }
}
