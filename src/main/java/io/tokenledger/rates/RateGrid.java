package io.tokenledger.rates;

import io.tokenledger.model.Failure;
import java.io.Serializable;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * For every model, the cells inside which every rate (and every dated policy that the run uses) is constant: time slices
 * × hours of the week × prompt lengths, cut at each breakpoint of each rate that may price the model's tokens. Tokens
 * summed per cell can be priced by any scenario, contract or other model, exactly.
 */
public final class RateGrid implements Serializable {
    private static final int MOST_WINDOWS = 62;

    /**
     * One cell of a model.
     *
     * @param id its number in the grid
     * @param from inclusive
     * @param to exclusive
     * @param open the windows that are open in it, of all that matter to the model
     * @param inputAbove the cell's requests have more input tokens than this; 0 also holds those without
     * @param withoutCacheAbove likewise, without what was read from or written to a cache
     * @param classAbove its tokens come after this many of their class in their request
     */
    public record Cell(
            int id,
            ModelKey model,
            Instant from,
            Instant to,
            Set<TimeWindow> open,
            long inputAbove,
            long withoutCacheAbove,
            long classAbove)
            implements Serializable {

        /** A situation inside the cell, at which its rates can be looked up. */
        public Situation situation() {
            return new Situation(from, open, inputAbove + 1, withoutCacheAbove + 1, classAbove + 1);
        }
    }

    /** Where the cells of a model are: the index of a cell is a mixed-radix number of its coordinates. */
    private record Axes(
            int first,
            List<Instant> times,
            List<TimeWindow> windows,
            List<Set<TimeWindow>> openings,
            List<Long> inputs,
            List<Long> withoutCache,
            List<Long> classTokens)
            implements Serializable {

        int size() {
            return times.size() * openings.size() * inputs.size() * withoutCache.size() * classTokens.size();
        }

        /** The cell of the first tokens of a request; those of later marginal bands follow it. */
        int cell(Instant time, long input, long inputWithoutCache) {
            int slice = last(times, time);
            if (slice < 0) {
                throw new IllegalArgumentException(time + " is before the grid");
            }
            int opening = windows.isEmpty() ? 0 : openings.indexOf(Situation.open(windows, time));
            if (opening < 0) {
                throw new IllegalArgumentException("No cell for the windows that are open at " + time);
            }
            int cell = slice * openings.size() + opening;
            cell = cell * inputs.size() + band(inputs, input);
            cell = cell * withoutCache.size() + band(withoutCache, inputWithoutCache);
            return first + cell * classTokens.size();
        }

        private static int band(List<Long> bounds, long tokens) {
            return Math.max(0, last(bounds, tokens - 1));
        }

        /** The last element that is at most the value; -1 where all are more. */
        private static <T extends Comparable<T>> int last(List<T> sorted, T value) {
            int low = 0;
            int high = sorted.size();
            while (low < high) {
                int middle = (low + high) >>> 1;
                if (sorted.get(middle).compareTo(value) <= 0) {
                    low = middle + 1;
                } else {
                    high = middle;
                }
            }
            return low - 1;
        }
    }

    private final HashMap<ModelKey, Axes> axes = new HashMap<>();
    private final ArrayList<Cell> cells = new ArrayList<>();

    private RateGrid() {}

