package io.tokenledger.job;

import static io.tokenledger.job.TestJob.rate;
import static io.tokenledger.job.TestJob.request;
import static org.assertj.core.api.Assertions.assertThat;

import io.tokenledger.SparkTest;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From logs to the tables batch_plan, what_if_model and break_even. */
class ScenarioTablesTest extends SparkTest {

    @Test
    void aNightWritesBatchPlansOtherModelsAndBreakEvens(@TempDir Path dir) {
        TestJob job = new TestJob(dir)
                .rates(
                        rate("m", "uncached_input", "2026-01-01", "", "1"),
                        rate("m", "output", "2026-01-01", "", "2"),
                        rate("n", "uncached_input", "2026-01-01", "", "3"),
                        rate("n", "output", "2026-01-01", "", "4"))
                .table(
                        "batch_policy",
                        "provider,model,valid_from,valid_to,policy,window_hours,max_requests,max_enqueued_tokens,source,retrieved_at,note",
                        "p,m,2026-01-01,,list,24,1,900,,,")
                .table("batch_eligibility", "tenant,feature,environment,note", "acme,,,")
                .table("pools", "pool,provider,model", "chat,p,m")
                .table(
                        "capacity_units",
                        "unit,kind,pool,throughput_per_minute,weight_uncached_input,weight_cached_input,weight_cache_write,weight_output,utilisation_ceiling,price,price_per,currency,minimum_monthly,overage_rule,overage_price,throughput_source,price_source,retrieved_at,note",
                        "gpu,replica,chat,1000,1,0.1,1.25,4,0.8,0.000001,hour,USD,,standard,,,,,")
                .scenarios("""
                        serverless: {}
                        batch: {turnaround_hours: 2}
                        dedicated: {units: {gpu: 1}}
                        what-if-model: {models: [p/n], token_factors: {p/n: 1.5}}
                        """)
                .log(
                        "a.jsonl",
                        request("r1", "2026-09-30T23:30:00Z", "m", 500, 100),
                        request("r2", "2026-10-01T00:10:20Z", "m", 300, 100),
                        request("r3", "2026-10-01T00:10:40Z", "m", 400, 50).replace("acme", "beta"));
        TestJob.Night night = job.run(session()).publishes("2026-09 v1", "2026-10 v1");

        assertThat(night.table("2026-09", "batch_plan").get(0))
                .containsEntry("peak_backlog_tokens", "600")
                .containsEntry("feasible", "true")
                .containsEntry("why_not", "");
        String aboveLimit = "backlog of 1,000 tokens on 2026-10-01 is above the limit of 900 for p/m";
        assertThat(night.row("2026-10", "batch_plan", "model", "m"))
                .containsEntry("pool", "chat")
                .containsEntry("policy", "list")
                .containsEntry("window_hours", "24")
                .containsEntry("turnaround_hours", "2")
                .containsEntry("eligible_requests", "1")
                .containsEntry("eligible_tokens", "400")
                .containsEntry("peak_backlog_tokens", "1000")
                .containsEntry("peak_at", "2026-10-01T00:10:00Z")
                .containsEntry("peak_day", "2026-10-01")
                .containsEntry("files", "2")
                .containsEntry("feasible", "false")
                .containsEntry("why_not", aboveLimit);
        assertThat(night.row("2026-10", "scenario_comparison", "scenario", "batch"))
                .containsEntry("feasible", "false")
                .containsEntry("why_not", aboveLimit)
                .containsEntry("assumptions", "batches are taken to finish within 2 hours; what can wait is declared");
        assertThat(night.table("2026-10", "scenario_costs"))
                .filteredOn(row ->
                        row.get("scenario").equals("batch") && row.get("tenant").equals("beta"))
                .extracting(row -> row.get("assumptions"))
                .as("nothing of this tenant can wait")
                .containsExactly("");

        // 700 × 1 + 150 × 2 = 1,000 µ; as n (700 × 3 + 150 × 4) × 1.5 = 4,050 µ
        assertThat(night.row("2026-10", "what_if_model", "other_model", "n"))
                .containsEntry("model", "m")
                .containsEntry("token_factor", "1.500000")
                .containsEntry("tokens", "850")
                .containsEntry("cost", "0.004050000000")
                .containsEntry("priced_cost", "0.004050000000")
                .containsEntry("serverless_cost", "0.001000000000")
                .containsEntry("difference", "0.003050000000")
                .containsEntry("currency", "USD");

        List<Map<String, String>> points = night.table("2026-10", "break_even");
        assertThat(points)
                .filteredOn(row -> row.get("point").equals("current"))
                .extracting(row -> row.get("scenario") + " " + row.get("total_cost") + " " + row.get("why_not"))
                .containsExactly(
                        "serverless 0.001000000000 ",
                        "batch 0.001000000000 " + aboveLimit,
                        // 744 µ, and of the minute's 1,300 weighted tokens 500 overflow: 500 ÷ 1,300 of 1,000 µ in
                        // whole tokens, 269 + 58 × 2 = 385 µ
                        "dedicated 0.001129000000 ");
        assertThat(points)
                .filteredOn(row -> row.get("point").equals("crossing"))
                .extracting(row -> row.get("scenario") + " " + row.get("other_scenario"))
                .isEmpty();
        BigDecimal comparison = new BigDecimal(night.row("2026-10", "scenario_comparison", "scenario", "dedicated")
                .get("total_cost"));
        assertThat(comparison).isEqualByComparingTo("0.001129");

        // What was still enqueued when the month began is part of it, so a late request before it makes it anew.
        job.log("b.jsonl", request("r4", "2026-09-30T23:40:00Z", "m", 100, 0));
        TestJob.Night next = job.run(session()).publishes("2026-09 v2", "2026-10 v2");
        assertThat(next.row("2026-10", "batch_plan", "model", "m")).containsEntry("peak_backlog_tokens", "1100");
    }
}
