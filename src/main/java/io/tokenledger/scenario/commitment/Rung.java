package io.tokenledger.scenario.commitment;

import io.tokenledger.model.Money;
import java.math.BigDecimal;

/**
 * What the last units of a plan do on their own: those above the units that are filled before them.
 *
 * @param units up to and with this rung
 * @param added units of this rung
 * @param span minutes
 * @param cost what they add to the capacity cost
 * @param servedValue what the tokens that they serve would cost elsewhere
 * @param served unit-minutes
 */
public record Rung(
        BigDecimal units, BigDecimal added, long span, BigDecimal cost, BigDecimal servedValue, BigDecimal served) {

    static Rung between(CommitmentPlan without, CommitmentPlan with) {
        return new Rung(
                with.units(),
                with.units().subtract(without.units()),
                with.span(),
                with.capacityCost().subtract(without.capacityCost()),
                with.servedValue().subtract(without.servedValue()),
                with.served().subtract(without.served()));
    }

    /** Negative where they do not repay. */
    public BigDecimal saving() {
        return servedValue.subtract(cost);
    }

    /** The used part of these units, 0 to 1. */
    public BigDecimal utilisation() {
        return CommitmentPlan.quotient(served, capacity(), CommitmentPlan.LOAD_SCALE);
    }

    /** The utilisation at which these units would cost what they save; null where they serve nothing of value. */
    public BigDecimal breakEvenLoad() {
        return CommitmentPlan.quotient(
                cost.multiply(served), capacity().multiply(servedValue), CommitmentPlan.LOAD_SCALE);
    }

    /** The cost of a unit for the span at which these units save nothing. */
    public BigDecimal breakEvenUnitCost() {
        return CommitmentPlan.quotient(servedValue, added, Money.REPORT_SCALE);
    }

    private BigDecimal capacity() {
        return added.multiply(BigDecimal.valueOf(span));
    }
}
