package io.tokenledger.ingest.dialect;

import static io.tokenledger.model.TokenClass.CACHED_INPUT;
import static io.tokenledger.model.TokenClass.CACHE_WRITE_5M;
import static io.tokenledger.model.TokenClass.OUTPUT;
import static io.tokenledger.model.TokenClass.UNCACHED_INPUT;

import io.tokenledger.ingest.dialect.Request.Origin;
import io.tokenledger.ingest.dialect.Request.Status;
import io.tokenledger.model.Money;
import io.tokenledger.model.ServingMode;
import java.math.BigDecimal;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A line of Portkey's log export, under the names of its fields and of its columns. What its cache answered was served by
 * the gateway. {@code cost} is in cents, of US dollars unless it says otherwise.
 *
 * <p>What includes what: the units are the provider's own counters, and what was cached is only in the response. It is in
 * the shape of OpenAI ({@link OpenAiUsage}) with whatever provider, but Anthropic's prompt tokens leave out what was
 * cached: the total, which then has it beside them, tells. Without a response what was cached is unknown.
 */
final class Portkey implements Dialect {
    private static final List<String> BODIES = List.of("/response", "/response/body", "/response.body");
    private static final Set<String> CACHE_HITS = Set.of("HIT", "SEMANTIC HIT");
    private static final int CENT_DIGITS = 2;

    @Override
    public String name() {
        return "portkey";
    }

    @Override
    public List<String> pointers() {
        return Stream.concat(
                        BODIES.stream().flatMap(body -> Stream.of(body + "/usage/**", body + "/service_tier")),
                        Stream.of(
                                "/id",
                                "/created_at",
                                "/response_time",
                                "/status_code",
                                "/response_status_code",
                                "/is_success",
                                "/ai_model",
                                "/cache_status",
                                "/request_tokens",
                                "/req_units",
                                "/response_tokens",
                                "/res_units",
                                "/total_tokens",
                                "/total_units",
                                "/cost",
                                "/cost_currency"))
                .toList();
    }

    @Override
    public List<Outcome> read(CapturedRecord record) throws Rejection {
        String state = record.textOrNone("/status_code", "/response_status_code");
        String success = record.textOrNone("/is_success");
        boolean failed = state == null ? "0".equals(success) || "false".equals(success) : !state.startsWith("2");
        String model = record.textOrNone("/ai_model");
        if (model == null && !failed) {
            throw new Rejection("missing", "/ai_model");
        }
        String cacheStatus = record.textOrNone("/cache_status");
        String[] tiers = BODIES.stream().map(body -> body + "/service_tier").toArray(String[]::new);
        return List.of(new Request(
                record.textOrNone("/id"),
                record.time("/created_at"),
                record.counter("/response_time"),
                failed ? Status.ERROR : Status.OK,
                model,
                null,
                record.textOrNone(tiers),
                usage(record),
                Origin.UNKNOWN,
                cost(record),
                cacheStatus != null && CACHE_HITS.contains(cacheStatus) ? ServingMode.GATEWAY_CACHE : null));
    }

    private static Money cost(CapturedRecord record) throws Rejection {
        BigDecimal cents = record.amount("/cost");
        String currency = record.textOrNone("/cost_currency");
        return cents == null ? null : new Money(cents.movePointLeft(CENT_DIGITS), currency == null ? "USD" : currency);
    }

    private static Usage usage(CapturedRecord record) throws Rejection {
        for (String body : BODIES) {
            String usage = body + "/usage";
            if (record.has(usage)
                    && record.hasObject(usage)
                    && !record.below(usage).isEmpty()) {
                return usage(record, usage);
            }
        }
        Long input = record.counter("/request_tokens", "/req_units");
        Long output = record.counter("/response_tokens", "/res_units");
        if (input == null && output == null) {
            return Usage.MISSING;
        }
        String totalAt = record.firstPresent("/total_tokens", "/total_units");
        return new Counts()
                .add(UNCACHED_INPUT, input)
                .add(OUTPUT, output)
                .usage(null, record.counter(totalAt), totalAt, null, Usage.MISSING.unknownCounters());
    }

    private static Usage usage(CapturedRecord record, String usage) throws Rejection {
        String readAt = usage + "/cache_read_input_tokens";
        String writtenAt = usage + "/cache_creation_input_tokens";
        String inputAt = usage + "/prompt_tokens";
        String outputAt = usage + "/completion_tokens";
        String totalAt = usage + "/total_tokens";
        Long input = record.counter(inputAt);
        Long output = record.counter(outputAt);
        Long total = record.counter(totalAt);
        Long cached = record.counter(usage + "/prompt_tokens_details/cached_tokens", readAt);
        Long written = record.counter(writtenAt);
        long cache = (cached == null ? 0 : cached) + (written == null ? 0 : written);
        boolean known = input != null && output != null && total != null;
        boolean beside = known && cache > 0 && total == input + output + cache;
        if (!beside && !record.has(readAt) && !record.has(writtenAt)) {
            return OpenAiUsage.read(record, usage);
        }
        if (!known && cache > 0) {
            throw new Rejection("with or without cached tokens", inputAt);
        }
        Counts counts = new Counts()
                .add(CACHED_INPUT, cached)
                .add(CACHE_WRITE_5M, written)
                .rest(OUTPUT, output, "audio exceeds output", outputAt);
        if (beside) {
            counts.add(UNCACHED_INPUT, input).othersAreKnown(UNCACHED_INPUT);
        } else {
            counts.rest(UNCACHED_INPUT, input, "cached exceeds input", inputAt);
        }
        Long reasoning = record.counter(usage + "/completion_tokens_details/reasoning_tokens");
        return counts.usage(reasoning, total, totalAt, null, UnknownCounters.below(record, usage, Set.of()));
    }
}
