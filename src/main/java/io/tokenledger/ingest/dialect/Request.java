package io.tokenledger.ingest.dialect;

import io.tokenledger.model.Money;
import io.tokenledger.model.ServingMode;
import java.time.Instant;
import java.util.Objects;

/**
 * One API call, as its log tells it. Null means everywhere that the log does not say.
 *
 * @param requestId the provider's id of the call, else the gateway's
 * @param occurredAt the start of the call; without one the feed must say it
 * @param durationMs milliseconds until the last byte
 * @param status how the call ended; never null
 * @param model the model that served it
 * @param requestedModel the model that was asked for
 * @param serviceTier the tier in the log's own word
 * @param usage the counters; never null
 * @param origin who called, and where it ran; never null
 * @param costReported what the log says it cost
 * @param servingMode how it really ran, where the record itself says so: then it wins over what the feed says of all
 */
public record Request(
        String requestId,
        Instant occurredAt,
        Long durationMs,
        Status status,
        String model,
        String requestedModel,
        String serviceTier,
        Usage usage,
        Origin origin,
        Money costReported,
        ServingMode servingMode)
        implements Outcome {

    public Request {
        Objects.requireNonNull(status, "status");
        Objects.requireNonNull(usage, "usage");
        Objects.requireNonNull(origin, "origin");
    }

    /** A request of a log that does not say how it ran. */
    public Request(
            String requestId,
            Instant occurredAt,
            Long durationMs,
            Status status,
            String model,
            String requestedModel,
            String serviceTier,
            Usage usage,
            Origin origin,
            Money costReported) {
        this(
                requestId,
                occurredAt,
                durationMs,
                status,
                model,
                requestedModel,
                serviceTier,
                usage,
                origin,
                costReported,
                null);
    }

    /** How a call ended. A failed call may still have counted tokens. */
    public enum Status {
        OK("ok"),
        ERROR("error");

        private final String label;

        Status(String label) {
            this.label = label;
        }

        /** The value of the column {@code status}. */
        public String label() {
            return label;
        }
    }

    /**
     * Who called, for what, and where it ran.
     *
     * @param operationId what several attempts of one operation share
     */
    public record Origin(
            String operationId, String tenant, String feature, String environment, String region, String deployment) {

        /** The record itself says nothing; what is known comes from the feed's field mapping. */
        public static final Origin UNKNOWN = new Origin(null, null, null, null, null, null);
    }
}
