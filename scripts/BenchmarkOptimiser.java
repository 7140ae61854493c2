import io.tokenledger.scenario.commitment.CommitmentPlan;
import io.tokenledger.scenario.commitment.CompetingUnits;
import io.tokenledger.scenario.commitment.LoadCurve;
import io.tokenledger.scenario.commitment.ScalingReplicas;
import io.tokenledger.scenario.commitment.SingleCommitment;
import io.tokenledger.scenario.commitment.Terms;
import io.tokenledger.scenario.commitment.Tiers;
import io.tokenledger.scenario.commitment.Valleys;
import io.tokenledger.scenario.commitment.WaitingWork;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.LongUnaryOperator;
import java.util.function.Supplier;
import java.util.stream.LongStream;

/**
 * Times the optimiser on one pool: the first run of a fresh JVM, and the median of later ones.
 *
 * <p>The load is made up: a day and a week, random from minute to minute, of about 20 units in the mean and 60 at the
 * peak, in 9 fraction digits; a minute's tokens are worth 70 to 130 % of the mean, so that no two
 * minutes are alike. A tenth as much work arrives every minute that may wait for 24 hours.
 */
public final class BenchmarkOptimiser {
    private static final int WARM_RUNS = 9;
    private static final ThreadMXBean THREAD = ManagementFactory.getThreadMXBean();
    private static final int WINDOW = 1_440;
    private static final BigDecimal UNIT_VALUE = new BigDecimal("0.25");

    private BenchmarkOptimiser() {}

    /** @param args what to time, and the minutes of the span, all with load */
    public static void main(String[] args) {
        int minutes = Integer.parseInt(args[1]);
        BigDecimal dear = new BigDecimal("0.5");
        BigDecimal unitValue = args[0].equals("valleys-dear") ? dear : UNIT_VALUE;
        Pool pool = Pool.of(minutes, unitValue, args[0].equals("valleys-2") ? new BigDecimal("0.2") : unitValue);
        Supplier<String> run = switch (args[0]) {
            case "single" -> () -> single(pool);
            case "tiers" -> () -> tiers(pool);
            case "replicas" -> () -> replicas(pool);
            case "valleys", "valleys-2", "valleys-dear" -> () -> valleys(pool);
            case "competing" -> () -> competing(pool);
            default -> throw new IllegalArgumentException("Nothing to time is called " + args[0]);
        };
        long[] nanos = new long[1 + WARM_RUNS];
        long[] busy = new long[1 + WARM_RUNS];
        String result = "";
        for (int i = 0; i < nanos.length; i++) {
            long start = System.nanoTime();
            long startBusy = THREAD.getCurrentThreadCpuTime();
            result = run.get();
            busy[i] = THREAD.getCurrentThreadCpuTime() - startBusy;
            nanos[i] = System.nanoTime() - start;
        }
        System.out.printf(
                Locale.ROOT,
                "%-13s %,9d minutes   cold %,6d ms (processor %,6d)   warm %,6d ms (processor %,6d)   %s%n",
                args[0],
                minutes,
                nanos[0] / 1_000_000,
                busy[0] / 1_000_000,
                medianOfWarm(nanos) / 1_000_000,
                medianOfWarm(busy) / 1_000_000,
                result);
    }

    private static long medianOfWarm(long[] runs) {
        long[] warm = Arrays.copyOfRange(runs, 1, runs.length);
        Arrays.sort(warm);
        return warm[WARM_RUNS / 2];
    }

    private record Pool(int span, List<LoadCurve.Minute> minutes, List<WaitingWork> work) {
        static Pool of(int span, BigDecimal unitValue, BigDecimal other) {
            SplittableRandom random = new SplittableRandom(20261124);
            List<LoadCurve.Minute> minutes = new ArrayList<>();
            List<WaitingWork> work = new ArrayList<>();
            for (int t = 0; t < span; t++) {
                double day = 1 - 0.7 * Math.cos(2 * Math.PI * (t % 1_440) / 1_440);
                double week = t / 1_440 % 7 < 5 ? 1.2 : 0.5;
                double burst = 0.6 + 0.8 * random.nextDouble();
                BigDecimal load = digits(20 * day * week * burst);
                BigDecimal value =
                        load.multiply(digits(0.7 + 0.6 * random.nextDouble())).multiply(new BigDecimal("0.5"));
                minutes.add(new LoadCurve.Minute(t, load, value.setScale(10, RoundingMode.HALF_EVEN)));
                work.add(new WaitingWork(t, WINDOW, digits(4 * random.nextDouble()), t % 2 == 0 ? unitValue : other));
            }
            return new Pool(span, minutes, work);
        }

        private static BigDecimal digits(double number) {
            return BigDecimal.valueOf((long) (number * 1e9), 9);
        }

        LoadCurve curve() {
            return LoadCurve.of(span, minutes);
        }

        BigDecimal price(String unitMinute) {
            return new BigDecimal(unitMinute).multiply(BigDecimal.valueOf(span));
        }
    }

    private static String single(Pool pool) {
        LoadCurve curve = pool.curve();
        Terms terms = Terms.wholeUnits(pool.price("0.2"));
        CommitmentPlan plan = SingleCommitment.cheapest(curve, terms);
        int rungs = SingleCommitment.ladder(curve, terms, plan.units()).size();
        return plan.units() + " units, " + rungs + " rungs, saving " + plan.saving();
    }

    private static String tiers(Pool pool) {
        Tiers.Mix mix = Tiers.cheapest(
                pool.curve(),
                List.of(
                        new Tiers.Tier("year", pool.price("0.15"), BigDecimal.ZERO),
                        new Tiers.Tier("hour", pool.price("0.05"), new BigDecimal("0.2"))),
                BigDecimal.ONE);
        return mix.shares().get(0).units() + " and " + mix.shares().get(1).units() + " units";
    }

    private static String replicas(Pool pool) {
        LongUnaryOperator ready = new ScalingReplicas(new BigDecimal("0.3"), 1, 50, 10).ready(pool.curve());
        return LongStream.range(0, pool.span()).map(ready).sum() + " replica-minutes";
    }

    private static String valleys(Pool pool) {
        Valleys.Plan plan = new Valleys(
                        pool.curve(), pool.work(), Terms.wholeUnits(pool.price("0.2")), minute -> BigDecimal.ZERO)
                .cheapest();
        return plan.online().units() + " units, elsewhere " + plan.costElsewhere();
    }

    private static String competing(Pool pool) {
        TreeMap<Long, LoadCurve.Minute> other = new TreeMap<>();
        SplittableRandom random = new SplittableRandom(1);
        for (LoadCurve.Minute m : pool.minutes()) {
            BigDecimal load = m.load()
                    .multiply(BigDecimal.valueOf(500 + random.nextInt(400), 3))
                    .setScale(9, RoundingMode.HALF_EVEN);
            other.put(m.minute(), new LoadCurve.Minute(m.minute(), load, m.value()));
        }
        CompetingUnits.Plan plan = CompetingUnits.cheapest(List.of(
                new CompetingUnits.Offer("A", pool.curve(), Terms.wholeUnits(pool.price("0.2"))),
                new CompetingUnits.Offer(
                        "B",
                        LoadCurve.of(pool.span(), List.copyOf(other.values())),
                        Terms.inSteps(pool.price("0.29"), new BigDecimal("5"), new BigDecimal("5")))));
        return plan.shares().get(0).units() + " and " + plan.shares().get(1).units() + " units, gap " + plan.gap();
    }
}
