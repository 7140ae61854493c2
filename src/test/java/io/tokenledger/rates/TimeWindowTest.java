package io.tokenledger.rates;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tokenledger.model.BilledUnit;
import io.tokenledger.model.Failure;
import io.tokenledger.model.ServiceTier;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Hours of the week by the vendor's clock. Of 2026, January 5 is a Monday. */
class TimeWindowTest {
    private static final ModelKey M = new ModelKey("p", "m");
    private static final String HEADER =
            "provider,model,service_tier,token_class,days,time_from,time_to,time_zone,valid_from,valid_to,price,per_tokens,currency";

    @ParameterizedTest
    @Tag("B14")
    @CsvSource({
        "2026-01-09T21:59:59.999999Z, false", // Friday
        "2026-01-09T22:00:00Z,        true",
        "2026-01-10T00:00:00Z,        true", // the night of Friday, on Saturday
        "2026-01-10T05:59:59.999999Z, true",
        "2026-01-10T06:00:00Z,        false",
        "2026-01-10T22:00:00Z,        false", // Saturday night starts on no weekday
        "2026-01-11T23:00:00Z,        false",
        "2026-01-12T01:00:00Z,        false", // Monday, but the night of Sunday
        "2026-01-12T22:00:00Z,        true"
    })
    void aWindowCrossesMidnightAndBelongsToTheDayOnWhichItStarts(Instant time, boolean open) {
        assertThat(window("mon-fri,22:00,06:00,UTC").contains(time)).isEqualTo(open);
    }

    @ParameterizedTest
    @Tag("B14")
    @CsvSource({
        "2026-01-04T15:59:59Z, false", // Sunday in London and in Shanghai
        "2026-01-04T16:00:00Z, true", // Sunday in London, Monday in Shanghai
        "2026-01-09T15:59:59Z, true", // Friday in both
        "2026-01-09T16:00:00Z, false" // Friday in London, Saturday in Shanghai
    })
    void theWeekdayIsThatOfTheVendorsZone(Instant time, boolean open) {
        assertThat(window("mon-fri,,,Asia/Shanghai").contains(time)).isEqualTo(open);
    }

    @Test
    @Tag("B14")
    void aWindowOfWholeDaysAndOneThatEndsWhereItBeginsAreOpenAllDay() {
        for (String hours : List.of("mon,,,UTC", "mon,00:00,00:00,UTC")) {
            assertThat(openMinutes(window(hours), "2026-01-05T00:00:00Z", "2026-01-12T00:00:00Z"))
                    .as(hours)
                    .isEqualTo(1_440);
        }
        assertThat(openMinutes(window("mon,08:00,08:00,UTC"), "2026-01-05T08:00:00Z", "2026-01-06T08:00:00Z"))
                .isEqualTo(1_440);
        assertThat(openMinutes(window("mon,08:00,08:00,UTC"), "2026-01-05T00:00:00Z", "2026-01-12T00:00:00Z"))
                .isEqualTo(1_440);
    }

