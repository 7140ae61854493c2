package io.tokenledger.rates;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tokenledger.model.BilledUnit;
import io.tokenledger.model.Failure;
import io.tokenledger.model.Month;
import io.tokenledger.model.ServiceTier;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Set;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Prices agreed with a provider: for whom they hold, and that nothing about them is left to guess. */
class ContractTest {
    private static final ModelKey M = new ModelKey("p", "m");
    private static final Instant MAY = Instant.parse("2026-05-01T00:00:00Z");
    private static final Instant JULY = Instant.parse("2026-07-01T00:00:00Z");
    private static final Instant DECEMBER = Instant.parse("2026-12-01T00:00:00Z");
    private static final String HEADER =
            "provider,model,service_tier,token_class,prompt_tokens_above,days,time_zone,volume_tokens_above,valid_from,"
                    + "valid_to,price,percent_of_list,per_tokens,currency,contract,contract_scope";

    @Test
    void aContractOfTheTenantWinsOverThatOfTheCompanyAndItOverTheListPrice() {
        RateCard card = card(
                "standard output 2026-01-01 - 10",
                "standard output 2026-01-01 - 8 c",
                "standard output 2026-01-01 - 9 t acme;zeta");
        assertThat(price(card, JULY, "acme")).isEqualTo("9");
        assertThat(price(card, JULY, "zeta")).isEqualTo("9");
        assertThat(price(card, JULY, "Acme")).isEqualTo("8");
        assertThat(price(card, JULY, null)).isEqualTo("8");
        assertThat(card.namedTenants()).containsOnlyKeys(M).containsValue(Set.of("acme", "zeta"));
    }

    @Test
    void outsideItsDatesAContractLeavesThePriceToTheNextInLine() {
        RateCard card = card(
                "standard output 2026-01-01 - 10",
                "standard output 2026-06-01 - 8 c",
                "standard output 2026-07-01 2026-12-01 9 t acme");
        assertThat(price(card, MAY, "acme")).isEqualTo("10");
        assertThat(price(card, JULY.minusNanos(1), "acme")).isEqualTo("8");
        assertThat(price(card, JULY, "acme")).isEqualTo("9");
        assertThat(price(card, DECEMBER.minusNanos(1), "acme")).isEqualTo("9");
        assertThat(price(card, DECEMBER, "acme")).isEqualTo("8");
    }

    @Test
    @Tag("B13")
    void inAGapOfAContractItsTokensHaveNoPriceRatherThanTheListPrice() {
        RateCard card = card(
                "standard output 2026-01-01 - 10",
                "standard output 2026-01-01 2026-05-01 8 c",
                "standard output 2026-06-01 - 7 c");
        assertThat(card.warnings())
                .containsExactly("rates.csv:3 and rates.csv:4 leave a gap: no price for p/m standard output from"
                        + " 2026-05-01T00:00:00Z to 2026-06-01T00:00:00Z");
        assertThat(prices(card, MAY, null)).isEmpty();
    }

    @Test
    void aPercentageFollowsTheListPriceThroughItsDatesAndBandsAndWindows() {
        RateCard card = table(
                "p,m,standard,output,,,,,2026-01-01,2026-07-01,10,,1000000,USD,,",
                "p,m,standard,output,,,,,2026-07-01,,12,,1000000,USD,,",
                "p,m,standard,output,200000,,,,2026-01-01,,20,,1000000,USD,,",
                "p,m,standard,output,,sat sun,UTC,,2026-01-01,,4,,1000000,USD,,",
                "p,m,standard,output,,,,,2026-01-01,,,87.5,,,c,");
        Set<TimeWindow> weekend = Set.of(card.rates().get(3).window());
        assertThat(price(card, MAY, null)).isEqualTo("8.75");
        assertThat(price(card, JULY, null)).isEqualTo("10.5");
        assertThat(prices(card, new Situation(JULY, Set.of(), 200_001, 200_001, 1), null))
                .containsExactly("17.5");
        assertThat(prices(card, new Situation(JULY, weekend, 1, 1, 1), null)).containsExactly("3.5");
        Price price = card.prices(M, ServiceTier.STANDARD, BilledUnit.OUTPUT, Situation.plain(MAY, 1), null)
                .get(0);
        assertThat(price.contract().map(Contract::name)).contains("c");
        assertThat(price.list().place()).isEqualTo("rates.csv:2");
        assertThat(price.assumption()).isNull();
    }

