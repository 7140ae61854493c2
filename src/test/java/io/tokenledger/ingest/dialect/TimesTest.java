package io.tokenledger.ingest.dialect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TimesTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            1772323199                           | 2026-02-28T23:59:59Z
            1577836800                           | 2020-01-01T00:00:00Z
            4102444799                           | 2099-12-31T23:59:59Z
            "1715361795"                         | 2024-05-10T17:23:15Z
            1772323199.120456789                 | 2026-02-28T23:59:59.120456789Z
            1772323199.1204567891                | 2026-02-28T23:59:59.120456789Z
            1772323199120                        | 2026-02-28T23:59:59.120Z
            1772323199120.25                     | 2026-02-28T23:59:59.120250Z
            1772323199120456                     | 2026-02-28T23:59:59.120456Z
            "1772323199120456789"                | 2026-02-28T23:59:59.120456789Z
            "2026-02-28T23:59:59Z"               | 2026-02-28T23:59:59Z
            "2026-02-28T23:59:59.999999Z"        | 2026-02-28T23:59:59.999999Z
            "2026-03-01T00:59:59.5+01:00"        | 2026-02-28T23:59:59.500Z
            "2026-02-28T18:29:59-0530"           | 2026-02-28T23:59:59Z
            "2026-02-28 23:59:59.120+00"         | 2026-02-28T23:59:59.120Z
            "2026-02-28 23:59:59 UTC"            | 2026-02-28T23:59:59Z
            """)
    void everyFormOfATimeIsReadToItsLastDigit(String written, Instant expected) throws Rejection {
        assertThat(time(written, "Asia/Tokyo")).isEqualTo(expected);
    }

    @Test
    void aTimeWithoutZoneIsInThatOfTheFeed() throws Rejection {
        assertThat(time("\"2026-02-28 23:59:59.120\"", "UTC")).isEqualTo(Instant.parse("2026-02-28T23:59:59.120Z"));
        assertThat(time("\"2026-03-01T00:30:00\"", "Europe/Berlin")).isEqualTo(Instant.parse("2026-02-28T23:30:00Z"));
        assertThat(time("\"2026-10-25T02:30:00\"", "Europe/Berlin"))
                .as("the earlier of two")
                .isEqualTo(Instant.parse("2026-10-25T00:30:00Z"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            1577836799               | time out of range: /t
            4102444800               | time out of range: /t
            1577836799999            | time out of range: /t
            17723231991              | time out of range: /t
            0                        | time out of range: /t
            -1772323199              | time out of range: /t
            "2019-12-31T23:59:59Z"   | time out of range: /t
            "2100-01-01T00:00:00Z"   | time out of range: /t
            1.772323199e9            | no time: /t
            "2026-03-01"             | no time: /t
            "2026-02-30T00:00:00Z"   | no time: /t
            "2026-03-01T00:00:00+99" | no time: /t
            "01/03/2026 00:00:00"    | no time: /t
            "soon"                   | no time: /t
            ""                       | no time: /t
            true                     | no time: /t
            {}                       | no time: /t
            """)
    @Tag("B14")
    void whatIsNoTimeOfThisCenturyIsRejected(String written, String reason) {
        assertThatThrownBy(() -> time(written, "UTC"))
                .isInstanceOf(Rejection.class)
                .hasMessage(reason);
    }

    @Test
    void anAbsentTimeIsNone() throws Rejection {
        assertThat(time("null", "UTC")).isNull();
    }

    private static Instant time(String written, String zone) throws Rejection {
        byte[] line = ("{\"t\":" + written + "}").getBytes(StandardCharsets.UTF_8);
        return new RecordScanner(List.of("/t"), ZoneId.of(zone))
                .scan(line, 0, line.length)
                .get(0)
                .time("/t");
    }
}
