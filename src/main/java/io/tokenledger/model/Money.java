package io.tokenledger.model;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Objects;

/**
 * An exact amount in a currency. Sums and products are never rounded; {@link #rounded()} is what a report shows.
 *
 * @param amount the amount in units of the currency (not cents)
 * @param currency ISO 4217 code
 */
public record Money(BigDecimal amount, String currency) {

    /** Fraction digits of every amount in a report, as DECIMAL(38,12). */
    public static final int REPORT_SCALE = 12;

    public Money {
        Objects.requireNonNull(amount, "amount");
        Objects.requireNonNull(currency, "currency");
    }

    public static Money zero(String currency) {
        return new Money(BigDecimal.ZERO, currency);
    }

    /**
     * The exact sum.
     *
     * @throws IllegalArgumentException when the currencies differ
     */
    public Money plus(Money other) {
        if (!currency.equals(other.currency)) {
            throw new IllegalArgumentException("Cannot add " + other.currency + " to " + currency);
        }
        return new Money(amount.add(other.amount), currency);
    }

    public Money times(BigDecimal factor) {
        return new Money(amount.multiply(factor), currency);
    }

    public Money times(long factor) {
        return times(BigDecimal.valueOf(factor));
    }

    /** Rounded HALF_EVEN to {@link #REPORT_SCALE} fraction digits: once, where the amount enters a report. */
    public Money rounded() {
        return new Money(amount.setScale(REPORT_SCALE, RoundingMode.HALF_EVEN), currency);
    }
}