    @Test
    void ofAPriceThatIsNotThereAPercentageIsNoPrice() {
        RateCard card = card(
                "standard output 2026-01-01 2026-05-01 10",
                "standard output 2026-07-01 - 10",
                "standard output 2026-01-01 - 90% c");
        assertThat(price(card, JULY, null)).isEqualTo("9");
        assertThat(prices(card, MAY, null)).isEmpty();
        assertRefused("standard output 2026-01-01 - 90% c", "batch output 2026-01-01 - 1")
                .hasMessage("rates.csv:2: percent_of_list of p/m standard output, which has no list price; add one, or"
                        + " state a price");
    }

    @Test
    void ofVolumeTiersOfWhichOneHasNoPriceNoneIsUsed() {
        RateCard card = table(
                "p,m,standard,output,,,,,2026-01-01,2026-05-01,10,,1000000,USD,,",
                "p,m,standard,output,,,,,2026-07-01,,10,,1000000,USD,,",
                "p,m,standard,output,,,,0,2026-01-01,,9,,1000000,USD,c,",
                "p,m,standard,output,,,,1000000,2026-01-01,,,80,,,c,");
        assertThat(prices(card, JULY, null)).containsExactly("9", "8");
        assertThat(prices(card, MAY, null))
                .as("in the gap of the list price nobody knows what the tokens beyond the volume cost")
                .isEmpty();
    }

    @Test
    @Tag("B15")
    void aContractThatLeavesAListPriceUnsaidIsRefused() {
        assertRefused(
                        "standard uncached_input 2026-01-01 - 2",
                        "standard output 2026-01-01 - 10",
                        "standard output 2026-01-01 - 8 c")
                .hasMessage("rates.csv:4: contract 'c' prices p/m standard output, but not uncached_input, which has a"
                        + " list price; add a row for it (percent_of_list 100 keeps the list price)");
        RateCard kept = card(
                "standard uncached_input 2026-01-01 - 2",
                "standard output 2026-01-01 - 10",
                "standard output 2026-01-01 - 8 c",
                "standard uncached_input 2026-01-01 - 100% c");
        assertThat(kept.prices(M, ServiceTier.STANDARD, BilledUnit.UNCACHED_INPUT, Situation.plain(MAY, 1), null))
                .extracting(price -> price.perMillion().toPlainString())
                .containsExactly("2");
    }

    @Test
    @Tag("B15")
    void aContractNeedNotSpeakOfOtherModelsTiersAndTimes() {
        assertThat(card(
                                "standard output 2026-01-01 - 10",
                                "batch output 2026-01-01 - 5",
                                "standard uncached_input 2025-01-01 2026-01-01 2",
                                "standard output 2026-01-01 - 8 c")
                        .rates())
                .hasSize(4);
    }

    @Test
    @Tag("B15")
    void whereAContractEndsForOneClassBeforeAnotherTheListPriceComesBackWithAWarning() {
        RateCard card = card(
                "standard uncached_input 2026-01-01 - 2",
                "standard output 2026-01-01 - 10",
                "standard output 2026-01-01 - 8 c",
                "standard uncached_input 2026-01-01 2026-07-01 1 c");
        assertThat(card.warnings())
                .containsExactly("rates.csv:4: contract 'c' prices p/m standard output at times at which it does not"
                        + " price uncached_input; the list price holds for it then");
    }

    @Test
    @Tag("B15")
    void whereTheTenantsContractIsSilentOnAClassWithoutAListPriceThatOfTheCompanyHoldsAndSaysSo() {
        RateCard card = card(
                "standard output 2026-01-01 - 10",
                "standard output 2026-01-01 - 8 c",
                "standard cached_input 2026-01-01 - 2 c",
                "standard output 2026-01-01 2026-07-01 6 t acme");
        assertThat(assumed(card, BilledUnit.CACHED_INPUT, MAY, "acme"))
                .containsExactly("2: cached_input without a price in contract t bills at that of contract c");
        assertThat(assumed(card, BilledUnit.OUTPUT, MAY, "acme")).containsExactly("6");
        assertThat(assumed(card, BilledUnit.CACHED_INPUT, JULY, "acme"))
                .as("when the tenant has no contract any more")
                .containsExactly("2");
        assertThat(assumed(card, BilledUnit.CACHED_INPUT, MAY, "zeta"))
                .as("whom no contract names")
                .containsExactly("2");
    }

