package io.tokenledger.ingest.dialect;

import io.tokenledger.model.TokenClass;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * The counters of one request. A class that is not in the map, and a null, was not reported; 0 was reported as 0.
 *
 * @param tokens tokens by class; the classes are disjoint
 * @param reasoningTokens the part of the output that was reasoning; counted inside {@code tokens}
 * @param unclassifiedTokens what the log's total holds beyond {@code tokens}
 * @param webSearches searches that are charged by the piece
 * @param unknownCounters where the record has counters of tokens that the dialect does not know, such as
 *     {@code /usage/video_tokens}; see {@link UnknownCounters}
 */
public record Usage(
        Map<TokenClass, Long> tokens,
        Long reasoningTokens,
        Long unclassifiedTokens,
        Long webSearches,
        SortedSet<String> unknownCounters) {

    /** The record has no usage: unknown, not zero. */
    public static final Usage MISSING = new Usage(Map.of(), null, null, null, Collections.emptySortedSet());

    public Usage {
        Map<TokenClass, Long> copy = new EnumMap<>(TokenClass.class);
        copy.putAll(tokens);
        tokens = Collections.unmodifiableMap(copy);
        unknownCounters = Collections.unmodifiableSortedSet(new TreeSet<>(unknownCounters));
    }
}
