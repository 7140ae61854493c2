package io.tokenledger.job;

import static java.util.stream.Collectors.groupingBy;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.date_format;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.when;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tokenledger.SparkTest;
import io.tokenledger.ledger.FileEntry;
import io.tokenledger.ledger.Ledger;
import io.tokenledger.model.ExitCode;
import io.tokenledger.report.Run;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What the maker of the sample counted while making it, found again by the run: nothing lost, nothing twice. */
class ExpectedTotalsTest extends SparkTest {
    private static final JsonNode EXPECTED = SampleRun.json(SampleRun.SAMPLE_DATA.resolve("expected-totals.json"));

    /** The maker's words for what it put in, and the job's reasons for refusing it. */
    private static final Map<String, String> REASONS = Map.of(
            "negative_counter", "negative counter",
            "text_counter", "counter is text",
            "fractional_counter", "counter is fractional",
            "cached_above_input", "cached exceeds input",
            "truncated_json", "malformed JSON",
            "not_json", "malformed JSON");

    /** Sums over requests of the ledger; each line counts once. */
    private record Sums(
            String month,
            String feed,
            String model,
            String deployment,
            long requests,
            long failed,
            long input,
            long cached,
            long output) {

        static Sums of(Row row) {
            return new Sums(
                    row.getString(0),
                    row.getString(1),
                    row.getString(2),
                    row.getString(3),
                    row.getLong(4),
                    row.getLong(5),
                    row.getLong(6),
                    row.getLong(7),
                    row.getLong(8));
        }
    }

    private static List<Sums> sums;

    private SampleRun run;
    private Ledger ledger;

    @BeforeEach
    void runSample() {
        run = SampleRun.with(spark());
        ledger = Ledger.open(session(), run.warehouse());
        if (sums == null) {
            sums = sums(ledger.requests(ledger.snapshot()));
        }
    }

    private static List<Sums> sums(Dataset<Row> requests) {
        return requests
                .groupBy(
                        date_format(col("occurred_at"), "yyyy-MM").as("month"),
                        col("feed"),
                        col("model"),
                        col("deployment"))
                .agg(
                        count(lit(1)),
                        sum(when(col("status").equalTo("error"), 1L).otherwise(0L)),
                        sum(coalesce(col("uncached_input"), lit(0L)).plus(coalesce(col("cached_input"), lit(0L)))),
                        sum(coalesce(col("cached_input"), lit(0L))),
                        sum(coalesce(col("output"), lit(0L))))
                .collectAsList()
                .stream()
                .map(Sums::of)
                .toList();
    }

    @Test
    void theRunPublishesThreeMonths() {
        assertThat(run.result().run().exitCode()).as("exit code").isEqualTo(ExitCode.OK);
        assertThat(run.result().run().status()).isEqualTo(Run.Status.PUBLISHED);
        assertThat(run.result().months())
                .extracting(m -> m.month() + " v" + m.version())
                .containsExactly("2026-08 v1", "2026-09 v1", "2026-10 v1");
        assertThat(run.runRecord().path("status").asText()).isEqualTo("published");
        assertThat(run.runRecord().path("exit_code").asInt(-1)).isZero();
    }

    @Test
    void everyLineIsAcceptedOrADuplicateOrRejectedOrOutOfScope() {
        JsonNode lines = EXPECTED.at("/lines/total");
        JsonNode records = run.runRecord().path("records");
        assertThat(counts(records, "read", "accepted", "duplicate", "rejected", "out_of_scope"))
                .as("records of run.json")
                .containsExactly(
                        lines.path("lines").asLong(),
                        lines.path("accepted").asLong(),
                        lines.path("duplicates").asLong(),
                        total(lines.path("rejected")),
                        lines.path("out_of_scope").asLong());
        assertThat(records.path("read").asLong())
                .as("read = accepted + duplicate + rejected + out of scope")
                .isEqualTo(records.path("accepted").asLong()
                        + records.path("duplicate").asLong()
                        + records.path("rejected").asLong()
                        + records.path("out_of_scope").asLong());
    }

