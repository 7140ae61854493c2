package io.tokenledger.scenario;

import io.tokenledger.model.Month;
import java.time.Instant;

/**
 * What a scenario could not price.
 *
 * @param billedUnit a token class, or a fee unit
 * @param quantity tokens or calls
 */
public record Unpriced(
        Month month,
        ScenarioKey scenario,
        String provider,
        String model,
        String priceTier,
        String billedUnit,
        long quantity,
        Instant firstSeen,
        Instant lastSeen) {}
