package io.tokenledger.ingest.dialect;

import io.tokenledger.ingest.dialect.Request.Origin;
import io.tokenledger.ingest.dialect.Request.Status;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A message of Anthropic, wherever in a record it is.
 *
 * <p>One message can be the work of several models, or of one model several times: of a fallback, an advisor, a compaction
 * of the context. {@code usage.iterations} then holds the usage of each, and only their sum is what is billed, for the
 * usage around them leaves some out. Each is a request of its own model; all are one operation, and the first has the
 * message's own id, so that another export of the same message is seen as the same.
 */
final class AnthropicMessage {
    private static final String FAST = "fast";

    private AnthropicMessage() {}

    /** The pointers that {@link #read} looks at. */
    static List<String> pointers(String message) {
        return Stream.of("/id", "/model", "/usage/**")
                .map(name -> message + name)
                .toList();
    }

    /**
     * The requests of a message.
     *
     * @param message its pointer in the record; empty when it is the record
     * @param occurredAt null when the record does not say
     * @param otherIds where else the record has an id
     */
    static List<Outcome> read(CapturedRecord record, String message, Instant occurredAt, String... otherIds)
            throws Rejection {
        String usage = message + "/usage";
        String model = record.textOrNone(message + "/model");
        if (model == null) {
            throw new Rejection("missing", message + "/model");
        }
        if (model.equals("<synthetic>")) {
            return List.of(new OutOfScope("message that the client made up"));
        }
        String id = record.textOrNone(
                Stream.concat(Stream.of(message + "/id"), Stream.of(otherIds)).toArray(String[]::new));
        boolean hasUsage = record.hasObject(usage);
        // The fast lane has a price of its own, whatever the tier.
        String speed = hasUsage ? record.text(usage + "/speed") : null;
        String tier = FAST.equals(speed) ? FAST : hasUsage ? record.text(usage + "/service_tier") : null;
        String geo = hasUsage ? record.textOrNone(usage + "/inference_geo") : null;
        String region = "not_available".equals(geo) ? null : geo;
        if (!hasUsage || !record.has(usage + "/iterations/0")) {
            Usage counted = hasUsage ? AnthropicUsage.read(record, usage) : Usage.MISSING;
            return List.of(request(id, occurredAt, model, tier, counted, null, region));
        }
        List<Outcome> requests = new ArrayList<>();
        Long searches = record.counter(usage + "/server_tool_use/web_search_requests");
        for (int i = 0; record.has(usage + "/iterations/" + i); i++) {
            String iteration = usage + "/iterations/" + i;
            record.hasObject(iteration);
            String ownModel = record.textOrNone(iteration + "/model");
            Usage part = AnthropicUsage.read(record, iteration);
            Usage counted = new Usage(
                    part.tokens(), part.reasoningTokens(), null, i == 0 ? searches : null, part.unknownCounters());
            String ownId = id == null || i == 0 ? id : id + "#" + i;
            requests.add(request(ownId, occurredAt, ownModel == null ? model : ownModel, tier, counted, id, region));
        }
        return requests;
    }

    private static Request request(
            String id, Instant occurredAt, String model, String tier, Usage usage, String operationId, String region) {
        Origin origin = new Origin(operationId, null, null, null, region, null);
        return new Request(id, occurredAt, null, Status.OK, model, null, tier, usage, origin, null);
    }
}