    @ParameterizedTest
    @Tag("B14")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "2026-03-08 | 02:00,03:00 | 0", // the hour does not exist
                "2026-03-08 | 01:30,03:30 | 60", // one of two hours is skipped
                "2026-11-01 | 01:00,02:00 | 120", // the hour comes twice
                "2026-11-01 | 00:00,00:00 | 1500", // a day of 25 hours
                "2026-03-08 | 00:00,00:00 | 1380", // and one of 23
                "2026-03-09 | 02:00,03:00 | 60"
            })
    void onDaysOnWhichTheClocksChangeTheVendorsClockCounts(String day, String hours, long minutes) {
        TimeWindow window = window("," + hours + ",America/New_York");
        // Midnight of New York is 04:00 or 05:00 in UTC: the day is cut out by its own clock.
        Instant start =
                java.time.LocalDate.parse(day).atStartOfDay(window.zone()).toInstant();
        Instant end = java.time.LocalDate.parse(day)
                .plusDays(1)
                .atStartOfDay(window.zone())
                .toInstant();
        assertThat(openMinutes(window, start.toString(), end.toString())).isEqualTo(minutes);
    }

    @ParameterizedTest
    @Tag("B14")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "mon-fri,22:00,06:00,America/New_York",
                "sun,01:30,02:30,America/New_York",
                "sun,02:15,02:45,America/New_York",
                "sat sun,23:30,01:15,Europe/Berlin",
                ",00:30,16:30,UTC",
                "mon,,,Asia/Kolkata",
                "sun,02:00,03:00,Australia/Lord_Howe"
            })
    void betweenTwoChangesAWindowIsOpenOrClosedThroughout(String hours) {
        TimeWindow window = window(hours);
        for (String week :
                List.of("2026-03-06", "2026-03-27", "2026-04-03", "2026-10-02", "2026-10-23", "2026-10-30")) {
            Instant start = Instant.parse(week + "T00:00:00Z");
            Instant end = start.plus(Duration.ofDays(7));
            SortedSet<Instant> changes = window.changes(start, end);
            for (Instant minute = start; minute.isBefore(end); minute = minute.plusSeconds(60)) {
                Instant change = changes.headSet(minute.plusNanos(1)).last();
                assertThat(window.contains(minute))
                        .as("%s, as from %s", minute, change)
                        .isEqualTo(window.contains(change));
            }
        }
    }

    @Test
    void aPriceWithAWindowWinsWhileItIsOpen() {
        RateCard card = RateTables.table(
                HEADER,
                "p,m,standard,output,,,,,2026-01-01,,2,1000000,USD",
                "p,m,standard,output,,16:30,00:30,UTC,2026-01-01,,1,1000000,USD");
        assertThat(priceAt(card, "2026-01-05T16:29:59.999999Z")).isEqualTo("2");
        assertThat(priceAt(card, "2026-01-05T16:30:00Z")).isEqualTo("1");
        assertThat(priceAt(card, "2026-01-06T00:29:59.999999Z")).isEqualTo("1");
        assertThat(priceAt(card, "2026-01-06T00:30:00Z")).isEqualTo("2");
    }

    @Test
    void pricesOfWindowsChangeOnTheirDates() {
        RateCard card = RateTables.table(
                HEADER,
                "p,m,standard,output,,,,,2026-01-01,,2,1000000,USD",
                "p,m,standard,output,,16:30,00:30,UTC,2026-01-01,2026-02-01,1,1000000,USD",
                "p,m,standard,output,,16:30,00:30,UTC,2026-02-01,,0.5,1000000,USD");
        assertThat(card.warnings()).isEmpty();
        assertThat(priceAt(card, "2026-01-31T23:59:59Z")).isEqualTo("1");
        assertThat(priceAt(card, "2026-02-01T00:00:00Z")).isEqualTo("0.5");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "mon-fri,22:00,06:00,UTC | sat,05:00,08:00,UTC", // the night of Friday
                "mon,,,UTC | mon,,,UTC",
                "mon,10:00,12:00,UTC | ,11:59,13:00,UTC",
                "sun,20:00,21:00,UTC | mon,,,Asia/Shanghai", // Sunday evening is Monday there
                "sun,01:00,02:00,America/New_York | sun,06:30,07:00,UTC", // only after the clocks went back
            })
    void twoPricesWhoseWindowsAreOpenAtOnceOverlap(String one, String other) {
        assertThatThrownBy(() -> RateTables.table(
                        HEADER,
                        "p,m,standard,output," + one + ",2026-01-01,,1,1000000,USD",
                        "p,m,standard,output," + other + ",2026-01-01,,2,1000000,USD"))
                .isInstanceOf(Failure.class)
                .hasMessageStartingWith("rates.csv:2 and rates.csv:3 overlap: two prices for p/m standard output");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "mon-fri,22:00,06:00,UTC | sat,06:00,08:00,UTC",
                "mon-fri,,,UTC | sat sun,,,UTC",
                ",00:30,16:30,UTC | ,16:30,00:30,UTC",
                "mon,,,Asia/Shanghai | sun,00:00,16:00,UTC",
            })
    void windowsThatAreNeverOpenAtOnceDoNotOverlap(String one, String other) {
        assertThat(RateTables.table(
                                HEADER,
                                "p,m,standard,output," + one + ",2026-01-01,,1,1000000,USD",
                                "p,m,standard,output," + other + ",2026-01-01,,2,1000000,USD")
                        .rates())
                .hasSize(2);
    }

    private static TimeWindow window(String hours) {
        return RateTables.table(HEADER, "p,m,standard,output," + hours + ",2026-01-01,,1,1000000,USD")
                .rates()
                .get(0)
                .window();
    }

    private static long openMinutes(TimeWindow window, String from, String to) {
        long open = 0;
        for (Instant time = Instant.parse(from); time.isBefore(Instant.parse(to)); time = time.plusSeconds(60)) {
            open += window.contains(time) ? 1 : 0;
        }
        return open;
    }

    private static String priceAt(RateCard card, String time) {
        RateGrid grid = RateGrid.of(
                card, Map.of(), Set.of(), Instant.parse("2026-01-01T00:00:00Z"), Instant.parse("2026-04-01T00:00:00Z"));
        RateGrid.Cell cell = grid.cellsOf(M, Instant.parse(time), 1, 1).get(0);
        return card.prices(M, ServiceTier.STANDARD, BilledUnit.OUTPUT, cell.situation(), null)
                .get(0)
                .perMillion()
                .toPlainString();
    }
}
