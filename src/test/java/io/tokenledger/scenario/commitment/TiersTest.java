package io.tokenledger.scenario.commitment;

import static io.tokenledger.scenario.commitment.Instances.curve;
import static io.tokenledger.scenario.commitment.Instances.tenths;
import static io.tokenledger.scenario.commitment.Instances.whole;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class TiersTest {
    private static final BigDecimal ZERO = BigDecimal.ZERO;
    private static final BigDecimal CENTS = new BigDecimal("1E-11");

    @Test
    void aBaseForAlwaysAPeakerForOftenAndTokensForTheRest() {
        // 10 minutes, list price 10 a unit-minute. Reserved 20 for the span, hourly 5 and 5 for each minute in use.
        LoadCurve curve = curve(10, "3 30", "2 20", "2 20", "1 10", "1 10", "1 10", "1 10", "1 10", "1 10", "1 10");
        List<Tiers.Tier> tiers = List.of(
                new Tiers.Tier("hourly", new BigDecimal("5"), new BigDecimal("5")),
                new Tiers.Tier("reserved", new BigDecimal("20"), ZERO));
        Tiers.Mix mix = Tiers.cheapest(curve, tiers, BigDecimal.ONE);
        // First unit, 10 minutes: 20, not 55 or 100. Second, 3 minutes: 20 or 20 at the same cost. Third, 1 minute: 10.
        assertThat(mix.shares()).extracting(s -> s.tier().name()).containsExactly("reserved", "hourly");
        assertThat(mix.shares())
                .extracting(Tiers.Share::units)
                .usingElementComparator(BigDecimal::compareTo)
                .containsExactly(BigDecimal.ONE, BigDecimal.ONE);
        assertThat(mix.cost()).isEqualByComparingTo("50");
        assertThat(mix.overflowCost()).isEqualByComparingTo("10");
        assertThat(mix.costWithNone()).isEqualByComparingTo("140");
        assertThat(mix.shares().get(1).served()).isEqualByComparingTo("3");
        assertThat(Tiers.evaluate(curve, tiers, Instances.numbers("1", "1"))).isEqualTo(mix);
    }

    @Test
    void withoutTiersEverythingIsPaidByToken() {
        assertThat(Tiers.cheapest(curve(1, "2 3"), List.of(), BigDecimal.ONE).cost())
                .isEqualByComparingTo("3");
    }

    @Test
    void wholeUnits() {
        check(31, 3, BigDecimal.ONE);
    }

    @Test
    void stepsOfTwoUnits() {
        check(32, 3, new BigDecimal("2"));
    }

    @Test
    void anyPartOfAUnit() {
        check(33, 2, ZERO);
    }

    private static void check(int series, int mostTiers, BigDecimal step) {
        for (int i = 0; i < Instances.COUNT; i++) {
            long seed = series * 1_000L + i;
            Random random = new Random(seed);
            LoadCurve curve = curve(random);
            List<Tiers.Tier> tiers = new ArrayList<>();
            int count = 1 + random.nextInt(mostTiers);
            for (int k = 0; k < count; k++) {
                tiers.add(new Tiers.Tier("tier " + k, tenths(random, 0, 100), price(random)));
            }
            String what = "seed " + seed + ", step " + step + ", " + tiers + ", " + Instances.describe(curve);

            Tiers.Mix mix = Tiers.cheapest(curve, tiers, step);
            List<BigDecimal> chosen = tiers.stream()
                    .map(t -> mix.shares().stream()
                            .filter(s -> s.tier() == t)
                            .findFirst()
                            .orElseThrow()
                            .units())
                    .collect(Collectors.toList());

            Rational least = null;
            Rational fewest = null;
            for (List<BigDecimal> units : combinations(curve, count, step)) {
                Rational cost = cost(curve, tiers, units);
                Rational total = units.stream().map(Rational::of).reduce(Rational.ZERO, Rational::plus);
                int order = least == null ? -1 : cost.compareTo(least);
                if (order < 0 || (order == 0 && total.compareTo(fewest) < 0)) {
                    least = cost;
                    fewest = total;
                }
            }
            assertThat(cost(curve, tiers, chosen)).as(what).isEqualByComparingTo(least);
            assertThat(chosen.stream().map(Rational::of).reduce(Rational.ZERO, Rational::plus))
                    .as(what)
                    .isEqualByComparingTo(fewest);
            assertThat(mix.cost()).as(what).isCloseTo(least.rounded(), within(CENTS));
            assertThat(mix.cost()).as(what).isLessThanOrEqualTo(mix.costWithNone());
        }
    }

    private static BigDecimal price(Random random) {
        return random.nextInt(3) == 0 ? ZERO : random.nextBoolean() ? tenths(random, 0, 30) : whole(random, 0, 4);
    }

    /** Every number of units of every tier; where any part can be owned, every way to divide the loads among the tiers. */
    private static List<List<BigDecimal>> combinations(LoadCurve curve, int tiers, BigDecimal step) {
        TreeSet<BigDecimal> numbers = new TreeSet<>(List.of(new BigDecimal("0.0")));
        if (step.signum() > 0) {
            for (int k = 1; k < 7; k++) {
                numbers.add(step.multiply(BigDecimal.valueOf(k)));
            }
            numbers.removeIf(n -> n.compareTo(BigDecimal.valueOf(6)) > 0);
        } else {
            curve.minutes().forEach(a -> {
                numbers.add(a.load());
                curve.minutes()
                        .forEach(b -> numbers.add(a.load().subtract(b.load()).abs()));
            });
        }
        List<List<BigDecimal>> combinations = new ArrayList<>(List.of(List.of()));
        for (int k = 0; k < tiers; k++) {
            List<List<BigDecimal>> longer = new ArrayList<>();
            for (List<BigDecimal> shorter : combinations) {
                for (BigDecimal number : numbers) {
                    List<BigDecimal> one = new ArrayList<>(shorter);
                    one.add(number);
                    longer.add(one);
                }
            }
            combinations = longer;
        }
        return combinations;
    }

    private static Rational cost(LoadCurve curve, List<Tiers.Tier> tiers, List<BigDecimal> units) {
        BigDecimal decimals = ZERO;
        for (int k = 0; k < tiers.size(); k++) {
            decimals = decimals.add(tiers.get(k).unitCost().multiply(units.get(k)));
        }
        Rational quotients = Rational.ZERO;
        for (LoadCurve.Minute m : curve.minutes()) {
            // Cheapest first, again and again, until the minute's load is served or tokens are cheaper.
            BigDecimal left = m.load();
            boolean[] used = new boolean[tiers.size()];
            while (left.signum() > 0) {
                int cheapest = -1;
                for (int k = 0; k < tiers.size(); k++) {
                    boolean cheaperThanTokens =
                            tiers.get(k).usedCost().multiply(m.load()).compareTo(m.value()) < 0;
                    if (!used[k]
                            && cheaperThanTokens
                            && (cheapest < 0
                                    || tiers.get(k)
                                                    .usedCost()
                                                    .compareTo(
                                                            tiers.get(cheapest).usedCost())
                                            < 0)) {
                        cheapest = k;
                    }
                }
                if (cheapest < 0) {
                    quotients =
                            quotients.plus(Rational.of(m.value().multiply(left)).over(Rational.of(m.load())));
                    break;
                }
                used[cheapest] = true;
                BigDecimal part = left.min(units.get(cheapest));
                decimals = decimals.add(part.multiply(tiers.get(cheapest).usedCost()));
                left = left.subtract(part);
            }
        }
        return quotients.plus(Rational.of(decimals));
    }
}
