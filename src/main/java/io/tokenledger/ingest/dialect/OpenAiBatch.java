package io.tokenledger.ingest.dialect;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A line of an output or error file of a batch of OpenAI, Azure or Together: what {@link OpenAiChat} and {@link
 * OpenAiResponses} read, in an envelope. A request that failed without usage was not served and is out of scope.
 *
 * <p>Nothing in a line says that it is a batch: the feed does, by its serving mode.
 */
final class OpenAiBatch implements Dialect {
    private static final String BODY = "/response/body";
    private static final String STATUS_CODE = "/response/status_code";
    private static final String REQUEST_ID = "/response/request_id";
    private static final Set<String> OBJECTS = Stream.concat(OpenAiBody.CHAT.stream(), OpenAiBody.RESPONSES.stream())
            .collect(Collectors.toUnmodifiableSet());

    @Override
    public String name() {
        return "openai-batch";
    }

    @Override
    public List<String> pointers() {
        return Stream.concat(
                        Stream.of("/id", "/error", "/response", STATUS_CODE, REQUEST_ID),
                        OpenAiBody.pointers(BODY).stream())
                .toList();
    }

    @Override
    public List<Outcome> read(CapturedRecord record) throws Rejection {
        Long status = record.counter(STATUS_CODE);
        boolean failed = record.hasError("/error") || status != null && status >= 400;
        boolean usage = record.hasObject("/response") && record.hasObject(BODY) && record.has(BODY + "/usage");
        if (failed && !usage) {
            return List.of(new OutOfScope("batch request that failed"));
        }
        if (!record.has(BODY)) {
            throw new Rejection("missing", BODY);
        }
        return List.of(OpenAiBody.read(record, BODY, OBJECTS, REQUEST_ID, "/id"));
    }
}
