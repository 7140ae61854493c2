package io.tokenledger.ingest.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Jackson is right by definition: whatever the fast way accepts, it must have read as Jackson does. */
class ByteScannerTest {
    private static final int ROUNDS = 200_000;
    private static final RecordScanner SCANNER = new RecordScanner(
            List.of(
                    "/response/id",
                    "/response/model",
                    "/response/usage/**",
                    "/id",
                    "/model",
                    "/created",
                    "/usage/**",
                    "/metadata/tenant",
                    "/choices/0/finish_reason",
                    "/error",
                    "/sl~1ash/til~0de"),
            ZoneOffset.UTC);
    private static final String UNUSUAL = """
            {"id":"a\\"b\\\\c\\/d\\u00e9\\ud83d\\ude00\\n","model":"modèle 模型 😀","created":-12.5e+3,\
            "usage":{"prompt_tokens":7,"a/b":{"c~d":[1,{"e":null},[true,false]]},"":0},"metadata":{"tenant":"ünï"},\
            "choices":[{"finish_reason":"stop","message":{"content":"{\\"x\\":[1,2"}},{"finish_reason":2}],\
            "error":{},"sl/ash":{"til~de":1e2},"x":[[[]],{},"",{"y\\ud83d\\ude00":[0,-0,0.0]}]}""";

    @Test
    void whatItIsSureOfIsWhatJacksonReads() throws IOException {
        List<byte[]> lines = corpus();
        lines.add("{\"usage\":\"{\\\"prompt_tokens\\\":5}\",\"metadata\":\" [1]\",\"error\":\"{}\"}"
                .getBytes(StandardCharsets.UTF_8));
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        int sure = 0;
        for (int i = 0; i < ROUNDS; i++) {
            byte[] line = mutated(lines, random);
            // Other lines stand before and behind it in the buffer.
            int start = random.nextInt(20);
            byte[] buffer = new byte[start + line.length + random.nextInt(20)];
            random.nextBytes(buffer);
            System.arraycopy(line, 0, buffer, start, line.length);
            CapturedRecord fast = SCANNER.fast().scan(buffer, start, line.length);
            if (fast != null) {
                sure++;
                assertThat(captured(fast))
                        .as("seed %d, round %d: %s", seed, i, new String(line, StandardCharsets.UTF_8))
                        .isEqualTo(byJackson(buffer, start, line.length));
            }
        }
        assertThat(sure).as("rounds in which it was sure, seed %d", seed).isGreaterThan(ROUNDS / 20);
    }

    @Test
    void itIsSureOfUsualLines() throws IOException {
        assertThat(corpus())
                .allSatisfy(line -> assertThat(SCANNER.fast().scan(line, 0, line.length))
                        .as(new String(line, StandardCharsets.UTF_8))
                        .isNotNull());
    }

    @Test
    void stringsOfEveryLengthEndWhereTheyEnd() {
        for (int length = 0; length < 40; length++) {
            for (int special = 0; special <= length; special++) {
                for (String c : List.of("", "\\\"", "\\\\", "\\u0041", "é", "模", "😀", "\u007f", "~", " ")) {
                    String text = "x".repeat(special) + c + "x".repeat(length - special);
                    byte[] line = "{\"skip\":\"%s\",\"id\":\"%s\"}"
                            .formatted(text, text)
                            .getBytes(StandardCharsets.UTF_8);
                    CapturedRecord fast = SCANNER.fast().scan(line, 0, line.length);
                    assertThat(fast).as(text).isNotNull();
                    assertThat(captured(fast)).isEqualTo(byJackson(line, 0, line.length));
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "c080",
                "c1bf",
                "e08080",
                "eda080",
                "f08080",
                "f4908080",
                "f5808080",
                "ff",
                "e282",
                "80",
                "00",
                "1f"
            })
    void itLeavesBytesThatAreNoTextToJackson(String hex) {
        byte[] bad = java.util.HexFormat.of().parseHex(hex);
        for (int before = 0; before < 12; before++) {
            byte[] open = ("{\"x\":\"" + "x".repeat(before)).getBytes(StandardCharsets.UTF_8);
            byte[] line = concat(concat(open, bad), "xxxxxxxxxx\"}".getBytes(StandardCharsets.UTF_8));
            assertThat(SCANNER.fast().scan(line, 0, line.length)).isNull();
        }
    }

    private static List<byte[]> corpus() throws IOException {
        List<byte[]> lines = new ArrayList<>(List.of(UNUSUAL.getBytes(StandardCharsets.UTF_8)));
        try (Stream<Path> bodies = Files.list(Path.of("src/test/resources/provider-responses"))) {
            for (Path body :
                    bodies.filter(p -> p.toString().endsWith(".jsonl")).sorted().toList()) {
                Files.readAllLines(body).forEach(line -> lines.add(line.getBytes(StandardCharsets.UTF_8)));
            }
        }
        return lines;
    }

    private static byte[] mutated(List<byte[]> lines, Random random) {
        byte[] line = lines.get(random.nextInt(lines.size())).clone();
        String interesting = "{}[]\",:\\/0123456789-+.eEtfnu \t\r\n\u0000\u001f\u007fé模😀";
        byte[] bytes = interesting.getBytes(StandardCharsets.UTF_8);
        for (int times = random.nextInt(4); times > 0; times--) {
            int at = random.nextInt(line.length + 1);
            byte[] head = Arrays.copyOf(line, at);
            byte[] tail = Arrays.copyOfRange(line, at, line.length);
            byte[] other = lines.get(random.nextInt(lines.size()));
            byte any = bytes[random.nextInt(bytes.length)];
            line = switch (random.nextInt(6)) {
                case 0 -> concat(concat(head, new byte[] {any}), tail);
                case 1 -> tail.length == 0 ? head : concat(head, Arrays.copyOfRange(tail, 1, tail.length));
                case 2 ->
                    tail.length == 0
                            ? head
                            : concat(concat(head, new byte[] {any}), Arrays.copyOfRange(tail, 1, tail.length));
                case 3 -> head;
                case 4 -> concat(head, Arrays.copyOfRange(other, random.nextInt(other.length), other.length));
                default -> {
                    // A part twice: keys that repeat, and brackets that do not match.
                    int from = random.nextInt(line.length + 1);
                    yield concat(concat(head, Arrays.copyOfRange(line, Math.min(from, at), Math.max(from, at))), tail);
                }
            };
            if (line.length == 0) {
                return line;
            }
        }
        return line;
    }

    private static byte[] concat(byte[] a, byte[] b) {
        byte[] both = Arrays.copyOf(a, a.length + b.length);
        System.arraycopy(b, 0, both, a.length, b.length);
        return both;
    }

    private static String byJackson(byte[] buffer, int start, int length) {
        try {
            List<CapturedRecord> records = SCANNER.scanByJackson(buffer, start, length);
            return records.size() == 1 ? captured(records.get(0)) : records.size() + " records";
        } catch (Rejection e) {
            return e.reason();
        }
    }

    private static String captured(CapturedRecord record) {
        return Arrays.toString(record.values) + record.below;
    }
}
