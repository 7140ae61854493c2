package io.tokenledger.ingest.dialect;

import java.util.List;
import java.util.stream.Stream;

/**
 * A response of OpenAI's Responses API, or an event of its stream that holds one ({@code response.completed} has the
 * usage; the ones before it are not finished yet). What includes what: {@link OpenAiUsage}. A failed or cancelled
 * response is a failed call, with the tokens that it counted.
 *
 * <p>A stored response that is retrieved again has the same id and counts once.
 */
final class OpenAiResponses implements Dialect {
    private static final OpenAiBody BODY = new OpenAiBody("", OpenAiBody.RESPONSES);
    private static final String EVENT = "/response";
    private static final OpenAiBody EVENT_BODY = new OpenAiBody(EVENT, OpenAiBody.RESPONSES);

    @Override
    public String name() {
        return "openai-responses";
    }

    @Override
    public List<String> pointers() {
        return Stream.of(BODY.pointers(), EVENT_BODY.pointers(), List.of("/type"))
                .flatMap(List::stream)
                .toList();
    }

    @Override
    public List<Outcome> read(CapturedRecord record) throws Rejection {
        boolean event = record.hasObject(EVENT);
        String type = record.text("/type");
        if (!event && type != null && type.startsWith("response.")) {
            return List.of(new OutOfScope("stream event without usage"));
        }
        return List.of((event ? EVENT_BODY : BODY).read(record));
    }
}
