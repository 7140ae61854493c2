package io.tokenledger.job;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvSchema;
import io.tokenledger.ingest.Digests;
import io.tokenledger.model.ExitCode;
import io.tokenledger.report.Run;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;

/**
 * A small job in a directory of a test: one feed named {@code app} of provider {@code p} over {@code logs/}, a rate table
 * {@code rates.csv}, and the scenario {@code serverless}. Every part can be replaced.
 */
final class TestJob {
    /** The prompt of every request: it must be found nowhere. */
    static final String CANARY = "canary-7731-the-secret-prompt";

    static final String RATES_HEADER =
            "provider,model,service_tier,token_class,prompt_tokens_above,valid_from,valid_to,price,per_tokens,currency,contract,contract_scope,source,retrieved_at,note";

    private static final Instant FIRST_NIGHT = Instant.parse("2026-10-05T02:00:00Z");

    private final Path dir;
    private String feeds = feed("app", "logs/*");
    private String tables = "";
    private String scenarios = "  serverless: {}\n";
    private String more = "";
    private String yaml;
    private int nights;

    TestJob(Path dir) {
        this.dir = dir;
        rates(rate("m", "uncached_input", "2026-01-01", "", "1"), rate("m", "output", "2026-01-01", "", "2"));
    }

    static String feed(String name, String paths, String... settings) {
        return """
                  - name: %s
                    paths: ['%s']
                    dialect: openai-chat
                    provider: p
                    fields: {tenant: /tenant}
                """.formatted(name, paths)
                + Stream.of(settings).map(s -> "    " + s + "\n").reduce("", String::concat);
    }

    TestJob feeds(String... blocks) {
        feeds = String.join("", blocks);
        return this;
    }

    /** The one feed, with more settings. */
    TestJob feedWith(String... settings) {
        return feeds(feed("app", "logs/*", settings));
    }

    TestJob scenarios(String block) {
        scenarios = block.indent(2);
        return this;
    }

    /** More keys at the top of the job file. */
    TestJob with(String block) {
        more = block.indent(0);
        return this;
    }

    /** The job file as a whole. */
    TestJob yaml(String content) {
        yaml = content;
        return this;
    }

    /** A table beside the rates, under its key in the job file. */
    TestJob table(String key, String... lines) {
        tables += "  %s: %s.csv\n".formatted(key, key);
        write(key + ".csv", lines);
        return this;
    }

    TestJob rates(String... lines) {
        write(
                "rates.csv",
                Stream.concat(Stream.of(RATES_HEADER), Stream.of(lines)).toArray(String[]::new));
        return this;
    }

    /** A rate of provider {@code p}, tier standard, per 1,000,000 tokens. */
    static String rate(String model, String tokenClass, String from, String to, String price) {
        return "p,%s,standard,%s,0,%s,%s,%s,1000000,USD,,,,,".formatted(model, tokenClass, from, to, price);
    }

    TestJob log(String name, String... lines) {
        return write("logs/" + name, lines);
    }

    TestJob write(String name, String... lines) {
        String text = lines.length == 0 ? "" : String.join("\n", lines) + "\n";
        return write(name, text.getBytes(StandardCharsets.UTF_8));
    }

