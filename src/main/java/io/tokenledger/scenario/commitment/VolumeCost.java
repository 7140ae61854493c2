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
 * What a pool costs when every minute has the same multiple of its load and value, with fixed numbers of units: a convex
 * function of that volume, straight between the volumes at which a minute begins to overflow.
 *
 * @param capacity the units that serve; several where each serves tokens that the others do not
 * @param fixedCost of those units for the span, whatever the volume
 * @param besideCost of what no unit may serve, at a volume of 1
 */
public record VolumeCost(List<Capacity> capacity, BigDecimal fixedCost, BigDecimal besideCost) {
    /** Fraction digits of a crossing. */
    public static final int CROSSING_SCALE = 6;

    private static final BigDecimal EQUAL = new BigDecimal("1E-18");

    /**
     * Units, and the load that is theirs.
     *
     * @param curve at a volume of 1, no owned units taken off
     * @param units that do not change with the volume
     */
    public record Capacity(LoadCurve curve, BigDecimal units) {
        public Capacity {
            curve.requireAll();
        }
    }

    public VolumeCost {
        capacity = List.copyOf(capacity);
    }

    /** Of units that may serve all. */
    public VolumeCost(LoadCurve curve, BigDecimal units, BigDecimal fixedCost) {
        this(List.of(new Capacity(curve, units)), fixedCost, BigDecimal.ZERO);
    }

    /**
     * Of a scenario in which no unit serves.
     *
     * @param fixedCost of units that stand idle at every volume
     */
    public static VolumeCost byToken(BigDecimal fixedCost, BigDecimal cost) {
        return new VolumeCost(List.of(), fixedCost, cost);
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
        cost.add(fixedCost);
        cost.add(besideCost.multiply(volume));
        for (Capacity of : capacity) {
            for (LoadCurve.Minute m : of.curve.minutes()) {
                BigDecimal over = m.load().multiply(volume).subtract(of.units);
                if (over.signum() > 0) {
                    cost.add(m.value().multiply(over), m.demand());
                }
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
            for (Capacity of : scenario.capacity) {
                for (LoadCurve.Minute m : of.curve.minutes()) {
                    corners.add(of.units.divide(m.load(), Bounds.QUOTIENT_SCALE, RoundingMode.HALF_EVEN));
                }
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

    /** The cost at a rising volume. */
    private static final class Rising {
        private final VolumeCost scenario;
        private final List<RisingOverflow> overflows;

        Rising(VolumeCost scenario) {
            this.scenario = scenario;
            this.overflows = scenario.capacity.stream().map(RisingOverflow::new).toList();
        }

        BigDecimal at(BigDecimal volume) {
            return overflows.stream()
                    .map(overflow -> overflow.at(volume))
                    .reduce(scenario.fixedCost.add(scenario.besideCost.multiply(volume)), BigDecimal::add);
        }

        /** How far the cost may be from the exact one. */
        BigDecimal cut(BigDecimal volume) {
            return overflows.stream().map(overflow -> overflow.cut(volume)).reduce(BigDecimal.ZERO, BigDecimal::add);
        }
    }

    /** The cost of what is above some units: each minute is added once, where it begins to overflow. */
    private static final class RisingOverflow {
        private final BigDecimal units;
        private final List<LoadCurve.Minute> byLoad;
        private int above;
        private long inexact;
        private BigDecimal value = BigDecimal.ZERO;
        private BigDecimal unitValue = BigDecimal.ZERO;

        RisingOverflow(Capacity capacity) {
            this.units = capacity.units;
            this.byLoad = capacity.curve.minutes().stream()
                    .sorted(Comparator.comparing(LoadCurve.Minute::load).reversed())
                    .toList();
        }

        BigDecimal at(BigDecimal volume) {
            while (above < byLoad.size()
                    && byLoad.get(above).load().multiply(volume).compareTo(units) > 0) {
                LoadCurve.Minute m = byLoad.get(above++);
                BigDecimal ofUnit = m.value().divide(m.demand(), Bounds.QUOTIENT_SCALE, RoundingMode.HALF_EVEN);
                value = value.add(m.load().multiply(ofUnit));
                unitValue = unitValue.add(ofUnit);
                inexact += ofUnit.multiply(m.demand()).compareTo(m.value()) == 0 ? 0 : 1;
            }
            return value.multiply(volume).subtract(unitValue.multiply(units));
        }

        /** What was cut off unit values. */
        BigDecimal cut(BigDecimal volume) {
            BigDecimal highest =
                    byLoad.isEmpty() ? BigDecimal.ZERO : byLoad.get(0).load();
            return Bounds.CUT
                    .multiply(BigDecimal.valueOf(inexact))
                    .multiply(highest.multiply(volume).add(units));
        }
    }
}
