package io.tokenledger.scenario;

import io.tokenledger.rates.ModelKey;
import io.tokenledger.rates.Rate;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;

/**
 * A price that can make money, as {@code rates_applied} shows it: a rate, or the overage price of a capacity unit.
 *
 * @param priceTier the service tier of the rate, or {@code overage}
 * @param tokenClass the class that the rate is for; null for an overage price, which is one for all classes
 * @param validFrom inclusive, UTC; null for an overage price
 * @param validTo exclusive, UTC; null while it holds
 * @param pricePerMillion exact, per 1,000,000 tokens
 * @param place file and line of the rate, or the unit
 */
public record AppliedRate(
        String provider,
        String model,
        String priceTier,
        String tokenClass,
        long promptTokensAbove,
        Instant validFrom,
        Instant validTo,
        BigDecimal pricePerMillion,
        String currency,
        String source,
        LocalDate retrievedAt,
        String place) {

    static AppliedRate of(Rate rate) {
        return new AppliedRate(
                rate.model().provider(),
                rate.model().model(),
                rate.tier().label(),
                rate.tokenClass().column(),
                rate.promptTokensAbove(),
                rate.validFrom(),
                rate.validTo(),
                rate.pricePerMillion(),
                rate.currency(),
                rate.source(),
                rate.retrievedAt(),
                rate.place());
    }

    static AppliedRate overage(CapacityUnit unit, ModelKey model) {
        return new AppliedRate(
                model.provider(),
                model.model(),
                unit.overage().priceTier(),
                null,
                0,
                null,
                null,
                unit.overagePrice(),
                unit.currency(),
                unit.priceSource(),
                unit.retrievedAt(),
                "capacity unit " + unit.unit());
    }
}
