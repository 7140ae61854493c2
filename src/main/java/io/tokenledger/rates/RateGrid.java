package io.tokenledger.rates;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * For every model, the rectangles of time × prompt length inside which every rate (and every dated policy that the run
 * uses) is constant: cut at each breakpoint of each of its rates. Tokens summed per cell can be priced by any scenario,
 * exactly.
 */
public final class RateGrid {
    /** Before every log: requests of earlier years are rejected. */
    public static final Instant BEGINNING = Instant.EPOCH;

    /** After every log. */
    public static final Instant END = Instant.parse("2200-01-01T00:00:00Z");

    /**
     * One rectangle of a model.
     *
     * @param from inclusive
     * @param to exclusive
     * @param promptAbove the cell's requests have more input tokens than this; 0 also holds those without input
     * @param promptUpTo and at most this many
     */
    public record Cell(ModelKey model, Instant from, Instant to, long promptAbove, long promptUpTo) {

        /** A time and a prompt length inside the cell, at which its rates can be looked up. */
        public long promptInside() {
            return promptAbove + 1;
        }
    }

    private final List<Cell> cells;

    private RateGrid(List<Cell> cells) {
        this.cells = List.copyOf(cells);
    }

    /**
     * @param policyChanges further breakpoints in time, per model: the days on which a dated policy changes
     */
    public static RateGrid of(RateCard card, Map<ModelKey, Set<Instant>> policyChanges) {
        List<Cell> cells = new ArrayList<>();
        card.models().stream()
                .sorted(Comparator.comparing(ModelKey::toString))
                .forEach(model ->
                        cells.addAll(cells(model, card.of(model), policyChanges.getOrDefault(model, Set.of()))));
        return new RateGrid(cells);
    }

    private static List<Cell> cells(ModelKey model, Collection<Rate> rates, Collection<Instant> policyChanges) {
        TreeSet<Instant> times = new TreeSet<>(policyChanges);
        TreeSet<Long> prompts = new TreeSet<>(List.of(0L));
        for (Rate rate : rates) {
            times.add(rate.validFrom());
            if (rate.validTo() != null) {
                times.add(rate.validTo());
            }
            prompts.add(rate.promptTokensAbove());
        }
        times.removeIf(time -> !time.isAfter(BEGINNING) || !time.isBefore(END));
        times.add(BEGINNING);
        List<Cell> cells = new ArrayList<>();
        for (Instant from : times) {
            Instant to = times.higher(from) == null ? END : times.higher(from);
            for (long above : prompts) {
                long upTo = prompts.higher(above) == null ? Long.MAX_VALUE : prompts.higher(above);
                cells.add(new Cell(model, from, to, above, upTo));
            }
        }
        return cells;
    }

    public List<Cell> cells() {
        return cells;
    }
}
