package io.tokenledger.scenario;

import io.tokenledger.model.Month;
import java.math.BigDecimal;

/**
 * What a scenario costs for a pool in a month, idle capacity included. Amounts in the currency of the rate card, at the
 * scale of reports.
 *
 * @param totalCost null if any token is unpriced
 * @param tokenCost what is paid by token: everything, or the overflow where capacity serves the pool
 * @param capacityCost what is paid by time, idle included; 0 without capacity
 * @param idleCost the part of it that served nothing
 * @param capacityTokens the tokens that capacity served
 * @param servedByPlan whether a unit was bought for the pool; true for scenarios that need none
 * @param sampled whether any of the tokens come from an export of 1 in N
 */
public record PoolCost(
        Month month,
        String pool,
        ScenarioName scenario,
        String variant,
        long pricedTokens,
        long unpricedTokens,
        BigDecimal totalCost,
        BigDecimal pricedCost,
        BigDecimal tokenCost,
        BigDecimal capacityCost,
        BigDecimal idleCost,
        long capacityTokens,
        boolean servedByPlan,
        boolean sampled) {}
