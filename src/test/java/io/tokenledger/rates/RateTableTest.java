package io.tokenledger.rates;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tokenledger.model.BilledUnit;
import io.tokenledger.model.ExitCode;
import io.tokenledger.model.Failure;
import java.math.BigDecimal;
import java.time.DayOfWeek;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Stream;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What each optional column of a rate table means, and what it refuses. */
class RateTableTest {
    private static final String REQUIRED =
            "provider,model,service_tier,token_class,valid_from,price,per_tokens,currency";
    private static final String ROW = "p,m,standard,output,2026-01-01,1,1000000,USD";
    private static final String WITHOUT_PRICE = "p,m,standard,output,2026-01-01,,,";

    @Test
    void theOptionalColumnsMayBeMissing() {
        Rate rate = RateTables.table(REQUIRED, ROW).rates().get(0);
        assertThat(rate.band()).isEqualTo(new Band(0, Band.Counts.ALL_INPUT));
        assertThat(rate.volumeAbove()).isZero();
        assertThat(Stream.of(
                        rate.window(),
                        rate.validTo(),
                        rate.percentOfList(),
                        rate.contract(),
                        rate.source(),
                        rate.retrievedAt(),
                        rate.note()))
                .containsOnlyNulls();
    }

    @Test
    @Tag("B7")
    void aBandIsBeyondABoundOrFromItAndSaysWhatItCounts() {
        assertThat(band("prompt_tokens_above", "128000")).isEqualTo(new Band(128_000, Band.Counts.ALL_INPUT));
        assertThat(band("prompt_tokens_from", "128000")).isEqualTo(new Band(127_999, Band.Counts.ALL_INPUT));
        assertThat(band("prompt_tokens_above,band_counts", "128000,all_input"))
                .isEqualTo(new Band(128_000, Band.Counts.ALL_INPUT));
        assertThat(band("prompt_tokens_from,band_counts", "128000,without_cache"))
                .isEqualTo(new Band(127_999, Band.Counts.WITHOUT_CACHE));
    }

    @Test
    @Tag("B8")
    void aBandSaysWhetherItChargesTheWholeRequestOrTheTokensBeyond() {
        assertThat(band("prompt_tokens_above,band_charges", "32000,whole_request"))
                .isEqualTo(new Band(32_000, Band.Counts.ALL_INPUT));
        assertThat(band("prompt_tokens_above,band_charges", "32000,marginal"))
                .isEqualTo(new Band(32_000, Band.Counts.CLASS_TOKENS));
    }

    @Test
    void aWindowIsDaysOrTimesOrBothInTheVendorsZone() {
        assertThat(window("days,time_zone", "sat sun,Asia/Shanghai"))
                .isEqualTo(new TimeWindow(
                        EnumSet.of(DayOfWeek.SATURDAY, DayOfWeek.SUNDAY),
                        LocalTime.MIDNIGHT,
                        LocalTime.MIDNIGHT,
                        ZoneId.of("Asia/Shanghai")));
        assertThat(window("time_from,time_to,time_zone", "16:30,00:30,UTC"))
                .isEqualTo(new TimeWindow(
                        TimeWindow.EVERY_DAY, LocalTime.of(16, 30), LocalTime.of(0, 30), ZoneId.of("UTC")));
        assertThat(window("days,time_from,time_to,time_zone", "mon-fri,22:00,06:00,America/New_York"))
                .hasToString("mon tue wed thu fri 22:00-06:00 America/New_York");
    }

    @ParameterizedTest
    @CsvSource({
        "mon,         MONDAY",
        "mon-wed,     MONDAY TUESDAY WEDNESDAY",
        "fri-mon,     FRIDAY SATURDAY SUNDAY MONDAY",
        "wed mon,     MONDAY WEDNESDAY",
        "mon-sun,     MONDAY TUESDAY WEDNESDAY THURSDAY FRIDAY SATURDAY SUNDAY",
        "mon-tue sun, MONDAY TUESDAY SUNDAY",
        "tue-tue,     TUESDAY",
        "mon-thu tue-fri, MONDAY TUESDAY WEDNESDAY THURSDAY FRIDAY"
    })
    void weekdaysAreNamesAndRangesThatMayCrossTheWeekend(String text, String days) {
        Set<DayOfWeek> expected = EnumSet.noneOf(DayOfWeek.class);
        Arrays.stream(days.split(" ")).map(DayOfWeek::valueOf).forEach(expected::add);
        assertThat(window("days,time_zone", text + ",UTC").days()).isEqualTo(expected);
    }

