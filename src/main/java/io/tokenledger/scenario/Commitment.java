package io.tokenledger.scenario;

import io.tokenledger.model.Failure;
import io.tokenledger.model.Month;
import io.tokenledger.rates.CsvTable;
import io.tokenledger.rates.CsvTable.Line;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Capacity that is already bought. Its cost is sunk: it is paid whatever serves the tokens.
 *
 * @param validFrom inclusive, UTC
 * @param validTo exclusive, UTC; null while it runs
 */
public record Commitment(String name, CapacityUnit unit, long units, Instant validFrom, Instant validTo) {
    private static final List<String> COLUMNS =
            List.of("commitment", "pool", "unit", "units", "valid_from", "valid_to", "note");

    /**
     * Several commitments of a pool are of one unit, or of units that serve disjoint token classes: which of two units
     * would serve a token is nothing that a log tells.
     *
     * @throws Failure with exit code 2 when a unit is unknown, or a line contradicts another
     */
    public static List<Commitment> read(String file, byte[] content, Map<String, CapacityUnit> units) {
        List<Commitment> commitments = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (Line line : CsvTable.read(file, content, COLUMNS)) {
            CapacityUnit unit = units.get(line.text("unit"));
            if (unit == null) {
                throw line.refused("unit", "a unit of the capacity units: " + units.keySet());
            }
            if (!unit.pool().equals(line.text("pool"))) {
                throw line.refused("pool", "the pool of the unit, " + unit.pool());
            }
            if (!names.add(line.text("commitment"))) {
                throw line.refused("commitment", "each commitment once");
            }
            if (line.count("units") == 0) {
                throw line.refused("units", "at least 1");
            }
            line.requireEndAfterStart("valid_from", "valid_to");
            if (commitments.stream().anyMatch(c -> collide(c.unit(), unit))) {
                throw line.refused("unit", "the unit of the pool's other commitments, or one that serves other tokens");
            }
            Commitment commitment = new Commitment(
                    line.text("commitment"),
                    unit,
                    line.count("units"),
                    atAMinute(line, "valid_from", line.instant("valid_from")),
                    atAMinute(line, "valid_to", line.instantOrNull("valid_to")));
            if (commitment.isShorterThanItsTerm()) {
                throw line.refused(
                        "valid_to", "at least " + unit.termDays() + " days after valid_from, the term of the unit");
            }
            commitments.add(commitment);
        }
        return List.copyOf(commitments);
    }

    private static boolean collide(CapacityUnit one, CapacityUnit other) {
        return one.pool().equals(other.pool())
                && !one.equals(other)
                && !Collections.disjoint(one.served(), other.served());
    }

    private static Instant atAMinute(Line line, String column, Instant instant) {
        if (instant != null && !instant.equals(instant.truncatedTo(ChronoUnit.MINUTES))) {
            throw line.refused(column, "a whole minute, because capacity is counted by the minute");
        }
        return instant;
    }

    /** By dates, for a term of days in a zone with daylight saving can be an hour short. */
    private boolean isShorterThanItsTerm() {
        return unit.termDays() != null
                && validTo != null
                && date(validFrom).plusDays(unit.termDays()).isAfter(date(validTo));
    }

    private static LocalDate date(Instant instant) {
        return LocalDate.ofInstant(instant, ZoneOffset.UTC);
    }

    /** The part of a month in which it runs. */
    Span in(Month month, ZoneId zone) {
        return new Span(validFrom, validTo == null ? Instant.MAX : validTo).within(Span.of(month, zone));
    }
}
