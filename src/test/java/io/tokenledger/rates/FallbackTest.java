package io.tokenledger.rates;

import static org.assertj.core.api.Assertions.assertThat;

import io.tokenledger.model.BilledUnit;
import io.tokenledger.model.ServiceTier;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What prices a unit that has no price of its own, and that it is said. */
class FallbackTest {
    private static final ModelKey M = new ModelKey("p", "m");
    private static final Instant JULY = Instant.parse("2026-07-01T00:00:00Z");

    @Test
    @Tag("A2")
    void cachedInputWithoutAPriceBillsAsInputAndSaysSo() {
        RateCard card = RateTables.card("p m standard uncached_input 0 2026-01-01 - 2");
        assertThat(priced(card, ServiceTier.STANDARD, BilledUnit.CACHED_INPUT))
                .containsExactly("2: cached_input without a price bills as uncached_input");
    }

    @Test
    @Tag("B10")
    void aBatchHasPricesOfItsOwnAndNoHalfIsAssumed() {
        RateCard card = RateTables.card(
                "p m standard cached_input 0 2026-01-01 - 0.03",
                "p m batch cached_input 0 2026-01-01 - 0.02",
                "p m standard uncached_input 0 2026-01-01 - 0.3",
                "p m batch uncached_input 0 2026-01-01 - 0.15");
        assertThat(priced(card, ServiceTier.BATCH, BilledUnit.CACHED_INPUT)).containsExactly("0.02");
        assertThat(priced(card, ServiceTier.BATCH, BilledUnit.UNCACHED_INPUT)).containsExactly("0.15");
    }

    @Test
    @Tag("B10")
    void whatABatchHasNoPriceForPaysTheStandardPriceAndSaysSo() {
        RateCard card = RateTables.card(
                "p m standard cached_input 0 2026-01-01 - 0.03",
                "p m standard uncached_input 0 2026-01-01 - 0.3",
                "p m batch uncached_input 0 2026-01-01 - 0.15",
                "p m standard web_searches 0 2026-01-01 - 5");
        assertThat(priced(card, ServiceTier.BATCH, BilledUnit.CACHED_INPUT))
                .containsExactly("0.03: cached_input without a batch price bills at the standard price");
        assertThat(priced(card, ServiceTier.BATCH, BilledUnit.WEB_SEARCHES))
                .containsExactly("5: web_searches without a batch price bills at the standard price");
    }

    @Test
    @Tag("B10")
    void cachedInputOfABatchWithoutAnyCachedPriceBillsAsInputOfTheBatch() {
        RateCard card = RateTables.card(
                "p m standard uncached_input 0 2026-01-01 - 0.3", "p m batch uncached_input 0 2026-01-01 - 0.15");
        assertThat(priced(card, ServiceTier.BATCH, BilledUnit.CACHED_INPUT))
                .containsExactly("0.15: cached_input without a price bills as uncached_input");
    }

    @Test
    @Tag("B10")
    void aBatchOfAModelWithoutAnyBatchPriceIsUnpricedAndNotFree() {
        RateCard card = RateTables.card("p m standard output 0 2026-01-01 - 3", "p m batch output 0 2026-08-01 - 1.5");
        assertThat(priced(card, ServiceTier.BATCH, BilledUnit.OUTPUT)).isEmpty();
    }

    @Test
    @Tag("B11")
    void aTierWithoutAPriceIsUnpricedAndNeverThatOfAnotherTier() {
        RateCard card = RateTables.card("p m standard output 0 2026-01-01 - 3", "p m batch output 0 2026-01-01 - 1.5");
        assertThat(priced(card, ServiceTier.FLEX, BilledUnit.OUTPUT)).isEmpty();
        assertThat(priced(card, ServiceTier.PRIORITY, BilledUnit.OUTPUT)).isEmpty();
    }

    @Test
    @Tag("A6")
    @Tag("A5")
    void reasoningIsOutputUnlessItHasAPriceOfItsOwnWhichIsNoAssumption() {
        RateCard one = RateTables.card("p m standard output 0 2026-01-01 - 3");
        RateCard apart =
                RateTables.card("p m standard output 0 2026-01-01 - 8", "p m standard reasoning 0 2026-01-01 - 3");
        assertThat(priced(one, ServiceTier.STANDARD, BilledUnit.REASONING)).containsExactly("3");
        assertThat(priced(apart, ServiceTier.STANDARD, BilledUnit.REASONING)).containsExactly("3");
        assertThat(priced(apart, ServiceTier.STANDARD, BilledUnit.OUTPUT)).containsExactly("8");
    }

    @Test
    @Tag("A7")
    void writesToACacheForAnHourAndForFiveMinutesHaveTheirOwnPrices() {
        RateCard card = RateTables.card(
                "p m standard uncached_input 0 2026-01-01 - 3",
                "p m standard cache_write_5m 0 2026-01-01 - 3.75",
                "p m standard cache_write_1h 0 2026-01-01 - 6");
        assertThat(priced(card, ServiceTier.STANDARD, BilledUnit.CACHE_WRITE_5M))
                .containsExactly("3.75");
        assertThat(priced(card, ServiceTier.STANDARD, BilledUnit.CACHE_WRITE_1H))
                .containsExactly("6");
    }

    @Test
    @Tag("A7")
    void anHoursCacheWriteWithoutAPriceIsUnpricedRatherThanCheap() {
        RateCard card = RateTables.card("p m standard cache_write_5m 0 2026-01-01 - 3.75");
        assertThat(priced(card, ServiceTier.STANDARD, BilledUnit.CACHE_WRITE_1H))
                .isEmpty();
    }

    private static List<String> priced(RateCard card, ServiceTier tier, BilledUnit unit) {
        return card.prices(M, tier, unit, Situation.plain(JULY, 1), null).stream()
                .map(price -> price.perMillion().toPlainString()
                        + (price.assumption() == null ? "" : ": " + price.assumption()))
                .toList();
    }
}
