package io.tokenledger.rates.imports;

import io.tokenledger.rates.Band;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * How LiteLLM's {@code tiered_pricing} is charged, which the file does not say. LiteLLM itself first graduated it
 * (each token class climbs the ranges on its own) and later picks one range by the input tokens of the request, citing
 * Alibaba Model Studio's page. So it has to be said, or models with such ranges are left out.
 */
public enum TieredPricing {
    MARGINAL,
    WHOLE_REQUEST;

    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The reading with this {@link #label()}, or empty. */
    public static Optional<TieredPricing> of(String label) {
        return Stream.of(values()).filter(t -> t.label().equals(label)).findFirst();
    }

    Band band(long bound) {
        return this == MARGINAL ? Terms.beyond(bound) : Terms.exceeding(bound);
    }
}
