package io.tokenledger.scenario.commitment;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The load-duration curve: the minutes with load, highest load first, and what is above any number of units. Every so many
 * minutes the sums over all higher ones are kept, so that an answer adds up a few minutes only.
 */
final class LoadDuration {
    private static final int KEPT_EVERY = 256;

    /**
     * @param load in parts
     * @param unitValue what a unit serves in this minute, at full load, costs elsewhere; cut to a finite decimal
     * @param exact whether nothing was cut
     */
    private record Point(LoadCurve.Minute at, long load, BigDecimal unitValue, boolean exact) {
        static Point of(LoadCurve.Minute at) {
            BigDecimal cut = at.value().divide(at.demand(), Bounds.QUOTIENT_SCALE, RoundingMode.DOWN);
            return new Point(
                    at, Load.parts(at.load()), cut, cut.multiply(at.demand()).compareTo(at.value()) == 0);
        }

        /** What the part of the load above some units costs elsewhere. */
        Fraction cost(BigDecimal units) {
            return Fraction.quotient(at.value().multiply(at.load().subtract(units)), at.demand());
        }
    }

    /**
     * Sums over the highest minutes.
     *
     * @param load in parts
     * @param value what all of that load costs elsewhere, at least
     * @param valueCut the part of the load, in parts, of which the value was computed from a cut unit value
     * @param unitValue the sum of the cut ones
     * @param cut how many of them are not exact
     */
    private record Sums(long load, BigDecimal value, long valueCut, BigDecimal unitValue, int cut) {
        static final Sums NONE = new Sums(0, BigDecimal.ZERO, 0, BigDecimal.ZERO, 0);

        Sums plus(Point p) {
            boolean whole = p.at().demand().compareTo(p.at().load()) == 0;
            return new Sums(
                    Math.addExact(load, p.load()),
                    value.add(whole ? p.at().value() : p.at().load().multiply(p.unitValue())),
                    whole || p.exact() ? valueCut : Math.addExact(valueCut, p.load()),
                    unitValue.add(p.unitValue()),
                    p.exact() ? cut : cut + 1);
        }

        BigDecimal mostUnitValue() {
            return unitValue.add(Bounds.CUT.multiply(BigDecimal.valueOf(cut)));
        }
    }

    /**
     * What is above a number of units.
     *
     * @param load unit-minutes
     * @param cost what they cost elsewhere
     */
    record Overflow(BigDecimal load, Bounds cost) {}

    private final List<Point> points;
    private final List<Sums> kept = new ArrayList<>();

    LoadDuration(List<LoadCurve.Minute> minutes) {
        points = minutes.stream()
                .map(Point::of)
                .sorted(Comparator.comparingLong(Point::load).reversed())
                .toList();
        Sums sums = Sums.NONE;
        for (int i = 0; i < points.size(); i++) {
            if (i % KEPT_EVERY == 0) {
                kept.add(sums);
            }
            sums = sums.plus(points.get(i));
        }
        kept.add(sums);
    }

    BigDecimal peak() {
        return points.isEmpty() ? BigDecimal.ZERO : points.get(0).at().load();
    }

    Overflow above(BigDecimal units) {
        long parts = Load.parts(units);
        int from = 0;
        int to = points.size();
        while (from < to) {
            int middle = (from + to) / 2;
            if (points.get(middle).load() > parts) {
                from = middle + 1;
            } else {
                to = middle;
            }
        }
        int above = from;
        Sums sums = sums(above);
        BigDecimal lower = sums.value().subtract(units.multiply(sums.mostUnitValue()));
        BigDecimal upper = sums.value()
                .add(Load.units(sums.valueCut()).multiply(Bounds.CUT))
                .subtract(units.multiply(sums.unitValue()));
        return new Overflow(
                Load.units(sums.load()).subtract(units.multiply(BigDecimal.valueOf(above))),
                new Bounds(
                        lower,
                        upper,
                        () -> Fraction.sum(points.subList(0, above).stream()
                                .map(p -> p.cost(units))
                                .toList())));
    }

    private Sums sums(int highest) {
        Sums sums = highest == points.size() ? kept.get(kept.size() - 1) : kept.get(highest / KEPT_EVERY);
        for (int i = highest == points.size() ? highest : highest - highest % KEPT_EVERY; i < highest; i++) {
            sums = sums.plus(points.get(i));
        }
        return sums;
    }

    /**
     * The fewest units of which the last, however thin, is worth no more than it costs: where the curve, weighted by unit
     * values, is cut at the cost. It minimises {@code cost × n + overflow(n)} over all real n.
     *
     * @param unitCost of one unit for the span
     */
    BigDecimal cutAt(BigDecimal unitCost) {
        int worthIt = 0;
        int to = points.size();
        while (worthIt < to) {
            int middle = (worthIt + to + 1) / 2;
            if (unitValue(middle).compareTo(Bounds.of(unitCost)) <= 0) {
                worthIt = middle;
            } else {
                to = middle - 1;
            }
        }
        return worthIt == points.size()
                ? BigDecimal.ZERO
                : points.get(worthIt).at().load();
    }

    private Bounds unitValue(int highest) {
        Sums sums = sums(highest);
        return new Bounds(
                sums.unitValue(),
                sums.mostUnitValue(),
                () -> Fraction.sum(points.subList(0, highest).stream()
                        .map(p -> Fraction.quotient(p.at().value(), p.at().demand()))
                        .toList()));
    }
}
