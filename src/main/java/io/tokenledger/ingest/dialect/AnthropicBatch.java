package io.tokenledger.ingest.dialect;

import java.util.List;
import java.util.stream.Stream;

/**
 * A line of the results of a message batch of Anthropic: a message as in {@link Anthropic}, in an envelope. A request
 * that errored, expired or was cancelled was not served, has no usage and is out of scope. A line has no time: the feed
 * takes the day of the file, or maps a time that was added.
 */
final class AnthropicBatch implements Dialect {
    private static final String TYPE = "/result/type";
    private static final String MESSAGE = "/result/message";

    @Override
    public String name() {
        return "anthropic-batch";
    }

    @Override
    public List<String> pointers() {
        return Stream.concat(Stream.of(TYPE), AnthropicMessage.pointers(MESSAGE).stream())
                .toList();
    }

    @Override
    public List<Outcome> read(CapturedRecord record) throws Rejection {
        String type = record.text(TYPE);
        if (type == null) {
            throw new Rejection("missing", TYPE);
        }
        return switch (type) {
            case "succeeded" -> AnthropicMessage.read(record, MESSAGE, null);
            case "errored" -> List.of(new OutOfScope("batch request that errored"));
            case "canceled" -> List.of(new OutOfScope("batch request that was cancelled"));
            case "expired" -> List.of(new OutOfScope("batch request that expired"));
            default -> throw new Rejection("unknown result", TYPE);
        };
    }
}
