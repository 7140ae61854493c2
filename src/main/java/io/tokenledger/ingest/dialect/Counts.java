package io.tokenledger.ingest.dialect;

import io.tokenledger.model.TokenClass;
import java.util.EnumMap;
import java.util.Map;
import java.util.SortedSet;
import java.util.stream.Stream;

/** Sorts the counters of one request into the disjoint token classes. A null count was not reported and adds nothing. */
final class Counts {
    private final Map<TokenClass, Long> tokens = new EnumMap<>(TokenClass.class);

    /** Adds a counter that includes no other. */
    Counts add(TokenClass tokenClass, Long count) {
        if (count != null) {
            tokens.merge(tokenClass, count, Long::sum);
        }
        return this;
    }

    /**
     * Adds what a counter that includes all other classes of its direction, which must have been added before, holds
     * beyond them. None of them is then unknown: one without a counter is 0.
     *
     * @param pointer the place of the counter
     * @throws Rejection when the others are more than the whole
     */
    Counts rest(TokenClass tokenClass, Long whole, String problem, String pointer) throws Rejection {
        if (whole != null) {
            long others = others(tokenClass)
                    .mapToLong(c -> tokens.getOrDefault(c, 0L))
                    .sum();
            tokens.put(tokenClass, remainder(whole, others, problem, pointer));
            othersAreKnown(tokenClass);
        }
        return this;
    }

    /** With a counter of this class, none of the others of its direction is unknown: one without a counter is 0. */
    Counts othersAreKnown(TokenClass tokenClass) {
        if (tokens.containsKey(tokenClass)) {
            others(tokenClass).forEach(c -> tokens.putIfAbsent(c, 0L));
        }
        return this;
    }

    /**
     * The usage.
     *
     * @param total what the log says that all classes add up to, at this pointer
     * @throws Rejection when they are more
     */
    Usage usage(Long reasoning, Long total, String pointer, Long webSearches, SortedSet<String> unknown)
            throws Rejection {
        long parts = tokens.values().stream().mapToLong(Long::longValue).sum();
        Long beyond = total == null ? null : remainder(total, parts, "total less than parts", pointer);
        return new Usage(tokens, reasoning, beyond, webSearches, unknown);
    }

    /** The usage of a log that tells no total. */
    Usage usage(Long reasoning, Long webSearches, SortedSet<String> unknown) {
        return new Usage(tokens, reasoning, null, webSearches, unknown);
    }

    /** What a whole holds beyond its parts; never negative. */
    static long remainder(long whole, long parts, String problem, String pointer) throws Rejection {
        if (parts > whole) {
            throw new Rejection(problem, pointer);
        }
        return whole - parts;
    }

    private static Stream<TokenClass> others(TokenClass tokenClass) {
        return Stream.of(TokenClass.values()).filter(c -> c != tokenClass && c.direction() == tokenClass.direction());
    }
}
