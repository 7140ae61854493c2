package io.tokenledger.scenario.commitment;

import io.tokenledger.model.Money;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * Several different units on one pool. The same tokens are another load to each, as each has weights and a throughput of
 * its own; in a minute the first unit takes its share of the tokens, the next its share of the rest, and what none has
 * room for overflows. As shares of a minute's tokens are alike, the cost does not depend on the order, only who is idle
 * does.
 *
 * <p>The cost, {@code Σ cost(nₖ) + Σ value (1 − Σ nₖ ÷ loadₖ)⁺}, is convex but for minimums. All combinations are
 * searched, boxes of them dismissed together where a tangent, or the units of one corner with the overflow of the other,
 * shows that none in it is cheaper. That runs on whole numbers of a small fraction of the currency, whose rounding is
 * counted in; what these cannot tell apart is compared exactly.
 */
public final class CompetingUnits {
    /** Combinations that are looked at one by one, or as the middle of a box. */
    public static final int MOST_COMBINATIONS = 20_000;

    private final List<Offer> offers;
    private final List<List<LoadCurve.Minute>> minutes;
    private final int most;

    /**
     * A kind of unit that can be bought.
     *
     * @param curve the pool's load in such units, no owned units taken off; minutes and values are those of the other
     *     offers
     * @param terms in whole units
     */
    public record Offer(String unit, LoadCurve curve, Terms terms) {}

    /**
     * @param shares one per offer, in their order
     * @param overflowCost of what no unit has room for, rounded HALF_EVEN to the scale of reports
     * @param lowerBound no combination costs less; the cost of this one, if all were searched
     * @param cheapest whether this is surely the cheapest combination
     */
    public record Plan(
            List<Share> shares,
            BigDecimal overflowCost,
            BigDecimal costWithNone,
            BigDecimal lowerBound,
            boolean cheapest) {

        public BigDecimal cost() {
            return shares.stream().map(Share::capacityCost).reduce(overflowCost, BigDecimal::add);
        }

        /** What a cheaper combination could save at most. */
        public BigDecimal gap() {
            return cost().subtract(lowerBound);
        }
    }

    /**
     * @param capacityCost of these units for the span, rounded HALF_EVEN to the scale of reports
     * @param served unit-minutes, rounded likewise
     */
    public record Share(Offer offer, BigDecimal units, BigDecimal capacityCost, BigDecimal served) {}

    private CompetingUnits(List<Offer> offers, int most) {
        this.offers = List.copyOf(offers);
        this.minutes = offers.stream().map(o -> o.curve().minutes()).toList();
        this.most = most;
        for (Offer offer : offers) {
            offer.curve().requireAll();
            if (!alike(offer.curve(), offers.get(0).curve())) {
                throw new IllegalArgumentException("The curve of " + offer.unit() + " has other minutes or values than"
                        + " that of " + offers.get(0).unit());
            }
            if (!isWhole(offer.terms().stepUnits())
                    || !isWhole(offer.terms().minimumUnits())
                    || offer.terms().stepUnits().signum() == 0) {
                throw new IllegalArgumentException(
                        "Terms " + offer.terms() + " of " + offer.unit() + "; expected whole units");
            }
        }
    }

    private static boolean isWhole(BigDecimal number) {
        return number.stripTrailingZeros().scale() <= 0;
    }

    private static boolean alike(LoadCurve a, LoadCurve b) {
        return a.span() == b.span()
                && a.minutes().size() == b.minutes().size()
                && IntStream.range(0, a.minutes().size()).allMatch(t -> {
                    LoadCurve.Minute one = a.minutes().get(t);
                    LoadCurve.Minute other = b.minutes().get(t);
                    return one.minute() == other.minute() && one.value().compareTo(other.value()) == 0;
                });
    }

