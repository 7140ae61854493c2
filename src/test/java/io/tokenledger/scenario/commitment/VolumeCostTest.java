package io.tokenledger.scenario.commitment;

import static io.tokenledger.scenario.commitment.Instances.curve;
import static io.tokenledger.scenario.commitment.Instances.tenths;
import static io.tokenledger.scenario.commitment.Instances.whole;
import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class VolumeCostTest {
    private static final BigDecimal MOST = BigDecimal.TEN;

    @Test
    void oneUnitPaysFromTheVolumeThatRepaysItUntilItOverflows() {
        // By token 10 at a volume of 1. A unit costs 4 and is full at a volume of 2; 20 × (1 − 2 ÷ v) overflow above.
        LoadCurve curve = curve(1, "0.5 10");
        VolumeCost tokens = new VolumeCost(curve, BigDecimal.ZERO, BigDecimal.ZERO);
        VolumeCost unit = new VolumeCost(curve, BigDecimal.ONE, new BigDecimal("4"));
        assertThat(tokens.at(new BigDecimal("3"))).isEqualByComparingTo("30");
        assertThat(unit.at(new BigDecimal("2"))).isEqualByComparingTo("4");
        assertThat(unit.at(new BigDecimal("3"))).isEqualByComparingTo("14");
        assertThat(VolumeCost.crossings(tokens, unit, BigDecimal.ZERO, MOST))
                .usingElementComparator(BigDecimal::compareTo)
                .containsExactly(new BigDecimal("0.4"));
    }

    @Test
    void aCrossingIsRoundedToSixDigits() {
        LoadCurve curve = curve(1, "0.1 3");
        assertThat(VolumeCost.crossings(
                        new VolumeCost(curve, BigDecimal.ZERO, BigDecimal.ZERO),
                        new VolumeCost(curve, BigDecimal.ONE, new BigDecimal("7")),
                        BigDecimal.ZERO,
                        MOST))
                .containsExactly(new BigDecimal("2.333333"));
    }

    @Test
    void scenariosThatAreEqualUntilTheyPartDoNotCross() {
        // Up to a volume of 1 the second unit is as idle as it is free.
        LoadCurve curve = curve(1, "1 10");
        VolumeCost one = new VolumeCost(curve, BigDecimal.ONE, BigDecimal.ZERO);
        VolumeCost two = new VolumeCost(curve, new BigDecimal("2"), BigDecimal.ZERO);
        assertThat(VolumeCost.crossings(one, two, BigDecimal.ZERO, MOST)).isEmpty();
    }

    @Test
    void theCostsOfSeveralVolumesAreThoseOfEach() {
        for (int i = 0; i < Instances.COUNT; i++) {
            Random random = new Random(67_000 + i);
            VolumeCost cost = beside(curve(random), tenths(random, 0, 60), BigDecimal.ONE, tenths(random, 0, 90));
            List<BigDecimal> volumes =
                    List.of(BigDecimal.ZERO, new BigDecimal("0.0000000000005"), new BigDecimal("0.7"), MOST);
            assertThat(cost.at(volumes))
                    .as("seed %d", 67_000 + i)
                    .containsExactlyElementsOf(volumes.stream().map(cost::at).toList());
        }
    }

    @Test
    void whatNoUnitServesGrowsWithTheVolume() {
        VolumeCost unit = beside(curve(1, "0.5 10"), BigDecimal.ONE, new BigDecimal("4"), new BigDecimal("7"));
        assertThat(unit.at(new BigDecimal("3"))).isEqualByComparingTo("35");
        assertThat(VolumeCost.byToken(BigDecimal.ZERO, new BigDecimal("7")).at(new BigDecimal("3")))
                .isEqualByComparingTo("21");
    }

    @Test
    void capacitiesThatServeDifferentTokensOverflowEachOnItsOwn() {
        // Full at a volume of 2 and of 4: at 5, 10 × (5 − 2) and 8 × (5 − 4) overflow, beside 3 and 5 × 1.
        VolumeCost both = new VolumeCost(
                List.of(
                        new VolumeCost.Capacity(curve(1, "0.5 10"), BigDecimal.ONE),
                        new VolumeCost.Capacity(curve(1, "0.5 8"), new BigDecimal("2"))),
                new BigDecimal("3"),
                BigDecimal.ONE);
        assertThat(both.at(Instances.numbers("1", "3", "5")))
                .usingElementComparator(BigDecimal::compareTo)
                .containsExactlyElementsOf(Instances.numbers("4", "16", "46"));
        assertThat(both.at(new BigDecimal("5"))).isEqualByComparingTo("46");
        // 10 v = 3 + v + 10 (v − 2) + 8 (v − 4) from 4 on, where they cross at 49 ÷ 9
        assertThat(VolumeCost.crossings(
                        VolumeCost.byToken(BigDecimal.ZERO, BigDecimal.TEN), both, BigDecimal.ONE, MOST))
                .usingElementComparator(BigDecimal::compareTo)
                .containsExactly(new BigDecimal("5.444444"));
    }

    @Test
    void theCostIsThatOfTheScaledCurve() {
        for (int i = 0; i < Instances.COUNT; i++) {
            Random random = new Random(61_000 + i);
            LoadCurve curve = curve(random);
            BigDecimal units = tenths(random, 0, 60);
            BigDecimal volume = tenths(random, 0, 40);
            assertThat(new VolumeCost(curve, units, BigDecimal.ONE).at(volume))
                    .as("seed %d", 61_000 + i)
                    .isEqualTo(cost(curve, units, Rational.of(volume))
                            .plus(Rational.ONE)
                            .rounded());
        }
    }

    @Test
    void everyChangeOfTheCheaperScenarioIsFound() {
        int found = 0;
        for (int i = 0; i < Instances.COUNT; i++) {
            Random random = new Random(62_000 + i);
            LoadCurve curve = curve(random);
            VolumeCost a = new VolumeCost(curve, whole(random, 0, 4), whole(random, 0, 40));
            VolumeCost b = new VolumeCost(
                    random.nextBoolean() ? curve : curve(random), whole(random, 0, 8), whole(random, 0, 40));
            String what = "seed " + (62_000 + i) + ", " + units(a) + " for " + a.fixedCost() + " on "
                    + Instances.describe(curveOf(a)) + ", " + units(b) + " for " + b.fixedCost() + " on "
                    + Instances.describe(curveOf(b));
            TreeSet<Rational> corners = new TreeSet<>(List.of(Rational.ZERO, Rational.of(MOST)));
            for (VolumeCost scenario : List.of(a, b)) {
                curveOf(scenario)
                        .minutes()
                        .forEach(m -> corners.add(Rational.of(units(scenario))
                                .over(Rational.of(m.load()))
                                .min(Rational.of(MOST))));
            }
            List<Rational> expected = new ArrayList<>();
            Rational last = null;
            Rational lastDifference = null;
            Rational leading = null;
            for (Rational volume : corners) {
                Rational difference = difference(a, b, volume);
                if (leading != null && difference.signum() == -leading.signum() && leading.signum() != 0) {
                    expected.add(
                            last.plus(volume.minus(last).times(lastDifference).over(lastDifference.minus(difference))));
                }
                leading = leading == null || difference.signum() != 0 ? difference : leading;
                last = volume;
                lastDifference = difference;
            }
            List<BigDecimal> crossings = VolumeCost.crossings(a, b, BigDecimal.ZERO, MOST);
            assertThat(crossings).as(what).hasSameSizeAs(expected);
            for (int c = 0; c < crossings.size(); c++) {
                Rational off = Rational.of(crossings.get(c)).minus(expected.get(c));
                assertThat(off.max(Rational.ZERO.minus(off)))
                        .as(what)
                        .isLessThanOrEqualTo(Rational.of(new BigDecimal("0.0000005000001")));
                found++;
            }
        }
        assertThat(found).isGreaterThan(300);
    }

    private static VolumeCost beside(LoadCurve curve, BigDecimal units, BigDecimal fixedCost, BigDecimal besideCost) {
        return new VolumeCost(List.of(new VolumeCost.Capacity(curve, units)), fixedCost, besideCost);
    }

    private static LoadCurve curveOf(VolumeCost scenario) {
        return scenario.capacity().get(0).curve();
    }

    private static BigDecimal units(VolumeCost scenario) {
        return scenario.capacity().get(0).units();
    }

    private static Rational difference(VolumeCost a, VolumeCost b, Rational volume) {
        return cost(curveOf(a), units(a), volume)
                .plus(Rational.of(a.fixedCost()))
                .minus(cost(curveOf(b), units(b), volume).plus(Rational.of(b.fixedCost())));
    }

    private static Rational cost(LoadCurve curve, BigDecimal units, Rational volume) {
        Rational total = Rational.ZERO;
        for (LoadCurve.Minute m : curve.minutes()) {
            Rational load = Rational.of(m.load()).times(volume);
            if (load.signum() > 0) {
                Rational over =
                        load.minus(Rational.of(units)).max(Rational.ZERO).over(load);
                total = total.plus(Rational.of(m.value()).times(volume).times(over));
            }
        }
        return total;
    }
}
