package io.tokenledger.job;

import static io.tokenledger.job.TestJob.CANARY;
import static io.tokenledger.job.TestJob.feed;
import static io.tokenledger.job.TestJob.rate;
import static io.tokenledger.job.TestJob.record;
import static io.tokenledger.job.TestJob.request;
import static org.assertj.core.api.Assertions.assertThat;

import io.tokenledger.SparkTest;
import io.tokenledger.ingest.Digests;
import io.tokenledger.job.TestJob.Night;
import io.tokenledger.model.ExitCode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a night does with input that is wrong: nothing is silently zero, and a failure leaves what was published. */
class BadInputTest extends SparkTest {
    private static final String DAY = "2026-09-10T12:00:00Z";
    private static final String LATER = "2026-09-10T13:00:00Z";

    private static final List<String> BAD_LINES = List.of(
            "{\"id\":\"cut\",\"messages\":\"" + CANARY + "\"",
            record("negative", DAY, "m", "\"usage\":{\"prompt_tokens\":-4,\"completion_tokens\":1}"),
            record("fractional", DAY, "m", "\"usage\":{\"prompt_tokens\":4.5,\"completion_tokens\":1}"),
            record("text", DAY, "m", "\"usage\":{\"prompt_tokens\":\"" + CANARY + "\",\"completion_tokens\":1}"),
            record("twice", DAY, "m", "\"usage\":{\"prompt_tokens\":4,\"prompt_tokens\":5}"));

    private static final List<String> REASONS = List.of(
            "malformed JSON",
            "negative counter: /usage/prompt_tokens",
            "counter is fractional: /usage/prompt_tokens",
            "counter is text: /usage/prompt_tokens",
            "duplicate key: /usage");

    @TempDir
    private static Path ofBadNight;

    private static TestJob badJob;
    private static Night badNight;

    @TempDir
    private Path dir;

    private TestJob job;

    @BeforeEach
    void makeJob() {
        job = new TestJob(dir);
    }

    /** One night over everything that a night can go on with; run once, by the first test that looks at it. */
    private Night badNight() throws IOException {
        if (badNight == null) {
            String[] lines = Stream.of(
                            Stream.of(request("r0", DAY, "m", 100_000, 10_000)),
                            BAD_LINES.stream(),
                            Stream.of(
                                    record("no-usage", DAY, "m", "\"choices\":[]"),
                                    request("unknown-model", DAY, "new-model", 5, 6),
                                    request("half", DAY, "half-priced", 10, 20),
                                    request("gap-before", "2026-09-09T12:00:00Z", "gap", 100, 0),
                                    request("gap", DAY, "gap", 70, 0),
                                    request("r0", LATER, "m", 7, 7),
                                    request("stream", DAY, "m", 10, 1),
                                    request("stream", DAY, "m", 10, 50)))
                    .flatMap(s -> s)
                    .toArray(String[]::new);
            badJob = new TestJob(ofBadNight)
                    .feedWith("on_unreadable: skip")
                    .with("thresholds: {rejected_percent: 50, unpriced_percent: 1}")
                    .rates(
                            rate("m", "uncached_input", "2026-01-01", "", "1"),
                            rate("m", "output", "2026-01-01", "", "2"),
                            rate("half-priced", "uncached_input", "2026-01-01", "", "1"),
                            rate("gap", "uncached_input", "2026-01-01", "2026-09-10", "1"),
                            rate("gap", "uncached_input", "2026-09-11", "", "1"))
                    .log("app.jsonl", lines)
                    .log("empty.jsonl")
                    .write("logs/cut.jsonl.gz", cutGzip());
            badNight = badJob.run(spark());
        }
        return badNight.publishes("2026-09 v1");
    }

