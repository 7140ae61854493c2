package io.tokenledger.scenario;

import static io.tokenledger.model.TokenClass.CACHED_INPUT;
import static io.tokenledger.model.TokenClass.OUTPUT;
import static io.tokenledger.model.TokenClass.UNCACHED_INPUT;
import static io.tokenledger.scenario.Units.tokens;
import static org.assertj.core.api.Assertions.assertThat;

import io.tokenledger.model.Month;
import io.tokenledger.model.TokenClass;
import io.tokenledger.usage.Demand;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** One unit serves 800 weighted tokens a minute: 1,000 at a ceiling of 80 %. */
class CapacityPlanTest {
    /** 40,320 minutes. */
    private static final Month FEBRUARY = Month.parse("2026-02");

    private static final CapacityUnit UNIT = Units.unit("pool", "60", "hour");

    @Test
    void aMinuteBelowOrAtTheCapacityIsServedWhole() {
        // 400 + 4 × 100 = 800: exactly the capacity.
        CapacityPlan plan = plan(1, tokens(UNCACHED_INPUT, 400, OUTPUT, 100), tokens(UNCACHED_INPUT, 300));
        assertThat(plan.overflow()).isEmpty();
        assertThat(plan.demanded()).isEqualByComparingTo("1100");
        assertThat(plan.served()).isEqualByComparingTo("1100");
        assertThat(plan.coverage()).isEqualByComparingTo("1");
    }

    @Test
    void whatIsAboveTheCapacityOverflowsInProportionClassByClass() {
        // 600 + 4 × 250 = 1,600 weighted, 800 of them above: half of each class.
        CapacityPlan plan = plan(1, tokens(UNCACHED_INPUT, 600, OUTPUT, 250));
        assertThat(plan.overflow())
                .containsExactly(
                        new CapacityPlan.Overflow(minute(0), UNCACHED_INPUT, 600, 300, 1),
                        new CapacityPlan.Overflow(minute(0), OUTPUT, 250, 125, 1));
        assertThat(plan.served()).isEqualByComparingTo("800");
        assertThat(plan.overflowTokens()).isEqualTo(425);
    }

    @Test
    void thePeakIsTheBusiestMinuteByWeightOrAllThatAreEquallyBusy() {
        // 100, 100 + 4 × 100 and 500.
        assertThat(plan(1, tokens(UNCACHED_INPUT, 100), tokens(UNCACHED_INPUT, 100, OUTPUT, 100))
                        .peakMinutes())
                .containsExactly(minute(1));
        assertThat(plan(
                                1,
                                tokens(UNCACHED_INPUT, 100),
                                tokens(UNCACHED_INPUT, 100, OUTPUT, 100),
                                tokens(UNCACHED_INPUT, 500))
                        .peakMinutes())
                .containsExactly(minute(1), minute(2));
    }

    @Test
    void halfATokenGoesToTheEvenNumber() {
        // Half overflows: 601 ÷ 2 = 300.5 → 300, 603 ÷ 2 = 301.5 → 302; cached 9,990 and 9,970 at weight 0.1.
        CapacityPlan plan = plan(
                1, tokens(UNCACHED_INPUT, 601, CACHED_INPUT, 9_990), tokens(UNCACHED_INPUT, 603, CACHED_INPUT, 9_970));
        assertThat(plan.overflow())
                .containsExactly(
                        new CapacityPlan.Overflow(minute(0), UNCACHED_INPUT, 601, 300, 1),
                        new CapacityPlan.Overflow(minute(0), CACHED_INPUT, 9_990, 4_995, 1),
                        new CapacityPlan.Overflow(minute(1), UNCACHED_INPUT, 603, 302, 1),
                        new CapacityPlan.Overflow(minute(1), CACHED_INPUT, 9_970, 4_985, 1));
        // 800.5 and 799.5
        assertThat(plan.served()).isEqualByComparingTo("1600");
    }

    @Test
    void anOverflowOfLessThanHalfATokenIsNone() {
        // 801 weighted: 1 above, of which 200 ÷ 801 × 1 = 0.25 of the outputs and 0.001 of the one input.
        CapacityPlan plan = plan(1, tokens(UNCACHED_INPUT, 1, OUTPUT, 200));
        assertThat(plan.overflow()).isEmpty();
        assertThat(plan.served()).isEqualByComparingTo("801");
    }