    /**
     * @param policyChanges further breakpoints in time, per model: the days on which a dated policy changes
     * @param alsoPricedAs the models whose rates may price the tokens of every model as well
     * @param from the grid begins here, inclusive
     * @param to and ends here, exclusive
     * @throws Failure with exit code 2 when more windows than can be told apart matter to a model
     */
    public static RateGrid of(
            RateCard card,
            Map<ModelKey, Set<Instant>> policyChanges,
            Collection<ModelKey> alsoPricedAs,
            Instant from,
            Instant to) {
        RateGrid grid = new RateGrid();
        Set<Instant> alsoAt = new TreeSet<>();
        alsoPricedAs.forEach(model -> alsoAt.addAll(card.changes(model)));
        List<Rate> alsoBy =
                alsoPricedAs.stream().flatMap(model -> card.of(model).stream()).toList();
        card.models().stream().sorted(Comparator.comparing(ModelKey::toString)).forEach(model -> {
            TreeSet<Instant> times = new TreeSet<>(alsoAt);
            times.addAll(card.changes(model));
            times.addAll(policyChanges.getOrDefault(model, Set.of()));
            times.removeIf(time -> !time.isAfter(from) || !time.isBefore(to));
            times.add(from);
            List<Rate> rates =
                    Stream.concat(card.of(model).stream(), alsoBy.stream()).toList();
            grid.add(model, times, rates, to);
        });
        return grid;
    }

    private void add(ModelKey model, TreeSet<Instant> times, List<Rate> rates, Instant to) {
        List<TimeWindow> windows = rates.stream()
                .map(Rate::window)
                .filter(w -> w != null)
                .distinct()
                .toList();
        if (windows.size() > MOST_WINDOWS) {
            throw Failure.configuration(
                    "rates: %d windows matter to %s; at most %d can be told apart",
                    windows.size(), model, MOST_WINDOWS);
        }
        Axes modelAxes = new Axes(
                cells.size(),
                List.copyOf(times),
                windows,
                openings(windows, times.first(), to),
                bounds(rates, Band.Counts.ALL_INPUT),
                bounds(rates, Band.Counts.WITHOUT_CACHE),
                bounds(rates, Band.Counts.CLASS_TOKENS));
        axes.put(model, modelAxes);
        for (Instant slice : times) {
            Instant end = times.higher(slice) == null ? to : times.higher(slice);
            for (Set<TimeWindow> open : modelAxes.openings()) {
                for (long input : modelAxes.inputs()) {
                    for (long withoutCache : modelAxes.withoutCache()) {
                        for (long classAbove : modelAxes.classTokens()) {
                            cells.add(new Cell(cells.size(), model, slice, end, open, input, withoutCache, classAbove));
                        }
                    }
                }
            }
        }
    }

    private static List<Set<TimeWindow>> openings(List<TimeWindow> windows, Instant from, Instant to) {
        TreeSet<Instant> changes = new TreeSet<>(Set.of(from));
        windows.forEach(window -> changes.addAll(window.changes(from, to)));
        return changes.stream()
                .map(time -> Situation.open(windows, time))
                .distinct()
                .toList();
    }

    private static List<Long> bounds(List<Rate> rates, Band.Counts counts) {
        return Stream.concat(
                        Stream.of(0L),
                        rates.stream()
                                .map(Rate::band)
                                .filter(band -> band.counts() == counts)
                                .map(Band::above))
                .distinct()
                .sorted()
                .toList();
    }

    /** By their id. */
    public List<Cell> cells() {
        return cells;
    }

    public boolean has(ModelKey model) {
        return axes.containsKey(model);
    }

    /** Whether any rate charges bands marginally, so that the tokens of a request can be in several cells. */
    public boolean isMarginal() {
        return axes.values().stream().anyMatch(a -> a.classTokens().size() > 1);
    }

    /**
     * The cells of a request: one, or one per marginal band that a token of it may reach, in their order.
     *
     * @param time in the span of the grid
     * @return empty for a model without any rate
     */
    public List<Cell> cellsOf(ModelKey model, Instant time, long input, long inputWithoutCache) {
        Axes of = axes.get(model);
        if (of == null) {
            return List.of();
        }
        int first = of.cell(time, input, inputWithoutCache);
        return cells.subList(first, first + of.classTokens().size());
    }

    /** Where the tokens of a class end that are in a cell: the next marginal band's bound. */
    public long classUpTo(Cell cell) {
        List<Long> bounds = axes.get(cell.model()).classTokens();
        int next = bounds.indexOf(cell.classAbove()) + 1;
        return next == bounds.size() ? Long.MAX_VALUE : bounds.get(next);
    }
}
