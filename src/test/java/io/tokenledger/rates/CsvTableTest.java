package io.tokenledger.rates;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tokenledger.model.ExitCode;
import io.tokenledger.model.Failure;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CsvTableTest {
    private static final List<String> COLUMNS = List.of("name", "price", "note");

    @Test
    void cellsAreFoundByTheNameOfTheirColumnWhateverItsPlace() {
        CsvTable.Line line = read("note,name,price\nold,a,0.90\n").get(0);
        assertThat(line.text("name")).isEqualTo("a");
        assertThat(line.decimal("price")).isEqualTo("0.90");
        assertThat(line.text("note")).isEqualTo("old");
    }

    @Test
    void aByteOrderMarkIsFine() {
        assertThat(read("\uFEFFname,price,note\na,1,\n").get(0).text("name")).isEqualTo("a");
    }

    @Test
    void aByteOrderMarkBeforeAQuotedHeaderIsFine() {
        assertThat(read("\uFEFF\"name\",\"price\",\"note\"\n\"a\",1,\n").get(0).text("name"))
                .isEqualTo("a");
    }

    @Test
    void lineEndsOfWindowsAndAMissingLastLineEndAreFine() {
        List<CsvTable.Line> lines = read("name,price,note\r\na,1,x\r\nb,2,y");
        assertThat(lines).extracting(l -> l.text("note")).containsExactly("x", "y");
        assertThat(lines).extracting(CsvTable.Line::number).containsExactly(2L, 3L);
    }

    @Test
    void quotedCommasQuotesAndSpacesBelongToTheCell() {
        CsvTable.Line line =
                read("name,price,note\n  a b ,1,\"cheap, \"\"really\"\"\"\n").get(0);
        assertThat(line.text("name")).isEqualTo("a b");
        assertThat(line.text("note")).isEqualTo("cheap, \"really\"");
    }

    @Test
    void aLineIsNumberedByWhereItBeginsAlsoAfterQuotedNewlinesAndBlankLines() {
        List<CsvTable.Line> lines = read("name,price,note\na,1,\"two\nlines\"\nb,2,x\n\nc,3,y\n");
        assertThat(lines).extracting(l -> l.text("name")).containsExactly("a", "b", "c");
        assertThat(lines).extracting(CsvTable.Line::number).containsExactly(2L, 4L, 6L);
        assertThat(lines.get(0).text("note")).isEqualTo("two\nlines");
    }

    @Test
    void aMistakeAfterAQuotedNewlineIsReportedAtItsOwnLine() {
        assertRefused("name,price,note\na,1,\"two\nlines\"\nb,2\n")
                .hasMessage("t.csv:4: 2 cells, expected 3 as in the header; a decimal comma or an unquoted comma?");
    }

    @Test
    void unknownColumnsAreRefused() {
        assertRefused("name,price,note,colour\n").hasMessage("t.csv:1: unknown columns [colour]; known are " + COLUMNS);
        assertRefused("Name,price,note\n").hasMessageStartingWith("t.csv:1: unknown columns [Name]");
    }

    @Test
    void missingColumnsAreRefused() {
        assertRefused("price\n1\n").hasMessage("t.csv:1: missing columns [name, note]");
    }

    @Test
    void aColumnThatStandsTwiceIsRefused() {
        assertRefused("name,price,note,price\n")
                .hasMessage("t.csv:1: a column stands twice in [name, price, note, price]");
    }

    @Test
    void aSheetSavedWithSemicolonsIsRefusedWithTheRemedy() {
        assertRefused("name;price;note\na;0,90;x\n")
                .hasMessage(
                        "t.csv:1: columns are separated by ';', expected ','; save the sheet with commas and decimal points");
    }

    @Test
    void shortAndLongRowsAreRefused() {
        assertRefused("name,price,note\na,1\n").hasMessageStartingWith("t.csv:2: 2 cells, expected 3");
        assertRefused("name,price,note\na,0,90,x\n").hasMessageStartingWith("t.csv:2: 4 cells, expected 3");
    }

    @Test
    void anEmptyFileIsRefused() {
        assertRefused("").hasMessage("t.csv: the file is empty; expected the header " + COLUMNS);
        assertRefused("\n\n").hasMessageStartingWith("t.csv: the file is empty");
    }

    @Test
    void aHeaderWithoutLinesIsAnEmptyTable() {
        assertThat(read("name,price,note\n")).isEmpty();
    }

    @Test
    void whatIsNotUtf8IsRefused() {
        byte[] latin1 = "name,price,note\ncaf\u00e9,1,x\n".getBytes(StandardCharsets.ISO_8859_1);
        assertFailure(() -> CsvTable.read("t.csv", latin1, COLUMNS))
                .hasMessage("t.csv: not UTF-8; save the sheet as CSV UTF-8");
        byte[] utf16 = "name,price,note\na,1,x\n".getBytes(StandardCharsets.UTF_16);
        assertFailure(() -> CsvTable.read("t.csv", utf16, COLUMNS)).hasMessageContaining("not UTF-8");
    }

    @Test
    void aQuoteThatIsNeverClosedIsRefusedAndNotReadToTheEndAsACell() {
        assertRefused("name,price,note\na,1,\"open\nb,2,x\n").hasMessageContaining("not readable as CSV");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"0,90\"", "1e-7", "-1", "+1", ".5", "5.", "1_000", "$1", "NaN", "0x1", "\u0661"})
    void whatIsNoDecimalIsRefused(String price) {
        CsvTable.Line line = read("name,price,note\na," + price + ",x\n").get(0);
        assertFailure(() -> line.decimal("price"))
                .hasMessage(
                        "t.csv:2: price is '%s'; expected a decimal with a point, such as 0.90",
                        price.replace("\"", ""));
    }

    @Test
    void aDecimalKeepsItsDigits() {
        CsvTable.Line line = read("name,price,note\na,0.000000075000,x\n").get(0);
        assertThat(line.decimal("price").toPlainString()).isEqualTo("0.000000075000");
    }

    @Test
    void emptyCellsAreNullWhereTheyMayBeAndNamedWhereNot() {
        CsvTable.Line line = read("name,price,note\n,,\n").get(0);
        assertThat(line.textOrNull("name")).isNull();
        assertThat(line.decimalOrNull("price")).isNull();
        assertThat(line.countOrNull("price")).isNull();
        assertThat(line.dateOrNull("note")).isNull();
        assertThat(line.instantOrNull("note")).isNull();
        assertFailure(() -> line.text("name")).hasMessage("t.csv:2: name is empty; expected a value");
        assertFailure(() -> line.decimal("price"))
                .hasMessage("t.csv:2: price is empty; expected a decimal, such as 0.90");
        assertFailure(() -> line.count("price")).hasMessage("t.csv:2: price is empty; expected a whole number");
        assertFailure(() -> line.instant("note"))
                .hasMessage("t.csv:2: note is empty; expected a date such as 2026-07-01");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.0", "1e6", "-1", "1000000000000000000", "1 000"})
    void whatIsNoCountIsRefused(String count) {
        CsvTable.Line line = read("name,price,note\na," + count + ",x\n").get(0);
        assertFailure(() -> line.count("price"))
                .hasMessage(
                        "t.csv:2: price is '%s'; expected a whole number without separators, such as 1000000", count);
    }

    @Test
    void aDateIsItsStartInUtcAndAnInstantIsItself() {
        assertThat(instant("2026-07-01")).isEqualTo(Instant.parse("2026-07-01T00:00:00Z"));
        assertThat(instant("2026-07-01T16:30:00Z")).isEqualTo(Instant.parse("2026-07-01T16:30:00Z"));
        assertThat(instant("2026-07-01T16:30:00.000001Z")).isEqualTo(Instant.parse("2026-07-01T16:30:00.000001Z"));
        assertThat(read("name,price,note\na,1,2026-07-01\n").get(0).dateOrNull("note"))
                .isEqualTo(LocalDate.of(2026, 7, 1));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"01/07/2026", "2026-02-30", "2026-7-1", "2026-07-01 16:30:00", "2026-07-01T16:30:00", "46204"})
    void whatIsNoDateOrInstantIsRefused(String text) {
        assertFailure(() -> instant(text))
                .hasMessage(
                        "t.csv:2: note is '%s'; expected a date such as 2026-07-01 or a UTC time such as 2026-07-01T16:30:00Z",
                        text);
    }

    @Test
    void aDateCellTakesNoTime() {
        CsvTable.Line line = read("name,price,note\na,1,2026-07-01T00:00:00Z\n").get(0);
        assertFailure(() -> line.dateOrNull("note"))
                .hasMessage("t.csv:2: note is '2026-07-01T00:00:00Z'; expected a date such as 2026-07-01");
    }

    @Test
    void aWordOutsideItsSetIsRefusedWithTheKnownOnes() {
        CsvTable.Line line = read("name,price,note\na,1,x\n").get(0);
        assertThat(line.<String>word("note", Optional::of, "x")).isEqualTo("x");
        assertFailure(() -> line.word("note", text -> Optional.empty(), List.of("y", "z")))
                .hasMessage("t.csv:2: note is 'x'; expected one of [y, z]");
    }

    private static Instant instant(String text) {
        return read("name,price,note\na,1," + text + "\n").get(0).instant("note");
    }

    private static List<CsvTable.Line> read(String content) {
        return CsvTable.read("t.csv", content.getBytes(StandardCharsets.UTF_8), COLUMNS);
    }

    private static AbstractThrowableAssert<?, ?> assertRefused(String content) {
        return assertFailure(() -> read(content));
    }

    private static AbstractThrowableAssert<?, ?> assertFailure(
            org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        return assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        Failure.class, f -> assertThat(f.exitCode()).isEqualTo(ExitCode.CONFIGURATION));
    }
}