    @Test
    void everyFileIsAccountedForLineByLine() {
        Map<String, List<Long>> expected = new TreeMap<>();
        EXPECTED.path("files")
                .properties()
                .forEach(file -> expected.put(
                        file.getKey(),
                        List.of(
                                file.getValue().path("lines").asLong(),
                                file.getValue().path("accepted").asLong(),
                                file.getValue().path("duplicates").asLong(),
                                total(file.getValue().path("rejected")),
                                file.getValue().path("out_of_scope").asLong())));
        Map<String, List<Long>> found = new TreeMap<>();
        for (FileEntry file : ledger.files()) {
            found.put(
                    inSample(file.path()),
                    List.of(file.records(), file.accepted(), file.duplicate(), file.rejected(), file.outOfScope()));
        }
        assertThat(found)
                .as("file: lines, accepted, duplicate, rejected, out of scope")
                .isEqualTo(expected);
        assertThat(ledger.files()).as("repeated lines that differ").allMatch(file -> file.conflict() == 0);
    }

    @Test
    void everyManifestCountsTheLinesOfItsMonth() {
        for (String month : SampleRun.MONTHS) {
            JsonNode lines = EXPECTED.path("lines").path(month);
            JsonNode records =
                    SampleRun.json(run.assembly(month).resolve("manifest.json")).path("records");
            assertThat(counts(records, "read", "accepted", "duplicate", "rejected", "out_of_scope"))
                    .as("records of the manifest of %s", month)
                    .containsExactly(
                            lines.path("lines").asLong(),
                            lines.path("accepted").asLong(),
                            lines.path("duplicates").asLong(),
                            total(lines.path("rejected")),
                            lines.path("out_of_scope").asLong());
        }
    }

    @Test
    void everyLineThatWasSpoiledIsRejectedForItsFault() {
        List<String> expected = StreamSupport.stream(EXPECTED.path("rejected").spliterator(), false)
                .map(line -> line.path("file").asText() + ": "
                        + REASONS.get(line.path("kind").asText()))
                .sorted()
                .toList();
        List<String> found = ledger.rejects().select("path", "reason").collectAsList().stream()
                .map(row -> inSample(row.getString(0)) + ": " + row.getString(1).replaceFirst("(: /.*|: .*)$", ""))
                .sorted()
                .toList();
        assertThat(found).as("file: reason").isEqualTo(expected);
    }

    @Test
    void theLedgerHoldsTheRequestsOfEveryMonthFeedModelAndDeployment() {
        for (String month : SampleRun.MONTHS) {
            JsonNode expected = EXPECTED.path("requests").path(month);
            List<Sums> found =
                    sums.stream().filter(s -> s.month().equals(month)).toList();
            assertThat(add(found)).as("%s", month).isEqualTo(numbers(expected));
            assertThat(by(found, Sums::feed)).as("%s by feed", month).isEqualTo(numbersOf(expected.path("feeds")));
            assertThat(by(found, Sums::model))
                    .as("%s by model as logged", month)
                    .isEqualTo(numbersOf(expected.path("models")));
            assertThat(by(found.stream().filter(s -> s.deployment() != null).toList(), Sums::deployment))
                    .as("%s by deployment", month)
                    .isEqualTo(numbersOf(expected.path("deployments")));
        }
        assertThat(add(sums)).as("all months").isEqualTo(numbers(EXPECTED.at("/requests/total")));
    }

    @Test
    void octoberIsTheTraceToTheLastToken() {
        Dataset<Row> trace = ledger.requests(ledger.snapshot())
                .filter(date_format(col("occurred_at"), "yyyy-MM").equalTo("2026-10"))
                .filter(col("status").equalTo("ok"));
        Row found = trace.agg(
                        count(lit(1)),
                        sum(col("uncached_input")
                                .plus(col("cached_input"))
                                .plus(col("cache_write_5m"))
                                .plus(col("cache_write_1h"))
                                .plus(col("audio_input"))),
                        sum(col("output").plus(col("audio_output"))))
                .first();
        assertThat(List.of(found.getLong(0), found.getLong(1), found.getLong(2)))
                .as("requests, input tokens and output tokens of the trace")
                .containsExactly(28_185L, 40_421_844L, 4_334_561L);
    }

    @Test
    void aFailedCallIsARequestWithoutTokensAndNotWithZeroTokens() {
        long failed = sums.stream().mapToLong(Sums::failed).sum();
        assertThat(failed)
                .as("failed calls")
                .isEqualTo(EXPECTED.at("/requests/total/failed_calls").asLong());
        assertThat(ledger.requests(ledger.snapshot())
                        .filter(col("status").equalTo("error"))
                        .filter(col("uncached_input").isNull().and(col("output").isNull()))
                        .count())
                .as("failed calls whose tokens are null")
                .isEqualTo(failed);
    }

