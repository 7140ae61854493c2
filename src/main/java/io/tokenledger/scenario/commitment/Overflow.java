package io.tokenledger.scenario.commitment;

import java.math.BigDecimal;
import java.util.List;

/**
 * What is above a falling number of units: the sums over the minutes whose load is higher, each minute added once. A
 * walk down the load-duration curve, so asked for one number of units after another, each at most the one before.
 */
final class Overflow {
    private final List<LoadCurve.Point> points;
    private int above;
    private BigDecimal load = BigDecimal.ZERO;
    private BigDecimal value = BigDecimal.ZERO;
    private BigDecimal unitValue = BigDecimal.ZERO;
    private int cut;
    private BigDecimal cutLoad = BigDecimal.ZERO;

    Overflow(LoadCurve curve) {
        this.points = curve.byLoad();
    }

    /** Goes down to a number of units. */
    Overflow over(BigDecimal units) {
        while (above < points.size() && points.get(above).load().compareTo(units) > 0) {
            LoadCurve.Point point = points.get(above++);
            load = load.add(point.load());
            value = value.add(point.load().multiply(point.unitValue()));
            unitValue = unitValue.add(point.unitValue());
            if (!point.exact()) {
                cut++;
                cutLoad = cutLoad.add(point.load());
            }
        }
        return this;
    }

    /** Unit-minutes above the units that it was last asked for. */
    BigDecimal load(BigDecimal units) {
        return load.subtract(units.multiply(BigDecimal.valueOf(above)));
    }

    /** What they cost elsewhere. */
    Bounds cost(BigDecimal units) {
        BigDecimal lower = value.subtract(units.multiply(unitValue));
        BigDecimal width = cutLoad.subtract(units.multiply(BigDecimal.valueOf(cut)));
        List<LoadCurve.Point> over = points.subList(0, above);
        return new Bounds(
                lower,
                lower.add(width.multiply(Bounds.CUT)),
                () -> Fraction.sum(over.stream()
                        .map(p -> Fraction.quotient(
                                p.at().value().multiply(p.load().subtract(units)), p.at().demand()))
                        .toList()));
    }
}
