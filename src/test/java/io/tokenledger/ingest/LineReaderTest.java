package io.tokenledger.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LineReaderTest {
    private static final String BYTE_ORDER_MARK = "\uFEFF";

    @Test
    void linesEndWithLfOrCrlfAndTheLastNeedsNoEnd() throws IOException {
        assertThat(read("a\nbb\r\nccc", 10)).containsExactly("0:a", "2:bb", "6:ccc");
        assertThat(read("a\n\nb\n", 10)).containsExactly("0:a", "2:", "3:b");
        assertThat(read("", 10)).isEmpty();
    }

    @Test
    void aCrAloneEndsNoLine() throws IOException {
        assertThat(read("a\rb\r\nc\r", 10)).containsExactly("0:a\rb", "5:c\r");
    }

    @Test
    void aByteOrderMarkIsSkippedAtTheStartOnly() throws IOException {
        assertThat(read(BYTE_ORDER_MARK + "a\n" + BYTE_ORDER_MARK + "b", 10))
                .containsExactly("3:a", "5:" + BYTE_ORDER_MARK + "b");
        assertThat(read(BYTE_ORDER_MARK, 10)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"\n", "\r\n"})
    void aLineOfTheLimitIsKeptAndALongerOneHasOnlyItsDigest(String end) throws IOException {
        String kept = "x".repeat(8);
        String skipped = "y".repeat(9);
        String far = "z".repeat(300_000);
        int endLength = end.length();
        assertThat(read(kept + end + skipped + end + far + end + "last", 8))
                .containsExactly(
                        "0:" + kept,
                        8 + endLength + ":sha256 " + Digests.sha256(skipped),
                        17 + 2 * endLength + ":sha256 " + Digests.sha256(far),
                        300_017 + 3 * endLength + ":last");
    }

    @Test
    void aLineThatIsTooLongAtTheEndOfTheFileIsSkippedToo() throws IOException {
        String far = "z".repeat(100) + "\r";
        assertThat(read(far, 8)).containsExactly("0:sha256 " + Digests.sha256(far));
    }

    @Test
    void linesLargerThanTheBufferAreKeptWhole() throws IOException {
        String large = "x".repeat(1_000_000);
        assertThat(read("a\n" + large + "\n" + large, 1_000_000))
                .containsExactly("0:a", "2:" + large, "1000003:" + large);
    }

    /** Every line as its offset with its text or digest, the same however the bytes arrive. */
    private static List<String> read(String content, int limit) throws IOException {
        byte[] bytes = content.getBytes(UTF_8);
        List<String> lines = read(new ByteArrayInputStream(bytes), limit);
        InputStream trickle = new ByteArrayInputStream(bytes) {
            @Override
            public synchronized int read(byte[] b, int off, int len) {
                return super.read(b, off, Math.min(len, 1));
            }
        };
        assertThat(read(trickle, limit)).isEqualTo(lines);
        return lines;
    }

    private static List<String> read(InputStream in, int limit) throws IOException {
        LineReader reader = new LineReader(in, limit);
        List<String> lines = new ArrayList<>();
        while (reader.next()) {
            lines.add(reader.offset()
                    + ":"
                    + (reader.tooLong()
                            ? "sha256 " + reader.sha256()
                            : new String(reader.buffer(), reader.start(), reader.length(), UTF_8)));
        }
        assertThat(reader.next()).isFalse();
        return lines;
    }
}
