package io.tokenledger.report;

import static io.tokenledger.report.Tables.AUGUST;
import static io.tokenledger.report.Tables.filesUnder;
import static io.tokenledger.report.Tables.golden;
import static io.tokenledger.report.Tables.hadoop;
import static io.tokenledger.report.Tables.local;
import static io.tokenledger.report.Tables.totals;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tokenledger.ledger.Publication.Fingerprints;
import io.tokenledger.model.ExitCode;
import io.tokenledger.model.Failure;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AssemblyTest {
    @TempDir
    Path dir;

    @Test
    void itsDirectoryTellsMonthVersionAndRun() {
        assertThat(Assembly.directory(
                        new org.apache.hadoop.fs.Path("s3a://finance/reports"), AUGUST, 12, "20260901T02"))
                .hasToString("s3a://finance/reports/2026-08/v0012-20260901T02");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "..", "a/b", ".hidden", "a b"})
    void aRunIdThatCouldLeadElsewhereIsRefused(String runId) {
        assertThatThrownBy(() -> Assembly.relativePath(AUGUST, 1, runId)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void versionsStartAtOne() {
        assertThatThrownBy(() -> Assembly.relativePath(AUGUST, 0, "run")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void inputsAreKeptByteForByteUnderTheirLastName() throws IOException {
        byte[] rates = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF, 'a', '\r', '\n', 0};

        SortedMap<String, String> digests =
                Assembly.writeInputs(local(), hadoop(dir), new TreeMap<>(Map.of("/home/ann/rates.csv", rates)));

        assertThat(dir.resolve("inputs/rates.csv")).hasBinaryContent(rates);
        assertThat(digests)
                .containsExactly(
                        Map.entry("rates.csv", "d74bdbbcdc2f5405b8658141f9700df8f53949aa8aff9e7e8cc57225202df06d"));
    }

    @Test
    void inputsOfOneNameAndOfStrangeNamesAllFindAPlace() throws IOException {
        byte[] none = {};
        SortedMap<String, byte[]> inputs = new TreeMap<>();
        for (String name :
                List.of("a/rates.csv", "b/RATES.csv", "c/rates.csv", "x/..", "C:\\tables\\my job.yaml", "_x")) {
            inputs.put(name, none);
        }

        SortedMap<String, String> digests = Assembly.writeInputs(local(), hadoop(dir), inputs);

        assertThat(filesUnder(dir.resolve("inputs")))
                .containsExactlyInAnyOrderElementsOf(digests.keySet())
                .containsExactlyInAnyOrder(
                        "RATES-2.csv", "input..", "input_x", "my_job.yaml", "rates-3.csv", "rates.csv");
    }

    @Test
    void theManifestReadsLikeThis() throws IOException {
        Assembly.writeManifest(local(), hadoop(dir), manifest());

        assertThat(Files.readString(dir.resolve("manifest.json"))).isEqualTo(golden("manifest.json"));
        assertThat(filesUnder(dir)).containsExactly("manifest.json");
    }

    @Test
    void aManifestIsWrittenOnce() throws IOException {
        Assembly.writeManifest(local(), hadoop(dir), manifest());

        assertThatThrownBy(() -> Assembly.writeManifest(local(), hadoop(dir), manifest()))
                .isInstanceOfSatisfying(
                        Failure.class, f -> assertThat(f.exitCode()).isEqualTo(ExitCode.STORAGE))
                .hasMessageContaining("manifest.json");
    }

    private static Manifest manifest() {
        return new Manifest(
                Manifest.SCHEMA_VERSION,
                AUGUST,
                2,
                "20260901T020000Z-5f3a",
                Instant.parse("2026-09-01T02:10:00Z"),
                "open",
                "late requests",
                ZoneId.of("Europe/Berlin"),
                5_938_112_220_345L,
                new Fingerprints("a1", "b2", "c3"),
                "USD",
                totals("serverless", new BigDecimal("0E-12"), "dedicated", null),
                totals("serverless", new BigDecimal("0E-12"), "dedicated", new BigDecimal("5.000000000000")),
                new TreeMap<>(Map.of("accepted", 10L, "rejected", 1L, "duplicate", 0L)),
                List.of(
                        new WrittenFile(AUGUST, "csv/usage.csv", 120, 3, "d4"),
                        new WrittenFile(AUGUST, "parquet/usage.parquet", 900, 3, "e5")),
                new TreeMap<>(Map.of("rates.csv", "f6", "job.yaml", "07")),
                new TreeMap<>(Map.of("version", "0.1.0", "spark", "4.1.3", "java", "17.0.12")));
    }
}
