package io.tokenledger.scenario;

import io.tokenledger.model.Failure;
import io.tokenledger.model.Money;
import io.tokenledger.model.Month;
import io.tokenledger.rates.CsvTable.Line;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * What a capacity unit costs, by the time for which it is bought.
 *
 * @param price per {@code per}, of a unit or, with {@code gpus}, of a GPU
 * @param gpus of a unit; 1 where the price is that of the unit
 * @param storageMonthly of a unit, for a month; 0 without
 * @param networkMonthly likewise
 * @param minimumMonthly the least that all units of the pool cost in a month; null without one
 */
public record UnitPrice(
        BigDecimal price,
        Per per,
        long gpus,
        BigDecimal storageMonthly,
        BigDecimal networkMonthly,
        BigDecimal minimumMonthly) {

    static final List<String> COLUMNS = List.of("price", "price_per", "minimum_monthly");
    static final List<String> OPTIONAL_COLUMNS = List.of("gpus", "storage_monthly", "network_monthly");

    /** The time for which a price is paid. Days and months are those of the billing zone's calendar. */
    public enum Per {
        MINUTE,
        HOUR,
        DAY,
        MONTH;

        /** The name in tables, such as {@code hour}. */
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }

        static Optional<Per> of(String label) {
            return Stream.of(values()).filter(p -> p.label().equals(label)).findFirst();
        }
    }

    /** @throws Failure with exit code 2, naming file and line */
    static UnitPrice read(Line line) {
        Long gpus = line.countOrNull("gpus");
        if (gpus != null && gpus == 0) {
            throw line.refused("gpus", "at least 1, or nothing where the price is that of the unit");
        }
        return new UnitPrice(
                line.decimal("price"),
                line.word("price_per", Per::of, "minute, hour, day, month"),
                gpus == null ? 1 : gpus,
                orZero(line.decimalOrNull("storage_monthly")),
                orZero(line.decimalOrNull("network_monthly")),
                line.decimalOrNull("minimum_monthly"));
    }

    private static BigDecimal orZero(BigDecimal amount) {
        return amount == null ? BigDecimal.ZERO : amount;
    }

    /** The price of a unit with all its GPUs. */
    public BigDecimal ofUnit() {
        return price.multiply(BigDecimal.valueOf(gpus));
    }

    /**
     * What some units cost in a stretch of time, storage and network included, before the monthly minimum, at the scale
     * of reports. Days and months are paid one by one, each in proportion to the minutes taken of it, so a day costs its
     * price also where daylight saving makes it 23 or 25 hours long, and a month also where it has 28 days. Each day,
     * month, or stretch at a shorter price is a line of a bill: it is rounded once, HALF_EVEN.
     */
    BigDecimal cost(long units, Span span, ZoneId zone) {
        BigDecimal number = BigDecimal.valueOf(units);
        BigDecimal each = ofUnit().multiply(number);
        BigDecimal time = switch (per) {
            case MINUTE -> share(each, span.minutes(), 1);
            case HOUR -> share(each, span.minutes(), 60);
            case DAY -> byCalendar(each, span, zone, UnaryOperator.identity(), day -> day.plusDays(1));
            case MONTH -> monthly(each, span, zone);
        };
        return time.add(monthly(storageMonthly.add(networkMonthly).multiply(number), span, zone));
    }

    private static BigDecimal monthly(BigDecimal each, Span span, ZoneId zone) {
        return byCalendar(each, span, zone, day -> day.withDayOfMonth(1), first -> first.plusMonths(1));
    }

    private static BigDecimal byCalendar(
            BigDecimal each,
            Span span,
            ZoneId zone,
            UnaryOperator<LocalDate> startOfPeriod,
            UnaryOperator<LocalDate> next) {
        BigDecimal cost = BigDecimal.ZERO.setScale(Money.REPORT_SCALE);
        LocalDate day = startOfPeriod.apply(LocalDate.ofInstant(span.from(), zone));
        for (Instant start = start(day, zone); start.isBefore(span.to()); start = start(day, zone)) {
            day = next.apply(day);
            Span period = new Span(start, start(day, zone));
            cost = cost.add(share(each, period.within(span).minutes(), period.minutes()));
        }
        return cost;
    }

    private static Instant start(LocalDate day, ZoneId zone) {
        return day.atStartOfDay(zone).toInstant();
    }

    private static BigDecimal share(BigDecimal each, long minutes, long minutesPaid) {
        return each.multiply(BigDecimal.valueOf(minutes))
                .divide(BigDecimal.valueOf(minutesPaid), Money.REPORT_SCALE, RoundingMode.HALF_EVEN);
    }

    /** What storage and network of some units cost that run for some minutes of a month. */
    BigDecimal storageAndNetwork(long unitMinutes, Month month, ZoneId zone) {
        return share(storageMonthly.add(networkMonthly), unitMinutes, month.minutes(zone));
    }

    /** What units cost that are there for some minutes of a month, storage and network included. */
    BigDecimal costOfUnitMinutes(long unitMinutes, Month month, ZoneId zone) {
        BigDecimal time = switch (per) {
            case MINUTE -> share(ofUnit(), unitMinutes, 1);
            case HOUR -> share(ofUnit(), unitMinutes, 60);
            case DAY ->
                share(
                        ofUnit().multiply(BigDecimal.valueOf(month.value().lengthOfMonth())),
                        unitMinutes,
                        month.minutes(zone));
            case MONTH -> share(ofUnit(), unitMinutes, month.minutes(zone));
        };
        return time.add(storageAndNetwork(unitMinutes, month, zone));
    }

    /** The least that all units of the pool cost in a stretch of time: the monthly minimum in proportion; 0 without one. */
    BigDecimal minimum(Span span, ZoneId zone) {
        return monthly(orZero(minimumMonthly), span, zone);
    }

    /** The cost of all units of the pool in a month: at least the monthly minimum. */
    BigDecimal atLeastMinimum(BigDecimal cost) {
        return minimumMonthly == null ? cost : cost.max(minimumMonthly.setScale(cost.scale(), RoundingMode.HALF_EVEN));
    }

    /**
     * The price of a unit at which units that run for some minutes of a month cost a given amount, without storage and
     * network.
     *
     * @param unitMinutes units × minutes, more than 0
     */
    BigDecimal costing(BigDecimal amount, long unitMinutes, Month month, ZoneId zone) {
        BigDecimal minutesOfMonth = BigDecimal.valueOf(month.minutes(zone));
        BigDecimal minutes = switch (per) {
            case MINUTE -> BigDecimal.ONE;
            case HOUR -> BigDecimal.valueOf(60);
            case DAY, MONTH -> minutesOfMonth;
        };
        long times = per == Per.DAY ? month.value().lengthOfMonth() : 1;
        return amount.multiply(minutes)
                .divide(
                        BigDecimal.valueOf(times).multiply(BigDecimal.valueOf(unitMinutes)),
                        Money.REPORT_SCALE,
                        RoundingMode.HALF_EVEN);
    }
}
