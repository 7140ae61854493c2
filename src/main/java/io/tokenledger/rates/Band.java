package io.tokenledger.rates;

import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The requests, or the tokens of a request, that a rate holds for, by length.
 *
 * @param above the rate holds beyond this many tokens; 0 holds for all
 * @param counts which tokens are counted
 */
public record Band(long above, Counts counts) {

    /** What is compared with the bound. */
    public enum Counts {
        /** All input tokens of the request, and the whole request is charged at the band. */
        ALL_INPUT,
        /** The input tokens that were neither read from nor written to a cache; again the whole request is charged. */
        WITHOUT_CACHE,
        /** The tokens of the class itself: only those beyond the bound are charged at the band. */
        CLASS_TOKENS;

        /** Which input tokens a threshold of the whole request counts: {@code all_input} or {@code without_cache}. */
        static Optional<Counts> ofWholeRequest(String label) {
            return Stream.of(ALL_INPUT, WITHOUT_CACHE)
                    .filter(counts -> counts.name().toLowerCase(Locale.ROOT).equals(label))
                    .findFirst();
        }
    }

    boolean holds(Situation situation) {
        long counted = switch (counts) {
            case ALL_INPUT -> situation.inputTokens();
            case WITHOUT_CACHE -> situation.inputWithoutCache();
            case CLASS_TOKENS -> situation.classToken();
        };
        return above == 0 || counted > above;
    }
}
