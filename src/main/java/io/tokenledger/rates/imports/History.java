package io.tokenledger.rates.imports;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * The versions of a file as dated prices. A price is valid from the first version that shows it to the first that shows
 * another price or none. Where a version states a start date of its own, the date counts and not the version's, also
 * for days before the version: it is the source's later knowledge of its past.
 */
final class History {
    /** From a day on: a price, or none when the amount is null. */
    private record Shown(BigDecimal amount, LocalDate retrieved, String source) {
        boolean sameAmount(Shown other) {
            return amount == null ? other.amount == null : amount.equals(other.amount);
        }
    }

    private final Map<RateKey, NavigableMap<LocalDate, Shown>> prices = new TreeMap<>();
    private final List<FoundPrice> withoutStart = new ArrayList<>();

    private History() {}

    /**
     * @param versions of one series, oldest first
     * @param validFrom from when the prices of the first version hold; null for the day it was retrieved
     */
    static History of(List<PriceVersion> versions, LocalDate validFrom) {
        History history = new History();
        for (PriceVersion version : versions) {
            boolean isFirst = version == versions.get(0);
            LocalDate start = isFirst && validFrom != null ? validFrom : version.retrieved();
            history.add(version, start, isFirst);
        }
        return history;
    }

    private void add(PriceVersion version, LocalDate start, boolean isFirst) {
        version.prices().keySet().forEach(key -> prices.computeIfAbsent(key, k -> new TreeMap<>()));
        prices.forEach((key, known) -> {
            NavigableMap<LocalDate, Shown> told = told(version, key, start, isFirst);
            NavigableMap<LocalDate, Shown> joined = new TreeMap<>(known.headMap(told.firstKey(), false));
            joined.putAll(told);
            known.clear();
            known.putAll(joined);
        });
    }

    private NavigableMap<LocalDate, Shown> told(PriceVersion version, RateKey key, LocalDate start, boolean isFirst) {
        Shown none = new Shown(null, version.retrieved(), version.source());
        NavigableMap<LocalDate, Shown> told = new TreeMap<>();
        for (FoundPrice price : version.of(key)) {
            Period period = price.period();
            if (period.from() == null && period.to() != null && !start.isBefore(period.to())) {
                if (isFirst) {
                    withoutStart.add(price);
                }
                continue;
            }
            told.put(
                    period.from() == null ? start : period.from(),
                    new Shown(price.amount(), version.retrieved(), version.source()));
            if (period.to() != null) {
                told.put(period.to(), none);
            }
        }
        if (told.isEmpty() || told.firstKey().isAfter(start)) {
            told.put(start, none);
        }
        return told;
    }

    /** Prices of the first version that had ended before its start. */
    List<FoundPrice> withoutStart() {
        return withoutStart;
    }

    /** The rows of the table, in no order. */
    List<RateRow> rows() {
        List<RateRow> rows = new ArrayList<>();
        prices.forEach((key, known) -> {
            LocalDate from = null;
            Shown held = null;
            for (Map.Entry<LocalDate, Shown> step : known.entrySet()) {
                Shown shown = step.getValue();
                if (held != null && held.sameAmount(shown)) {
                    held = shown; // the later version showed it too
                    continue;
                }
                add(rows, key, from, step.getKey(), held);
                from = step.getKey();
                held = shown;
            }
            add(rows, key, from, null, held);
        });
        return rows;
    }

    private static void add(List<RateRow> rows, RateKey key, LocalDate from, LocalDate to, Shown held) {
        if (held != null && held.amount() != null) {
            rows.add(new RateRow(key, from, to, held.amount(), held.source(), held.retrieved()));
        }
    }
}
