package io.tokenledger.scenario;

import static java.util.Comparator.comparing;

import io.tokenledger.model.Month;
import io.tokenledger.model.TokenClass;
import io.tokenledger.scenario.BreakEvenPoint.Kind;
import io.tokenledger.scenario.commitment.LoadCurve;
import io.tokenledger.scenario.commitment.VolumeCost;
import io.tokenledger.usage.Demand;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * How the costs of a pool that something is bought for would change with its volume: every minute of the month has the
 * same multiple of its tokens, what is bought stays as it is, and the rest is paid by token. A curve takes tokens as
 * divisible; the current point is the figure of the comparison, where whole tokens overflow, so it lies off the curve by
 * at most half a token of each class and overflowing minute. What serves by itself more or less with the demand, such as
 * replicas that scale or valleys that waiting work fills, has its current point alone.
 *
 * @param byVolume the pools of months in which a contract prices by volume
 */
record BreakEven(
        List<Scenario> scenarios,
        List<PoolCost> costs,
        Map<String, PoolDemand> demands,
        Set<Demanded> byVolume,
        ZoneId zone) {

    /** A pool in a month. */
    record Demanded(Month month, String pool) {}

    /** IEC 60063, E12: about the same step from one to the next, and 1 is one of them. */
    private static final List<BigDecimal> VOLUMES = Stream.of(
                    Stream.of("0.10", "0.12", "0.15", "0.18", "0.22", "0.27", "0.33", "0.39", "0.47", "0.56", "0.68"),
                    Stream.of("0.82", "1.0", "1.2", "1.5", "1.8", "2.2", "2.7", "3.3", "3.9", "4.7", "5.6", "6.8"),
                    Stream.of("8.2", "10"))
            .flatMap(volumes -> volumes.map(BigDecimal::new))
            .toList();

    private static final BigDecimal LEAST = VOLUMES.get(0);
    private static final BigDecimal MOST = VOLUMES.get(VOLUMES.size() - 1);

    private static final String SAME_MULTIPLE = "every minute has the same multiple of its tokens";

    /**
     * A scenario of a pool.
     *
     * @param volume null where {@code whyNot} says why there is none
     */
    private record Curve(PoolCost cost, VolumeCost volume, String whyNot) {
        private BreakEvenPoint current() {
            return point(Kind.CURRENT, BigDecimal.ONE, cost.totalCost(), null, cost.assumptions());
        }

        /** The current point alone where there is no curve. */
        List<BreakEvenPoint> points() {
            if (volume == null) {
                return List.of(current());
            }
            List<BigDecimal> totals = volume.at(VOLUMES);
            return IntStream.range(0, totals.size())
                    .mapToObj(i -> VOLUMES.get(i).compareTo(BigDecimal.ONE) == 0
                            ? current()
                            : point(Kind.CURVE, VOLUMES.get(i), totals.get(i), null, withMultiple(cost)))
                    .toList();
        }

        BreakEvenPoint crossing(BigDecimal times, Curve other) {
            SortedSet<String> both = withMultiple(cost);
            both.addAll(withMultiple(other.cost));
            return point(Kind.CROSSING, times, volume.at(times), other.cost.scenario(), both);
        }

        private static SortedSet<String> withMultiple(PoolCost cost) {
            SortedSet<String> all = new TreeSet<>(cost.assumptions());
            all.add(SAME_MULTIPLE);
            if (cost.scenario().scenario() == ScenarioName.BATCH) {
                all.add("limits of batches are not checked at other volumes");
            }
            return all;
        }

        private BreakEvenPoint point(
                Kind kind,
                BigDecimal times,
                BigDecimal total,
                ScenarioKey otherScenario,
                SortedSet<String> assumptions) {
            return new BreakEvenPoint(
                    cost.month(),
                    cost.pool(),
                    cost.scenario(),
                    kind,
                    times,
                    BigDecimal.valueOf(tokens(cost))
                            .multiply(times)
                            .setScale(0, RoundingMode.HALF_EVEN)
                            .longValueExact(),
                    total,
                    otherScenario,
                    kind == Kind.CURRENT ? whyNot : null,
                    cost.sampled(),
                    assumptions);
        }
    }

    /** In the order of month, pool, scenario, volume; crossings come last in their pool. */
    List<BreakEvenPoint> points() {
        return scenarios.stream()
                .flatMap(s -> s.purchases().stream())
                .map(purchase -> new Demanded(purchase.month(), purchase.pool()))
                .distinct()
                .sorted(comparing(Demanded::month).thenComparing(Demanded::pool))
                .flatMap(place -> points(place).stream())
                .toList();
    }

    private List<BreakEvenPoint> points(Demanded place) {
        List<Curve> curves = scenarios.stream()
                .sorted(comparing(Scenario::key))
                .flatMap(scenario -> curve(scenario, place).stream())
                .toList();
        List<BreakEvenPoint> points = new ArrayList<>();
        curves.forEach(curve -> points.addAll(curve.points()));
        for (int i = 0; i < curves.size(); i++) {
            for (int j = i + 1; j < curves.size(); j++) {
                if (curves.get(i).volume() != null && curves.get(j).volume() != null) {
                    points.addAll(crossings(curves.get(i), curves.get(j)));
                }
            }
        }
        return points;
    }

    /** The cheaper one changes at each, so who is cheaper below the first tells the others. */
    private static List<BreakEvenPoint> crossings(Curve a, Curve b) {
        List<BigDecimal> volumes = VolumeCost.crossings(a.volume(), b.volume(), LEAST, MOST);
        List<BreakEvenPoint> crossings = new ArrayList<>();
        if (volumes.isEmpty()) {
            return crossings;
        }
        BigDecimal between = LEAST.add(volumes.get(0)).divide(BigDecimal.valueOf(2));
        boolean aBelow = Stream.of(between, LEAST)
                        .map(volume ->
                                a.volume().at(volume).compareTo(b.volume().at(volume)))
                        .filter(sign -> sign != 0)
                        .findFirst()
                        .orElse(-1)
                < 0;
        for (BigDecimal volume : volumes) {
            crossings.add(aBelow ? a.crossing(volume, b) : b.crossing(volume, a));
            aBelow = !aBelow;
        }
        return crossings;
    }

    /** None for a scenario that is for bought units, and has none here. */
    private List<Curve> curve(Scenario scenario, Demanded place) {
        PoolCost cost = cost(place, scenario.key());
        if (cost == null) {
            return List.of();
        }
        List<Purchase> bought = scenario.purchases().stream()
                .filter(p -> p.month().equals(place.month()) && p.pool().equals(place.pool()))
                .toList();
        return switch (scenario.key().scenario()) {
            case SERVERLESS, BATCH -> List.of(byToken(cost, whyNot(cost)));
            case AS_RUN -> List.of(byToken(cost, first(whyNot(cost), whyNotAsRun(cost))));
            case DEDICATED, PROVISIONED, GPU_CLUSTER ->
                bought.isEmpty() ? List.of() : List.of(served(cost, bought, null));
            case BEST_MIX ->
                List.of(
                        bought.isEmpty()
                                ? byToken(cost, whyNot(cost))
                                : served(cost, bought, waiting((BestMix) scenario, place)));
        };
    }

    private static Curve byToken(PoolCost cost, String whyNot) {
        return new Curve(
                cost,
                whyNot == null
                        ? VolumeCost.byToken(
                                cost.capacityCost(), cost.totalCost().subtract(cost.capacityCost()))
                        : null,
                whyNot);
    }

    private static Waiting waiting(BestMix mix, Demanded place) {
        return mix.waiting().get(new Demand.Of(place.month(), place.pool()));
    }

    /** @param waiting what becomes of work that can wait in a mix; null without a mix */
    private Curve served(PoolCost cost, List<Purchase> bought, Waiting waiting) {
        PoolCost serverless = cost(new Demanded(cost.month(), cost.pool()), ScenarioKey.of(ScenarioName.SERVERLESS));
        boolean isMix = waiting != null;
        String whyNot = first(
                whyNot(cost),
                bought.stream()
                        .map(this::whyNot)
                        .filter(Objects::nonNull)
                        .findFirst()
                        .orElse(null),
                isMix && bought.size() == 1 && waits(bought.get(0))
                        ? "work that waits fills the valleys of the units, which are others at another volume"
                        : null,
                serverless == null || serverless.totalCost() == null
                        ? "there is no total of serverless to pay by token with"
                        : null);
        List<CapacityPlan> plans = bought.stream().map(Purchase::plan).toList();
        return new Curve(
                cost,
                whyNot != null
                        ? null
                        : isMix
                                ? ofMix(plans, waiting, serverless.totalCost())
                                : eachByItself(plans, serverless.totalCost()),
                whyNot);
    }

    private static String first(String... reasons) {
        return Stream.of(reasons).filter(Objects::nonNull).findFirst().orElse(null);
    }

    private static String whyNotAsRun(PoolCost cost) {
        return cost.capacityTokens() == 0
                ? null
                : "what its commitments served is known for the month as it was, not for other volumes";
    }

    private String whyNot(Purchase purchase) {
        CapacityPlan plan = purchase.plan();
        if (purchase.scaled()) {
            return "replicas come and go with the demand, which is another at another volume";
        }
        if (plan.unit().overage() != CapacityUnit.Overage.STANDARD) {
            return "what is above the units is not paid at standard rates";
        }
        return plan.unitMinutes()
                        == Math.multiplyExact(plan.units(), plan.month().minutes(zone))
                ? null
                : "the number of units changes within the month, or more are owned";
    }

    private boolean waits(Purchase purchase) {
        return demand(purchase.plan()).minutes().stream()
                .anyMatch(minute -> !minute.waiting().tokens().isEmpty());
    }

    private PoolDemand demand(CapacityPlan plan) {
        return demands.getOrDefault(plan.unit().pool(), PoolDemand.NONE).within(Span.of(plan.month(), zone));
    }

    /**
     * Of units of which each serves tokens that the others do not.
     *
     * @param serverless what all of the pool costs by token
     */
    VolumeCost eachByItself(List<CapacityPlan> plans, BigDecimal serverless) {
        List<VolumeCost.Capacity> capacity = new ArrayList<>();
        BigDecimal beside = serverless;
        for (CapacityPlan plan : plans) {
            PoolDemand demand = demand(plan);
            LoadCurve curve = demand.curve(plan.unit(), Span.of(plan.month(), zone), PoolDemand.Minute::all);
            capacity.add(new VolumeCost.Capacity(curve, BigDecimal.valueOf(plan.units())));
            beside = beside.subtract(demand.standardCost(plan.unit().served()));
        }
        return new VolumeCost(capacity, cost(plans), beside);
    }

    /**
     * Of units that serve what cannot wait one after the other; the rest is paid by token. Together they are full where
     * their shares of a minute add up to all of it, as are as many units with the mean load of theirs.
     *
     * @param serverless what all of the pool costs by token
     */
    VolumeCost ofMix(List<CapacityPlan> plans, Waiting waiting, BigDecimal serverless) {
        List<TokenClass> all = List.of(TokenClass.values());
        PoolDemand demand = demand(plans.get(0));
        Span span = Span.of(plans.get(0).month(), zone);
        BigDecimal units =
                BigDecimal.valueOf(plans.stream().mapToLong(CapacityPlan::units).sum());
        BigDecimal beside = serverless.subtract(demand.standardCost(all));
        List<LoadCurve.Minute> minutes = new ArrayList<>();
        for (PoolDemand.Minute minute : demand.minutes()) {
            beside = beside.add(waiting.cost(minute.waiting()));
            Map<TokenClass, Long> tokens = minute.online().tokens();
            // Whom a minute takes no capacity of serves it at any volume.
            if (plans.stream().allMatch(plan -> plan.unit().load(tokens).signum() > 0)) {
                BigDecimal shares = plans.stream()
                        .map(plan -> BigDecimal.valueOf(plan.units())
                                .divide(plan.unit().load(tokens), MathContext.DECIMAL128))
                        .reduce(BigDecimal.ZERO, BigDecimal::add);
                minutes.add(new LoadCurve.Minute(
                        Duration.between(span.from(), minute.start()).toMinutes(),
                        units.divide(shares, LoadCurve.LOAD_SCALE, RoundingMode.HALF_EVEN),
                        minute.online().standardCost(all)));
            }
        }
        LoadCurve curve = LoadCurve.of(span.minutes(), minutes);
        return new VolumeCost(List.of(new VolumeCost.Capacity(curve, units)), cost(plans), beside);
    }

    private static BigDecimal cost(List<CapacityPlan> plans) {
        return plans.stream().map(CapacityPlan::cost).reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    private String whyNot(PoolCost cost) {
        String whyNot = Comparison.whyNot(cost);
        if (whyNot != null) {
            return whyNot;
        }
        if (tokens(cost) == 0) {
            return "there are no tokens to multiply";
        }
        return byVolume.contains(new Demanded(cost.month(), cost.pool()))
                ? "a contract prices by the volume of the month"
                : null;
    }

    private PoolCost cost(Demanded place, ScenarioKey scenario) {
        return costs.stream()
                .filter(c -> c.month().equals(place.month())
                        && place.pool().equals(c.pool())
                        && c.scenario().equals(scenario))
                .findFirst()
                .orElse(null);
    }

    private static long tokens(PoolCost cost) {
        return Math.addExact(cost.pricedTokens(), cost.unpricedTokens());
    }
}
