package io.tokenledger.rates.imports;

import static java.util.Comparator.comparing;
import static java.util.Comparator.naturalOrder;
import static java.util.Comparator.nullsFirst;

import io.tokenledger.model.ServiceTier;
import io.tokenledger.rates.Band;
import io.tokenledger.rates.TimeWindow;
import java.util.Comparator;

/**
 * The terms under which a price holds: its tier, its hours and its prompt lengths.
 *
 * @param window of every day, in UTC; null for all hours
 */
record Terms(ServiceTier tier, TimeWindow window, Band band) implements Comparable<Terms> {
    static final Band ALL_LENGTHS = new Band(0, Band.Counts.ALL_INPUT);

    static final Terms STANDARD = of(ServiceTier.STANDARD);

    private static final Comparator<Terms> ORDER = comparing(Terms::tier)
            .thenComparing(Terms::window, nullsFirst(comparing(TimeWindow::from).thenComparing(TimeWindow::to)))
            .thenComparing(terms -> terms.band.above())
            .thenComparing(terms -> terms.band.counts(), naturalOrder());

    static Terms of(ServiceTier tier) {
        return new Terms(tier, null, ALL_LENGTHS);
    }

    /** Requests with more input tokens than a bound, as a whole. */
    static Band exceeding(long bound) {
        return new Band(bound, Band.Counts.ALL_INPUT);
    }

    /** Requests with at least so many input tokens, as a whole. */
    static Band reaching(long bound) {
        return exceeding(Math.max(0, bound - 1));
    }

    /** The tokens of a class beyond a bound. */
    static Band beyond(long bound) {
        return new Band(bound, Band.Counts.CLASS_TOKENS);
    }

    Terms in(Band other) {
        return new Terms(tier, window, other);
    }

    /** @param other null for all hours */
    Terms during(TimeWindow other) {
        return new Terms(tier, other, band);
    }

    @Override
    public int compareTo(Terms other) {
        return ORDER.compare(this, other);
    }
}