    @Test
    void aContractIsForTheCompanyOrForNamedTenants() {
        assertThat(contract("contract", "c")).isEqualTo(new Contract("c", Set.of()));
        assertThat(contract("contract,contract_scope", "c,acme; zeta"))
                .isEqualTo(new Contract("c", Set.of("acme", "zeta")));
    }

    @Test
    void aContractPaysAPriceOrAPercentageOfTheListPrice() {
        RateCard card = RateTables.table(REQUIRED + ",contract,percent_of_list", ROW + ",,", WITHOUT_PRICE + ",c,87.5");
        Rate percent = card.rates().get(1);
        assertThat(percent.percentOfList()).isEqualByComparingTo("87.5");
        assertThat(percent.price()).isNull();
        assertThat(percent.currency()).isNull();
    }

    @Test
    void aContractsPriceMayHoldBeyondAVolume() {
        RateCard card = RateTables.table(
                REQUIRED + ",contract,volume_tokens_above",
                ROW + ",c,",
                "p,m,standard,output,2026-01-01,0.8,1000000,USD,c,1000000000");
        assertThat(card.rates()).extracting(Rate::volumeAbove).containsExactly(0L, 1_000_000_000L);
    }

    @Test
    void feesArePricedPerCall() {
        RateCard card = RateTables.table(
                REQUIRED,
                "p,m,standard,web_searches,2026-01-01,5.00,1000,USD",
                "p,m,standard,requests,2026-01-01,0.0001,1,USD");
        assertThat(card.rates()).extracting(Rate::unit).containsExactly(BilledUnit.WEB_SEARCHES, BilledUnit.REQUESTS);
        assertThat(card.rates().get(0).pricePerToken()).isEqualByComparingTo("0.005");
        assertThat(card.rates().get(1).pricePerToken()).isEqualByComparingTo("0.0001");
        assertThat(card.units()).containsExactlyInAnyOrder(BilledUnit.WEB_SEARCHES, BilledUnit.REQUESTS);
    }

