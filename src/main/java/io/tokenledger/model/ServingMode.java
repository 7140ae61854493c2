package io.tokenledger.model;

import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** How a request really ran. */
public enum ServingMode {
    /** Paid per token, at once. */
    SERVERLESS,
    /** Paid per token, within a completion window. */
    BATCH,
    /** On replicas that are paid by time. */
    DEDICATED,
    /** On throughput units that are paid by time. */
    PROVISIONED,
    /** On hardware of one's own. */
    SELF_HOSTED,
    /** Answered by a gateway's own cache; no provider was called, so nothing is billable. */
    GATEWAY_CACHE;

    /** The name in job files and reports, such as {@code self-hosted}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The mode with this {@link #label()}, or empty. */
    public static Optional<ServingMode> of(String label) {
        return Stream.of(values()).filter(m -> m.label().equals(label)).findFirst();
    }

    /** Whether its tokens were served by capacity that is paid by time. */
    public boolean onCapacity() {
        return this == DEDICATED || this == PROVISIONED || this == SELF_HOSTED;
    }
}
