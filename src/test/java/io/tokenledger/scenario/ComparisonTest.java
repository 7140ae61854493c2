package io.tokenledger.scenario;

import static io.tokenledger.scenario.ScenarioName.AS_RUN;
import static io.tokenledger.scenario.ScenarioName.BATCH;
import static io.tokenledger.scenario.ScenarioName.DEDICATED;
import static io.tokenledger.scenario.ScenarioName.SERVERLESS;
import static org.assertj.core.api.Assertions.assertThat;

import io.tokenledger.model.Month;
import java.math.BigDecimal;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class ComparisonTest {
    private static final Month JULY = Month.parse("2026-07");

    @Test
    void theLeastTotalOfThoseThatCompeteIsCheapest() {
        assertThat(cheapest(cost(SERVERLESS, "10"), cost(BATCH, "7"), cost(DEDICATED, "8"), cost(AS_RUN, "9")))
                .containsExactly(BATCH);
    }

    @Test
    void ofEqualCostsTheFirstInTheOrderOfReportsWins() {
        assertThat(cheapest(cost(AS_RUN, "7"), cost(DEDICATED, "7.0"), cost(BATCH, "7.00")))
                .containsExactly(BATCH);
    }

    @Test
    void aScenarioWithUnpricedTokensDoesNotCompeteHoweverCheapItsPricedPart() {
        List<Comparison> all = Comparison.of(List.of(cost(SERVERLESS, "10"), unpriced(BATCH, 42, "1")));
        assertThat(all.get(1).feasible()).isFalse();
        assertThat(all.get(1).whyNot()).isEqualTo("42 tokens are unpriced");
        assertThat(all.get(1).cheapest()).isFalse();
        assertThat(all.get(1).savingAgainstServerless()).isNull();
        assertThat(all.get(1).blendedCostPerMillion()).isNull();
        assertThat(all.get(0).cheapest()).isTrue();
        assertThat(all.get(0).whyNot()).isNull();
    }

    @Test
    void dedicatedWithoutAUnitDoesNotCompete() {
        PoolCost noUnit = cost(DEDICATED, "1", "0", 0, false);
        List<Comparison> all = Comparison.of(List.of(noUnit, cost(SERVERLESS, "1")));
        assertThat(all).extracting(c -> c.cost().scenario().scenario()).containsExactly(SERVERLESS, DEDICATED);
        assertThat(all.get(1).feasible()).isFalse();
        assertThat(all.get(1).whyNot()).isEqualTo("no capacity unit for this pool");
        assertThat(all.get(1).savingAgainstServerless()).isEqualByComparingTo("0");
        assertThat(all.get(0).cheapest()).isTrue();
    }

    @Test
    void whereNothingCompetesNothingIsCheapest() {
        assertThat(cheapest(unpriced(SERVERLESS, 1, "0"), unpriced(BATCH, 1, "0")))
                .isEmpty();
    }

    @Test
    void savingsAreWhatTheOtherCostsMore() {
        List<Comparison> all =
                Comparison.of(List.of(cost(SERVERLESS, "10"), cost(DEDICATED, "12.5"), cost(AS_RUN, "9")));
        assertThat(all)
                .extracting(Comparison::savingAgainstServerless)
                .usingElementComparator(BigDecimal::compareTo)
                .containsExactly(new BigDecimal("0"), new BigDecimal("-2.5"), new BigDecimal("1"));
        assertThat(all)
                .extracting(Comparison::savingAgainstAsRun)
                .usingElementComparator(BigDecimal::compareTo)
                .containsExactly(new BigDecimal("-1"), new BigDecimal("-3.5"), new BigDecimal("0"));
    }

    /** The 8 for a commitment are paid also by who serves everything serverless. */
    @Test
    void whatIsOwedForCommitmentsInAnyCaseDecidesNothing() {
        PoolCost owned = withSunk(cost(DEDICATED, "12"), "8");
        PoolCost real = withSunk(cost(AS_RUN, "13"), "8");
        List<Comparison> all = Comparison.of(List.of(cost(SERVERLESS, "10"), owned, real));
        assertThat(cheapest(cost(SERVERLESS, "10"), owned, real)).containsExactly(DEDICATED);
        assertThat(all)
                .extracting(Comparison::savingAgainstServerless)
                .usingElementComparator(BigDecimal::compareTo)
                .containsExactly(new BigDecimal("0"), new BigDecimal("6"), new BigDecimal("5"));
        assertThat(all)
                .extracting(Comparison::savingAgainstAsRun)
                .usingElementComparator(BigDecimal::compareTo)
                .containsExactly(new BigDecimal("-5"), new BigDecimal("1"), new BigDecimal("0"));
    }

    @Test
    void theOptimumOfHindsightIsNoVerdict() {
        PoolCost hindsight = of(new ScenarioKey(DEDICATED, "hindsight"), cost(DEDICATED, "5"));
        assertThat(cheapest(cost(SERVERLESS, "10"), hindsight)).containsExactly(SERVERLESS);
    }

    /** A saving would be against the rest of another contract, or against none where serverless meets the minimum. */
    @Test
    void whatIsLeftOfMinimumSpendsBelongsToNoPoolAndDecidesNothing() {
        List<Comparison> all = Comparison.of(List.of(
                ofNoPool(SERVERLESS, "100"),
                ofNoPool(SERVERLESS, "7"),
                ofNoPool(BATCH, "110"),
                ofNoPool(BATCH, "9"),
                cost(SERVERLESS, "10"),
                cost(BATCH, "5")));
        assertThat(all).extracting(c -> c.cost().pool()).containsExactly("pool", "pool", null, null, null, null);
        assertThat(all).extracting(Comparison::cheapest).containsExactly(false, true, false, false, false, false);
        assertThat(all.subList(2, 6))
                .extracting(Comparison::savingAgainstServerless)
                .containsOnlyNulls();
        assertThat(all.get(1).savingAgainstServerless()).isEqualByComparingTo("5");
    }

    private static PoolCost ofNoPool(ScenarioName scenario, String rest) {
        return new PoolCost(
                JULY,
                null,
                key(scenario),
                0,
                0,
                new BigDecimal(rest),
                new BigDecimal(rest),
                new BigDecimal(rest),
                BigDecimal.ZERO,
                BigDecimal.ZERO,
                BigDecimal.ZERO,
                0,
                null,
                false,
                new TreeSet<>());
    }

    private static PoolCost withSunk(PoolCost cost, String sunk) {
        return new PoolCost(
                cost.month(),
                cost.pool(),
                cost.scenario(),
                cost.pricedTokens(),
                cost.unpricedTokens(),
                cost.totalCost(),
                cost.pricedCost(),
                cost.tokenCost(),
                cost.capacityCost(),
                cost.idleCost(),
                new BigDecimal(sunk),
                cost.capacityTokens(),
                cost.whyNot(),
                cost.sampled(),
                cost.assumptions());
    }

    private static PoolCost of(ScenarioKey key, PoolCost cost) {
        return new PoolCost(
                cost.month(),
                cost.pool(),
                key,
                cost.pricedTokens(),
                cost.unpricedTokens(),
                cost.totalCost(),
                cost.pricedCost(),
                cost.tokenCost(),
                cost.capacityCost(),
                cost.idleCost(),
                cost.sunkCost(),
                cost.capacityTokens(),
                cost.whyNot(),
                cost.sampled(),
                cost.assumptions());
    }

    @Test
    void withoutTheOtherScenarioThereIsNoSaving() {
        Comparison only = Comparison.of(List.of(cost(BATCH, "5"))).get(0);
        assertThat(only.savingAgainstServerless()).isNull();
        assertThat(only.savingAgainstAsRun()).isNull();
        assertThat(only.cheapest()).isTrue();
    }

    @Test
    @Tag("A10")
    void theBlendedCostIsTheTotalPerMillionOfAllTokensAndCapacityPerMillionOfThoseItServed() {
        // Total 12 for 3,000,000 tokens; capacity 10 with idle served 2,000,000 of them.
        Comparison c = Comparison.of(List.of(new PoolCost(
                        JULY,
                        "pool",
                        key(DEDICATED),
                        3_000_000,
                        0,
                        new BigDecimal("12"),
                        new BigDecimal("12"),
                        new BigDecimal("2"),
                        new BigDecimal("10"),
                        new BigDecimal("4"),
                        BigDecimal.ZERO,
                        2_000_000,
                        null,
                        false,
                        new TreeSet<>())))
                .get(0);
        assertThat(c.blendedCostPerMillion()).isEqualByComparingTo("4");
        assertThat(c.capacityCostPerMillion()).isEqualByComparingTo("5");
    }

    @Test
    void perMillionIsRoundedHalfEvenAndNullWithoutTokens() {
        assertThat(Comparison.perMillion(new BigDecimal("1"), 3_000_000)).isEqualTo(new BigDecimal("0.333333333333"));
        assertThat(Comparison.perMillion(new BigDecimal("2"), 3_000_000)).isEqualTo(new BigDecimal("0.666666666667"));
        assertThat(Comparison.perMillion(new BigDecimal("1"), 0)).isNull();
        assertThat(Comparison.perMillion(null, 7)).isNull();
    }

    @Test
    void verdictsArePerPoolAndMonthInTheirOrder() {
        PoolCost other = new PoolCost(
                Month.parse("2026-06"),
                "z",
                key(BATCH),
                1,
                0,
                new BigDecimal("99"),
                new BigDecimal("99"),
                new BigDecimal("99"),
                BigDecimal.ZERO,
                BigDecimal.ZERO,
                BigDecimal.ZERO,
                0,
                null,
                false,
                new TreeSet<>());
        List<Comparison> all = Comparison.of(List.of(cost(SERVERLESS, "1"), other));
        assertThat(all).extracting(c -> c.cost().month().toString()).containsExactly("2026-06", "2026-07");
        assertThat(all).allMatch(Comparison::cheapest);
    }

    private static List<ScenarioName> cheapest(PoolCost... costs) {
        return Comparison.of(List.of(costs)).stream()
                .filter(Comparison::cheapest)
                .map(c -> c.cost().scenario().scenario())
                .toList();
    }

    private static PoolCost cost(ScenarioName scenario, String total) {
        return cost(scenario, total, "0", 0, true);
    }

    private static PoolCost cost(ScenarioName scenario, String total, String capacity, long served, boolean planned) {
        return new PoolCost(
                JULY,
                "pool",
                key(scenario),
                1_000,
                0,
                new BigDecimal(total),
                new BigDecimal(total),
                new BigDecimal(total),
                new BigDecimal(capacity),
                BigDecimal.ZERO,
                BigDecimal.ZERO,
                served,
                planned ? null : "no capacity unit for this pool",
                false,
                new TreeSet<>());
    }

    private static PoolCost unpriced(ScenarioName scenario, long tokens, String priced) {
        return new PoolCost(
                JULY,
                "pool",
                key(scenario),
                1_000,
                tokens,
                null,
                new BigDecimal(priced),
                new BigDecimal(priced),
                BigDecimal.ZERO,
                BigDecimal.ZERO,
                BigDecimal.ZERO,
                0,
                null,
                false,
                new TreeSet<>());
    }

    private static ScenarioKey key(ScenarioName scenario) {
        return new ScenarioKey(scenario, scenario == DEDICATED ? "given" : null);
    }
}
