package io.tokenledger.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tokenledger.model.ExitCode;
import io.tokenledger.model.Failure;
import io.tokenledger.model.Month;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CommitmentTest {
    private static final CapacityUnit UNIT = Units.unit("pool", "60", "hour");

    @ParameterizedTest
    @CsvSource({
        "2026-01-01T00:00:00Z, ,                     UTC,                 40320",
        "2026-02-01T00:00:00Z, 2026-03-01T00:00:00Z, UTC,                 40320",
        "2026-02-10T12:00:00Z, ,                     UTC,                 26640",
        "2026-01-01T00:00:00Z, 2026-02-02T00:00:00Z, UTC,                 1440",
        "2026-02-28T23:59:00Z, ,                     UTC,                 1",
        "2026-03-01T00:00:00Z, ,                     UTC,                 0",
        "2026-01-01T00:00:00Z, 2026-02-01T00:00:00Z, UTC,                 0",
        "2026-02-01T00:00:00Z, 2026-02-01T08:00:00Z, America/Los_Angeles, 0",
        "2026-02-01T00:00:00Z, 2026-02-01T08:01:00Z, America/Los_Angeles, 1",
        "2026-03-01T07:00:00Z, ,                     America/Los_Angeles, 60"
    })
    @Tag("D2")
    void itRunsForTheMinutesOfTheMonthThatItsWindowHolds(Instant from, Instant to, String zone, long minutes) {
        assertThat(new Commitment("c", UNIT, 1, from, to)
                        .in(Month.parse("2026-02"), ZoneId.of(zone))
                        .minutes())
                .isEqualTo(minutes);
    }

    @Test
    void theMinutesOfConsecutiveCommitmentsAddUpToTheMonth() {
        ZoneId la = ZoneId.of("America/Los_Angeles");
        Month march = Month.parse("2026-03");
        Instant change = Instant.parse("2026-03-08T10:30:00Z");
        assertThat(new Commitment("a", UNIT, 1, Instant.EPOCH, change)
                                .in(march, la)
                                .minutes()
                        + new Commitment("b", UNIT, 1, change, null)
                                .in(march, la)
                                .minutes())
                .isEqualTo(743 * 60);
    }

    @Test
    void everyColumnIsRead() {
        assertThat(read("c,pool,u,3,2026-01-01,2026-07-01T12:00:00Z,a note\n"))
                .containsExactly(new Commitment(
                        "c", UNIT, 3, Instant.parse("2026-01-01T00:00:00Z"), Instant.parse("2026-07-01T12:00:00Z")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "c,pool,x,1,2026-01-01,,              | commitments.csv:2: unit is 'x'; expected a unit of the capacity units: [u]",
                "c,other,u,1,2026-01-01,,             | commitments.csv:2: pool is 'other'; expected the pool of the unit, pool",
                "c,pool,u,1.5,2026-01-01,,            | commitments.csv:2: units is '1.5'; expected a whole number",
                "c,pool,u,1,,,                        | commitments.csv:2: valid_from is empty"
            })
    void whatCannotBeUsedIsRefusedAtItsLine(String line, String message) {
        assertRefused(line + "\n", message);
    }

    @Test
    void aCommitmentThatStandsTwiceIsRefused() {
        assertRefused(
                "c,pool,u,1,2026-01-01,,\nc,pool,u,1,2027-01-01,,\n",
                "commitments.csv:3: commitment is 'c'; expected each commitment once");
    }

    @Test
    void aCommitmentOfNoUnitsIsRefusedBecauseItWouldServeTokensForNothing() {
        assertRefused("c,pool,u,0,2026-01-01,,\n", "commitments.csv:2: units is '0'");
    }

    @Test
    void aCommitmentThatEndsBeforeItBeginsIsRefused() {
        assertRefused("c,pool,u,1,2026-07-01,2026-01-01,\n", "commitments.csv:2: valid_to is '2026-01-01'");
    }

    @Test
    void aTimeWithinAMinuteIsRefusedBecauseCapacityIsCountedByTheMinute() {
        assertRefused("c,pool,u,1,2026-01-01T00:00:30Z,,\n", "valid_from is '2026-01-01T00:00:30Z'; expected a whole");
        assertRefused("c,pool,u,1,2026-01-01,2026-02-01T00:00:00.5Z,\n", "valid_to is '2026-02-01T00:00:00.5Z'");
    }

    @Test
    void aCommitmentIsNotShorterThanTheTermOfItsUnit() {
        Map<String, CapacityUnit> units = Map.of("u", Units.with("term_days", "30"));
        assertThatThrownBy(() -> read("c,pool,u,1,2026-03-01,2026-03-30,\n", units))
                .hasMessageContaining("valid_to is '2026-03-30'; expected at least 30 days after valid_from");
        // 30 days of Los Angeles, one of them an hour short.
        assertThat(read("c,pool,u,1,2026-03-01T08:00:00Z,2026-03-31T07:00:00Z,\n", units))
                .hasSize(1);
        assertThat(read("c,pool,u,1,2026-03-01,,\n", units)).hasSize(1);
    }

    @Test
    void aPoolHasCommitmentsOfUnitsThatServeDifferentTokens() {
        CapacityUnit in = Units.with("unit", "in", "kind", "bundle", "serves", "input", "weight_output", "");
        CapacityUnit out = Units.with(
                "unit",
                "out",
                "kind",
                "bundle",
                "serves",
                "output",
                "weight_uncached_input",
                "",
                "weight_cached_input",
                "",
                "weight_cache_write",
                "");
        Map<String, CapacityUnit> units = Map.of("u", UNIT, "in", in, "out", out);
        assertThat(read("a,pool,in,2,2026-01-01,,\nb,pool,out,1,2026-01-01,,\nc,pool,in,1,2026-03-01,,\n", units))
                .extracting(Commitment::unit)
                .containsExactly(in, out, in);
        assertThatThrownBy(() -> read("a,pool,in,2,2026-01-01,,\nb,pool,u,1,2026-01-01,,\n", units))
                .hasMessageContaining("commitments.csv:3: unit is 'u'; expected the unit of the pool's other");
    }

    private static void assertRefused(String lines, String message) {
        assertThatThrownBy(() -> read(lines))
                .isInstanceOfSatisfying(
                        Failure.class, f -> assertThat(f.exitCode()).isEqualTo(ExitCode.CONFIGURATION))
                .hasMessageContaining(message);
    }

    private static List<Commitment> read(String lines) {
        return read(lines, Map.of("u", UNIT));
    }

    private static List<Commitment> read(String lines, Map<String, CapacityUnit> units) {
        String header = "commitment,pool,unit,units,valid_from,valid_to,note\n";
        return Commitment.read("commitments.csv", (header + lines).getBytes(StandardCharsets.UTF_8), units);
    }
}
