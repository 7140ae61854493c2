package io.tokenledger.scenario;

import static io.tokenledger.model.TokenClass.CACHED_INPUT;
import static io.tokenledger.model.TokenClass.OUTPUT;
import static io.tokenledger.model.TokenClass.UNCACHED_INPUT;
import static io.tokenledger.scenario.Demands.both;
import static io.tokenledger.scenario.Demands.demand;
import static io.tokenledger.scenario.Demands.minute;
import static io.tokenledger.scenario.Demands.online;
import static io.tokenledger.scenario.Demands.part;
import static io.tokenledger.scenario.Demands.waiting;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tokenledger.model.Failure;
import io.tokenledger.model.Month;
import io.tokenledger.model.TokenClass;
import io.tokenledger.scenario.ScenarioSettings.Bought;
import io.tokenledger.scenario.ScenarioSettings.Number;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Unit u serves 800 tokens of uncached input a minute and costs 100 a month; unit v 2,000 for 210. */
class MixTest {
    private static final Month FEBRUARY = Month.parse("2026-02");
    private static final Span MONTH = Span.of(FEBRUARY, ZoneOffset.UTC);
    private static final CapacityUnit U = Units.with("price", "100", "price_per", "month");
    private static final Waiting AS_BATCH = Waiting.of(24, List.of());
    private static final Commitment OWNED = new Commitment("c", U, 1, Instant.parse("2026-01-31T00:00:00Z"), null);
    private static final CapacityUnit V =
            Units.with("unit", "v", "throughput_per_minute", "2500", "price", "210", "price_per", "month");

    @Test
    void noneIsBoughtWherePayingByTokenIsCheapest() {
        PoolDemand demand =
                demand(both(online("2026-02-01T00:00:00Z", 800, "60"), waiting("2026-02-01T00:00:00Z", 400, "39")));
        Mix mix = cheapest(demand, U);
        assertThat(mix.purchases()).isEmpty();
        assertThat(mix.charge()).isNull();
        assertThat(mix.moves()).isEmpty();
        assertThat(mix.month()).isEqualTo(FEBRUARY);
        assertThat(mix.pool()).isEqualTo("pool");
    }

    @Test
    void aUnitThatItsOnlineWorkDoesNotRepayPaysWithTheWorkInItsValleys() {
        // Online 800 for 60, and 400 that can wait for 41: 101 by token. The unit serves both: the 400 a minute later.
        PoolDemand demand =
                demand(both(online("2026-02-01T00:00:00Z", 800, "60"), waiting("2026-02-01T00:00:00Z", 400, "41")));
        Mix mix = cheapest(demand, U);
        assertThat(mix.purchases()).extracting(p -> p.plan().units()).containsExactly(1L);
        assertThat(mix.moves()).isEmpty();
        assertThat(mix.charge().cost()).isEqualByComparingTo("100");
        // 100 × 1,200 ÷ (800 × 40,320)
        assertThat(mix.charge().used()).isEqualByComparingTo("0.003720238095");
        assertThat(mix.purchases().get(0).chosenOn()).isEqualTo("the month itself");
    }

    @Test
    void whatDoesNotFitIntoItsWindowIsABatchAndOnlineOverflowIsPaidAsTheUnitSays() {
        // Minute 0 has 200 online above its 800, worth 80. Of the 1,000 that arrive in the last minute but one of the
        // month 100 fit there, and none in the last; the others are worth 18. A second unit would save these 98.
        PoolDemand demand = demand(
                online("2026-02-01T00:00:00Z", 1_000, "400"),
                both(online("2026-02-28T23:58:00Z", 700, "70"), waiting("2026-02-28T23:58:00Z", 1_000, "20")),
                online("2026-02-28T23:59:00Z", 800, "80"));
        Mix mix = cheapest(demand, U);
        assertThat(mix.purchases()).extracting(p -> p.plan().units()).containsExactly(1L);
        assertThat(mix.moves())
                .containsExactly(
                        move("2026-02-01T00:00:00Z", false, 200, "standard"),
                        move("2026-02-28T23:58:00Z", true, 900, null));
        // Of 2,500 online and 1,000 that wait, 2,300 and 100 are served.
        Purchase purchase = mix.purchases().get(0);
        assertThat(purchase.plan().demanded()).isEqualByComparingTo("3500");
        assertThat(purchase.plan().served()).isEqualByComparingTo("2400");
        assertThat(purchase.plan().coverage()).isEqualByComparingTo("0.685714");
        assertThat(purchase.plan().charge()).isEqualTo(mix.charge());
        assertThat(purchase.plan().peakUnits()).isEqualByComparingTo("1.25");
        assertThat(purchase.assumptions())
                .contains(
                        "utilisation and coverage of u count what waits and fills its valleys; peak, p99 and mean do not");
    }

