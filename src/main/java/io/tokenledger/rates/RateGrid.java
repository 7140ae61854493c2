package io.tokenledger.rates;

import io.tokenledger.model.Failure;
import java.io.Serializable;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * For every model, the cells inside which every rate (and every dated policy that the run uses) is constant: time slices
 * × hours of the week × prompt lengths, cut at each breakpoint of each rate that may price the model's tokens. Tokens
 * summed per cell can be priced by any scenario, contract or other model, exactly.
 */
public final class RateGrid implements Serializable {
    private static final int MOST_WINDOWS = 62;
    private static final long TOO_MANY = 1L << 31;

    /**
     * One cell of a model.
     *
     * @param id its number in the grid
     * @param model null for all models without any rate, whose tokens have a price as another model's at most
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

    /**
     * What the tokens of a model are cut by. Models that are cut alike share it, or a price file of thousands of models
     * that are all priced as each other would hold the breakpoints of all in each.
     *
     * @param times the beginnings of the time slices
     * @param openings the sets of windows that are open at some time
     * @param inputs the bounds of prompt lengths, 0 first
     * @param withoutCache likewise, without what was read from or written to a cache
     * @param classTokens the bounds of marginal bands, 0 first
     */
    public record Axes(
            List<Instant> times,
            List<TimeWindow> windows,
            List<Set<TimeWindow>> openings,
            List<Long> inputs,
            List<Long> withoutCache,
            List<Long> classTokens)
            implements Serializable {

        /** The number of cells, or {@link #TOO_MANY}. */
        private long size() {
            long size = 1;
            for (List<?> axis : List.of(times, openings, inputs, withoutCache, classTokens)) {
                size = Math.min(size * axis.size(), TOO_MANY);
            }
            return size;
        }

        /** The cell of the first tokens of a request; those of later marginal bands follow it. */
        private int cell(Instant time, long input, long inputWithoutCache) {
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
            return cell * classTokens.size();
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

    /** The cells of a model: from this number on, each by the mixed-radix number of its coordinates. */
    private record Block(int first, ModelKey model, Axes axes) implements Serializable {

        Cell cell(int id, Instant end) {
            int rest = id - first;
            int classBand = rest % axes.classTokens.size();
            rest /= axes.classTokens.size();
            int uncachedBand = rest % axes.withoutCache.size();
            rest /= axes.withoutCache.size();
            int inputBand = rest % axes.inputs.size();
            rest /= axes.inputs.size();
            int opening = rest % axes.openings.size();
            int slice = rest / axes.openings.size();
            return new Cell(
                    id,
                    model,
                    axes.times.get(slice),
                    slice + 1 < axes.times.size() ? axes.times.get(slice + 1) : end,
                    axes.openings.get(opening),
                    axes.inputs.get(inputBand),
                    axes.withoutCache.get(uncachedBand),
                    axes.classTokens.get(classBand));
        }
    }

    private final HashMap<ModelKey, Block> blocks = new HashMap<>();
    private final TreeMap<Integer, Block> byFirst = new TreeMap<>();
    private final Instant to;
    private Block anyOther;
    private int size;

    private RateGrid(Instant to) {
        this.to = to;
    }

    /**
     * @param policyChanges further breakpoints in time, per model: the days on which a dated policy changes
     * @param alsoPricedAs the models whose rates may price the tokens of every model as well; with any, models without a
     *     rate of their own have cells too, cut by these alone
     * @param from the grid begins here, inclusive
     * @param to and ends here, exclusive
     * @throws Failure with exit code 2 when more windows than can be told apart matter to a model, or there are more
     *     cells than can be numbered
     */
    public static RateGrid of(
            RateCard card,
            Map<ModelKey, Set<Instant>> policyChanges,
            Collection<ModelKey> alsoPricedAs,
            Instant from,
            Instant to) {
        RateGrid grid = new RateGrid(to);
        Cuts ofAll = new Cuts(from, to);
        alsoPricedAs.forEach(model -> ofAll.add(card, model));
        Map<Set<TimeWindow>, List<Set<TimeWindow>>> openings = new HashMap<>();
        Map<Axes, Axes> shared = new HashMap<>();
        card.models().stream().sorted(Comparator.comparing(ModelKey::toString)).forEach(model -> {
            Cuts cuts = new Cuts(ofAll);
            cuts.add(card, model);
            cuts.add(policyChanges.getOrDefault(model, Set.of()));
            Axes axes = cuts.axes(model, openings);
            grid.blocks.put(model, grid.add(model, shared.computeIfAbsent(axes, same -> same)));
        });
        if (!alsoPricedAs.isEmpty()) {
            grid.anyOther = grid.add(null, ofAll.axes(null, openings));
        }
        return grid;
    }

    /** @throws Failure with exit code 2 when there are too many */
    private Block add(ModelKey model, Axes axes) {
        if (size + axes.size() >= TOO_MANY) {
            throw Failure.configuration(
                    "rates: too many rate cells to be numbered. %s alone is cut at %s times, %s changes of hours, %s and %s"
                            + " prompt lengths and %s marginal bands; each model is cut at the breakpoints of all models"
                            + " of what-if-model as well: name fewer models there",
                    named(model),
                    axes.times.size(),
                    axes.openings.size(),
                    axes.inputs.size(),
                    axes.withoutCache.size(),
                    axes.classTokens.size());
        }
        Block block = new Block(size, model, axes);
        byFirst.put(size, block);
        size += (int) axes.size();
        return block;
    }

    private static String named(ModelKey model) {
        return model == null ? "a model without rates" : model.toString();
    }

    /** The breakpoints of some rates and policies, as far as the grid reaches. */
    private static final class Cuts {
        private final Instant from;
        private final Instant to;
        private final TreeSet<Instant> times;
        private final LinkedHashSet<TimeWindow> windows;
        private final Map<Band.Counts, TreeSet<Long>> bounds = new EnumMap<>(Band.Counts.class);

        Cuts(Instant from, Instant to) {
            this.from = from;
            this.to = to;
            times = new TreeSet<>(Set.of(from));
            windows = new LinkedHashSet<>();
            for (Band.Counts counts : Band.Counts.values()) {
                bounds.put(counts, new TreeSet<>(Set.of(0L)));
            }
        }

        Cuts(Cuts others) {
            from = others.from;
            to = others.to;
            times = new TreeSet<>(others.times);
            windows = new LinkedHashSet<>(others.windows);
            others.bounds.forEach((counts, of) -> bounds.put(counts, new TreeSet<>(of)));
        }

        void add(RateCard card, ModelKey model) {
            add(card.changes(model));
            for (Rate rate : card.of(model)) {
                bounds.get(rate.band().counts()).add(rate.band().above());
                if (rate.window() != null) {
                    windows.add(rate.window());
                }
            }
        }

        void add(Set<Instant> changes) {
            changes.stream()
                    .filter(time -> time.isAfter(from) && time.isBefore(to))
                    .forEach(times::add);
        }

        /** @param openings those that are known already, by their windows */
        Axes axes(ModelKey model, Map<Set<TimeWindow>, List<Set<TimeWindow>>> openings) {
            if (windows.size() > MOST_WINDOWS) {
                throw Failure.configuration(
                        "rates: %s windows matter to %s; at most %s can be told apart",
                        windows.size(), named(model), MOST_WINDOWS);
            }
            return new Axes(
                    List.copyOf(times),
                    List.copyOf(windows),
                    openings.computeIfAbsent(windows, of -> RateGrid.openings(of, from, to)),
                    List.copyOf(bounds.get(Band.Counts.ALL_INPUT)),
                    List.copyOf(bounds.get(Band.Counts.WITHOUT_CACHE)),
                    List.copyOf(bounds.get(Band.Counts.CLASS_TOKENS)));
        }
    }

    private static List<Set<TimeWindow>> openings(Set<TimeWindow> windows, Instant from, Instant to) {
        TreeSet<Instant> changes = new TreeSet<>(Set.of(from));
        windows.forEach(window -> changes.addAll(window.changes(from, to)));
        return changes.stream()
                .map(time -> Situation.open(windows, time))
                .distinct()
                .toList();
    }

    /** How many cells there are; their ids are below it. */
    public int size() {
        return size;
    }

    /** Computed, since of the cells of a rate card only few ever hold tokens. */
    public Cell cell(int id) {
        return byFirst.floorEntry(id).getValue().cell(id, to);
    }

    /** What the cells of the cell's model are cut by. */
    public Axes axesOf(Cell cell) {
        return byFirst.floorEntry(cell.id()).getValue().axes();
    }

    /** Whether the model has any rate. */
    public boolean has(ModelKey model) {
        return blocks.containsKey(model);
    }

    /** Whether any rate charges bands marginally, so that the tokens of a request can be in several cells. */
    public boolean isMarginal() {
        return byFirst.values().stream().anyMatch(b -> b.axes().classTokens().size() > 1);
    }

    /**
     * The cells of a request: one, or one per marginal band that a token of it may reach, in their order.
     *
     * @param time in the span of the grid
     * @return empty for a model without any rate in a grid without {@code alsoPricedAs}
     */
    public List<Cell> cellsOf(ModelKey model, Instant time, long input, long inputWithoutCache) {
        Block of = blocks.getOrDefault(model, anyOther);
        if (of == null) {
            return List.of();
        }
        int first = of.first() + of.axes().cell(time, input, inputWithoutCache);
        return IntStream.range(first, first + of.axes().classTokens().size())
                .mapToObj(id -> of.cell(id, to))
                .toList();
    }

    /** Where the tokens of a class end that are in a cell: the next marginal band's bound. */
    public long classUpTo(Cell cell) {
        List<Long> bounds = axesOf(cell).classTokens();
        int next = bounds.indexOf(cell.classAbove()) + 1;
        return next == bounds.size() ? Long.MAX_VALUE : bounds.get(next);
    }
}
