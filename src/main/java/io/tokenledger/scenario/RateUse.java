package io.tokenledger.scenario;

import io.tokenledger.model.Month;
import java.math.BigDecimal;

/**
 * A rate, a scenario, and what the one earned in the other.
 *
 * @param billedAs what was charged by this rate; another unit than the rate's own where a rule led to it
 * @param quantity tokens or calls
 * @param cost exact
 */
public record RateUse(
        Month month, ScenarioKey scenario, AppliedRate rate, String billedAs, long quantity, BigDecimal cost) {}
