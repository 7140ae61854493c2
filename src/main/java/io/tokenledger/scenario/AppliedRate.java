package io.tokenledger.scenario;

import io.tokenledger.model.ServiceTier;
import io.tokenledger.rates.Band;
import io.tokenledger.rates.Contract;
import io.tokenledger.rates.ModelKey;
import io.tokenledger.rates.Price;
import io.tokenledger.rates.Rate;
import io.tokenledger.rates.TimeWindow;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;

/**
 * A price that can make money, as {@code rates_applied} shows it: a rate, or the overage price of a capacity unit.
 *
 * @param priceTier the price list that was asked for: a service tier, or {@code overage}
 * @param rateTier the service tier of the rate itself; null for an overage price
 * @param billedUnit what the rate itself is for; null for an overage price, which is one for all classes
 * @param band null for an overage price
 * @param window the hours of the week; null in all others
 * @param volumeAbove the price holds beyond this monthly volume of a contract
 * @param contract null for a list price
 * @param percentOfList null where the rate is a price
 * @param exchangeRate what converted the price; null where it is in the currency of the reports
 * @param validFrom inclusive, UTC; null for an overage price
 * @param validTo exclusive, UTC; null while it holds
 * @param pricePerMillion exact, per 1,000,000 tokens or calls, in the currency of the reports
 * @param place file and line of the rate, or the unit
 * @param assumption the rule that led to this rate; null where it is the unit's own
 */
public record AppliedRate(
        String provider,
        String model,
        String priceTier,
        String rateTier,
        String billedUnit,
        Band band,
        TimeWindow window,
        long volumeAbove,
        String contract,
        BigDecimal percentOfList,
        BigDecimal exchangeRate,
        Instant validFrom,
        Instant validTo,
        BigDecimal pricePerMillion,
        String currency,
        String source,
        LocalDate retrievedAt,
        String place,
        String assumption) {

    static AppliedRate of(Price price, String currency) {
        Rate rate = price.rate();
        return new AppliedRate(
                rate.model().provider(),
                rate.model().model(),
                price.tier().label(),
                rate.tier().label(),
                rate.unit().label(),
                rate.band(),
                rate.window(),
                rate.volumeAbove(),
                price.contract().map(Contract::name).orElse(null),
                rate.percentOfList(),
                price.exchange() == null ? null : price.exchange().rate(),
                rate.validFrom(),
                rate.validTo(),
                price.perMillion(),
                currency,
                rate.source(),
                rate.retrievedAt(),
                rate.place(),
                price.assumption());
    }

    static AppliedRate overage(CapacityUnit unit, ModelKey model) {
        return new AppliedRate(
                model.provider(),
                model.model(),
                unit.overage().priceTier(),
                null,
                null,
                null,
                null,
                0,
                null,
                null,
                null,
                null,
                null,
                unit.overagePrice(),
                unit.currency(),
                unit.priceSource(),
                unit.retrievedAt(),
                "capacity unit " + unit.unit(),
                null);
    }

    /** What a contract counts as one volume, whatever price it has at the time: all that differs by nothing else. */
    String volumeMeter() {
        return String.join(
                "\t", contract, provider, model, rateTier, billedUnit, String.valueOf(band), String.valueOf(window));
    }

    BigDecimal perToken() {
        return pricePerMillion.movePointLeft(6);
    }

    /** Whether a batch pays the standard price, because the provider prints no batch price for the unit. */
    public boolean isBatchAtStandard() {
        return ServiceTier.BATCH.label().equals(priceTier)
                && ServiceTier.STANDARD.label().equals(rateTier);
    }
}
