package io.tokenledger.scenario.commitment;

import static io.tokenledger.scenario.commitment.Instances.curve;
import static io.tokenledger.scenario.commitment.Instances.tenths;
import static io.tokenledger.scenario.commitment.Instances.whole;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.tokenledger.scenario.commitment.CompetingUnits.Offer;
import io.tokenledger.scenario.commitment.CompetingUnits.Plan;
import io.tokenledger.scenario.commitment.CompetingUnits.Share;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CompetingUnitsTest {
    @Test
    void eachUnitTakesItsShareOfTheTokensInTheStatedOrder() {
        // Unit A serves two thirds of the first minute's tokens, worth 6, and B the last third; in the second minute A
        // is
        // enough; of the third A serves a quarter, B an eighth, and 5 ÷ 8 of 4 overflow.
        List<Offer> offers = List.of(
                offer("A", curve(3, "1.5 9", "1 3", "4 4"), Terms.wholeUnits(new BigDecimal("3"))),
                offer("B", curve(3, "3 9", "2 3", "8 4"), Terms.wholeUnits(new BigDecimal("2"))));
        Plan plan = CompetingUnits.cheapest(offers);
        assertThat(plan.shares())
                .extracting(Share::units)
                .usingElementComparator(BigDecimal::compareTo)
                .containsExactly(BigDecimal.ONE, BigDecimal.ONE);
        assertThat(plan.overflowCost()).isEqualByComparingTo("2.5");
        assertThat(plan.shares())
                .extracting(Share::served)
                .usingElementComparator(BigDecimal::compareTo)
                .containsExactly(new BigDecimal("3"), new BigDecimal("2"));
        assertThat(plan.cost()).isEqualByComparingTo("7.5");
        assertThat(plan.costWithNone()).isEqualByComparingTo("16");
        assertThat(plan.cheapest()).isTrue();
    }

    @Test
    void twoOffersInWholeUnits() {
        check(71, 2, random -> Terms.wholeUnits(tenths(random, 0, 150)));
    }

    @Test
    void threeOffersWithMinimumsAndSteps() {
        check(72, 3, random -> Terms.inSteps(tenths(random, 0, 150), whole(random, 1, 4), whole(random, 1, 4)));
    }

    @Test
    void minimumAmounts() {
        check(73, 2, random -> Terms.wholeUnits(tenths(random, 0, 150)).withMinimumCost(whole(random, 0, 40)));
    }

    @Test
    void oneOfferIsASingleCommitment() {
        for (int i = 0; i < Instances.COUNT; i++) {
            Random random = new Random(74_000 + i);
            LoadCurve curve = curve(random);
            Terms terms = Terms.inSteps(tenths(random, 0, 150), whole(random, 1, 4), whole(random, 1, 4));
            Plan plan = CompetingUnits.cheapest(List.of(offer("A", curve, terms)));
            CommitmentPlan single = SingleCommitment.cheapest(curve, terms);
            assertThat(plan.shares().get(0).units()).as("seed %d", 74_000 + i).isEqualByComparingTo(single.units());
            assertThat(plan.cost()).as("seed %d", 74_000 + i).isEqualByComparingTo(single.cost());
            assertThat(plan.shares().get(0).served()).as("seed %d", 74_000 + i).isEqualByComparingTo(single.served());
        }
    }

    @Test
    void whatIsNotSettledSaysHowMuchCheaperItCouldBe() {
        int open = 0;
        for (int i = 0; i < 300; i++) {
            Random random = new Random(75_000 + i);
            List<Offer> offers = offers(random, 3, r -> Terms.wholeUnits(tenths(r, 0, 40)));
            Plan settled = CompetingUnits.cheapest(offers);
            Plan found = CompetingUnits.cheapest(offers, 1 + random.nextInt(20));
            assertThat(settled.cheapest()).isTrue();
            assertThat(settled.gap()).isEqualByComparingTo("0");
            assertThat(found.lowerBound()).as("seed %d", 75_000 + i).isLessThanOrEqualTo(settled.cost());
            assertThat(found.cost()).as("seed %d", 75_000 + i).isGreaterThanOrEqualTo(settled.cost());
            if (found.cheapest()) {
                assertThat(found).as("seed %d", 75_000 + i).isEqualTo(settled);
            } else {
                open++;
            }
        }
        assertThat(open).isGreaterThan(50);
    }

    @Test
    void curvesOfOtherTokensAndPartsOfUnitsAreRefused() {
        Terms terms = Terms.wholeUnits(BigDecimal.ONE);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CompetingUnits.cheapest(
                        List.of(offer("A", curve(2, "1 1"), terms), offer("B", curve(2, "1 2"), terms))))
                .withMessageContaining("The curve of B has other minutes or values than that of A");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CompetingUnits.cheapest(
                        List.of(offer("A", curve(2, "1 1"), Instances.continuous(BigDecimal.ONE)))));
    }

    @Test
    void stepsOfPartsOfUnitsAreRefused() {
        Terms halves = Terms.inSteps(BigDecimal.ONE, BigDecimal.ONE, new BigDecimal("0.5"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CompetingUnits.cheapest(List.of(offer("A", curve(1, "1 1"), halves))))
                .withMessageContaining("expected whole units");
    }

    @Test
    void ownedUnitsCannotBeTakenOffOneCurveAlone() {
        LoadCurve left = curve(1, "3 1").above(minute -> BigDecimal.ONE);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CompetingUnits.cheapest(List.of(offer("A", left, Terms.wholeUnits(BigDecimal.ONE)))))
                .withMessageContaining("has a load of 2 of 3");
        assertThatIllegalArgumentException().isThrownBy(() -> new VolumeCost(left, BigDecimal.ONE, BigDecimal.ONE));
    }

    private interface Draw {
        Terms from(Random random);
    }

    private static List<Offer> offers(Random random, int count, Draw terms) {
        LoadCurve first = curve(random);
        List<Offer> offers = new ArrayList<>(List.of(offer("unit 0", first, terms.from(random))));
        for (int k = 1; k < count; k++) {
            BigDecimal size = tenths(random, 3, 16);
            boolean other = random.nextBoolean();
            LoadCurve curve = LoadCurve.of(
                    first.span(),
                    first.minutes().stream()
                            .map(m -> new LoadCurve.Minute(
                                    m.minute(),
                                    other ? tenths(random, 1, 60) : m.load().multiply(size),
                                    m.value()))
                            .toList());
            offers.add(offer("unit " + k, curve, terms.from(random)));
        }
        return offers;
    }

    private static void check(int series, int count, Draw terms) {
        for (int i = 0; i < Instances.COUNT; i++) {
            long seed = series * 1_000L + i;
            List<Offer> offers = offers(new Random(seed), count, terms);
            String what = "seed " + seed + ", "
                    + offers.stream()
                            .map(o -> o.unit() + " " + o.terms() + " " + Instances.describe(o.curve()))
                            .toList();
            Rational least = null;
            List<BigDecimal> best = null;
            Comparator<List<BigDecimal>> fewest = Comparator.comparing(
                            (List<BigDecimal> units) -> units.stream().reduce(BigDecimal.ZERO, BigDecimal::add))
                    .thenComparing(units -> units.get(0))
                    .thenComparing(units -> units.get(units.size() - 2));
            for (List<BigDecimal> units : combinations(offers, 0)) {
                Rational cost = cost(offers, units);
                int order = least == null ? -1 : cost.compareTo(least);
                if (order < 0 || (order == 0 && fewest.compare(units, best) < 0)) {
                    least = cost;
                    best = units;
                }
            }
            Plan plan = CompetingUnits.cheapest(offers);
            assertThat(plan.cheapest()).as(what).isTrue();
            assertThat(plan.shares())
                    .as(what)
                    .extracting(Share::units)
                    .usingElementComparator(BigDecimal::compareTo)
                    .containsExactlyElementsOf(best);
            assertThat(plan.overflowCost())
                    .as(what)
                    .isEqualTo(overflow(offers, best).rounded());
            assertThat(plan.cost()).as(what).isLessThanOrEqualTo(plan.costWithNone());
            checkServed(what, offers, plan);
        }
    }

    private static void checkServed(String what, List<Offer> offers, Plan plan) {
        Rational[] served = new Rational[offers.size()];
        Arrays.fill(served, Rational.ZERO);
        for (int t = 0; t < offers.get(0).curve().minutes().size(); t++) {
            Rational left = Rational.ONE;
            for (int k = 0; k < offers.size(); k++) {
                Rational load =
                        Rational.of(offers.get(k).curve().minutes().get(t).load());
                Rational part =
                        left.min(Rational.of(plan.shares().get(k).units()).over(load));
                served[k] = served[k].plus(part.times(load));
                left = left.minus(part);
            }
        }
        for (int k = 0; k < offers.size(); k++) {
            assertThat(plan.shares().get(k).served()).as(what).isEqualTo(served[k].rounded());
        }
    }

    private static List<List<BigDecimal>> combinations(List<Offer> offers, int from) {
        if (from == offers.size()) {
            return List.of(List.of());
        }
        List<List<BigDecimal>> all = new ArrayList<>();
        Terms terms = offers.get(from).terms();
        List<BigDecimal> numbers = new ArrayList<>(List.of(BigDecimal.ZERO));
        BigDecimal units = terms.minimumUnits();
        numbers.add(units);
        // More than serve the highest load of all can save nothing.
        while (units.compareTo(offers.get(from).curve().peak()) < 0) {
            units = units.add(terms.stepUnits());
            numbers.add(units);
        }
        for (BigDecimal number : numbers) {
            for (List<BigDecimal> rest : combinations(offers, from + 1)) {
                List<BigDecimal> one = new ArrayList<>(List.of(number));
                one.addAll(rest);
                all.add(one);
            }
        }
        return all;
    }

    private static Rational cost(List<Offer> offers, List<BigDecimal> units) {
        Rational cost = overflow(offers, units);
        for (int k = 0; k < offers.size(); k++) {
            Terms terms = offers.get(k).terms();
            cost = units.get(k).signum() == 0
                    ? cost
                    : cost.plus(Rational.of(terms.unitCost())
                            .times(Rational.of(units.get(k)))
                            .max(Rational.of(terms.minimumCost())));
        }
        return cost;
    }

    private static Rational overflow(List<Offer> offers, List<BigDecimal> units) {
        Rational cost = Rational.ZERO;
        for (int t = 0; t < offers.get(0).curve().minutes().size(); t++) {
            Rational left = Rational.ONE;
            for (int k = 0; k < offers.size(); k++) {
                left = left.minus(Rational.of(units.get(k))
                        .over(Rational.of(offers.get(k).curve().minutes().get(t).load())));
            }
            cost = cost.plus(
                    Rational.of(offers.get(0).curve().minutes().get(t).value()).times(left.max(Rational.ZERO)));
        }
        return cost;
    }

    private static Offer offer(String unit, LoadCurve curve, Terms terms) {
        return new Offer(unit, curve, terms);
    }
}
