package io.tokenledger.job;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarFile;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The jar that goes to spark-submit, as it was packaged. */
class JobJarIT {
    private static final Path JAR = Path.of("target/tokenledger.jar");
    private static final Path LIB = Path.of("target/lib");

    @TempDir
    Path directory;

    private record Answer(int exitCode, String out, String error, Duration took) {}

    @Test
    void theJarHoldsOnlyTheJob() throws IOException {
        try (JarFile jar = new JarFile(JAR.toFile())) {
            List<String> classes = jar.stream()
                    .map(entry -> entry.getName())
                    .filter(name -> name.endsWith(".class"))
                    .toList();
            assertThat(classes)
                    .as("classes of the job")
                    .contains("io/tokenledger/cli/Main.class", "io/tokenledger/job/NightlyRun.class");
            assertThat(classes)
                    .as("classes from elsewhere: Spark, Hadoop, Iceberg, Scala and Jackson are on the cluster or beside"
                            + " the jar, and a second copy of them breaks the run")
                    .allMatch(name -> name.startsWith("io/tokenledger/"));
            assertThat(classes)
                    .as("picocli, relocated, so that no other version on the class path meets it")
                    .contains("io/tokenledger/shaded/picocli/CommandLine.class");
        }
    }

    @Test
    void theJarNamesItsMainClassAndItsVersion() throws IOException {
        try (JarFile jar = new JarFile(JAR.toFile())) {
            assertThat(jar.getManifest()).as("META-INF/MANIFEST.MF").isNotNull();
            assertThat(jar.getManifest().getMainAttributes().getValue("Main-Class"))
                    .isEqualTo("io.tokenledger.cli.Main");
            assertThat(jar.getManifest().getMainAttributes().getValue("Implementation-Version"))
                    .as("the version that assemblies tell as their code")
                    .isNotBlank();
        }
    }

    @Test
    void whatTheJarNeedsLiesBesideIt() {
        assertThat(LIB.toFile().list())
                .as("target/lib, which goes by --jars")
                .anyMatch(name -> name.startsWith("iceberg-spark-runtime-"))
                .anyMatch(name -> name.startsWith("sqlite-jdbc-"))
                .anyMatch(name -> name.startsWith("jackson-dataformat-yaml-"))
                .anyMatch(name -> name.startsWith("jackson-dataformat-csv-"))
                .noneMatch(name -> name.startsWith("spark-") || name.startsWith("scala-"));
    }

    @Test
    void anEstimateFromPricesIsTheArithmeticOfTheArticle() throws Exception {
        JsonNode estimate = json(run(estimate("--json")));
        assertThat(estimate.path("input_cost_per_request").asText())
                .as("3,000 input tokens at 0.90 per million")
                .isEqualTo("0.0027");
        assertThat(estimate.path("output_cost_per_request").asText())
                .as("1,000 output tokens at 3.30 per million")
                .isEqualTo("0.0033");
        assertThat(estimate.path("cost_per_request").asText()).isEqualTo("0.006");
        assertThat(estimate.path("serverless_cost_per_month").asText())
                .as("2,000,000 requests")
                .isEqualTo("12000.00");
        assertThat(estimate.path("batch_cost_per_month").asText())
                .as("with the discount of 0.5")
                .isEqualTo("6000.00");
        assertThat(estimate.path("blended_cost_per_million").asText())
                .as("12,000 for 8,000 million tokens")
                .isEqualTo("1.50");
        assertThat(estimate.path("capacity_cost_per_million").asText())
                .as("5,800 for 8,000 million tokens")
                .isEqualTo("0.725");
    }

    @Test
    void anEstimateFromTheRateTableAgreesWithItsPrices() throws Exception {
        JsonNode estimate = json(run(
                "estimate",
                "--model",
                "openai/gpt-oss-120b",
                "--input-tokens",
                "3000",
                "--output-tokens",
                "1000",
                "--requests-per-month",
                "2000000",
                "--rates",
                SampleRun.SAMPLE_DATA.resolve("rates.csv").toString(),
                "--on",
                "2026-09-01",
                "--json"));
        assertThat(estimate.path("serverless_cost_per_month").asText())
                .as("2,000,000 × (3,000 × 0.15 + 1,000 × 0.60) ÷ 1,000,000")
                .isEqualTo("2100.00");
        assertThat(estimate.path("batch_cost_per_month").isNull())
                .as("a model without batch rates has no batch price")
                .isTrue();
    }

    /** The aim is less than a second on a machine at rest; this machine may be building something else. */
    @Test
    void anEstimateAnswersAtOnce() throws Exception {
        Duration best = IntStream.range(0, 3)
                .mapToObj(attempt -> run(estimate()).took())
                .min(Duration::compareTo)
                .orElseThrow();
        assertThat(best).as("the best of three answers").isLessThan(Duration.ofSeconds(2));
    }

    @Test
    void aWrongFlagIsExitCode2AndNotATrace() {
        Answer answer = run("estimate", "--model", "example", "--input-tokens", "many");
        assertThat(answer.exitCode()).as("exit code").isEqualTo(2);
        assertThat(answer.out()).as("standard output").isEmpty();
        assertThat(answer.error()).contains("--input-tokens").doesNotContain("\tat ");
    }

    private static String[] estimate(String... more) {
        return Stream.concat(
                        Stream.of(
                                "estimate",
                                "--model",
                                "example",
                                "--input-tokens",
                                "3000",
                                "--output-tokens",
                                "1000",
                                "--requests-per-month",
                                "2000000",
                                "--input-price",
                                "0.90",
                                "--output-price",
                                "3.30",
                                "--batch-discount",
                                "0.5",
                                "--capacity-cost",
                                "5800",
                                "--tokens-served",
                                "8000000000"),
                        Stream.of(more))
                .toArray(String[]::new);
    }

    private static JsonNode json(Answer answer) throws IOException {
        assertThat(answer.exitCode()).as(answer.error()).isZero();
        assertThat(answer.error()).as("standard error").isEmpty();
        return new ObjectMapper().readTree(answer.out());
    }

    private Answer run(String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                String.join(
                        File.pathSeparator,
                        Stream.concat(Stream.of(JAR.toString(), LIB + "/*"), jacksonOfSpark())
                                .toList()),
                "io.tokenledger.cli.Main"));
        command.addAll(List.of(arguments));
        Path out = directory.resolve("out.txt");
        Path error = directory.resolve("error.txt");
        long start = System.nanoTime();
        try {
            int exitCode = new ProcessBuilder(command)
                    .redirectOutput(out.toFile())
                    .redirectError(error.toFile())
                    .start()
                    .waitFor();
            Duration took = Duration.ofNanos(System.nanoTime() - start);
            return new Answer(
                    exitCode,
                    Files.readString(out, StandardCharsets.UTF_8),
                    Files.readString(error, StandardCharsets.UTF_8),
                    took);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Jackson comes with Spark, and estimate needs nothing else of it. */
    private static Stream<String> jacksonOfSpark() {
        List<String> jars = Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> Path.of(entry).getFileName().toString().startsWith("jackson-"))
                .toList();
        assertThat(jars).as("jars of Jackson on the class path of this test").isNotEmpty();
        return jars.stream();
    }
}
