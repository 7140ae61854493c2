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
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class ScalingReplicasTest {
    @Test
    void replicasFollowTheLoadOfOneMinuteBefore() {
        // A replica-minute costs 1, a unit-minute elsewhere 2: the second replica of 1.4 units is worth 0.8.
        LoadCurve curve = curve(4, "1.4 2.8", "3 6", "2.6 5.2");
        // 1 before anything is known, then 1, 3 and, for 2.6 units, 3.
        assertThat(ready(new ScalingReplicas(BigDecimal.ONE, 1, 3, 1), curve)).containsExactly(1, 1, 3, 3);
    }

    @Test
    void theFewestAreReadyAllNight() {
        assertThat(ready(new ScalingReplicas(BigDecimal.ONE, 2, 5, 0), curve(1_440)))
                .containsOnly(2);
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
            assertThat(ready(replicas, curve))
                    .as(what)
                    .isEqualTo(LongStream.range(0, curve.span())
                            .map(t -> t < startup ? fewest : cheapest(minutes.get(t - startup), price, fewest, most))
                            .toArray());
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
            long[] ready = ready(new ScalingReplicas(price, 0, 3, 0), curve);
            Rational cost =
                    Rational.of(price).times(Rational.of(LongStream.of(ready).sum()));
            for (LoadCurve.Minute m : curve.minutes()) {
                cost = cost.plus(overflow(m, ready[(int) m.minute()]));
            }
            assertThat(cost).as("seed %d", 42_000 + i).isEqualByComparingTo(least);
        }
    }

    private static long[] ready(ScalingReplicas replicas, LoadCurve curve) {
        return LongStream.range(0, curve.span()).map(replicas.ready(curve)).toArray();
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
