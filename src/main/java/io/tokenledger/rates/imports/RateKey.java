package io.tokenledger.rates.imports;

import io.tokenledger.rates.ModelKey;
import java.util.Comparator;

/** What has one price at a time. Sorted as the table is. */
record RateKey(ModelKey model, PricedUnit unit, Terms terms) implements Comparable<RateKey> {
    private static final Comparator<RateKey> ORDER = Comparator.comparing((RateKey key) -> key.model.provider())
            .thenComparing(key -> key.model.model())
            .thenComparing(key -> key.terms.tier())
            .thenComparing(RateKey::unit)
            .thenComparing(RateKey::terms);

    @Override
    public int compareTo(RateKey other) {
        return ORDER.compare(this, other);
    }
}
