package io.tokenledger.rates.imports;

import java.util.Comparator;

/**
 * The prompt lengths for which a price holds.
 *
 * @param above input tokens that a request must exceed; 0 is every request
 * @param inclusive whether the source states the bound as {@code above + 1} or more
 * @param marginal whether only the tokens of a class beyond the bound are charged, not the whole request
 */
record Band(long above, boolean inclusive, boolean marginal) implements Comparable<Band> {
    static final Band ALL = new Band(0, false, false);

    private static final Comparator<Band> ORDER =
            Comparator.comparing(Band::above).thenComparing(Band::inclusive).thenComparing(Band::marginal);

    static Band exceeding(long bound) {
        return bound == 0 ? ALL : new Band(bound, false, false);
    }

    static Band reaching(long bound) {
        return bound <= 1 ? ALL : new Band(bound - 1, true, false);
    }

    static Band beyond(long bound) {
        return new Band(bound, false, true);
    }

    @Override
    public int compareTo(Band other) {
        return ORDER.compare(this, other);
    }
}
