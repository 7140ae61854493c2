package io.tokenledger.rates;

import java.time.Instant;
import java.util.Collection;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Everything of a token that a rate can depend on, but for what is priced: when it was asked for, and how long its prompt
 * was.
 *
 * @param time UTC
 * @param open the windows that are open at that time, of those that the model's rates name
 * @param inputTokens of the request, cached and written ones included
 * @param inputWithoutCache of the request, without what was read from or written to a cache
 * @param classToken the position of the token among those of its class in the request, from 1: what marginal bands count
 */
public record Situation(Instant time, Set<TimeWindow> open, long inputTokens, long inputWithoutCache, long classToken) {

    /** A request without cache whose rates have neither windows nor marginal bands. */
    public static Situation plain(Instant time, long inputTokens) {
        return new Situation(time, Set.of(), inputTokens, inputTokens, 1);
    }

    static Set<TimeWindow> open(Collection<TimeWindow> windows, Instant time) {
        return windows.stream().filter(window -> window.contains(time)).collect(Collectors.toUnmodifiableSet());
    }
}
