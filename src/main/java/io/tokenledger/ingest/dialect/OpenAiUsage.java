package io.tokenledger.ingest.dialect;

import static io.tokenledger.model.TokenClass.AUDIO_INPUT;
import static io.tokenledger.model.TokenClass.AUDIO_OUTPUT;
import static io.tokenledger.model.TokenClass.CACHED_INPUT;
import static io.tokenledger.model.TokenClass.CACHE_WRITE_5M;
import static io.tokenledger.model.TokenClass.OUTPUT;
import static io.tokenledger.model.TokenClass.UNCACHED_INPUT;

import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A usage object in the shape of OpenAI, of chat completions ({@code prompt_tokens}) or of responses
 * ({@code input_tokens}), and in the spellings of those who answer in this shape.
 *
 * <p>What includes what: the input counter includes cached, cache-write and audio tokens; the output counter includes
 * reasoning and audio tokens. Cache writes come without their lifetime and count as five-minute ones. Texts, images and
 * predictions are told apart inside these counters, and are not priced apart.
 */
final class OpenAiUsage {
    private static final List<String> INPUT_DETAILS =
            List.of("/prompt_tokens_details", "/prompt_token_details", "/input_tokens_details");
    private static final List<String> OUTPUT_DETAILS =
            List.of("/completion_tokens_details", "/completion_token_details", "/output_tokens_details");
    private static final Set<String> KNOWN = Set.of(
            "text_tokens",
            "image_tokens",
            "accepted_prediction_tokens",
            "rejected_prediction_tokens",
            "prompt_cache_miss_tokens",
            "request_count");

    private OpenAiUsage() {}

    /**
     * The usage in the object at a pointer, which was asked for with {@code /**}. One without any counter is missing.
     *
     * @throws Rejection when its counters contradict each other
     */
    static Usage read(CapturedRecord record, String usage) throws Rejection {
        // Details of another kind would hide their counters, and hidden counters would become zeros.
        for (String details :
                Stream.concat(INPUT_DETAILS.stream(), OUTPUT_DETAILS.stream()).toList()) {
            record.hasObject(usage + details);
        }
        String inputAt = record.firstPresent(usage + "/prompt_tokens", usage + "/input_tokens");
        String outputAt = record.firstPresent(usage + "/completion_tokens", usage + "/output_tokens");
        Long output = record.counter(outputAt);
        Long reasoning = record.counter(within(usage, OUTPUT_DETAILS, "/reasoning_tokens"));
        if (output != null && reasoning != null) {
            Counts.remainder(output, reasoning, "reasoning exceeds output", outputAt);
        }
        String[] cached = Stream.concat(
                        Stream.of(within(usage, INPUT_DETAILS, "/cached_tokens")),
                        Stream.of(usage + "/cached_tokens", usage + "/prompt_cache_hit_tokens"))
                .toArray(String[]::new);
        Counts counts = new Counts()
                .add(CACHED_INPUT, record.counter(cached))
                .add(CACHE_WRITE_5M, record.counter(within(usage, INPUT_DETAILS, "/cache_write_tokens")))
                .add(AUDIO_INPUT, record.counter(within(usage, INPUT_DETAILS, "/audio_tokens")))
                .rest(UNCACHED_INPUT, record.counter(inputAt), "cached exceeds input", inputAt)
                .add(AUDIO_OUTPUT, record.counter(within(usage, OUTPUT_DETAILS, "/audio_tokens")))
                .rest(OUTPUT, output, "audio exceeds output", outputAt);
        String totalAt = usage + "/total_tokens";
        return counts.usage(
                reasoning, record.counter(totalAt), totalAt, null, UnknownCounters.below(record, usage, KNOWN));
    }

    private static String[] within(String usage, List<String> objects, String counter) {
        return objects.stream().map(object -> usage + object + counter).toArray(String[]::new);
    }
}