    @Test
    @Tag("B15")
    void whereAContractHasEndedForAClassTheListPriceHoldsAndSaysSo() {
        RateCard card = card(
                "standard uncached_input 2026-01-01 - 2",
                "standard output 2026-01-01 - 10",
                "standard output 2026-01-01 - 8 c",
                "standard uncached_input 2026-01-01 2026-07-01 1 c");
        assertThat(assumed(card, BilledUnit.UNCACHED_INPUT, MAY, null)).containsExactly("1");
        assertThat(assumed(card, BilledUnit.UNCACHED_INPUT, JULY, null))
                .containsExactly("2: uncached_input without a price in contract c bills at the list price");
    }

    @Test
    void aContractHasOneScope() {
        assertRefused("standard output 2026-01-01 2026-07-01 8 c zeta;acme", "standard output 2026-07-01 - 8 c acme")
                .hasMessage("rates.csv:3: contract_scope of contract 'c' is [acme] here and [acme, zeta] elsewhere; a"
                        + " contract has one scope");
    }

    @Test
    @Tag("B13")
    void twoContractsForOnePayerAtOneTimeOverlap() {
        assertRefused("standard output 2026-01-01 - 8 c", "standard output 2026-06-01 - 7 d")
                .hasMessageStartingWith("rates.csv:2 and rates.csv:3 overlap");
        assertRefused("standard output 2026-01-01 - 8 c acme;zeta", "standard output 2026-06-01 - 7 d zeta")
                .hasMessageStartingWith("rates.csv:2 and rates.csv:3 overlap");
    }

    @Test
    void contractsForDifferentPayersOrTimesDoNotOverlap() {
        RateCard card = card(
                "standard output 2026-01-01 2026-06-01 8 c",
                "standard output 2026-06-01 - 7 d",
                "standard output 2026-01-01 - 6 e acme",
                "standard output 2026-01-01 - 5 f zeta");
        assertThat(card.warnings()).isEmpty();
        assertThat(List.of(price(card, MAY, null), price(card, JULY, null), price(card, JULY, "acme")))
                .containsExactly("8", "7", "6");
    }

    @Test
    void volumeTiersBeginAtTheFirstToken() {
        assertThatThrownBy(() -> table("p,m,standard,output,,,,1000000,2026-01-01,,8,,1000000,USD,c,"))
                .isInstanceOf(Failure.class)
                .hasMessage(
                        "rates.csv:2: the volume tiers of p/m standard output begin at 1000000 tokens; add a row for"
                                + " the tokens before them, with volume_tokens_above 0");
    }

    @Test
    void volumeTiersAreFoundInRisingOrderWhateverThatOfTheLines() {
        RateCard card = table(
                "p,m,standard,output,,,,5000000,2026-01-01,,6,,1000000,USD,c,",
                "p,m,standard,output,,,,,2026-01-01,,10,,1000000,USD,c,",
                "p,m,standard,output,,,,1000000,2026-01-01,,8,,1000000,USD,c,");
        assertThat(prices(card, JULY, null)).containsExactly("10", "8", "6");
    }

    @Test
    void aVolumeTierThatStandsTwiceIsAnOverlap() {
        assertThatThrownBy(() -> table(
                        "p,m,standard,output,,,,,2026-01-01,,10,,1000000,USD,c,",
                        "p,m,standard,output,,,,5,2026-01-01,,6,,1000000,USD,c,",
                        "p,m,standard,output,,,,5,2026-03-01,,7,,1000000,USD,c,"))
                .isInstanceOf(Failure.class)
                .hasMessageStartingWith("rates.csv:3 and rates.csv:4 overlap");
    }

    @Test
    @Tag("E6")
    void aPercentageThatNoReportCouldShowExactlyIsRefused() {
        assertThatThrownBy(() -> table(
                        "p,m,standard,output,,,,,2026-01-01,,0.000000000003,,1000000,USD,,",
                        "p,m,standard,output,,,,,2026-01-01,,,50,,,c,"))
                .isInstanceOf(Failure.class)
                .hasMessage(
                        "rates.csv:3: the price per token, 0.000000000000000003 times 0.5, has more than 18 fraction"
                                + " digits; use a shorter percentage or exchange rate");
        assertThat(prices(
                        table(
                                "p,m,standard,output,,,,,2026-01-01,,0.000000000004,,1000000,USD,,",
                                "p,m,standard,output,,,,,2026-01-01,,,50,,,c,"),
                        JULY,
                        null))
                .containsExactly("0.000000000002");
    }