    @Test
    void waitingWorkHasADayToBeServed() {
        // Two units' worth arrive at once; one unit serves the second half a minute later, unless that is full for a
        // day.
        Mix free = cheapest(
                demand(both(online("2026-02-01T00:00:00Z", 800, "200"), waiting("2026-02-01T00:00:00Z", 800, "1"))), U);
        assertThat(free.moves()).isEmpty();
        List<PoolDemand.Minute> full = new ArrayList<>();
        for (int i = 0; i < 24 * 60; i++) {
            full.add(online(at(i), 800, "1"));
        }
        full.set(0, both(full.get(0), waiting(at(0), 800, "1")));
        assertThat(cheapest(demand(full, List.of()), U).moves())
                .containsExactly(move("2026-02-01T00:00:00Z", true, 800, null));
        full.remove(24 * 60 - 1);
        assertThat(cheapest(demand(full, List.of()), U).moves()).isEmpty();
    }

    @Test
    void givenNumbersCompeteAsTheyAreGiven() {
        PoolDemand demand = demand(online("2026-02-01T00:00:00Z", 1_600, "250"));
        assertThat(mix(demand, Map.of("u", "2"), U).purchases())
                .extracting(p -> p.plan().units())
                .containsExactly(2L);
        // Three for 300 lose against 250 by token.
        assertThat(mix(demand, Map.of("u", "3"), U).purchases()).isEmpty();
        // Two of u cost 200, one of v 210, and 3 of u are not asked for.
        assertThat(mix(demand, Map.of("u", "3", "v", "optimum"), U, V).purchases())
                .extracting(p -> p.plan().unit().unit() + " " + p.plan().units())
                .containsExactly("v 1");
        assertThat(mix(demand, Map.of("u", "2", "v", "1"), U, V).purchases())
                .extracting(p -> p.plan().unit().unit() + " " + p.plan().units())
                .containsExactly("u 2");
    }

    @Test
    void severalUnitsServeTogetherWhereThatIsCheapest() {
        // One of each serves 2,800 for 310, and 200 for 80 overflow; four of u cost 400, two of v 420.
        PoolDemand demand = demand(online("2026-02-01T00:00:00Z", 3_000, "1200"));
        Mix mix = cheapest(demand, U, V);
        assertThat(mix.purchases())
                .extracting(p -> p.plan().unit().unit() + " " + p.plan().units() + " "
                        + p.plan().demanded())
                // What u leaves is the demand of v.
                .containsExactly("u 1 3000", "v 1 2200");
        assertThat(mix.charge().cost()).isEqualByComparingTo("310");
        assertThat(mix.moves()).containsExactly(move("2026-02-01T00:00:00Z", false, 200, "standard"));
        // 100 × 800 ÷ (800 × 40,320) and 210 × 2,000 ÷ (2,000 × 40,320)
        assertThat(mix.charge().used())
                .isEqualByComparingTo(new BigDecimal("0.002480158730").add(new BigDecimal("0.005208333333")));
    }

    @Test
    void workThatCanWaitIsABatchWhereSeveralUnitsServe() {
        PoolDemand demand =
                demand(both(online("2026-02-01T00:00:00Z", 2_800, "1500"), waiting("2026-02-01T00:00:00Z", 500, "2")));
        Mix mix = cheapest(demand, U, V);
        assertThat(mix.purchases()).hasSize(2);
        assertThat(mix.moves()).containsExactly(move("2026-02-01T00:00:00Z", true, 500, null));
        assertThat(mix.assumptions())
                .containsExactly(
                        "units of u, v together are compared without the work that could wait for their valleys",
                        "the cost of units of u, v is shared out as that of one capacity, by the weights of u");
    }

    @Test
    void unitsThatCompeteForAPoolThatAskedForNothingAreNotBought() {
        PoolDemand waits = demand(waiting("2026-02-01T00:00:00Z", 500, "1"));
        for (PoolDemand demand : List.of(PoolDemand.NONE, waits)) {
            assertThat(cheapest(demand, U, V).purchases()).isEmpty();
        }
    }

