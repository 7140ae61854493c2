package io.tokenledger.scenario;

import io.tokenledger.model.Month;
import io.tokenledger.model.TokenClass;
import io.tokenledger.usage.Demand;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * What a given number of units does with a pool's demand of a month, minute by minute. Within a minute the router
 * cannot choose, so what is above the capacity is spread over the pool's tokens in proportion, class by class.
 *
 * @param cost of all units for the whole month, at least the monthly minimum
 * @param demanded weighted tokens
 * @param served weighted tokens, those of {@code overflow} left out
 * @param capacity weighted tokens that all minutes of the month could have served, at the utilisation ceiling
 * @param peakUnits units that the highest minute would have needed
 * @param p99Units units that 99 % of the month's minutes would have been served with
 * @param meanUnits units that the mean minute would have needed
 * @param overflow per minute and class, only those above 0
 */
record CapacityPlan(
        Month month,
        CapacityUnit unit,
        long units,
        BigDecimal cost,
        BigDecimal demanded,
        BigDecimal served,
        BigDecimal capacity,
        BigDecimal peakUnits,
        BigDecimal p99Units,
        BigDecimal meanUnits,
        List<Overflow> overflow) {

    private static final int UNITS_SCALE = 6;

    /**
     * What was above the capacity in a minute.
     *
     * @param tokens of the class that the pool was asked for
     * @param overflow those of them that were not served
     */
    record Overflow(Instant minute, TokenClass tokenClass, long tokens, long overflow) {}

    /**
     * @param units more than 0
     * @param demand the month's minutes with demand
     */
    static CapacityPlan of(CapacityUnit unit, long units, Month month, ZoneId zone, List<Demand.Minute> demand) {
        BigDecimal perMinute = unit.capacityPerMinute(units);
        BigDecimal demanded = BigDecimal.ZERO;
        BigDecimal served = BigDecimal.ZERO;
        List<Overflow> overflow = new ArrayList<>();
        List<BigDecimal> loads = new ArrayList<>();
        for (Demand.Minute minute : demand) {
            BigDecimal load = unit.weighted(minute.tokens());
            List<Overflow> above = overflow(minute, load, perMinute);
            BigDecimal weightedAbove = above.stream()
                    .map(o -> unit.weights().get(o.tokenClass()).multiply(BigDecimal.valueOf(o.overflow())))
                    .reduce(BigDecimal.ZERO, BigDecimal::add);
            demanded = demanded.add(load);
            served = served.add(load.subtract(weightedAbove));
            overflow.addAll(above);
            loads.add(load);
        }
        long minutes = month.minutes(zone);
        BigDecimal perUnit = unit.capacityPerMinute(1);
        BigDecimal cost = unit.cost(units, minutes, month, zone);
        return new CapacityPlan(
                month,
                unit,
                units,
                unit.minimumMonthly() == null
                        ? cost
                        : cost.max(unit.minimumMonthly().setScale(cost.scale(), RoundingMode.HALF_EVEN)),
                demanded,
                served,
                perMinute.multiply(BigDecimal.valueOf(minutes)),
                inUnits(quantile(loads, minutes, minutes), perUnit),
                inUnits(quantile(loads, minutes, (minutes * 99 + 99) / 100), perUnit),
                inUnits(demanded, perUnit.multiply(BigDecimal.valueOf(minutes))),
                List.copyOf(overflow));
    }

    private static List<Overflow> overflow(Demand.Minute minute, BigDecimal load, BigDecimal capacity) {
        BigDecimal above = load.subtract(capacity);
        if (above.signum() <= 0) {
            return List.of();
        }
        List<Overflow> overflow = new ArrayList<>();
        for (Map.Entry<TokenClass, Long> entry : minute.tokens().entrySet()) {
            long tokens = entry.getValue();
            long part = above.multiply(BigDecimal.valueOf(tokens))
                    .divide(load, 0, RoundingMode.HALF_EVEN)
                    .longValueExact();
            if (part > 0) {
                overflow.add(new Overflow(minute.start(), entry.getKey(), tokens, part));
            }
        }
        return overflow;
    }

    /** The load that the {@code rank}-th of all minutes has, in rising order; minutes without demand come first. */
    private static BigDecimal quantile(List<BigDecimal> loads, long minutes, long rank) {
        long idle = minutes - loads.size();
        return rank <= idle
                ? BigDecimal.ZERO
                : loads.stream()
                        .sorted(Comparator.naturalOrder())
                        .skip(rank - idle - 1)
                        .findFirst()
                        .orElse(BigDecimal.ZERO);
    }

    private static BigDecimal inUnits(BigDecimal load, BigDecimal perUnit) {
        return load.divide(perUnit, UNITS_SCALE, RoundingMode.HALF_EVEN);
    }

    CapacityCharge charge() {
        return CapacityCharge.of(month, unit.pool(), cost, served, capacity, unit.weights());
    }

    long overflowTokens() {
        return overflow.stream().mapToLong(Overflow::overflow).reduce(0, Math::addExact);
    }

    /** The served part of the capacity, 0 to 1. */
    BigDecimal utilisation() {
        return served.divide(capacity, UNITS_SCALE, RoundingMode.HALF_EVEN);
    }

    /** The served part of the demand, 0 to 1; null without demand. */
    BigDecimal coverage() {
        return demanded.signum() == 0 ? null : served.divide(demanded, UNITS_SCALE, RoundingMode.HALF_EVEN);
    }
}
