package io.tokenledger.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.tokenledger.SparkTest;
import io.tokenledger.ledger.Ledger;
import io.tokenledger.model.ExitCode;
import io.tokenledger.report.Run;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TimeZone;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The same requests give the same reports: on a second night, in other files, on another machine. August, two feeds. */
class RepeatableTest extends SparkTest {
    private static final List<String> FEEDS = List.of("assistant", "code");

    private static final String JOB = """
            feeds:
              - name: assistant
                paths: [logs/assistant/*.jsonl.gz]
                dialect: openai-chat
                provider: together
                requests_per_line: 500
                serving_mode_by_deployment: {llama-endpoint: dedicated, edge-cache: gateway-cache}
                fields:
                  tenant: /metadata/tenant
                  feature: /metadata/feature
                  environment: /metadata/environment
                  deployment: /metadata/deployment
                  operation_id: /metadata/operation_id
              - name: code
                paths: [logs/code/*.jsonl.gz]
                dialect: openai-chat
                provider: together
                fields:
                  tenant: /metadata/tenant
                  feature: /metadata/feature
                  environment: /metadata/environment
                  deployment: /metadata/deployment
                  operation_id: /metadata/operation_id
            tables:
              rates: [%1$s/rates.csv]
              model_aliases: %1$s/model_aliases.csv
              batch_policy: %1$s/batch_policy.csv
              batch_eligibility: %1$s/batch_eligibility.csv
              pools: %1$s/pools.csv
              capacity_units: %1$s/capacity_units.csv
              commitments: %1$s/commitments.csv
            scenarios:
              serverless: {}
              batch: {}
              dedicated: {units: {llama-70b-2xh100: 1}}
              best-mix: {units: {llama-70b-2xh100: optimum}}
              what-if-model: {}
              as-run: {}
            """.formatted(SampleRun.SAMPLE_DATA);

    /** A job in a directory of its own, and what its nights ended with. */
    private record Job(Path directory, List<NightlyResult> nights) {
        Path out() {
            return directory.resolve("out");
        }

        Map<String, String> files(String below) {
            try (Stream<Path> files = Files.walk(out().resolve(below))) {
                Map<String, String> contents = new TreeMap<>();
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    contents.put(
                            out().relativize(file).toString(),
                            new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1));
                }
                return contents;
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        }