    @Test
    void unitsThatOverflowAtDifferentPricesCompeteButAreNotCombined() {
        // 3,000 for 1,200: four of u cost 400, two of w 420.
        Mix mix = cheapest(
                demand(online("2026-02-01T00:00:00Z", 3_000, "1200")),
                U,
                w("210", "hourly", "overage_price_per_unit_hour", "100000"));
        assertThat(mix.purchases())
                .extracting(p -> p.plan().unit().unit() + " " + p.plan().units())
                .containsExactly("u 4");
        assertThat(mix.assumptions())
                .containsExactly("units of u, w are not combined, because not all of them overflow at standard rates");
    }

    @Test
    void anOveragePriceIsPaidOnlyWhereThereIsAUnit() {
        // By token 1,200. Overflow alone would be 3; with one unit it is 1 and the unit 210.
        Mix mix = cheapest(
                demand(online("2026-02-01T00:00:00Z", 3_000, "1200")), w("210", "price", "overage_price", "1000"));
        assertThat(mix.purchases()).extracting(p -> p.plan().units()).containsExactly(1L);
        assertThat(mix.moves()).containsExactly(move("2026-02-01T00:00:00Z", false, 1_000, "overage of w"));
        // Overflow at 3 is less than the unit, and by token is less than both.
        Mix none = cheapest(
                demand(online("2026-02-01T00:00:00Z", 3_000, "200")), w("210", "price", "overage_price", "1000"));
        assertThat(none.purchases()).isEmpty();
    }

    @Test
    void aUnitThatRefusesTokensServesThePeakOfWhatCannotWaitOrNothing() {
        CapacityUnit reject = w("210", "reject", "overage_price", "");
        // The second unit serves what is worth 100, and yet the pool cannot be had with one.
        PoolDemand peak =
                demand(both(online("2026-02-01T00:00:00Z", 2_500, "500"), waiting("2026-02-01T00:00:00Z", 9_000, "9")));
        Mix mix = cheapest(peak, reject);
        assertThat(mix.purchases()).extracting(p -> p.plan().units()).containsExactly(2L);
        assertThat(mix.purchases().get(0).plan().whyNot()).isEmpty();
        assertThat(cheapest(demand(online("2026-02-01T00:00:00Z", 2_500, "410")), reject)
                        .purchases())
                .isEmpty();
        assertThat(mix(peak, Map.of("w", "1"), reject).purchases()).isEmpty();
        assertThat(mix(peak, Map.of("w", "2"), reject).purchases()).hasSize(1);
    }

    @Test
    void furtherUnitsByTheHourServeAlsoWhereNoneIsBought() {
        // 3,000 need two units for a minute: 2 × 6,000 ÷ 60 = 200, against 210 each for the month.
        PoolDemand demand =
                demand(both(online("2026-02-01T00:00:00Z", 3_000, "1200"), waiting("2026-02-01T00:00:00Z", 400, "1")));
        Mix mix = cheapest(demand, w("210", "hourly", "overage_price_per_unit_hour", "6000"));
        assertThat(mix.purchases()).extracting(p -> p.plan().units()).containsExactly(0L);
        assertThat(mix.charge().cost()).isEqualByComparingTo("200");
        assertThat(mix.moves()).containsExactly(move("2026-02-01T00:00:00Z", true, 400, null));
    }

    @Test
    void unitsOfWhichOneServesAMinuteForNothingCompeteButAreNotCombined() {
        CapacityUnit free = Units.with("unit", "w", "weight_cached_input", "0", "price", "150", "price_per", "month");
        PoolDemand cached = demand(Demands.minute(
                "2026-02-01T00:00:00Z",
                Demands.priced(
                        Units.tokens(CACHED_INPUT, 8_001), Map.of(CACHED_INPUT, new BigDecimal("0.1")), BigDecimal.ONE),
                PoolDemand.Part.NONE));
        assertThat(cheapest(cached, U, free).assumptions())
                .containsExactly(
                        "units of u, w are not combined, because some minutes take no capacity of one of them");
    }

    @Test
    void whatIsOwnedServesBeforeAnythingIsBought() {
        // One is owned: 800 of 1,600 are served for nothing more; the other 800 are worth 60, less than a second unit.
        PoolDemand demand =
                demand(both(online("2026-02-01T00:00:00Z", 1_600, "120"), waiting("2026-02-01T00:00:00Z", 300, "1")));
        Mix mix = cheapest(demand, List.of(OWNED), U);
        assertThat(mix.purchases()).extracting(p -> p.plan().units()).containsExactly(1L);
        assertThat(mix.purchases().get(0).plan().sunk()).isEqualByComparingTo("100");
        assertThat(mix.charge().cost()).isEqualByComparingTo("100");
        assertThat(mix.moves()).containsExactly(move("2026-02-01T00:00:00Z", false, 800, "standard"));
    }

