package io.tokenledger.ingest.dialect;

import static io.tokenledger.model.TokenClass.AUDIO_INPUT;
import static io.tokenledger.model.TokenClass.AUDIO_OUTPUT;
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
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A request of Helicone's export. A hit of its cache names the request whose answer it repeats, has counters of 0, and
 * was served by the gateway.
 *
 * <p>What includes what: {@code prompt_tokens} leaves out what was cached where Helicone knew the model, and is else what
 * the provider counts, which for providers in the shape of OpenAI includes it; no field tells which. So usage in a
 * response body of that shape wins ({@link OpenAiUsage}); Anthropic's and Bedrock's own counters leave it out too; where
 * nothing was cached, or more than {@code prompt_tokens}, there is no doubt. Whatever remains is rejected: export the
 * bodies. The same holds for audio, and for {@code completion_tokens} with reasoning.
 */
final class Helicone implements Dialect {
    private static final String BODY = "/response_body";
    private static final String BODY_USAGE = BODY + "/usage";

    /** Whose own counters of input leave out what was cached. */
    private static final Set<String> EXCLUSIVE = Set.of("ANTHROPIC", "AWS", "BEDROCK");

    private static final Set<String> OPENAI_OBJECTS = Stream.concat(
                    OpenAiBody.CHAT.stream(), OpenAiBody.RESPONSES.stream())
            .collect(Collectors.toUnmodifiableSet());

    private static final String NO_REFERENCE = "00000000-0000-0000-0000-000000000000";

    @Override
    public String name() {
        return "helicone";
    }

    @Override
    public List<String> pointers() {
        return List.of(
                "/request_id",
                "/request_created_at",
                "/delay_ms",
                "/response_status",
                "/response_model",
                "/model",
                "/request_model",
                "/provider",
                "/cache_reference_id",
                "/prompt_tokens",
                "/prompt_cache_read_tokens",
                "/prompt_cache_write_tokens",
                "/prompt_audio_tokens",
                "/completion_tokens",
                "/completion_audio_tokens",
                "/reasoning_tokens",
                "/costUSD",
                "/cost",
                BODY + "/object",
                BODY + "/service_tier",
                BODY_USAGE + "/**");
    }

    @Override
    public List<Outcome> read(CapturedRecord record) throws Rejection {
        String state = record.textOrNone("/response_status");
        boolean failed = state != null && !state.startsWith("2");
        String model = record.textOrNone("/response_model", "/model", "/request_model");
        String original = record.textOrNone("/cache_reference_id");
        boolean cacheHit = original != null && !original.equals(NO_REFERENCE);
        // A hit repeats the original's body; what it used itself is in the record.
        Usage usage = !cacheHit && openAiBody(record) ? OpenAiUsage.read(record, BODY_USAGE) : usageOfRecord(record);
        if (model == null && !failed) {
            if (usage.equals(Usage.MISSING)) {
                return List.of(new OutOfScope("neither model nor usage"));
            }
            throw new Rejection("missing", "/model");
        }
        BigDecimal cost = record.amount("/costUSD", "/cost");
        return List.of(new Request(
                record.textOrNone("/request_id"),
                record.time("/request_created_at"),
                record.counter("/delay_ms"),
                failed ? Status.ERROR : Status.OK,
                model,
                record.textOrNone("/request_model"),
                record.textOrNone(BODY + "/service_tier"),
                usage,
                Origin.UNKNOWN,
                cost == null ? null : new Money(cost, "USD"),
                cacheHit ? ServingMode.GATEWAY_CACHE : null));
    }

    private static boolean openAiBody(CapturedRecord record) throws Rejection {
        String object = record.text(BODY + "/object");
        return object != null && OPENAI_OBJECTS.contains(object) && record.has(BODY_USAGE);
    }

    private static Usage usageOfRecord(CapturedRecord record) throws Rejection {
        Long input = record.counter("/prompt_tokens");
        Long output = record.counter("/completion_tokens");
        if (input == null && output == null) {
            return Usage.MISSING;
        }
        Long cached = record.counter("/prompt_cache_read_tokens");
        Long written = record.counter("/prompt_cache_write_tokens");
        Long audio = record.counter("/prompt_audio_tokens");
        Long spoken = record.counter("/completion_audio_tokens");
        Long reasoning = record.counter("/reasoning_tokens");
        String provider = record.textOrNone("/provider");
        if (provider == null || !EXCLUSIVE.contains(provider.toUpperCase(Locale.ROOT))) {
            requireApart(input, "/prompt_tokens", cached, written, audio);
        }
        requireApart(output, "/completion_tokens", spoken, reasoning);
        return new Counts()
                .add(UNCACHED_INPUT, input)
                .add(CACHED_INPUT, cached)
                .add(CACHE_WRITE_5M, written)
                .add(AUDIO_INPUT, audio)
                .add(OUTPUT, output)
                .add(OUTPUT, reasoning)
                .add(AUDIO_OUTPUT, spoken)
                .usage(reasoning, null, Usage.MISSING.unknownCounters());
    }

    private static void requireApart(Long whole, String pointer, Long... parts) throws Rejection {
        long sum = Stream.of(parts).mapToLong(part -> part == null ? 0 : part).sum();
        if (whole != null && sum > 0 && sum <= whole) {
            throw new Rejection("with or without its parts", pointer);
        }
    }
}
