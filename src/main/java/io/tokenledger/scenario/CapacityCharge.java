package io.tokenledger.scenario;

import io.tokenledger.model.Month;
import io.tokenledger.model.TokenClass;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Map;

/**
 * What the capacity of a pool costs in a month, in two parts: the used part is shared out to those whose tokens it
 * served, by weighted tokens; the idle part stands on a row of its own.
 *
 * @param used in the currency of the rate card, at the scale of reports
 * @param idle likewise; used + idle is the whole cost
 * @param weights how much of the capacity a token of each class takes
 */
record CapacityCharge(Month month, String pool, BigDecimal used, BigDecimal idle, Map<TokenClass, BigDecimal> weights) {

    /**
     * Splits a cost by how much of the capacity was used.
     *
     * @param served weighted tokens
     * @param capacity weighted tokens that could have been served; more than 0
     */
    static CapacityCharge of(
            Month month,
            String pool,
            BigDecimal cost,
            BigDecimal served,
            BigDecimal capacity,
            Map<TokenClass, BigDecimal> weights) {
        BigDecimal used = served.compareTo(capacity) >= 0
                ? cost
                : cost.multiply(served).divide(capacity, cost.scale(), RoundingMode.HALF_EVEN);
        return new CapacityCharge(month, pool, used, cost.subtract(used), weights);
    }

    BigDecimal cost() {
        return used.add(idle);
    }
}
