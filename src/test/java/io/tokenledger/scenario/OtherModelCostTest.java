package io.tokenledger.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tokenledger.model.BilledUnit;
import io.tokenledger.model.Failure;
import io.tokenledger.model.Month;
import io.tokenledger.rates.ModelKey;
import io.tokenledger.rates.RateCard;
import io.tokenledger.rates.RateGrid;
import io.tokenledger.rates.RateTables;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class OtherModelCostTest {
    private static final Month OCTOBER = Month.parse("2026-10");
    private static final Instant START = Instant.parse("2026-10-01T00:00:00Z");
    private static final Instant END = Instant.parse("2026-11-01T00:00:00Z");
    private static final ModelKey M = new ModelKey("p", "m");
    private static final ModelKey N = new ModelKey("p", "n");
    private static final ModelKey O = new ModelKey("q", "o");

    /** Of n the price changes within the month, and above 1,000 input tokens; o has no price for input. */
    private static final RateCard CARD = RateTables.card(
            "p m standard uncached_input 0    2026-01-01 - 1",
            "p m standard output         0    2026-01-01 - 2",
            "p n standard uncached_input 0    2026-01-01 2026-10-16 10",
            "p n standard uncached_input 0    2026-10-16 - 20",
            "p n standard uncached_input 1000 2026-01-01 - 40",
            "p n standard output         0    2026-01-01 - 0.000003",
            "q o standard output         0    2026-01-01 - 5");

    private static final RateGrid GRID = RateGrid.of(CARD, Map.of(), List.of(N, O), START, END);

    @Test
    void everyRequestPaysWhatTheOtherModelAsksOfItsDayAndItsLength() {
        ModelUse use = new ModelUse(
                new ModelUse.Of(OCTOBER, "chat", M),
                List.of(
                        amount("2026-10-02T00:00:00Z", 500, BilledUnit.UNCACHED_INPUT, 100),
                        amount("2026-10-20T00:00:00Z", 500, BilledUnit.UNCACHED_INPUT, 200),
                        amount("2026-10-20T00:00:00Z", 5_000, BilledUnit.UNCACHED_INPUT, 300),
                        amount("2026-10-20T00:00:00Z", 5_000, BilledUnit.OUTPUT, 1)),
                new BigDecimal("0.01"));
        OtherModelCost cost = costs(List.of(use), List.of(N), Map.of()).get(0);
        // 100 × 10 + 200 × 20 + 300 × 40 = 17,000 µ, and 3 millionths of a millionth
        assertThat(cost.cost()).isEqualTo(new BigDecimal("0.017000000003"));
        assertThat(cost.pricedCost()).isEqualTo(cost.cost());
        assertThat(cost.tokens()).isEqualTo(601);
        assertThat(cost.difference()).isEqualTo(new BigDecimal("0.007000000003"));
        assertThat(cost.assumptions())
                .containsExactly(
                        "context length is not checked",
                        "one token of p/m counts as 1 of p/n, since tokenizers differ",
                        "provider cache hits stay as they were");
    }

    @Test
    void aFactorCountsTokensExactlyAndLeavesCallsAlone() {
        RateCard card = RateTables.card(
                "p m standard output 0 2026-01-01 - 1",
                "p n standard output 0 2026-01-01 - 3",
                "p n standard web_searches 0 2026-01-01 - 10000");
        RateGrid grid = RateGrid.of(card, Map.of(), List.of(N), START, END);
        int cell = grid.cellsOf(M, START, 1, 1).get(0).id();
        ModelUse use = new ModelUse(
                new ModelUse.Of(OCTOBER, "chat", M),
                List.of(
                        new ModelUse.Amount(cell, BilledUnit.OUTPUT, 7, true),
                        new ModelUse.Amount(cell, BilledUnit.WEB_SEARCHES, 2, false),
                        new ModelUse.Amount(cell, BilledUnit.REQUESTS, 5, false)),
                null);
        OtherModelCost cost = OtherModelCost.of(
                        List.of(use), List.of(N), Map.of("p/n", new BigDecimal("1.234567")), card, grid)
                .get(0);
        // 7 × 1.234567 × 3 µ = 25.925907 µ, and two searches of 0.01
        assertThat(cost.cost()).isEqualTo(new BigDecimal("0.020025925907"));
        assertThat(cost.tokens()).isEqualTo(7);
        assertThat(cost.difference()).as("no scenario serverless").isNull();
        assertThat(cost.sampled()).isTrue();
        assertThat(cost.assumptions())
                .contains("one token of p/m counts as 1.234567 of p/n, since tokenizers differ", Facts.SAMPLED_FEED);
    }

    @Test
    void whatTheOtherModelHasNoRateForMakesTheCostUnknown() {
        ModelUse use = new ModelUse(
                new ModelUse.Of(OCTOBER, "chat", M),
                List.of(
                        amount("2026-10-02T00:00:00Z", 500, BilledUnit.UNCACHED_INPUT, 100),
                        amount("2026-10-02T00:00:00Z", 500, BilledUnit.OUTPUT, 2)),
                BigDecimal.ONE);
        OtherModelCost cost = costs(List.of(use), List.of(O), Map.of()).get(0);
        assertThat(cost.cost()).isNull();
        assertThat(cost.difference()).isNull();
        assertThat(cost.pricedCost()).isEqualTo(new BigDecimal("0.000010000000"));
    }

    @Test
    void aFactorLeavesTheBandsToTheRealPromptLengthAndSaysSo() {
        ModelUse use = new ModelUse(
                new ModelUse.Of(OCTOBER, "chat", M),
                List.of(amount("2026-10-02T00:00:00Z", 900, BilledUnit.UNCACHED_INPUT, 900)),
                null);
        Map<String, BigDecimal> twice = Map.of("p/n", new BigDecimal("2"), "q/o", new BigDecimal("2"));
        String assumed = "bands of p/n are chosen by the real prompt length, not by tokens as they are counted here";
        List<OtherModelCost> costs = costs(List.of(use), List.of(N, O), twice);
        // 1,800 tokens of n would be beyond 1,000; still 1,800 × 10 µ
        assertThat(costs.get(0).cost()).isEqualTo(new BigDecimal("0.018000000000"));
        assertThat(costs.get(0).assumptions()).contains(assumed);
        assertThat(costs.get(1).assumptions()).as("o has no bands").noneMatch(text -> text.startsWith("bands"));
        assertThat(costs(List.of(use), List.of(N), Map.of("p/n", new BigDecimal("1.0")))
                        .get(0)
                        .assumptions())
                .as("a token is a token")
                .doesNotContain(assumed);
    }

    @Test
    void everyModelMeetsEveryOtherButItselfInTheOrderOfNames() {
        List<ModelUse> uses = Stream.of(N, M)
                .map(model -> new ModelUse(new ModelUse.Of(OCTOBER, "pool", model), List.of(), null))
                .toList();
        assertThat(costs(uses, List.of(O, N, M), Map.of()))
                .extracting(c -> c.model() + " " + c.otherModel())
                .containsExactly("p/m p/n", "p/m q/o", "p/n p/m", "p/n q/o");
    }

    @Test
    void theCostIsThatOfRequestsPricedOneByOne() {
        for (int seed = 0; seed < 100; seed++) {
            Random random = new Random(seed);
            TreeMap<Integer, Long> byCell = new TreeMap<>();
            long expected = 0;
            for (int i = 0; i < 50; i++) {
                Instant time = START.plusSeconds(random.nextInt(31 * 86_400));
                int input = 1 + random.nextInt(2_000);
                byCell.merge(GRID.cellsOf(M, time, input, input).get(0).id(), (long) input, Long::sum);
                boolean first = time.isBefore(Instant.parse("2026-10-16T00:00:00Z"));
                expected += input * (input > 1_000 ? 40L : first ? 10 : 20);
            }
            ModelUse use = new ModelUse(
                    new ModelUse.Of(OCTOBER, "chat", M),
                    byCell.entrySet().stream()
                            .map(e -> new ModelUse.Amount(e.getKey(), BilledUnit.UNCACHED_INPUT, e.getValue(), false))
                            .toList(),
                    null);
            assertThat(costs(List.of(use), List.of(N), Map.of()).get(0).cost())
                    .as("seed %d", seed)
                    .isEqualByComparingTo(BigDecimal.valueOf(expected, 6));
        }
    }

    @Test
    void factorsOfModelsThatNothingIsPricedAsAreRefused() {
        ScenarioSettings.OtherModels settings = new ScenarioSettings.OtherModels(
                List.of("p/n"), new TreeMap<>(Map.of("p/n", BigDecimal.ONE, "p/nn", BigDecimal.TEN)));
        assertThatThrownBy(() -> OtherModels.of(settings, CARD))
                .isInstanceOf(Failure.class)
                .hasMessageContaining("scenarios.what-if-model.token_factors: [p/nn]; expected only models");
    }

    private static List<OtherModelCost> costs(
            List<ModelUse> uses, List<ModelKey> others, Map<String, BigDecimal> factors) {
        return OtherModelCost.of(uses, others, factors, CARD, GRID);
    }

    private static ModelUse.Amount amount(String time, long input, BilledUnit unit, long quantity) {
        int cell = GRID.cellsOf(M, Instant.parse(time), input, input).get(0).id();
        return new ModelUse.Amount(cell, unit, quantity, false);
    }
}
