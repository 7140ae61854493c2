package io.tokenledger.ingest.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class UnknownCountersTest {

    @Test
    @Tag("A3")
    void countersOfTokensThatNobodyReadAreNamed() throws Rejection {
        assertThat(unknown("""
                "read_tokens":1,"video_tokens":2,"cacheWrite24h":3,"frameCount":4,"known_tokens":5,\
                "zero_tokens":0,"null_tokens":null,"text_tokens":"7","time_tokens":0.5,"seconds":8"""))
                .containsExactly(
                        "/usage/cacheWrite24h", "/usage/frameCount", "/usage/text_tokens", "/usage/video_tokens");
    }

    @Test
    @Tag("A3")
    void elementsOfAnArrayAreOnePlace() throws Rejection {
        assertThat(unknown("\"details\":[{\"tokenCount\":1},{\"tokenCount\":2}]"))
                .containsExactly("/usage/details/*/tokenCount");
    }

    @Test
    @Tag("A3")
    void namesAreSafeToShowAndFew() throws Rejection {
        assertThat(unknown("\"a b\\n=<token>é\":1")).containsExactly("/usage/a?b???token??");
        assertThat(unknown("\"" + "token".repeat(100) + "\":1").first()).hasSize(128);
        assertThat(unknown(IntStream.range(0, 40)
                        .mapToObj(i -> "\"tokens_" + i + "\":1")
                        .collect(Collectors.joining(","))))
                .hasSize(16);
    }

    private static SortedSet<String> unknown(String members) throws Rejection {
        byte[] line = ("{\"usage\":{" + members + "}}").getBytes(StandardCharsets.UTF_8);
        CapturedRecord record = new RecordScanner(List.of("/usage/**"))
                .scan(line, 0, line.length)
                .get(0);
        record.counter("/usage/read_tokens");
        return UnknownCounters.below(record, "/usage", Set.of("known_tokens"));
    }
}
