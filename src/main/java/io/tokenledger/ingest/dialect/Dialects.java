package io.tokenledger.ingest.dialect;

import io.tokenledger.model.Failure;
import java.util.List;

/** The dialects that exist. */
public final class Dialects {
    private static final List<Dialect> ALL = List.of(
            new OpenAiChat(),
            new OpenAiResponses(),
            new OpenAiBatch(),
            new Together(),
            new Anthropic(),
            new AnthropicBatch(),
            new Gemini(),
            new Bedrock(),
            new LiteLlmSpend(),
            new LiteLlmPayload(),
            new Langfuse(),
            new Helicone(),
            new Portkey(),
            new OtelGenAi());

    private Dialects() {}

    /** All dialects, in the order in which they are shown. */
    public static List<Dialect> all() {
        return ALL;
    }

    /** The names of all dialects. */
    public static List<String> names() {
        return ALL.stream().map(Dialect::name).toList();
    }

    /**
     * The dialect of this name.
     *
     * @throws Failure with exit code 2 when there is none
     */
    public static Dialect named(String name) {
        return ALL.stream()
                .filter(d -> d.name().equals(name))
                .findFirst()
                .orElseThrow(() -> Failure.configuration("'%s' is no dialect; known are %s", name, names()));
    }
}
