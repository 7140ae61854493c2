package io.tokenledger.rates;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tokenledger.model.BilledUnit;
import io.tokenledger.model.ExitCode;
import io.tokenledger.model.Failure;
import io.tokenledger.model.ServiceTier;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RateCardTest {
    private static final ModelKey M = new ModelKey("p", "m");
    private static final Instant JULY = Instant.parse("2026-07-01T00:00:00Z");

    @Test
    @Tag("B17")
    void everyColumnIsRead() {
        Rate rate = RateTables.read(
                        "together,org/Model-1,priority,cache_write_1h,200000,2026-07-01,2026-08-01T12:00:00Z,0.075,1000,EUR,,,https://example.com/prices,2026-06-30,\"a, note\"\n")
                .rates()
                .get(0);
        assertThat(rate)
                .isEqualTo(new Rate(
                        new ModelKey("together", "org/Model-1"),
                        ServiceTier.PRIORITY,
                        BilledUnit.CACHE_WRITE_1H,
                        new Band(200_000, Band.Counts.ALL_INPUT),
                        null,
                        0,
                        JULY,
                        Instant.parse("2026-08-01T12:00:00Z"),
                        new java.math.BigDecimal("0.075"),
                        null,
                        1_000,
                        "EUR",
                        null,
                        "https://example.com/prices",
                        LocalDate.of(2026, 6, 30),
                        "a, note",
                        "rates.csv:2"));
    }

    @Test
    void whatMayBeEmptyIsNullAndTheBandIsThenEveryRequest() {
        Rate rate = RateTables.read("p,m,standard,output,,2026-07-01,,1,1,USD,,,,,\n".replace(",1,1,", ",0.0001,1,"))
                .rates()
                .get(0);
        assertThat(rate.band().above()).isZero();
        assertThat(rate.validTo()).isNull();
        assertThat(rate.source()).isNull();
        assertThat(rate.retrievedAt()).isNull();
        assertThat(rate.note()).isNull();
    }

    @ParameterizedTest
    @CsvSource({
        "0.000000075, 1,       0.000000075",
        "0.000075,    1000,    0.000000075",
        "0.075,       1000000, 0.000000075",
        "0.150123,    1000000, 0.000000150123",
        "1000,        1000000, 0.001",
        "0,           1000000, 0",
        "0.000000000001, 1000000, 0.000000000000000001"
    })
    @Tag("E1")
    void aPricePerTokenIsExactWhateverItsUnit(String price, String perTokens, String perToken) {
        Rate rate = RateTables.read("p,m,standard,output,0,2026-07-01,,%s,%s,USD,,,,,\n".formatted(price, perTokens))
                .rates()
                .get(0);
        assertThat(rate.pricePerToken()).isEqualByComparingTo(perToken);
        assertThat(rate.pricePerMillion()).isEqualByComparingTo(new java.math.BigDecimal(perToken).movePointRight(6));
    }

    @ParameterizedTest
    @ValueSource(strings = {"10", "100", "1000000000", "0"})
    @Tag("B6")
    void anotherUnitThanOneAThousandOrAMillionIsRefused(String perTokens) {
        assertRefused("p,m,standard,output,0,2026-07-01,,0.0001,%s,USD,,,,,\n".formatted(perTokens))
                .hasMessage("rates.csv:2: per_tokens is '%s'; expected one of [1, 1000, 1000000]", perTokens);
    }

    @Test
    @Tag("B6")
    void aPriceBeyondTheBoundIsAMistakenUnit() {
        assertRefused("p,m,standard,output,0,2026-07-01,,1000.01,1000000,USD,,,,,\n")
                .hasMessage(
                        "rates.csv:2: price is '1000.01'; expected at most 1000 per 1,000,000 tokens; is per_tokens or the unit wrong?");
        assertRefused("p,m,standard,output,0,2026-07-01,,0.60,1,USD,,,,,\n").hasMessageContaining("at most 1000");
    }

    @Test
    void aPriceOfMoreDigitsThanCanBeExactIsRefused() {
        assertRefused("p,m,standard,output,0,2026-07-01,,0.0000000000001,1000000,USD,,,,,\n")
                .hasMessage("rates.csv:2: price is '0.0000000000001'; expected at most 18 fraction digits per token");
    }

    @Test
    @Tag("B2")
    void zeroIsAPrice() {
        RateCard card = RateTables.card("p m standard output 0 2026-07-01 - 0");
        assertThat(card.find(M, ServiceTier.STANDARD, BilledUnit.OUTPUT, Situation.plain(JULY, 1)))
                .hasValueSatisfying(rate -> assertThat(rate.price()).isEqualByComparingTo("0"));
        assertThat(card.find(M, ServiceTier.STANDARD, BilledUnit.UNCACHED_INPUT, Situation.plain(JULY, 1)))
                .isEmpty();
    }

    @Test
    void wordsOutsideTheirSetsAreRefused() {
        assertRefused("p,m,Standard,output,0,2026-07-01,,1,1000000,USD,,,,,\n")
                .hasMessageContaining("rates.csv:2: service_tier is 'Standard'");
        assertRefused("p,m,standard,tokens,0,2026-07-01,,1,1000000,USD,,,,,\n")
                .hasMessageContaining("rates.csv:2: token_class is 'tokens'");
    }

    @Test
    void aWindowThatEndsBeforeItBeginsIsRefused() {
        assertRefused(RateTables.line("p m standard output 0 2026-07-01 2026-07-01 1"))
                .hasMessage("rates.csv:2: valid_to is '2026-07-01'; expected a time after valid_from");
    }

    @Test
    void aCardWithoutRatesIsRefused() {
        assertRefused("").hasMessage("[rates.csv]: no rate; without one every token is unpriced");
    }

    @Test
    @Tag("B13")
    void anOverlapNamesBothLinesAndTheRemedy() {
        assertRefused(RateTables.line("p m standard output 0 2026-07-01 - 1")
                        + RateTables.line("p other standard output 0 2026-07-01 - 1")
                        + RateTables.line("p m standard output 0 2026-08-01 - 2"))
                .hasMessage("rates.csv:2 and rates.csv:4 overlap: two prices for p/m standard output from"
                        + " 2026-08-01T00:00:00Z; set valid_to of the earlier one to 2026-08-01T00:00:00Z");
    }

    @Test
    @Tag("B16")
    void anOverlapIsFoundWhateverTheOrderOfTheLinesAndAcrossFiles() {
        String later = RateTables.HEADER + RateTables.line("p m standard output 0 2026-08-01 2026-09-01 2");
        String earlier = RateTables.HEADER + RateTables.line("p m standard output 0 2026-01-01 2027-01-01 1");
        Map<String, byte[]> files = new LinkedHashMap<>();
        files.put("later.csv", later.getBytes(StandardCharsets.UTF_8));
        files.put("earlier.csv", earlier.getBytes(StandardCharsets.UTF_8));
        assertThatThrownBy(() -> RateCard.read(files))
                .isInstanceOf(Failure.class)
                .hasMessageStartingWith("earlier.csv:2 and later.csv:2 overlap");
    }

    @Test
    void anOverlapWithAWindowThatIsNotTheNextOneIsFound() {
        assertRefused(RateTables.line("p m standard output 0 2026-01-01 2026-12-01 1")
                        + RateTables.line("p m standard output 0 2026-02-01 2026-03-01 2"))
                .hasMessageContaining("overlap");
        assertRefused(RateTables.line("p m standard output 0 2026-01-01 - 1")
                        + RateTables.line("p m standard output 0 2026-01-01 - 1"))
                .hasMessageContaining("rates.csv:2 and rates.csv:3 overlap");
    }

    @Test
    @Tag("D2")
    void adjacentWindowsNeitherOverlapNorLeaveAGap() {
        RateCard card = RateTables.card(
                "p m standard output 0 2026-01-01 2026-07-01T16:30:00Z 1",
                "p m standard output 0 2026-07-01T16:30:00Z - 2");
        assertThat(card.warnings()).isEmpty();
        Instant change = Instant.parse("2026-07-01T16:30:00Z");
        assertThat(price(card, ServiceTier.STANDARD, BilledUnit.OUTPUT, change.minusNanos(1), 5))
                .isEqualTo("1");
        assertThat(price(card, ServiceTier.STANDARD, BilledUnit.OUTPUT, change.minusNanos(1_000), 5))
                .isEqualTo("1");
        assertThat(price(card, ServiceTier.STANDARD, BilledUnit.OUTPUT, change, 5))
                .isEqualTo("2");
    }

    @Test
    void differentTiersClassesAndBandsMayShareAWindow() {
        RateCard card = RateTables.card(
                "p m standard output 0 2026-01-01 - 1",
                "p m batch output 0 2026-01-01 - 1",
                "p m standard uncached_input 0 2026-01-01 - 1",
                "p m standard output 200000 2026-01-01 - 1",
                "q m standard output 0 2026-01-01 - 1",
                "p M standard output 0 2026-01-01 - 1");
        assertThat(card.rates()).hasSize(6);
        assertThat(card.models()).containsExactlyInAnyOrder(M, new ModelKey("q", "m"), new ModelKey("p", "M"));
    }

    @Test
    @Tag("B13")
    void aGapWarnsAndItsTokensHaveNoRate() {
        RateCard card = RateTables.card(
                "p m standard output 0 2026-01-01 2026-07-01 1", "p m standard output 0 2026-08-01 - 2");
        assertThat(card.warnings())
                .containsExactly("rates.csv:2 and rates.csv:3 leave a gap: no price for p/m standard output from"
                        + " 2026-07-01T00:00:00Z to 2026-08-01T00:00:00Z");
        assertThat(card.find(M, ServiceTier.STANDARD, BilledUnit.OUTPUT, Situation.plain(JULY, 1)))
                .isEmpty();
        assertThat(card.find(
                        M,
                        ServiceTier.STANDARD,
                        BilledUnit.OUTPUT,
                        Situation.plain(Instant.parse("2025-12-31T23:59:59Z"), 1)))
                .isEmpty();
    }

    @Test
    void twoCurrenciesAreRefusedWithBothPlaces() {
        assertRefused("p,m,standard,output,0,2026-07-01,,1,1000000,USD,,,,,\n"
                        + "p,n,standard,output,0,2026-07-01,,1,1000000,EUR,,,,,\n")
                .hasMessage(
                        "rates.csv:3: currency is EUR, but rates.csv:2 has USD; name the currency of the reports in the job"
                                + " file (currency:) and a table of exchange rates");
    }

    @ParameterizedTest
    @CsvSource({"0, 1", "1, 1", "199999, 1", "200000, 1", "200001, 2", "271999, 2", "272000, 2", "272001, 3"})
    @Tag("B7")
    void theWholeRequestIsChargedByTheHighestBoundThatItExceeds(long promptTokens, String expected) {
        RateCard card = RateTables.card(
                "p m standard output 200000 2026-01-01 - 2",
                "p m standard output 0 2026-01-01 - 1",
                "p m standard output 272000 2026-01-01 - 3");
        assertThat(price(card, ServiceTier.STANDARD, BilledUnit.OUTPUT, JULY, promptTokens))
                .isEqualTo(expected);
    }

    @Test
    @Tag("B4")
    void aModelIsFoundByItsExactNameOnly() {
        RateCard card = RateTables.card("p m standard output 0 2026-01-01 - 1");
        for (ModelKey other : new ModelKey[] {
            new ModelKey("p", "M"), new ModelKey("p", "m-2026"), new ModelKey("P", "m"), new ModelKey("q", "m")
        }) {
            assertThat(card.find(other, ServiceTier.STANDARD, BilledUnit.OUTPUT, Situation.plain(JULY, 1)))
                    .as(other.toString())
                    .isEmpty();
        }
    }

    @Test
    @Tag("B5")
    void aPriceForModelsOfASizePricesNoModelThatNamesItsSize() {
        RateCard card = RateTables.card("p together-ai-41.1b-80b standard output 0 2026-01-01 - 0.9");
        for (String model : new String[] {"Llama-3.3-70B-Instruct-Turbo", "Mixtral-8x7b", "70b"}) {
            assertThat(card.prices(
                            new ModelKey("p", model),
                            ServiceTier.STANDARD,
                            BilledUnit.OUTPUT,
                            Situation.plain(JULY, 1),
                            null))
                    .as(model)
                    .isEmpty();
        }
    }

    @Test
    void cachedInputWithoutAPriceBillsAsInputOfTheSameTierAndBand() {
        RateCard card = RateTables.card(
                "p m standard uncached_input 0 2026-01-01 - 1",
                "p m standard uncached_input 200000 2026-01-01 - 2",
                "p m batch uncached_input 0 2026-01-01 - 0.5");
        assertThat(fallback(card, ServiceTier.STANDARD, BilledUnit.CACHED_INPUT, 10))
                .contains("1");
        assertThat(fallback(card, ServiceTier.STANDARD, BilledUnit.CACHED_INPUT, 200_001))
                .contains("2");
        assertThat(fallback(card, ServiceTier.BATCH, BilledUnit.CACHED_INPUT, 10))
                .contains("0.5");
        assertThat(fallback(card, ServiceTier.PRIORITY, BilledUnit.CACHED_INPUT, 10))
                .isEmpty();
        assertThat(card.find(M, ServiceTier.STANDARD, BilledUnit.CACHED_INPUT, Situation.plain(JULY, 10)))
                .isEmpty();
    }

    @Test
    void noOtherClassFallsBack() {
        RateCard card =
                RateTables.card("p m standard uncached_input 0 2026-01-01 - 1", "p m standard output 0 2026-01-01 - 2");
        for (BilledUnit other : new BilledUnit[] {
            BilledUnit.CACHE_WRITE_5M, BilledUnit.CACHE_WRITE_1H, BilledUnit.AUDIO_INPUT, BilledUnit.AUDIO_OUTPUT
        }) {
            assertThat(fallback(card, ServiceTier.STANDARD, other, 10))
                    .as(other.label())
                    .isEmpty();
        }
    }

    @Test
    void aCachedPriceOfItsOwnIsNeverReplaced() {
        RateCard card = RateTables.card(
                "p m standard uncached_input 0 2026-01-01 - 1", "p m standard cached_input 0 2026-01-01 - 0");
        assertThat(fallback(card, ServiceTier.STANDARD, BilledUnit.CACHED_INPUT, 10))
                .contains("0");
    }

    private static String price(RateCard card, ServiceTier tier, BilledUnit unit, Instant time, long prompt) {
        return card.find(M, tier, unit, Situation.plain(time, prompt))
                .orElseThrow()
                .price()
                .toPlainString();
    }

    private static Optional<String> fallback(RateCard card, ServiceTier tier, BilledUnit unit, long prompt) {
        return card.prices(M, tier, unit, Situation.plain(JULY, prompt), null).stream()
                .map(p -> p.perMillion().toPlainString())
                .findFirst();
    }

    private static AbstractThrowableAssert<?, ?> assertRefused(String lines) {
        return assertThatThrownBy(() -> RateTables.read(lines))
                .isInstanceOfSatisfying(
                        Failure.class, f -> assertThat(f.exitCode()).isEqualTo(ExitCode.CONFIGURATION));
    }
}
