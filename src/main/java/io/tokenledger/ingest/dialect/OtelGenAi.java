package io.tokenledger.ingest.dialect;

import static io.tokenledger.model.TokenClass.AUDIO_INPUT;
import static io.tokenledger.model.TokenClass.AUDIO_OUTPUT;
import static io.tokenledger.model.TokenClass.CACHED_INPUT;
import static io.tokenledger.model.TokenClass.CACHE_WRITE_5M;
import static io.tokenledger.model.TokenClass.OUTPUT;
import static io.tokenledger.model.TokenClass.UNCACHED_INPUT;

import io.tokenledger.ingest.dialect.Request.Origin;
import io.tokenledger.ingest.dialect.Request.Status;
import io.tokenledger.ingest.dialect.Value.Kind;
import io.tokenledger.model.Money;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Spans of OpenTelemetry, a line of OTLP/JSON each export, with the attributes of the conventions for generative AI, now
 * and earlier, of OpenLLMetry or of OpenInference. A record is a span as {@link OtlpSpans} makes it, so a feed maps {@code
 * tenant: /attributes/tenant.id}. The service is the feature and the deployment environment is the environment, unless
 * the feed maps others.
 *
 * <p>Only inference is a request: agents, workflows, tools and other parents repeat the usage of what is below them, and
 * so does an inference span with another one, with usage, directly below it in the same line, as a framework's around a
 * client's. A
 * request is known by its response id, so that two instrumentations of one call do not count twice; without one by its
 * trace and span.
 *
 * <p>What includes what: input includes cached, cache-write and audio tokens, output includes reasoning and audio tokens.
 * Cache writes come without their lifetime and count as five-minute ones.
 */
final class OtelGenAi implements Dialect {
    private static final Set<String> OPERATIONS =
            Set.of("chat", "text_completion", "completion", "generate_content", "embeddings", "embedding");
    private static final Set<String> SPAN_KINDS = Set.of("LLM", "EMBEDDING");
    private static final Set<String> REQUEST_TYPES = Set.of("chat", "completion", "embedding");
    private static final Set<String> ERROR_STATES = Set.of("2", "STATUS_CODE_ERROR");
    private static final String INFERENCE_BELOW = "/inferenceBelow";

    private static final String[] PROVIDER = attributes("gen_ai.provider.name", "gen_ai.system");
    private static final String[] SERVICE_TIER =
            attributes("openai.response.service_tier", "gen_ai.openai.response.service_tier");
    private static final String[] MODEL = attributes(
            "gen_ai.response.model",
            "llm.response.model",
            "llm.model_name",
            "embedding.model_name",
            "gen_ai.request.model",
            "llm.request.model");
    private static final String[] INPUT = attributes(
            "gen_ai.usage.input_tokens",
            "gen_ai.usage.prompt_tokens",
            "llm.token_count.prompt",
            "llm.usage.prompt_tokens");
    private static final String[] CACHED = attributes(
            "gen_ai.usage.cache_read.input_tokens",
            "gen_ai.usage.cache_read_input_tokens",
            "gen_ai.usage.cached_input_tokens",
            "gen_ai.usage.input_tokens.cached",
            "llm.token_count.prompt_details.cache_read",
            "llm.usage.cache_read_input_tokens");
    private static final String[] WRITTEN = attributes(
            "gen_ai.usage.cache_creation.input_tokens",
            "gen_ai.usage.cache_creation_input_tokens",
            "llm.token_count.prompt_details.cache_write",
            "llm.usage.cache_creation_input_tokens");
    private static final String[] HEARD =
            attributes("gen_ai.usage.audio.input_tokens", "llm.token_count.prompt_details.audio");
    private static final String[] WRITES_OUT = attributes(
            "gen_ai.usage.output_tokens",
            "gen_ai.usage.completion_tokens",
            "llm.token_count.completion",
            "llm.usage.completion_tokens");
    private static final String[] SPOKEN =
            attributes("gen_ai.usage.audio.output_tokens", "llm.token_count.completion_details.audio");
    private static final String[] REASONING = attributes(
            "gen_ai.usage.reasoning.output_tokens",
            "gen_ai.usage.reasoning_tokens",
            "llm.token_count.completion_details.reasoning",
            "llm.usage.reasoning_tokens");
    private static final String[] TOTAL =
            attributes("gen_ai.usage.total_tokens", "llm.usage.total_tokens", "llm.token_count.total");

    private static final Set<String> KNOWN =
            Set.of("gen_ai.usage.image.input_tokens", "gen_ai.usage.image.output_tokens");
    private static final List<String> COUNTERS =
            List.of("/attributes/gen_ai.usage.", "/attributes/llm.usage.", "/attributes/llm.token_count.");

    @Override
    public String name() {
        return "otel-genai";
    }

    @Override
    public List<String> pointers() {
        return List.of(OtlpSpans.TOP + "/**");
    }

    @Override
    public List<CapturedRecord> records(CapturedRecord line) {
        List<Map<String, Value>> spans = OtlpSpans.of(line);
        Set<String> parents = new HashSet<>();
        for (Map<String, Value> span : spans) {
            if (isInferenceWithUsage(line.inside(span))) {
                parents.add(id(span, "/parentSpanId"));
            }
        }
        for (Map<String, Value> span : spans) {
            if (parents.contains(id(span, "/spanId"))) {
                span.put(INFERENCE_BELOW, new Value(Kind.BOOLEAN, "true"));
            }
        }
        // A line of metrics or logs, or of no spans, is still a record.
        return spans.isEmpty()
                ? List.of(line.inside(Map.of()))
                : spans.stream().map(line::inside).toList();
    }

