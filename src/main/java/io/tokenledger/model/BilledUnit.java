package io.tokenledger.model;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a rate prices: a token class, reasoning where a provider prices it apart from the output that it is part of, or a
 * fee unit, which is counted in calls.
 */
public enum BilledUnit {
    UNCACHED_INPUT(TokenClass.UNCACHED_INPUT),
    CACHED_INPUT(TokenClass.CACHED_INPUT),
    CACHE_WRITE_5M(TokenClass.CACHE_WRITE_5M),
    CACHE_WRITE_1H(TokenClass.CACHE_WRITE_1H),
    AUDIO_INPUT(TokenClass.AUDIO_INPUT),
    OUTPUT(TokenClass.OUTPUT),
    AUDIO_OUTPUT(TokenClass.AUDIO_OUTPUT),
    REASONING(TokenClass.OUTPUT),
    REQUESTS(null),
    WEB_SEARCHES(null);

    private final TokenClass tokenClass;

    BilledUnit(TokenClass tokenClass) {
        this.tokenClass = tokenClass;
    }

    /** The unit that prices a whole token class. */
    public static BilledUnit of(TokenClass tokenClass) {
        return valueOf(tokenClass.name());
    }

    /** The name in rate tables, such as {@code uncached_input}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The unit with this {@link #label()}, or empty. */
    public static Optional<BilledUnit> of(String label) {
        return Stream.of(values()).filter(unit -> unit.label().equals(label)).findFirst();
    }

    public static List<String> labels() {
        return Arrays.stream(values()).map(BilledUnit::label).toList();
    }

    /** Charged per call, not per token. */
    public boolean isFee() {
        return tokenClass == null;
    }

    /** The class that its tokens are counted in: reasoning is part of output. Empty for a fee. */
    public Optional<TokenClass> tokenClass() {
        return Optional.ofNullable(tokenClass);
    }

    /**
     * The unit that prices it where a model has no rate of its own: a provider that prints no cached price charges the
     * whole prompt at the input price, and reasoning is output. Empty where no such rule holds for all providers: without
     * a rate those tokens are unpriced.
     */
    public Optional<BilledUnit> billsAs() {
        return switch (this) {
            case CACHED_INPUT -> Optional.of(UNCACHED_INPUT);
            case REASONING -> Optional.of(OUTPUT);
            default -> Optional.empty();
        };
    }
}