    /**
     * The cheapest combination, none included; of equally cheap ones the fewest units, and then the fewest of the first
     * offers. If {@link #MOST_COMBINATIONS} do not settle it, the cheapest found.
     *
     * @param offers at least one, in the order in which they are filled
     */
    public static Plan cheapest(List<Offer> offers) {
        return cheapest(offers, MOST_COMBINATIONS);
    }

    static Plan cheapest(List<Offer> offers, int most) {
        return new CompetingUnits(offers, most).search();
    }

    /** All combinations whose places lie between two, and what each of them costs at least, in parts of the screen. */
    private record Box(long[] from, long[] to, long atLeast) {
        long[] middle() {
            return IntStream.range(0, from.length)
                    .mapToLong(k -> (from[k] + to[k]) / 2)
                    .toArray();
        }

        Box with(long[] newFrom, long[] newTo) {
            return new Box(newFrom, newTo, atLeast);
        }
    }

    /** A combination that was found, and its cost. */
    private record Found(List<BigDecimal> units, Bounds cost) {
        boolean isBetterThan(Found other) {
            int order = cost.compareTo(other.cost);
            if (order == 0) {
                order = total().compareTo(other.total());
            }
            for (int k = 0; k < units.size() && order == 0; k++) {
                order = units.get(k).compareTo(other.units.get(k));
            }
            return order < 0;
        }

        private BigDecimal total() {
            return units.stream().reduce(BigDecimal.ZERO, BigDecimal::add);
        }
    }

    private Plan search() {
        long[] last = IntStream.range(0, offers.size())
                .mapToLong(this::lastOfInterest)
                .toArray();
        Screen screen = new Screen(last);
        Found best = found(new long[last.length]);
        long known = screen.ceiling(best.cost());
        PriorityQueue<Box> open = new PriorityQueue<>(Comparator.comparingLong(Box::atLeast));
        open.add(new Box(new long[last.length], last, 0));
        for (int looked = 0; looked < most && !open.isEmpty() && open.peek().atLeast() <= known; looked++) {
            Box box = open.poll();
            long[] middle = box.middle();
            if (screen.floor(middle) <= known) {
                Found found = found(middle);
                if (found.isBetterThan(best)) {
                    best = found;
                    known = screen.ceiling(best.cost());
                }
            }
            Box tighter = screen.tighten(box);
            if (tighter.atLeast() <= known) {
                open.addAll(screen.halves(tighter));
            }
        }
        boolean settled = open.isEmpty() || open.peek().atLeast() > known;
        return plan(best.units(), settled ? null : screen.amount(open.peek().atLeast()));
    }

    /** The place of the first number that serves every minute, or that costs more than having everything elsewhere. */
    private long lastOfInterest(int offer) {
        LoadCurve curve = offers.get(offer).curve();
        Terms terms = offers.get(offer).terms();
        if (curve.minutes().isEmpty()) {
            return 0;
        }
        BigDecimal value = totalValue();
        BigDecimal enough = curve.peak();
        if (terms.unitCost().multiply(enough).compareTo(value) > 0) {
            enough = value.divide(terms.unitCost(), 0, RoundingMode.CEILING);
        }
        return Math.max(
                1,
                enough.subtract(terms.minimumUnits())
                                .divide(terms.stepUnits(), 0, RoundingMode.CEILING)
                                .longValueExact()
                        + 1);
    }

