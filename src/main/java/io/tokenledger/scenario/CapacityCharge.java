package io.tokenledger.scenario;

import io.tokenledger.model.Month;
import io.tokenledger.model.TokenClass;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Map;

/**
 * What the units of a pool cost in a month, in two parts: the used part is shared out to those whose tokens it served,
 * by weighted tokens; the idle part stands on a row of its own.
 *
 * @param used in the currency of the rate card, at the scale of reports
 * @param idle likewise; used + idle is the whole cost
 * @param served weighted tokens
 * @param capacity weighted tokens that could have been served
 */
record CapacityCharge(
        Month month, CapacityUnit unit, BigDecimal used, BigDecimal idle, BigDecimal served, BigDecimal capacity) {

    /**
     * Splits a cost by how much of the capacity was used.
     *
     * @param served weighted tokens
     * @param capacity weighted tokens that could have been served
     */
    static CapacityCharge of(Month month, CapacityUnit unit, BigDecimal cost, BigDecimal served, BigDecimal capacity) {
        BigDecimal used = BigDecimal.ZERO.setScale(cost.scale());
        if (served.signum() > 0) {
            used = served.compareTo(capacity) >= 0
                    ? cost
                    : cost.multiply(served).divide(capacity, cost.scale(), RoundingMode.HALF_EVEN);
        }
        return new CapacityCharge(month, unit, used, cost.subtract(used), served, capacity);
    }

    String pool() {
        return unit.pool();
    }

    Map<TokenClass, BigDecimal> weights() {
        return unit.weights();
    }

    BigDecimal cost() {
        return used.add(idle);
    }
}
