package io.tokenledger.scenario.commitment;

import static io.tokenledger.scenario.commitment.Instances.curve;
import static io.tokenledger.scenario.commitment.Instances.tenths;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.math.BigDecimal;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ScalingReplicasTest {
    @Test
    void replicasFollowTheLoadOfOneMinuteBefore() {
        // A replica-minute costs 1, a unit-minute elsewhere 2: the second replica of 1.4 units is worth 0.8.
        LoadCurve curve = curve(4, "1.4 2.8", "3 6", "2.6 5.2");
        ScalingReplicas.Plan plan = new ScalingReplicas(BigDecimal.ONE, 1, 3, 1).plan(curve);
        // Ready: 1 before anything is known, then 1, 3 and, for 2.6 units, 3.
        assertThat(plan.replicaMinutes()).isEqualTo(1 + 1 + 3 + 3);
        assertThat(plan.peak()).isEqualTo(3);
        assertThat(plan.capacityCost()).isEqualByComparingTo("8");
        // 0.4 and 2 units at 2.
        assertThat(plan.overflowCost()).isEqualByComparingTo("4.8");
        assertThat(plan.cost()).isEqualByComparingTo("12.8");
        assertThat(plan.served()).isEqualByComparingTo("4.6");
        assertThat(plan.load()).isEqualByComparingTo("7");
        assertThat(plan.saving()).isEqualByComparingTo("1.2");
    }

    @Test
    void theMinimumBillsAllNight() {
        ScalingReplicas.Plan plan = new ScalingReplicas(BigDecimal.ONE, 2, 5, 0).plan(curve(1_440));
        assertThat(plan.replicaMinutes()).isEqualTo(2_880);
        assertThat(plan.saving()).isEqualByComparingTo("-2880");
    }

    @Test
    void aSpanOfNoMinutesCostsNothing() {
        assertThat(new ScalingReplicas(BigDecimal.ONE, 2, 5, 3).plan(curve(0)).cost())
                .isEqualByComparingTo("0");
    }

    @Test
    void boundsThatContradictAreRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> new ScalingReplicas(BigDecimal.ONE, 3, 2, 0));
    }

    @Test
    void everyMinuteHasWhatWouldHaveBeenCheapestForTheLoadOfTheStartUpBefore() {
        for (int i = 0; i < Instances.COUNT; i++) {
            long seed = 41_000 + i;
            Random random = new Random(seed);
            LoadCurve curve = curve(random);
            long fewest = random.nextInt(3);
            long most = fewest + random.nextInt(6);
            long startup = random.nextInt(3) == 0 ? random.nextInt(15) : random.nextInt(3);
            BigDecimal price = random.nextBoolean() ? BigDecimal.ONE : tenths(random, 0, 40);
            ScalingReplicas replicas = new ScalingReplicas(price, fewest, most, startup);
            String what = "seed " + seed + ", " + replicas + ", " + Instances.describe(curve);

            Map<Long, LoadCurve.Minute> minutes =
                    curve.minutes().stream().collect(Collectors.toMap(LoadCurve.Minute::minute, Function.identity()));
            long billed = 0;
            Rational overflow = Rational.ZERO;
            Rational served = Rational.ZERO;
            for (long t = 0; t < curve.span(); t++) {
                long ready = t < startup ? fewest : cheapest(minutes.get(t - startup), price, fewest, most);
                billed += ready;
                if (minutes.containsKey(t)) {
                    overflow = overflow.plus(overflow(minutes.get(t), ready));
                    served = served.plus(Rational.of(minutes.get(t).load()).min(Rational.of(ready)));
                }
            }
            ScalingReplicas.Plan plan = replicas.plan(curve);
            assertThat(plan.replicaMinutes()).as(what).isEqualTo(billed);
            assertThat(plan.overflowCost()).as(what).isEqualTo(overflow.rounded());
            assertThat(plan.capacityCost())
                    .as(what)
                    .isEqualTo(Rational.of(billed).times(Rational.of(price)).rounded());
            assertThat(plan.served()).as(what).isEqualByComparingTo(served.rounded());
            if (startup == 0 && fewest == 0) {
                assertThat(plan.saving()).as("never worse than none: " + what).isNotNegative();
            }
        }
    }

    @Test
    void withoutStartUpNoOtherNumbersCostLess() {
        // All sequences of replicas, not only those that are cheapest minute by minute.
        for (int i = 0; i < 100; i++) {
            Random random = new Random(42_000 + i);
            LoadCurve curve = curve(
                    4,
                    tenths(random, 1, 30) + " " + tenths(random, 0, 50),
                    tenths(random, 1, 30) + " " + tenths(random, 0, 50),
                    tenths(random, 1, 30) + " " + tenths(random, 0, 50));
            BigDecimal price = tenths(random, 1, 20);
            Rational least = null;
            for (int code = 0; code < 256; code++) {
                Rational cost = Rational.of(price).times(Rational.of(code / 64));
                int rest = code;
                for (LoadCurve.Minute m : curve.minutes()) {
                    cost = cost.plus(Rational.of(price).times(Rational.of(rest % 4)))
                            .plus(overflow(m, rest % 4));
                    rest /= 4;
                }
                least = least == null ? cost : least.min(cost);
            }
            assertThat(new ScalingReplicas(price, 0, 3, 0).plan(curve).cost())
                    .as("seed %d", 42_000 + i)
                    .isCloseTo(least.rounded(), org.assertj.core.api.Assertions.within(new BigDecimal("1E-11")));
        }
    }

    private static long cheapest(LoadCurve.Minute m, BigDecimal price, long fewest, long most) {
        long best = fewest;
        Rational least = null;
        for (long n = fewest; n <= most; n++) {
            Rational cost = Rational.of(price).times(Rational.of(n)).plus(m == null ? Rational.ZERO : overflow(m, n));
            if (least == null || cost.compareTo(least) < 0) {
                least = cost;
                best = n;
            }
        }
        return best;
    }

    private static Rational overflow(LoadCurve.Minute m, long units) {
        Rational load = Rational.of(m.load());
        return Rational.of(m.value())
                .times(load.minus(Rational.of(units)).max(Rational.ZERO))
                .over(load);
    }
}