    private BigDecimal totalValue() {
        return minutes.get(0).stream().map(LoadCurve.Minute::value).reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    /** Place 0 is none, 1 the minimum. */
    private long number(int offer, long place) {
        Terms terms = offers.get(offer).terms();
        return place == 0
                ? 0
                : terms.minimumUnits().longValueExact()
                        + (place - 1) * terms.stepUnits().longValueExact();
    }

    private long[] numbers(long[] places) {
        return IntStream.range(0, places.length)
                .mapToLong(k -> number(k, places[k]))
                .toArray();
    }

    private Found found(long[] places) {
        List<BigDecimal> units =
                LongStream.of(numbers(places)).mapToObj(BigDecimal::valueOf).toList();
        BigDecimal capacity = IntStream.range(0, units.size())
                .mapToObj(k -> offers.get(k).terms().cost(units.get(k)))
                .reduce(BigDecimal.ZERO, BigDecimal::add);
        return new Found(units, overflowCost(units).plus(capacity));
    }

    private Bounds overflowCost(List<BigDecimal> units) {
        QuotientSum cost = new QuotientSum();
        for (int t = 0; t < minutes.get(0).size(); t++) {
            BigDecimal loads = product(t, offers.size());
            BigDecimal left = left(t, units, offers.size(), loads);
            if (left.signum() > 0) {
                cost.add(minutes.get(0).get(t).value().multiply(left), loads);
            }
        }
        return cost.bounds();
    }

    /** What the first offers leave of a minute, as a part of the product of their loads; negative for more than all. */
    private BigDecimal left(int t, List<BigDecimal> units, int first, BigDecimal product) {
        BigDecimal left = product;
        for (int k = 0; k < first; k++) {
            BigDecimal others = BigDecimal.ONE;
            for (int j = 0; j < first; j++) {
                others = j == k ? others : others.multiply(minutes.get(j).get(t).load());
            }
            left = left.subtract(units.get(k).multiply(others));
        }
        return left;
    }

    private BigDecimal product(int t, int first) {
        BigDecimal product = BigDecimal.ONE;
        for (int k = 0; k < first; k++) {
            product = product.multiply(minutes.get(k).get(t).load());
        }
        return product;
    }

    /** @param lowerBound null if the combination is surely the cheapest */
    private Plan plan(List<BigDecimal> units, BigDecimal lowerBound) {
        List<Share> shares = new ArrayList<>();
        for (int k = 0; k < offers.size(); k++) {
            QuotientSum served = new QuotientSum();
            for (int t = 0; t < minutes.get(k).size(); t++) {
                BigDecimal loads = product(t, k);
                BigDecimal rest = left(t, units, k, loads).max(BigDecimal.ZERO);
                BigDecimal load = rest.multiply(minutes.get(k).get(t).load());
                served.add(load.min(units.get(k).multiply(loads)), loads);
            }
            BigDecimal cost = offers.get(k).terms().cost(units.get(k));
            shares.add(new Share(
                    offers.get(k),
                    units.get(k),
                    cost.setScale(Money.REPORT_SCALE, RoundingMode.HALF_EVEN),
                    served.bounds().rounded()));
        }
        Plan plan = new Plan(
                shares,
                overflowCost(units).rounded(),
                totalValue().setScale(Money.REPORT_SCALE, RoundingMode.HALF_EVEN),
                lowerBound,
                lowerBound == null);
        return new Plan(
                shares,
                plan.overflowCost(),
                plan.costWithNone(),
                lowerBound == null ? plan.cost() : lowerBound.min(plan.cost()),
                plan.cheapest());
    }

    /**
     * Costs in whole parts of the currency, so small that all sums just fit into a long. Each value and unit value is cut
     * to a part, so a sum over the minutes is off by less than a part per minute and unit, which every bound allows for.
     */
    private final class Screen {
        private final int fractionDigits;
        private final long[] value;
        private final long[][] unitValue;
        private final long[] unitCost;

        Screen(long[] last) {
            BigDecimal most = BigDecimal.ONE.add(totalValue());
            for (int k = 0; k < last.length; k++) {
                BigDecimal units = BigDecimal.valueOf(number(k, last[k]));
                most = most.add(totalValue().multiply(units))
                        .add(offers.get(k).terms().cost(units));
            }
            fractionDigits = 18 - (most.precision() - most.scale());
            value = minutes.get(0).stream()
                    .mapToLong(m -> parts(m.value(), RoundingMode.FLOOR))
                    .toArray();
            // From the first unit on it is all the same how much more than a whole minute a unit would serve.
            unitValue = minutes.stream()
                    .map(ofOffer -> ofOffer.stream()
                            .mapToLong(m -> parts(
                                    m.value().divide(m.load().max(BigDecimal.ONE), scale(), RoundingMode.FLOOR),
                                    RoundingMode.FLOOR))
                            .toArray())
                    .toArray(long[][]::new);
            unitCost = offers.stream()
                    .mapToLong(o -> parts(o.terms().unitCost(), RoundingMode.FLOOR))
                    .toArray();
        }

        private int scale() {
            return Math.max(0, fractionDigits);
        }

        private long parts(BigDecimal amount, RoundingMode rounding) {
            return amount.movePointRight(fractionDigits).setScale(0, rounding).longValueExact();
        }

        BigDecimal amount(long parts) {
            return BigDecimal.valueOf(parts)
                    .movePointLeft(fractionDigits)
                    .setScale(Money.REPORT_SCALE, RoundingMode.FLOOR);
        }

        long ceiling(Bounds cost) {
            return parts(cost.upper(), RoundingMode.CEILING);
        }

        /** At most the cost of a combination. */
        long floor(long[] places) {
            long[] units = numbers(places);
            return capacityCost(units) + overflow(units, new long[units.length]) - error(units);
        }

        /** A box with a better bound. */
        Box tighten(Box box) {
            long[] from = numbers(box.from());
            long[] to = numbers(box.to());
            long corners = capacityCost(from) + overflow(to, new long[to.length]) - error(to);
            return new Box(box.from(), box.to(), Math.max(box.atLeast(), Math.max(corners, tangent(box, from, to))));
        }

        private long tangent(Box box, long[] from, long[] to) {
            long[] middle = numbers(box.middle());
            long[] saved = new long[middle.length];
            long least = overflow(middle, saved) - error(to);
            for (int k = 0; k < middle.length; k++) {
                long slope = unitCost[k] - saved[k];
                least += unitCost[k] * middle[k] + Math.min(slope * (from[k] - middle[k]), slope * (to[k] - middle[k]));
            }
            return least;
        }

        /** Divided where the tangent is least sure. */
        List<Box> halves(Box box) {
            long[] middle = box.middle();
            long[] units = numbers(middle);
            long[] saved = new long[units.length];
            overflow(units, saved);
            int widest = -1;
            long most = -1;
            for (int k = 0; k < units.length; k++) {
                long width = number(k, box.to()[k]) - number(k, box.from()[k]);
                long unsure = Math.abs(unitCost[k] - saved[k]) * width;
                if (width > 0 && unsure > most) {
                    widest = k;
                    most = unsure;
                }
            }
            if (widest < 0) {
                return List.of();
            }
            long[] below = box.to().clone();
            long[] above = box.from().clone();
            below[widest] = middle[widest];
            above[widest] = middle[widest] + 1;
            return List.of(box.with(box.from(), below), box.with(above, box.to()));
        }

        private long capacityCost(long[] units) {
            long cost = 0;
            for (int k = 0; k < units.length; k++) {
                cost += parts(offers.get(k).terms().cost(BigDecimal.valueOf(units[k])), RoundingMode.FLOOR);
            }
            return cost;
        }

        /**
         * @param saved becomes what one more unit of each offer would save
         */
        private long overflow(long[] units, long[] saved) {
            Arrays.fill(saved, 0);
            long cost = 0;
            for (int t = 0; t < value.length; t++) {
                long left = value[t];
                for (int k = 0; k < units.length; k++) {
                    left -= units[k] * unitValue[k][t];
                }
                if (left > 0) {
                    cost += left;
                    for (int k = 0; k < units.length; k++) {
                        saved[k] += unitValue[k][t];
                    }
                }
            }
            return cost;
        }

        private long error(long[] units) {
            return (value.length + units.length) * (1 + LongStream.of(units).sum());
        }
    }
}