        String csv(String table) throws IOException {
            return Files.readString(
                    SampleRun.assembly(out(), "2026-08").resolve("csv").resolve(table + ".csv"));
        }
    }

    private static Job plain;
    private static Job other;
    private static Map<String, String> monthBefore;
    private static String latestBefore;

    @BeforeEach
    void runTheNights() throws IOException {
        if (plain == null) {
            plain = night(job("plain", RepeatableTest::asTheyAre));
            monthBefore = plain.files("2026-08");
            latestBefore = Files.readString(plain.out().resolve("latest.json"));
            night(plain);
            other = onAnotherMachine(job("other", RepeatableTest::shuffled));
        }
        assertThat(other).as("the nights, which an earlier test began").isNotNull();
    }

    @Test
    void aSecondNightOverTheSameFilesChangesNothing() throws IOException {
        NightlyResult second = plain.nights().get(1);
        assertThat(second.run().exitCode()).as("exit code").isEqualTo(ExitCode.OK);
        assertThat(second.run().status()).isEqualTo(Run.Status.NOTHING_NEW);
        assertThat(second.run().records().get("read")).as("lines read again").isZero();
        assertThat(second.run().months()).as("months published again").isEmpty();
        assertThat(plain.files("2026-08")).as("files of the month").isEqualTo(monthBefore);
        assertThat(Files.readString(plain.out().resolve("latest.json")))
                .as("latest.json")
                .isEqualTo(latestBefore);
    }

    @Test
    void theSameRequestsInOtherFilesAreAsManyRequests() {
        NightlyResult first = plain.nights().get(0);
        NightlyResult shuffled = other.nights().get(0);
        assertThat(first.run().exitCode()).as(first.run().message()).isEqualTo(ExitCode.OK);
        assertThat(shuffled.run().exitCode()).as(shuffled.run().message()).isEqualTo(ExitCode.OK);
        assertThat(first.run().records().get("duplicate"))
                .as("repeated lines among those that are shuffled")
                .isPositive();
        assertThat(shuffled.run().records())
                .as("counts by outcome")
                .isEqualTo(first.run().records());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "usage",
                "monthly_costs",
                "scenario_costs",
                "scenario_comparison",
                "capacity_plan",
                "capacity_ladder",
                "batch_plan",
                "what_if_model",
                "break_even",
                "rates_applied"
            })
    @Tag("D4")
    @Tag("E1")
    void orderFilesPartitionsZoneAndLocaleChangeNoByteOf(String table) throws IOException {
        assertThat(plain.csv(table).lines().count())
                .as("lines of %s.csv", table)
                .isGreaterThan(1);
        assertThat(other.csv(table)).as("%s.csv", table).isEqualTo(plain.csv(table));
    }

    @Test
    void theTagOfAnAssemblyHasTheSameNameOnAnyMachine() {
        assertThat(runThatPublished(other)).as("run id").matches("20261103T021500Z-[0-9a-f]{6}");
        assertThat(tags(other)).as("tags of the ledger").isEqualTo(tags(plain)).containsExactly("2026-08_v0001_run");
    }

    private static String runThatPublished(Job job) {
        return job.nights().get(0).run().runId();
    }

    /** The tags of a job's ledger, with a word for the run id. */
    private List<String> tags(Job job) {
        SparkSession session = session();
        Ledger.open(session, job.directory().resolve("warehouse").toString());
        return session
                .sql("select name from ledger.tokenledger.requests.refs where type = 'TAG' order by name")
                .collectAsList()
                .stream()
                .map(row -> row.getString(0).replace(runThatPublished(job), "run"))
                .toList();
    }

    private Job night(Job job) {
        job.nights().add(SampleRun.night(spark(), job.directory().resolve("job.yaml"), job.directory()));
        return job;
    }

    /** With other partitions, no broadcast joins, another time zone and a locale with digits of its own. */
    private Job onAnotherMachine(Job job) {
        // A session of the job takes its defaults from the context; settings of other sessions do not reach it.
        SparkConf defaults = spark().sparkContext().conf();
        Map<String, String> settings = Map.of(
                "spark.sql.shuffle.partitions", "7",
                "spark.sql.adaptive.enabled", "false",
                "spark.sql.autoBroadcastJoinThreshold", "-1");
        Map<String, String> before = new TreeMap<>();
        settings.keySet().stream().filter(defaults::contains).forEach(key -> before.put(key, defaults.get(key)));
        TimeZone zone = TimeZone.getDefault();
        Locale locale = Locale.getDefault();
        try {
            settings.forEach(defaults::set);
            TimeZone.setDefault(TimeZone.getTimeZone("Pacific/Auckland"));
            Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
            assertThat(session().conf().get("spark.sql.shuffle.partitions"))
                    .as("partitions of the job's session")
                    .isEqualTo("7");
            assertThat("%d".formatted(1)).as("a digit in this locale").isNotEqualTo("1");
            return night(job);
        } finally {
            TimeZone.setDefault(zone);
            Locale.setDefault(locale);
            settings.keySet().forEach(key -> {
                defaults.remove(key);
                if (before.containsKey(key)) {
                    defaults.set(key, before.get(key));
                }
            });
        }
    }

    private interface Arrangement {
        List<List<String>> of(List<List<String>> files);
    }

    private static List<List<String>> asTheyAre(List<List<String>> files) {
        return files;
    }

    /** All lines of a feed in another order, over more files; repeated lines are somewhere else than their originals. */
    private static List<List<String>> shuffled(List<List<String>> files) {
        List<String> lines = new ArrayList<>();
        files.forEach(lines::addAll);
        Collections.shuffle(lines, new Random(20260801));
        int number = files.size() + 2;
        List<List<String>> others = new ArrayList<>();
        for (int i = 0; i < number; i++) {
            others.add(lines.subList(lines.size() * i / number, lines.size() * (i + 1) / number));
        }
        return others;
    }

    private static Job job(String name, Arrangement arrangement) throws IOException {
        Path directory = SampleRun.temporaryDirectory(name);
        Files.writeString(directory.resolve("job.yaml"), JOB);
        for (String feed : FEEDS) {
            Path logs = Files.createDirectories(directory.resolve("logs").resolve(feed));
            List<List<String>> arranged = arrangement.of(logsOfAugust(feed));
            for (int i = 0; i < arranged.size(); i++) {
                write(logs.resolve("part-" + i + ".jsonl.gz"), arranged.get(i));
            }
        }
        return new Job(directory, new ArrayList<>());
    }

    private static List<List<String>> logsOfAugust(String feed) throws IOException {
        try (Stream<Path> files =
                Files.list(SampleRun.SAMPLE_DATA.resolve("logs").resolve(feed))) {
            List<List<String>> lines = new ArrayList<>();
            for (Path file : files.filter(f -> f.getFileName().toString().startsWith("2026-08"))
                    .sorted()
                    .toList()) {
                try (BufferedReader reader = new BufferedReader(new InputStreamReader(
                        new GZIPInputStream(Files.newInputStream(file)), StandardCharsets.UTF_8))) {
                    lines.add(reader.lines().toList());
                }
            }
            return lines;
        }
    }

    private static void write(Path file, List<String> lines) throws IOException {
        try (Writer writer = new BufferedWriter(
                new OutputStreamWriter(new GZIPOutputStream(Files.newOutputStream(file)), StandardCharsets.UTF_8))) {
            for (String line : lines) {
                writer.write(line + "\n");
            }
        }
    }
}
