package io.tokenledger.ingest.dialect;

import static io.tokenledger.model.TokenClass.CACHED_INPUT;
import static io.tokenledger.model.TokenClass.CACHE_WRITE_1H;
import static io.tokenledger.model.TokenClass.CACHE_WRITE_5M;
import static io.tokenledger.model.TokenClass.OUTPUT;
import static io.tokenledger.model.TokenClass.UNCACHED_INPUT;

import io.tokenledger.ingest.dialect.Request.Origin;
import io.tokenledger.ingest.dialect.Request.Status;
import java.util.List;
import java.util.Set;

/**
 * A record of the model-invocation log of Amazon Bedrock. The counters of the log itself count; where it has none, those
 * of the response in it do, of Converse or of the model's own shape.
 *
 * <p>What includes what: input tokens include no cached tokens; cache reads and writes come beside them. Only the response
 * tells which writes are for an hour; the others count as for five minutes.
 *
 * <p>The model is what was invoked, often an ARN, as it is: a table of aliases names it.
 */
final class Bedrock implements Dialect {
    private static final String SCHEMA = "/schemaType";
    private static final String MODEL = "/modelId";
    private static final String RESPONSE = "/output/outputBodyJson";
    private static final String USAGE = RESPONSE + "/usage";
    private static final String CACHE_DETAILS = USAGE + "/cacheDetails";
    private static final String[] INPUT = {
        "/input/inputTokenCount",
        USAGE + "/inputTokens",
        USAGE + "/input_tokens",
        USAGE + "/prompt_tokens",
        RESPONSE + "/inputTextTokenCount",
        RESPONSE + "/prompt_token_count"
    };
    private static final String[] READS = {
        "/input/cacheReadInputTokenCount",
        USAGE + "/cacheReadInputTokens",
        USAGE + "/cacheReadInputTokenCount",
        USAGE + "/cache_read_input_tokens"
    };
    private static final String[] WRITES = {
        "/input/cacheWriteInputTokenCount",
        USAGE + "/cacheWriteInputTokens",
        USAGE + "/cacheWriteInputTokenCount",
        USAGE + "/cache_creation_input_tokens"
    };
    private static final String[] OUTPUTS = {
        "/output/outputTokenCount",
        USAGE + "/outputTokens",
        USAGE + "/output_tokens",
        USAGE + "/completion_tokens",
        RESPONSE + "/results/0/tokenCount",
        RESPONSE + "/generation_token_count"
    };
    private static final Set<String> KNOWN = Set.of("totalTokens", "total_tokens", "ephemeral_5m_input_tokens");

    @Override
    public String name() {
        return "bedrock";
    }

    @Override
    public List<String> pointers() {
        return List.of(
                SCHEMA,
                "/timestamp",
                "/requestId",
                MODEL,
                "/region",
                "/inferenceRegion",
                "/errorCode",
                INPUT[0],
                READS[0],
                WRITES[0],
                OUTPUTS[0],
                USAGE + "/**",
                RESPONSE + "/inputTextTokenCount",
                RESPONSE + "/prompt_token_count",
                RESPONSE + "/results/0/tokenCount",
                RESPONSE + "/generation_token_count",
                RESPONSE + "/metrics/latencyMs",
                RESPONSE + "/serviceTier/type");
    }

    @Override
    public List<Outcome> read(CapturedRecord record) throws Rejection {
        if (!"ModelInvocationLog".equals(record.text(SCHEMA))) {
            return List.of(new OutOfScope("no model invocation"));
        }
        String model = record.textOrNone(MODEL);
        Status status = record.hasError("/errorCode") ? Status.ERROR : Status.OK;
        if (model == null && status == Status.OK) {
            throw new Rejection("missing", MODEL);
        }
        return List.of(new Request(
                record.textOrNone("/requestId"),
                record.time("/timestamp"),
                record.counter(RESPONSE + "/metrics/latencyMs"),
                status,
                model,
                null,
                record.text(RESPONSE + "/serviceTier/type", USAGE + "/service_tier"),
                usage(record),
                new Origin(null, null, null, null, record.textOrNone("/inferenceRegion", "/region"), null),
                null));
    }

    private static Usage usage(CapturedRecord record) throws Rejection {
        Long hour = hourWrites(record);
        String writesAt = record.firstPresent(WRITES);
        Long writes = record.counter(writesAt);
        if (writes != null && hour != null) {
            writes = Counts.remainder(writes, hour, "cache writes exceed their total", writesAt);
        }
        return new Counts()
                .add(UNCACHED_INPUT, record.counter(INPUT))
                .add(CACHED_INPUT, record.counter(READS))
                .add(CACHE_WRITE_5M, writes)
                .add(CACHE_WRITE_1H, hour)
                .othersAreKnown(UNCACHED_INPUT)
                .add(OUTPUT, record.counter(OUTPUTS))
                .othersAreKnown(OUTPUT)
                .usage(null, null, UnknownCounters.below(record, USAGE, KNOWN));
    }

    /** Cache writes for an hour, by Converse or in the shape of Anthropic. */
    private static Long hourWrites(CapturedRecord record) throws Rejection {
        Long hour = record.counter(USAGE + "/cache_creation/ephemeral_1h_input_tokens");
        for (int i = 0; record.has(CACHE_DETAILS + "/" + i); i++) {
            Long count = record.counter(CACHE_DETAILS + "/" + i + "/inputTokens");
            if (count != null && "1h".equals(record.text(CACHE_DETAILS + "/" + i + "/ttl"))) {
                hour = hour == null ? count : Long.valueOf(hour + count);
            }
        }
        return hour;
    }
}
