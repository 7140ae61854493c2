package io.tokenledger.report;

import static io.tokenledger.report.Tables.AUGUST;
import static io.tokenledger.report.Tables.filesUnder;
import static io.tokenledger.report.Tables.golden;
import static io.tokenledger.report.Tables.hadoop;
import static io.tokenledger.report.Tables.local;
import static io.tokenledger.report.Tables.totals;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tokenledger.model.ExitCode;
import io.tokenledger.model.Failure;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunRecordTest {
    private static final ReportTable REJECTS =
            new ReportTable("rejects", StructType.fromDDL("file string, byte_offset bigint, reason string"));

    @TempDir
    Path out;

    @Test
    void aRunReadsLikeThis() throws IOException {
        RunRecord.write(local(), hadoop(out), published());

        assertThat(Files.readString(out.resolve("runs/run-1/run.json"))).isEqualTo(golden("run.json"));
        assertThat(filesUnder(out)).containsExactly("runs/run-1/run.json");
    }

    @Test
    void aFailedRunTellsItsExitAndWhy() throws IOException {
        RunRecord.write(local(), hadoop(out), failed());

        assertThat(out.resolve("runs/run-1/run.json"))
                .content()
                .contains("\"status\": \"failed\"", "\"exit_code\": 3", "\"message\": \"logs/a.gz ends early\"");
    }

    @Test
    void aLaterWordOfTheSameRunReplacesTheEarlier() throws IOException {
        RunRecord.write(local(), hadoop(out), failed());
        RunRecord.write(local(), hadoop(out), published());

        assertThat(Files.readString(out.resolve("runs/run-1/run.json"))).isEqualTo(golden("run.json"));
    }

    @Test
    void tablesOfARunNeedNoMonth() throws IOException {
        writeTable(List.of(RowFactory.create("=logs/a.jsonl", 120L, "not JSON")).iterator());

        assertThat(out.resolve("runs/run-1/rejects.csv")).content().isEqualTo("""
                file,byte_offset,reason
                "'=logs/a.jsonl",120,"not JSON"
                """);
    }

    @Test
    void aTableWithoutRowsLeavesNoFile() throws IOException {
        writeTable(List.<Row>of().iterator());

        assertThat(filesUnder(out)).isEmpty();
    }

    @Test
    void aStorageErrorNamesTheFile() throws IOException {
        Files.writeString(out.resolve("runs"), "no directory");

        assertThatThrownBy(() -> RunRecord.write(local(), hadoop(out), published()))
                .isInstanceOfSatisfying(
                        Failure.class, f -> assertThat(f.exitCode()).isEqualTo(ExitCode.STORAGE))
                .hasMessageContaining("runs/run-1/run.json");
        assertThatThrownBy(() ->
                        writeTable(List.of(RowFactory.create("a", 1L, "b")).iterator()))
                .isInstanceOfSatisfying(
                        Failure.class, f -> assertThat(f.exitCode()).isEqualTo(ExitCode.STORAGE))
                .hasMessageContaining("runs/run-1/rejects.csv");
    }

    private void writeTable(Iterator<Row> rows) throws IOException {
        RunRecord.writeTable(local(), RunRecord.directory(hadoop(out), "run-1"), REJECTS, rows);
    }

    private static Run published() {
        return new Run(
                Run.SCHEMA_VERSION,
                "run-1",
                Run.Status.PUBLISHED,
                ExitCode.OK,
                null,
                Instant.parse("2026-09-01T02:00:00Z"),
                Instant.parse("2026-09-01T02:10:00.250Z"),
                "jobs/nightly.yaml",
                new TreeMap<>(Map.of("read", 11L, "accepted", 10L, "rejected", 1L)),
                List.of(new Run.PublishedMonth(
                        AUGUST,
                        1,
                        "2026-08/v0001-run-1",
                        totals("serverless", new BigDecimal("41207.120000000000"), "dedicated", null),
                        totals(
                                "serverless",
                                new BigDecimal("41207.120000000000"),
                                "dedicated",
                                new BigDecimal("5.000000000000")))),
                List.of("1 record was rejected"),
                new TreeMap<>(Map.of("spark.sql.session.timeZone", "UTC")));
    }

    private static Run failed() {
        return new Run(
                Run.SCHEMA_VERSION,
                "run-1",
                Run.Status.FAILED,
                ExitCode.DATA_QUALITY,
                "logs/a.gz ends early",
                Instant.parse("2026-09-01T02:00:00Z"),
                Instant.parse("2026-09-01T02:01:00Z"),
                "jobs/nightly.yaml",
                new TreeMap<>(),
                List.of(),
                List.of(),
                new TreeMap<>());
    }
}
