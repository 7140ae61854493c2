package io.tokenledger.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.time.ZoneId;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MonthTest {
    private static final String[] ZONES = {"UTC", "America/Los_Angeles", "Asia/Kolkata", "Pacific/Chatham"};

    @Test
    void aMonthIsReadAndShownAsYearAndMonth() {
        assertThat(Month.parse("2026-08")).hasToString("2026-08");
        assertThat(Month.parse("0999-12")).hasToString("0999-12");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "2026", "2026-8", "2026-13", "2026-00", "2026-08-01", "08-2026", "2026/08", "26-0008"})
    void anythingElseIsRefusedWithTheExpectedForm(String text) {
        assertThatThrownBy(() -> Month.parse(text))
                .isInstanceOfSatisfying(
                        Failure.class, f -> assertThat(f.exitCode()).isEqualTo(ExitCode.CONFIGURATION))
                .hasMessage("'%s' is no month; expected the form YYYY-MM, for example 2026-08", text);
    }

    @ParameterizedTest
    @CsvSource({
        "UTC,                 2026-03-01T00:00:00Z, 2026-04-01T00:00:00Z",
        "America/Los_Angeles, 2026-03-01T08:00:00Z, 2026-04-01T07:00:00Z",
        "Asia/Kolkata,        2026-02-28T18:30:00Z, 2026-03-31T18:30:00Z",
        "Pacific/Chatham,     2026-02-28T10:15:00Z, 2026-03-31T10:15:00Z"
    })
    void theBoundsAreMidnightsOfTheBillingZone(String zone, Instant start, Instant end) {
        Month march = Month.parse("2026-03");
        assertThat(march.start(ZoneId.of(zone))).isEqualTo(start);
        assertThat(march.end(ZoneId.of(zone))).isEqualTo(end);
    }

    @Test
    @Tag("D2")
    void theStartBelongsToTheMonthAndTheEndToTheNext() {
        for (String name : ZONES) {
            ZoneId zone = ZoneId.of(name);
            Month month = Month.parse("2026-12");
            assertThat(Month.at(month.start(zone), zone)).isEqualTo(month);
            assertThat(Month.at(month.start(zone).minusNanos(1), zone)).isEqualTo(Month.parse("2026-11"));
            assertThat(Month.at(month.end(zone).minusNanos(1), zone)).isEqualTo(month);
            assertThat(Month.at(month.end(zone), zone)).isEqualTo(Month.parse("2027-01"));
        }
    }

    @Test
    @Tag("D1")
    void everyInstantIsInExactlyTheMonthWhoseBoundsHoldIt() {
        long seed = System.nanoTime();
        System.out.println("MonthTest: seed " + seed);
        Random random = new Random(seed);
        for (int i = 0; i < 2_000; i++) {
            ZoneId zone = ZoneId.of(ZONES[random.nextInt(ZONES.length)]);
            Instant time =
                    Instant.ofEpochSecond(1_700_000_000L + random.nextInt(200_000_000), random.nextInt(1_000_000_000));
            Month month = Month.at(time, zone);
            assertThat(time)
                    .as("seed %d %s", seed, zone)
                    .isAfterOrEqualTo(month.start(zone))
                    .isBefore(month.end(zone));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "2026-02, UTC,                 672",
        "2028-02, UTC,                 696",
        "2026-04, UTC,                 720",
        "2026-07, UTC,                 744",
        "2026-03, Asia/Kolkata,        744",
        "2026-02, Asia/Kolkata,        672",
        "2026-03, America/Los_Angeles, 743",
        "2026-11, America/Los_Angeles, 721",
        "2026-07, America/Los_Angeles, 744",
        "2026-04, Pacific/Chatham,     721",
        "2026-09, Pacific/Chatham,     719",
        "2026-10, Europe/Berlin,       745",
        "2026-03, Europe/Berlin,       743"
    })
    @Tag("D5")
    void theMinutesAreTheRealOnesAlsoWhereDaylightSavingChanges(String month, String zone, long hours) {
        assertThat(Month.parse(month).minutes(ZoneId.of(zone))).isEqualTo(hours * 60);
    }

    @Test
    @Tag("D1")
    void theMinutesOfAYearAddUpInEveryZone() {
        for (String name : ZONES) {
            long minutes = 0;
            for (int m = 1; m <= 12; m++) {
                minutes += Month.parse("2026-%02d".formatted(m)).minutes(ZoneId.of(name));
            }
            assertThat(minutes).as(name).isEqualTo(365 * 24 * 60);
        }
    }

    @Test
    void monthsAreOrderedByTime() {
        assertThat(Month.parse("2025-12")).isLessThan(Month.parse("2026-01"));
        assertThat(Month.parse("2026-01")).isEqualByComparingTo(Month.parse("2026-01"));
    }
}
