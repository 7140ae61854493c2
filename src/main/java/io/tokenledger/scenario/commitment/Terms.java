package io.tokenledger.scenario.commitment;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;

/**
 * On which terms units are bought for a span. Buying none is always possible and costs nothing.
 *
 * @param unitCost of one unit for the whole span, not negative
 * @param minimumCost the least that is paid if anything is bought; 0 without such a minimum
 * @param minimumUnits the fewest that can be bought; 0 without such a minimum
 * @param stepUnits the numbers that can be bought are {@code minimumUnits} and that plus multiples of this; 0 if any
 *     part of a unit can be bought
 */
public record Terms(BigDecimal unitCost, BigDecimal minimumCost, BigDecimal minimumUnits, BigDecimal stepUnits) {
    public Terms {
        if (unitCost.signum() < 0
                || minimumCost.signum() < 0
                || minimumUnits.signum() < 0
                || stepUnits.signum() < 0
                || (minimumUnits.signum() == 0 && stepUnits.signum() > 0)) {
            throw new IllegalArgumentException("Unit cost " + unitCost + ", minimum cost " + minimumCost
                    + ", minimum units " + minimumUnits + ", step " + stepUnits
                    + "; expected none below 0, and a minimum of units where there is a step");
        }
    }

    /** 1, 2, 3 and so on. */
    public static Terms wholeUnits(BigDecimal unitCost) {
        return inSteps(unitCost, BigDecimal.ONE, BigDecimal.ONE);
    }

    public static Terms inSteps(BigDecimal unitCost, BigDecimal minimumUnits, BigDecimal stepUnits) {
        return new Terms(unitCost, BigDecimal.ZERO, minimumUnits, stepUnits);
    }

    public Terms withMinimumCost(BigDecimal amount) {
        return new Terms(unitCost, amount, minimumUnits, stepUnits);
    }

    /** What a number of units costs for the span, not rounded. */
    public BigDecimal cost(BigDecimal units) {
        return units.signum() == 0 ? BigDecimal.ZERO : units.multiply(unitCost).max(minimumCost);
    }

    /**
     * The numbers that can be bought on either side of one, fewest first; buying none is not among them. A convex cost
     * that is least at {@code units} is least, among all that can be bought, at one of these.
     */
    List<BigDecimal> around(BigDecimal units) {
        BigDecimal more = units.subtract(minimumUnits).max(BigDecimal.ZERO);
        if (stepUnits.signum() == 0) {
            return List.of(minimumUnits.add(more));
        }
        BigDecimal steps = more.divideToIntegralValue(stepUnits);
        return List.of(atStep(steps), atStep(steps.add(BigDecimal.ONE)));
    }

    private BigDecimal atStep(BigDecimal steps) {
        return minimumUnits.add(stepUnits.multiply(steps)).setScale(scale(), RoundingMode.UNNECESSARY);
    }

    private int scale() {
        return Math.max(minimumUnits.scale(), stepUnits.scale());
    }

    /**
     * The units that the minimum cost pays for; down to 9 fraction digits where they are no finite decimal.
     *
     * @param atMost what is enough of them
     */
    BigDecimal unitsOfMinimumCost(BigDecimal atMost) {
        return minimumCost.compareTo(unitCost.multiply(atMost)) >= 0
                ? atMost
                : minimumCost.divide(unitCost, LoadCurve.LOAD_SCALE, RoundingMode.DOWN);
    }

    /**
     * The numbers that can be bought, without 0, from the fewest to {@code units}; just this one where any part of a
     * unit can be bought.
     */
    List<BigDecimal> upTo(BigDecimal units) {
        if (stepUnits.signum() == 0) {
            return units.signum() == 0 ? List.of() : List.of(units);
        }
        List<BigDecimal> numbers = new ArrayList<>();
        for (BigDecimal n = minimumUnits; n.compareTo(units) <= 0; n = n.add(stepUnits)) {
            numbers.add(n);
        }
        return numbers;
    }
}
