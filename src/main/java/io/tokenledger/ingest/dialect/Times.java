package io.tokenledger.ingest.dialect;

import io.tokenledger.ingest.dialect.Value.Kind;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Moments as logs write them: ISO 8601 with {@code T} or a blank, with an offset, {@code Z} or without zone; or a number,
 * in JSON or as text, of seconds, milliseconds, microseconds or nanoseconds since 1970 UTC. All moments from 2020 to 2099
 * have 10 digits of whole seconds, so the number of digits tells the unit, and nothing is guessed.
 */
final class Times {
    private static final Instant MIN = Instant.parse("2020-01-01T00:00:00Z");
    private static final Instant MAX = Instant.parse("2100-01-01T00:00:00Z");
    private static final int SECONDS_DIGITS = 10;
    private static final Pattern NUMBER = Pattern.compile("(-?)([0-9]+)(\\.[0-9]+)?");
    private static final Pattern ISO =
            Pattern.compile("(\\d{4}-\\d\\d-\\d\\d)[T ](\\d\\d:\\d\\d:\\d\\d(?:\\.\\d{1,9})?)"
                    + "(?: ?(?<zone>Z|UTC|[+-]\\d\\d(?::?\\d\\d)?))?");

    private Times() {}

    /**
     * The moment, to the nanosecond.
     *
     * @param zone of a text without one; of the two moments that share a text when clocks go back, the earlier
     */
    static Instant instant(Value value, ZoneId zone, String pointer) throws Rejection {
        boolean written =
                value.kind() == Kind.INTEGER || value.kind() == Kind.FRACTIONAL || value.kind() == Kind.STRING;
        if (!written || value.text() == null) {
            throw new Rejection("no time", pointer);
        }
        Instant time = instant(value.text(), zone, pointer);
        if (time.isBefore(MIN) || !time.isBefore(MAX)) {
            throw new Rejection("time out of range", pointer);
        }
        return time;
    }

    /** Whole milliseconds from one moment to another; null when one of them is unknown, or they are not in this order. */
    static Long millis(Instant start, Instant end) {
        return start == null || end == null || end.isBefore(start)
                ? null
                : Duration.between(start, end).toMillis();
    }

    private static Instant instant(String text, ZoneId zone, String pointer) throws Rejection {
        Matcher number = NUMBER.matcher(text);
        if (number.matches()) {
            int beyondSeconds = number.group(2).length() - SECONDS_DIGITS;
            boolean unit = beyondSeconds == 0 || beyondSeconds == 3 || beyondSeconds == 6 || beyondSeconds == 9;
            if (!unit || !number.group(1).isEmpty()) {
                throw new Rejection("time out of range", pointer);
            }
            BigDecimal seconds =
                    new BigDecimal(text).movePointLeft(beyondSeconds).setScale(9, RoundingMode.FLOOR);
            long whole = seconds.longValue();
            return Instant.ofEpochSecond(
                    whole,
                    seconds.subtract(BigDecimal.valueOf(whole))
                            .movePointRight(9)
                            .longValueExact());
        }
        Matcher iso = ISO.matcher(text);
        if (!iso.matches()) {
            throw new Rejection("no time", pointer);
        }
        try {
            LocalDateTime local = LocalDateTime.parse(iso.group(1) + "T" + iso.group(2));
            return local.atZone(zone(iso.group("zone"), zone)).toInstant();
        } catch (DateTimeException e) {
            throw new Rejection("no time", pointer);
        }
    }

    private static ZoneId zone(String written, ZoneId otherwise) {
        if (written == null) {
            return otherwise;
        }
        return written.equals("UTC") ? ZoneOffset.UTC : ZoneOffset.of(written);
    }
}
