package io.tokenledger.ingest.dialect;

import io.tokenledger.ingest.dialect.Value.Kind;
import java.time.Instant;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The wanted values of one record, by JSON pointer, read strictly: a value of another kind than asked for rejects the
 * record instead of becoming null or 0. A method that takes several pointers reads the first of them that is neither
 * absent nor null; they are spellings of the same thing and are never added.
 */
public final class CapturedRecord {
    private static final long COUNTER_MAX = 1_000_000_000_000L;
    private static final int COUNTER_DIGITS = 13;
    private static final int TEXT_MAX = 1024;
    private static final Pattern INTEGER = Pattern.compile("-?[0-9]+");
    // All seconds from 2020 to 2099 have as many digits.
    private static final int SECONDS_DIGITS = 10;
    private static final Instant TIME_MIN = Instant.parse("2020-01-01T00:00:00Z");
    private static final Instant TIME_MAX = Instant.parse("2100-01-01T00:00:00Z");

    private final Map<String, Integer> positions;
    private final Value[] values;

    /** Takes the values without copying; the scanner gives each record an array of its own. */
    CapturedRecord(Map<String, Integer> positions, Value[] values) {
        this.positions = positions;
        this.values = values;
    }

    /**
     * A count of tokens, milliseconds or the like: an integer in [0, 10^12].
     *
     * @return the count, or null when the log does not say
     */
    public Long counter(String... pointers) throws Rejection {
        String pointer = firstPresent(pointers);
        Value value = at(pointer);
        return switch (value.kind()) {
            case ABSENT, NULL -> null;
            case INTEGER -> counter(value.text(), pointer);
            case STRING -> throw new Rejection("counter is text", pointer);
            case FRACTIONAL -> throw new Rejection("counter is fractional", pointer);
            case BOOLEAN, OBJECT, ARRAY -> throw new Rejection("counter is no number", pointer);
        };
    }

    /**
     * A name or an id: a string of at most 1,024 characters, or the literal of an integer or a boolean.
     *
     * @return the text, which may be empty, or null when the log does not say
     */
    public String text(String... pointers) throws Rejection {
        String pointer = firstPresent(pointers);
        Value value = at(pointer);
        return switch (value.kind()) {
            case ABSENT, NULL -> null;
            case STRING, INTEGER, BOOLEAN -> {
                // Names and ids are short. A prompt that a wrong mapping points at must not become a tenant.
                if (value.text().length() > TEXT_MAX) {
                    throw new Rejection("text longer than 1024 characters", pointer);
                }
                yield value.text();
            }
            case FRACTIONAL, OBJECT, ARRAY -> throw new Rejection("field is no text", pointer);
        };
    }

    /** {@link #text} for what is useless when empty, such as an id: empty text is null, and passes on to the next. */
    public String textOrNone(String... pointers) throws Rejection {
        for (String pointer : pointers) {
            String text = text(pointer);
            if (text != null && !text.isEmpty()) {
                return text;
            }
        }
        return null;
    }

    /**
     * A start time in whole seconds since 1970 UTC, from 2020 to 2099; milliseconds are thereby out of range. Unlike a
     * counter it may be written as text, which some servers do and which can be read in one way only.
     */
    public Instant epochSeconds(String pointer) throws Rejection {
        Value value = at(pointer);
        if (value.missing()) {
            throw new Rejection("missing", pointer);
        }
        boolean integer = value.kind() == Kind.INTEGER
                || value.kind() == Kind.STRING && INTEGER.matcher(value.text()).matches();
        if (!integer) {
            throw new Rejection("time is no integer", pointer);
        }
        if (value.text().length() == SECONDS_DIGITS) {
            Instant time = Instant.ofEpochSecond(Long.parseLong(value.text()));
            if (!time.isBefore(TIME_MIN) && time.isBefore(TIME_MAX)) {
                return time;
            }
        }
        throw new Rejection("time out of range", pointer);
    }

    /** Whether there is an object; null and absent are none, and any other kind rejects the record. */
    public boolean hasObject(String pointer) throws Rejection {
        Value value = at(pointer);
        if (!value.missing() && value.kind() != Kind.OBJECT) {
            throw new Rejection("no object", pointer);
        }
        return value.kind() == Kind.OBJECT;
    }

    /** Whether an error is told: an object or a text that is not empty. */
    public boolean hasError(String pointer) {
        Value value = at(pointer);
        return value.kind() == Kind.OBJECT
                || value.kind() == Kind.STRING && !value.text().isEmpty();
    }

    private String firstPresent(String... pointers) {
        for (String pointer : pointers) {
            if (!at(pointer).missing()) {
                return pointer;
            }
        }
        return pointers[0];
    }

    private Value at(String pointer) {
        Integer position = positions.get(pointer);
        if (position == null) {
            throw new IllegalArgumentException("Read but not asked for: " + pointer);
        }
        Value value = values[position];
        return value == null ? Value.ABSENT : value;
    }

    private static Long counter(String literal, String pointer) throws Rejection {
        // JSON has no leading zeros, so a long literal is a large number.
        boolean negative = literal.startsWith("-");
        if (literal.length() > COUNTER_DIGITS + (negative ? 1 : 0)) {
            throw new Rejection(negative ? "negative counter" : "counter out of range", pointer);
        }
        long count = Long.parseLong(literal);
        if (count < 0) {
            throw new Rejection("negative counter", pointer);
        }
        if (count > COUNTER_MAX) {
            throw new Rejection("counter out of range", pointer);
        }
        return count;
    }
}
