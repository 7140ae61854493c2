package io.tokenledger.model;

import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** The price list that applies to a request. */
public enum ServiceTier {
    STANDARD,
    BATCH,
    FLEX,
    PRIORITY;

    /** The name in tables and reports, such as {@code standard}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The tier with this {@link #label()}, or empty. */
    public static Optional<ServiceTier> of(String label) {
        return Stream.of(values()).filter(t -> t.label().equals(label)).findFirst();
    }
}
