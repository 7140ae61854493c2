package io.tokenledger.rates.imports;

import io.tokenledger.model.ServiceTier;
import java.util.Comparator;

/** The terms under which a price holds: its tier, its prompt lengths and its hours. */
record Terms(ServiceTier tier, Window window, Band band) implements Comparable<Terms> {
    static final Terms STANDARD = of(ServiceTier.STANDARD);

    private static final Comparator<Terms> ORDER =
            Comparator.comparing(Terms::tier).thenComparing(Terms::window).thenComparing(Terms::band);

    static Terms of(ServiceTier tier) {
        return new Terms(tier, Window.ALL_DAY, Band.ALL);
    }

    Terms in(Band other) {
        return new Terms(tier, window, other);
    }

    Terms during(Window other) {
        return new Terms(tier, other, band);
    }

    @Override
    public int compareTo(Terms other) {
        return ORDER.compare(this, other);
    }
}
