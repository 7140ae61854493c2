package io.tokenledger.ingest.dialect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RecordScannerTest {
    private static final RecordScanner SCANNER =
            new RecordScanner(List.of("/a", "/m/tenant", "/m/tags/1", "/sl~1ash/til~0de", "/a/inner", "/u/**"));

    @Test
    void wantedValuesAreFoundAtAnyDepthAndWhateverStandsBetween() throws Rejection {
        CapturedRecord record = scan("""
                {"x":{"a":"no"},"m":{"y":[{"tenant":"no"}],"tenant":"acme","tags":["t0","t1"]},"sl/ash":{"til~de":5},\
                "a":true}""");
        assertThat(record.text("/m/tenant")).isEqualTo("acme");
        assertThat(record.text("/m/tags/1")).isEqualTo("t1");
        assertThat(record.counter("/sl~1ash/til~0de")).isEqualTo(5);
        assertThat(record.text("/a")).isEqualTo("true");
        assertThat(record.text("/a/inner")).isNull();
    }

    @Test
    void oneRecordLeavesNothingBehindInTheNext() throws Rejection {
        CapturedRecord first = scan("{\"a\":\"one\"}");
        CapturedRecord second = scan("{}");
        assertThat(first.text("/a")).isEqualTo("one");
        assertThat(second.text("/a")).isNull();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"a":1                          | malformed JSON
            {"a":1,}                        | malformed JSON
            {"a":01}                        | malformed JSON
            {"a":NaN}                       | malformed JSON
            {'a':1}                         | malformed JSON
            {"a":"x\ty"}                    | malformed JSON
            {"x":{"y":tru}}                 | malformed JSON
            {"x":[1,2}                      | malformed JSON
            {"a":1}}                        | malformed JSON
            {"a":1} # x                     | malformed JSON
            {"a":1} {"a":2}                 | malformed JSON: more than one value
            {"a":1}2                        | malformed JSON: more than one value
            [{"a":1},2]                     | malformed JSON: not an object
            [{"a":1}                        | malformed JSON
            [{"a":1}]{}                     | malformed JSON: more than one value
            {"u":{"x":1,"x":2}}             | duplicate key: /u
            {"u":[{"x":{}},{"x":1,"x":2}]}  | duplicate key: /u
            {"u":{},"u":1}                  | duplicate key: /u
            "a"                             | malformed JSON: not an object
            null                            | malformed JSON: not an object
            {"a":1,"a":1}                   | duplicate key: /a
            {"m":{"tenant":"x"},"m":{}}     | duplicate key: /m
            {"m":{"tenant":1,"tenant":null}} | duplicate key: /m/tenant
            """)
    void whatIsNotExactlyOneWellFormedObjectIsRejected(String line, String reason) {
        assertRejected(line.getBytes(StandardCharsets.UTF_8), reason);
    }

    @Test
    void aKeyThatNobodyWantsMayOccurTwice() throws Rejection {
        assertThat(scan("{\"x\":1,\"x\":2,\"a\":\"v\",\"y\":{\"a\":1,\"a\":2}}").text("/a"))
                .isEqualTo("v");
    }

    @ParameterizedTest
    @ValueSource(strings = {"c080", "eda080", "f5808080", "ff", "e282", "80"})
    void bytesThatAreNoUtf8AreRejectedEvenInSkippedText(String hex) {
        byte[] open = "{\"x\":\"".getBytes(StandardCharsets.UTF_8);
        byte[] bad = java.util.HexFormat.of().parseHex(hex);
        byte[] line = new byte[open.length + bad.length + 2];
        System.arraycopy(open, 0, line, 0, open.length);
        System.arraycopy(bad, 0, line, open.length, bad.length);
        line[line.length - 2] = '"';
        line[line.length - 1] = '}';
        assertRejected(line, "malformed JSON: not UTF-8");
    }

    @Test
    void utf16IsNotTakenForUtf8() {
        assertRejected("{\"a\":1}".getBytes(StandardCharsets.UTF_16LE), "malformed JSON");
    }

    @Test
    void textOfAnyLanguageIsKept() throws Rejection {
        String text = "Zürich 東京 🚀 " + "é".repeat(500);
        assertThat(scan("{\"x\":\"" + text.repeat(100) + "\",\"a\":\"" + text + "\"}")
                        .text("/a"))
                .isEqualTo(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"{\"x\":{\"%s\":1},\"a\":\"v\"}", "{\"%s\":1,\"a\":\"v\"}", "[{\"x\":{\"%s\":1},\"a\":\"v\"}]"})
    void anEscapedEmojiInANameHarmsNobodyWhereverItStands(String line) throws Rejection {
        assertThat(scan(line.formatted("\\ud83d\\ude00")).text("/a")).isEqualTo("v");
    }

    @Test
    void nestingBeyondAThousandIsRejectedAlsoWhereItIsSkipped() {
        String line = "{\"x\":" + "[".repeat(1500) + "]".repeat(1500) + "}";
        assertRejected(line.getBytes(StandardCharsets.UTF_8), "malformed JSON: nested too deep or a number too long");
    }

    @Test
    void aLongSkippedTextIsNoProblem() throws Rejection {
        assertThat(scan("{\"x\":\"" + "y".repeat(15 << 20) + "\",\"a\":\"v\"}").text("/a"))
                .isEqualTo("v");
    }

    @Test
    void aPromptThatAWrongMappingPointsAtIsNoText() {
        assertThatThrownBy(() -> scan("{\"a\":\"" + "y".repeat(1025) + "\"}").text("/a"))
                .hasMessage("text longer than 1024 characters: /a");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "[]", "1.5"})
    void whatIsNoTextIsRejectedAsText(String value) {
        assertThatThrownBy(() -> scan("{\"a\":" + value + "}").text("/a")).hasMessage("field is no text: /a");
    }

    @Test
    void everythingBelowAPlaceIsFoundInTheOrderOfTheRecord() throws Rejection {
        CapturedRecord record = scan("""
                {"u":{"b":7,"list":[{"modality":"TEXT","tokenCount":5}],"a/~b":null,"deep":{"er":0.5}},"v":{"b":1}}""");
        assertThat(record.below("/u"))
                .containsExactly("/u/b", "/u/list/0/modality", "/u/list/0/tokenCount", "/u/a~1~0b", "/u/deep/er");
        assertThat(record.below("/u/list")).containsExactly("/u/list/0/modality", "/u/list/0/tokenCount");
        assertThat(record.counter("/u/list/0/tokenCount")).isEqualTo(5);
        assertThat(record.counter("/u/never")).isNull();
        assertThat(record.hasObject("/u")).isTrue();
        assertThat(record.hasObject("/u/deep")).isTrue();
        assertThat(record.text("/u/list/0/modality")).isEqualTo("TEXT");
    }

    @Test
    void aTextThatIsJsonIsReadWhereAPointerLeadsIntoIt() throws Rejection {
        CapturedRecord record = scan("""
                {"m":"{\\"tenant\\": \\"acme\\", \\"tags\\": [\\"t0\\",\\"t1\\"]}","u":" {\\"n\\":{\\"x\\":1}}",\
                "a":"[1]"}""");
        assertThat(record.text("/m/tenant")).isEqualTo("acme");
        assertThat(record.text("/m/tags/1")).isEqualTo("t1");
        assertThat(record.hasObject("/u")).isTrue();
        assertThat(record.counter("/u/n/x")).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\\\"n\\\":1", "{\\\"n\\\":1} {}", "{n:1}", "[", "n", ""})
    void aTextThatIsNoJsonStaysAText(String text) throws Rejection {
        CapturedRecord record = scan("{\"u\":\"" + text + "\"}");
        assertThat(record.below("/u")).isEmpty();
        assertThatThrownBy(() -> record.hasObject("/u")).hasMessage("no object: /u");
    }

    @Test
    void aKeyThatIsTwiceInATextThatIsJsonIsRejected() {
        assertRejected("{\"u\":\"{\\\"n\\\":1,\\\"n\\\":2}\"}".getBytes(StandardCharsets.UTF_8), "duplicate key: /u");
    }

    @ParameterizedTest
    @CsvSource({
        "0.00022500000000000002, 0.00022500000000000002",
        "'\"0.15\"', 0.15",
        "3.75e-05, 0.0000375",
        "0, 0",
        "-1, -1",
        "999999999999.9, 999999999999.9"
    })
    void anAmountIsExactlyWhatIsWritten(String json, BigDecimal amount) throws Rejection {
        assertThat(scan("{\"a\":" + json + "}").amount("/a")).isEqualByComparingTo(amount);
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "\"\""})
    void anAmountThatIsNotThereIsUnknown(String json) throws Rejection {
        assertThat(scan("{\"a\":" + json + "}").amount("/a")).isNull();
    }

    @ParameterizedTest
    @CsvSource({
        "true, no amount: /a",
        "{}, no amount: /a",
        "'\"$1\"', no amount: /a",
        "'\"0,5\"', no amount: /a",
        "1e12, amount out of range: /a",
        "1e999, amount out of range: /a",
        "1e-999, amount out of range: /a",
        "1e99999999, no amount: /a"
    })
    void whatIsNoAmountIsRejected(String json, String reason) {
        assertThatThrownBy(() -> scan("{\"a\":" + json + "}").amount("/a")).hasMessage(reason);
    }

    @Test
    void anIntegerOf64BitsMayBeText() throws Rejection {
        assertThat(scan("{\"a\":\"2006\"}").int64("/a")).isEqualTo(2006);
        assertThat(scan("{\"a\":2006}").int64("/a")).isEqualTo(2006);
        assertThat(scan("{}").int64("/a")).isNull();
        assertThatThrownBy(() -> scan("{\"a\":\"-1\"}").int64("/a")).hasMessage("negative counter: /a");
        assertThatThrownBy(() -> scan("{\"a\":\"1.0\"}").int64("/a")).hasMessage("counter is text: /a");
        assertThatThrownBy(() -> scan("{\"a\":1.5}").int64("/a")).hasMessage("counter is fractional: /a");
    }

    @Test
    void aLongTextBelowAPlaceIsNotKeptAndHarmsNobodyWhoDoesNotReadIt() throws Rejection {
        CapturedRecord record = scan("{\"u\":{\"prompt\":\"" + "y".repeat(1025) + "\",\"n\":1}}");
        assertThat(record.counter("/u/n")).isEqualTo(1);
        assertThatThrownBy(() -> record.text("/u/prompt")).hasMessage("text longer than 1024 characters: /u/prompt");
    }

    @Test
    void whatIsBelowAPlaceIsBounded() {
        assertRejected(
                ("{\"u\":[" + "1,".repeat(1 << 19) + "1]}").getBytes(StandardCharsets.UTF_8),
                "more than 524288 values: /u");
        assertRejected(
                ("{\"u\":{\"" + "k".repeat(1100) + "\":1}}").getBytes(StandardCharsets.UTF_8), "name too long: /u");
    }

    @Test
    void anArrayOfObjectsIsARecordEach() throws Rejection {
        byte[] line = "[{\"a\":1}, {\"a\":2},{}]".getBytes(StandardCharsets.UTF_8);
        List<CapturedRecord> records = SCANNER.scan(line, 0, line.length);
        assertThat(records).hasSize(3);
        assertThat(records.get(0).counter("/a")).isEqualTo(1);
        assertThat(records.get(1).counter("/a")).isEqualTo(2);
        assertThat(records.get(2).counter("/a")).isNull();
    }

    @Test
    void readingAPointerThatWasNotAskedForIsADefect() throws Rejection {
        CapturedRecord record = scan("{}");
        assertThatThrownBy(() -> record.text("/b")).isInstanceOf(IllegalArgumentException.class);
    }

    private static void assertRejected(byte[] line, String reason) {
        assertThatThrownBy(() -> SCANNER.scan(line, 0, line.length))
                .isInstanceOf(Rejection.class)
                .hasMessage(reason);
    }

    private static CapturedRecord scan(String line) throws Rejection {
        byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
        return SCANNER.scan(bytes, 0, bytes.length).get(0);
    }
}
