package io.tokenledger.scenario;

import io.tokenledger.model.Month;
import java.math.BigDecimal;
import java.util.SortedSet;

/**
 * What a scenario costs for a pool in a month, idle capacity included. Amounts in the currency of the rate card, at the
 * scale of reports.
 *
 * @param pool null for what belongs to none: the rest of a contract's minimum spend
 * @param totalCost null if anything is unpriced
 * @param tokenCost what is paid by token and by call: everything, or the overflow where capacity serves the pool
 * @param capacityCost what is paid by time, idle included; 0 without capacity
 * @param idleCost the part of it that served nothing
 * @param sunkCost the part of the capacity cost that is owed for commitments, whatever serves the tokens
 * @param capacityTokens the tokens that capacity served
 * @param whyNot why the scenario cannot be had for the pool; null where it can
 * @param sampled whether any of the tokens come from an export of 1 in N
 * @param assumptions what the costs rest on that is assumed, not measured
 */
public record PoolCost(
        Month month,
        String pool,
        ScenarioKey scenario,
        long pricedTokens,
        long unpricedTokens,
        BigDecimal totalCost,
        BigDecimal pricedCost,
        BigDecimal tokenCost,
        BigDecimal capacityCost,
        BigDecimal idleCost,
        BigDecimal sunkCost,
        long capacityTokens,
        String whyNot,
        boolean sampled,
        SortedSet<String> assumptions) {

    /** What choosing the scenario costs: without what is owed in any case. Null if anything is unpriced. */
    BigDecimal avoidableCost() {
        return totalCost == null ? null : totalCost.subtract(sunkCost);
    }
}