    @ParameterizedTest
    @CsvSource({
        "2026-07, UTC,                 1000",
        "2026-05, UTC,                 0", // before it holds
        "2026-06, UTC,                 500", // from June 16, 15 of 30 days
        "2026-09, UTC,                 333.333333333333", // to September 11, 10 of 30 days
        "2026-10, UTC,                 0",
        "2026-06, America/Los_Angeles, 509.722222222222" // 15 days and 7 of 720 hours
    })
    @Tag("D5")
    void aMinimumSpendHoldsInProportionToTheMinutesOfTheMonth(String month, String zone, String amount) {
        MinimumSpend minimum = minimums("c,1000,USD,2026-06-16,2026-09-11").get(0);
        assertThat(minimum.of(Month.parse(month), ZoneId.of(zone))).isEqualByComparingTo(amount);
    }

    @Test
    void consecutiveMinimumsShareTheMonthOfTheChange() {
        List<MinimumSpend> minimums = minimums("c,1000,USD,2026-01-01,2026-06-16", "c,2000,USD,2026-06-16,");
        assertThat(minimums.stream()
                        .map(m -> m.of(Month.parse("2026-06"), ZoneOffset.UTC))
                        .reduce(java.math.BigDecimal.ZERO, java.math.BigDecimal::add))
                .isEqualByComparingTo("1500");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "d,1000,USD,2026-01-01, | contract is 'd'; expected a contract of the rate tables",
                "c,1000,EUR,2026-01-01, | currency is 'EUR'; expected USD, the currency of the reports",
                "c,1000,USD,2026-01-01,2026-01-01 | valid_to is '2026-01-01'; expected a time after valid_from",
                "c,,USD,2026-01-01, | minimum_monthly is empty; expected a decimal, such as 0.90",
                "c,-5,USD,2026-01-01, | minimum_monthly is '-5'; expected a decimal with a point, such as 0.90",
            })
    void aMinimumThatCannotBeMeantIsRefusedByItsColumn(String line, String message) {
        assertThatThrownBy(() -> minimums(line)).isInstanceOf(Failure.class).hasMessage("contracts.csv:2: " + message);
    }

    @Test
    void twoMinimumsOfAContractAtOnceAreRefused() {
        assertThatThrownBy(() -> minimums("c,1000,USD,2026-01-01,", "c,2000,USD,2026-06-01,"))
                .isInstanceOf(Failure.class)
                .hasMessage("contracts.csv:3: valid_from is '2026-06-01'; expected a time after the contract's other"
                        + " minimum ends");
    }

    private static List<MinimumSpend> minimums(String... lines) {
        String table = "contract,minimum_monthly,currency,valid_from,valid_to\n" + String.join("\n", lines) + "\n";
        return MinimumSpend.read(
                "contracts.csv",
                table.getBytes(StandardCharsets.UTF_8),
                card("standard output 2026-01-01 - 10", "standard output 2026-01-01 - 8 c"));
    }

    private static RateCard table(String... lines) {
        return RateTables.table(HEADER, lines);
    }

    /** Lines {@code tier class from to price|percent% contract? scope?}; {@code to} may be {@code -}. */
    private static RateCard card(String... lines) {
        return table(List.of(lines).stream().map(ContractTest::line).toArray(String[]::new));
    }

    private static String line(String words) {
        String[] w = words.split(" ");
        boolean percent = w[4].endsWith("%");
        return String.join(
                ",",
                "p,m",
                w[0],
                w[1],
                ",,,",
                w[2],
                w[3].equals("-") ? "" : w[3],
                percent ? "," + w[4].replace("%", "") + ",," : w[4] + ",,1000000,USD",
                w.length > 5 ? w[5] : "",
                w.length > 6 ? w[6] : "");
    }

    private static String price(RateCard card, Instant time, String tenant) {
        assertThat(prices(card, time, tenant)).hasSize(1);
        return prices(card, time, tenant).get(0);
    }

    private static List<String> prices(RateCard card, Instant time, String tenant) {
        return prices(card, Situation.plain(time, 1), tenant);
    }

    private static List<String> prices(RateCard card, Situation situation, String tenant) {
        return card.prices(M, ServiceTier.STANDARD, BilledUnit.OUTPUT, situation, tenant).stream()
                .map(price -> price.perMillion().toPlainString())
                .toList();
    }

    private static List<String> assumed(RateCard card, BilledUnit unit, Instant time, String tenant) {
        return card.prices(M, ServiceTier.STANDARD, unit, Situation.plain(time, 1), tenant).stream()
                .map(price -> price.perMillion().toPlainString()
                        + (price.assumption() == null ? "" : ": " + price.assumption()))
                .toList();
    }

    private static AbstractThrowableAssert<?, ?> assertRefused(String... lines) {
        return assertThatThrownBy(() -> card(lines)).isInstanceOf(Failure.class);
    }
}