    @Test
    @Tag("D3")
    void aLateRequestBelongsToTheMonthOfItsStart() {
        Map<Long, String> files =
                ledger.files().stream().collect(Collectors.toMap(FileEntry::fileId, file -> inSample(file.path())));
        List<String> expected = new ArrayList<>();
        EXPECTED.path("late_requests")
                .forEach(late -> expected.add(late.path("id").asText() + " 2026-08 "
                        + late.path("file").asText()));
        List<String> found = ledger
                .requests(ledger.snapshot())
                .filter(date_format(col("occurred_at"), "yyyy-MM").equalTo("2026-08"))
                .select("request_id", "file_id")
                .collectAsList()
                .stream()
                .filter(row -> files.get(row.getLong(1)).contains("2026-09"))
                .map(row -> row.getString(0) + " 2026-08 " + files.get(row.getLong(1)))
                .toList();
        assertThat(found)
                .as("requests of August that a file of September brought")
                .containsExactlyInAnyOrderElementsOf(expected);
    }

    @Test
    @Tag("B1")
    void whatHasNoRateIsCountedAndNamed() {
        for (String month : SampleRun.MONTHS) {
            JsonNode expected = EXPECTED.path("requests").path(month).path("unpriced");
            List<Row> unpriced = session()
                    .read()
                    .parquet(run.assembly(month)
                            .resolve("parquet/unpriced_usage.parquet")
                            .toString())
                    .filter(col("scenario").equalTo("serverless"))
                    .select("model", "token_class", "quantity")
                    .collectAsList();
            assertThat(unpriced)
                    .as("%s", month)
                    .allMatch(row -> row.getString(0).equals("arcee-ai/maestro-reasoning"));
            assertThat(tokens(unpriced, "uncached_input") + tokens(unpriced, "cached_input"))
                    .as("%s: unpriced input tokens", month)
                    .isEqualTo(expected.path("input_tokens").asLong());
            assertThat(tokens(unpriced, "cached_input"))
                    .as("%s: unpriced cached tokens", month)
                    .isEqualTo(expected.path("cached_tokens").asLong());
            assertThat(tokens(unpriced, "output"))
                    .as("%s: unpriced output tokens", month)
                    .isEqualTo(expected.path("output_tokens").asLong());
            assertThat(SampleRun.json(run.assembly(month).resolve("manifest.json"))
                            .at("/totals/serverless")
                            .isNull())
                    .as("%s: a total over unpriced tokens is null", month)
                    .isTrue();
        }
    }

    private static long tokens(List<Row> rows, String tokenClass) {
        return rows.stream()
                .filter(row -> row.getString(1).equals(tokenClass))
                .mapToLong(row -> row.getLong(2))
                .sum();
    }

    private static List<Long> counts(JsonNode node, String... names) {
        return Stream.of(names).map(name -> node.path(name).asLong(-1)).toList();
    }

    private static long total(JsonNode counts) {
        return StreamSupport.stream(counts.spliterator(), false)
                .mapToLong(JsonNode::asLong)
                .sum();
    }

    private static String inSample(String path) {
        return path.substring(path.indexOf("logs/"));
    }

    private static List<Long> numbers(JsonNode expected) {
        return counts(expected, "requests", "failed_calls", "input_tokens", "cached_tokens", "output_tokens");
    }

    private static Map<String, List<Long>> numbersOf(JsonNode expected) {
        Map<String, List<Long>> numbers = new TreeMap<>();
        expected.properties().forEach(entry -> numbers.put(entry.getKey(), numbers(entry.getValue())));
        return numbers;
    }

    private static List<Long> add(List<Sums> sums) {
        return List.of(
                sums.stream().mapToLong(Sums::requests).sum(),
                sums.stream().mapToLong(Sums::failed).sum(),
                sums.stream().mapToLong(Sums::input).sum(),
                sums.stream().mapToLong(Sums::cached).sum(),
                sums.stream().mapToLong(Sums::output).sum());
    }

    private static Map<String, List<Long>> by(List<Sums> sums, Function<Sums, String> key) {
        Map<String, List<Long>> numbers = new TreeMap<>();
        sums.stream().collect(groupingBy(key)).forEach((k, group) -> numbers.put(k, add(group)));
        return numbers;
    }
}
