package io.tokenledger.ingest.dialect;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A line of an output or error file of a batch of OpenAI, Azure or Together: what {@link OpenAiChat} and {@link
 * OpenAiResponses} read, in an envelope. A request that failed without usage was not served and is out of scope.
 *
 * <p>Nothing in a line says that it is a batch: the feed does, by its serving mode.
 */
final class OpenAiBatch implements Dialect {
    private static final String PLACE = "/response/body";
    private static final String STATUS_CODE = "/response/status_code";
    private static final OpenAiBody BODY = new OpenAiBody(
            PLACE,
            Stream.concat(OpenAiBody.CHAT.stream(), OpenAiBody.RESPONSES.stream())
                    .collect(Collectors.toUnmodifiableSet()),
            "/response/request_id",
            "/id");

    @Override
    public String name() {
        return "openai-batch";
    }

    @Override
    public List<String> pointers() {
        return Stream.concat(Stream.of("/error", "/response", STATUS_CODE), BODY.pointers().stream())
                .toList();
    }

    @Override
    public List<Outcome> read(CapturedRecord record) throws Rejection {
        Long status = record.counter(STATUS_CODE);
        boolean failed = record.hasError("/error") || status != null && status >= 400;
        boolean usage = record.hasObject("/response") && record.hasObject(PLACE) && record.has(PLACE + "/usage");
        if (failed && !usage) {
            return List.of(new OutOfScope("batch request that failed"));
        }
        if (!record.has(PLACE)) {
            throw new Rejection("missing", PLACE);
        }
        return List.of(BODY.read(record));
    }
}
