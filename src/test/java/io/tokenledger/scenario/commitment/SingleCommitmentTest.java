package io.tokenledger.scenario.commitment;

import static io.tokenledger.scenario.commitment.Instances.curve;
import static io.tokenledger.scenario.commitment.Instances.tenths;
import static io.tokenledger.scenario.commitment.Instances.whole;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class SingleCommitmentTest {
    private static final BigDecimal ZERO = BigDecimal.ZERO;

    @Test
    void aMonthComputedByHand() {
        // A unit costs 10. The first serves 1 + 1 + 1 + 0.5 unit-minutes, worth 4 + 6 + 5 + 1; the second half of the
        // third minute at 5 and all of the first and second, 4 + 6 + 2.5; the third 4 of the first minute.
        LoadCurve curve = curve(10, "3 12", "2 12", "1.5 7.5", "0.5 1");
        CommitmentPlan plan = SingleCommitment.cheapest(curve, Terms.wholeUnits(BigDecimal.TEN));
        assertThat(plan.units()).isEqualTo("2");
        assertThat(plan.costWithNone()).isEqualByComparingTo("32.5");
        assertThat(plan.capacityCost()).isEqualByComparingTo("20");
        assertThat(plan.overflowCost()).isEqualByComparingTo("4");
        assertThat(plan.cost()).isEqualByComparingTo("24");
        assertThat(plan.saving()).isEqualByComparingTo("8.5");
        assertThat(plan.load()).isEqualByComparingTo("7");
        assertThat(plan.served()).isEqualByComparingTo("6");
        assertThat(plan.coverage()).isEqualByComparingTo("0.857143");
        assertThat(plan.utilisation()).isEqualByComparingTo("0.3");
        assertThat(plan.idleCost()).isEqualByComparingTo("14");
        assertThat(plan.unitValue()).isEqualByComparingTo("4.75");
        // 2 units of 10 minutes at 1 a unit-minute, against 4.75.
        assertThat(plan.breakEvenLoad()).isEqualByComparingTo("0.210526");
        assertThat(plan.breakEvenUnitCost()).isEqualByComparingTo("14.25");

        List<Rung> ladder = SingleCommitment.ladder(curve, Terms.wholeUnits(BigDecimal.TEN), new BigDecimal("3"));
        assertThat(ladder)
                .extracting(Rung::units)
                .containsExactly(Instances.numbers("1", "2", "3").toArray(BigDecimal[]::new));
        assertThat(ladder.get(0).saving()).isEqualByComparingTo("6");
        assertThat(ladder.get(1).saving()).isEqualByComparingTo("2.5");
        assertThat(ladder.get(2).saving()).isEqualByComparingTo("-6");
        assertThat(ladder.get(1).utilisation()).isEqualByComparingTo("0.25");
        assertThat(ladder.get(1).breakEvenLoad()).isEqualByComparingTo("0.2");
        assertThat(ladder.get(1).breakEvenUnitCost()).isEqualByComparingTo("12.5");
    }

    @Test
    void anyPartOfAUnit() {
        checkAgainstBruteForce(11, random -> Instances.continuous(cost(random)));
    }

    @Test
    void wholeUnits() {
        checkAgainstBruteForce(12, random -> Terms.wholeUnits(cost(random)));
    }

    @Test
    void aMinimumAndAStep() {
        checkAgainstBruteForce(13, random -> Terms.inSteps(cost(random), whole(random, 1, 5), whole(random, 1, 4)));
    }

    @Test
    void partsOfUnitsAboveAMinimum() {
        checkAgainstBruteForce(14, random -> Terms.inSteps(cost(random), tenths(random, 1, 40), ZERO));
    }

    @Test
    void stepsOfPartsOfAUnit() {
        checkAgainstBruteForce(15, random -> Terms.inSteps(cost(random), tenths(random, 1, 20), tenths(random, 4, 20)));
    }

    @Test
    void aMinimumAmountOnWholeUnits() {
        checkAgainstBruteForce(16, random -> Terms.wholeUnits(cost(random)).withMinimumCost(whole(random, 0, 60)));
    }

    @Test
    void aMinimumAmountOnAnyPartOfAUnit() {
        // Costs whose quotients are finite decimals, so that the brute force knows every corner.
        checkAgainstBruteForce(
                17,
                random -> Instances.continuous(new BigDecimal(random.nextBoolean() ? "2.5" : "8"))
                        .withMinimumCost(whole(random, 0, 60)));
    }

    @Test
    void aMinimumAmountAMinimumAndAStep() {
        checkAgainstBruteForce(
                18,
                random -> Terms.inSteps(cost(random), whole(random, 1, 5), whole(random, 1, 4))
                        .withMinimumCost(whole(random, 0, 60)));
    }

    @Test
    void unitsAlreadyOwnedAreUsedFirstAndSunk() {
        for (int i = 0; i < Instances.COUNT; i++) {
            Random random = new Random(19_000 + i);
            LoadCurve all = curve(random);
            BigDecimal before = tenths(random, 0, 30);
            BigDecimal after = tenths(random, 0, 30);
            long change = random.nextInt(10);
            Terms terms = Terms.inSteps(cost(random), whole(random, 1, 3), whole(random, 1, 3));
            LoadCurve left = all.above(minute -> minute < change ? before : after);
            CommitmentPlan plan = SingleCommitment.cheapest(left, terms);
            checkCheapest(
                    "seed " + (19_000 + i) + ", " + before + " then " + after + " from " + change + " owned, " + terms
                            + ", " + Instances.describe(all),
                    plan,
                    terms,
                    candidates(all, terms),
                    units -> cost(all, terms, units, m -> Rational.of(m.minute() < change ? before : after)));
        }
    }

    @Test
    void aLongCurveIsAddedUpFromAnyPlace() {
        for (int i = 0; i < 8; i++) {
            long seed = 20_000 + i;
            Random random = new Random(seed);
            List<LoadCurve.Minute> minutes = new ArrayList<>();
            int count = 255 + random.nextInt(800);
            for (int minute = 0; minute < count; minute++) {
                minutes.add(new LoadCurve.Minute(minute, tenths(random, 1, 60), whole(random, 0, 10)));
            }
            LoadCurve curve = LoadCurve.of(count + 100, minutes);
            BigDecimal price = whole(random, 100, 2_000);
            for (Terms terms : List.of(
                    Terms.wholeUnits(price),
                    Instances.continuous(price),
                    Terms.inSteps(price, new BigDecimal("0.3"), new BigDecimal("0.7")))) {
                checkCheapest(
                        "seed " + seed + ", " + terms,
                        SingleCommitment.cheapest(curve, terms),
                        terms,
                        candidates(curve, terms).stream().distinct().toList(),
                        units -> cost(curve, terms, units, m -> Rational.ZERO));
            }
            BigDecimal units = tenths(random, 0, 61);
            assertThat(SingleCommitment.evaluate(curve, Instances.continuous(ZERO), units)
                            .overflowCost())
                    .as("seed %d", seed)
                    .isEqualTo(cost(curve, Instances.continuous(ZERO), units, m -> Rational.ZERO)
                            .rounded());
        }
    }

    @Test
    void aLadderToNoneHasNoRungs() {
        LoadCurve curve = curve(1, "1 1");
        assertThat(SingleCommitment.ladder(curve, Instances.continuous(BigDecimal.TEN), ZERO))
                .isEmpty();
        assertThat(SingleCommitment.ladder(curve, Terms.wholeUnits(BigDecimal.TEN), ZERO))
                .isEmpty();
    }

    @Test
    void theLadderAddsUpToTheSavingAndOnlyFallsAboveItsFirstRung() {
        for (int i = 0; i < Instances.COUNT; i++) {
            Random random = new Random(21_000 + i);
            LoadCurve curve = curve(random);
            Terms terms = Terms.inSteps(cost(random), whole(random, 1, 3), whole(random, 1, 3));
            CommitmentPlan plan = SingleCommitment.cheapest(curve, terms);
            List<Rung> ladder = SingleCommitment.ladder(curve, terms, plan.units());
            String what = "seed " + (21_000 + i) + ", " + terms + ", " + Instances.describe(curve);
            assertThat(ladder.stream().map(Rung::saving).reduce(ZERO, BigDecimal::add))
                    .as(what)
                    .isEqualByComparingTo(plan.saving());
            assertThat(ladder.stream().map(Rung::added).reduce(ZERO, BigDecimal::add))
                    .as(what)
                    .isEqualByComparingTo(plan.units());
            BigDecimal lastDigits = new BigDecimal("0.000000000002");
            for (int j = 1; j < ladder.size(); j++) {
                assertThat(ladder.get(j).saving()).as(what).isGreaterThanOrEqualTo(lastDigits.negate());
                if (j > 1) {
                    assertThat(ladder.get(j).saving())
                            .as(what)
                            .isLessThanOrEqualTo(ladder.get(j - 1).saving().add(lastDigits));
                }
            }
        }
    }

    @Test
    void aDearerUnitNeverBuysMore() {
        for (int i = 0; i < Instances.COUNT; i++) {
            Random random = new Random(22_000 + i);
            LoadCurve curve = curve(random);
            BigDecimal least = whole(random, 1, 4);
            BigDecimal step = whole(random, 0, 3);
            BigDecimal price = cost(random);
            BigDecimal dearer = price.add(tenths(random, 0, 100));
            assertThat(SingleCommitment.cheapest(curve, Terms.inSteps(dearer, least, step))
                            .units())
                    .as("seed %d, %s and %s, %s", 22_000 + i, price, dearer, Instances.describe(curve))
                    .isLessThanOrEqualTo(SingleCommitment.cheapest(curve, Terms.inSteps(price, least, step))
                            .units());
        }
    }

    @Test
    void withoutLoadNothingIsBought() {
        CommitmentPlan plan = SingleCommitment.cheapest(LoadCurve.of(44_640, List.of()), Terms.wholeUnits(ZERO));
        assertThat(plan.units()).isEqualByComparingTo("0");
        assertThat(plan.cost()).isEqualByComparingTo("0");
        assertThat(plan.coverage()).isNull();
        assertThat(plan.utilisation()).isNull();
        assertThat(plan.unitValue()).isNull();
        assertThat(plan.breakEvenLoad()).isNull();
        assertThat(plan.breakEvenUnitCost()).isNull();
        assertThat(plan.idleCost()).isEqualByComparingTo("0");
    }

    @Test
    void aUnitThatCostsMoreThanItSavesAtFullLoadIsNotBought() {
        // Azure gpt-5 by the hour: 281 % of what a full unit is worth.
        LoadCurve full = curve(3, "1 1", "1 1", "1 1");
        assertThat(SingleCommitment.cheapest(full, Terms.wholeUnits(new BigDecimal("8.43")))
                        .units())
                .isEqualByComparingTo("0");
    }

    @Test
    void aUnitThatSavesExactlyItsCostIsNotBought() {
        LoadCurve curve = curve(3, "3 1", "3 1", "3 1");
        // 3 × 1 ÷ 3 is exactly 1, though no finite decimal says so.
        assertThat(SingleCommitment.cheapest(curve, Terms.wholeUnits(BigDecimal.ONE))
                        .units())
                .isEqualByComparingTo("0");
        BigDecimal justLess = new BigDecimal("0.99999999999999999999999999999999999999999999999999999");
        assertThat(SingleCommitment.cheapest(curve, Terms.wholeUnits(justLess)).units())
                .isEqualByComparingTo("3");
    }

    @Test
    void aFreeModelBuysNothing() {
        assertThat(SingleCommitment.cheapest(curve(2, "5 0", "7 0"), Terms.wholeUnits(new BigDecimal("0.01")))
                        .units())
                .isEqualByComparingTo("0");
    }

    @Test
    void freeUnitsServeEverythingThatHasAValueAndNoMore() {
        assertThat(SingleCommitment.cheapest(curve(2, "5 1", "7 0"), Terms.wholeUnits(ZERO))
                        .units())
                .isEqualByComparingTo("5");
    }

    @Test
    void aNumberChosenOnOneMonthIsTestedOnTheNext() {
        Terms terms = Terms.wholeUnits(BigDecimal.TEN);
        BigDecimal chosen = SingleCommitment.cheapest(curve(10, "3 12", "2 12", "1.5 7.5"), terms)
                .units();
        CommitmentPlan next = SingleCommitment.evaluate(curve(10, "1 4"), terms, chosen);
        assertThat(next.units()).isEqualByComparingTo("2");
        assertThat(next.saving()).isEqualByComparingTo("-16");
    }

    @Test
    void aCurveSaysWhatIsWrongWithIt() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> curve(1, "1 1", "1 1"))
                .withMessageContaining("Minute 1 is not in order of time, from 0 to 1");
        assertThatIllegalArgumentException().isThrownBy(() -> curve(1, "0 1"));
        assertThatIllegalArgumentException().isThrownBy(() -> curve(1, "1 -1"));
    }

    private static BigDecimal cost(Random random) {
        return switch (random.nextInt(4)) {
            case 0 -> whole(random, 0, 6);
            case 1 -> whole(random, 0, 30);
            default -> tenths(random, 0, 120);
        };
    }

    private static void checkAgainstBruteForce(int series, Function<Random, Terms> anyTerms) {
        for (int i = 0; i < Instances.COUNT; i++) {
            long seed = series * 1_000L + i;
            Random random = new Random(seed);
            LoadCurve curve = curve(random);
            Terms terms = anyTerms.apply(random);
            checkCheapest(
                    "seed " + seed + ", " + terms + ", " + Instances.describe(curve),
                    SingleCommitment.cheapest(curve, terms),
                    terms,
                    candidates(curve, terms),
                    units -> cost(curve, terms, units, m -> Rational.ZERO));
        }
    }

    private static void checkCheapest(
            String what,
            CommitmentPlan plan,
            Terms terms,
            List<BigDecimal> candidates,
            Function<BigDecimal, Rational> cost) {
        Rational least = null;
        BigDecimal fewest = null;
        for (BigDecimal units : candidates) {
            Rational total = cost.apply(units);
            int order = least == null ? -1 : total.compareTo(least);
            if (order < 0 || (order == 0 && units.compareTo(fewest) < 0)) {
                least = total;
                fewest = units;
            }
        }
        assertThat(plan.units()).as(what).isEqualByComparingTo(fewest);
        assertThat(plan.costWithNone()).as(what).isEqualTo(cost.apply(ZERO).rounded());
        assertThat(plan.capacityCost())
                .as(what)
                .isEqualByComparingTo(capacityCost(terms, fewest).rounded());
        assertThat(plan.overflowCost())
                .as(what)
                .isEqualTo(least.minus(capacityCost(terms, fewest)).rounded());
        assertThat(plan.saving()).as("never worse than none: " + what).isNotNegative();
    }

    /** None, and every number on the grid; where any part can be bought, every corner of the cost. */
    private static List<BigDecimal> candidates(LoadCurve curve, Terms terms) {
        List<BigDecimal> candidates = new ArrayList<>();
        candidates.add(ZERO);
        if (terms.stepUnits().signum() > 0) {
            // Loads are below 6, and what serves the highest can no longer save.
            BigDecimal units = terms.minimumUnits();
            candidates.add(units);
            while (units.compareTo(BigDecimal.valueOf(6)) < 0) {
                units = units.add(terms.stepUnits());
                candidates.add(units);
            }
        } else {
            candidates.add(terms.minimumUnits());
            curve.minutes().forEach(m -> candidates.add(m.load()));
            if (terms.minimumCost().signum() > 0) {
                candidates.add(terms.minimumCost().divide(terms.unitCost()));
            }
            candidates.removeIf(n -> n.signum() > 0 && n.compareTo(terms.minimumUnits()) < 0);
        }
        return candidates;
    }

    private static Rational capacityCost(Terms terms, BigDecimal units) {
        return units.signum() == 0
                ? Rational.ZERO
                : Rational.of(units).times(Rational.of(terms.unitCost())).max(Rational.of(terms.minimumCost()));
    }

    private static Rational cost(
            LoadCurve curve, Terms terms, BigDecimal units, Function<LoadCurve.Minute, Rational> owned) {
        Rational total = capacityCost(terms, units);
        for (LoadCurve.Minute m : curve.minutes()) {
            Rational load = Rational.of(m.load());
            Rational over = load.minus(owned.apply(m)).minus(Rational.of(units)).max(Rational.ZERO);
            total = total.plus(Rational.of(m.value()).times(over).over(load));
        }
        return total;
    }
}
