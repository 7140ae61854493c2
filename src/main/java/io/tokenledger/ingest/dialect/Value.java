package io.tokenledger.ingest.dialect;

/**
 * A captured JSON value in its own kind, so that {@code "12"} and {@code 12.0} are never mistaken for 12.
 *
 * @param text the string's content or the literal as written; null for objects, arrays, what is absent, and strings of
 *     more than {@link #TEXT_MAX} characters
 */
record Value(Kind kind, String text) {

    enum Kind {
        ABSENT,
        NULL,
        STRING,
        INTEGER,
        FRACTIONAL,
        BOOLEAN,
        OBJECT,
        ARRAY
    }

    /** Names, ids and times are shorter; prompts are longer, and are not kept. */
    static final int TEXT_MAX = 1024;

    static final Value ABSENT = new Value(Kind.ABSENT, null);
    static final Value NULL = new Value(Kind.NULL, "null");
    static final Value OBJECT = new Value(Kind.OBJECT, null);
    static final Value ARRAY = new Value(Kind.ARRAY, null);
    static final Value LONG_STRING = new Value(Kind.STRING, null);

    /** Absent or null: the log does not say. */
    boolean missing() {
        return kind == Kind.ABSENT || kind == Kind.NULL;
    }

    boolean container() {
        return kind == Kind.OBJECT || kind == Kind.ARRAY;
    }
}