    private static String id(Map<String, Value> span, String idAt) {
        return span.getOrDefault("/traceId", Value.ABSENT).text() + "/"
                + span.getOrDefault(idAt, Value.ABSENT).text();
    }

    private static boolean isInferenceWithUsage(CapturedRecord span) {
        try {
            return whyOutOfScope(span) == null
                    && Stream.of(INPUT, WRITES_OUT).flatMap(Stream::of).anyMatch(span::has);
        } catch (Rejection e) {
            return false;
        }
    }

    /** The rule by which a span is no inference; null when it is one. */
    private static String whyOutOfScope(CapturedRecord span) throws Rejection {
        String operation = span.textOrNone("/attributes/gen_ai.operation.name");
        String kind = span.textOrNone("/attributes/openinference.span.kind");
        String type = span.textOrNone("/attributes/llm.request.type");
        boolean inference;
        if (operation != null) {
            inference = OPERATIONS.contains(operation);
        } else if (kind != null) {
            inference = SPAN_KINDS.contains(kind);
        } else if (span.has("/attributes/traceloop.span.kind")) {
            inference = false;
        } else if (type != null) {
            inference = REQUEST_TYPES.contains(type);
        } else {
            boolean called = span.textOrNone(PROVIDER) != null && span.textOrNone(MODEL) != null;
            return called ? null : "span is no call of a model";
        }
        return inference ? null : "operation is no inference";
    }

    @Override
    public List<Outcome> read(CapturedRecord span) throws Rejection {
        String rule = whyOutOfScope(span);
        if (rule == null && span.has(INFERENCE_BELOW)) {
            rule = "inference repeats the one below it";
        }
        return List.of(rule == null ? request(span) : new OutOfScope(rule));
    }

    private static Request request(CapturedRecord span) throws Rejection {
        String state = span.text("/status/code");
        boolean failed = state != null && ERROR_STATES.contains(state) || span.has("/attributes/error.type");
        String model = span.textOrNone(MODEL);
        if (model == null && !failed) {
            throw new Rejection("missing", MODEL[0]);
        }
        Instant start = span.time("/startTimeUnixNano");
        Origin origin = new Origin(
                null,
                null,
                span.textOrNone("/resource/service.name"),
                span.textOrNone("/resource/deployment.environment.name", "/resource/deployment.environment"),
                null,
                null);
        BigDecimal cost = span.amount("/attributes/llm.cost.total", "/attributes/gen_ai.usage.cost");
        return new Request(
                requestId(span),
                start,
                Times.millis(start, span.time("/endTimeUnixNano")),
                failed ? Status.ERROR : Status.OK,
                model,
                span.textOrNone("/attributes/gen_ai.request.model", "/attributes/llm.request.model"),
                span.textOrNone(SERVICE_TIER),
                usage(span),
                origin,
                cost == null ? null : new Money(cost, "USD"));
    }

    private static String requestId(CapturedRecord span) throws Rejection {
        String response = span.textOrNone("/attributes/gen_ai.response.id", "/attributes/llm.response.id");
        String traceId = span.textOrNone("/traceId");
        String spanId = span.textOrNone("/spanId");
        String ofSpan = traceId == null || spanId == null ? null : traceId + "-" + spanId;
        return response == null ? ofSpan : response;
    }

    private static Usage usage(CapturedRecord span) throws Rejection {
        String outputAt = span.firstPresent(WRITES_OUT);
        String inputAt = span.firstPresent(INPUT);
        String totalAt = span.firstPresent(TOTAL);
        Long input = span.int64(inputAt);
        Long output = span.int64(outputAt);
        Long total = span.int64(totalAt);
        if (input == null && output == null && total == null) {
            return Usage.MISSING;
        }
        Long reasoning = span.int64(REASONING);
        if (output != null && reasoning != null) {
            Counts.remainder(output, reasoning, "reasoning exceeds output", outputAt);
        }
        return new Counts()
                .add(CACHED_INPUT, span.int64(CACHED))
                .add(CACHE_WRITE_5M, span.int64(WRITTEN))
                .add(AUDIO_INPUT, span.int64(HEARD))
                .rest(UNCACHED_INPUT, input, "cached exceeds input", inputAt)
                .add(AUDIO_OUTPUT, span.int64(SPOKEN))
                .rest(OUTPUT, output, "audio exceeds output", outputAt)
                .usage(reasoning, total, totalAt, null, unknownCounters(span));
    }

    /** Other attributes have names of tokens too, such as {@code gen_ai.request.max_tokens}. */
    private static SortedSet<String> unknownCounters(CapturedRecord span) {
        return UnknownCounters.below(span, "/attributes", KNOWN).stream()
                .filter(place -> COUNTERS.stream().anyMatch(place::startsWith))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static String[] attributes(String... names) {
        return Stream.of(names).map(name -> "/attributes/" + name).toArray(String[]::new);
    }
}
