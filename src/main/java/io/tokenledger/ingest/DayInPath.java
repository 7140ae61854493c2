package io.tokenledger.ingest;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The day that the path of a file names, as {@code 2026-03-01} or {@code 2026/03/01}; of several the last. */
final class DayInPath {
    private static final Pattern DAY = Pattern.compile("(?<![0-9])(20[0-9]{2})([-/])([0-9]{2})\\2([0-9]{2})(?![0-9])");

    private DayInPath() {}

    /** The start of the day in a zone, or null when the path names none. */
    static Instant of(String path, ZoneId zone) {
        Instant start = null;
        Matcher days = DAY.matcher(path);
        while (days.find()) {
            try {
                LocalDate day = LocalDate.parse(days.group(1) + "-" + days.group(3) + "-" + days.group(4));
                start = day.atStartOfDay(zone).toInstant();
            } catch (DateTimeException e) {
                // Digits that look like a day and are none.
            }
        }
        return start;
    }
}
