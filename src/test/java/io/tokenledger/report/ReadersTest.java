package io.tokenledger.report;

import static io.tokenledger.report.Tables.EMPTY;
import static io.tokenledger.report.Tables.EVERY_TYPE;
import static io.tokenledger.report.Tables.FULL;
import static io.tokenledger.report.Tables.NAMES;
import static io.tokenledger.report.Tables.writeAugust;
import static org.assertj.core.api.Assertions.assertThat;

import io.tokenledger.SparkTest;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.hadoop.util.HadoopInputFile;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What Spark and DuckDB find in the files. */
class ReadersTest extends SparkTest {
    @TempDir
    Path out;

    @Test
    void sparkReadsTheRowsAndTypesThatWereWritten() throws IOException {
        var read = session().read().parquet(parquet(EVERY_TYPE, FULL, EMPTY));

        assertThat(read.schema()).isEqualTo(EVERY_TYPE.schema());
        List<Row> rows = read.collectAsList();
        assertThat(rows).hasSize(2);
        assertThat(cells(rows.get(1))).isEqualTo(cells(EMPTY));
        assertThat(cells(rows.get(0)).subList(0, 7)).isEqualTo(cells(FULL).subList(0, 7));
        assertThat(rows.get(0).getDecimal(7)).isEqualTo(new BigDecimal("41207.120000000000"));
        assertThat(rows.get(0).getDecimal(8)).isEqualTo(new BigDecimal("-0.5000"));
    }

    @Test
    void duckDbReadsTheSame() throws Exception {
        assertThat(duckDb(parquet(EVERY_TYPE, FULL, EMPTY), """
                month, tenant, requests, units, cheapest, epoch_us(first_seen), valid_from, cost, ratio,
                typeof(first_seen), typeof(cost)"""))
                .containsExactly(
                        "2026-08|acme|-3|2|true|1786579200000000|2026-08-01|41207.120000000000|-0.5000"
                                + "|TIMESTAMP WITH TIME ZONE|DECIMAL(38,12)",
                        "2026-08|null|null|null|null|null|null|null|null|TIMESTAMP WITH TIME ZONE|DECIMAL(38,12)");
    }

    @Test
    void namesAreAsTheLogHadThem() throws Exception {
        String file =
                parquet(NAMES, RowFactory.create("2026-08", "=1+2"), RowFactory.create("2026-08", "Müller\n\"東京\""));

        assertThat(session().read().parquet(file).select("tenant").collectAsList())
                .containsExactly(RowFactory.create("=1+2"), RowFactory.create("Müller\n\"東京\""));
        assertThat(duckDb(file, "tenant")).containsExactly("=1+2", "Müller\n\"東京\"");
    }

    @Test
    void theCsvReadsAsTheSameText() throws Exception {
        Row[] names = {RowFactory.create("2026-08", "Müller, \"東京\"\n#2\\"), RowFactory.create("2026-08", " a ")};
        String parquet = parquet(NAMES, names);
        String csv = parquet.replace("parquet/names.parquet", "csv/names.csv");

        assertThat(duckDb(csv, "*")).isEqualTo(duckDb(parquet, "*")).hasSize(2);
    }

    @Test
    void aMonthWithoutRowsHasItsColumns() throws Exception {
        String file = parquet(EVERY_TYPE);

        assertThat(session().read().parquet(file).schema()).isEqualTo(EVERY_TYPE.schema());
        assertThat(session().read().parquet(file).count()).isZero();
        assertThat(duckDb(file, "*")).isEmpty();
    }

    @Test
    void pagesAreCompressedAndTheFooterHoldsNothingOfTheRun() throws IOException {
        var file =
                HadoopInputFile.fromPath(new org.apache.hadoop.fs.Path(parquet(EVERY_TYPE, FULL)), new Configuration());
        try (ParquetFileReader reader = ParquetFileReader.open(file)) {
            assertThat(reader.getFooter().getBlocks().get(0).getColumns())
                    .allMatch(column -> column.getCodec() == CompressionCodecName.ZSTD);
            assertThat(reader.getFileMetaData().getKeyValueMetaData()).isEmpty();
        }
    }

    private String parquet(ReportTable table, Row... rows) throws IOException {
        return writeAugust(out, table, rows)
                .resolve("parquet/" + table.name() + ".parquet")
                .toString();
    }

    private static List<Object> cells(Row row) {
        List<Object> cells = new ArrayList<>();
        for (int i = 0; i < row.length(); i++) {
            cells.add(row.get(i));
        }
        return cells;
    }

    /** The rows with their cells joined by a bar. */
    private static List<String> duckDb(String file, String columns) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT " + columns + " FROM '" + file + "'")) {
            List<String> lines = new ArrayList<>();
            while (rows.next()) {
                List<String> cells = new ArrayList<>();
                for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
                    cells.add(rows.getString(i));
                }
                lines.add(String.join("|", cells));
            }
            return lines;
        }
    }
}
