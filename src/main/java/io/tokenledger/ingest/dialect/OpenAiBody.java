package io.tokenledger.ingest.dialect;

import io.tokenledger.ingest.dialect.Request.Origin;
import io.tokenledger.ingest.dialect.Request.Status;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What OpenAI and those who answer in its shape send back, wherever in a record it is: a chat completion or its last
 * chunk, a completion, a run of an assistant, embeddings, a response.
 */
final class OpenAiBody {
    /** The tokens of a chat completion are those of {@code prompt_tokens} and {@code completion_tokens}. */
    static final Set<String> CHAT = Set.of(
            "chat.completion", "chat.completion.chunk", "text_completion", "text.completion", "thread.run", "list");

    static final Set<String> RESPONSES = Set.of("response");

    private static final Set<String> UNFINISHED = Set.of("queued", "in_progress", "requires_action", "cancelling");
    private static final Set<String> FAILED = Set.of("failed", "cancelled", "expired");

    private OpenAiBody() {}

    /** The pointers that {@link #read} looks at. */
    static List<String> pointers(String body) {
        return Stream.of(
                        "/id",
                        "/request_id",
                        "/object",
                        "/created",
                        "/created_at",
                        "/status",
                        "/model",
                        "/service_tier",
                        "/error",
                        "/usage/**",
                        "/x_groq/usage/**")
                .map(name -> body + name)
                .toList();
    }

    /**
     * What a body is.
     *
     * @param body its pointer in the record; empty when it is the record
     * @param objects the values of {@code object} that the dialect reads; a body without {@code object} is one of them
     * @param otherIds where else the record has an id
     */
    static Outcome read(CapturedRecord record, String body, Set<String> objects, String... otherIds) throws Rejection {
        String object = record.text(body + "/object");
        if (object != null && !objects.contains(object)) {
            return new OutOfScope("object is no inference call of this dialect");
        }
        // Groq sends the usage of a stream in an envelope of its own.
        String usageAt = Stream.of(body + "/usage", body + "/x_groq/usage")
                .filter(record::has)
                .findFirst()
                .orElse(body + "/usage");
        boolean hasUsage = record.hasObject(usageAt);
        String state = record.text(body + "/status");
        if (!hasUsage && "chat.completion.chunk".equals(object)) {
            return new OutOfScope("stream chunk without usage");
        }
        if (!hasUsage && "list".equals(object)) {
            return new OutOfScope("list without usage");
        }
        if (!hasUsage && state != null && UNFINISHED.contains(state)) {
            return new OutOfScope("not finished yet");
        }
        boolean failed = record.hasError(body + "/error") || state != null && FAILED.contains(state);
        String model = record.textOrNone(body + "/model");
        if (model == null && !failed) {
            throw new Rejection("missing", body + "/model");
        }
        String[] ids = Stream.concat(Stream.of(body + "/id", body + "/request_id"), Stream.of(otherIds))
                .toArray(String[]::new);
        return new Request(
                record.textOrNone(ids),
                record.time(body + "/created", body + "/created_at"),
                null,
                failed ? Status.ERROR : Status.OK,
                model,
                null,
                record.text(body + "/service_tier"),
                hasUsage ? OpenAiUsage.read(record, usageAt) : Usage.MISSING,
                Origin.UNKNOWN,
                null);
    }
}
