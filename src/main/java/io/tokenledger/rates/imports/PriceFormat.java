package io.tokenledger.rates.imports;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** The shapes of public price files. Each states its unit, and none of them states a currency but US dollars. */
public enum PriceFormat {
    /** {@code model_prices_and_context_window.json} of LiteLLM: US dollars per token. */
    LITELLM("one object, a key per model, as model_prices_and_context_window.json"),
    /** {@code data.json} of genai-prices: US dollars per 1,000,000 tokens and per 1,000 calls. */
    GENAI_PRICES("an array of providers with models, as data.json"),
    /** A provider's file of Portkey's pricing folder: US cents per token and per call. */
    PORTKEY("one object, a key per model, as pricing/together-ai.json"),
    /** {@code api.json} of models.dev: US dollars per 1,000,000 tokens. */
    MODELS_DEV("an object of providers with models, as api.json");

    private final String shape;

    PriceFormat(String shape) {
        this.shape = shape;
    }

    /** The word on the command line, such as {@code genai-prices}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The format with this {@link #label()}, or empty. */
    public static Optional<PriceFormat> of(String label) {
        return Stream.of(values()).filter(f -> f.label().equals(label)).findFirst();
    }

    /** What a file of it looks like. */
    String shape() {
        return shape;
    }

    /**
     * The entries of a file, in its order.
     *
     * @param root the file as a tree whose numbers are exact
     * @param series the file's name without ending, which is the provider where a file is one provider's
     */
    List<Entry> entries(JsonNode root, String series, TieredPricing tiered) {
        return switch (this) {
            case LITELLM -> new LiteLlm(tiered).entries(root);
            case GENAI_PRICES -> GenAiPrices.entries(root);
            case PORTKEY -> new Portkey(series).entries(root);
            case MODELS_DEV -> ModelsDev.entries(root);
        };
    }

    boolean hasShape(JsonNode root) {
        return this == GENAI_PRICES ? root.isArray() : root.isObject();
    }
}
