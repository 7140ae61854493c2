package io.tokenledger.scenario;

import io.tokenledger.model.Month;
import io.tokenledger.scenario.commitment.LoadCurve;
import io.tokenledger.scenario.commitment.Rung;
import io.tokenledger.scenario.commitment.ScalingReplicas;
import io.tokenledger.scenario.commitment.SingleCommitment;
import io.tokenledger.scenario.commitment.Terms;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongUnaryOperator;

/**
 * The units of one kind that a scenario has for a pool in a month, and why so many.
 *
 * @param plan what they do
 * @param ladder what each further unit saves or loses on the month's own demand; empty without demand
 * @param chosenOn what the number rests on, in a few words
 * @param assumptions what the plan rests on that is assumed, not measured
 */
public record Purchase(CapacityPlan plan, List<Rung> ladder, String chosenOn, List<String> assumptions) {

    /** Rungs of a ladder: enough to see where it stops paying. */
    private static final int MOST_RUNGS = 50;

    Month month() {
        return plan.month();
    }

    String pool() {
        return plan.unit().pool();
    }

    /** The price list that pays for the overflow: the unit's own only where there is a unit. */
    String overflowTier() {
        return plan.unitMinutes() == 0
                ? CapacityUnit.Overage.STANDARD.priceTier()
                : plan.unit().overflowTier();
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
            return "%d days before the month".formatted(trailingDays);
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
                assumptions.add("units of %s are chosen on %d days, a shorter time than their term of %d"
                        .formatted(unit.unit(), trailingDays, unit.termDays()));
            }
            if (known.minutes().isEmpty()) {
                assumptions.add("units of %s are chosen without any demand before the month".formatted(unit.unit()));
            } else if (known.minutes().get(0).start().isAfter(before.from().plus(1, ChronoUnit.DAYS))) {
                assumptions.add("units of %s are chosen on %d days, the logs begin at %s"
                        .formatted(
                                unit.unit(),
                                trailingDays,
                                known.minutes().get(0).start()));
            }
            return assumptions;
        }

        /** The units that are owned when the month begins. */
        long owned() {
            return Owned.of(unit, commitments).steps(month, zone).get(0).units();
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

        /** As many in each minute as the demand some minutes before asked for. */
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
            CapacityPlan plan = CapacityPlan.scaled(fitted, ready, month, zone, known.tokens());
            return new Purchase(
                    plan,
                    List.of(),
                    "the demand %d minutes before, from %d to %d"
                            .formatted(scaling.startupMinutes(), scaling.min(), scaling.max()),
                    assumptions(fitted, List.of()));
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
            if (plan.sunk().signum() > 0) {
                doubts.add(sunk(plan));
            }
            return new Purchase(plan, ladder, chosenOn, assumptions(fitted, doubts));
        }

        /** The other scenarios of the pool do not show what is owed in any case. */
        static String sunk(CapacityPlan plan) {
            return "%s of it is for commitments to %s, paid whatever serves the tokens"
                    .formatted(
                            plan.sunk().stripTrailingZeros().toPlainString(),
                            plan.unit().unit());
        }

        /** To where all is served, or a few steps beyond what is bought. */
        private static BigDecimal upTo(CapacityUnit unit, LoadCurve curve, long units) {
            long peak = curve.peak().setScale(0, RoundingMode.CEILING).longValueExact();
            long steps =
                    Math.max(0, Math.max(peak, units) - unit.minimumUnits() + unit.stepUnits() - 1) / unit.stepUnits();
            return BigDecimal.valueOf(unit.minimumUnits() + Math.min(steps, MOST_RUNGS - 1) * unit.stepUnits());
        }

        List<String> assumptions(CapacityUnit fitted, List<String> further) {
            List<String> all = new ArrayList<>(further);
            all.add("throughput of %s is declared, not measured".formatted(unit.unit()));
            if (fitted.throughput().stretched()) {
                all.add("requests are larger than any shape of %s".formatted(unit.unit()));
            }
            return all;
        }

        /** In total, those owned at the start of the month among them. */
        private long cheapest(PoolDemand known, Span span) {
            CapacityUnit fitted = known.fit(unit);
            long owned = owned();
            LoadCurve curve = known.curve(fitted, span, PoolDemand.Minute::all);
            LoadCurve above = curve.above(minute -> BigDecimal.valueOf(owned));
            if (fitted.overage() == CapacityUnit.Overage.REJECT) {
                return owned + unitsForPeak(fitted, above);
            }
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

        static long unitsForPeak(CapacityUnit unit, LoadCurve curve) {
            long peak = curve.peak().setScale(0, RoundingMode.CEILING).longValueExact();
            return peak == 0
                    ? 0
                    : unit.minimumUnits()
                            + Math.max(0, peak - unit.minimumUnits() + unit.stepUnits() - 1)
                                    / unit.stepUnits()
                                    * unit.stepUnits();
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
