package io.tokenledger.scenario.commitment;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import java.util.function.LongFunction;

/**
 * What a pool asks for, minute by minute, over a span. Minutes that are not listed have no load.
 *
 * <p>Within a minute the router cannot choose, so each part of a minute's load is worth its share of the minute's value.
 * Immutable.
 */
public final class LoadCurve {
    /**
     * A minute with load.
     *
     * @param minute counted from the start of the span, from 0
     * @param load units that would serve it, more than 0
     * @param value what all tokens of the minute cost elsewhere (at list price), not negative, in the currency of the
     *     report
     * @param demand the load that the value is for: more than {@code load} where units already owned serve a part
     */
    public record Minute(long minute, BigDecimal load, BigDecimal value, BigDecimal demand) {
        public Minute {
            if (minute < 0 || load.signum() <= 0 || value.signum() < 0 || demand.compareTo(load) < 0) {
                throw new IllegalArgumentException("Minute " + minute + ": load " + load + " of " + demand + ", value "
                        + value + "; expected a load above 0 and a value of at least 0");
            }
        }

        public Minute(long minute, BigDecimal load, BigDecimal value) {
            this(minute, load, value, load);
        }

        /** Whether a unit-minute of this minute costs more elsewhere than a price. */
        boolean isWorthMoreThan(BigDecimal unitMinute) {
            return value.compareTo(unitMinute.multiply(demand)) > 0;
        }
    }

    /**
     * A minute on the load-duration curve.
     *
     * @param unitValue what a unit serves in this minute, at full load, costs elsewhere; cut to a finite decimal
     * @param exact whether nothing was cut
     */
    record Point(Minute at, BigDecimal unitValue, boolean exact) {
        static Point of(Minute at) {
            BigDecimal cut = at.value().divide(at.demand(), Bounds.QUOTIENT_SCALE, RoundingMode.DOWN);
            return new Point(at, cut, cut.multiply(at.demand()).compareTo(at.value()) == 0);
        }

        BigDecimal load() {
            return at.load();
        }
    }

    private final long span;
    private final List<Minute> minutes;
    private final List<Point> byLoad;
    private final BigDecimal load;

    private LoadCurve(long span, List<Minute> minutes) {
        this.span = span;
        this.minutes = List.copyOf(minutes);
        this.byLoad = minutes.stream()
                .sorted(Comparator.comparing(Minute::load).reversed())
                .map(Point::of)
                .toList();
        this.load = minutes.stream().map(Minute::load).reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    /**
     * @param span minutes, those without load included
     * @param minutes those with load, in order of time
     */
    public static LoadCurve of(long span, List<Minute> minutes) {
        long next = 0;
        for (Minute minute : minutes) {
            if (minute.minute() < next || minute.minute() >= span) {
                throw new IllegalArgumentException("Minute " + minute.minute() + " is not in order of time, from 0 to "
                        + span + "; found after minute " + (next - 1));
            }
            next = minute.minute() + 1;
        }
        return new LoadCurve(span, minutes);
    }

    /**
     * What is left for others when units already owned are used first. Their cost is sunk: it is paid whatever is bought
     * on top.
     *
     * @param owned units at a minute, not negative
     */
    public LoadCurve above(LongFunction<BigDecimal> owned) {
        List<Minute> left = new ArrayList<>();
        for (Minute m : minutes) {
            BigDecimal above = m.load().subtract(owned.apply(m.minute()));
            if (above.signum() > 0) {
                left.add(new Minute(m.minute(), above, m.value(), m.demand()));
            }
        }
        return new LoadCurve(span, left);
    }

    /** The same loads, worth something else. */
    LoadCurve revalued(Function<Minute, BigDecimal> value) {
        return new LoadCurve(
                span,
                minutes.stream()
                        .map(m -> new Minute(m.minute(), m.load(), value.apply(m), m.demand()))
                        .toList());
    }

    /** All minutes, those without load included. */
    public long span() {
        return span;
    }

    /** The minutes with load, in order of time. */
    public List<Minute> minutes() {
        return minutes;
    }

    /** Unit-minutes. */
    public BigDecimal load() {
        return load;
    }

    /** The highest load of a minute; 0 without any. */
    public BigDecimal peak() {
        return byLoad.isEmpty() ? BigDecimal.ZERO : byLoad.get(0).load();
    }

    /** The load-duration curve: the minutes with load, highest load first. */
    List<Point> byLoad() {
        return byLoad;
    }

    /**
     * The fewest units of which the last, however thin, is worth no more than it costs: where the load-duration curve,
     * weighted by unit values, is cut at the cost. It minimises {@code cost × n + overflow(n)} over all real n.
     *
     * @param unitCost of one unit for the span
     */
    BigDecimal cutAt(BigDecimal unitCost) {
        int surely = 0;
        int atMost = 0;
        BigDecimal lower = BigDecimal.ZERO;
        BigDecimal cut = BigDecimal.ZERO;
        for (Point point : byLoad) {
            lower = lower.add(point.unitValue());
            if (lower.compareTo(unitCost) > 0) {
                break;
            }
            atMost++;
            cut = point.exact() ? cut : cut.add(Bounds.CUT);
            if (lower.add(cut).compareTo(unitCost) <= 0) {
                surely = atMost;
            }
        }
        while (surely < atMost) {
            int middle = (surely + atMost + 1) / 2;
            if (unitValues(middle).compareTo(Fraction.of(unitCost)) <= 0) {
                surely = middle;
            } else {
                atMost = middle - 1;
            }
        }
        return surely == byLoad.size() ? BigDecimal.ZERO : byLoad.get(surely).load();
    }

    private Fraction unitValues(int points) {
        return Fraction.sum(byLoad.subList(0, points).stream()
                .map(p -> Fraction.quotient(p.at().value(), p.at().demand()))
                .toList());
    }
}
