package io.tokenledger.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.tokenledger.model.Month;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A unit serves 800 weighted tokens a minute and costs 60 an hour: 1 a minute. */
class OwnedTest {
    private static final Month FEBRUARY = Month.parse("2026-02");
    private static final CapacityUnit UNIT = Units.unit("pool", "60", "hour");

    @Test
    void theStepsOfAMonthGoFromItsStartToItsEnd() {
        Owned owned = Owned.of(
                UNIT,
                List.of(
                        commitment("a", 2, "2026-01-10T00:00:00Z", "2026-02-10T00:00:00Z"),
                        commitment("b", 3, "2026-02-05T12:00:00Z", null)));
        assertThat(owned.steps(FEBRUARY, ZoneOffset.UTC))
                .containsExactly(
                        step("2026-02-01T00:00:00Z", "2026-02-05T12:00:00Z", 2),
                        step("2026-02-05T12:00:00Z", "2026-02-10T00:00:00Z", 5),
                        step("2026-02-10T00:00:00Z", "2026-03-01T00:00:00Z", 3));
        // 2 × 9 days + 3 × 23.5 days
        assertThat(owned.cost(FEBRUARY, ZoneOffset.UTC)).isEqualByComparingTo("127440");
        assertThat(owned.capacity(FEBRUARY, ZoneOffset.UTC)).isEqualByComparingTo("101952000");
    }

    @Test
    void nothingOwnedIsOneStepOfNoUnits() {
        Owned none = Owned.none(UNIT);
        assertThat(none.steps(FEBRUARY, ZoneOffset.UTC))
                .containsExactly(step("2026-02-01T00:00:00Z", "2026-03-01T00:00:00Z", 0));
        assertThat(none.cost(FEBRUARY, ZoneOffset.UTC)).isEqualByComparingTo("0");
        assertThat(none.in(FEBRUARY, ZoneOffset.UTC)).isFalse();
    }

    @Test
    void onlyTheCommitmentsToTheUnitCount() {
        CapacityUnit other = Units.with("unit", "other", "pool", "elsewhere");
        Commitment mine = commitment("a", 1, "2026-01-01T00:00:00Z", null);
        Commitment others = new Commitment("b", other, 5, Instant.parse("2026-01-01T00:00:00Z"), null);
        assertThat(Owned.of(UNIT, List.of(others, mine)).commitments()).containsExactly(mine);
    }

    /** Pitfall D2: the first minute is in, the last is not. */
    @ParameterizedTest
    @CsvSource({
        "2026-02-01T00:00:00Z, 2026-02-01T00:01:00Z, true",
        "2026-01-31T23:59:00Z, 2026-02-01T00:00:00Z, false",
        "2026-02-28T23:59:00Z, 2026-03-01T00:00:00Z, true",
        "2026-03-01T00:00:00Z, 2026-04-01T00:00:00Z, false"
    })
    void aCommitmentIsOfTheMonthsThatHoldOneOfItsMinutes(String from, String to, boolean in) {
        Owned owned = Owned.of(UNIT, List.of(commitment("a", 1, from, to)));
        assertThat(owned.in(FEBRUARY, ZoneOffset.UTC)).isEqualTo(in);
        assertThat(owned.cost(FEBRUARY, ZoneOffset.UTC)).isEqualByComparingTo(in ? "1" : "0");
        assertThat(owned.steps(FEBRUARY, ZoneOffset.UTC)).hasSize(in ? 2 : 1);
    }

    /** Pitfall D5: the hours of the real month of the billing zone. */
    @ParameterizedTest
    @CsvSource({
        "2026-02, UTC,                 672",
        "2028-02, UTC,                 696",
        "2026-04, UTC,                 720",
        "2026-08, UTC,                 744",
        "2026-03, America/Los_Angeles, 743",
        "2026-11, America/Los_Angeles, 721",
        "2026-10, Europe/Berlin,       745"
    })
    void aWholeMonthIsOwnedForItsRealHours(String month, ZoneId zone, long hours) {
        Owned owned = Owned.of(UNIT, List.of(commitment("a", 1, "2020-01-01T00:00:00Z", null)));
        assertThat(owned.cost(Month.parse(month), zone)).isEqualByComparingTo("" + 60 * hours);
        assertThat(owned.capacity(Month.parse(month), zone)).isEqualByComparingTo("" + 800 * 60 * hours);
    }

    @Test
    void theMonthlyMinimumIsOwedOnceForAllCommitmentsButNotWhereNoneRuns() {
        CapacityUnit unit = Units.withMinimum("50000");
        Owned owned = Owned.of(
                unit,
                List.of(
                        new Commitment("a", unit, 1, Instant.parse("2026-02-01T00:00:00Z"), null),
                        new Commitment("b", unit, 1, Instant.parse("2026-02-28T00:00:00Z"), null)));
        assertThat(owned.costBeforeMinimum(FEBRUARY, ZoneOffset.UTC)).isEqualByComparingTo("41760");
        assertThat(owned.cost(FEBRUARY, ZoneOffset.UTC)).isEqualByComparingTo("50000");
        assertThat(owned.cost(Month.parse("2026-01"), ZoneOffset.UTC)).isEqualByComparingTo("0");
    }

    private static Commitment commitment(String name, long units, String from, String to) {
        return new Commitment(name, UNIT, units, Instant.parse(from), to == null ? null : Instant.parse(to));
    }

    private static Owned.Step step(String from, String to, long units) {
        return new Owned.Step(new Span(Instant.parse(from), Instant.parse(to)), units);
    }
}
