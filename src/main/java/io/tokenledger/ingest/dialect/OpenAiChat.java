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
import io.tokenledger.model.TokenClass;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * The response body of a chat completion of OpenAI, and of the many providers that answer in its shape.
 *
 * <p>What includes what: {@code prompt_tokens} include cached, cache-write and audio tokens; {@code completion_tokens}
 * include reasoning and audio tokens. The classes are the remainders, so all input classes of a reported prompt are
 * known: one without a counter of its own is 0. Cache writes come without their lifetime and count as five-minute ones.
 *
 * <p>Cached tokens are also read from {@code usage.cached_tokens} (Together), and the details also under
 * {@code prompt_token_details} and {@code completion_token_details}, as some servers write them.
 */
final class OpenAiChat implements Dialect {
    private static final String ID = "/id";
    private static final String REQUEST_ID = "/request_id";
    private static final String OBJECT = "/object";
    private static final String CREATED = "/created";
    private static final String MODEL = "/model";
    private static final String SERVICE_TIER = "/service_tier";
    private static final String ERROR = "/error";
    private static final String USAGE = "/usage";
    private static final String PROMPT = "/usage/prompt_tokens";
    private static final String COMPLETION = "/usage/completion_tokens";
    private static final String TOTAL = "/usage/total_tokens";
    private static final String PROMPT_DETAILS = "/usage/prompt_tokens_details";
    private static final String PROMPT_DETAILS_2 = "/usage/prompt_token_details";
    private static final String COMPLETION_DETAILS = "/usage/completion_tokens_details";
    private static final String COMPLETION_DETAILS_2 = "/usage/completion_token_details";
    private static final String FLAT_CACHED = "/usage/cached_tokens";
    private static final String CACHED = "/cached_tokens";
    private static final String CACHE_WRITE = "/cache_write_tokens";
    private static final String AUDIO = "/audio_tokens";
    private static final String REASONING = "/reasoning_tokens";

    private static final OutOfScope NO_COMPLETION = new OutOfScope("object is no chat completion");
    private static final OutOfScope CHUNK_WITHOUT_USAGE = new OutOfScope("stream chunk without usage");

    @Override
    public String name() {
        return "openai-chat";
    }

    @Override
    public List<String> pointers() {
        return List.of(
                ID,
                REQUEST_ID,
                OBJECT,
                CREATED,
                MODEL,
                SERVICE_TIER,
                ERROR,
                USAGE,
                PROMPT,
                COMPLETION,
                TOTAL,
                FLAT_CACHED,
                PROMPT_DETAILS + CACHED,
                PROMPT_DETAILS + CACHE_WRITE,
                PROMPT_DETAILS + AUDIO,
                PROMPT_DETAILS_2 + CACHED,
                PROMPT_DETAILS_2 + CACHE_WRITE,
                PROMPT_DETAILS_2 + AUDIO,
                COMPLETION_DETAILS + REASONING,
                COMPLETION_DETAILS + AUDIO,
                COMPLETION_DETAILS_2 + REASONING,
                COMPLETION_DETAILS_2 + AUDIO);
    }

    @Override
    public Outcome read(CapturedRecord record) throws Rejection {
        String object = record.text(OBJECT);
        boolean chunk = "chat.completion.chunk".equals(object);
        if (object != null && !chunk && !object.equals("chat.completion")) {
            return NO_COMPLETION;
        }
        boolean usage = record.hasObject(USAGE);
        if (chunk && !usage) {
            return CHUNK_WITHOUT_USAGE;
        }
        Status status = record.hasError(ERROR) ? Status.ERROR : Status.OK;
        Instant occurredAt = record.epochSeconds(CREATED);
        String model = record.textOrNone(MODEL);
        if (model == null && status == Status.OK) {
            throw new Rejection("missing", MODEL);
        }
        return new Request(
                record.textOrNone(ID, REQUEST_ID),
                occurredAt,
                null,
                status,
                model,
                null,
                record.text(SERVICE_TIER),
                usage ? usage(record) : Usage.MISSING,
                Origin.UNKNOWN,
                null);
    }

    private static Usage usage(CapturedRecord record) throws Rejection {
        // Details of another kind would hide their counters, and hidden counters would become zeros.
        for (String details : List.of(PROMPT_DETAILS, PROMPT_DETAILS_2, COMPLETION_DETAILS, COMPLETION_DETAILS_2)) {
            record.hasObject(details);
        }
        Map<TokenClass, Long> tokens = new EnumMap<>(TokenClass.class);
        Long prompt = record.counter(PROMPT);
        put(tokens, CACHED_INPUT, record.counter(PROMPT_DETAILS + CACHED, PROMPT_DETAILS_2 + CACHED, FLAT_CACHED));
        put(tokens, CACHE_WRITE_5M, record.counter(PROMPT_DETAILS + CACHE_WRITE, PROMPT_DETAILS_2 + CACHE_WRITE));
        put(tokens, AUDIO_INPUT, record.counter(PROMPT_DETAILS + AUDIO, PROMPT_DETAILS_2 + AUDIO));
        if (prompt != null) {
            List<TokenClass> parts = List.of(CACHED_INPUT, CACHE_WRITE_5M, CACHE_WRITE_1H, AUDIO_INPUT);
            parts.forEach(part -> tokens.putIfAbsent(part, 0L));
            long included = parts.stream().mapToLong(tokens::get).sum();
            tokens.put(UNCACHED_INPUT, remainder(prompt, included, "cached exceeds input", PROMPT));
        }

        Long completion = record.counter(COMPLETION);
        Long reasoning = record.counter(COMPLETION_DETAILS + REASONING, COMPLETION_DETAILS_2 + REASONING);
        put(tokens, AUDIO_OUTPUT, record.counter(COMPLETION_DETAILS + AUDIO, COMPLETION_DETAILS_2 + AUDIO));
        if (completion != null) {
            tokens.putIfAbsent(AUDIO_OUTPUT, 0L);
            tokens.put(OUTPUT, remainder(completion, tokens.get(AUDIO_OUTPUT), "audio exceeds output", COMPLETION));
            remainder(completion, zeroIfNull(reasoning), "reasoning exceeds output", COMPLETION);
        }

        Long total = record.counter(TOTAL);
        Long unclassified = total == null
                ? null
                : remainder(total, zeroIfNull(prompt) + zeroIfNull(completion), "total less than parts", TOTAL);
        return new Usage(tokens, reasoning, unclassified, null);
    }

    private static void put(Map<TokenClass, Long> tokens, TokenClass tokenClass, Long count) {
        if (count != null) {
            tokens.put(tokenClass, count);
        }
    }

    private static Long remainder(long whole, long parts, String reason, String pointer) throws Rejection {
        if (parts > whole) {
            throw new Rejection(reason, pointer);
        }
        return whole - parts;
    }

    private static long zeroIfNull(Long count) {
        return count == null ? 0 : count;
    }
}
