package io.tokenledger.ingest.dialect;

/**
 * A record, or the part of it that a dialect is at, cannot be read as a request. The reason is a stable code with the place, and never holds text of the record:
 * a prompt must not leak through an error.
 */
public final class Rejection extends Exception {

    public Rejection(String reason) {
        // No stack trace: a bad file holds millions of them, and the reason says it all.
        super(reason, null, false, false);
    }

    /** A reason at a place, such as {@code negative counter: /usage/prompt_tokens}. */
    public Rejection(String reason, String pointer) {
        this(reason + ": " + pointer);
    }

    public String reason() {
        return getMessage();
    }
}
