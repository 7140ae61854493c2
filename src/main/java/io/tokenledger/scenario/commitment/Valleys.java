package io.tokenledger.scenario.commitment;

import io.tokenledger.model.Money;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongFunction;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * Units that serve a load curve first, and waiting work in what that leaves idle. Work that does not fit into the valleys
 * inside its window is served elsewhere.
 */
public final class Valleys {
    private final LoadCurve curve;
    private final LoadCurve left;
    private final List<WaitingWork> work;
    private final Terms terms;
    private final long[] ownedAboveLoad;
    private final ValleyFilling filling;
    private final Map<BigDecimal, Bounds> costsOfOthers = new HashMap<>();

    /**
     * What some units do.
     *
     * @param online what they do with the load curve, on top of the units owned; its costs leave out the waiting work
     * @param placements one per work, in the order given
     * @param costElsewhere of the waiting work that does not fit, rounded HALF_EVEN to the scale of reports
     * @param costWithNone of everything, with nothing bought on top of the units owned
     */
    public record Plan(
            CommitmentPlan online, List<Placement> placements, BigDecimal costElsewhere, BigDecimal costWithNone) {

        public BigDecimal cost() {
            return online.cost().add(costElsewhere);
        }

        /** Against buying none; negative where the units do not repay. */
        public BigDecimal saving() {
            return costWithNone.subtract(cost());
        }
    }

    /** Unit-minutes of a work that are served in valleys, and elsewhere. */
    public record Placement(WaitingWork work, BigDecimal inValleys, BigDecimal elsewhere) {}

    /**
     * @param work in order of arrival, inside the span
     * @param terms in steps
     * @param owned units already owned at a minute: used first, their cost sunk
     */
    public Valleys(LoadCurve curve, List<WaitingWork> work, Terms terms, LongFunction<BigDecimal> owned) {
        for (int i = 0; i < work.size(); i++) {
            if (work.get(i).arrival() >= curve.span()
                    || (i > 0 && work.get(i).arrival() < work.get(i - 1).arrival())) {
                throw new IllegalArgumentException("Work of minute "
                        + work.get(i).arrival() + " is not in order of arrival, from 0 to " + curve.span());
            }
        }
        if (terms.stepUnits().signum() == 0) {
            throw new IllegalArgumentException("Terms " + terms + "; expected a step above 0");
        }
        this.curve = curve;
        this.left = curve.above(owned);
        this.work = List.copyOf(work);
        this.terms = terms;
        this.filling = new ValleyFilling(curve.span(), this.work);
        this.ownedAboveLoad = LongStream.range(0, curve.span())
                .map(t -> Load.parts(owned.apply(t)))
                .toArray();
        curve.minutes().forEach(m -> ownedAboveLoad[(int) m.minute()] -= Load.parts(m.load()));
    }

    /** @param units bought on top of those owned, not negative */
    public Plan evaluate(BigDecimal units) {
        long[] served = filling.served(idle(units));
        List<Placement> placements = IntStream.range(0, work.size())
                .mapToObj(i -> new Placement(
                        work.get(i), Load.units(served[i]), work.get(i).load().subtract(Load.units(served[i]))))
                .toList();
        BigDecimal elsewhere = placements.stream()
                .map(p -> p.elsewhere().multiply(p.work().unitValue()))
                .reduce(BigDecimal.ZERO, BigDecimal::add);
        CommitmentPlan online = SingleCommitment.evaluate(left, terms, units);
        return new Plan(
                online,
                placements,
                amount(elsewhere),
                online.costWithNone().add(amount(filling.costElsewhere(idle(BigDecimal.ZERO)))));
    }

    private static BigDecimal amount(BigDecimal exact) {
        return exact.setScale(Money.REPORT_SCALE, RoundingMode.HALF_EVEN);
    }

