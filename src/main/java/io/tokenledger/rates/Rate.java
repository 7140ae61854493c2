package io.tokenledger.rates;

import io.tokenledger.model.ServiceTier;
import io.tokenledger.model.TokenClass;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;

/**
 * A line of a rate table: the price of one token class of a model at a tier, for prompts of a length, in a time.
 *
 * @param promptTokensAbove the price holds for requests whose input tokens are more than this; 0 is every request. The
 *     whole request is charged by the highest bound that it exceeds
 * @param validFrom inclusive, UTC
 * @param validTo exclusive, UTC; null while it holds
 * @param price for {@code perTokens} tokens, exact as written; 0 is a real price
 * @param currency ISO 4217 code
 * @param source where the price was read; null when the table does not say
 * @param retrievedAt when it was read; null when the table does not say
 * @param place file and line, for messages and the audit
 */
public record Rate(
        ModelKey model,
        ServiceTier tier,
        TokenClass tokenClass,
        long promptTokensAbove,
        Instant validFrom,
        Instant validTo,
        BigDecimal price,
        long perTokens,
        String currency,
        String source,
        LocalDate retrievedAt,
        String note,
        String place) {

    /** Fraction digits that the price of one token may have, so that tokens × price stays exact in 38 digits. */
    public static final int PER_TOKEN_SCALE = 18;

    /** The price of one token: exact, since {@code perTokens} is a power of ten. */
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

    /** Whether both would price the same token: a mistake, since one of them would win by chance. */
    boolean overlaps(Rate other) {
        return (other.validTo == null || validFrom.isBefore(other.validTo))
                && (validTo == null || other.validFrom.isBefore(validTo));
    }
}