    TestJob write(String name, byte[] content) {
        try {
            Path file = dir.resolve(name);
            Files.createDirectories(file.getParent());
            Files.write(file, content);
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A line of a log. */
    static String request(String id, String at, String model, long input, long output) {
        return record(
                id, at, model, "\"usage\":{\"prompt_tokens\":%d,\"completion_tokens\":%d}".formatted(input, output));
    }

    /** A line of a log with any end, such as its usage. */
    static String record(String id, String at, String model, String end) {
        return """
                {"id":"%s","object":"chat.completion","created":%d,"model":"%s","tenant":"acme",\
                "messages":[{"role":"user","content":"%s"}],%s}""".formatted(id, Instant.parse(at).getEpochSecond(), model, CANARY, end);
    }

    /** Each night is a day later, as run ids are in the order of time. */
    private Clock nextNight() {
        return Clock.fixed(FIRST_NIGHT.plus(nights++, ChronoUnit.DAYS), ZoneOffset.UTC);
    }

    Path file(String name) {
        return dir.resolve(name);
    }

    private String content() {
        return yaml != null
                ? yaml
                : "feeds:\n" + feeds + "tables:\n  rates: rates.csv\n" + tables + "scenarios:\n" + scenarios + more;
    }

    /** Runs a night. */
    Night run(SparkSession spark) {
        write("job.yaml", content().getBytes(StandardCharsets.UTF_8));
        return run(spark, "job.yaml");
    }

    Night run(SparkSession spark, String jobFile) {
        SortedMap<String, String> before = published();
        NightlyResult result = NightlyRun.run(
                spark, new NightlyRun.Options(dir.resolve(jobFile).toString(), null, null), nextNight());
        return new Night(result, before);
    }

    /** The digest of everything under the output directory but the records of runs. */
    SortedMap<String, String> published() {
        SortedMap<String, String> files = new TreeMap<>();
        filesUnder("out").forEach((name, content) -> {
            if (!name.startsWith("out/runs/")) {
                files.put(name, Digests.sha256(content));
            }
        });
        return files;
    }

    SortedMap<String, byte[]> filesUnder(String directory) {
        SortedMap<String, byte[]> files = new TreeMap<>();
        Path root = dir.resolve(directory);
        if (!Files.exists(root)) {
            return files;
        }
        try (Stream<Path> found = Files.walk(root)) {
            for (Path file : found.filter(Files::isRegularFile).toList()) {
                files.put(dir.relativize(file).toString(), Files.readAllBytes(file));
            }
            return files;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A night and what it left. */
    final class Night {
        private final NightlyResult result;
        private final SortedMap<String, String> before;

        private Night(NightlyResult result, SortedMap<String, String> before) {
            this.result = result;
            this.before = before;
        }

        Run run() {
            return result.run();
        }

        Path runFile(String name) {
            return dir.resolve("out/runs/" + run().runId() + "/" + name);
        }

        JsonNode record() {
            try {
                return new ObjectMapper().readTree(runFile("run.json").toFile());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /** That the night failed in order: recorded, with nothing published. */
        String failed(ExitCode exitCode) {
            assertThat(run().exitCode()).as(run().message()).isEqualTo(exitCode);
            assertThat(runFile("run.json")).exists();
            assertThat(record().path("status").asText()).isEqualTo("failed");
            assertThat(record().path("exit_code").asInt()).isEqualTo(exitCode.number());
            assertThat(record().path("message").asText()).isEqualTo(run().message());
            assertThat(record().path("months")).isEmpty();
            assertThat(published()).as("latest.json and assemblies").isEqualTo(before);
            return run().message();
        }

        /** That the night published these months and no others, such as {@code 2026-08 v2}. */
        Night publishes(String... months) {
            assertThat(run().exitCode()).as(run().message()).isEqualTo(ExitCode.OK);
            assertThat(record().path("status").asText()).isEqualTo(months.length == 0 ? "nothing-new" : "published");
            assertThat(run().months())
                    .extracting(m -> m.month() + " v" + m.version())
                    .containsExactly(months);
            assertThat(published()).containsKey("out/latest.json");
            return this;
        }

        List<String> warnings() {
            return run().warnings();
        }

        /** A table of a month that this night published. */
        List<Map<String, String>> table(String month, String name) {
            String assembly = run().months().stream()
                    .filter(m -> m.month().toString().equals(month))
                    .map(Run.PublishedMonth::path)
                    .findFirst()
                    .orElseThrow();
            return csv(dir.resolve("out/" + assembly + "/csv/" + name + ".csv"));
        }

        Map<String, String> row(String month, String name, String column, String value) {
            List<Map<String, String>> rows = table(month, name).stream()
                    .filter(r -> value.equals(r.get(column)))
                    .toList();
            assertThat(rows).as(name + " where " + column + " is " + value).hasSize(1);
            return rows.get(0);
        }

        String reason(String month) {
            String assembly = run().months().stream()
                    .filter(m -> m.month().toString().equals(month))
                    .map(Run.PublishedMonth::path)
                    .findFirst()
                    .orElseThrow();
            try {
                return new ObjectMapper()
                        .readTree(dir.resolve("out/" + assembly + "/manifest.json")
                                .toFile())
                        .path("reason")
                        .asText();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    static List<Map<String, String>> csv(Path file) {
        try (MappingIterator<Map<String, String>> rows = new CsvMapper()
                .readerForMapOf(String.class)
                .with(CsvSchema.emptySchema().withHeader())
                .readValues(file.toFile())) {
            return rows.readAll();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
