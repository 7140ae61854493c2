package io.tokenledger.rates;

import java.io.Serializable;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Hours of the week, by the vendor's clock: off-peak hours and the like. A window whose end is not after its start
 * crosses midnight; its weekday is the one on which it starts.
 *
 * @param days on which it starts
 * @param from inclusive, local time
 * @param to exclusive, local time; equal to {@code from} for 24 hours
 */
public record TimeWindow(Set<DayOfWeek> days, LocalTime from, LocalTime to, ZoneId zone) implements Serializable {
    public static final Set<DayOfWeek> EVERY_DAY = Set.copyOf(EnumSet.allOf(DayOfWeek.class));

    public TimeWindow {
        days = Set.copyOf(days);
    }

    public boolean contains(Instant time) {
        LocalDateTime local = LocalDateTime.ofInstant(time, zone);
        boolean startedToday = days.contains(local.getDayOfWeek());
        if (from.isBefore(to)) {
            return startedToday
                    && !local.toLocalTime().isBefore(from)
                    && local.toLocalTime().isBefore(to);
        }
        boolean startedYesterday = days.contains(local.getDayOfWeek().minus(1));
        return startedToday && !local.toLocalTime().isBefore(from)
                || startedYesterday && local.toLocalTime().isBefore(to);
    }

    /** Instants of a span, its start included, among which the window is open or closed throughout. */
    SortedSet<Instant> changes(Instant start, Instant end) {
        ZoneRules rules = zone.getRules();
        SortedSet<Instant> changes = new TreeSet<>(Set.of(start));
        LocalDate last = LocalDate.ofInstant(end, zone);
        for (LocalDate day = LocalDate.ofInstant(start, zone).minusDays(1); !day.isAfter(last); day = day.plusDays(1)) {
            for (LocalTime edge : List.of(LocalTime.MIDNIGHT, from, to)) {
                LocalDateTime local = day.atTime(edge);
                ZoneOffsetTransition gap = rules.getTransition(local);
                for (ZoneOffset offset : rules.getValidOffsets(local)) {
                    changes.add(local.toInstant(offset));
                }
                if (gap != null) {
                    changes.add(gap.getInstant());
                }
            }
        }
        for (ZoneOffsetTransition next = rules.nextTransition(start);
                next != null && next.getInstant().isBefore(end);
                next = rules.nextTransition(next.getInstant())) {
            changes.add(next.getInstant());
        }
        changes.removeIf(change -> change.isBefore(start) || !change.isBefore(end));
        return changes;
    }

    /** Whether both are open at some time of a year: two prices would then hold at once. */
    boolean overlaps(TimeWindow other) {
        Instant start = ZonedDateTime.of(2026, 1, 1, 0, 0, 0, 0, ZoneOffset.UTC).toInstant();
        Instant end = ZonedDateTime.of(2027, 1, 1, 0, 0, 0, 0, ZoneOffset.UTC).toInstant();
        return changes(start, end).stream().anyMatch(change -> contains(change) && other.contains(change))
                || other.changes(start, end).stream().anyMatch(change -> contains(change) && other.contains(change));
    }

    @Override
    public String toString() {
        String on = days.equals(EVERY_DAY)
                ? ""
                : days.stream()
                                .sorted()
                                .map(day -> day.name().substring(0, 3).toLowerCase(Locale.ROOT))
                                .collect(Collectors.joining(" "))
                        + " ";
        return on + from + "-" + to + " " + zone;
    }
}
