package io.tokenledger.ingest;

import static org.apache.spark.sql.functions.col;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tokenledger.SparkTest;
import io.tokenledger.model.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogReaderTest extends SparkTest {
    private static final String REQUEST =
            "{\"id\":\"%s\",\"created\":1772366400,\"model\":\"m\",\"org\":\"007\",\"usage\":{\"prompt_tokens\":%d}}\n";

    @TempDir
    Path dir;

    @Test
    void filesOfAllFeedsAreReadInOnePassWithAReportEach() throws IOException {
        Files.writeString(dir.resolve("a1.jsonl"), REQUEST.formatted("r1", 1) + REQUEST.formatted("r2", 2));
        Files.writeString(dir.resolve("a2.jsonl"), REQUEST.formatted("r3", 4) + "nonsense\n");
        Files.writeString(dir.resolve("b.jsonl.gz"), "no gzip");
        List<Feed> feeds = List.of(feed("a", "openai", "a*"), feed("b", "together", "b*"));
        SparkSession spark = session();
        InputSnapshot snapshot = InputSnapshot.list(feeds, spark.sessionState().newHadoopConf());

        Dataset<Row> rows = LogReader.read(spark, snapshot.files(), feeds, ZoneOffset.UTC);

        assertThat(rows.schema()).isEqualTo(LogRecords.SCHEMA);
        assertThat(rows.rdd().getNumPartitions()).as("a task per file").isEqualTo(3);
        assertThat(rows.filter(col("kind").equalTo("request"))
                        .select(
                                col("request_id"),
                                col("tenant"),
                                col("provider"),
                                col("uncached_input"),
                                col("output"),
                                col("occurred_at").cast("string"))
                        .orderBy("request_id")
                        .collectAsList())
                .extracting(row -> row.mkString(" "))
                .containsExactly(
                        "r1 007 openai 1 null 2026-03-01 12:00:00",
                        "r2 007 openai 2 null 2026-03-01 12:00:00",
                        "r3 007 openai 4 null 2026-03-01 12:00:00");
        assertThat(rows.filter(col("kind").equalTo("rejected")).select("reason").collectAsList())
                .extracting(r -> r.getString(0))
                .containsExactly("malformed JSON");
        List<FileReport> reports = rows.filter(col("kind").equalTo("file")).orderBy("path").collectAsList().stream()
                .map(FileReport::of)
                .toList();
        assertThat(reports).extracting(FileReport::records).containsExactly(2L, 2L, 0L);
        assertThat(reports)
                .extracting(FileReport::month)
                .containsExactly(Optional.of("2026-03"), Optional.of("2026-03"), Optional.empty());
        assertThat(reports).extracting(FileReport::fileId).isEqualTo(ids(snapshot));
        assertThat(reports)
                .extracting(FileReport::modified)
                .isEqualTo(snapshot.files().stream().map(InputFile::modified).toList());
        assertThat(reports.get(2).error()).hasValueSatisfying(e -> assertThat(e).contains("named .gz"));
        assertThat(reports.get(2).changedWhileRead()).isFalse();
    }

    @Test
    void theColumnsOfAllKindsTogetherAreTheSchema() {
        assertThat(List.of(LogRecords.SCHEMA.fieldNames()))
                .containsAll(LogRecords.requestColumns())
                .containsAll(LogRecords.rejectedColumns())
                .containsAll(LogRecords.fileColumns())
                .doesNotHaveDuplicates()
                .hasSize(1
                        + LogRecords.requestColumns().size()
                        + LogRecords.rejectedColumns().size()
                        - 3
                        + LogRecords.fileColumns().size()
                        - 2);
    }

    @Test
    void noFilesAreNoRows() {
        assertThat(LogReader.read(session(), List.of(), List.of(), ZoneOffset.UTC)
                        .count())
                .isZero();
    }

    @Test
    void aFileWithoutItsFeedIsRefused() {
        InputFile file = new InputFile("lost", "file:/x", 1, Instant.EPOCH);
        assertThatThrownBy(() -> LogReader.read(session(), List.of(file), List.of(), ZoneOffset.UTC))
                .isInstanceOf(Failure.class)
                .hasMessage("file:/x: its feed 'lost' is not among the feeds");
    }

    private static List<Long> ids(InputSnapshot snapshot) {
        return snapshot.files().stream().map(InputFile::id).toList();
    }

    private Feed feed(String name, String provider, String glob) {
        return new Feed(
                name,
                List.of(dir + "/" + glob),
                "openai-chat",
                provider,
                Map.of("tenant", "/org"),
                null,
                null,
                null,
                1,
                null,
                false,
                null,
                null);
    }
}
