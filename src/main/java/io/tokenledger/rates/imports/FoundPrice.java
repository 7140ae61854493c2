package io.tokenledger.rates.imports;

import io.tokenledger.rates.ModelKey;
import io.tokenledger.rates.Rate;
import java.math.BigDecimal;
import java.math.RoundingMode;

/**
 * A price as a file states it.
 *
 * @param amount in US dollars for 1,000,000 tokens or 1,000 calls, exact, without trailing zeros
 * @param entry the entry of the file, for messages
 * @param field the field of the entry, for messages
 */
record FoundPrice(RateKey key, Period period, BigDecimal amount, String entry, String field) {

    /** Whether the price of one token or call has no more digits than a rate table may hold. */
    boolean isWritable() {
        return amount.scale() <= mostDigits();
    }

    /** Whether both state one price, but for the noise that a float leaves beyond the digits of a rate table. */
    boolean agreesWith(FoundPrice other) {
        return key.equals(other.key)
                && amount.setScale(mostDigits(), RoundingMode.HALF_EVEN)
                                .compareTo(other.amount.setScale(mostDigits(), RoundingMode.HALF_EVEN))
                        == 0;
    }

    FoundPrice of(ModelKey other) {
        return new FoundPrice(new RateKey(other, key.unit(), key.terms()), period, amount, entry, field);
    }

    private int mostDigits() {
        return Rate.PER_TOKEN_SCALE - key.digits();
    }
}
