package io.tokenledger.rates;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tokenledger.model.BilledUnit;
import io.tokenledger.model.Failure;
import io.tokenledger.model.ServiceTier;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Prices of another currency than that of the reports. */
class ExchangeRatesTest {
    private static final ModelKey M = new ModelKey("p", "m");
    private static final Instant MAY = Instant.parse("2026-05-01T00:00:00Z");
    private static final Instant JULY = Instant.parse("2026-07-01T00:00:00Z");
    private static final String RATES =
            "provider,model,service_tier,token_class,valid_from,valid_to,price,percent_of_list,per_tokens,currency,contract";
    private static final String DOLLARS = "p,m,standard,output,2026-01-01,,10,,1000000,USD,";

    @Test
    void aPriceIsConvertedAtTheRateOfItsTime() {
        ExchangeRates euros = read("EUR", "USD,EUR,0.9,2026-01-01,2026-07-01", "USD,EUR,0.85,2026-07-01,");
        RateCard card = card(euros, DOLLARS);
        assertThat(card.currency()).isEqualTo("EUR");
        assertThat(prices(card, JULY.minusNanos(1_000))).containsExactly("9");
        assertThat(prices(card, JULY)).containsExactly("8.5");
        Price price = card.prices(M, ServiceTier.STANDARD, BilledUnit.OUTPUT, Situation.plain(MAY, 1), null)
                .get(0);
        assertThat(price.exchange().place()).isEqualTo("exchange.csv:2");
        RateGrid grid = RateGrid.of(card, Map.of(), Set.of(), MAY, Instant.parse("2026-09-01T00:00:00Z"));
        assertThat(RateTables.cells(grid))
                .as("the day of the change cuts the cells")
                .extracting(RateGrid.Cell::from)
                .containsExactly(MAY, JULY);
    }

    @Test
    void aPriceInTheCurrencyOfTheReportsIsLeftAsItIs() {
        RateCard card = card(
                read("USD", "EUR,USD,1.1,2026-01-01,"), DOLLARS, "p,n,standard,output,2026-01-01,,10,,1000000,EUR,");
        assertThat(prices(card, MAY)).containsExactly("10");
        assertThat(card.prices(
                        new ModelKey("p", "n"), ServiceTier.STANDARD, BilledUnit.OUTPUT, Situation.plain(MAY, 1), null))
                .extracting(price -> price.perMillion().toPlainString())
                .containsExactly("11");
    }

    @Test
    void aPercentageOfAListPriceIsConvertedWithIt() {
        RateCard card =
                card(read("EUR", "USD,EUR,0.9,2026-01-01,"), DOLLARS, "p,m,standard,output,2026-01-01,,,80,,,c");
        assertThat(prices(card, MAY)).containsExactly("7.2");
    }

    @Test
    void whereNoExchangeRateHoldsThereIsNoPrice() {
        RateCard card = card(read("EUR", "USD,EUR,0.9,2026-01-01,2026-05-01", "USD,EUR,0.85,2026-07-01,"), DOLLARS);
        assertThat(prices(card, MAY.minusNanos(1_000))).containsExactly("9");
        assertThat(prices(card, MAY)).isEmpty();
        assertThat(prices(card, JULY)).containsExactly("8.5");
    }

    @Test
    void aCurrencyWithoutAnyExchangeRateIsRefused() {
        assertThatThrownBy(() -> card(read("EUR", "GBP,EUR,1.15,2026-01-01,"), DOLLARS))
                .isInstanceOf(Failure.class)
                .hasMessage("rates.csv:2: currency is USD, but the reports are in EUR and no exchange rate converts it;"
                        + " add one");
    }

    @Test
    void anExchangeRateIntoAnotherCurrencyIsNotTurnedAround() {
        assertThatThrownBy(() -> card(read("EUR", "EUR,USD,1.1,2026-01-01,"), DOLLARS))
                .isInstanceOf(Failure.class)
                .hasMessageContaining("no exchange rate converts it");
    }

    @Test
    @Tag("E6")
    void aConvertedPriceThatNoReportCouldShowExactlyIsRefused() {
        assertThatThrownBy(() -> card(
                        read("EUR", "USD,EUR,0.9123456789,2026-01-01,"),
                        "p,m,standard,output,2026-01-01,,0.123456789,,1000000,USD,"))
                .isInstanceOf(Failure.class)
                .hasMessageStartingWith(
                        "rates.csv:2: the price per token, 0.000000123456789 times 0.9123456789, has more"
                                + " than 18 fraction digits");
    }

    @Test
    @Tag("E6")
    void aConvertedPriceOfTenOrMorePerCallIsRefusedBecauseItsCostWouldNotBeExact() {
        assertThatThrownBy(() -> card(
                        read("KRW", "USD,KRW,1400,2026-01-01,"), "p,m,standard,web_searches,2026-01-01,,10,,1000,USD,"))
                .isInstanceOf(Failure.class)
                .hasMessage("rates.csv:2: the price per call, 14 KRW, is 10 or more; such a cost would not be exact");
        assertThat(card(read("JPY", "USD,JPY,150,2026-01-01,"), "p,m,standard,web_searches,2026-01-01,,10,,1000,USD,")
                        .rates())
                .hasSize(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "USD,EUR,0,2026-01-01, | exchange.csv:2: rate is '0'; expected more than 0",
                "USD,EUR,-1,2026-01-01, | exchange.csv:2: rate is '-1'; expected a decimal with a point, such as 0.90",
                "USD,EUR,,2026-01-01, | exchange.csv:2: rate is empty; expected a decimal, such as 0.90",
                "USD,EUR,0.9,2026-02-01,2026-01-01 | exchange.csv:2: valid_to is '2026-01-01'; expected a time after valid_from",
            })
    void whatCannotBeMeantIsRefusedByItsColumn(String line, String message) {
        assertThatThrownBy(() -> read("EUR", line)).isInstanceOf(Failure.class).hasMessage(message);
    }

    @Test
    void twoExchangeRatesAtOneTimeAreRefusedWithBothPlaces() {
        assertThatThrownBy(() -> read("EUR", "USD,EUR,0.9,2026-01-01,", "USD,EUR,0.85,2026-07-01,"))
                .isInstanceOf(Failure.class)
                .hasMessage(
                        "exchange.csv:2 and exchange.csv:3 overlap: two exchange rates from USD to EUR; set valid_to"
                                + " of the earlier one");
        assertThat(read("EUR", "USD,EUR,0.9,2026-01-01,", "GBP,EUR,1.15,2026-01-01,", "USD,GBP,0.8,2026-01-01,")
                        .rates())
                .hasSize(3);
    }

    private static ExchangeRates read(String currency, String... lines) {
        String table = "currency,report_currency,rate,valid_from,valid_to\n" + String.join("\n", lines) + "\n";
        return ExchangeRates.read("exchange.csv", table.getBytes(StandardCharsets.UTF_8), currency);
    }

    private static RateCard card(ExchangeRates exchangeRates, String... lines) {
        return RateCard.read(Map.of("rates.csv", RateTables.bytes(RATES, lines)), exchangeRates);
    }

    private static List<String> prices(RateCard card, Instant time) {
        return card.prices(M, ServiceTier.STANDARD, BilledUnit.OUTPUT, Situation.plain(time, 1), null).stream()
                .map(price -> price.perMillion().toPlainString())
                .toList();
    }
}
