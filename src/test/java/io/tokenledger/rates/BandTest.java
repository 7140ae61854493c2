package io.tokenledger.rates;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tokenledger.model.BilledUnit;
import io.tokenledger.model.Failure;
import io.tokenledger.model.ServiceTier;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Prices by length: what is compared with the bound, where the bound lies, and what is charged beyond it. */
class BandTest {
    private static final ModelKey M = new ModelKey("p", "m");
    private static final Instant JULY = Instant.parse("2026-07-01T00:00:00Z");
    private static final String HEADER =
            "provider,model,service_tier,token_class,prompt_tokens_above,prompt_tokens_from,band_counts,band_charges,"
                    + "days,time_zone,valid_from,price,per_tokens,currency";

    @ParameterizedTest
    @Tag("B7")
    @CsvSource({"127999, 1, 1", "128000, 1, 2", "128001, 2, 2"})
    void aStrictBoundBelongsToTheLowerBandAndAnInclusiveOneToTheHigher(long tokens, int strict, int inclusive) {
        RateCard above = card("standard,output,,,,,,,1", "standard,output,128000,,,,,,2");
        RateCard from = card("standard,output,,,,,,,1", "standard,output,,128000,,,,,2");
        assertThat(price(above, BilledUnit.OUTPUT, tokens, tokens)).isEqualTo(String.valueOf(strict));
        assertThat(price(from, BilledUnit.OUTPUT, tokens, tokens)).isEqualTo(String.valueOf(inclusive));
    }

    @ParameterizedTest
    @Tag("B7")
    @CsvSource({
        "300000, 127999, 1, 2",
        "300000, 128000, 1, 2",
        "300000, 128001, 2, 2",
        "128001, 128001, 2, 2",
        "128000, 0, 1, 1"
    })
    void whichInputIsComparedIsAMatterOfTheRow(long input, long withoutCache, int byWithoutCache, int byAllInput) {
        RateCard all = card("standard,output,,,,,,,1", "standard,output,128000,,all_input,,,,2");
        RateCard without = card("standard,output,,,,,,,1", "standard,output,128000,,without_cache,,,,2");
        assertThat(price(without, BilledUnit.OUTPUT, input, withoutCache)).isEqualTo(String.valueOf(byWithoutCache));
        assertThat(price(all, BilledUnit.OUTPUT, input, withoutCache)).isEqualTo(String.valueOf(byAllInput));
    }

    @ParameterizedTest
    @Tag("B8")
    @CsvSource({
        // 31,999 × 1; 32,000 × 1; the 32,001st costs 2 alone, or all of them cost 2
        "31999,  31999,  31999",
        "32000,  32000,  32000",
        "32001,  32002,  64002",
        // 32,000 × 1 + 96,000 × 2; 128,001 × 3 against one token at 3
        "128000, 224000, 256000",
        "128001, 224003, 384003"
    })
    void aWholeRequestAndItsTokensBeyondTheBoundAreTwoPrices(long tokens, long marginal, long whole) {
        RateCard graduated = card(
                "standard,uncached_input,,,,,,,1",
                "standard,uncached_input,32000,,,marginal,,,2",
                "standard,uncached_input,128000,,,marginal,,,3");
        RateCard cliff = card(
                "standard,uncached_input,,,,,,,1",
                "standard,uncached_input,32000,,,whole_request,,,2",
                "standard,uncached_input,128000,,,,,,3");
        assertThat(cost(graduated, BilledUnit.UNCACHED_INPUT, tokens, tokens)).isEqualByComparingTo(dollars(marginal));
        assertThat(cost(cliff, BilledUnit.UNCACHED_INPUT, tokens, tokens)).isEqualByComparingTo(dollars(whole));
    }

    @Test
    @Tag("B8")
    void everyTokenClassClimbsMarginalBandsOnItsOwn() {
        RateCard card = card(
                "standard,uncached_input,,,,,,,1",
                "standard,uncached_input,100,,,marginal,,,2",
                "standard,cached_input,,,,,,,0.1",
                "standard,cached_input,50,,,marginal,,,0.2",
                "standard,output,,,,,,,10");
        // 190 of input: 120 uncached = 100 × 1 + 20 × 2, 70 cached = 50 × 0.1 + 20 × 0.2; 200 output × 10
        assertThat(cost(card, BilledUnit.UNCACHED_INPUT, 190, 120)).isEqualByComparingTo(dollars(140));
        assertThat(cost(card, BilledUnit.CACHED_INPUT, 190, 70)).isEqualByComparingTo(dollars(9));
        assertThat(cost(card, BilledUnit.OUTPUT, 190, 200)).isEqualByComparingTo(dollars(2_000));
    }

    @Test
    void aClassWithoutABandOfItsOwnPaysItsOnePriceInAnyRequest() {
        RateCard card =
                card("standard,output,,,,,,,1", "standard,uncached_input,,,,,,,2", "standard,uncached_input,10,,,,,,4");
        assertThat(price(card, BilledUnit.OUTPUT, 11, 11)).isEqualTo("1");
        assertThat(price(card, BilledUnit.UNCACHED_INPUT, 11, 11)).isEqualTo("4");
    }