    @Test
    void whatIsOwnedIsPaidAndServesWhateverTheChoiceRestsOn() {
        // Nothing was asked for before the month; and of what two cannot serve at once half waits a minute.
        PoolDemand demand =
                demand(both(online("2026-02-01T00:00:00Z", 1_000, "1"), waiting("2026-02-01T00:00:00Z", 1_000, "1")));
        Commitment two = new Commitment("c", U, 2, Instant.parse("2026-01-31T00:00:00Z"), null);
        Purchase.Choice choice = choice(U, List.of(two), demand);
        Mix mix = Mix.of(
                List.of(choice),
                bought(Map.of("u", "optimum")),
                AS_BATCH,
                PoolDemand.NONE,
                choice.before(30),
                "before");
        assertThat(mix.purchases()).extracting(p -> p.plan().units()).containsExactly(2L);
        assertThat(mix.charge().cost()).isEqualByComparingTo("200");
        assertThat(mix.moves()).isEmpty();
        Mix idle = cheapest(PoolDemand.NONE, List.of(two), U);
        assertThat(idle.charge().idle()).isEqualByComparingTo("200");
    }

    @Test
    void whatIsOwnedFromTheMiddleOfTheMonthServesFromThere() {
        // 100 × 14 ÷ 28; what is asked for before is paid by token, or by a batch.
        Commitment half = new Commitment("c", U, 1, Instant.parse("2026-02-15T00:00:00Z"), null);
        PoolDemand demand = demand(
                both(online("2026-02-01T00:00:00Z", 500, "1"), waiting("2026-02-01T00:00:00Z", 500, "1")),
                both(online("2026-02-15T00:00:00Z", 500, "1"), waiting("2026-02-15T00:00:00Z", 500, "1")));
        Mix mix = cheapest(demand, List.of(half), U);
        assertThat(mix.charge().cost()).isEqualByComparingTo("50");
        assertThat(mix.moves())
                .containsExactly(
                        move("2026-02-01T00:00:00Z", false, 500, "standard"),
                        move("2026-02-01T00:00:00Z", true, 500, null));
    }

    @Test
    void noUnitIsBoughtForTheTimeBeforeACommitmentThatItWouldNotRepay() {
        CapacityUnit priced =
                Units.with("price", "100", "price_per", "month", "overage_rule", "price", "overage_price", "1000");
        for (CapacityUnit unit : List.of(U, priced)) {
            Commitment half = new Commitment("c", unit, 1, Instant.parse("2026-02-15T00:00:00Z"), null);
            PoolDemand.Minute later = online("2026-02-15T00:00:00Z", 500, "300");
            Mix mix = cheapest(demand(online("2026-02-01T00:00:00Z", 500, "1"), later), List.of(half), unit);
            assertThat(mix.charge().cost()).isEqualByComparingTo("50");
            assertThat(mix.moves()).containsExactly(move("2026-02-01T00:00:00Z", false, 500, "standard"));
            Mix dearer = cheapest(demand(online("2026-02-01T00:00:00Z", 500, "60"), later), List.of(half), unit);
            assertThat(dearer.charge().cost()).isEqualByComparingTo("100");
            assertThat(dearer.moves()).isEmpty();
        }
    }

    @Test
    void aCommitmentThatEndsInTheMonthIsNotReplacedWhereItsUnitWouldNotRepay() {
        Commitment ends =
                new Commitment("c", U, 1, Instant.parse("2026-01-15T00:00:00Z"), Instant.parse("2026-02-15T00:00:00Z"));
        Mix mix = cheapest(demand(online("2026-02-20T00:00:00Z", 500, "1")), List.of(ends), U);
        assertThat(mix.charge().cost()).isEqualByComparingTo("50");
        assertThat(mix.moves()).containsExactly(move("2026-02-20T00:00:00Z", false, 500, "standard"));
    }

    @Test
    void whereUnitsAreOwnedOthersDoNotCompeteAndThatIsSaid() {
        PoolDemand demand = demand(online("2026-02-01T00:00:00Z", 4_800, "4800"));
        Mix mix = cheapest(demand, List.of(OWNED), U, V);
        assertThat(mix.purchases())
                .extracting(p -> p.plan().unit().unit() + " " + p.plan().units())
                .containsExactly("u 6");
        assertThat(mix.assumptions()).containsExactly("units other than u do not compete, because the pool owns some");
    }

