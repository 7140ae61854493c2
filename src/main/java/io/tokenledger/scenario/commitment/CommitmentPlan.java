package io.tokenledger.scenario.commitment;

import io.tokenledger.model.Money;
import java.math.BigDecimal;
import java.math.RoundingMode;

/**
 * What a number of units does with a load curve. Amounts in the currency of the curve's values, rounded HALF_EVEN to the
 * scale of reports; shares and loads to 6 fraction digits.
 *
 * @param units bought
 * @param span minutes
 * @param capacityCost of all units for the span
 * @param overflowCost of what is above the units, elsewhere
 * @param costWithNone of everything elsewhere
 * @param load unit-minutes
 * @param served unit-minutes of them that the units serve
 */
public record CommitmentPlan(
        BigDecimal units,
        long span,
        BigDecimal capacityCost,
        BigDecimal overflowCost,
        BigDecimal costWithNone,
        BigDecimal load,
        BigDecimal served) {

    static final int LOAD_SCALE = 6;

    public BigDecimal cost() {
        return capacityCost.add(overflowCost);
    }

    /** Against buying none; negative where the units do not repay. */
    public BigDecimal saving() {
        return costWithNone.subtract(cost());
    }

    /** What the tokens that are served would cost elsewhere. */
    public BigDecimal servedValue() {
        return costWithNone.subtract(overflowCost);
    }

    /** The served part of the load, 0 to 1; null without load. */
    public BigDecimal coverage() {
        return quotient(served, load, LOAD_SCALE);
    }

    /** The used part of the units, 0 to 1; null without units. */
    public BigDecimal utilisation() {
        return quotient(served, capacity(), LOAD_SCALE);
    }

    /** The part of the capacity cost that served nothing. */
    public BigDecimal idleCost() {
        return units.signum() == 0
                ? capacityCost
                : capacityCost.subtract(quotient(capacityCost.multiply(served), capacity(), Money.REPORT_SCALE));
    }

    /** Mean value of a served unit-minute; null where nothing is served. */
    public BigDecimal unitValue() {
        return quotient(servedValue(), served, Money.REPORT_SCALE);
    }

    /**
     * The utilisation at which the units would cost what they save, at the mean value of what they serve: unit cost ÷
     * unit value. Above 1 they never repay. Null where nothing of value is served.
     */
    public BigDecimal breakEvenLoad() {
        return quotient(capacityCost.multiply(served), capacity().multiply(servedValue()), LOAD_SCALE);
    }

    /** The cost of a unit for the span at which all of them together save nothing; null without units. */
    public BigDecimal breakEvenUnitCost() {
        return quotient(servedValue(), units, Money.REPORT_SCALE);
    }

    private BigDecimal capacity() {
        return units.multiply(BigDecimal.valueOf(span));
    }

    static BigDecimal quotient(BigDecimal dividend, BigDecimal divisor, int scale) {
        return divisor.signum() == 0 ? null : dividend.divide(divisor, scale, RoundingMode.HALF_EVEN);
    }
}