    @Test
    @Tag("B9")
    void tiersAndBandsCombine() {
        RateCard card = card(
                "standard,output,,,,,,,10",
                "standard,output,272000,,,,,,20",
                "batch,output,,,,,,,5",
                "batch,output,272000,,,,,,9",
                "priority,output,,,,,,,17");
        assertThat(price(card, ServiceTier.BATCH, BilledUnit.OUTPUT, 272_000, 272_000))
                .isEqualTo("5");
        assertThat(price(card, ServiceTier.BATCH, BilledUnit.OUTPUT, 272_001, 272_001))
                .isEqualTo("9");
        assertThat(price(card, ServiceTier.STANDARD, BilledUnit.OUTPUT, 272_001, 272_001))
                .isEqualTo("20");
        assertThat(price(card, ServiceTier.PRIORITY, BilledUnit.OUTPUT, 272_001, 272_001))
                .as("a row without a bound holds for every request")
                .isEqualTo("17");
    }

    @Test
    @Tag("B9")
    void whereATierHasNoPriceForALengthItsTokensHaveNoneRatherThanThatOfAnotherTier() {
        RateCard card =
                card("standard,output,,,,,,,10", "standard,output,272000,,,,,,20", "batch,output,272000,,,,,,9");
        assertThat(card.prices(M, ServiceTier.FLEX, BilledUnit.OUTPUT, at(300_000, 300_000), null))
                .isEmpty();
        assertThat(price(card, ServiceTier.BATCH, BilledUnit.OUTPUT, 300_000, 300_000))
                .isEqualTo("9");
        assertThat(card.prices(M, ServiceTier.BATCH, BilledUnit.OUTPUT, at(272_000, 272_000), null))
                .as("there is a batch price, but none for a request so short")
                .isEmpty();
    }

    @Test
    void aBandThatIsPricedInAWindowOnlyHasNoPriceOutsideIt() {
        RateCard card = card("standard,output,,,,,,,10", "standard,output,1000,,,,sat sun,UTC,20");
        Instant wednesday = JULY;
        Instant saturday = Instant.parse("2026-07-04T00:00:00Z");
        Set<TimeWindow> weekend = Set.of(card.rates().get(1).window());
        assertThat(prices(card, new Situation(saturday, weekend, 1_001, 1_001, 1)))
                .containsExactly("20");
        assertThat(prices(card, new Situation(wednesday, Set.of(), 1_001, 1_001, 1)))
                .isEmpty();
        assertThat(prices(card, new Situation(wednesday, Set.of(), 1_000, 1_000, 1)))
                .containsExactly("10");
    }

    @Test
    void bandsOfOneThingThatCountDifferentTokensAreRefused() {
        assertThatThrownBy(() -> card(
                        "standard,output,,,,,,,1", "standard,output,100,,,,,,2", "standard,output,200,,,marginal,,,3"))
                .isInstanceOf(Failure.class)
                .hasMessage("rates.csv:3 and rates.csv:4: bands of p/m standard output count different tokens;"
                        + " band_counts and band_charges must be the same");
        assertThat(card(
                                "standard,output,100,,,,,,2",
                                "standard,uncached_input,200,,,marginal,,,3",
                                "batch,output,100,,without_cache,,,,1")
                        .rates())
                .as("of another class or tier they are another thing")
                .hasSize(3);
    }

    @Test
    void aBoundStatedTwiceInEitherWordIsAnOverlap() {
        assertThatThrownBy(() -> card("standard,output,127999,,,,,,1", "standard,output,,128000,,,,,2"))
                .isInstanceOf(Failure.class)
                .hasMessageStartingWith("rates.csv:2 and rates.csv:3 overlap");
    }

    /** Lines of {@code tier,class,above,from,counts,charges,days,zone,price}. */
    private static RateCard card(String... lines) {
        return RateTables.table(
                HEADER,
                List.of(lines).stream()
                        .map(line -> {
                            int price = line.lastIndexOf(',');
                            return "p,m," + line.substring(0, price) + ",2026-01-01" + line.substring(price)
                                    + ",1000000,USD";
                        })
                        .toArray(String[]::new));
    }

    private static Situation at(long input, long withoutCache) {
        return new Situation(JULY, Set.of(), input, withoutCache, 1);
    }

    private static String price(RateCard card, BilledUnit unit, long input, long withoutCache) {
        return price(card, ServiceTier.STANDARD, unit, input, withoutCache);
    }

    private static String price(RateCard card, ServiceTier tier, BilledUnit unit, long input, long withoutCache) {
        return card.prices(M, tier, unit, at(input, withoutCache), null)
                .get(0)
                .perMillion()
                .toPlainString();
    }

    private static List<String> prices(RateCard card, Situation situation) {
        return card.prices(M, ServiceTier.STANDARD, BilledUnit.OUTPUT, situation, null).stream()
                .map(price -> price.perMillion().toPlainString())
                .toList();
    }

    /** The cost of so many tokens of a class in a request: its cells × their prices. */
    private static BigDecimal cost(RateCard card, BilledUnit unit, long input, long tokens) {
        RateGrid grid = RateGrid.of(card, Map.of(), Set.of(), JULY, Instant.parse("2026-08-01T00:00:00Z"));
        BigDecimal cost = BigDecimal.ZERO;
        for (RateGrid.Cell cell : grid.cellsOf(M, JULY, input, input)) {
            long inCell = Math.max(0, Math.min(tokens, grid.classUpTo(cell)) - cell.classAbove());
            if (inCell > 0) {
                cost = cost.add(card.prices(M, ServiceTier.STANDARD, unit, cell.situation(), null)
                        .get(0)
                        .perToken()
                        .multiply(BigDecimal.valueOf(inCell)));
            }
        }
        return cost;
    }

    /** Millionths of a dollar: tokens × price per 1,000,000. */
    private static BigDecimal dollars(long millionths) {
        return BigDecimal.valueOf(millionths, 6);
    }
}