    @Test
    void aNumberChosenBeforeTheMonthServesTheMonthAsItComes() {
        List<PoolDemand.Minute> january = List.of(online("2026-01-02T00:00:00Z", 1_600, "400"));
        PoolDemand demand = demand(january, List.of(online("2026-02-01T00:00:00Z", 2_000, "1")));
        Purchase.Choice choice = choice(U, List.of(), demand);
        Span before = choice.before(30);
        Mix mix = Mix.of(
                List.of(choice),
                bought(Map.of("u", "optimum")),
                AS_BATCH,
                demand.within(before),
                before,
                Purchase.Choice.chosenOn(30));
        assertThat(mix.purchases()).extracting(p -> p.plan().units()).containsExactly(2L);
        assertThat(mix.purchases().get(0).chosenOn()).isEqualTo("30 days before the month");
        assertThat(mix.moves()).containsExactly(move("2026-02-01T00:00:00Z", false, 400, "standard"));
    }

    @Test
    void whatCanWaitIsPaidAtStandardRatesWhereItsBatchesAreAboveALimit() {
        // As a batch 60 + 39; at standard rates 60 + 41, and the unit for 100 repays.
        PoolDemand demand = demand(minute("2026-02-01T00:00:00Z", part(1, 800, "60", "60"), part(1, 400, "41", "39")));
        assertThat(cheapest(demand, U).purchases()).isEmpty();
        Waiting refused = Waiting.of(24, List.of("too many"));
        assertThat(refused.assumptions())
                .containsExactly("what can wait is declared, and is served within 24 hours", "too many");
        assertThat(mix(demand, refused).purchases())
                .extracting(p -> p.plan().units())
                .containsExactly(1L);
        // What arrives in the last minute of the month finds no valley.
        PoolDemand full = demand(
                online("2026-02-01T00:00:00Z", 800, "1000"),
                both(online("2026-02-28T23:59:00Z", 800, "60"), waiting("2026-02-28T23:59:00Z", 400, "39")));
        assertThat(mix(full, refused).moves()).containsExactly(move("2026-02-28T23:59:00Z", true, 400, "standard"));
        assertThat(cheapest(full, U).moves()).containsExactly(move("2026-02-28T23:59:00Z", true, 400, null));
    }

    @Test
    void whatItsBatchesSaveIsToldOfAMixWithUnits() {
        // Of the 400 that wait 200 fit into the last minute; the rest is a batch for 9 instead of 15.
        PoolDemand demand = demand(
                online("2026-02-01T00:00:00Z", 800, "1000"),
                minute("2026-02-28T23:58:00Z", part(1, 800, "60", "60"), part(1, 400, "30", "18")),
                online("2026-02-28T23:59:00Z", 600, "45"));
        Mix mix = cheapest(demand, U);
        assertThat(mix.moves()).containsExactly(move("2026-02-28T23:58:00Z", true, 200, null));
        assertThat(mix.purchases())
                .extracting(p -> p.savedBeside().stripTrailingZeros())
                .containsExactly(new BigDecimal("6"));
        assertThat(mix(demand, Waiting.of(24, List.of("too many"))).purchases())
                .allSatisfy(p -> assertThat(p.savedBeside()).isZero())
                .hasSize(1);
    }

