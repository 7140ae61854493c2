package io.tokenledger.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.tokenledger.model.Month;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UnitPriceTest {
    private static final Month FEBRUARY = Month.parse("2026-02");

    @ParameterizedTest
    @CsvSource({
        "1,    minute, 1, 40320, 40320",
        "60,   hour,   1, 40320, 40320",
        "5.49, hour,   2, 40320, 7378.56",
        "75,   day,    2, 40320, 4200",
        "75,   day,    1, 14400, 750",
        "75,   day,    1, 360,   18.75",
        "1000, month,  3, 40320, 3000",
        "1000, month,  1, 20160, 500",
        "1,    hour,   1, 1,     0.016666666667",
        "1,    hour,   1, 30,    0.5",
        "1,    day,    1, 1,     0.000694444444",
        "0,    hour,   9, 40320, 0"
    })
    void timeIsPaidPerMinuteHourDayOrMonth(String price, String per, long units, long minutes, String cost) {
        Instant start = FEBRUARY.start(ZoneOffset.UTC);
        assertThat(price(price, per).cost(units, new Span(start, start.plusSeconds(60 * minutes)), ZoneOffset.UTC))
                .isEqualByComparingTo(cost)
                .satisfies(c -> assertThat(c.scale()).isEqualTo(12));
    }

    /** Pitfall D5: the hours of the real month, where calculators take 730 of them or 30 days. */
    @Tag("D5")
    @ParameterizedTest
    @CsvSource({
        "2026-02, UTC,                 672, 28",
        "2028-02, UTC,                 696, 29",
        "2026-04, UTC,                 720, 30",
        "2026-08, UTC,                 744, 31",
        "2026-03, America/Los_Angeles, 743, 31",
        "2026-11, America/Los_Angeles, 721, 30",
        "2026-10, Europe/Berlin,       745, 31",
        "2026-03, Europe/Berlin,       743, 31",
        "2026-04, Pacific/Chatham,     721, 30",
        "2026-08, Asia/Kolkata,        744, 31"
    })
    void aMonthIsPaidByItsRealHours(String month, ZoneId zone, long hours, long days) {
        Span whole = Span.of(Month.parse(month), zone);
        assertThat(price("0.05", "minute").cost(2, whole, zone))
                .isEqualByComparingTo(new BigDecimal("6").multiply(BigDecimal.valueOf(hours)));
        assertThat(price("10", "hour").cost(2, whole, zone)).isEqualByComparingTo(BigDecimal.valueOf(20 * hours));
        assertThat(price("75", "day").cost(2, whole, zone)).isEqualByComparingTo(BigDecimal.valueOf(150 * days));
        assertThat(price("1000", "month").cost(2, whole, zone)).isEqualByComparingTo("2000");
    }

    @Test
    void aDayCostsItsPriceAlsoWhereItIsShortOrLong() {
        ZoneId la = ZoneId.of("America/Los_Angeles");
        // 23 hours on 8 March, 25 on 1 November.
        assertThat(day("75", "2026-03-08T08:00:00Z", "2026-03-09T07:00:00Z", la))
                .isEqualByComparingTo("75");
        assertThat(day("75", "2026-11-01T07:00:00Z", "2026-11-02T08:00:00Z", la))
                .isEqualByComparingTo("75");
        // Ten days after the change, and the last 12 hours of a day before it.
        assertThat(day("75", "2026-03-21T07:00:00Z", "2026-03-31T07:00:00Z", la))
                .isEqualByComparingTo("750");
        assertThat(day("75", "2026-03-01T20:00:00Z", "2026-03-02T08:00:00Z", la))
                .isEqualByComparingTo("37.5");
        // An hour of the short day is one of 23.
        assertThat(day("23", "2026-03-08T08:00:00Z", "2026-03-08T09:00:00Z", la))
                .isEqualByComparingTo("1");
    }

    @Test
    void stretchesThatAddUpToADaysBillAddUpToItsCost() {
        Instant start = Instant.parse("2026-02-01T00:00:00Z");
        Instant noon = Instant.parse("2026-02-03T12:00:00Z");
        Instant end = Instant.parse("2026-02-05T00:00:00Z");
        UnitPrice price = price("7", "day");
        assertThat(price.cost(1, new Span(start, noon), ZoneOffset.UTC)
                        .add(price.cost(1, new Span(noon, end), ZoneOffset.UTC)))
                .isEqualByComparingTo("28");
    }

    @Test
    void aPriceOfAGpuIsPaidForEveryGpuOfTheUnit() {
        UnitPrice node =
                new UnitPrice(new BigDecimal("3.99"), UnitPrice.Per.HOUR, 8, BigDecimal.ZERO, BigDecimal.ZERO, null);
        assertThat(node.ofUnit()).isEqualByComparingTo("31.92");
        // 2 nodes × 8 GPUs × 672 h × 3.99
        assertThat(node.cost(2, Span.of(FEBRUARY, ZoneOffset.UTC), ZoneOffset.UTC))
                .isEqualByComparingTo("42900.48");
    }

    @Test
    void storageAndNetworkArePaidByTheMonthWhateverTheOtherPriceIsPaidBy() {
        UnitPrice node =
                new UnitPrice(BigDecimal.ONE, UnitPrice.Per.HOUR, 8, new BigDecimal("500"), new BigDecimal("60"), null);
        Span whole = Span.of(FEBRUARY, ZoneOffset.UTC);
        // 8 × 672 + 560
        assertThat(node.cost(1, whole, ZoneOffset.UTC)).isEqualByComparingTo("5936");
        Span half = new Span(whole.from(), Instant.parse("2026-02-15T00:00:00Z"));
        assertThat(node.cost(1, half, ZoneOffset.UTC)).isEqualByComparingTo("2968");
    }

    @Test
    void noTimeCostsNothing() {
        Instant start = FEBRUARY.start(ZoneOffset.UTC);
        for (UnitPrice.Per per : UnitPrice.Per.values()) {
            assertThat(price("5", per.label()).cost(3, new Span(start, start), ZoneOffset.UTC))
                    .isEqualByComparingTo("0");
        }
    }

    @ParameterizedTest
    @CsvSource({"minute", "hour", "day", "month"})
    void unitsAtThePriceThatCostsAnAmountCostIt(String per) {
        ZoneId la = ZoneId.of("America/Los_Angeles");
        Month march = Month.parse("2026-03");
        BigDecimal price = price("9", per).costing(new BigDecimal("1234.56"), 3 * march.minutes(la), march, la);
        assertThat(price(price.toPlainString(), per)
                        .cost(3, Span.of(march, la), la)
                        .subtract(new BigDecimal("1234.56"))
                        .abs())
                .isLessThan(new BigDecimal("0.0000001"));
    }

    private static UnitPrice price(String price, String per) {
        return Units.unit("pool", price, per).price();
    }

    private static BigDecimal day(String price, String from, String to, ZoneId zone) {
        return price(price, "day").cost(1, new Span(Instant.parse(from), Instant.parse(to)), zone);
    }
}
