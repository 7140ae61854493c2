package io.tokenledger.scenario;

import io.tokenledger.model.Failure;
import io.tokenledger.model.Month;
import io.tokenledger.rates.CsvTable;
import io.tokenledger.rates.CsvTable.Line;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Capacity that is already bought: what the tokens that it serves carry in the as-run scenario.
 *
 * @param validFrom inclusive, UTC
 * @param validTo exclusive, UTC; null while it runs
 */
public record Commitment(String name, CapacityUnit unit, long units, Instant validFrom, Instant validTo) {
    private static final List<String> COLUMNS =
            List.of("commitment", "pool", "unit", "units", "valid_from", "valid_to", "note");

    /** @throws Failure with exit code 2 when a unit is unknown, or a line contradicts another */
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
            if (commitments.stream()
                    .anyMatch(c ->
                            c.unit().pool().equals(unit.pool()) && !c.unit().equals(unit))) {
                throw line.refused("unit", "the unit of the pool's other commitments");
            }
            commitments.add(new Commitment(
                    line.text("commitment"),
                    unit,
                    line.count("units"),
                    line.instant("valid_from"),
                    line.instantOrNull("valid_to")));
        }
        return List.copyOf(commitments);
    }

    /** The minutes of a month in which it runs. */
    long minutes(Month month, ZoneId zone) {
        Instant from = later(month.start(zone), validFrom);
        Instant to = validTo == null ? month.end(zone) : earlier(month.end(zone), validTo);
        return Math.max(0, Duration.between(from, to).toMinutes());
    }

    private static Instant later(Instant a, Instant b) {
        return a.isAfter(b) ? a : b;
    }

    private static Instant earlier(Instant a, Instant b) {
        return a.isBefore(b) ? a : b;
    }
}