    @Test
    void aMonthWithItsFiguresComputedByHand() {
        // Loads 800 (at), 300 (below), 1,600 (half overflows). One unit costs 60 × 672 h = 40,320.
        CapacityPlan plan = plan(
                1,
                tokens(UNCACHED_INPUT, 400, OUTPUT, 100),
                tokens(UNCACHED_INPUT, 300),
                tokens(UNCACHED_INPUT, 600, OUTPUT, 250));
        assertThat(plan.cost()).isEqualByComparingTo("40320");
        assertThat(plan.demanded()).isEqualByComparingTo("2700");
        assertThat(plan.served()).isEqualByComparingTo("1900");
        assertThat(plan.capacity()).isEqualByComparingTo("32256000");
        assertThat(plan.peakUnits()).isEqualByComparingTo("2");
        assertThat(plan.p99Units()).isEqualByComparingTo("0");
        // 2,700 ÷ 32,256,000 = 0.0000837..; 1,900 ÷ 32,256,000 = 0.0000589..; 1,900 ÷ 2,700 = 0.7037037
        assertThat(plan.meanUnits()).isEqualByComparingTo("0.000084");
        assertThat(plan.utilisation()).isEqualByComparingTo("0.000059");
        assertThat(plan.coverage()).isEqualByComparingTo("0.703704");
        // 40,320 × 1,900 ÷ 32,256,000 = 2.375
        CapacityCharge charge = plan.charge();
        assertThat(charge.used()).isEqualByComparingTo("2.375");
        assertThat(charge.idle()).isEqualByComparingTo("40317.625");
        assertThat(charge.cost()).isEqualByComparingTo("40320");
        assertThat(charge.pool()).isEqualTo("pool");
        assertThat(charge.month()).isEqualTo(FEBRUARY);
    }

    @Test
    void peakP99AndMeanCountEveryMinuteOfTheMonth() {
        // Every minute has demand, the i-th i tokens. 99 % of 40,320 is 39,916.8: the 39,917th minute.
        CapacityPlan plan = CapacityPlan.of(UNIT, 50, FEBRUARY, ZoneOffset.UTC, rising(40_320, 1));
        assertThat(plan.peakUnits()).isEqualByComparingTo("50.4");
        assertThat(plan.p99Units()).isEqualByComparingTo("49.89625");
        assertThat(plan.meanUnits()).isEqualByComparingTo("25.200625");
    }

    @Test
    void minutesWithoutDemandComeFirst() {
        // 39,820 idle minutes and 500 rising ones: the 39,917th of all is the 97th of these, 97 × 8 ÷ 800.
        CapacityPlan plan = CapacityPlan.of(UNIT, 1, FEBRUARY, ZoneOffset.UTC, rising(500, 8));
        assertThat(plan.p99Units()).isEqualByComparingTo("0.97");
        assertThat(plan.peakUnits()).isEqualByComparingTo("5");
        // 403 minutes are exactly the 1 % that p99 leaves out.
        assertThat(CapacityPlan.of(UNIT, 1, FEBRUARY, ZoneOffset.UTC, rising(403, 8))
                        .p99Units())
                .isEqualByComparingTo("0");
        assertThat(CapacityPlan.of(UNIT, 1, FEBRUARY, ZoneOffset.UTC, rising(404, 8))
                        .p99Units())
                .isEqualByComparingTo("0.01");
    }

    @Test
    void theMonthlyMinimumIsPaidWhereTheUnitsCostLess() {
        assertThat(CapacityPlan.of(Units.withMinimum("50000"), 1, FEBRUARY, ZoneOffset.UTC, List.of())
                        .cost())
                .isEqualByComparingTo("50000");
        assertThat(CapacityPlan.of(Units.withMinimum("50000"), 2, FEBRUARY, ZoneOffset.UTC, List.of())
                        .cost())
                .isEqualByComparingTo("80640");
        assertThat(CapacityPlan.of(Units.withMinimum("100"), 1, FEBRUARY, ZoneOffset.UTC, List.of())
                        .cost())
                .isEqualByComparingTo("40320");
    }