    private static byte[] cutGzip() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
            gzip.write(wholeLog().getBytes(StandardCharsets.UTF_8));
        }
        return Arrays.copyOf(bytes.toByteArray(), bytes.size() - 20);
    }

    private static String wholeLog() {
        StringBuilder lines = new StringBuilder();
        IntStream.range(0, 200)
                .forEach(i -> lines.append(request("cut-" + i, DAY, "model-of-cut-file", i, i))
                        .append('\n'));
        return lines.toString();
    }

    private static String check(Night night, String name) {
        Map<String, String> row = night.row("2026-09", "data_quality", "check", name);
        return row.get("severity") + " " + row.get("count");
    }

    // Records

    @Test
    void aBadRecordIsRejectedWithFilePlaceReasonAndDigest() throws IOException {
        List<Map<String, String>> rejected = badNight().table("2026-09", "rejected_records");
        assertThat(rejected).extracting(r -> r.get("reason")).containsExactlyElementsOf(REASONS);
        byte[] log = Files.readAllBytes(badJob.file("logs/app.jsonl"));
        for (int i = 0; i < BAD_LINES.size(); i++) {
            byte[] line = BAD_LINES.get(i).getBytes(StandardCharsets.UTF_8);
            Map<String, String> row = rejected.get(i);
            int offset = Integer.parseInt(row.get("byte_offset"));
            assertThat(row.get("file")).endsWith("/logs/app.jsonl");
            assertThat(row.get("feed")).isEqualTo("app");
            assertThat(Arrays.copyOfRange(log, offset, offset + line.length)).isEqualTo(line);
            assertThat(row.get("line_sha256")).isEqualTo(Digests.sha256(line));
        }
        assertThat(TestJob.csv(badNight().runFile("rejects.csv")))
                .extracting(r -> r.get("reason"))
                .containsExactlyElementsOf(REASONS);
    }

    @Test
    void theTextOfARecordIsWrittenNowhere() throws IOException {
        badNight();
        for (String directory : List.of("out", "warehouse")) {
            SortedMap<String, byte[]> files = badJob.filesUnder(directory);
            assertThat(files).isNotEmpty();
            files.forEach((name, content) -> assertThat(new String(content, StandardCharsets.ISO_8859_1))
                    .as(name)
                    .doesNotContain(CANARY));
            // Parquet is compressed: what is in it is looked at as rows.
            files.keySet().stream()
                    .filter(name -> name.endsWith(".parquet"))
                    .forEach(name -> assertThat(session()
                                    .read()
                                    .parquet(badJob.file(name).toString())
                                    .collectAsList()
                                    .toString())
                            .as(name)
                            .doesNotContain(CANARY));
        }
    }

    @Test
    void everyRecordReadIsAcceptedOrDuplicateOrRejected() throws IOException {
        assertThat(badNight().run().records())
                .isEqualTo(Map.of("read", 14L, "accepted", 7L, "duplicate", 2L, "rejected", 5L, "out_of_scope", 0L));
        assertThat(check(badNight(), "records_read")).isEqualTo("pass 14");
        assertThat(check(badNight(), "records_accepted")).isEqualTo("info 7");
        assertThat(check(badNight(), "records_rejected")).isEqualTo("warn 5");
        assertThat(check(badNight(), "records_duplicate")).isEqualTo("info 2");
    }

    @Test
    void aRecordWithoutUsageIsARequestWhoseTokensAreUnknown() throws IOException {
        assertThat(check(badNight(), "usage_missing")).isEqualTo("warn 1");
        assertThat(badNight().warnings()).anySatisfy(w -> assertThat(w).contains("2026-09 usage_missing 1: "));
        assertThat(badNight().row("2026-09", "monthly_costs", "model", "m")).containsEntry("requests", "3");
    }

    @Test
    void ofOneIdWithOtherContentTheFirstIsKeptAndTheConflictIsNamed() throws IOException {
        assertThat(check(badNight(), "identity_conflicts")).isEqualTo("warn 1");
        assertThat(badNight().warnings()).anySatisfy(w -> assertThat(w).contains("2026-09 identity_conflicts 1: "));
    }

    @Test
    void ofAGrowingStreamTheLargestCountersCount() throws IOException {
        // r0 and the stream: 100,010 × 1 + 10,050 × 2 USD per 1M; neither the conflict's 7 nor the stream's 1.
        assertThat(badNight().row("2026-09", "monthly_costs", "model", "m"))
                .containsEntry("input_tokens", "100010")
                .containsEntry("output_tokens", "10050")
                .containsEntry("serverless_cost", "0.120110000000");
    }

    // Rates that are not there

    @Test
    @Tag("B1")
    void anUnknownModelHasNoCostInsteadOfNone() throws IOException {
        assertThat(badNight().row("2026-09", "monthly_costs", "model", "new-model"))
                .containsEntry("requests", "1")
                .containsEntry("input_tokens", "5")
                .containsEntry("serverless_cost", "");
        assertThat(unpriced("new-model"))
                .containsExactlyInAnyOrder("serverless standard uncached_input 5", "serverless standard output 6");
        assertThat(badNight().run().months().get(0).totals()).containsEntry("serverless", null);
    }

    @Test
    void aTokenClassWithoutRateLeavesThePricedPartBesideTheMissingTotal() throws IOException {
        assertThat(badNight().row("2026-09", "monthly_costs", "model", "half-priced"))
                .containsEntry("serverless_cost", "");
        assertThat(badNight().row("2026-09", "scenario_costs", "model", "half-priced"))
                .containsEntry("priced_tokens", "10")
                .containsEntry("unpriced_tokens", "20")
                .containsEntry("total_cost", "")
                .containsEntry("priced_cost", "0.000010000000")
                .containsEntry("uncached_input_cost", "0.000010000000");
        assertThat(unpriced("half-priced")).containsExactly("serverless standard output 20");
    }

    @Test
    @Tag("B13")
    void tokensInAGapOfTheRatesAreUnpricedAndTheGapIsNamed() throws IOException {
        assertThat(unpriced("gap")).containsExactly("serverless standard uncached_input 70");
        assertThat(badNight().warnings())
                .contains("rates.csv:5 and rates.csv:6 leave a gap: no price for p/gap standard uncached_input from"
                        + " 2026-09-10T00:00:00Z to 2026-09-11T00:00:00Z");
    }

    private List<String> unpriced(String model) throws IOException {
        return badNight().table("2026-09", "unpriced_usage").stream()
                .filter(r -> r.get("model").equals(model))
                .map(r -> String.join(
                        " ", r.get("scenario"), r.get("price_tier"), r.get("token_class"), r.get("quantity")))
                .toList();
    }

    @Test
    @Tag("B1")
    void aboveTheThresholdNothingIsPublishedUntilTheRateIsThereAndNoLogIsReadAgain() {
        job.log("app.jsonl", request("a", DAY, "m", 1_000, 100), request("b", DAY, "new-model", 100, 10));
        Night first = job.run(spark());
        assertThat(first.failed(ExitCode.UNPRICED))
                .startsWith("2026-09: 110 of 1,210 tokens have no rate in scenario serverless, more than 1 %")
                .contains("p/new-model standard uncached_input", "p/new-model standard output")
                .contains("Add the rates or an alias", "thresholds.unpriced_percent")
                .contains("/runs/" + first.run().runId() + "/unpriced_usage.csv");
        assertThat(TestJob.csv(first.runFile("unpriced_usage.csv")))
                .extracting(r -> r.get("model") + " " + r.get("quantity"))
                .containsExactlyInAnyOrder("new-model 100", "new-model 10");

        Night second = job.rates(
                        rate("m", "uncached_input", "2026-01-01", "", "1"),
                        rate("m", "output", "2026-01-01", "", "2"),
                        rate("new-model", "uncached_input", "2026-01-01", "", "10"),
                        rate("new-model", "output", "2026-01-01", "", "10"))
                .run(spark())
                .publishes("2026-09 v1");
        assertThat(second.run().records()).containsEntry("read", 0L);
        assertThat(second.row("2026-09", "monthly_costs", "model", "new-model"))
                .containsEntry("serverless_cost", "0.001100000000");
    }

    @Test
    void tokensOfDedicatedCapacityWithoutACommitmentAreUnpricedAsRun() {
        job.feedWith("serving_mode: dedicated")
                .scenarios("serverless: {}\nas-run: {}")
                .log("app.jsonl", request("a", DAY, "m", 1_000, 100));
        assertThat(job.run(spark()).failed(ExitCode.UNPRICED))
                .contains("no rate in scenario as-run", "p/m on capacity without a commitment uncached_input");

        Night second =
                job.with("thresholds: {unpriced_percent: 100}").run(spark()).publishes("2026-09 v1");
        assertThat(second.row("2026-09", "monthly_costs", "model", "m"))
                .containsEntry("serverless_cost", "0.001200000000")
                .containsEntry("as_run_cost", "");
        assertThat(second.table("2026-09", "unpriced_usage"))
                .extracting(r -> r.get("scenario") + " " + r.get("model") + " " + r.get("quantity"))
                .containsExactlyInAnyOrder("as-run m 1000", "as-run m 100");
    }

    // Files

    @Test
    void aSkippedFileIsNamedAndNoneOfItsRequestsCounts() throws IOException {
        assertThat(check(badNight(), "files_unreadable")).isEqualTo("warn 1");
        assertThat(badNight().warnings())
                .anySatisfy(w -> assertThat(w)
                        .contains("feed 'app': ", "/logs/cut.jsonl.gz", "cut off inside its gzip data", "skipped"));
        assertThat(badNight().table("2026-09", "monthly_costs"))
                .extracting(r -> r.get("model"))
                .containsExactly("gap", "half-priced", "m", "new-model");
    }

    @Test
    void anEmptyFileBesideAGoodOneIsNamed() throws IOException {
        assertThat(check(badNight(), "files_without_request")).isEqualTo("warn 1");
        assertThat(badNight().warnings())
                .anySatisfy(w -> assertThat(w).contains("feed 'app': ").endsWith("/logs/empty.jsonl is empty"));
    }

    @Test
    void aFileThatEndsEarlyStopsTheNightBeforeAnythingIsCommitted() throws IOException {
        job.log("app.jsonl", request("a", DAY, "m", 1, 1)).write("logs/cut.jsonl.gz", cutGzip());
        assertThat(job.run(spark()).failed(ExitCode.DATA_QUALITY))
                .contains("feed 'app': ", "/logs/cut.jsonl.gz", "cut off inside its gzip data")
                .contains("nothing was committed. Replace the file, or", "on_unreadable: skip");
        assertThat(committedRequests()).isEmpty();
    }

    @Test
    void aFileThatWasSkippedIsReadOnceItIsWholeAndThenNamedNoMore() throws IOException {
        job.feedWith("on_unreadable: skip")
                .rates(
                        rate("m", "uncached_input", "2026-01-01", "", "1"),
                        rate("m", "output", "2026-01-01", "", "2"),
                        rate("model-of-cut-file", "uncached_input", "2026-01-01", "", "1"),
                        rate("model-of-cut-file", "output", "2026-01-01", "", "1"))
                .log("app.jsonl", request("a", DAY, "m", 1, 1))
                .write("logs/cut.jsonl.gz", cutGzip())
                .run(spark())
                .publishes("2026-09 v1");
        job.run(spark()).publishes();
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(whole)) {
            gzip.write(wholeLog().getBytes(StandardCharsets.UTF_8));
        }
        Night third =
                job.write("logs/cut.jsonl.gz", whole.toByteArray()).run(spark()).publishes("2026-09 v2");
        assertThat(third.row("2026-09", "monthly_costs", "model", "model-of-cut-file"))
                .containsEntry("requests", "200");
        assertThat(check(third, "files_unreadable")).isEqualTo("pass 0");
    }

    @Test
    void aCounterThatTheDialectDoesNotKnowIsNamedWithTheRequestsThatHaveIt() {
        String unknown =
                record("u", DAY, "m", "\"usage\":{\"prompt_tokens\":4,\"completion_tokens\":1,\"hologram_tokens\":9}");
        job.log("app.jsonl", request("a", DAY, "m", 1, 1), unknown);
        assertThat(job.run(spark()).warnings())
                .anySatisfy(w -> assertThat(w)
                        .contains(
                                "feed 'app': ",
                                "/logs/app.jsonl: 1 requests have the counter /usage/hologram_tokens, which its dialect"
                                        + " does not know"));
    }

    @Test
    void tooManyRejectedRecordsStopTheNightBeforeAnythingIsCommitted() {
        job.log("app.jsonl", request("a", DAY, "m", 1, 1), BAD_LINES.get(0), request("b", DAY, "m", 1, 1));
        Night night = job.run(spark());
        assertThat(night.failed(ExitCode.DATA_QUALITY))
                .startsWith("1 of 3 records were rejected, more than 1 %; nothing was committed")
                .contains("/runs/" + night.run().runId() + "/rejects.csv")
                .contains("is the dialect of the feed right?", "thresholds.rejected_percent");
        assertThat(TestJob.csv(night.runFile("rejects.csv")))
                .extracting(
                        r -> r.get("file").replaceAll(".*/", "") + ":" + r.get("byte_offset") + " " + r.get("reason"))
                .containsExactly("app.jsonl:" + (request("a", DAY, "m", 1, 1).length() + 1) + " malformed JSON");
        assertThat(committedRequests()).isEmpty();
    }

    @Test
    void noFileIsNoEmptyMonth() {
        assertThat(job.run(spark()).failed(ExitCode.DATA_QUALITY))
                .contains(
                        "feed 'app': no file matches ",
                        "/logs/*",
                        "check that the export has arrived, or remove the feed");
    }

    @Test
    void filesWithoutAnyRecordAreNoEmptyMonth() {
        job.log("one.jsonl").log("two.jsonl");
        assertThat(job.run(spark()).failed(ExitCode.DATA_QUALITY))
                .contains("no record in any of 2 files", "/logs/one.jsonl", "check that the exports are complete");
        assertThat(committedRequests()).isEmpty();
    }

    private List<String> committedRequests() {
        return job.filesUnder("warehouse").keySet().stream()
                .filter(f -> f.contains("requests") && f.endsWith(".parquet"))
                .toList();
    }

    // Identity

    @Test
    void aFeedCanAskToStopAtAConflict() {
        job.feedWith("on_conflict: stop")
                .log("app.jsonl", request("a", DAY, "m", 1, 1), request("a", LATER, "m", 1, 1));
        String message = job.run(spark()).failed(ExitCode.DATA_QUALITY);
        assertThat(message)
                .contains("a request with the id of another, but with another time, model or counters")
                .contains("nothing was committed", "identity namespace 'app'", "on_conflict: keep-first");
        Night second = job.feedWith("on_conflict: keep-first").run(spark()).publishes("2026-09 v1");
        assertThat(second.run().records())
                .as("the stopped night committed nothing")
                .containsEntry("read", 2L)
                .containsEntry("accepted", 1L)
                .containsEntry("duplicate", 1L);
        assertThat(message).as("the file of the conflict").contains("app.jsonl");
    }

    @Test
    void aStreamThatGrowsOverNightsIsOneRequestWithItsLargestCounters() {
        job.log("1.jsonl", request("s", DAY, "m", 10, 1)).run(spark()).publishes("2026-09 v1");
        Night second =
                job.log("2.jsonl", request("s", DAY, "m", 10, 50)).run(spark()).publishes("2026-09 v2");
        assertThat(second.reason("2026-09")).isEqualTo("changed: requests");
        assertThat(second.row("2026-09", "monthly_costs", "model", "m"))
                .containsEntry("requests", "1")
                .containsEntry("output_tokens", "50")
                .containsEntry("serverless_cost", "0.000110000000");
        assertThat(check(second, "records_accepted"))
                .as("as many as there are requests")
                .isEqualTo("info 1");
    }

    @Test
    void aGrownFileOfRequestsWithoutIdReplacesWhatWasReadOfItBefore() throws IOException {
        job.log("1.jsonl", request("", DAY, "m", 10, 1)).run(spark()).publishes("2026-09 v1");
        Night second = job.log("1.jsonl", request("", DAY, "m", 10, 1), request("", LATER, "m", 20, 2))
                .run(spark())
                .publishes("2026-09 v2");
        assertThat(second.row("2026-09", "usage", "model", "m"))
                .containsEntry("requests", "2")
                .containsEntry("input_tokens", "30");
        assertThat(second.run().records())
                .as("the one that was accepted before gave way")
                .containsEntry("read", 2L)
                .containsEntry("accepted", 1L)
                .containsEntry("duplicate", 1L);
    }

    @Test
    void aFileKeepsItsRejectedRecordsWhenLaterOnesSupersedeItsRequests() throws IOException {
        job.with("thresholds: {rejected_percent: 50}")
                .log("1.jsonl", request("s", DAY, "m", 10, 1), "no json")
                .run(spark())
                .publishes("2026-09 v1");
        Night second =
                job.log("2.jsonl", request("s", DAY, "m", 10, 9)).run(spark()).publishes("2026-09 v2");
        assertThat(second.row("2026-09", "rejected_records", "reason", "malformed JSON"))
                .containsEntry(
                        "byte_offset",
                        String.valueOf(request("s", DAY, "m", 10, 1).length() + 1));
        assertThat(check(second, "records_read")).isEqualTo("pass 3");
    }

    @Test
    void theSameRequestsExportedAgainChangeNothing() {
        job.log("1.jsonl", request("a", DAY, "m", 10, 1)).run(spark()).publishes("2026-09 v1");
        Night second = job.log("again.jsonl", request("a", DAY, "m", 10, 1)).run(spark());
        assertThat(second.run().records()).containsEntry("accepted", 0L).containsEntry("duplicate", 1L);
        second.publishes();
    }

    // Months

    @Test
    void aMonthOfTheBillingZoneWithoutRequestsIsNotPublished() {
        // August of Los Angeles reaches into September of UTC, and holds nothing.
        job.with("billing_zone: America/Los_Angeles")
                .log("1.jsonl", request("a", DAY, "m", 10, 1))
                .run(spark())
                .publishes("2026-09 v1");
        job.run(spark()).publishes();
    }

    @Test
    void onlyTheMonthThatWasTouchedIsPublishedAnew() {
        String[] rates = {
            rate("m", "uncached_input", "2026-01-01", "2026-09-01", "1"),
            rate("m", "uncached_input", "2026-09-01", "", "1.5"),
            rate("m", "output", "2026-01-01", "", "2"),
            rate("later", "output", "2026-10-01", "", "2"),
        };
        job.rates(Arrays.copyOf(rates, 3))
                .log("1.jsonl", request("a", "2026-08-10T12:00:00Z", "m", 1_000, 0), request("s", DAY, "m", 1_000, 0))
                .run(spark())
                .publishes("2026-08 v1", "2026-09 v1");

        // A rate that begins after both months.
        job.rates(rates).run(spark()).publishes();

        // A corrected price of September.
        rates[1] = rates[1].replace("1.5", "1.6");
        Night third = job.rates(rates).run(spark()).publishes("2026-09 v2");
        assertThat(third.reason("2026-09")).isEqualTo("changed: rates");
        assertThat(third.row("2026-09", "monthly_costs", "model", "m"))
                .containsEntry("serverless_cost", "0.001600000000");

        // A request of August that arrives late.
        SortedMap<String, String> before = job.published();
        Night fourth = job.log("2.jsonl", request("late", "2026-08-31T23:59:59Z", "m", 1_000, 0))
                .run(spark())
                .publishes("2026-08 v2");
        assertThat(fourth.reason("2026-08")).isEqualTo("changed: requests");
        assertThat(fourth.row("2026-08", "monthly_costs", "model", "m"))
                .containsEntry("requests", "2")
                .containsEntry("serverless_cost", "0.002000000000");
        before.remove("out/latest.json");
        assertThat(job.published()).as("earlier versions, byte for byte").containsAllEntriesOf(before);
    }

    @Test
    @Tag("B12")
    void aPriceThatEndsAfterAMonthLeavesTheMonthAsItIs() {
        String output = rate("m", "output", "2026-01-01", "", "2");
        job.rates(output, rate("m", "uncached_input", "2026-01-01", "", "1"))
                .log("1.jsonl", request("a", "2026-08-10T12:00:00Z", "m", 1_000, 0), request("s", DAY, "m", 1_000, 0))
                .run(spark())
                .publishes("2026-08 v1", "2026-09 v1");
        job.rates(
                        output,
                        rate("m", "uncached_input", "2026-01-01", "2026-09-01", "1"),
                        rate("m", "uncached_input", "2026-09-01", "", "1.5"))
                .run(spark())
                .publishes("2026-09 v2");
    }

    @Test
    void aFeedWhoseRequestsTheLedgerHoldsCannotLeaveTheJob() {
        job.feeds(feed("app", "logs/app*"), feed("old", "logs/old*"))
                .log("app.jsonl", request("a", DAY, "m", 1, 1))
                .log("old.jsonl", request("b", DAY, "m", 1, 1))
                .run(spark())
                .publishes("2026-09 v1");
        assertThat(job.feeds(feed("app", "logs/app*")).run(spark()).failed(ExitCode.CONFIGURATION))
                .contains("job.yaml: feeds: the ledger holds requests of [old]", "put the feed back");
    }

    // Job file and tables

    @Test
    void anUnknownKeyOfTheJobFileIsRefusedWithItsLineAndTheKnownKeys() {
        job.with("tresholds: {unpriced_percent: 5}");
        assertThat(refused())
                .contains(
                        "job.yaml:11: unknown key 'tresholds'; known here are [billing_zone, currency, failed_calls, feeds, out,")
                .contains("thresholds, warehouse]");
    }

    @Test
    void aKeyThatStandsTwiceInTheJobFileIsRefusedWithItsLine() {
        job.with("failed_calls: billable\nfailed_calls: billable");
        assertThat(refused())
                .contains("job.yaml:12: ")
                .containsIgnoringCase("duplicate")
                .contains("failed_calls");
    }

    @Test
    void aMissingJobFileIsRefusedAndStillRecorded() {
        String message = job.run(spark(), "no-such.yaml").failed(ExitCode.CONFIGURATION);
        assertThat(message).startsWith("job file: no file ").contains("/no-such.yaml; check the path");
    }

    @Test
    void aTableThatIsNotThereIsRefusedByItsKey() {
        job.with("");
        job.table("pools");
        job.file("pools.csv").toFile().delete();
        assertThat(refused()).contains("job.yaml: tables.pools: no file ").contains("/pools.csv; check the path");
    }

    @Test
    void anEmptyPathIsRefusedByItsKey() {
        job.yaml("feeds:\n" + feed("app", "logs/*") + "tables: {rates: ''}\nscenarios: {serverless: {}}\n");
        assertThat(refused()).contains("tables.rates");
    }

    @Test
    void overlappingRatesAreRefusedWithBothLines() {
        job.rates(
                rate("m", "output", "2026-01-01", "", "2"),
                rate("m", "uncached_input", "2026-01-01", "", "1"),
                rate("m", "output", "2026-09-01", "", "3"));
        assertThat(refused())
                .contains("rates.csv:2 and rates.csv:4 overlap: two prices for p/m standard output")
                .contains("set valid_to of the earlier one to 2026-09-01T00:00:00Z");
    }

    @Test
    void aRateTableWrittenForAnotherSpreadsheetIsRefusedWithItsLine() {
        job.rates(rate("m", "output", "2026-01-01", "", "2"), rate("m", "uncached_input", "2026-01-01", "", "0,90"));
        assertThat(refused()).contains("rates.csv:3: 16 cells, expected 15 as in the header; a decimal comma");

        job.rates(rate("m", "output", "2026-01-01", "", "\"0,90\""));
        assertThat(refused()).contains("rates.csv:2: price is '0,90'; expected a decimal with a point, such as 0.90");

        job.write("rates.csv", TestJob.RATES_HEADER.replace(',', ';'), "p;m");
        assertThat(refused()).contains("rates.csv:1: columns are separated by ';', expected ','");

        job.rates(rate("m", "output", "01/07/2026", "", "2"));
        assertThat(refused()).contains("rates.csv:2: valid_from is '01/07/2026'; expected a date such as 2026-07-01");
    }

    @Test
    void aRateTableThatCannotBeMeantIsRefusedWithItsLine() {
        job.write("rates.csv", TestJob.RATES_HEADER.replace("note", "remark"));
        assertThat(refused()).contains("rates.csv:1: unknown columns [remark]; known are [provider, model,");

        job.rates(
                rate("m", "output", "2026-01-01", "", "2"), rate("m", "output", "2025-01-01", "2026-01-01", "1000.01"));
        assertThat(refused())
                .contains("rates.csv:3: price is '1000.01'; expected at most 1000 per 1,000,000 tokens")
                .contains("is per_tokens or the unit wrong?");

        job.rates(rate("m", "output", "2026-01-01", "", "-2"));
        assertThat(refused()).contains("rates.csv:2: price is '-2'; expected a decimal");

        job.rates(rate("m", "output", "2026-01-01", "", "2").replace("standard", "Standard"));
        assertThat(refused()).contains("rates.csv:2: service_tier is 'Standard'; expected one of [standard, batch,");

        job.rates(
                rate("m", "uncached_input", "2026-01-01", "", "2").replaceAll(",$", ",\"two\nlines\""),
                rate("m", "output", "2026-01-01", "", "two"));
        assertThat(refused()).contains("rates.csv:4: price is 'two'; expected a decimal");
    }

    @Test
    void anEmptyLineOfATableIsSkippedAndCounted() {
        job.rates("", rate("m", "output", "2026-01-01", "", "2"), "", rate("m", "output", "2025-01-01", "", "two"));
        assertThat(refused()).contains("rates.csv:5: price is 'two'; expected a decimal");
    }

    @Test
    void unitsThatTheTablesDoNotHoldOrThatShareAPoolAreRefused() {
        withUnits("dedicated: {units: {big-gpu: 1}}");
        assertThat(refused())
                .contains("scenarios.dedicated.units: unknown unit 'big-gpu'; the capacity units are [gpu, gpu-2]");
        withUnits("dedicated: {units: {gpu: 1, gpu-2: 1}}");
        assertThat(refused())
                .contains("scenarios.dedicated.units: 'gpu' and 'gpu-2' serve the same tokens of pool 'pool-m'");
        assertThat(refused()).as("the file of the mistake").contains("job.yaml");
    }

    private void withUnits(String scenarios) {
        job = new TestJob(dir)
                .table("pools", "pool,provider,model", "pool-m,p,m")
                .table(
                        "capacity_units",
                        "unit,kind,pool,throughput_per_minute,weight_uncached_input,weight_cached_input,weight_cache_write,weight_output,utilisation_ceiling,price,price_per,currency,minimum_monthly,overage_rule,overage_price,throughput_source,price_source,retrieved_at,note",
                        "gpu,replica,pool-m,1000,1,0.1,1,3,0.8,2,hour,USD,,standard,,,,,",
                        "gpu-2,replica,pool-m,1000,1,0.1,1,3,0.8,2,hour,USD,,standard,,,,,")
                .scenarios(scenarios);
    }

    private String refused() {
        return job.run(spark()).failed(ExitCode.CONFIGURATION);
    }
}
