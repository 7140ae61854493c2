package io.tokenledger.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.zip.GZIPOutputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogFileReaderTest {
    private static final Configuration HADOOP = new Configuration();
    private static final String GOOD = request("a1", "2026-03-01T12:00:00Z");
    private static final String OUT_OF_SCOPE = "{\"object\":\"list\"}";
    private static final String BAD = "{\"id\":\"the canary prompt\"";

    @TempDir
    Path dir;

    private ZoneId zone = ZoneOffset.UTC;
    private int lineLimit = 16 << 20;
    private ZoneId feedZone;
    private boolean dayInPath;
    private String dialect = "openai-chat";
    private Map<String, String> fields = new LinkedHashMap<>();

    @BeforeEach
    void mapTheTenant() {
        fields.put("tenant", "/metadata/tenant");
    }

    @Test
    void aRequestHasEverythingThatItsLogSaysAndNothingElse() throws IOException {
        fields.put("duration_ms", "/metadata/took");
        fields.put("operation_id", "/metadata/attempt");
        fields.put("feature", "/metadata/cached");
        fields.put("region", "/metadata/nowhere");
        String line = """
                {"id":"a1","created":1772366400,"model":"m","service_tier":"flex",\
                "metadata":{"tenant":"acme","took":812,"attempt":7,"cached":false},\
                "usage":{"prompt_tokens":10,"completion_tokens":5,"total_tokens":16,\
                "prompt_tokens_details":{"cached_tokens":4},"completion_tokens_details":{"reasoning_tokens":2}}}""";
        InputFile file = list(write("log.jsonl", "\n" + line));
        Map<String, Object> expected = new LinkedHashMap<>();
        expected.put("kind", "request");
        expected.put("feed", "x");
        expected.put("file_id", file.id());
        expected.put("byte_offset", 1L);
        expected.put("request_id", "a1");
        expected.put("operation_id", "7");
        expected.put("occurred_at", Instant.parse("2026-03-01T12:00:00Z"));
        expected.put("duration_ms", 812L);
        expected.put("tenant", "acme");
        expected.put("feature", "false");
        expected.put("provider", "openai");
        expected.put("model", "m");
        expected.put("service_tier", "flex");
        expected.put("status", "ok");
        expected.put("uncached_input", 6L);
        expected.put("cached_input", 4L);
        expected.put("cache_write_5m", 0L);
        expected.put("cache_write_1h", 0L);
        expected.put("audio_input", 0L);
        expected.put("output", 5L);
        expected.put("audio_output", 0L);
        expected.put("reasoning_tokens", 2L);
        expected.put("unclassified_tokens", 1L);
        assertThat(said(read(file).get(0))).isEqualTo(expected);
    }

    @Test
    void aGatewaysOwnAnswerAndItsCostAreKept() throws IOException {
        dialect = "litellm-spend";
        String line = """
                {"request_id":"a1_cache_hit1772366400.1","startTime":"2026-03-01 12:00:00","model":"m",\
                "cache_hit":"True","spend":0.00022500000000000002,"metadata":{"tenant":"acme"}}""";
        assertThat(read(list(write("log.jsonl", line))).get(0))
                .containsEntry("serving_mode", "gateway-cache")
                .containsEntry("cost_reported", new BigDecimal("0.000225000000000000"))
                .containsEntry("cost_currency", "USD")
                .containsEntry("tenant", "acme");
    }

    @Test
    void aGatewaysRecordsMayNameTheirProvider() throws IOException {
        dialect = "litellm-spend";
        fields.put("provider", "/custom_llm_provider");
        String row =
                "{\"request_id\":\"a\",\"startTime\":\"2026-03-01 12:00:00\",\"model\":\"m\",\"custom_llm_provider\":";
        List<Map<String, Object>> rows =
                read(list(write("log.jsonl", row + "\"together_ai\"}\n" + row + "\"\"}\n" + row + "null}")));
        assertThat(rows).extracting(r -> r.get("provider")).startsWith("together_ai", "openai", "openai");
    }

    @Test
    void recordsInsideALineHavePlacesAndFieldsOfTheirOwn() throws IOException {
        dialect = "otel-genai";
        fields.put("tenant", "/attributes/tenant");
        String span = """
                {"traceId":"t","spanId":"%s","startTimeUnixNano":"1772366400000000000","attributes":[\
                {"key":"gen_ai.operation.name","value":{"stringValue":"chat"}},\
                {"key":"gen_ai.request.model","value":{"stringValue":"m"}},\
                {"key":"tenant","value":{"stringValue":"%s"}},\
                {"key":"gen_ai.usage.input_tokens","value":{"intValue":"%s"}}]}""";
        String line = "{\"resourceSpans\":[{\"scopeSpans\":[{\"spans\":["
                + String.join(",", span.formatted("a", "acme", 1), span.formatted("b", "globex", -1))
                + "," + span.formatted("c", "initech", 3) + "]}]}]}";
        List<Map<String, Object>> rows = read(list(write("log.jsonl", "\n" + line)));
        assertThat(rows).extracting(r -> r.get("kind")).containsExactly("request", "rejected", "request", "file");
        assertThat(rows).extracting(r -> r.get("byte_offset")).startsWith(1L, 2L, 3L);
        assertThat(rows).extracting(r -> r.get("tenant")).startsWith("acme", null, "initech");
        assertThat(rows.get(1)).containsEntry("reason", "negative counter: /attributes/gen_ai.usage.input_tokens");
    }

    @Test
    void aFileEndsWithItsReport() throws IOException {
        InputFile file = list(write("log.jsonl", String.join("\n", GOOD, "", BAD, " \t", OUT_OF_SCOPE, GOOD)));
        List<Map<String, Object>> rows = read(file);
        assertThat(rows).extracting(r -> r.get("kind")).containsExactly("request", "rejected", "request", "file");
        assertThat(said(rows.get(3)))
                .isEqualTo(Map.ofEntries(
                        Map.entry("kind", "file"),
                        Map.entry("feed", "x"),
                        Map.entry("file_id", file.id()),
                        Map.entry("path", file.path()),
                        Map.entry("size", file.size()),
                        Map.entry("modified", file.modified()),
                        Map.entry("codec", "plain"),
                        Map.entry("records", 4L),
                        Map.entry("requests", 2L),
                        Map.entry("rejected", 1L),
                        Map.entry("out_of_scope", 1L),
                        Map.entry("file_sha256", Digests.sha256(Files.readAllBytes(dir.resolve("log.jsonl")))),
                        Map.entry("month", "2026-03")));
    }

    @Test
    void aRejectedRecordIsFoundAgainByItsPlaceAndDigest() throws IOException {
        InputFile file = list(write("log.jsonl", GOOD + "\r\n" + BAD + "\r\n"));
        assertThat(said(read(file).get(1)))
                .isEqualTo(Map.of(
                        "kind",
                        "rejected",
                        "feed",
                        "x",
                        "file_id",
                        file.id(),
                        "byte_offset",
                        GOOD.length() + 2L,
                        "reason",
                        "malformed JSON",
                        "line_sha256",
                        Digests.sha256(BAD.getBytes(UTF_8))));
    }

    @Test
    void noTextOfAPromptIsInAnyRow() throws IOException {
        String canary = "the canary prompt";
        String prompt = "\"messages\":[{\"role\":\"user\",\"content\":\"" + canary + "\"}]";
        List<String> lines = List.of(
                GOOD.replaceFirst("\\{", "{" + prompt + ","),
                GOOD.replaceFirst("\\{", "{" + prompt),
                GOOD.replace("\"m\"", "{" + prompt + "}"),
                GOOD.replace("\"acme\"", "[\"" + canary + "\"]"),
                GOOD.replace(":10,", ":\"" + canary + "\","),
                "{" + prompt + ",\"created\":\"" + canary + "\",\"model\":\"m\"}",
                "{\"object\":\"" + canary + "\"}",
                "{\"" + canary + "\":1,\"" + canary + "\":" + canary + "}",
                "\"" + canary + "\"",
                canary);
        List<Map<String, Object>> rows = read(list(write("log.jsonl", String.join("\n", lines))));
        assertThat(rows.get(rows.size() - 1)).containsEntry("records", 10L).containsEntry("rejected", 8L);
        assertThat(rows.toString()).doesNotContain("canary");
    }

    @Test
    void anEnvelopeFieldOfAnotherKindRejectsTheRecord() throws IOException {
        fields.put("duration_ms", "/took");
        String took = GOOD.replaceFirst("\\{", "{\"took\":12.5,");
        List<Map<String, Object>> rows =
                read(list(write("log.jsonl", GOOD.replace("\"acme\"", "{}") + "\n" + took + "\n")));
        assertThat(rows)
                .extracting(r -> r.get("reason"))
                .startsWith("field is no text: /metadata/tenant", "counter is fractional: /took");
    }

    @Test
    void theRecordsOfALineHavePlacesOfTheirOwnAndAreCountedOneByOne() throws IOException {
        String line = "[" + String.join(", ", GOOD, OUT_OF_SCOPE, "{\"id\":\"no model\"}", GOOD) + "]";
        List<Map<String, Object>> rows = read(list(write("log.jsonl", "\n" + line + "\n[]\n" + GOOD)));
        assertThat(rows)
                .extracting(r -> r.get("kind"))
                .containsExactly("request", "rejected", "request", "request", "file");
        assertThat(rows).extracting(r -> r.get("byte_offset")).startsWith(1L, 3L, 4L, 1L + line.length() + 1 + 3);
        assertThat(rows.get(1))
                .containsEntry("reason", "missing: /model")
                .containsEntry("line_sha256", Digests.sha256(line.getBytes(UTF_8)));
        assertThat(report(rows)).containsEntry("records", 5L).containsEntry("out_of_scope", 1L);
    }

    @Test
    void anArrayThatIsNotWellFormedIsOneRejectedRecord() throws IOException {
        List<Map<String, Object>> rows = read(list(write("log.jsonl", "[" + GOOD + "," + GOOD + ",{]")));
        assertThat(rows).extracting(r -> r.get("kind")).containsExactly("rejected", "file");
    }

    @Test
    void aRecordWithoutATimeIsRejectedUnlessTheFeedKnowsOne() throws IOException {
        String timeless = GOOD.replaceFirst("\"created\":[0-9]+,", "");
        assertThat(read(list(write("log.jsonl", timeless))).get(0)).containsEntry("reason", "missing time");
        dayInPath = true;
        assertThat(read(list(write("log.jsonl", timeless))).get(0)).containsEntry("reason", "missing time");
        Files.createDirectories(dir.resolve("2026-02-01/2026/03/02"));
        assertThat(read(list(write("2026-02-01/2026/03/02/log.jsonl", timeless)))
                        .get(0))
                .containsEntry("occurred_at", Instant.parse("2026-03-02T00:00:00Z"));
        feedZone = ZoneId.of("Europe/Berlin");
        assertThat(read(list(write("log-2026-03-02-part-2026-13-40.jsonl", timeless)))
                        .get(0))
                .containsEntry("occurred_at", Instant.parse("2026-03-01T23:00:00Z"));
        assertThat(read(list(write("log-2026-03-02.jsonl", GOOD))).get(0))
                .as("its own time")
                .containsEntry("occurred_at", Instant.parse("2026-03-01T12:00:00Z"));
    }

    @Test
    void aMappedTimeIsReadFromThereAloneAndInTheZoneOfTheFeed() throws IOException {
        fields.put("occurred_at", "/metadata/at");
        feedZone = ZoneId.of("Europe/Berlin");
        String line = GOOD.replace("\"metadata\":{", "\"metadata\":{\"at\":\"2026-04-01 00:30:00\",");
        List<Map<String, Object>> rows = read(list(write("log.jsonl", line + "\n" + GOOD)));
        assertThat(rows.get(0)).containsEntry("occurred_at", Instant.parse("2026-03-31T22:30:00Z"));
        assertThat(rows.get(1)).containsEntry("reason", "missing: /metadata/at");
        assertThat(report(rows)).containsEntry("month", "2026-03");
    }

    @Test
    void theReportOfAFileNamesTheCountersThatItsDialectDoesNotKnow() throws IOException {
        String video = GOOD.replace("\"usage\":{", "\"usage\":{\"video_tokens\":7,");
        String both = video.replace("\"usage\":{", "\"usage\":{\"cache_write_24h\":1,");
        assertThat(report(read(list(write("log.jsonl", String.join("\n", GOOD, video, both))))))
                .containsEntry("unknown_counters", "1 /usage/cache_write_24h\n2 /usage/video_tokens");
        StringBuilder many = new StringBuilder();
        for (int i = 0; i < 70; i++) {
            many.append(GOOD.replace("\"usage\":{", "\"usage\":{\"tokens_" + i + "\":1,"))
                    .append('\n');
        }
        assertThat((String)
                        report(read(list(write("many.jsonl", many.toString())))).get("unknown_counters"))
                .contains("6 others")
                .hasLineCount(65);
    }

    @Test
    void aByteOrderMarkAndWindowsLineEndsChangeNothing() throws IOException {
        List<Map<String, Object>> rows = read(list(write("log.jsonl", "\uFEFF" + GOOD + "\r\n" + GOOD + "\r\n")));
        assertThat(rows).extracting(r -> r.get("kind")).containsExactly("request", "request", "file");
        assertThat(rows).extracting(r -> r.get("byte_offset")).startsWith(3L, 3L + GOOD.length() + 2);
    }

    @Test
    void linesThatOnlyCrDividesAreOneMalformedRecordAndNeverDropped() throws IOException {
        assertThat(read(list(write("log.jsonl", GOOD + "\r" + GOOD))).get(0))
                .containsEntry("reason", "malformed JSON: more than one value");
    }

    @Test
    void aLineOverTheLimitIsRejectedAndTheNextIsRead() throws IOException {
        lineLimit = GOOD.length();
        List<Map<String, Object>> rows = read(list(write("log.jsonl", GOOD + " \n" + GOOD)));
        assertThat(rows.get(0))
                .containsEntry("reason", "line longer than " + lineLimit + " bytes")
                .containsEntry("line_sha256", Digests.sha256((GOOD + " ").getBytes(UTF_8)));
        assertThat(rows.get(1)).containsEntry("request_id", "a1");
        assertThat(rows.get(2)).containsEntry("records", 2L);
    }

    @Test
    void theMonthOfAFileIsThatOfMostOfItsRequestsInTheBillingZone() throws IOException {
        String late = request("a", "2026-02-28T23:30:00Z");
        String march = request("b", "2026-03-10T00:00:00Z");
        assertThat(month(late, march)).as("of equals the earlier").isEqualTo("2026-02");
        assertThat(month(late, march, march)).isEqualTo("2026-03");
        zone = ZoneId.of("Europe/Berlin");
        assertThat(month(late, march)).isEqualTo("2026-03");
        assertThat(month(OUT_OF_SCOPE, BAD)).isNull();
    }

    @Test
    void gzipMembersAreReadOneAfterTheOther() throws IOException {
        InputFile file = list(write("log.jsonl.gz", concat(gzip(GOOD + "\n" + GOOD), gzip("\n" + GOOD + "\n"))));
        List<Map<String, Object>> rows = read(file);
        assertThat(report(rows))
                .containsEntry("codec", "gzip")
                .containsEntry("requests", 3L)
                .containsEntry("error", null)
                .containsEntry("file_sha256", Digests.sha256(Files.readAllBytes(dir.resolve("log.jsonl.gz"))));
        assertThat(rows.get(2)).containsEntry("byte_offset", 2L * (GOOD.length() + 1));
    }

    @Test
    void aGzipFileCutAnywhereInsideAMemberIsUnreadable() throws IOException {
        byte[] first = gzip(GOOD + "\n");
        byte[] whole = concat(first, gzip(GOOD + "\n"));
        for (int length = 0; length < whole.length; length++) {
            if (length == first.length) {
                continue;
            }
            Map<String, Object> report = report(read(list(write("log.jsonl.gz", Arrays.copyOf(whole, length)))));
            assertThat((String) report.get("error"))
                    .as("cut after %d of %d bytes", length, whole.length)
                    .startsWith("cannot be read to its end: ");
            assertThat(report).containsEntry("file_sha256", null);
        }
        assertThat(report(read(list(write("log.jsonl.gz", new byte[0])))))
                .containsEntry("error", "cannot be read to its end: ends before its first gzip header");
        assertThat(report(read(list(write("log.jsonl.gz", Arrays.copyOf(whole, whole.length - 1))))))
                .containsEntry("error", "cannot be read to its end: cut off inside its gzip data");
    }

    /** No reader can know that a member followed; control totals can. */
    @Test
    void aGzipFileCutExactlyBetweenMembersIsAShorterFile() throws IOException {
        byte[] first = gzip(GOOD + "\n");
        byte[] whole = concat(first, gzip(GOOD + "\n"));
        assertThat(report(read(list(write("log.jsonl.gz", Arrays.copyOf(whole, first.length))))))
                .containsEntry("requests", 1L)
                .containsEntry("error", null);
    }

    @Test
    void theCountsOfABrokenFileAreThoseUpToWhereItBroke() throws IOException {
        String content = (GOOD + "\n" + BAD + "\n").repeat(1000);
        byte[] whole = concat(gzip(content), "garbage".getBytes(UTF_8));
        List<Map<String, Object>> rows = read(list(write("log.jsonl.gz", whole)));
        assertThat(report(rows))
                .containsEntry("records", rows.size() - 1L)
                .containsEntry("month", "2026-03")
                .containsEntry("error", "cannot be read to its end: Unexpected data after a valid .gz stream.");
        assertThat(rows).hasSizeGreaterThan(1000);
    }

    @Test
    void aFlippedBitInDataOrChecksumIsSeen() throws IOException {
        byte[] good = gzip(GOOD + "\n");
        for (int flipped : List.of(good.length / 2, good.length - 8, good.length - 1)) {
            byte[] bad = good.clone();
            bad[flipped] ^= 1;
            assertThat((String) report(read(list(write("log.jsonl.gz", bad)))).get("error"))
                    .as("byte %d of %d", flipped, good.length)
                    .startsWith("cannot be read to its end: ");
        }
    }

    @Test
    void aNameThatDoesNotFitTheContentMakesAFileUnreadable() throws IOException {
        assertThat(report(read(list(write("log.jsonl", gzip(GOOD))))))
                .containsEntry("error", "cannot be read to its end: begins as gzip, but is not named .gz");
        assertThat(report(read(list(write("log.jsonl.gz", GOOD)))))
                .containsEntry("error", "cannot be read to its end: named .gz, but does not begin as gzip");
    }

    @Test
    void anEmptyPlainFileHasNoRecords() throws IOException {
        List<Map<String, Object>> rows = read(list(write("log.jsonl", "")));
        assertThat(rows).hasSize(1);
        assertThat(report(rows)).containsEntry("records", 0L).containsEntry("error", null);
    }

    @Test
    void aFileThatChangedSinceItWasListedSaysSo() throws IOException {
        InputFile plain = list(write("log.jsonl", GOOD + "\n"));
        write("log.jsonl", GOOD + "\n" + GOOD + "\n");
        assertChanged(plain);

        byte[] member = gzip(GOOD + "\n");
        InputFile grown = list(write("log.jsonl.gz", member));
        write("log.jsonl.gz", concat(member, member));
        assertChanged(grown);

        InputFile cut = list(write("log.jsonl.gz", member));
        write("log.jsonl.gz", Arrays.copyOf(member, 15));
        assertChanged(cut);

        InputFile gone = list(write("gone.jsonl", GOOD));
        Files.delete(dir.resolve("gone.jsonl"));
        assertChanged(gone);

        InputFile replaced = list(write("log.jsonl", GOOD));
        InputFile older = new InputFile(
                "x", replaced.path(), replaced.size(), replaced.modified().minusSeconds(1));
        assertChanged(older);
    }

    private void assertChanged(InputFile file) {
        assertThat((String) report(read(file)).get("error")).startsWith("changed while read: ");
    }

    private String month(String... lines) throws IOException {
        return (String) report(read(list(write("log.jsonl", String.join("\n", lines)))))
                .get("month");
    }

    private static String request(String id, String time) {
        return """
                {"id":"%s","created":%d,"model":"m","metadata":{"tenant":"acme"},\
                "usage":{"prompt_tokens":10,"completion_tokens":5}}""".formatted(id, Instant.parse(time).getEpochSecond());
    }

    private InputFile list(Path path) {
        Feed feed = new Feed(
                "x",
                List.of(path.toString()),
                dialect,
                "openai",
                fields,
                null,
                null,
                null,
                1,
                feedZone,
                dayInPath,
                null,
                null);
        return InputSnapshot.list(List.of(feed), HADOOP).files().get(0);
    }

    /** The rows by column name. */
    private List<Map<String, Object>> read(InputFile file) {
        Feed feed = new Feed(
                "x",
                List.of(file.path()),
                dialect,
                "openai",
                fields,
                null,
                null,
                null,
                1,
                feedZone,
                dayInPath,
                null,
                null);
        List<Map<String, Object>> rows = new ArrayList<>();
        try (LogFileReader reader = new LogFileReader(file, feed, zone, HADOOP, lineLimit)) {
            while (reader.hasNext()) {
                Row row = reader.next();
                Map<String, Object> cells = new LinkedHashMap<>();
                for (String column : LogRecords.SCHEMA.fieldNames()) {
                    cells.put(column, row.get(LogRecords.SCHEMA.fieldIndex(column)));
                }
                rows.add(cells);
            }
        }
        Map<String, Object> report = report(rows);
        assertThat((Long) report.get("records"))
                .isEqualTo((Long) report.get("requests")
                        + (Long) report.get("rejected")
                        + (Long) report.get("out_of_scope"));
        return rows;
    }

    private static Map<String, Object> report(List<Map<String, Object>> rows) {
        Map<String, Object> last = rows.get(rows.size() - 1);
        assertThat(last).containsEntry("kind", "file");
        return last;
    }

    /** The cells that are not null. */
    private static Map<String, Object> said(Map<String, Object> row) {
        Map<String, Object> said = new LinkedHashMap<>(row);
        said.values().removeIf(Objects::isNull);
        return said;
    }

    private Path write(String name, String text) throws IOException {
        return write(name, text.getBytes(UTF_8));
    }

    private Path write(String name, byte[] bytes) throws IOException {
        return Files.write(dir.resolve(name), bytes);
    }

    private static byte[] gzip(String text) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
            out.write(text.getBytes(UTF_8));
        }
        return bytes.toByteArray();
    }

    private static byte[] concat(byte[] first, byte[] second) {
        byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }
}
