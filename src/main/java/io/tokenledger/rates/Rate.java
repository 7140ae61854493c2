package io.tokenledger.rates;

import io.tokenledger.model.BilledUnit;
import io.tokenledger.model.ServiceTier;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Objects;

/**
 * A line of a rate table: the price of one unit of a model at a tier, for requests of a length, in a time.
 *
 * @param window the hours of the week; null holds in all hours that no other rate's window claims
 * @param volumeAbove what a contract prices beyond this many units in a month; 0 from the first one
 * @param validFrom inclusive, UTC
 * @param validTo exclusive, UTC; null while it holds
 * @param price for {@code perTokens} tokens or calls, exact as written; 0 is a real price; null where the contract pays a
 *     percentage of the list price
 * @param percentOfList null where there is a price
 * @param currency ISO 4217 code; null with {@code percentOfList}, which takes that of the list price
 * @param contract null for a list price
 * @param source where the price was read; null when the table does not say
 * @param retrievedAt when it was read; null when the table does not say
 * @param place file and line, for messages and the audit
 */
public record Rate(
        ModelKey model,
        ServiceTier tier,
        BilledUnit unit,
        Band band,
        TimeWindow window,
        long volumeAbove,
        Instant validFrom,
        Instant validTo,
        BigDecimal price,
        BigDecimal percentOfList,
        long perTokens,
        String currency,
        Contract contract,
        String source,
        LocalDate retrievedAt,
        String note,
        String place) {

    /** Fraction digits that the price of one token may have, so that tokens × price stays exact in 38 digits. */
    public static final int PER_TOKEN_SCALE = 18;

    /** The price of one token or call: exact, since {@code perTokens} is a power of ten. Not for a percentage of list. */
    public BigDecimal pricePerToken() {
        return price.divide(BigDecimal.valueOf(perTokens)).stripTrailingZeros();
    }

    /** The price of 1,000,000 tokens. */
    public BigDecimal pricePerMillion() {
        return pricePerToken().movePointRight(6);
    }

    boolean validAt(Instant time) {
        return !time.isBefore(validFrom) && (validTo == null || time.isBefore(validTo));
    }

    /** Whether a time is in both validities. */
    boolean meets(Rate other) {
        return (other.validTo == null || validFrom.isBefore(other.validTo))
                && (validTo == null || other.validFrom.isBefore(validTo));
    }

    /** Whether both would price the same token: a mistake, since one of them would win by chance. */
    boolean overlaps(Rate other) {
        return meets(other)
                && band.above() == other.band.above()
                && volumeAbove == other.volumeAbove
                && (Objects.equals(window, other.window)
                        || window != null && other.window != null && window.overlaps(other.window));
    }

    /** What is priced, for messages: {@code together/org/model standard output}. */
    String subject() {
        return "%s %s %s".formatted(model, tier.label(), unit.label());
    }
}
