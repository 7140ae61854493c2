package io.tokenledger.model;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneId;
import java.util.Locale;

/**
 * A calendar month of reports. Its instants depend on the billing zone and are half-open: the start belongs to the
 * month, the end to the next one.
 */
public record Month(YearMonth value) implements Comparable<Month> {

    /** The month in which an instant falls in a zone. */
    public static Month at(Instant instant, ZoneId zone) {
        return new Month(YearMonth.from(instant.atZone(zone)));
    }

    /**
     * Reads {@code YYYY-MM}.
     *
     * @throws Failure with exit code 2 when the text is anything else
     */
    public static Month parse(String text) {
        try {
            if (text.length() == "YYYY-MM".length()) {
                return new Month(YearMonth.parse(text));
            }
        } catch (DateTimeException e) {
            // Reported below with the expected form.
        }
        throw Failure.configuration("'%s' is no month; expected the form YYYY-MM, for example 2026-08", text);
    }

    public Month next() {
        return new Month(value.plusMonths(1));
    }

    public Instant start(ZoneId zone) {
        return value.atDay(1).atStartOfDay(zone).toInstant();
    }

    public Instant end(ZoneId zone) {
        return next().start(zone);
    }

    /** The real minutes of the month: 44,640 for 31 days, an hour more or less where daylight saving changes. */
    public long minutes(ZoneId zone) {
        return Duration.between(start(zone), end(zone)).toMinutes();
    }

    @Override
    public int compareTo(Month other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%04d-%02d", value.getYear(), value.getMonthValue());
    }
}
