package io.tokenledger.report;

import static io.tokenledger.report.Tables.AUGUST;
import static io.tokenledger.report.Tables.EMPTY;
import static io.tokenledger.report.Tables.EVERY_TYPE;
import static io.tokenledger.report.Tables.FULL;
import static io.tokenledger.report.Tables.NAMES;
import static io.tokenledger.report.Tables.SEPTEMBER;
import static io.tokenledger.report.Tables.assemblies;
import static io.tokenledger.report.Tables.filesUnder;
import static io.tokenledger.report.Tables.local;
import static io.tokenledger.report.Tables.writeAugust;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.tokenledger.model.ExitCode;
import io.tokenledger.model.Failure;
import io.tokenledger.model.Month;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.catalyst.expressions.GenericRowWithSchema;
import org.apache.spark.sql.types.StructType;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TableWriterTest {
    private static final String NAMES_HEADER = "month,tenant\n";

    @TempDir
    Path out;

    @Test
    void everyTypeHasItsTextAndNullIsAnEmptyCell() throws IOException {
        assertThat(csv(EVERY_TYPE, FULL, EMPTY)).isEqualTo("""
                month,tenant,requests,units,cheapest,first_seen,valid_from,cost,ratio
                2026-08,acme,-3,2,true,2026-08-13T00:00:00Z,2026-08-01,41207.120000000000,-0.5000
                2026-08,,,,,,,,
                """);
    }

    @ParameterizedTest
    @CsvSource({
        "0E-12, 0.000000000000",
        "0, 0.000000000000",
        "1E+3, 1000.000000000000",
        "-0.000000000001, -0.000000000001",
        "99999999999999999999999999.999999999999, 99999999999999999999999999.999999999999"
    })
    @Tag("E7")
    void decimalsHaveTheDigitsOfTheirColumnAndNoExponent(BigDecimal cost, String text) throws IOException {
        ReportTable costs = new ReportTable("costs", StructType.fromDDL("month string, cost decimal(38,12)"));

        assertThat(csv(costs, RowFactory.create("2026-08", cost))).isEqualTo("month,cost\n2026-08," + text + "\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.00001", "123456"})
    void aDecimalThatDoesNotFitItsColumnIsNeverRounded(BigDecimal ratio) {
        ReportTable ratios = new ReportTable("ratios", StructType.fromDDL("month string, ratio decimal(9,4)"));

        assertThatThrownBy(() -> writeAugust(out, ratios, RowFactory.create("2026-08", ratio)))
                .isInstanceOf(ArithmeticException.class);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "Müller & Söhne, 東京|\"Müller & Söhne, 東京\"",
                "the \"best\"|\"the \"\"best\"\"\"",
                "back\\slash|\"back\\slash\"",
                "#1|\"#1\"",
                "` padded `|`\" padded \"`",
                "openai/gpt-4.1-mini@2026|openai/gpt-4.1-mini@2026"
            })
    void textIsQuotedWhereTheFormatNeedsItAndNeverChanged(String tenant, String cell) throws IOException {
        assertThat(csv(NAMES, RowFactory.create("2026-08", tenant))).isEqualTo(NAMES_HEADER + "2026-08," + cell + "\n");
    }

    @Test
    void anEmptyTextIsNotANull() throws IOException {
        assertThat(csv(NAMES, name("2026-08", ""), name("2026-08", null)))
                .isEqualTo(NAMES_HEADER + "2026-08,\"\"\n2026-08,\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\n", "\r", "\r\n"})
    void lineEndsInTextStayInsideTheirQuotes(String lineEnd) throws IOException {
        assertThat(csv(NAMES, RowFactory.create("2026-08", "two" + lineEnd + "lines")))
                .isEqualTo(NAMES_HEADER + "2026-08,\"two" + lineEnd + "lines\"\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"=", "+", "-", "@", "\t"})
    @Tag("E7")
    void textThatASpreadsheetWouldRunGetsAnApostrophe(String start) throws IOException {
        assertThat(csv(NAMES, RowFactory.create("2026-08", start + "1+2")))
                .isEqualTo(NAMES_HEADER + "2026-08,\"'" + start + "1+2\"\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\r", "\n"})
    @Tag("E7")
    void aFormulaBehindALineEndGetsAnApostropheToo(String start) throws IOException {
        assertThat(csv(NAMES, RowFactory.create("2026-08", start + "=1+2")))
                .isEqualTo(NAMES_HEADER + "2026-08,\"'" + start + "=1+2\"\n");
    }

    @Test
    void aMonthWithoutRowsHasAHeaderOnly() throws IOException {
        assertThat(csv(NAMES)).isEqualTo(NAMES_HEADER);
    }

    @Test
    void aFileChangesWhereTheMonthChanges() throws IOException {
        List<WrittenFile> files =
                write(NAMES, List.of(name("2026-08", "a"), name("2026-08", "b"), name("2026-10", "c")));

        assertThat(files)
                .extracting(WrittenFile::month, WrittenFile::path, WrittenFile::rows)
                .containsExactly(
                        row(AUGUST, "csv/names.csv", 2),
                        row(AUGUST, "parquet/names.parquet", 2),
                        row(SEPTEMBER, "csv/names.csv", 0),
                        row(SEPTEMBER, "parquet/names.parquet", 0),
                        row(Month.parse("2026-10"), "csv/names.csv", 1),
                        row(Month.parse("2026-10"), "parquet/names.parquet", 1));
        assertThat(out.resolve("2026-08/csv/names.csv")).hasContent(NAMES_HEADER + "2026-08,a\n2026-08,b\n");
        assertThat(out.resolve("2026-09/csv/names.csv")).hasContent(NAMES_HEADER);
        assertThat(out.resolve("2026-10/csv/names.csv")).hasContent(NAMES_HEADER + "2026-10,c\n");
    }

    @Test
    void lengthAndDigestAreThoseOfTheFile() throws Exception {
        for (WrittenFile file : write(NAMES, List.of(name("2026-08", "a")))) {
            byte[] bytes =
                    Files.readAllBytes(out.resolve(file.month().toString()).resolve(file.path()));
            byte[] sha256 = MessageDigest.getInstance("SHA-256").digest(bytes);

            assertThat(file.bytes()).isEqualTo(bytes.length);
            assertThat(file.sha256()).isEqualTo(HexFormat.of().formatHex(sha256));
        }
    }

    @Test
    void theSameRowsGiveTheSameBytes() throws IOException {
        Path once = writeAugust(out.resolve("once"), EVERY_TYPE, FULL, EMPTY);
        Path again = writeAugust(out.resolve("again"), EVERY_TYPE, FULL, EMPTY);

        assertThat(filesUnder(once)).containsExactly("csv/every_type.csv", "parquet/every_type.parquet");
        for (String file : filesUnder(once)) {
            assertThat(again.resolve(file)).hasSameBinaryContentAs(once.resolve(file));
        }
    }

    @Test
    void noChecksumFilesAreLeft() throws IOException {
        write(NAMES, List.of(name("2026-08", "a")));

        assertThat(filesUnder(out)).noneMatch(file -> file.endsWith(".crc"));
    }

    @ParameterizedTest
    @CsvSource({"2026-07, 2026-08", "2026-11, 2026-11", "2026-09, 2026-08", "no month, 2026-10", ",2026-10"})
    void aRowOutOfOrderOrOfNoWantedMonthStopsTheTable(String first, String second) {
        assertThatThrownBy(() -> write(NAMES, List.of(name(first, "a"), name(second, "b"))))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("names")
                .hasMessageContaining("[2026-08, 2026-09, 2026-10]");
    }

    @Test
    void aRowOfOtherColumnsStopsTheTable() {
        Row swapped = new GenericRowWithSchema(
                new Object[] {"2026-08", "gpt"}, StructType.fromDDL("month string, model string"));

        assertThatThrownBy(() -> write(NAMES, List.of(swapped)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("month, tenant")
                .hasMessageContaining("month, model");
        assertThatThrownBy(() -> write(NAMES, List.of(RowFactory.create("2026-08"))))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aTableNeedsAMonthAndAPlainNameAndExactTypes() {
        ReportTable noMonth = new ReportTable("rejects", StructType.fromDDL("file string"));

        assertThatThrownBy(() -> write(noMonth, List.of())).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new ReportTable("../usage", NAMES.schema()))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new ReportTable("costs", StructType.fromDDL("month string, cost double")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("cost")
                .hasMessageContaining("double");
    }

    @Test
    void rowsAreLetGoAsTheyAreWritten() throws IOException {
        int count = 200_000;
        GeneratedRows rows = new GeneratedRows(count);

        List<WrittenFile> files = new TableWriter(local()).write(NAMES, rows, assemblies(out, AUGUST));

        assertThat(files).extracting(WrittenFile::rows).containsExactly((long) count, (long) count);
        assertThat(rows.aliveAtTheEnd).isZero();
    }

    @Test
    void whatIsWrittenIsNeverOverwritten() throws IOException {
        writeAugust(out, NAMES, name("2026-08", "a"));

        assertThatThrownBy(() -> writeAugust(out, NAMES, name("2026-08", "b"))).isInstanceOf(Failure.class);
        assertThat(out.resolve("2026-08/csv/names.csv")).hasContent(NAMES_HEADER + "2026-08,a\n");
    }

    @Test
    void aStorageErrorEndsTheCommandWithItsOwnExitCode() throws IOException {
        Files.writeString(out.resolve("2026-08"), "a file where the directory should be");

        assertThatThrownBy(() -> writeAugust(out, NAMES))
                .isInstanceOfSatisfying(
                        Failure.class, f -> assertThat(f.exitCode()).isEqualTo(ExitCode.STORAGE))
                .hasMessageContaining(out.resolve("2026-08").toString())
                .hasMessageContaining("Check that the output directory")
                .hasCauseInstanceOf(IOException.class);
    }

    private String csv(ReportTable table, Row... rows) throws IOException {
        return Files.readString(writeAugust(out, table, rows).resolve("csv/" + table.name() + ".csv"));
    }

    private List<WrittenFile> write(ReportTable table, List<Row> rows) throws IOException {
        return new TableWriter(local())
                .write(table, rows.iterator(), assemblies(out, AUGUST, SEPTEMBER, Month.parse("2026-10")));
    }

    private static Row name(String month, String tenant) {
        return RowFactory.create(month, tenant);
    }

    private static Tuple row(Month month, String path, long rows) {
        return tuple(month, path, rows);
    }

    /** Makes rows as they are asked for, and sees at the end whether anybody kept them. */
    private static final class GeneratedRows implements Iterator<Row> {
        private final int count;
        private final List<WeakReference<Row>> samples = new ArrayList<>();
        private int made;
        private long aliveAtTheEnd;

        GeneratedRows(int count) {
            this.count = count;
        }

        @Override
        public boolean hasNext() {
            if (made == count) {
                System.gc();
                aliveAtTheEnd =
                        samples.stream().filter(sample -> sample.get() != null).count();
            }
            return made < count;
        }

        @Override
        public Row next() {
            Row row = name("2026-08", "tenant-" + made);
            if (made % 10_000 == 0) {
                samples.add(new WeakReference<>(row));
            }
            made++;
            return row;
        }
    }
}
