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

    private final Set<String> objects;
    private final String[] ids;
    private final String object;
    private final String[] created;
    private final String state;
    private final String model;
    private final String serviceTier;
    private final String error;
    private final String usage;
    private final OpenAiUsage ownUsage;
    private final String groqUsage;

    /**
     * @param body its pointer in the record; empty when it is the record
     * @param objects the values of {@code object} that the dialect reads; a body without {@code object} is one of them
     * @param otherIds where else the record has an id
     */
    OpenAiBody(String body, Set<String> objects, String... otherIds) {
        this.objects = objects;
        ids = Stream.concat(Stream.of(body + "/id", body + "/request_id"), Stream.of(otherIds))
                .toArray(String[]::new);
        object = body + "/object";
        created = new String[] {body + "/created", body + "/created_at"};
        state = body + "/status";
        model = body + "/model";
        serviceTier = body + "/service_tier";
        error = body + "/error";
        usage = body + "/usage";
        ownUsage = new OpenAiUsage(usage);
        groqUsage = body + "/x_groq/usage";
    }

    /** The pointers that {@link #read} looks at. */
    List<String> pointers() {
        return Stream.of(
                        Stream.of(ids),
                        Stream.of(created),
                        Stream.of(object, state, model, serviceTier, error, usage + "/**", groqUsage + "/**"))
                .flatMap(pointers -> pointers)
                .toList();
    }

    /** What a body is. */
    Outcome read(CapturedRecord record) throws Rejection {
        String kind = record.text(object);
        if (kind != null && !objects.contains(kind)) {
            return new OutOfScope("object is no inference call of this dialect");
        }
        // Groq sends the usage of a stream in an envelope of its own.
        boolean own = record.hasObject(usage);
        boolean hasUsage = own || record.hasObject(groqUsage);
        String how = record.text(state);
        if (!hasUsage && "chat.completion.chunk".equals(kind)) {
            return new OutOfScope("stream chunk without usage");
        }
        if (!hasUsage && "list".equals(kind)) {
            return new OutOfScope("list without usage");
        }
        if (!hasUsage && how != null && UNFINISHED.contains(how)) {
            return new OutOfScope("not finished yet");
        }
        boolean failed = record.hasError(error) || how != null && FAILED.contains(how);
        String served = record.textOrNone(model);
        if (served == null && !failed) {
            throw new Rejection("missing", model);
        }
        return new Request(
                record.textOrNone(ids),
                record.time(created),
                null,
                failed ? Status.ERROR : Status.OK,
                served,
                null,
                record.text(serviceTier),
                own ? ownUsage.read(record) : hasUsage ? OpenAiUsage.read(record, groqUsage) : Usage.MISSING,
                Origin.UNKNOWN,
                null);
    }
}
