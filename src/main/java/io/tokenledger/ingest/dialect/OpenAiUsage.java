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

    private final String place;
    private final String[] detailObjects;
    private final String[] input;
    private final String[] cached;
    private final String[] cacheWrites;
    private final String[] audioInput;
    private final String[] output;
    private final String[] reasoning;
    private final String[] audioOutput;
    private final String total;

    /** @param place the pointer of the object, which must be asked for with {@code /**} */
    OpenAiUsage(String place) {
        this.place = place;
        detailObjects = Stream.of(INPUT_DETAILS, OUTPUT_DETAILS)
                .flatMap(List::stream)
                .map(details -> place + details)
                .toArray(String[]::new);
        input = new String[] {place + "/prompt_tokens", place + "/input_tokens"};
        cached = Stream.concat(
                        Stream.of(within(INPUT_DETAILS, "/cached_tokens")),
                        Stream.of(place + "/cached_tokens", place + "/prompt_cache_hit_tokens"))
                .toArray(String[]::new);
        cacheWrites = within(INPUT_DETAILS, "/cache_write_tokens");
        audioInput = within(INPUT_DETAILS, "/audio_tokens");
        output = new String[] {place + "/completion_tokens", place + "/output_tokens"};
        reasoning = within(OUTPUT_DETAILS, "/reasoning_tokens");
        audioOutput = within(OUTPUT_DETAILS, "/audio_tokens");
        total = place + "/total_tokens";
    }

    /** The usage at a place that differs from record to record. */
    static Usage read(CapturedRecord record, String place) throws Rejection {
        return new OpenAiUsage(place).read(record);
    }

    /**
     * The usage in the object.
     *
     * @throws Rejection when its counters contradict each other
     */
    Usage read(CapturedRecord record) throws Rejection {
        // Details of another kind would hide their counters, and hidden counters would become zeros.
        for (String details : detailObjects) {
            record.hasObject(details);
        }
        String inputAt = record.firstPresent(input);
        String outputAt = record.firstPresent(output);
        Long whole = record.counter(outputAt);
        Long thought = record.counter(reasoning);
        if (whole != null && thought != null) {
            Counts.remainder(whole, thought, "reasoning exceeds output", outputAt);
        }
        return new Counts()
                .add(CACHED_INPUT, record.counter(cached))
                .add(CACHE_WRITE_5M, record.counter(cacheWrites))
                .add(AUDIO_INPUT, record.counter(audioInput))
                .rest(UNCACHED_INPUT, record.counter(inputAt), "cached exceeds input", inputAt)
                .add(AUDIO_OUTPUT, record.counter(audioOutput))
                .rest(OUTPUT, whole, "audio exceeds output", outputAt)
                .usage(thought, record.counter(total), total, null, UnknownCounters.below(record, place, KNOWN));
    }

    private String[] within(List<String> objects, String counter) {
        return objects.stream().map(object -> place + object + counter).toArray(String[]::new);
    }
}