    @Test
    @Tag("B6")
    void aFeeBeyondItsBoundIsAMistakenUnitAndOneAtTheBoundIsNot() {
        BigDecimal most = RateTable.MOST_PER_CALL;
        assertThat(RateTables.table(REQUIRED, "p,m,standard,requests,2026-01-01," + most + ",1,USD")
                        .rates())
                .hasSize(1);
        assertRefused(REQUIRED, "p,m,standard,requests,2026-01-01," + most + ".01,1,USD")
                .hasMessage(
                        "rates.csv:2: price is '%s.01'; expected at most %s a call; is per_tokens wrong?", most, most);
        assertRefused(REQUIRED, "p,m,standard,web_searches,2026-01-01,35,1,USD").hasMessageContaining("a call");
        assertThat(RateTables.table(REQUIRED, "p,m,standard,web_searches,2026-01-01,35,1000,USD")
                        .rates())
                .hasSize(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "prompt_tokens_above,prompt_tokens_from | 5,6 | prompt_tokens_from is '6'; expected nothing beside prompt_tokens_above: a row has one bound",
                "prompt_tokens_from | 0 | prompt_tokens_from is '0'; expected at least 1; leave it empty for every request",
                "prompt_tokens_above | -1 | prompt_tokens_above is '-1'; expected a whole number without separators, such as 1000000",
                "band_counts | cached | band_counts is 'cached'; expected one of all_input, without_cache",
                "band_counts | class_tokens | band_counts is 'class_tokens'; expected one of all_input, without_cache",
                "band_charges | cliff | band_charges is 'cliff'; expected one of whole_request, marginal",
                "band_counts,band_charges | all_input,marginal | band_counts is 'all_input'; expected nothing beside marginal: each class counts its own tokens",
                "days,time_zone | monday,UTC | days is 'monday'; expected weekdays such as 'mon-fri' or 'sat sun'",
                "days,time_zone | Mon,UTC | days is 'Mon'; expected weekdays such as 'mon-fri' or 'sat sun'",
                "days,time_zone | mon-,UTC | days is 'mon-'; expected weekdays such as 'mon-fri' or 'sat sun'",
                "days,time_zone | mon-wed-fri,UTC | days is 'mon-wed-fri'; expected weekdays such as 'mon-fri' or 'sat sun'",
                "days | mon | time_zone is ''; expected the vendor's zone, such as UTC or Asia/Shanghai",
                "time_from,time_zone | 22:00,UTC | time_to is ''; expected a time such as 16:30; a window has both ends",
                "time_to,time_zone | 22:00,UTC | time_from is ''; expected a time such as 16:30; a window has both ends",
                "time_from,time_to,time_zone | 9:00,17:00,UTC | time_from is '9:00'; expected a time such as 16:30",
                "time_from,time_to,time_zone | 16:30,24:00,UTC | time_to is '24:00'; expected a time such as 16:30",
                "time_from,time_to,time_zone | 09:00,17:00,Peking | time_zone is 'Peking'; expected a zone such as UTC or Asia/Shanghai",
                "time_zone | UTC | time_zone is 'UTC'; expected nothing without days or times",
                "volume_tokens_above | 1000 | volume_tokens_above is '1000'; expected nothing without a contract: a volume is counted per contract",
                "contract_scope | acme | contract_scope is 'acme'; expected nothing without the name of a contract",
                "contract,contract_scope | c,acme;;zeta | contract_scope is 'acme;;zeta'; expected tenants separated by ';', or nothing for the whole company",
                "contract,contract_scope | c,acme; | contract_scope is 'acme;'; expected tenants separated by ';', or nothing for the whole company",
                "contract,contract_scope | c,; | contract_scope is ';'; expected tenants separated by ';', or nothing for the whole company",
                "percent_of_list | 90 | percent_of_list is '90'; expected nothing without a contract: a list price is a price",
                "contract,percent_of_list | c,90 | price is '1'; expected nothing beside percent_of_list: a row states one or the other",
            })
    void whatCannotBeMeantIsRefusedByItsColumn(String columns, String cells, String message) {
        assertRefused(REQUIRED + "," + columns, ROW + "," + cells).hasMessage("rates.csv:2: " + message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "p,m,standard,output,2026-01-01,,1000000,,c,90 | per_tokens is '1000000'; expected nothing beside percent_of_list: a row states one or the other",
                "p,m,standard,output,2026-01-01,,,USD,c,90 | currency is 'USD'; expected nothing beside percent_of_list: a row states one or the other",
                "p,m,standard,output,2026-01-01,,,,c,1000.1 | percent_of_list is '1000.1'; expected a percentage such as 85, at most 1000, with at most 6 fraction digits",
                "p,m,standard,output,2026-01-01,,,,c,33.3333333 | percent_of_list is '33.3333333'; expected a percentage such as 85, at most 1000, with at most 6 fraction digits",
                "p,m,standard,output,2026-01-01,,,,c,90% | percent_of_list is '90%'; expected a decimal with a point, such as 0.90",
            })
    void aPercentageThatCannotBeMeantIsRefusedByItsColumn(String row, String message) {
        assertRefused(REQUIRED + ",contract,percent_of_list", row).hasMessage("rates.csv:2: " + message);
    }

    @Test
    void aRowHasAPriceOrAPercentage() {
        assertRefused(REQUIRED, WITHOUT_PRICE).hasMessageContaining("rates.csv:2: price is empty");
    }

    @Test
    void anUnknownColumnIsRefusedRatherThanIgnored() {
        assertRefused(REQUIRED + ",discount", ROW + ",5").hasMessageContaining("unknown columns [discount]");
    }

    private static Band band(String columns, String cells) {
        return only(columns, cells).band();
    }

    private static TimeWindow window(String columns, String cells) {
        return only(columns, cells).window();
    }

    private static Contract contract(String columns, String cells) {
        return only(columns, cells).contract();
    }

    private static Rate only(String columns, String cells) {
        return RateTables.table(REQUIRED + "," + columns, ROW + "," + cells)
                .rates()
                .get(0);
    }

    private static AbstractThrowableAssert<?, ?> assertRefused(String header, String... lines) {
        return assertThatThrownBy(() -> RateTables.table(header, lines))
                .isInstanceOfSatisfying(
                        Failure.class, f -> assertThat(f.exitCode()).isEqualTo(ExitCode.CONFIGURATION));
    }
}
