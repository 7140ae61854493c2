package io.tokenledger.ingest.dialect;

import io.tokenledger.ingest.dialect.Value.Kind;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The wanted values of one record, by JSON pointer, read strictly: a value of another kind than asked for rejects the
 * record instead of becoming null or 0. A method that takes several pointers reads the first of them that is neither
 * absent nor null; they are spellings of the same thing and are never added.
 *
 * <p>It remembers what was read, so that counters which nobody reads can be told.
 */
public final class CapturedRecord {
    private static final long COUNTER_MAX = 1_000_000_000_000L;
    private static final int COUNTER_DIGITS = 13;

    private static final int AMOUNT_WHOLE_DIGITS = 12;
    private static final int AMOUNT_DIGITS = 100;
    private static final Pattern INTEGER = Pattern.compile("-?(0|[1-9][0-9]*)");
    private static final Pattern AMOUNT = Pattern.compile("-?[0-9]+(\\.[0-9]+)?([eE][+-]?[0-9]{1,3})?");

    private final RecordScanner.Wanted wanted;
    final Value[] values;
    final Map<String, Value> below;
    private final ZoneId zone;
    private final Set<String> read = new HashSet<>();

    /** Takes the values without copying; the scanner gives each record its own. */
    CapturedRecord(RecordScanner.Wanted wanted, Value[] values, Map<String, Value> below, ZoneId zone) {
        this.wanted = wanted;
        this.values = values;
        this.below = below;
        this.zone = zone;
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
     * Like {@link #counter}, of a source that writes integers of 64 bits as text, as JSON of protocol buffers and of
     * ClickHouse is.
     */
    public Long int64(String... pointers) throws Rejection {
        String pointer = firstPresent(pointers);
        Value value = at(pointer);
        boolean text = value.kind() == Kind.STRING
                && value.text() != null
                && INTEGER.matcher(value.text()).matches();
        return text ? counter(value.text(), pointer) : counter(pointer);
    }

    /**
     * An amount of money in (-10^12, 10^12): a number or the text of one, exactly as written.
     *
     * @return the amount, or null when the log does not say; an empty text says nothing
     */
    public BigDecimal amount(String... pointers) throws Rejection {
        String pointer = firstPresent(pointers);
        Value value = at(pointer);
        boolean number = value.kind() == Kind.INTEGER || value.kind() == Kind.FRACTIONAL || value.kind() == Kind.STRING;
        if (value.missing() || "".equals(value.text())) {
            return null;
        }
        if (!number || value.text() == null || !AMOUNT.matcher(value.text()).matches()) {
            throw new Rejection("no amount", pointer);
        }
        // A short text must not become a number of a million digits.
        BigDecimal amount = new BigDecimal(value.text());
        if (amount.scale() > AMOUNT_DIGITS || amount.precision() - amount.scale() > AMOUNT_WHOLE_DIGITS) {
            throw new Rejection("amount out of range", pointer);
        }
        return amount;
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
                // A prompt that a wrong mapping points at must not become a tenant.
                if (value.text() == null || value.text().length() > Value.TEXT_MAX) {
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
     * A moment from 2020 to 2099, in any form that logs write it: ISO 8601 (without a zone it is in that of the feed), or
     * a number since 1970 UTC, whose digits tell whether it is of seconds, milli-, micro- or nanoseconds.
     *
     * @return the moment, or null when the log does not say
     */
    public Instant time(String... pointers) throws Rejection {
        String pointer = firstPresent(pointers);
        Value value = at(pointer);
        return value.missing() ? null : Times.instant(value, zone, pointer);
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
        return value.kind() == Kind.OBJECT || value.kind() == Kind.STRING && !"".equals(value.text());
    }

    /** Whether there is anything, of whatever kind, but null. */
    public boolean has(String pointer) {
        return !at(pointer).missing();
    }

    /**
     * The pointers of all scalars below a pointer that was asked for with {@code /**}, in the order of the record. Names
     * in them are the record's own and escaped as in RFC 6901.
     */
    public List<String> below(String pointer) {
        requireWanted(pointer + "/x");
        String prefix = pointer + "/";
        List<String> pointers = new ArrayList<>();
        below.forEach((place, value) -> {
            if (place.startsWith(prefix) && !value.container()) {
                pointers.add(place);
            }
        });
        return pointers;
    }

    /** A record inside this one, of these values by pointer; any pointer may be read of it. */
    CapturedRecord inside(Map<String, Value> inner) {
        return new CapturedRecord(RecordScanner.Wanted.EVERYTHING, new Value[0], inner, zone);
    }

    /** Everything that was asked for with {@code /**}, by pointer, in the order of the record. */
    Map<String, Value> everythingBelow() {
        return Collections.unmodifiableMap(below);
    }

    /** The scalars {@link #below} that are integers above 0, also as text, and that no method was asked for. */
    List<String> unreadCounters(String pointer) {
        List<String> unread = new ArrayList<>();
        for (String place : below(pointer)) {
            if (positiveInteger(below.get(place)) && !read.contains(place)) {
                unread.add(place);
            }
        }
        return unread;
    }

    /** The first pointer that is neither absent nor null; of none the first. */
    String firstPresent(String... pointers) {
        String first = null;
        for (String pointer : pointers) {
            if (!at(pointer).missing() && first == null) {
                first = pointer;
            }
        }
        return first == null ? pointers[0] : first;
    }

    private Value at(String pointer) {
        Value value = below.get(pointer);
        if (value != null) {
            read.add(pointer);
            return value;
        }
        Integer position = wanted.position(pointer);
        if (position == null) {
            requireWanted(pointer);
            return Value.ABSENT;
        }
        return values[position] == null ? Value.ABSENT : values[position];
    }

    private void requireWanted(String pointer) {
        if (!wanted.covers(pointer) && wanted.position(pointer) == null) {
            throw new IllegalArgumentException("Read but not asked for: " + pointer);
        }
    }

    private static boolean positiveInteger(Value value) {
        boolean text = value.kind() == Kind.STRING
                && value.text() != null
                && INTEGER.matcher(value.text()).matches();
        return (text || value.kind() == Kind.INTEGER)
                && !value.text().startsWith("-")
                && !value.text().equals("0");
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
