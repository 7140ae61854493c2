package io.tokenledger.scenario;

import static io.tokenledger.scenario.Units.decimal;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tokenledger.model.ExitCode;
import io.tokenledger.model.Failure;
import io.tokenledger.model.Month;
import io.tokenledger.model.TokenClass;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CapacityUnitTest {
    private static final Month FEBRUARY = Month.parse("2026-02");
    private static final String GOOD = "u,replica,pool,1000,1,0.1,1.25,4,0.8,60,hour,USD,,standard,,,,,\n";

    @Test
    void everyColumnIsRead() {
        CapacityUnit unit = Units.read(
                "h100,replica,chat,12345.5,1,0.125,1.25,4,0.85,5.49,hour,EUR,1000,price,0.77,bench,list,2026-06-30,\"a, b\"\n");
        assertThat(unit.unit()).isEqualTo("h100");
        assertThat(unit.kind()).isEqualTo("replica");
        assertThat(unit.pool()).isEqualTo("chat");
        assertThat(unit.throughputPerMinute()).isEqualByComparingTo("12345.5");
        assertThat(unit.utilisationCeiling()).isEqualByComparingTo("0.85");
        assertThat(unit.price()).isEqualByComparingTo("5.49");
        assertThat(unit.pricePer()).isEqualTo(CapacityUnit.PricePer.HOUR);
        assertThat(unit.currency()).isEqualTo("EUR");
        assertThat(unit.minimumMonthly()).isEqualByComparingTo("1000");
        assertThat(unit.overage()).isEqualTo(CapacityUnit.Overage.PRICE);
        assertThat(unit.overagePrice()).isEqualByComparingTo("0.77");
        assertThat(unit.throughputSource()).isEqualTo("bench");
        assertThat(unit.priceSource()).isEqualTo("list");
        assertThat(unit.retrievedAt()).isEqualTo(LocalDate.of(2026, 6, 30));
        assertThat(unit.note()).isEqualTo("a, b");
        assertThat(unit.weights())
                .containsOnlyKeys(TokenClass.values())
                .hasEntrySatisfying(TokenClass.CACHED_INPUT, w -> assertThat(w).isEqualByComparingTo("0.125"))
                .hasEntrySatisfying(
                        TokenClass.CACHE_WRITE_5M, w -> assertThat(w).isEqualByComparingTo("1.25"))
                .hasEntrySatisfying(
                        TokenClass.CACHE_WRITE_1H, w -> assertThat(w).isEqualByComparingTo("1.25"))
                .hasEntrySatisfying(TokenClass.AUDIO_INPUT, w -> assertThat(w).isEqualByComparingTo("1"))
                .hasEntrySatisfying(TokenClass.AUDIO_OUTPUT, w -> assertThat(w).isEqualByComparingTo("4"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "u,replica,    | u,ptu,             | kind is 'ptu'; expected replica",
                ",1000,1,      | ,0,1,              | throughput_per_minute is '0'; expected more than 0 weighted tokens",
                ",0.8,60       | ,0,60              | utilisation_ceiling is '0'; expected a decimal above 0, at most 1",
                ",0.8,60       | ,1.01,60           | utilisation_ceiling is '1.01'; expected a decimal above 0, at most 1",
                ",hour,        | ,week,             | price_per is 'week'; expected one of minute, hour, month",
                ",standard,    | ,reject,           | overage_rule is 'reject'; expected one of standard, price",
                ",standard,,   | ,standard,1,       | overage_price is '1'; expected a price if, and only if, overage_rule is price",
                ",standard,,   | ,price,,           | overage_price is ''; expected a price if, and only if, overage_rule is price",
                ",0.1,1.25     | ,0.1234,1.25       | weight_cached_input is '0.1234'; expected at most 3 fraction digits",
                ",USD,         | ,,                 | currency is empty",
                "u,replica,pool| u,replica,         | pool is empty"
            })
    void whatCannotBeUsedIsRefusedAtItsLine(String good, String bad, String message) {
        assertThat(GOOD).contains(good);
        assertRefused(GOOD.replaceFirst(java.util.regex.Pattern.quote(good), bad), message);
    }

    @Test
    void aUnitThatStandsTwiceIsRefused() {
        assertRefused(GOOD + GOOD, "unit is 'u'; expected each unit once");
    }

    @Test
    void anOveragePriceThatNoReportCouldShowExactlyIsRefused() {
        // Per token it has more than the 18 fraction digits that prices have; a rate like it is refused too.
        assertRefused(GOOD.replace(",standard,,", ",price,0.0000000000001,"), "overage_price");
    }

    @Test
    void anOveragePriceOfAMistakenUnitIsRefusedLikeARate() {
        // 20,000,000 per 1,000,000 tokens is 20 per token, beyond the digits that a price may have.
        assertRefused(GOOD.replace(",standard,,", ",price,20000000,"), "overage_price");
    }

    @ParameterizedTest
    @CsvSource({
        "1,    minute, 1, 40320, 40320",
        "60,   hour,   1, 40320, 40320",
        "5.49, hour,   2, 40320, 7378.56",
        "1000, month,  3, 40320, 3000",
        "1000, month,  1, 20160, 500",
        "1,    hour,   1, 1,     0.016666666667",
        "1,    hour,   1, 30,    0.5",
        "0,    hour,   9, 40320, 0"
    })
    void timeIsPaidPerMinuteHourOrMonth(String price, String per, long units, long minutes, String cost) {
        assertThat(Units.unit("pool", price, per).cost(units, minutes, FEBRUARY, ZoneOffset.UTC))
                .isEqualByComparingTo(cost)
                .satisfies(c -> assertThat(c.scale()).isEqualTo(12));
    }

    @Test
    void aMonthlyPriceIsPaidOnceInMonthsOfEveryLength() {
        CapacityUnit unit = Units.unit("pool", "1000", "month");
        for (String zone : new String[] {"UTC", "America/Los_Angeles", "Pacific/Chatham"}) {
            for (int m = 1; m <= 12; m++) {
                Month month = Month.parse("2026-%02d".formatted(m));
                assertThat(unit.cost(2, month.minutes(ZoneId.of(zone)), month, ZoneId.of(zone)))
                        .isEqualByComparingTo("2000");
            }
        }
    }

    @Test
    @Tag("D5")
    void anHourlyPriceFollowsTheRealHoursOfTheMonth() {
        CapacityUnit unit = Units.unit("pool", "10", "hour");
        ZoneId la = ZoneId.of("America/Los_Angeles");
        Month march = Month.parse("2026-03");
        Month november = Month.parse("2026-11");
        assertThat(unit.cost(1, march.minutes(la), march, la)).isEqualByComparingTo("7430");
        assertThat(unit.cost(1, november.minutes(la), november, la)).isEqualByComparingTo("7210");
    }

    @Test
    void capacityIsThroughputTimesCeilingTimesUnits() {
        assertThat(Units.unit("pool", "1", "hour").capacityPerMinute(3)).isEqualByComparingTo("2400");
    }

    @Test
    void tokensAreWeightedByTheirClass() {
        assertThat(Units.unit("pool", "1", "hour")
                        .weighted(Units.tokens(
                                TokenClass.UNCACHED_INPUT, 7,
                                TokenClass.CACHED_INPUT, 5,
                                TokenClass.CACHE_WRITE_1H, 2,
                                TokenClass.AUDIO_OUTPUT, 3)))
                .isEqualByComparingTo(decimal("22.0"));
    }

    private static void assertRefused(String lines, String message) {
        assertThatThrownBy(() -> Units.readAll(lines))
                .isInstanceOfSatisfying(
                        Failure.class, f -> assertThat(f.exitCode()).isEqualTo(ExitCode.CONFIGURATION))
                .hasMessageContaining(message);
    }
}
