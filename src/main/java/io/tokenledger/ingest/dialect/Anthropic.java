package io.tokenledger.ingest.dialect;

import io.tokenledger.ingest.dialect.Request.Origin;
import io.tokenledger.ingest.dialect.Request.Status;
import java.util.List;
import java.util.stream.Stream;

/**
 * A message of Anthropic's API as a client has it at its end, or a line of a session log of Claude Code around one. What
 * includes what: {@link AnthropicUsage}. An error is a failed call. A stream's raw events are out of scope: each holds
 * only a part of the counters.
 *
 * <p>A message has no time: the feed maps one, or takes the day of the file. A session log has one; it repeats a message
 * for each of its blocks, with the same id and growing counters.
 */
final class Anthropic implements Dialect {
    private static final String SESSION_MESSAGE = "/message";

    @Override
    public String name() {
        return "anthropic";
    }

    @Override
    public List<String> pointers() {
        return Stream.of(
                        List.of("/type", "/timestamp", "/request_id", "/requestId", "/error"),
                        AnthropicMessage.pointers(""),
                        AnthropicMessage.pointers(SESSION_MESSAGE))
                .flatMap(List::stream)
                .toList();
    }

    @Override
    public List<Outcome> read(CapturedRecord record) throws Rejection {
        String type = record.text("/type");
        if ("assistant".equals(type)) {
            return AnthropicMessage.read(record, SESSION_MESSAGE, record.time("/timestamp"), "/requestId");
        }
        if ("message".equals(type)) {
            return AnthropicMessage.read(record, "", null, "/request_id");
        }
        if ("error".equals(type)) {
            String id = record.textOrNone("/request_id");
            return List.of(
                    new Request(id, null, null, Status.ERROR, null, null, null, Usage.MISSING, Origin.UNKNOWN, null));
        }
        return List.of(new OutOfScope("no message"));
    }
}
