package io.tokenledger.report;

import static io.tokenledger.report.TableColumn.count;
import static io.tokenledger.report.TableColumn.day;
import static io.tokenledger.report.TableColumn.flag;
import static io.tokenledger.report.TableColumn.money;
import static io.tokenledger.report.TableColumn.ratio;
import static io.tokenledger.report.TableColumn.text;
import static io.tokenledger.report.TableColumn.texts;
import static io.tokenledger.report.TableColumn.time;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import io.tokenledger.model.TokenClass;
import io.tokenledger.scenario.BatchPlan;
import io.tokenledger.scenario.BreakEvenPoint;
import io.tokenledger.scenario.Comparison;
import io.tokenledger.scenario.Evaluation;
import io.tokenledger.scenario.OtherModelCost;
import io.tokenledger.usage.Usage;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** What the same tokens cost in each scenario, and the verdicts. */
public final class ScenarioTables {

    private ScenarioTables() {}

    /**
     * Costs by scenario, tenant, feature, environment and model.
     *
     * @param costs as {@link Evaluation#costs()}
     */
    public static TableContent scenarioCosts(Dataset<Row> costs, String currency) {
        List<Column> columns = new ArrayList<>();
        List.of("month", "scenario", "variant", "row_kind").forEach(c -> columns.add(col(c)));
        Usage.ATTRIBUTES.forEach(c -> columns.add(col(c)));
        List.of("pool", "priced_tokens", "unpriced_tokens").forEach(c -> columns.add(col(c)));
        TokenClass.columns().forEach(c -> columns.add(col(c + "_cost")));
        List.of("capacity_cost", "fee_cost", "total_cost", "priced_cost").forEach(c -> columns.add(col(c)));
        columns.add(coalesce(col("sampled"), lit(false)).as("sampled"));
        columns.add(col("assumptions"));
        columns.add(lit(currency).as("currency"));
        return TableContent.of(
                "scenario_costs",
                costs.select(columns.toArray(Column[]::new)),
                Usage.concat(
                        List.of("month", "scenario", "variant", "pool", "row_kind"),
                        Usage.ATTRIBUTES,
                        // Rows that are no usage can be alike in all of these: bundles that idle, contracts with a
                        // rest.
                        List.of("assumptions", "total_cost")));
    }

    /** The verdicts, by pool. */
    public static TableContent scenarioComparison(List<Comparison> comparisons, String currency) {
        return TableContent.of(
                "scenario_comparison",
                comparisons,
                List.of(
                        text("month", c -> c.cost().month().toString()),
                        text("pool", c -> c.cost().pool()),
                        text("scenario", c -> c.cost().scenario().scenario().label()),
                        text("variant", c -> c.cost().scenario().variant()),
                        money("total_cost", c -> c.cost().totalCost()),
                        money("idle_cost", c -> c.cost().idleCost()),
                        money("sunk_cost", c -> c.cost().sunkCost()),
                        money("saving_against_serverless", c -> c.savingAgainstServerless()),
                        money("saving_against_as_run", c -> c.savingAgainstAsRun()),
                        flag("feasible", c -> c.feasible()),
                        text("why_not", c -> c.whyNot()),
                        money("blended_cost_per_million", c -> c.blendedCostPerMillion()),
                        money("capacity_cost_per_million", c -> c.capacityCostPerMillion()),
                        flag("cheapest", c -> c.cheapest()),
                        money("priced_cost", c -> c.cost().pricedCost()),
                        count("unpriced_tokens", c -> c.cost().unpricedTokens()),
                        flag("sampled", c -> c.cost().sampled()),
                        texts("assumptions", c -> c.cost().assumptions()),
                        text("currency", c -> currency)));
    }

    /** Whether what can wait stays within the limits of batches, by model and policy. */
    public static TableContent batchPlan(List<BatchPlan> plans) {
        return TableContent.of(
                "batch_plan",
                plans,
                List.of(
                        text("month", p -> p.month().toString()),
                        text("pool", p -> p.pool()),
                        text("provider", p -> p.model().provider()),
                        text("model", p -> p.model().model()),
                        text("policy", p -> p.policy().answer().label()),
                        count("window_hours", p -> p.policy().windowHours()),
                        count("turnaround_hours", p -> p.turnaroundHours()),
                        count("eligible_requests", p -> p.eligibleRequests()),
                        count("eligible_tokens", p -> p.eligibleTokens()),
                        count("peak_backlog_tokens", p -> p.peakBacklogTokens()),
                        time("peak_at", p -> p.peakAt()),
                        day("peak_day", p -> p.peakDay()),
                        count("max_enqueued_tokens", p -> p.policy().maxEnqueuedTokens()),
                        count("files", p -> p.files()),
                        count("max_requests", p -> p.policy().maxRequests()),
                        flag("feasible", p -> p.feasible()),
                        text("why_not", p -> p.whyNot()),
                        flag("sampled", p -> p.sampled()),
                        texts("assumptions", p -> p.assumptions())));
    }

    /** The same tokens at the rates of other models. */
    public static TableContent whatIfModel(List<OtherModelCost> costs, String currency) {
        return TableContent.of(
                "what_if_model",
                costs,
                List.of(
                        text("month", c -> c.month().toString()),
                        text("pool", c -> c.pool()),
                        text("provider", c -> c.model().provider()),
                        text("model", c -> c.model().model()),
                        text("other_provider", c -> c.otherModel().provider()),
                        text("other_model", c -> c.otherModel().model()),
                        ratio("token_factor", c -> c.tokenFactor()),
                        count("tokens", c -> c.tokens()),
                        money("cost", c -> c.cost()),
                        money("priced_cost", c -> c.pricedCost()),
                        money("serverless_cost", c -> c.serverlessCost()),
                        money("difference", c -> c.difference()),
                        flag("sampled", c -> c.sampled()),
                        texts("assumptions", c -> c.assumptions()),
                        text("currency", c -> currency)));
    }

    /** What scenarios would cost at other volumes, and where the cheaper of two changes. */
    public static TableContent breakEven(List<BreakEvenPoint> points, String currency) {
        return TableContent.of(
                "break_even",
                points,
                List.of(
                        text("month", p -> p.month().toString()),
                        text("pool", p -> p.pool()),
                        text("scenario", p -> p.scenario().scenario().label()),
                        text("variant", p -> p.scenario().variant()),
                        text("point", p -> p.kind().label()),
                        ratio("volume", p -> p.volume()),
                        count("tokens", p -> p.tokens()),
                        money("total_cost", p -> p.totalCost()),
                        text(
                                "other_scenario",
                                p -> p.otherScenario() == null
                                        ? null
                                        : p.otherScenario().scenario().label()),
                        text(
                                "other_variant",
                                p -> p.otherScenario() == null
                                        ? null
                                        : p.otherScenario().variant()),
                        text("why_not", p -> p.whyNot()),
                        flag("sampled", p -> p.sampled()),
                        texts("assumptions", p -> p.assumptions()),
                        text("currency", p -> currency)));
    }
}
