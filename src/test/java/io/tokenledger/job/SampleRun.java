package io.tokenledger.job;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;

/**
 * The sample job, run once in the test JVM into a directory of its own. Tests read what it left and change nothing, so
 * that all of them can share it.
 */
final class SampleRun {
    static final Path JOB_FILE = Path.of("jobs/sample.yaml").toAbsolutePath();
    static final Path SAMPLE_DATA = Path.of("sample-data").toAbsolutePath();
    static final List<String> MONTHS = List.of("2026-08", "2026-09", "2026-10");

    /** Some morning after the months of the sample: no figure may depend on which. */
    static final Clock CLOCK = Clock.fixed(Instant.parse("2026-11-03T02:15:00Z"), ZoneOffset.UTC);

    private static final ObjectMapper JSON = new ObjectMapper();

    private static SampleRun run;

    private final Path directory;
    private final NightlyResult result;

    private SampleRun(Path directory, NightlyResult result) {
        this.directory = directory;
        this.result = result;
    }

    /** The run; the first caller waits for it. */
    static synchronized SampleRun with(SparkSession spark) {
        if (run == null) {
            Path directory = temporaryDirectory("sample-run");
            run = new SampleRun(directory, night(spark, JOB_FILE, directory));
        }
        return run;
    }

    /** A night of any job, with warehouse and reports in a directory. */
    static NightlyResult night(SparkSession spark, Path jobFile, Path directory) {
        return NightlyRun.run(
                spark,
                new NightlyRun.Options(
                        jobFile.toString(),
                        directory.resolve("warehouse").toString(),
                        directory.resolve("out").toString()),
                CLOCK);
    }

    /** A directory that goes away with the JVM. */
    static Path temporaryDirectory(String name) {
        try {
            Path directory = Files.createTempDirectory("tokenledger-" + name);
            Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(directory)));
            return directory;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void delete(Path directory) {
        try (Stream<Path> files = Files.walk(directory)) {
            files.sorted(Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    NightlyResult result() {
        return result;
    }

    Path directory() {
        return directory;
    }

    String warehouse() {
        return directory.resolve("warehouse").toString();
    }

    Path out() {
        return directory.resolve("out");
    }

    /** The current assembly of a month, found as a reader finds it: by latest.json. */
    Path assembly(String month) {
        return assembly(out(), month);
    }

    static Path assembly(Path out, String month) {
        return out.resolve(
                json(out.resolve("latest.json")).path(month).path("path").asText());
    }

    /** The record that the run left of itself. */
    JsonNode runRecord() {
        return json(out().resolve("runs").resolve(result.run().runId()).resolve("run.json"));
    }

    static JsonNode json(Path file) {
        try {
            return JSON.readTree(file.toFile());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
