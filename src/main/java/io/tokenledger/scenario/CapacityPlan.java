package io.tokenledger.scenario;

import io.tokenledger.model.Money;
import io.tokenledger.model.Month;
import io.tokenledger.model.TokenClass;
import io.tokenledger.scenario.CapacityUnit.Overage;
import io.tokenledger.usage.Demand;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.LongUnaryOperator;
import java.util.stream.Collectors;

/**
 * What a number of units does with a pool's demand of a month, minute by minute. Within a minute the router cannot
 * choose, so what is above the capacity is spread over the tokens that the unit serves in proportion, class by class.
 * Token classes that it does not serve are none of its demand.
 *
 * @param units those that are owned among them; where more are owned, all of them serve, for they are paid anyway
 * @param cost of all units for the whole month, at least the monthly minimum, and of further units by the hour
 * @param sunk the part of the cost that is owed for what is owned, plan or no plan; the rest is paid anew
 * @param overageCost the part of the cost for further units by the hour
 * @param unitMinutes units × minutes, without further units by the hour
 * @param demanded weighted tokens, with those that wait for valleys
 * @param served weighted tokens, those of {@code overflow} left out, with those in valleys
 * @param capacity weighted tokens that all minutes of the month could have served, at the utilisation ceiling
 * @param peakUnits units that the highest minute would have needed
 * @param p99Units units that 99 % of the month's minutes would have been served with
 * @param meanUnits units that the mean minute would have needed
 * @param peakMinutes the minutes that took the most of the capacity; none without demand
 * @param overflow per minute and class, only those above 0
 * @param worst the minute with the most above its capacity; null without overflow
 */
