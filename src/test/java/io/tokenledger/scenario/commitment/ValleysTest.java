package io.tokenledger.scenario.commitment;

import static io.tokenledger.scenario.commitment.Instances.curve;
import static io.tokenledger.scenario.commitment.Instances.tenths;
import static io.tokenledger.scenario.commitment.Instances.whole;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.function.LongFunction;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class ValleysTest {
    private static final LongFunction<BigDecimal> NONE = minute -> BigDecimal.ZERO;

    @Test
    void workWaitsForAValleyInsideItsWindow() {
        // Two units leave 0, 1 and 2 idle. The first work reaches the valley of minute 1, the second needs both.
        LoadCurve curve = curve(3, "2 20", "1 10");
        List<WaitingWork> work = List.of(work(0, 2, "1.5", "4"), work(1, 24, "3", "4"));
        Valleys.Plan plan =
                new Valleys(curve, work, Terms.wholeUnits(new BigDecimal("6")), NONE).evaluate(new BigDecimal("2"));
        assertThat(plan.placements())
                .containsExactly(
                        new Valleys.Placement(
                                work.get(0), new BigDecimal("1.000000000"), new BigDecimal("0.500000000")),
                        new Valleys.Placement(
                                work.get(1), new BigDecimal("2.000000000"), new BigDecimal("1.000000000")));
        assertThat(plan.costElsewhere()).isEqualByComparingTo("6");
        assertThat(plan.online().overflowCost()).isEqualByComparingTo("0");
        assertThat(plan.cost()).isEqualByComparingTo("18");
        assertThat(plan.costWithNone()).isEqualByComparingTo("48");
        assertThat(plan.saving()).isEqualByComparingTo("30");
    }

    @Test
    void dearWorkGoesFirst() {
        List<WaitingWork> work = List.of(work(0, 1, "2", "1"), work(0, 1, "2", "3"));
        Valleys.Plan plan =
                new Valleys(curve(1), work, Terms.wholeUnits(BigDecimal.ONE), NONE).evaluate(new BigDecimal("3"));
        assertThat(plan.placements())
                .extracting(Valleys.Placement::inValleys)
                .usingElementComparator(BigDecimal::compareTo)
                .containsExactly(BigDecimal.ONE, new BigDecimal("2"));
    }

    @Test
    void aUnitThatRepaysLessThanTheNextIsNoReasonToStop() {
        // The online load comes first by rule: the first unit saves 1 and costs 4, the second saves 10.
        Valleys.Plan plan = new Valleys(
                        curve(1, "1 1"), List.of(work(0, 1, "1", "10")), Terms.wholeUnits(new BigDecimal("4")), NONE)
                .cheapest();
        assertThat(plan.online().units()).isEqualByComparingTo("2");
        assertThat(plan.saving()).isEqualByComparingTo("3");
    }

    @Test
    void withoutWorkItIsASingleCommitment() {
        for (int i = 0; i < 200; i++) {
            Random random = new Random(50_000 + i);
            LoadCurve curve = curve(random);
            Terms terms = Terms.inSteps(tenths(random, 0, 100), whole(random, 1, 4), whole(random, 1, 4));
            assertThat(new Valleys(curve, List.of(), terms, NONE).cheapest().online())
                    .as("seed %d", 50_000 + i)
                    .usingRecursiveComparison()
                    .withComparatorForType(BigDecimal::compareTo, BigDecimal.class)
                    .isEqualTo(SingleCommitment.cheapest(curve, terms));
        }
    }

    @Test
    void workOutsideTheSpanOrOutOfOrderIsRefused() {
        Terms terms = Terms.wholeUnits(BigDecimal.ONE);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Valleys(curve(2), List.of(work(2, 1, "1", "1")), terms, NONE));
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> new Valleys(curve(2), List.of(work(1, 1, "1", "1"), work(0, 1, "1", "1")), terms, NONE));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Valleys(curve(2), List.of(), Instances.continuous(BigDecimal.ONE), NONE));
    }

    @Test
    void oneValueAndOneWindow() {
        check(51, random -> whole(random, 1, 7), true, true);
    }

    @Test
    void oneValueAndAnyWindows() {
        check(52, random -> whole(random, 1, 7), true, false);
    }

    @Test
    void severalValuesAndOneWindow() {
        check(53, random -> whole(random, 1, 7), false, true);
    }

    @Test
    void severalValuesAndAnyWindows() {
        check(54, random -> whole(random, 1, 7), false, false);
    }

    private interface Draw {
        BigDecimal from(Random random);
    }

    private static void check(int series, Draw windows, boolean oneValue, boolean oneWindow) {
        for (int i = 0; i < Instances.COUNT; i++) {
            long seed = series * 1_000L + i;
            Random random = new Random(seed);
            LoadCurve curve = curve(random);
            long window = windows.from(random).longValueExact();
            BigDecimal value = whole(random, 0, 6);
            List<WaitingWork> work = new ArrayList<>();
            for (int j = curve.span() == 0 ? 0 : random.nextInt(7); j > 0; j--) {
                work.add(new WaitingWork(
                        random.nextInt((int) curve.span()),
                        oneWindow ? window : windows.from(random).longValueExact(),
                        tenths(random, 0, 50),
                        oneValue ? value : whole(random, 0, 6)));
            }
            work.sort(Comparator.comparingLong(WaitingWork::arrival));
            BigDecimal before = random.nextBoolean() ? BigDecimal.ZERO : tenths(random, 0, 20);
            long change = random.nextInt(12);
            LongFunction<BigDecimal> owned = minute -> minute < change ? before : BigDecimal.ZERO;
            Terms terms = random.nextBoolean()
                    ? Terms.wholeUnits(tenths(random, 0, 120))
                    : Terms.inSteps(tenths(random, 0, 120), whole(random, 1, 4), whole(random, 1, 4))
                            .withMinimumCost(whole(random, 0, 30));
            Supplier<String> what = () -> "seed " + seed + ", " + work + ", owned " + before + " before " + change
                    + ", " + terms + ", " + Instances.describe(curve);

            Rational least = null;
            BigDecimal fewest = null;
            List<BigDecimal> numbers = new ArrayList<>(List.of(BigDecimal.ZERO));
            // Loads are below 6; of six works of 5 at most all could arrive in one minute.
            for (BigDecimal n = terms.minimumUnits(); n.intValue() < 38; n = n.add(terms.stepUnits())) {
                numbers.add(n);
            }
            for (BigDecimal units : numbers) {
                Rational capacity = units.signum() == 0
                        ? Rational.ZERO
                        : Rational.of(units)
                                .times(Rational.of(terms.unitCost()))
                                .max(Rational.of(terms.minimumCost()));
                if (least != null && capacity.compareTo(least) > 0) {
                    break;
                }
                Rational cost = capacity.plus(overflow(curve, owned, units))
                        .plus(elsewhere(curve, work, loads(work), owned, units));
                if (least == null || cost.compareTo(least) < 0) {
                    least = cost;
                    fewest = units;
                }
            }
            Valleys.Plan plan = new Valleys(curve, work, terms, owned).cheapest();
            assertThat(plan.online().units()).as(what).isEqualByComparingTo(fewest);
            assertThat(plan.costElsewhere())
                    .as(what)
                    .isEqualTo(
                            elsewhere(curve, work, loads(work), owned, fewest).rounded());
            assertThat(plan.online().overflowCost())
                    .as(what)
                    .isEqualTo(overflow(curve, owned, fewest).rounded());
            assertThat(plan.saving()).as(what).isNotNegative();
            // What is said to be in the valleys really fits into them, all at once.
            List<BigDecimal> placed =
                    plan.placements().stream().map(Valleys.Placement::inValleys).toList();
            assertThat(elsewhere(curve, work, placed, owned, fewest)).as(what).isEqualByComparingTo(Rational.ZERO);
            for (Valleys.Placement p : plan.placements()) {
                assertThat(p.inValleys()).as(what).isNotNegative();
                assertThat(p.elsewhere()).as(what).isNotNegative();
                assertThat(p.inValleys().add(p.elsewhere()))
                        .as(what)
                        .isEqualByComparingTo(p.work().load());
            }
        }
    }

    private static List<BigDecimal> loads(List<WaitingWork> work) {
        return work.stream().map(WaitingWork::load).toList();
    }

    private static Rational overflow(LoadCurve curve, LongFunction<BigDecimal> owned, BigDecimal units) {
        Rational total = Rational.ZERO;
        for (LoadCurve.Minute m : curve.minutes()) {
            Rational over = Rational.of(
                            m.load().subtract(owned.apply(m.minute())).subtract(units))
                    .max(Rational.ZERO);
            total = total.plus(Rational.of(m.value()).times(over).over(Rational.of(m.load())));
        }
        return total;
    }

    /**
     * What work costs elsewhere at best: a flow of greatest value through source, work, minutes and sink, by augmenting
     * along the most valuable path, in tenths of units.
     */
    private static Rational elsewhere(
            LoadCurve curve,
            List<WaitingWork> work,
            List<BigDecimal> loads,
            LongFunction<BigDecimal> owned,
            BigDecimal units) {
        int jobs = work.size();
        int minutes = (int) curve.span();
        int sink = jobs + minutes + 1;
        long[][] room = new long[sink + 1][sink + 1];
        long[][] value = new long[sink + 1][sink + 1];
        long tenths = 0;
        for (int j = 0; j < jobs; j++) {
            WaitingWork w = work.get(j);
            room[0][1 + j] = loads.get(j).movePointRight(1).longValueExact();
            value[0][1 + j] = w.unitValue().longValueExact();
            value[1 + j][0] = -value[0][1 + j];
            tenths += room[0][1 + j] * value[0][1 + j];
            for (long t = w.arrival(); t < Math.min(minutes, w.arrival() + w.window()); t++) {
                room[1 + j][1 + jobs + (int) t] = Long.MAX_VALUE / 4;
            }
        }
        for (int t = 0; t < minutes; t++) {
            room[1 + jobs + t][sink] =
                    owned.apply(t).add(units).movePointRight(1).longValueExact();
        }
        for (LoadCurve.Minute m : curve.minutes()) {
            int t = 1 + jobs + (int) m.minute();
            room[t][sink] =
                    Math.max(0, room[t][sink] - m.load().movePointRight(1).longValueExact());
        }
        while (true) {
            long[] best = new long[sink + 1];
            int[] from = new int[sink + 1];
            Arrays.fill(best, Long.MIN_VALUE);
            best[0] = 0;
            for (boolean changed = true; changed; ) {
                changed = false;
                for (int a = 0; a <= sink; a++) {
                    for (int b = 0; b <= sink && best[a] > Long.MIN_VALUE; b++) {
                        if (room[a][b] > 0 && best[a] + value[a][b] > best[b]) {
                            best[b] = best[a] + value[a][b];
                            from[b] = a;
                            changed = true;
                        }
                    }
                }
            }
            if (best[sink] <= 0) {
                return Rational.of(tenths).over(Rational.of(10));
            }
            long amount = Long.MAX_VALUE;
            for (int node = sink; node != 0; node = from[node]) {
                amount = Math.min(amount, room[from[node]][node]);
            }
            for (int node = sink; node != 0; node = from[node]) {
                room[from[node]][node] -= amount;
                room[node][from[node]] += amount;
            }
            tenths -= amount * best[sink];
        }
    }

    private static WaitingWork work(long arrival, long window, String load, String unitValue) {
        return new WaitingWork(arrival, window, new BigDecimal(load), new BigDecimal(unitValue));
    }
}
