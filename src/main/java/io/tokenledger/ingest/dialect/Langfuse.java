package io.tokenledger.ingest.dialect;

import static io.tokenledger.model.TokenClass.AUDIO_INPUT;
import static io.tokenledger.model.TokenClass.AUDIO_OUTPUT;
import static io.tokenledger.model.TokenClass.CACHED_INPUT;
import static io.tokenledger.model.TokenClass.CACHE_WRITE_1H;
import static io.tokenledger.model.TokenClass.CACHE_WRITE_5M;
import static io.tokenledger.model.TokenClass.OUTPUT;
import static io.tokenledger.model.TokenClass.UNCACHED_INPUT;

import io.tokenledger.ingest.dialect.Request.Origin;
import io.tokenledger.ingest.dialect.Request.Status;
import io.tokenledger.model.Money;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/**
 * An observation of Langfuse, as its export to a bucket ({@code usage_details}) or its API ({@code usageDetails}) has it.
 * Generations and embeddings are calls of a model; spans, agents and other observations may repeat the usage of what is
 * below them and are out of scope. An error may have used tokens. Times without a zone are UTC.
 *
 * <p>What includes what: usage has free keys, which are disjoint by convention, so that {@code input} is what was neither
 * cached nor audio, and reasoning is beside {@code output}. {@code total} is their sum and no key: an observation whose
 * keys are more than its total repeats tokens in them (LiteLLM's and others' leave cached tokens in {@code input}), and
 * is rejected, because nothing tells which. Users and sessions are on the trace, in another export.
 */
final class Langfuse implements Dialect {
    private static final Set<String> CALLS = Set.of("GENERATION", "EMBEDDING");

    private static final List<String> TOTAL = List.of("total", "total_tokens", "totalTokens", "totalTokenCount");

    private static final List<String> INPUT =
            List.of("input", "input_tokens", "prompt_tokens", "promptTokens", "prompt_token_count", "promptTokenCount");
    private static final List<String> CACHED = List.of(
            "input_cached_tokens",
            "input_cache_read",
            "cache_read_input_tokens",
            "input_cache_read_tokens",
            "cached_tokens",
            "cached_content_token_count",
            "cachedContentTokenCount");
    private static final List<String> WRITTEN = List.of(
            "input_cache_creation",
            "cache_creation_input_tokens",
            "input_cache_creation_tokens",
            "input_cache_write",
            "cache_write_input_tokens");
    private static final List<String> OUTPUT_KEYS = List.of(
            "output",
            "output_tokens",
            "completion_tokens",
            "completionTokens",
            "candidates_token_count",
            "candidatesTokenCount");
    private static final List<String> REASONING = List.of(
            "output_reasoning_tokens",
            "output_reasoning",
            "reasoning_tokens",
            "thoughts_token_count",
            "thoughtsTokenCount");

    @Override
    public String name() {
        return "langfuse";
    }

    @Override
    public List<String> pointers() {
        return List.of(
                "/id",
                "/type",
                "/start_time",
                "/startTime",
                "/end_time",
                "/endTime",
                "/provided_model_name",
                "/providedModelName",
                "/model",
                "/environment",
                "/level",
                "/usage_details/**",
                "/usageDetails/**",
                "/total_cost",
                "/totalCost",
                "/calculatedTotalCost",
                "/cost_details/total",
                "/costDetails/total");
    }

    @Override
    public List<Outcome> read(CapturedRecord record) throws Rejection {
        String type = record.textOrNone("/type");
        if (type == null) {
            throw new Rejection("missing", "/type");
        }
        if (!CALLS.contains(type)) {
            return List.of(new OutOfScope("observation is no generation"));
        }
        boolean failed = "ERROR".equals(record.text("/level"));
        String model = record.textOrNone("/provided_model_name", "/providedModelName", "/model");
        if (model == null && !failed) {
            throw new Rejection("missing", "/provided_model_name");
        }
        Instant start = record.time("/start_time", "/startTime");
        BigDecimal cost = record.amount(
                "/total_cost", "/totalCost", "/calculatedTotalCost", "/cost_details/total", "/costDetails/total");
        return List.of(new Request(
                record.textOrNone("/id"),
                start,
                Times.millis(start, record.time("/end_time", "/endTime")),
                failed ? Status.ERROR : Status.OK,
                model,
                null,
                null,
                usage(record, record.firstPresent("/usage_details", "/usageDetails")),
                new Origin(null, null, null, record.textOrNone("/environment"), null, null),
                cost == null ? null : new Money(cost, "USD")));
    }

    private static Usage usage(CapturedRecord record, String usage) throws Rejection {
        if (!record.hasObject(usage) || record.below(usage).isEmpty()) {
            return Usage.MISSING;
        }
        Long reasoning = count(record, usage, REASONING);
        Counts counts = new Counts()
                .add(UNCACHED_INPUT, count(record, usage, INPUT))
                .add(UNCACHED_INPUT, count(record, usage, "input_text_tokens"))
                .add(UNCACHED_INPUT, count(record, usage, "input_image_tokens"))
                .add(CACHED_INPUT, count(record, usage, CACHED))
                .add(CACHE_WRITE_5M, count(record, usage, WRITTEN))
                .add(CACHE_WRITE_5M, count(record, usage, "input_cache_creation_5m"))
                .add(CACHE_WRITE_1H, count(record, usage, "input_cache_creation_1h"))
                .add(AUDIO_INPUT, count(record, usage, "input_audio_tokens", "input_audio"))
                .othersAreKnown(UNCACHED_INPUT)
                .add(OUTPUT, count(record, usage, OUTPUT_KEYS))
                .add(OUTPUT, count(record, usage, "output_text_tokens"))
                .add(OUTPUT, count(record, usage, "output_accepted_prediction_tokens"))
                .add(OUTPUT, count(record, usage, "output_rejected_prediction_tokens"))
                .add(OUTPUT, reasoning)
                .add(AUDIO_OUTPUT, count(record, usage, "output_audio_tokens", "output_audio"))
                .othersAreKnown(OUTPUT);
        String totalAt = record.firstPresent(places(usage, TOTAL));
        return counts.usage(
                reasoning, record.int64(totalAt), totalAt, null, UnknownCounters.below(record, usage, Set.of()));
    }

    private static Long count(CapturedRecord record, String usage, String... keys) throws Rejection {
        return count(record, usage, List.of(keys));
    }

    private static Long count(CapturedRecord record, String usage, List<String> keys) throws Rejection {
        return record.int64(places(usage, keys));
    }

    private static String[] places(String usage, List<String> keys) {
        return keys.stream().map(key -> usage + "/" + key).toArray(String[]::new);
    }
}
