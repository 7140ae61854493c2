package io.tokenledger.scenario;

import io.tokenledger.model.Month;
import io.tokenledger.scenario.commitment.LoadCurve;
import io.tokenledger.scenario.commitment.Rung;
import io.tokenledger.scenario.commitment.ScalingReplicas;
import io.tokenledger.scenario.commitment.SingleCommitment;
import io.tokenledger.scenario.commitment.Terms;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.time.Instant;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.LongUnaryOperator;

/**
 * The units of one kind that a scenario has for a pool in a month, and why so many.
 *
 * @param plan what they do
 * @param ladder what each further unit saves or loses on the month's own demand; empty without demand
 * @param chosenOn what the number rests on, in a few words
 * @param assumptions what the plan rests on that is assumed, not measured
 * @param scaled whether the number follows the demand by the minute
 * @param savedBeside what work that the units do not serve costs less than at standard rates, as a batch; but for the
 *     rounding of whole tokens
 */
public record Purchase(
        CapacityPlan plan,
        List<Rung> ladder,
        String chosenOn,
        List<String> assumptions,
        boolean scaled,
        BigDecimal savedBeside) {

    /** Of a number that does not follow the demand, where nothing is a batch. */
    Purchase(CapacityPlan plan, List<Rung> ladder, String chosenOn, List<String> assumptions) {
        this(plan, ladder, chosenOn, assumptions, false, BigDecimal.ZERO);
    }

    /** Rungs of a ladder: enough to see where it stops paying. */
    private static final int MOST_RUNGS = 50;

    Month month() {
        return plan.month();
    }

    String pool() {
        return plan.unit().pool();
    }

    /**
     * What is there to choose from.
     *
     * @param unit as the table has it, with all its shapes
     * @param demand of the pool, as far back as the trailing window reaches
     */
    record Choice(CapacityUnit unit, List<Commitment> commitments, Month month, ZoneId zone, PoolDemand demand) {

        PoolDemand ofMonth() {
            return demand.within(Span.of(month, zone));
        }

        /** A number of units in total, given by the job file. */
        Purchase given(long units) {
            return with(units, "given", List.of());
        }

        /** As many as would have been cheapest in the time before the month: what could have been known. */
        Purchase optimum(int trailingDays) {
            Span before = before(trailingDays);
            PoolDemand known = demand.within(before);
            long units = cheapest(known, before);
            return with(units, chosenOn(trailingDays), knowing(trailingDays));
        }

        static String chosenOn(int trailingDays) {
            return "%s days before the month".formatted(trailingDays);
        }

        /** The trailing window. */
        Span before(int trailingDays) {
            Instant start = month.start(zone);
            return new Span(
                    start.atZone(zone).minusDays(trailingDays).toInstant().truncatedTo(ChronoUnit.MINUTES), start);
        }

        /** What is doubtful about a choice on the trailing window. */
        List<String> knowing(int trailingDays) {
            Span before = before(trailingDays);
            PoolDemand known = demand.within(before);
            List<String> assumptions = new ArrayList<>();
            if (unit.termDays() != null && trailingDays < unit.termDays()) {
                assumptions.add("units of %s are chosen on %s days, a shorter time than their term of %s"
                        .formatted(unit.unit(), trailingDays, unit.termDays()));
            }
            if (known.minutes().isEmpty()) {
                assumptions.add("units of %s are chosen without any demand before the month".formatted(unit.unit()));
            } else if (known.minutes().get(0).start().isAfter(before.from().plus(1, ChronoUnit.DAYS))) {
                assumptions.add("units of %s are chosen on %s days, the logs begin at %s"
                        .formatted(
                                unit.unit(),
                                trailingDays,
                                known.minutes().get(0).start()));
            }
            return assumptions;
        }

        /** The units that are owned all month. */
        long alwaysOwned() {
            return ownership().stream().mapToLong(Owned.Step::units).min().orElse(0);
        }

        /** The units that are owned when the month begins. */
        long owned() {
            return ownership().get(0).units();
        }

        private List<Owned.Step> ownership() {
            return Owned.of(unit, commitments).steps(month, zone);
        }

        /** Whether an optimum on top of the units owned at the month's start can miss a better one. */
        boolean ownsInParts() {
            return owns() && (ownership().size() > 1 || unit.price().minimumMonthly() != null);
        }

        /** Whether any are owned in the month. */
        boolean owns() {
            return Owned.of(unit, commitments).in(month, zone);
        }

        /** As many as were cheapest in the month itself: the bound that no choice beforehand can beat. */
        Purchase hindsight() {
            return with(
                    cheapest(ofMonth(), Span.of(month, zone)),
                    "the month itself",
                    List.of("the number of units is known only afterwards"));
        }

        /** As many in each minute as the demand some minutes before asked for, at least those that are owned. */
        Purchase scaled(ScenarioSettings.Scaling scaling) {
            PoolDemand known = ofMonth();
            CapacityUnit fitted = known.fit(unit);
            Span span = Span.of(month, zone);
            BigDecimal perMinute = fitted.price()
                    .cost(1, span, zone)
                    .divide(BigDecimal.valueOf(span.minutes()), 30, RoundingMode.HALF_EVEN);
            ScalingReplicas replicas =
                    new ScalingReplicas(perMinute, scaling.min(), scaling.max(), scaling.startupMinutes());
            LoadCurve curve = known.curve(fitted, span, PoolDemand.Minute::all);
            LongUnaryOperator ready = replicas.ready(curve);
            CapacityPlan plan = CapacityPlan.scaled(Owned.of(fitted, commitments), ready, month, zone, known.tokens());
            return new Purchase(
                    plan,
                    List.of(),
                    "the demand %s minutes before, from %s to %s%s"
                            .formatted(
                                    scaling.startupMinutes(),
                                    scaling.min(),
                                    scaling.max(),
                                    owns() ? ", and at least those owned" : ""),
                    assumptions(fitted, sunk(plan)),
                    true,
                    BigDecimal.ZERO);
        }

        private Purchase with(long units, String chosenOn, List<String> further) {
            PoolDemand known = ofMonth();
            CapacityUnit fitted = known.fit(unit);
            Span span = Span.of(month, zone);
            CapacityPlan plan = CapacityPlan.of(Owned.of(fitted, commitments), units, month, zone, known.tokens());
            LoadCurve curve = known.curve(fitted, span, PoolDemand.Minute::all);
            List<Rung> ladder = curve.minutes().isEmpty() || fitted.overage() == CapacityUnit.Overage.REJECT
                    ? List.of()
                    : SingleCommitment.ladder(curve, terms(fitted, span), upTo(fitted, curve, units));
            List<String> doubts = new ArrayList<>(further);
            doubts.addAll(sunk(plan));
            return new Purchase(plan, ladder, chosenOn, assumptions(fitted, doubts));
        }

        /** The other scenarios of the pool do not show what is owed in any case. */
        static List<String> sunk(CapacityPlan plan) {
            return plan.sunk().signum() == 0
                    ? List.of()
                    : List.of("%s of it is for commitments to %s, paid whatever serves the tokens"
                            .formatted(
                                    plan.sunk().stripTrailingZeros().toPlainString(),
                                    plan.unit().unit()));
        }

        /** To where all is served, or a few steps beyond what is bought. */
        private static BigDecimal upTo(CapacityUnit unit, LoadCurve curve, long units) {
            long peak = curve.peak().setScale(0, RoundingMode.CEILING).longValueExact();
            long steps =
                    Math.max(0, Math.max(peak, units) - unit.minimumUnits() + unit.stepUnits() - 1) / unit.stepUnits();
            return BigDecimal.valueOf(unit.minimumUnits() + Math.min(steps, MOST_RUNGS - 1) * unit.stepUnits());
        }

        static String declared(CapacityUnit unit) {
            return "throughput of %s is declared, not measured".formatted(unit.unit());
        }

        List<String> assumptions(CapacityUnit fitted, List<String> further) {
            List<String> all = new ArrayList<>(further);
            all.addAll(demand.doubts());
            all.add(declared(unit));
            if (fitted.throughput().stretched()) {
                all.add("requests are larger than any shape of %s".formatted(unit.unit()));
            }
            return all;
        }

        /** In total, those owned among them. */
        private long cheapest(PoolDemand known, Span span) {
            CapacityUnit fitted = known.fit(unit);
            long owned = owned();
            if (fitted.overage() == CapacityUnit.Overage.REJECT) {
                return owned + unitsForPeak(fitted, known, PoolDemand.Minute::all, owned);
            }
            if (ownsInParts()) {
                return cheapestBesideOwned(fitted, known, span);
            }
            LoadCurve curve = known.curve(fitted, span, PoolDemand.Minute::all);
            LoadCurve above = curve.above(minute -> BigDecimal.valueOf(owned));
            Terms terms = terms(fitted, span);
            long cheapest = SingleCommitment.cheapest(above, terms).units().longValueExact();
            if (fitted.overage() != CapacityUnit.Overage.PRICE || owned > 0) {
                return owned + cheapest;
            }
            // Only who has a unit pays its overage price: without one everything is paid at standard rates.
            long some = Math.max(cheapest, fitted.minimumUnits());
            BigDecimal cost = SingleCommitment.evaluate(above, terms, BigDecimal.valueOf(some))
                    .cost();
            return cost.compareTo(known.standardCost(fitted.served())) < 0 ? some : 0;
        }

        /**
         * A part of what a choice is made on, with the units that are owned in it.
         *
         * @param share how much of the month it stands for
         */
        record Part(PoolDemand known, Span span, BigDecimal share, long owned) {}

        /**
         * In the month itself each part has its own demand; in the time before, which does not know when a commitment
         * begins, each has its share of all of it.
         */
        List<Part> parts(PoolDemand known, Span span) {
            boolean ofMonth = span.equals(Span.of(month, zone));
            List<Part> parts = new ArrayList<>();
            for (Owned.Step step : ownership()) {
                parts.add(
                        ofMonth
                                ? new Part(known.within(step.span()), step.span(), BigDecimal.ONE, step.units())
                                : new Part(
                                        known,
                                        span,
                                        BigDecimal.valueOf(step.span().minutes())
                                                .divide(
                                                        BigDecimal.valueOf(month.minutes(zone)),
                                                        MathContext.DECIMAL128),
                                        step.units()));
            }
            return parts;
        }

        /**
         * A part with the load of a unit.
         *
         * @param unitCost of a unit for the span of the curve
         * @param withoutUnits what all of its load costs where there is no unit
         */
        private record Stretch(
                LoadCurve curve, BigDecimal share, long owned, BigDecimal unitCost, BigDecimal withoutUnits) {
            BigDecimal unitsCost(long units) {
                return share.multiply(unitCost).multiply(BigDecimal.valueOf(Math.max(units, owned)));
            }

            BigDecimal overflowCost(long units) {
                BigDecimal present = BigDecimal.valueOf(Math.max(units, owned));
                return share.multiply(
                        present.signum() == 0
                                ? withoutUnits
                                : SingleCommitment.evaluate(curve, Terms.wholeUnits(unitCost), present)
                                        .overflowCost());
            }
        }

        /**
         * The cheapest number in total where the owned ones change in the month, or count towards a monthly minimum: the
         * cost is then not convex in what is bought on top, so every number up to the peak is compared.
         */
        private long cheapestBesideOwned(CapacityUnit fitted, PoolDemand known, Span span) {
            List<Stretch> stretches = new ArrayList<>();
            for (Part part : parts(known, span)) {
                LoadCurve curve = part.known().curve(fitted, part.span(), PoolDemand.Minute::all);
                BigDecimal unitCost = fitted.price().cost(1, part.span(), zone);
                stretches.add(new Stretch(
                        curve,
                        part.share(),
                        part.owned(),
                        unitCost,
                        // Only who has a unit pays its overage price.
                        fitted.overage() == CapacityUnit.Overage.PRICE
                                ? part.known().standardCost(fitted.served())
                                : SingleCommitment.evaluate(curve, Terms.wholeUnits(unitCost), BigDecimal.ZERO)
                                        .overflowCost()));
            }
            BigDecimal minimum = fitted.price().minimum(span, zone);
            long best = 0;
            BigDecimal least = null;
            for (long units : numbersBesideOwned(fitted, stretches)) {
                BigDecimal paid = stretches.stream()
                        .map(s -> s.unitsCost(units))
                        .reduce(BigDecimal.ZERO, BigDecimal::add)
                        .max(minimum);
                BigDecimal cost =
                        stretches.stream().map(s -> s.overflowCost(units)).reduce(paid, BigDecimal::add);
                if (least == null || cost.compareTo(least) < 0) {
                    best = units;
                    least = cost;
                }
            }
            return best;
        }

        /** None on top, and what is sold on top of each number that is owned, up to where the peak is served. */
        private static SortedSet<Long> numbersBesideOwned(CapacityUnit fitted, List<Stretch> stretches) {
            long peak = stretches.stream()
                    .map(s -> s.curve().peak().setScale(0, RoundingMode.CEILING).longValueExact())
                    .max(Comparator.naturalOrder())
                    .orElse(0L);
            SortedSet<Long> numbers = new TreeSet<>(Set.of(0L));
            for (Stretch stretch : stretches) {
                for (long n = fitted.minimumUnits();
                        n < peak + fitted.minimumUnits() + fitted.stepUnits();
                        n += fitted.stepUnits()) {
                    numbers.add(stretch.owned() + n);
                }
            }
            return numbers;
        }

        /** The fewest units on top of those owned that serve every minute; 0 for none. */
        static long unitsForPeak(
                CapacityUnit unit, PoolDemand known, Function<PoolDemand.Minute, PoolDemand.Part> part, long owned) {
            return known.minutes().stream()
                    .mapToLong(minute -> unit.unitsFor(part.apply(minute).tokens(), owned))
                    .max()
                    .orElse(0);
        }

        Terms terms(CapacityUnit fitted, Span span) {
            return Terms.inSteps(
                            fitted.price().cost(1, span, zone),
                            BigDecimal.valueOf(fitted.minimumUnits()),
                            BigDecimal.valueOf(fitted.stepUnits()))
                    .withMinimumCost(fitted.price().minimum(span, zone));
        }
    }
}
