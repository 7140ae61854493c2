package io.tokenledger.ingest.dialect;

import io.tokenledger.model.TokenClass;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;

/**
 * The counters of one request. A class that is not in the map, and a null, was not reported; 0 was reported as 0.
 *
 * @param tokens tokens by class; the classes are disjoint
 * @param reasoningTokens the part of the output that was reasoning; counted inside {@code tokens}
 * @param unclassifiedTokens what the log's total holds beyond {@code tokens}
 * @param webSearches searches that are charged by the piece
 */
public record Usage(Map<TokenClass, Long> tokens, Long reasoningTokens, Long unclassifiedTokens, Long webSearches) {

    /** The record has no usage: unknown, not zero. */
    public static final Usage MISSING = new Usage(Map.of(), null, null, null);

    public Usage {
        Map<TokenClass, Long> copy = new EnumMap<>(TokenClass.class);
        copy.putAll(tokens);
        tokens = Collections.unmodifiableMap(copy);
    }
}
