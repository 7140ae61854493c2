package io.tokenledger.scenario;

import io.tokenledger.model.Month;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;

/**
 * A stretch of time.
 *
 * @param from inclusive, UTC, at a whole minute
 * @param to exclusive, likewise
 */
record Span(Instant from, Instant to) {

    static Span of(Month month, ZoneId zone) {
        return new Span(month.start(zone), month.end(zone));
    }

    /** What it shares with another; of no minutes where that is nothing. */
    Span within(Span other) {
        return new Span(
                from.isAfter(other.from) ? from : other.from, //
                to.isBefore(other.to) ? to : other.to);
    }

    boolean holds(Instant instant) {
        return !instant.isBefore(from) && instant.isBefore(to);
    }

    /** Not negative. */
    long minutes() {
        return Math.max(0, Duration.between(from, to).toMinutes());
    }
}
