package io.tokenledger.rates.imports;

import io.tokenledger.model.BilledUnit;
import io.tokenledger.rates.ModelKey;
import java.util.Comparator;

/** What has one price at a time. Sorted as the table is. */
record RateKey(ModelKey model, BilledUnit unit, Terms terms) implements Comparable<RateKey> {
    private static final Comparator<RateKey> ORDER = Comparator.comparing((RateKey key) -> key.model.provider())
            .thenComparing(key -> key.model.model())
            .thenComparing(key -> key.terms.tier())
            .thenComparing(RateKey::unit)
            .thenComparing(RateKey::terms);

    /** How many digits the decimal point moves from the price of one to that of 1,000,000 tokens or 1,000 calls. */
    static int digits(BilledUnit unit) {
        return unit.isFee() ? 3 : 6;
    }

    int digits() {
        return digits(unit);
    }

    @Override
    public int compareTo(RateKey other) {
        return ORDER.compare(this, other);
    }
}
