package io.tokenledger.ingest.dialect;

/**
 * A well-formed record that is no inference call.
 *
 * @param rule the rule of the dialect that says so
 */
public record OutOfScope(String rule) implements Outcome {}
