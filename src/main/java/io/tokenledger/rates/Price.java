package io.tokenledger.rates;

import io.tokenledger.model.BilledUnit;
import io.tokenledger.model.ServiceTier;
import io.tokenledger.rates.ExchangeRates.ExchangeRate;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What one token or call costs in a situation, and by which rules.
 *
 * @param tier the price list that was asked for
 * @param unit what was asked for
 * @param rate the rate that prices it; of another unit or tier where a declared rule led there
 * @param list the list price that {@code rate} is a percentage of; null where it is a price
 * @param exchange what converted the price; null where it is in the currency of the reports
 * @param silent a contract that comes before {@code rate} and prices other units of the model at its tier, but not this
 *     one; null without one
 * @param perToken exact, in the currency of the reports, at most {@link Rate#PER_TOKEN_SCALE} fraction digits
 */
public record Price(
        ServiceTier tier,
        BilledUnit unit,
        Rate rate,
        Rate list,
        ExchangeRate exchange,
        Contract silent,
        BigDecimal perToken) {

    public BigDecimal perMillion() {
        return perToken.movePointRight(6);
    }

    /** The contract that agreed on it; empty for a list price. */
    public Optional<Contract> contract() {
        return Optional.ofNullable(rate.contract());
    }

    /**
     * The rule that priced it by another rate than its own; null where none did. Reasoning without a rate of its own is
     * output by definition, so that is no assumption.
     */
    public String assumption() {
        List<String> rules = new ArrayList<>();
        if (rate.unit() != unit && unit != BilledUnit.REASONING) {
            rules.add("%s without a price bills as %s"
                    .formatted(unit.label(), rate.unit().label()));
        }
        if (rate.tier() != tier) {
            rules.add("%s without a %s price bills at the %s price"
                    .formatted(unit.label(), tier.label(), rate.tier().label()));
        }
        if (silent != null) {
            rules.add("%s without a price in contract %s bills at %s"
                    .formatted(
                            rate.unit().label(),
                            silent.name(),
                            contract().map(c -> "that of contract " + c.name()).orElse("the list price")));
        }
        return rules.isEmpty() ? null : String.join("; ", rules);
    }
}