    /** The cheapest number of units that can be bought, none included; of equally cheap ones the fewest. */
    public Plan cheapest() {
        BigDecimal units = numberAt(isConvex() ? bisected() : searched());
        return evaluate(cost(units).compareTo(cost(BigDecimal.ZERO)) < 0 ? units : BigDecimal.ZERO);
    }

    /**
     * Whether the cost is convex in the units: where no waiting work is worth more than what it makes way for, so that
     * the online load would come first even without the rule. Else a unit that serves only online load may repay less
     * than the next, which has room for dear work: with a load of 1 that is worth 1, and a work of 1 that is worth 10,
     * the first unit saves 1 and the second 10.
     */
    private boolean isConvex() {
        BigDecimal dearest = work.stream()
                .map(WaitingWork::unitValue)
                .max(Comparator.naturalOrder())
                .orElse(BigDecimal.ZERO);
        return curve.minutes().stream()
                .allMatch(m -> dearest.multiply(m.demand()).compareTo(m.value()) <= 0);
    }

    /** The first number after which one step more does not save. */
    private long bisected() {
        long from = 1;
        long to = lastOfInterest();
        while (from < to) {
            long middle = (from + to) / 2;
            if (cost(numberAt(middle + 1)).compareTo(cost(numberAt(middle))) >= 0) {
                to = middle;
            } else {
                from = middle + 1;
            }
        }
        return from;
    }

    /**
     * The cheapest number whatever the shape of the cost: between two numbers, no cost is below that of the units of the
     * lower and that of what is left by the higher.
     */
    private long searched() {
        long last = lastOfInterest();
        long best = cost(numberAt(last)).compareTo(cost(numberAt(1))) < 0 ? last : 1;
        Deque<long[]> open = new ArrayDeque<>(List.of(new long[] {1, last}));
        while (!open.isEmpty()) {
            long[] ends = open.pop();
            if (ends[1] - ends[0] < 2) {
                continue;
            }
            Bounds atLeast = costOfOthers(numberAt(ends[1])).plus(terms.cost(numberAt(ends[0] + 1)));
            int order = atLeast.compareTo(cost(numberAt(best)));
            if (order < 0 || (order == 0 && ends[0] < best)) {
                long middle = (ends[0] + ends[1]) / 2;
                int better = cost(numberAt(middle)).compareTo(cost(numberAt(best)));
                if (better < 0 || (better == 0 && middle < best)) {
                    best = middle;
                }
                open.push(new long[] {middle, ends[1]});
                open.push(new long[] {ends[0], middle});
            }
        }
        return best;
    }

    private BigDecimal numberAt(long place) {
        return terms.minimumUnits().add(terms.stepUnits().multiply(BigDecimal.valueOf(place - 1)));
    }

    /**
     * The place of the first number that surely has room for everything at once, or that costs more than having
     * everything elsewhere.
     */
    private long lastOfInterest() {
        BigDecimal enough = left.peak().add(Load.units(filling.mostOfAMinute()));
        BigDecimal all = cost(BigDecimal.ZERO).upper();
        if (terms.unitCost().multiply(enough).compareTo(all) > 0) {
            enough = all.divide(terms.unitCost(), 0, RoundingMode.CEILING);
        }
        BigDecimal steps = enough.subtract(terms.minimumUnits()).divide(terms.stepUnits(), 0, RoundingMode.CEILING);
        return Math.max(1, steps.longValueExact() + 1);
    }

    private Bounds cost(BigDecimal units) {
        return costOfOthers(units).plus(terms.cost(units));
    }

    /** Of what the units do not serve; never more for more units. */
    private Bounds costOfOthers(BigDecimal units) {
        return costsOfOthers.computeIfAbsent(
                units, n -> left.duration().above(n).cost().plus(filling.costElsewhere(idle(n))));
    }

    private long[] idle(BigDecimal units) {
        long bought = Load.parts(units);
        return Arrays.stream(ownedAboveLoad).map(o -> Math.max(0, o + bought)).toArray();
    }
}
