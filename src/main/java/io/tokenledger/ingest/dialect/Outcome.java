package io.tokenledger.ingest.dialect;

/** What a dialect makes of a record that it can read; what it cannot read is a {@link Rejection}. */
public sealed interface Outcome permits Request, OutOfScope {}
