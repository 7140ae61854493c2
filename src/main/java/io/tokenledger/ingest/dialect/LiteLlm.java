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
import io.tokenledger.model.ServingMode;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What the exports of LiteLLM have in common.
 *
 * <p>What includes what: {@code prompt_tokens} includes cached, cache-write and audio tokens, Anthropic's too;
 * {@code completion_tokens} includes reasoning and audio tokens. Rows of old versions, whose {@code prompt_tokens} leave
 * Anthropic's cache out, are rejected where that shows: more was cached than was sent. The counters of a row are 0 unless
 * something sets them, so zeros without a usage object are no report.
 *
 * <p>What the gateway answered from its own cache keeps the counters of the answer and was served by the gateway. A row
 * of a finished batch is one request that ran as a batch, however many requests the batch had. The caller's team and
 * session are in many places and mean many things: the feed maps them.
 */
final class LiteLlm {
    private static final List<String> USAGE_OBJECTS = List.of(
            "/metadata/usage_object",
            "/hidden_params/usage_object",
            "/response/usage",
            "/metadata/additional_usage_values");

    private static final Set<String> KNOWN = Set.of(
            "text_tokens",
            "image_tokens",
            "accepted_prediction_tokens",
            "rejected_prediction_tokens",
            "prompt_cache_hit_tokens",
            "prompt_cache_miss_tokens",
            "ephemeral_5m_input_tokens",
            "input_tokens",
            "output_tokens",
            "cached_tokens");

    /** Calls that manage things at a provider; {@code create_batch} only sends one off. */
    private static final Pattern MANAGEMENT =
            Pattern.compile("a?_?(create|retrieve|cancel|list|get|delete|add|file|vector_store|call_mcp)(_.*)?");

    private static final Pattern BATCH = Pattern.compile("a?retrieve_batch");

    private static final Pattern CACHE_HIT_ID = Pattern.compile(".*_cache_hit[0-9.]+");

    private LiteLlm() {}

    /** The pointers that {@link #read} looks at. */
    static List<String> pointers(String id, String cost) {
        return Stream.concat(
                        USAGE_OBJECTS.stream().map(object -> object + "/**"),
                        Stream.of(
                                id,
                                cost,
                                "/call_type",
                                "/cache_hit",
                                "/status",
                                "/metadata/status",
                                "/startTime",
                                "/endTime",
                                "/model",
                                "/model_group",
                                "/model_id",
                                "/response/service_tier",
                                "/prompt_tokens",
                                "/completion_tokens",
                                "/total_tokens"))
                .toList();
    }

    static Outcome read(CapturedRecord record, String idAt, String costAt) throws Rejection {
        Usage usage = usage(record);
        BigDecimal cost = record.amount(costAt);
        String callType = record.textOrNone("/call_type");
        boolean consumed = usage.tokens().values().stream().anyMatch(count -> count > 0);
        boolean costs = cost != null && cost.signum() != 0;
        if (callType != null && MANAGEMENT.matcher(callType).matches() && !consumed && !costs) {
            return new OutOfScope("call type is no inference");
        }
        boolean failed = "failure".equals(record.textOrNone("/status", "/metadata/status"));
        String model = record.textOrNone("/model");
        if (model == null && !failed) {
            throw new Rejection("missing", "/model");
        }
        String id = record.textOrNone(idAt);
        Instant start = record.time("/startTime");
        boolean batch = callType != null && BATCH.matcher(callType).matches();
        return new Request(
                id,
                start,
                Times.millis(start, record.time("/endTime")),
                failed ? Status.ERROR : Status.OK,
                model,
                record.textOrNone("/model_group"),
                record.textOrNone("/response/service_tier"),
                usage,
                new Origin(null, null, null, null, null, record.textOrNone("/model_id")),
                cost == null ? null : new Money(cost, "USD"),
                cacheHit(record, id) ? ServingMode.GATEWAY_CACHE : batch ? ServingMode.BATCH : null);
    }

    private static boolean cacheHit(CapturedRecord record, String id) throws Rejection {
        return "true".equalsIgnoreCase(record.text("/cache_hit"))
                || id != null && CACHE_HIT_ID.matcher(id).matches();
    }

    private static Usage usage(CapturedRecord record) throws Rejection {
        // Metadata that cannot be read would hide what was cached.
        record.hasObject("/metadata");
        String object = null;
        for (String candidate : USAGE_OBJECTS) {
            if (object == null
                    && record.hasObject(candidate)
                    && !record.below(candidate).isEmpty()) {
                object = candidate;
            }
        }
        return object == null ? usageOfRow(record) : usage(record, object);
    }

    /** What was cached is unknown. */
    private static Usage usageOfRow(CapturedRecord record) throws Rejection {
        Long input = record.counter("/prompt_tokens");
        Long output = record.counter("/completion_tokens");
        Long total = record.counter("/total_tokens");
        if (Stream.of(input, output, total).allMatch(count -> count == null || count == 0)) {
            return Usage.MISSING;
        }
        return new Counts()
                .add(UNCACHED_INPUT, input)
                .add(OUTPUT, output)
                .usage(null, total, "/total_tokens", null, Usage.MISSING.unknownCounters());
    }

    private static Usage usage(CapturedRecord record, String object) throws Rejection {
        String inputDetails = object + "/prompt_tokens_details";
        String outputDetails = object + "/completion_tokens_details";
        record.hasObject(inputDetails);
        record.hasObject(outputDetails);
        String inputAt = record.firstPresent(object + "/prompt_tokens", "/prompt_tokens");
        String outputAt = record.firstPresent(object + "/completion_tokens", "/completion_tokens");
        String totalAt = record.firstPresent(object + "/total_tokens", "/total_tokens");
        Long output = record.counter(outputAt);
        Long reasoning = record.counter(outputDetails + "/reasoning_tokens");
        if (output != null && reasoning != null) {
            Counts.remainder(output, reasoning, "reasoning exceeds output", outputAt);
        }
        String writtenAt = record.firstPresent(
                inputDetails + "/cache_creation_tokens",
                inputDetails + "/cache_write_tokens",
                object + "/cache_creation_input_tokens");
        Long written = record.counter(writtenAt);
        Long hour = record.counter(
                inputDetails + "/cache_creation_token_details/ephemeral_1h_input_tokens",
                object + "/cache_creation/ephemeral_1h_input_tokens");
        Counts counts = new Counts()
                .add(CACHED_INPUT, record.counter(inputDetails + "/cached_tokens", object + "/cache_read_input_tokens"))
                .add(CACHE_WRITE_1H, hour)
                .add(AUDIO_INPUT, record.counter(inputDetails + "/audio_tokens"))
                .add(AUDIO_OUTPUT, record.counter(outputDetails + "/audio_tokens"));
        if (written != null) {
            long hours = hour == null ? 0 : hour;
            counts.add(CACHE_WRITE_5M, Counts.remainder(written, hours, "parts exceed cache write", writtenAt));
        }
        counts.rest(UNCACHED_INPUT, record.counter(inputAt), "cached exceeds input", inputAt)
                .rest(OUTPUT, output, "audio exceeds output", outputAt);
        Long searches =
                record.counter(object + "/server_tool_use/web_search_requests", inputDetails + "/web_search_requests");
        return counts.usage(
                reasoning, record.counter(totalAt), totalAt, searches, UnknownCounters.below(record, object, KNOWN));
    }
}