    @Test
    @Tag("E4")
    void withoutDemandTheWholeCostIsIdle() {
        CapacityPlan plan = plan(3);
        assertThat(plan.charge().used()).isEqualByComparingTo("0");
        assertThat(plan.charge().idle()).isEqualByComparingTo("120960");
        assertThat(plan.utilisation()).isEqualByComparingTo("0");
        assertThat(plan.coverage()).isNull();
        assertThat(plan.peakUnits()).isEqualByComparingTo("0");
    }

    @Test
    void theRealMinutesOfTheBillingZoneCount() {
        CapacityPlan plan =
                CapacityPlan.of(UNIT, 1, Month.parse("2026-03"), ZoneId.of("America/Los_Angeles"), List.of());
        // 743 hours
        assertThat(plan.cost()).isEqualByComparingTo("44580");
        assertThat(plan.capacity()).isEqualByComparingTo(BigDecimal.valueOf(800L * 743 * 60));
    }

    @Test
    void whateverTheDemandServedAndOverflowAreTheDemandAndUsedAndIdleTheCost() {
        long seed = System.nanoTime();
        System.out.println("CapacityPlanTest: seed " + seed);
        Random random = new Random(seed);
        for (int round = 0; round < 200; round++) {
            List<Demand.Minute> demand = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                Map<TokenClass, Long> tokens = tokens();
                for (TokenClass tokenClass : TokenClass.values()) {
                    if (random.nextBoolean()) {
                        tokens.put(tokenClass, 1 + (long) random.nextInt(1_500));
                    }
                }
                demand.add(new Demand.Minute(minute(i), tokens));
            }
            CapacityPlan plan = CapacityPlan.of(UNIT, 1 + random.nextInt(5), FEBRUARY, ZoneOffset.UTC, demand);
            BigDecimal overflow = BigDecimal.ZERO;
            for (CapacityPlan.Overflow o : plan.overflow()) {
                assertThat(o.overflow()).as("seed %d", seed).isBetween(1L, o.tokens());
                overflow = overflow.add(UNIT.weights().get(o.tokenClass()).multiply(BigDecimal.valueOf(o.overflow())));
            }
            assertThat(plan.served().add(overflow)).as("seed %d", seed).isEqualByComparingTo(plan.demanded());
            assertThat(plan.charge().used().add(plan.charge().idle()))
                    .as("seed %d", seed)
                    .isEqualByComparingTo(plan.cost());
            for (Demand.Minute minute : demand) {
                BigDecimal above =
                        UNIT.throughput().weighted(minute.tokens()).subtract(UNIT.capacityPerMinute(plan.units()));
                BigDecimal found = plan.overflow().stream()
                        .filter(o -> o.minute().equals(minute.start()))
                        .map(o -> UNIT.weights().get(o.tokenClass()).multiply(BigDecimal.valueOf(o.overflow())))
                        .reduce(BigDecimal.ZERO, BigDecimal::add);
                // Each class is rounded to whole tokens: at most half a token of each, of all weights together 12.6.
                assertThat(found.subtract(above.max(BigDecimal.ZERO)).abs())
                        .as("seed %d", seed)
                        .isLessThanOrEqualTo(new BigDecimal("6.3"));
            }
        }
    }

    /** Limits of 600 input and 400 output tokens: at 80 %, 480 and 320 a minute. */
    @Test
    void bothLimitsHoldAtOnceAndTheFullerSideDecidesWhatOverflows() {
        CapacityUnit unit = Units.with(
                "kind",
                "model-unit",
                "throughput_per_minute",
                "",
                "input_tokens_per_minute",
                "600",
                "output_tokens_per_minute",
                "400",
                "weight_cached_input",
                "1",
                "weight_output",
                "1");
        // Output is twice its limit, so half of every class is above, of the input too.
        CapacityPlan plan = plan(unit, 1, tokens(UNCACHED_INPUT, 200, CACHED_INPUT, 100, OUTPUT, 640));
        assertThat(plan.overflow())
                .containsExactly(
                        new CapacityPlan.Overflow(minute(0), UNCACHED_INPUT, 200, 100, 1),
                        new CapacityPlan.Overflow(minute(0), CACHED_INPUT, 100, 50, 1),
                        new CapacityPlan.Overflow(minute(0), OUTPUT, 640, 320, 1));
        assertThat(plan.peakUnits()).isEqualByComparingTo("2");
        assertThat(plan.coverage()).isEqualByComparingTo("0.5");
        // A side at its limit is full, whatever the other does: 1 of 40,320 minutes.
        CapacityPlan full = plan(unit, 1, tokens(UNCACHED_INPUT, 480, OUTPUT, 1));
        assertThat(full.overflow()).isEmpty();
        assertThat(full.utilisation()).isEqualByComparingTo("0.000025");
    }

    @Test
    void bundlesOfOnePoolOverflowEachOnItsOwn() {
        CapacityUnit in = Units.with("kind", "bundle", "serves", "input", "weight_output", "");
        CapacityUnit out = Units.with(
                "kind",
                "bundle",
                "serves",
                "output",
                "weight_uncached_input",
                "",
                "weight_cached_input",
                "",
                "weight_cache_write",
                "",
                "weight_output",
                "1");
        Map<TokenClass, Long> minute = tokens(UNCACHED_INPUT, 1_600, OUTPUT, 700);
        CapacityPlan input = plan(in, 1, minute);
        assertThat(input.overflow())
                .containsExactly(new CapacityPlan.Overflow(minute(0), UNCACHED_INPUT, 1_600, 800, 1));
        assertThat(input.demanded()).isEqualByComparingTo("1600");
        CapacityPlan output = plan(out, 1, minute);
        assertThat(output.overflow()).isEmpty();
        assertThat(output.served()).isEqualByComparingTo("700");
        assertThat(output.charge().weights()).containsOnlyKeys(OUTPUT, TokenClass.AUDIO_OUTPUT);
    }

    @Test
    void tokensThatTakeNoCapacityOverflowWithTheRestOfTheirMinute() {
        CapacityUnit unit = Units.with("weight_cached_input", "0");
        assertThat(plan(unit, 1, tokens(CACHED_INPUT, 1_000_000)).overflow()).isEmpty();
        assertThat(plan(unit, 1, tokens(UNCACHED_INPUT, 1_000, CACHED_INPUT, 1_000))
                        .overflow())
                .containsExactly(
                        new CapacityPlan.Overflow(minute(0), UNCACHED_INPUT, 1_000, 200, 1),
                        new CapacityPlan.Overflow(minute(0), CACHED_INPUT, 1_000, 200, 1));
    }

    @Test
    void overageByTheHourServesEverythingWithFurtherUnitsInWholeSteps() {
        CapacityUnit unit =
                Units.with("step_units", "2", "overage_rule", "hourly", "overage_price_per_unit_hour", "90");
        // 1,600 fit into two units; 1,601 need one more, and two are sold; 4,001 need four more.
        CapacityPlan plan =
                plan(unit, 2, tokens(UNCACHED_INPUT, 1_600), tokens(UNCACHED_INPUT, 1_601), tokens(OUTPUT, 1_001));
        assertThat(plan.overflow()).isEmpty();
        assertThat(plan.coverage()).isEqualByComparingTo("1");
        // 2 + 4 unit-minutes at 1.50
        assertThat(plan.overageCost()).isEqualByComparingTo("9");
        assertThat(plan.cost()).isEqualByComparingTo("80649");
        assertThat(plan.capacity()).isEqualByComparingTo(BigDecimal.valueOf(800L * (2 * 40_320 + 6)));
        assertThat(plan.whyNot()).isEmpty();
    }

    @Test
    void tokensThatAreRefusedMakeAPlanInfeasibleAndItsWorstMinuteIsNamed() {
        CapacityUnit unit = Units.with("overage_rule", "reject");
        CapacityPlan plan = plan(
                unit,
                1,
                tokens(UNCACHED_INPUT, 800),
                tokens(UNCACHED_INPUT, 1_000),
                tokens(UNCACHED_INPUT, 2_000),
                tokens(UNCACHED_INPUT, 2_000));
        assertThat(plan.worst()).isEqualTo(new CapacityPlan.Worst(minute(2), new BigDecimal("2.500000"), 1));
        assertThat(plan.whyNot())
                .contains(
                        "2600 tokens are refused; at worst the minute 2026-02-01T00:02:00Z needs 2.500000 units of 1");
        assertThat(plan(unit, 3, tokens(UNCACHED_INPUT, 2_400)).whyNot()).isEmpty();
        assertThat(plan(UNIT, 1, tokens(UNCACHED_INPUT, 801)).whyNot()).isEmpty();
    }

    /** Pitfall C10: what is owned is paid once, by the commitment, and the plan pays for the rest alone. */
    @Test
    void whatIsOwnedIsUsedFirstAndOnlyTheRestIsPaidAnew() {
        // One unit is owned for all of the month, another for the first 14 of 28 days: 40,320 + 20,160.
        Owned owned = owned(
                commitment("a", 1, "2026-01-01T00:00:00Z", null),
                commitment("b", 1, "2026-01-15T00:00:00Z", "2026-02-15T00:00:00Z"));
        CapacityPlan plan = CapacityPlan.of(owned, 3, FEBRUARY, ZoneOffset.UTC, List.of());
        assertThat(plan.sunk()).isEqualByComparingTo("60480");
        // 1 for half of the month and 2 for the other half.
        assertThat(plan.cost().subtract(plan.sunk())).isEqualByComparingTo("60480");
        assertThat(plan.unitMinutes()).isEqualTo(3 * 40_320);
        assertThat(plan.charge().cost()).isEqualByComparingTo(plan.cost());
    }

    @Test
    void unitsThatAreOwnedServeAlsoWhereFewerWerePlanned() {
        Owned owned = owned(commitment("b", 2, "2026-02-01T00:02:00Z", "2026-02-01T00:03:00Z"));
        Map<TokenClass, Long> minute = tokens(UNCACHED_INPUT, 1_600);
        List<Demand.Minute> demand =
                List.of(new Demand.Minute(minute(1), minute), new Demand.Minute(minute(2), minute));
        CapacityPlan plan = CapacityPlan.of(owned, 1, FEBRUARY, ZoneOffset.UTC, demand);
        assertThat(plan.overflow())
                .containsExactly(new CapacityPlan.Overflow(minute(1), UNCACHED_INPUT, 1_600, 800, 1));
        assertThat(plan.sunk()).isEqualByComparingTo("2");
        assertThat(plan.cost()).isEqualByComparingTo("40321");
        assertThat(plan.unitMinutes()).isEqualTo(40_321);
    }

    @Test
    void aPlanOfNoMoreThanWhatIsOwnedPaysNothingAnew() {
        Owned owned = owned(commitment("a", 1, "2026-02-01T00:00:00Z", "2026-02-01T01:00:00Z"));
        CapacityPlan plan = CapacityPlan.of(
                owned,
                0,
                FEBRUARY,
                ZoneOffset.UTC,
                List.of(
                        new Demand.Minute(minute(59), tokens(UNCACHED_INPUT, 800)),
                        new Demand.Minute(minute(60), tokens(UNCACHED_INPUT, 800))));
        assertThat(plan.cost()).isEqualByComparingTo("60").isEqualByComparingTo(plan.sunk());
        assertThat(plan.overflow()).containsExactly(new CapacityPlan.Overflow(minute(60), UNCACHED_INPUT, 800, 800, 0));
        assertThat(plan.served()).isEqualByComparingTo("800");
        assertThat(plan.worst().units()).isZero();
    }

    @Test
    void noUnitsAtAllCostNothingNotEvenTheMinimum() {
        CapacityPlan plan = CapacityPlan.of(
                Units.withMinimum("50000"),
                0,
                FEBRUARY,
                ZoneOffset.UTC,
                List.of(new Demand.Minute(minute(0), tokens(UNCACHED_INPUT, 5))));
        assertThat(plan.cost()).isEqualByComparingTo("0");
        assertThat(plan.utilisation()).isNull();
        assertThat(plan.coverage()).isEqualByComparingTo("0");
        assertThat(plan.charge().cost()).isEqualByComparingTo("0");
        assertThat(plan.overflowTokens()).isEqualTo(5);
    }

    @Test
    void theMinimumIsOwedForWhatIsOwnedAndFurtherUnitsFillItFirst() {
        CapacityUnit unit = Units.withMinimum("50000");
        Owned owned =
                new Owned(unit, List.of(new Commitment("a", unit, 1, Instant.parse("2026-01-01T00:00:00Z"), null)));
        // One unit is 40,320: the minimum of 50,000 is owed. A second makes 80,640, so 30,640 are paid anew.
        CapacityPlan plan = CapacityPlan.of(owned, 2, FEBRUARY, ZoneOffset.UTC, List.of());
        assertThat(plan.sunk()).isEqualByComparingTo("50000");
        assertThat(plan.cost()).isEqualByComparingTo("80640");
    }

    @Test
    void ownedUnitsServeMinuteByMinuteAsASimplerCountFinds() {
        long seed = System.nanoTime();
        System.out.println("CapacityPlanTest: seed " + seed);
        Random random = new Random(seed);
        for (int round = 0; round < 5; round++) {
            List<Commitment> commitments = new ArrayList<>();
            for (int c = 0; c < 1 + random.nextInt(5); c++) {
                long from = random.nextInt(200) - 50;
                commitments.add(new Commitment(
                        "c" + c,
                        UNIT,
                        1 + random.nextInt(3),
                        minute(from),
                        random.nextInt(4) == 0 ? null : minute(from + 1 + random.nextInt(200))));
            }
            long units = random.nextInt(5);
            List<Demand.Minute> demand = LongStream.range(0, 300)
                    .mapToObj(i -> new Demand.Minute(minute(i), tokens(UNCACHED_INPUT, 1 + random.nextInt(6_000))))
                    .toList();
            long above = 0;
            long anew = 0;
            for (long i = 0; i < 40_320; i++) {
                Instant now = minute(i);
                long owned = 0;
                for (Commitment c : commitments) {
                    boolean runs = !now.isBefore(c.validFrom()) && (c.validTo() == null || now.isBefore(c.validTo()));
                    owned += runs ? c.units() : 0;
                }
                anew += Math.max(0, units - owned);
                long asked = i < 300 ? demand.get((int) i).tokens().get(UNCACHED_INPUT) : 0;
                above += Math.max(0, asked - 800 * Math.max(units, owned));
            }
            CapacityPlan plan = CapacityPlan.of(new Owned(UNIT, commitments), units, FEBRUARY, ZoneOffset.UTC, demand);
            assertThat(plan.overflowTokens()).as("seed %d", seed).isEqualTo(above);
            // 60 an hour are 1 a minute.
            assertThat(plan.cost().subtract(plan.sunk())).as("seed %d", seed).isEqualByComparingTo("" + anew);
        }
    }

    @Test
    void capacityThatIsUsedUpLeavesNothingIdle() {
        CapacityCharge charge = CapacityCharge.of(
                FEBRUARY, UNIT, new BigDecimal("10.000000000000"), BigDecimal.valueOf(801), BigDecimal.valueOf(800));
        assertThat(charge.used()).isEqualByComparingTo("10");
        assertThat(charge.idle()).isEqualByComparingTo("0");
    }

    @Test
    void theUsedPartIsRoundedOnceAndTheIdlePartIsTheRest() {
        CapacityCharge charge = CapacityCharge.of(
                FEBRUARY, UNIT, new BigDecimal("1.000000000000"), BigDecimal.ONE, BigDecimal.valueOf(3));
        assertThat(charge.used()).isEqualTo(new BigDecimal("0.333333333333"));
        assertThat(charge.idle()).isEqualTo(new BigDecimal("0.666666666667"));
    }

    private static List<Demand.Minute> rising(int minutes, long step) {
        return LongStream.rangeClosed(1, minutes)
                .mapToObj(i -> new Demand.Minute(minute(i - 1), tokens(UNCACHED_INPUT, i * step)))
                .toList();
    }

    private static Owned owned(Commitment... commitments) {
        return new Owned(UNIT, List.of(commitments));
    }

    private static Commitment commitment(String name, long units, String from, String to) {
        return new Commitment(name, UNIT, units, Instant.parse(from), to == null ? null : Instant.parse(to));
    }

    @SafeVarargs
    private static CapacityPlan plan(long units, Map<TokenClass, Long>... minutes) {
        return plan(UNIT, units, minutes);
    }

    @SafeVarargs
    private static CapacityPlan plan(CapacityUnit unit, long units, Map<TokenClass, Long>... minutes) {
        List<Demand.Minute> demand = new ArrayList<>();
        for (Map<TokenClass, Long> tokens : minutes) {
            demand.add(new Demand.Minute(minute(demand.size()), tokens));
        }
        return CapacityPlan.of(unit, units, FEBRUARY, ZoneOffset.UTC, demand);
    }

    private static Instant minute(long i) {
        return Instant.parse("2026-02-01T00:00:00Z").plusSeconds(60 * i);
    }
}
