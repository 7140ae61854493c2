package io.tokenledger.ingest.dialect;

/** What a record, or a part of one, turns out to be. */
public sealed interface Outcome permits Request, OutOfScope, Rejected {}
