package io.tokenledger.scenario.commitment;

import io.tokenledger.model.Money;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;

/**
 * What a pool costs when every minute has the same multiple of its load and value, with a fixed number of units: a convex
 * function of that volume, straight between the volumes at which a minute begins to overflow.
 *
 * @param curve at a volume of 1, no owned units taken off
 * @param units that do not change with the volume; 0 for a scenario that is paid by token alone
 * @param capacityCost of those units for the span
 * @param besideCost of what no unit may serve, at a volume of 1
 */
public record VolumeCost(LoadCurve curve, BigDecimal units, BigDecimal capacityCost, BigDecimal besideCost) {
    /** Fraction digits of a crossing. */
    public static final int CROSSING_SCALE = 6;

    private static final BigDecimal EQUAL = new BigDecimal("1E-18");

    public VolumeCost {
        curve.requireAll();
    }

    /** Of units that may serve all. */
    public VolumeCost(LoadCurve curve, BigDecimal units, BigDecimal capacityCost) {
        this(curve, units, capacityCost, BigDecimal.ZERO);
    }

    /** Of a scenario that is paid by token alone. */
    public static VolumeCost byToken(BigDecimal cost) {
        return new VolumeCost(LoadCurve.of(0, List.of()), BigDecimal.ZERO, BigDecimal.ZERO, cost);
    }

    /**
     * @param volume not negative
     * @return rounded HALF_EVEN to the scale of reports
     */
    public BigDecimal at(BigDecimal volume) {
        return bounds(volume).rounded();
    }

    /**
     * The cost at several volumes, in one pass over the minutes.
     *
     * @param volumes in rising order, not negative
     * @return as {@link #at(BigDecimal)} for each
     */
    public List<BigDecimal> at(List<BigDecimal> volumes) {
        Rising rising = rising();
        List<BigDecimal> costs = new ArrayList<>();
        for (BigDecimal volume : volumes) {
            BigDecimal cost = rising.at(volume);
            BigDecimal cut = rising.cut(volume);
            BigDecimal rounded = cost.subtract(cut).setScale(Money.REPORT_SCALE, RoundingMode.HALF_EVEN);
            boolean sure = rounded.equals(cost.add(cut).setScale(Money.REPORT_SCALE, RoundingMode.HALF_EVEN));
            costs.add(sure ? rounded : at(volume));
        }
        return costs;
    }

    private Bounds bounds(BigDecimal volume) {
        QuotientSum cost = new QuotientSum();
        cost.add(capacityCost);
        cost.add(besideCost.multiply(volume));
        for (LoadCurve.Minute m : curve.minutes()) {
            BigDecimal over = m.load().multiply(volume).subtract(units);
            if (over.signum() > 0) {
                cost.add(m.value().multiply(over), m.demand());
            }
        }
        return cost.bounds();
    }

    /**
     * The volumes at which the cheaper of two scenarios changes. Found on the straight pieces, with quotients cut to 30
     * digits, so to the last of {@link #CROSSING_SCALE} digits unless the costs run nearly parallel; where they are equal
     * over some volumes, the last of these counts. Costs that differ by less than 1E-18 are taken as equal.
     *
     * @return in rising order, rounded HALF_EVEN
     */
    public static List<BigDecimal> crossings(VolumeCost a, VolumeCost b, BigDecimal from, BigDecimal to) {
        TreeSet<BigDecimal> corners = new TreeSet<>(List.of(from, to));
        for (VolumeCost scenario : List.of(a, b)) {
            for (LoadCurve.Minute m : scenario.curve.minutes()) {
                corners.add(scenario.units.divide(m.load(), Bounds.QUOTIENT_SCALE, RoundingMode.HALF_EVEN));
            }
        }
        Rising costOfA = a.rising();
        Rising costOfB = b.rising();
        List<BigDecimal> crossings = new ArrayList<>();
        int before = 0;
        BigDecimal corner = from;
        BigDecimal difference = BigDecimal.ZERO;
        for (BigDecimal volume : corners.subSet(from, true, to, true)) {
            BigDecimal now = costOfA.at(volume).subtract(costOfB.at(volume));
            int cheaper = now.abs().compareTo(EQUAL) < 0 ? 0 : now.signum();
            if (cheaper == -before && cheaper != 0) {
                BigDecimal part = difference.divide(difference.subtract(now), MathContext.DECIMAL128);
                crossings.add(corner.add(part.multiply(volume.subtract(corner)))
                        .setScale(CROSSING_SCALE, RoundingMode.HALF_EVEN));
            }
            before = cheaper == 0 ? before : cheaper;
            corner = volume;
            difference = cheaper == 0 ? BigDecimal.ZERO : now;
        }
        return crossings;
    }

    private Rising rising() {
        return new Rising(this);
    }

    /** The cost at a rising volume: each minute is added once, where it begins to overflow. */
    private static final class Rising {
        private final VolumeCost scenario;
        private final List<LoadCurve.Minute> byLoad;
        private int above;
        private long inexact;
        private BigDecimal value = BigDecimal.ZERO;
        private BigDecimal unitValue = BigDecimal.ZERO;

        Rising(VolumeCost scenario) {
            this.scenario = scenario;
            this.byLoad = scenario.curve.minutes().stream()
                    .sorted(Comparator.comparing(LoadCurve.Minute::load).reversed())
                    .toList();
        }

        BigDecimal at(BigDecimal volume) {
            while (above < byLoad.size()
                    && byLoad.get(above).load().multiply(volume).compareTo(scenario.units) > 0) {
                LoadCurve.Minute m = byLoad.get(above++);
                BigDecimal ofUnit = m.value().divide(m.demand(), Bounds.QUOTIENT_SCALE, RoundingMode.HALF_EVEN);
                value = value.add(m.load().multiply(ofUnit));
                unitValue = unitValue.add(ofUnit);
                inexact += ofUnit.multiply(m.demand()).compareTo(m.value()) == 0 ? 0 : 1;
            }
            return scenario.capacityCost
                    .add(value.add(scenario.besideCost).multiply(volume))
                    .subtract(unitValue.multiply(scenario.units));
        }

        /** How far the cost may be from the exact one: what was cut off unit values. */
        BigDecimal cut(BigDecimal volume) {
            BigDecimal highest =
                    byLoad.isEmpty() ? BigDecimal.ZERO : byLoad.get(0).load();
            return Bounds.CUT
                    .multiply(BigDecimal.valueOf(inexact))
                    .multiply(highest.multiply(volume).add(scenario.units));
        }
    }
}