    @Test
    void workWaitsNoLongerThanItsWindow() {
        // The unit is full for the first hour; then it is idle.
        List<PoolDemand.Minute> minutes = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            PoolDemand.Minute online = online(at(i), 800, "10");
            minutes.add(i == 0 ? both(online, waiting(at(0), 400, "40")) : online);
        }
        PoolDemand demand = demand(minutes.toArray(PoolDemand.Minute[]::new));
        assertThat(given(demand, Waiting.of(1, List.of())).moves()).containsExactly(move(at(0), true, 400, null));
        assertThat(given(demand, Waiting.of(2, List.of())).moves()).isEmpty();
    }

    @Test
    void doubtsAboutTheChoiceAreAdded() {
        Mix mix = cheapest(demand(online("2026-02-01T00:00:00Z", 800, "1")), U).knowing(List.of("a doubt"));
        assertThat(mix.assumptions()).containsExactly("throughput of u is declared, not measured", "a doubt");
    }

    @Test
    void whereNothingIsBoughtTheChoiceRestsOnWhatIsDeclaredOfTheUnitsThatCompeted() {
        PoolDemand demand = new PoolDemand(
                List.of(online("2026-02-01T00:00:00Z", 800, "1")), new TreeSet<>(List.of(PoolDemand.UNPRICED)));
        Mix mix = cheapest(demand, U, V);
        assertThat(mix.purchases()).isEmpty();
        assertThat(mix.assumptions())
                .containsExactly(
                        PoolDemand.UNPRICED,
                        "throughput of u is declared, not measured",
                        "throughput of v is declared, not measured");
    }

    @Test
    void aBundleOfOneSideIsRefused() {
        CapacityUnit bundle = Units.with(
                "kind", "bundle", "serves", "input", "weight_output", "", "price", "100", "price_per", "month");
        assertThatThrownBy(() -> Mix.checkUnits(List.of(U, bundle)))
                .isInstanceOf(Failure.class)
                .hasMessageContaining("scenarios.best-mix.units: 'u' serves only one side of the tokens");
    }

    /**
     * Over all numbers of one unit, by whole tokens of one class: 800 a minute for each unit go to what is online, what
     * is idle to what waits, the earliest first, which is as good as any where all that waits costs the same.
     */
    @Test
    void oneUnitIsAsCheapAsTheBestOfAllNumbers() {
        long seed = System.nanoTime();
        System.out.println("MixTest: one unit, seed " + seed);
        Random random = new Random(seed);
        int bought = 0;
        for (int round = 0; round < 60; round++) {
            long online = 1 + random.nextInt(300);
            long batch = random.nextInt(4) == 0 ? online + random.nextInt(200) : random.nextInt((int) online + 1);
            List<PoolDemand.Minute> minutes = new ArrayList<>();
            for (int i = 0; i < 1 + random.nextInt(6); i++) {
                // Near the end of the month the windows are cut, so that not everything fits.
                long minute = 40_320 - 8 + i;
                long now = random.nextInt(4) == 0 ? 0 : 1 + random.nextInt(2_500);
                long later = random.nextInt(3) == 0 ? 0 : 1 + random.nextInt(2_500);
                if (now + later > 0) {
                    minutes.add(Demands.minute(
                            at(minute),
                            Demands.part(1, now, thousandths(now * online), thousandths(now * online)),
                            Demands.part(1, later, thousandths(later * online), thousandths(later * batch))));
                }
            }
            long least = Long.MAX_VALUE;
            for (long units = 0; units < 12; units++) {
                least = Math.min(least, bruteForce(minutes, units, online, batch));
            }
            Mix mix = cheapest(demand(minutes, List.of()), U);
            assertThat(cost(mix, minutes, thousandth(online), thousandth(batch)))
                    .as("seed %d, round %d", seed, round)
                    .isEqualByComparingTo(BigDecimal.valueOf(least, 3));
            assertEveryTokenIsInOnePlace(mix, minutes, "seed " + seed + ", round " + round);
            bought += mix.purchases().size();
        }
        assertThat(bought).as("rounds in which a unit pays").isBetween(10, 59);
    }

    /** In thousandths. */
    private static long bruteForce(List<PoolDemand.Minute> minutes, long units, long online, long batch) {
        Map<Instant, PoolDemand.Minute> at = minutes.stream().collect(Collectors.toMap(m -> m.start(), m -> m));
        long cost = units * 100_000;
        long queue = 0;
        for (Instant now = minutes.isEmpty() ? MONTH.to() : minutes.get(0).start();
                now.isBefore(MONTH.to());
                now = now.plusSeconds(60)) {
            PoolDemand.Minute minute = at.get(now);
            long asked = minute == null ? 0 : minute.online().tokens().getOrDefault(UNCACHED_INPUT, 0L);
            queue += minute == null ? 0 : minute.waiting().tokens().getOrDefault(UNCACHED_INPUT, 0L);
            cost += Math.max(0, asked - 800 * units) * online;
            queue -= Math.min(queue, Math.max(0, 800 * units - asked));
        }
        return cost + queue * batch;
    }

    @Test
    void twoUnitsAreAsCheapAsTheBestOfAllCombinations() {
        long seed = System.nanoTime();
        System.out.println("MixTest: two units, seed " + seed);
        Random random = new Random(seed);
        int together = 0;
        for (int round = 0; round < 60; round++) {
            long price = 20 + random.nextInt(200);
            List<PoolDemand.Minute> minutes = new ArrayList<>();
            for (int i = 0; i < 1 + random.nextInt(6); i++) {
                long tokens = 1 + random.nextInt(5_000);
                minutes.add(online(at(i), tokens, thousandths(tokens * price)));
            }
            long least = Long.MAX_VALUE;
            for (long u = 0; u < 9; u++) {
                for (long v = 0; v < 5; v++) {
                    long cost = 100_000 * u + 210_000 * v;
                    for (PoolDemand.Minute minute : minutes) {
                        long asked = minute.online().tokens().get(UNCACHED_INPUT);
                        cost += Math.max(0, asked - 800 * u - 2_000 * v) * price;
                    }
                    least = Math.min(least, cost);
                }
            }
            Mix mix = cheapest(demand(minutes, List.of()), U, V);
            assertThat(cost(mix, minutes, thousandth(price), BigDecimal.ZERO))
                    .as("seed %d, round %d", seed, round)
                    .isEqualByComparingTo(BigDecimal.valueOf(least, 3));
            assertEveryTokenIsInOnePlace(mix, minutes, "seed " + seed + ", round " + round);
            together += mix.purchases().size() == 2 ? 1 : 0;
        }
        assertThat(together).as("rounds in which both serve").isPositive();
    }

    @Test
    void everyTokenIsInOnePlaceWhateverIsAskedFor() {
        long seed = System.nanoTime();
        System.out.println("MixTest: places, seed " + seed);
        Random random = new Random(seed);
        Map<TokenClass, BigDecimal> prices = Map.of(
                UNCACHED_INPUT, new BigDecimal("0.1"),
                CACHED_INPUT, new BigDecimal("0.01"),
                OUTPUT, new BigDecimal("0.3"));
        for (int round = 0; round < 60; round++) {
            List<PoolDemand.Minute> minutes = new ArrayList<>();
            for (int i = 0; i < random.nextInt(8); i++) {
                minutes.add(Demands.minute(
                        at(random.nextBoolean() ? 40_310 + i : i + 40_000),
                        Demands.priced(someTokens(random), prices, new BigDecimal("0.5")),
                        Demands.priced(someTokens(random), prices, new BigDecimal("0.5"))));
            }
            minutes = new ArrayList<>(minutes.stream()
                    .collect(Collectors.toMap(PoolDemand.Minute::start, m -> m, (a, b) -> a, TreeMap::new))
                    .values());
            List<CapacityUnit> units = random.nextBoolean() ? List.of(U) : List.of(U, V);
            String how = "seed " + seed + ", round " + round;
            List<Commitment> owned = random.nextInt(3) == 0 ? List.of(OWNED) : List.of();
            Mix mix = cheapest(demand(minutes, List.of()), owned, units.toArray(CapacityUnit[]::new));
            assertEveryTokenIsInOnePlace(mix, minutes, how);
            if (mix.charge() != null) {
                assertThat(mix.purchases().stream().map(p -> p.plan().cost()).reduce(BigDecimal.ZERO, BigDecimal::add))
                        .as(how)
                        .isEqualByComparingTo(
                                mix.charge().used().add(mix.charge().idle()));
                assertThat(mix.charge().idle()).as(how).isNotNegative();
                assertThat(mix.charge().used()).as(how).isNotNegative();
            }
        }
    }

    /** What is moved is at most what was asked for, once for each minute, class and kind, and what stays fits. */
    private static void assertEveryTokenIsInOnePlace(Mix mix, List<PoolDemand.Minute> minutes, String how) {
        Map<List<Object>, Long> asked = new HashMap<>();
        for (PoolDemand.Minute minute : minutes) {
            minute.online().tokens().forEach((c, n) -> asked.put(List.of(minute.start(), false, c), n));
            minute.waiting().tokens().forEach((c, n) -> asked.put(List.of(minute.start(), true, c), n));
        }
        Map<List<Object>, Long> moved = new HashMap<>();
        for (Moves.Move move : mix.moves()) {
            List<Object> place = List.of(move.minute(), move.canWait(), move.tokenClass());
            assertThat(moved.put(place, move.tokens())).as(how).isNull();
            assertThat(move.tokens()).as(how).isBetween(1L, asked.getOrDefault(place, 0L));
        }
        if (mix.charge() == null) {
            assertThat(moved).as(how).isEmpty();
            return;
        }
        if (mix.purchases().size() == 1) {
            CapacityUnit unit = mix.purchases().get(0).plan().unit();
            BigDecimal served = asked.entrySet().stream()
                    .map(e -> unit.weights()
                            .get(e.getKey().get(2))
                            .multiply(BigDecimal.valueOf(e.getValue() - moved.getOrDefault(e.getKey(), 0L))))
                    .reduce(BigDecimal.ZERO, BigDecimal::add);
            BigDecimal used = mix.charge().used();
            BigDecimal share = mix.charge()
                    .cost()
                    .multiply(served)
                    .divide(mix.purchases().get(0).plan().capacity(), 12, RoundingMode.HALF_EVEN);
            assertThat(used).as(how).isEqualByComparingTo(share);
        }
    }

    private static BigDecimal cost(Mix mix, List<PoolDemand.Minute> minutes, BigDecimal online, BigDecimal batch) {
        if (mix.charge() == null) {
            return minutes.stream()
                    .map(m -> online.multiply(
                                    BigDecimal.valueOf(m.online().tokens().getOrDefault(UNCACHED_INPUT, 0L)))
                            .add(batch.multiply(
                                    BigDecimal.valueOf(m.waiting().tokens().getOrDefault(UNCACHED_INPUT, 0L)))))
                    .reduce(BigDecimal.ZERO, BigDecimal::add);
        }
        return mix.moves().stream()
                .map(move -> (move.canWait() ? batch : online).multiply(BigDecimal.valueOf(move.tokens())))
                .reduce(mix.charge().cost(), BigDecimal::add);
    }

    private static Map<TokenClass, Long> someTokens(Random random) {
        Map<TokenClass, Long> tokens = new EnumMap<>(TokenClass.class);
        if (random.nextBoolean()) {
            Stream.of(UNCACHED_INPUT, CACHED_INPUT, OUTPUT)
                    .filter(c -> random.nextBoolean())
                    .forEach(c -> tokens.put(c, 1L + random.nextInt(2_000)));
        }
        return tokens;
    }

    /** A unit w of 2,000 tokens a minute. */
    private static CapacityUnit w(String price, String overage, String column, String overagePrice) {
        return Units.with(
                "unit",
                "w",
                "throughput_per_minute",
                "2500",
                "price",
                price,
                "price_per",
                "month",
                "overage_rule",
                overage,
                column,
                overagePrice);
    }

    private static Mix cheapest(PoolDemand demand, CapacityUnit... units) {
        return cheapest(demand, List.of(), units);
    }

    private static Mix cheapest(PoolDemand demand, List<Commitment> owned, CapacityUnit... units) {
        Map<String, String> numbers = Stream.of(units).collect(Collectors.toMap(CapacityUnit::unit, unit -> "optimum"));
        return mix(demand, owned, numbers, units);
    }

    private static Mix mix(PoolDemand demand, Map<String, String> numbers, CapacityUnit... units) {
        return mix(demand, List.of(), numbers, units);
    }

    private static Mix mix(
            PoolDemand demand, List<Commitment> owned, Map<String, String> numbers, CapacityUnit... units) {
        return Mix.of(
                Stream.of(units).map(unit -> choice(unit, owned, demand)).toList(),
                bought(numbers),
                AS_BATCH,
                demand,
                MONTH,
                "the month itself");
    }

    private static Mix given(PoolDemand demand, Waiting waiting) {
        Purchase.Choice choice = choice(U, List.of(OWNED), demand);
        return Mix.of(List.of(choice), bought(Map.of("u", "1")), waiting, demand, MONTH, "given");
    }

    private static Mix mix(PoolDemand demand, Waiting waiting) {
        return Mix.of(
                List.of(choice(U, List.of(), demand)),
                bought(Map.of("u", "optimum")),
                waiting,
                demand,
                MONTH,
                "the month itself");
    }

    private static Purchase.Choice choice(CapacityUnit unit, List<Commitment> owned, PoolDemand demand) {
        return new Purchase.Choice(unit, owned, FEBRUARY, ZoneOffset.UTC, demand);
    }

    private static Bought bought(Map<String, String> numbers) {
        TreeMap<String, Number> units = new TreeMap<>();
        numbers.forEach((unit, number) -> units.put(unit, Number.of(number)));
        return new Bought(units, null, null, null);
    }

    private static Moves.Move move(String minute, boolean canWait, long tokens, String priceTier) {
        return new Moves.Move("pool", Instant.parse(minute), canWait, UNCACHED_INPUT, tokens, priceTier);
    }

    private static String at(long minute) {
        return MONTH.from().plusSeconds(60 * minute).toString();
    }

    private static BigDecimal thousandth(long n) {
        return BigDecimal.valueOf(n, 3);
    }

    private static String thousandths(long n) {
        return thousandth(n).toPlainString();
    }
}
