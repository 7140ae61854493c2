package io.tokenledger.scenario.commitment;

import java.math.BigDecimal;
import java.util.ArrayList;
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
    /** Fraction digits of loads and units, at most. */
    public static final int LOAD_SCALE = 9;

    /**
     * A minute with load.
     *
     * @param minute counted from the start of the span, from 0
     * @param load units that would serve it, more than 0, at most {@link #LOAD_SCALE} fraction digits
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

    private final long span;
    private final List<Minute> minutes;
    private final LoadDuration duration;
    private final BigDecimal load;

    private LoadCurve(long span, List<Minute> minutes) {
        this.span = span;
        this.minutes = List.copyOf(minutes);
        this.duration = new LoadDuration(this.minutes);
        this.load = duration.above(BigDecimal.ZERO).load();
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
     * @param owned units at a minute, not negative, at most {@link #LOAD_SCALE} fraction digits
     */
    public LoadCurve above(LongFunction<BigDecimal> owned) {
        if (minutes.stream().allMatch(m -> owned.apply(m.minute()).signum() == 0)) {
            return this;
        }
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

    /** @throws IllegalArgumentException where units already owned have been taken off */
    LoadCurve requireAll() {
        for (Minute m : minutes) {
            if (m.load().compareTo(m.demand()) != 0) {
                throw new IllegalArgumentException("Minute " + m.minute() + " has a load of " + m.load() + " of "
                        + m.demand() + "; expected a curve from which no owned units were taken off");
            }
        }
        return this;
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

    /** What all of the load costs elsewhere, rounded HALF_EVEN to the scale of reports. */
    public BigDecimal costElsewhere() {
        return duration.above(BigDecimal.ZERO).cost().rounded();
    }

    /** The highest load of a minute; 0 without any. */
    public BigDecimal peak() {
        return duration.peak();
    }

    LoadDuration duration() {
        return duration;
    }
}
