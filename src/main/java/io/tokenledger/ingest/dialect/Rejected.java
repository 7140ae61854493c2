package io.tokenledger.ingest.dialect;

/**
 * What could not be read as a request, although it should be one.
 *
 * @param reason as in {@link Rejection}
 */
public record Rejected(String reason) implements Outcome {}