public record CapacityPlan(
        Month month,
        CapacityUnit unit,
        long units,
        BigDecimal cost,
        BigDecimal sunk,
        BigDecimal overageCost,
        long unitMinutes,
        BigDecimal demanded,
        BigDecimal served,
        BigDecimal capacity,
        BigDecimal peakUnits,
        BigDecimal p99Units,
        BigDecimal meanUnits,
        SortedSet<Instant> peakMinutes,
        List<Overflow> overflow,
        Worst worst) {

    private static final int UNITS_SCALE = 6;

    /**
     * What was above the capacity in a minute.
     *
     * @param tokens of the class that the pool was asked for
     * @param overflow those of them that were not served
     * @param units that there were
     */
    record Overflow(Instant minute, TokenClass tokenClass, long tokens, long overflow, long units) {}

    /**
     * A minute with overflow.
     *
     * @param load units that it would have needed
     * @param units that there were
     */
    record Worst(Instant minute, BigDecimal load, long units) {}

    /** As the other, with nothing owned. */
    static CapacityPlan of(CapacityUnit unit, long units, Month month, ZoneId zone, List<Demand.Minute> demand) {
        return of(Owned.none(unit), units, month, zone, demand);
    }

    /**
     * @param units in total; 0 for no more than what is owned
     * @param demand the month's minutes with demand
     */
    static CapacityPlan of(Owned owned, long units, Month month, ZoneId zone, List<Demand.Minute> demand) {
        CapacityUnit unit = owned.unit();
        BigDecimal anew = BigDecimal.ZERO.setScale(Money.REPORT_SCALE);
        long unitMinutes = 0;
        List<Served> minutes = new ArrayList<>();
        for (Owned.Step step : owned.steps(month, zone)) {
            long present = Math.max(units, step.units());
            anew = anew.add(unit.price().cost(present - step.units(), step.span(), zone));
            unitMinutes = Math.addExact(
                    unitMinutes, Math.multiplyExact(present, step.span().minutes()));
            demand.stream()
                    .filter(m -> step.span().holds(m.start()))
                    .map(m -> Served.of(unit, present, m))
                    .forEach(minutes::add);
        }
        BigDecimal bought = anew.add(owned.costBeforeMinimum(month, zone));
        return of(unit, units, bought, owned.cost(month, zone), unitMinutes, minutes, month, zone);
    }

    /**
     * Units that come and go by the minute, on top of those that are owned.
     *
     * @param ready how many there are in total, by the minute of the month, from 0; where more are owned, all of them
     *     serve
     */
    static CapacityPlan scaled(
            Owned owned, LongUnaryOperator ready, Month month, ZoneId zone, List<Demand.Minute> demand) {
        CapacityUnit unit = owned.unit();
        Instant start = month.start(zone);
        long unitMinutes = 0;
        long ownedMinutes = 0;
        long most = 0;
        List<Served> minutes = new ArrayList<>();
        for (Owned.Step step : owned.steps(month, zone)) {
            LongUnaryOperator present = minute -> Math.max(ready.applyAsLong(minute), step.units());
            long first = ChronoUnit.MINUTES.between(start, step.span().from());
            for (long m = first; m < first + step.span().minutes(); m++) {
                long units = present.applyAsLong(m);
                unitMinutes = Math.addExact(unitMinutes, units);
                ownedMinutes = Math.addExact(ownedMinutes, step.units());
                most = Math.max(most, units);
            }
            demand.stream()
                    .filter(m -> step.span().holds(m.start()))
                    .map(m -> Served.of(unit, present.applyAsLong(ChronoUnit.MINUTES.between(start, m.start())), m))
                    .forEach(minutes::add);
        }
        BigDecimal anew = unit.price().costOfUnitMinutes(unitMinutes - ownedMinutes, month, zone);
        BigDecimal bought = anew.add(owned.costBeforeMinimum(month, zone));
        return of(unit, most, bought, owned.cost(month, zone), unitMinutes, minutes, month, zone);
    }

    private static CapacityPlan of(
            CapacityUnit unit,
            long units,
            BigDecimal bought,
            BigDecimal sunk,
            long unitMinutes,
            List<Served> minutes,
            Month month,
            ZoneId zone) {
        long furtherUnitMinutes =
                minutes.stream().mapToLong(Served::furtherUnits).reduce(0, Math::addExact);
        BigDecimal overageCost = unit.overageCost(furtherUnitMinutes);
        long monthMinutes = month.minutes(zone);
        BigDecimal perUnit = unit.capacityPerMinute(1);
        List<BigDecimal> loads = minutes.stream().map(Served::taken).sorted().toList();
        BigDecimal demanded = sum(loads);
        BigDecimal peak = quantile(loads, monthMinutes, monthMinutes);
        return new CapacityPlan(
                month,
                unit,
                units,
                (unitMinutes == 0 ? bought : unit.price().atLeastMinimum(bought)).add(overageCost),
                sunk,
                overageCost,
                unitMinutes,
                demanded,
                sum(minutes.stream().map(Served::served).toList()),
                perUnit.multiply(BigDecimal.valueOf(Math.addExact(unitMinutes, furtherUnitMinutes))),
                inUnits(peak, perUnit),
                inUnits(quantile(loads, monthMinutes, (monthMinutes * 99 + 99) / 100), perUnit),
                inUnits(demanded, perUnit.multiply(BigDecimal.valueOf(monthMinutes))),
                Collections.unmodifiableSortedSet(minutes.stream()
                        .filter(m -> peak.signum() > 0 && m.taken().compareTo(peak) == 0)
                        .map(Served::start)
                        .collect(Collectors.toCollection(TreeSet::new))),
                minutes.stream().flatMap(m -> m.overflow().stream()).toList(),
                minutes.stream()
                        .filter(m -> !m.overflow().isEmpty())
                        .max(Comparator.comparing(Served::above)
                                .thenComparing(Served::start, Comparator.reverseOrder()))
                        .map(m -> new Worst(m.start(), inUnits(m.taken(), perUnit), m.units()))
                        .orElse(null));
    }

    /**
     * What became of the demand of a minute.
     *
     * @param taken weighted tokens that were asked for
     * @param served those of them that were served
     * @param above those of them that were above the capacity
     * @param furtherUnits that were added for it
     */
    private record Served(
            Instant start,
            long units,
            BigDecimal taken,
            BigDecimal served,
            BigDecimal above,
            long furtherUnits,
            List<Overflow> overflow) {

        static Served of(CapacityUnit unit, long units, Demand.Minute minute) {
            Throughput throughput = unit.throughput();
            BigDecimal taken = throughput.taken(minute.tokens());
            BigDecimal above = taken.subtract(unit.capacityPerMinute(units)).max(BigDecimal.ZERO);
            if (above.signum() == 0 || unit.overage() == Overage.HOURLY) {
                return new Served(minute.start(), units, taken, taken, above, unit.furtherUnitsFor(above), List.of());
            }
            List<Overflow> overflow = new ArrayList<>();
            Map<TokenClass, Long> rest = new EnumMap<>(TokenClass.class);
            minute.tokens().forEach((tokenClass, tokens) -> {
                if (unit.served().contains(tokenClass)) {
                    long part = above.multiply(BigDecimal.valueOf(tokens))
                            .divide(taken, 0, RoundingMode.HALF_EVEN)
                            .longValueExact();
                    rest.put(tokenClass, tokens - part);
                    if (part > 0) {
                        overflow.add(new Overflow(minute.start(), tokenClass, tokens, part, units));
                    }
                }
            });
            return new Served(minute.start(), units, taken, throughput.taken(rest), above, 0, List.copyOf(overflow));
        }
    }

    private static BigDecimal sum(List<BigDecimal> amounts) {
        return amounts.stream().reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    /** The load that the {@code rank}-th of all minutes has, in rising order; minutes without demand come first. */
    private static BigDecimal quantile(List<BigDecimal> rising, long minutes, long rank) {
        long idle = minutes - rising.size();
        return rank <= idle ? BigDecimal.ZERO : rising.get(Math.toIntExact(rank - idle - 1));
    }

    private static BigDecimal inUnits(BigDecimal load, BigDecimal perUnit) {
        return load.divide(perUnit, UNITS_SCALE, RoundingMode.HALF_EVEN);
    }

    /**
     * With work that waits and is served in what the minutes leave idle.
     *
     * @param waiting weighted tokens
     * @param inValleys those of them that are served
     */
    CapacityPlan withWaiting(BigDecimal waiting, BigDecimal inValleys) {
        return new CapacityPlan(
                month,
                unit,
                units,
                cost,
                sunk,
                overageCost,
                unitMinutes,
                demanded.add(waiting),
                served.add(inValleys),
                capacity,
                peakUnits,
                p99Units,
                meanUnits,
                peakMinutes,
                overflow,
                worst);
    }

    CapacityCharge charge() {
        return CapacityCharge.of(month, unit, cost, served, capacity);
    }

    long overflowTokens() {
        return overflow.stream().mapToLong(Overflow::overflow).reduce(0, Math::addExact);
    }

    /** The served part of the capacity, 0 to 1; null without capacity. */
    BigDecimal utilisation() {
        return part(served, capacity);
    }

    /** The served part of the demand, 0 to 1; null without demand. */
    BigDecimal coverage() {
        return part(served, demanded);
    }

    private static BigDecimal part(BigDecimal part, BigDecimal whole) {
        return whole.signum() == 0 ? null : part.divide(whole, UNITS_SCALE, RoundingMode.HALF_EVEN);
    }

    /** Why the units cannot serve the pool, as comparisons show it: a unit that refuses tokens had to; else empty. */
    Optional<String> whyNot() {
        return worst == null || unit.overage() != Overage.REJECT
                ? Optional.empty()
                : Optional.of(String.format(
                        Locale.ROOT,
                        "%d tokens are refused; at worst the minute %s needs %s units of %d",
                        overflowTokens(),
                        worst.minute(),
                        worst.load().toPlainString(),
                        worst.units()));
    }
}
