package io.tokenledger.scenario;

import static io.tokenledger.model.TokenClass.OUTPUT;
import static io.tokenledger.model.TokenClass.UNCACHED_INPUT;
import static io.tokenledger.scenario.Units.tokens;
import static org.assertj.core.api.Assertions.assertThat;

import io.tokenledger.model.Month;
import io.tokenledger.usage.Demand;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** One unit serves 800 weighted tokens a minute; input weighs 1, output 4. */
class AllocationMethodTest {
    private static final Month FEBRUARY = Month.parse("2026-02");
    private static final Demand.Minute QUIET = minute(0, 100, 0);
    private static final Demand.Minute BUSY = minute(5, 100, 100);
    private static final Demand.Minute AS_BUSY = minute(9, 500, 0);

    @Test
    void servedSharesByTheWeightedTokensOfTheMonth() {
        CapacityPlan plan = plan(QUIET, BUSY);
        assertThat(AllocationMethod.SERVED.weight(plan, List.of(QUIET))).isEqualByComparingTo("100");
        assertThat(AllocationMethod.SERVED.weight(plan, List.of(minute(5, 100, 100))))
                .isEqualByComparingTo("500");
    }

    @Test
    void peakSharesByTheWeightedTokensOfTheBusiestMinute() {
        CapacityPlan plan = plan(QUIET, BUSY);
        assertThat(plan.peakMinutes()).containsExactly(BUSY.start());
        assertThat(AllocationMethod.PEAK.weight(plan, List.of(QUIET, minute(5, 20, 5))))
                .isEqualByComparingTo("40");
        assertThat(AllocationMethod.PEAK.weight(plan, List.of(QUIET))).isEqualByComparingTo("0");
    }

    @Test
    void equallyBusyMinutesCountTogether() {
        CapacityPlan plan = plan(QUIET, BUSY, AS_BUSY);
        assertThat(plan.peakMinutes()).containsExactly(BUSY.start(), AS_BUSY.start());
        assertThat(AllocationMethod.PEAK.weight(plan, List.of(QUIET, minute(5, 20, 5), minute(9, 500, 0))))
                .isEqualByComparingTo("540");
    }

    @Test
    void theTwoMethodsShareTheSameUsedPartDifferently() {
        // a: 100 in the quiet minute and 100 in the busy one; b: 400 in the busy one. 600 of 32,256,000 are used.
        CapacityPlan plan = plan(QUIET, BUSY);
        Map<String, List<Demand.Minute>> tenants =
                Map.of("a", List.of(QUIET, minute(5, 100, 0)), "b", List.of(minute(5, 0, 100)));
        BigDecimal used = plan.charge().used();
        assertThat(used).isEqualByComparingTo("0.75"); // 40,320 × 600 ÷ 32,256,000
        assertThat(shares(AllocationMethod.SERVED, plan, tenants))
                .containsEntry("a", new BigDecimal("0.250000000000"))
                .containsEntry("b", new BigDecimal("0.500000000000"));
        assertThat(shares(AllocationMethod.PEAK, plan, tenants))
                .containsEntry("a", new BigDecimal("0.150000000000"))
                .containsEntry("b", new BigDecimal("0.600000000000"));
    }

    /** Pitfall E4: capacity that nobody used is idle, not dropped and not divided by 0. */
    @ParameterizedTest
    @EnumSource(AllocationMethod.class)
    void withoutDemandEverythingIsIdleAndNobodyPays(AllocationMethod method) {
        CapacityPlan plan = plan();
        assertThat(plan.peakMinutes()).isEmpty();
        assertThat(plan.charge().idle()).isEqualByComparingTo(plan.cost());
        assertThat(shares(method, plan, Map.of("a", List.of())))
                .containsExactly(Map.entry("a", new BigDecimal("0.000000000000")));
        assertThat(shares(method, plan, Map.of())).isEmpty();
    }

    /** Pitfall E3: the cents of a split fixed cost. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7, 997, 10_000})
    void sharesAddUpToTheLastDigit(int tenants) {
        long seed = System.nanoTime();
        System.out.println("AllocationMethodTest: seed " + seed);
        Random random = new Random(seed);
        Map<Integer, BigDecimal> weights = new TreeMap<>();
        for (int i = 0; i < tenants; i++) {
            weights.put(i, BigDecimal.valueOf(i == 0 ? 1 : random.nextInt(1_000), 3));
        }
        BigDecimal used = new BigDecimal(new BigInteger(60, random), 12);
        Map<Integer, BigDecimal> shares = AllocationMethod.share(used, weights);
        assertThat(shares.values().stream().reduce(BigDecimal.ZERO, BigDecimal::add))
                .as("seed %d", seed)
                .isEqualByComparingTo(used);
        assertThat(shares.keySet()).isEqualTo(weights.keySet());
        weights.forEach((tenant, weight) -> {
            if (weight.signum() == 0) {
                assertThat(shares.get(tenant)).as("seed %d", seed).isEqualByComparingTo("0");
            }
        });
    }

    @Test
    void ofEqualRemaindersTheFirstNameIsServedFirst() {
        assertThat(AllocationMethod.share(
                        new BigDecimal("0.000000000002"),
                        Map.of("c", BigDecimal.ONE, "a", BigDecimal.ONE, "b", BigDecimal.ONE)))
                .containsExactly(
                        Map.entry("a", new BigDecimal("0.000000000001")),
                        Map.entry("b", new BigDecimal("0.000000000001")),
                        Map.entry("c", new BigDecimal("0.000000000000")));
    }

    private static Map<String, BigDecimal> shares(
            AllocationMethod method, CapacityPlan plan, Map<String, List<Demand.Minute>> tenants) {
        Map<String, BigDecimal> weights = new TreeMap<>();
        tenants.forEach((tenant, minutes) -> weights.put(tenant, method.weight(plan, minutes)));
        return AllocationMethod.share(plan.charge().used(), weights);
    }

    private static CapacityPlan plan(Demand.Minute... minutes) {
        return CapacityPlan.of(Units.unit("pool", "60", "hour"), 1, FEBRUARY, ZoneOffset.UTC, List.of(minutes));
    }

    private static Demand.Minute minute(int i, long input, long output) {
        return new Demand.Minute(
                Instant.parse("2026-02-01T00:00:00Z").plusSeconds(60L * i),
                tokens(UNCACHED_INPUT, input, OUTPUT, output));
    }
}
