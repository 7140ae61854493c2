package io.tokenledger.rates.imports;

import java.time.LocalDate;
import java.util.Comparator;

/**
 * The days for which a file states a price.
 *
 * @param from inclusive; null where the file does not say
 * @param to exclusive; null while the price holds
 */
record Period(LocalDate from, LocalDate to) {
    static final Period UNSTATED = new Period(null, null);

    /** An unstated start comes before every stated one. */
    static final Comparator<Period> ORDER =
            Comparator.comparing(Period::from, Comparator.nullsFirst(Comparator.naturalOrder()));

    boolean overlaps(Period other) {
        return startsBefore(other.to) && other.startsBefore(to);
    }

    private boolean startsBefore(LocalDate day) {
        return from == null || day == null || from.isBefore(day);
    }
}
