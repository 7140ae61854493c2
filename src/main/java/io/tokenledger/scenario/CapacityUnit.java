package io.tokenledger.scenario;

import io.tokenledger.model.Failure;
import io.tokenledger.model.Money;
import io.tokenledger.model.Month;
import io.tokenledger.model.TokenClass;
import io.tokenledger.rates.CsvTable;
import io.tokenledger.rates.CsvTable.Line;
import io.tokenledger.rates.Rate;
import io.tokenledger.rates.RateTable;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What is bought instead of tokens: for now a GPU replica that is paid by time.
 *
 * @param throughputPerMinute weighted tokens that one unit serves in a minute at full load
 * @param weights how much of the throughput a token of each class takes, at most 3 fraction digits
 * @param utilisationCeiling the part of the throughput that is planned with, above 0, at most 1
 * @param price of one unit per {@code pricePer}
 * @param minimumMonthly the least that all units of the pool cost in a month; null without one
 * @param overage how tokens above the capacity are paid
 * @param overagePrice per 1,000,000 tokens of any class, where {@code overage} is {@link Overage#PRICE}; else null
 */
public record CapacityUnit(
        String unit,
        String kind,
        String pool,
        BigDecimal throughputPerMinute,
        Map<TokenClass, BigDecimal> weights,
        BigDecimal utilisationCeiling,
        BigDecimal price,
        PricePer pricePer,
        String currency,
        BigDecimal minimumMonthly,
        Overage overage,
        BigDecimal overagePrice,
        String throughputSource,
        String priceSource,
        LocalDate retrievedAt,
        String note) {

    private static final List<String> COLUMNS = List.of(
            "unit",
            "kind",
            "pool",
            "throughput_per_minute",
            "weight_uncached_input",
            "weight_cached_input",
            "weight_cache_write",
            "weight_output",
            "utilisation_ceiling",
            "price",
            "price_per",
            "currency",
            "minimum_monthly",
            "overage_rule",
            "overage_price",
            "throughput_source",
            "price_source",
            "retrieved_at",
            "note");

    static final int WEIGHT_SCALE = 3;

    /** The time for which a price is paid. */
    public enum PricePer {
        MINUTE,
        HOUR,
        MONTH;

        String label() {
            return name().toLowerCase(Locale.ROOT);
        }

        static Optional<PricePer> of(String label) {
            return Stream.of(values()).filter(p -> p.label().equals(label)).findFirst();
        }
    }

    /** How tokens above the capacity are paid. */
    public enum Overage {
        /** At the model's standard rates. */
        STANDARD,
        /** At the unit's own overage price. */
        PRICE;

        /** The price list of the overflow. */
        String priceTier() {
            return this == PRICE ? "overage" : name().toLowerCase(Locale.ROOT);
        }

        static Optional<Overage> of(String label) {
            return Stream.of(values())
                    .filter(o -> o.name().toLowerCase(Locale.ROOT).equals(label))
                    .findFirst();
        }
    }

    /**
     * Reads a table of units.
     *
     * @return by the name of the unit
     * @throws Failure with exit code 2, naming file and line
     */
    public static Map<String, CapacityUnit> read(String file, byte[] content) {
        Map<String, CapacityUnit> units = new LinkedHashMap<>();
        for (Line line : CsvTable.read(file, content, COLUMNS)) {
            if (units.put(line.text("unit"), unit(line)) != null) {
                throw line.refused("unit", "each unit once");
            }
        }
        return units;
    }

    private static CapacityUnit unit(Line line) {
        if (!line.text("kind").equals("replica")) {
            throw line.refused("kind", "replica; other kinds of units are not supported");
        }
        Overage overage = line.word("overage_rule", Overage::of, "standard, price");
        BigDecimal overagePrice = line.decimalOrNull("overage_price");
        if ((overage == Overage.PRICE) != (overagePrice != null)) {
            throw line.refused("overage_price", "a price if, and only if, overage_rule is price");
        }
        BigDecimal ceiling = line.decimal("utilisation_ceiling");
        if (ceiling.signum() == 0 || ceiling.compareTo(BigDecimal.ONE) > 0) {
            throw line.refused("utilisation_ceiling", "a decimal above 0, at most 1");
        }
        if (line.decimal("throughput_per_minute").signum() == 0) {
            throw line.refused("throughput_per_minute", "more than 0 weighted tokens");
        }
        if (overagePrice != null
                && (overagePrice.compareTo(RateTable.MOST_PER_MILLION) > 0
                        || overagePrice.stripTrailingZeros().scale() > Rate.PER_TOKEN_SCALE - 6)) {
            throw line.refused(
                    "overage_price",
                    "at most " + RateTable.MOST_PER_MILLION + " per 1,000,000 tokens, with at most "
                            + (Rate.PER_TOKEN_SCALE - 6) + " fraction digits");
        }
        return new CapacityUnit(
                line.text("unit"),
                line.text("kind"),
                line.text("pool"),
                line.decimal("throughput_per_minute"),
                weights(line),
                ceiling,
                line.decimal("price"),
                line.word("price_per", PricePer::of, "minute, hour, month"),
                line.text("currency"),
                line.decimalOrNull("minimum_monthly"),
                overage,
                overagePrice,
                line.textOrNull("throughput_source"),
                line.textOrNull("price_source"),
                line.dateOrNull("retrieved_at"),
                line.textOrNull("note"));
    }

    /** Audio tokens take as much as text of the same direction: the table has no weight of their own. */
    private static Map<TokenClass, BigDecimal> weights(Line line) {
        Map<TokenClass, BigDecimal> weights = new EnumMap<>(TokenClass.class);
        for (TokenClass tokenClass : TokenClass.values()) {
            String column = switch (tokenClass) {
                case UNCACHED_INPUT, AUDIO_INPUT -> "weight_uncached_input";
                case CACHED_INPUT -> "weight_cached_input";
                case CACHE_WRITE_5M, CACHE_WRITE_1H -> "weight_cache_write";
                case OUTPUT, AUDIO_OUTPUT -> "weight_output";
            };
            BigDecimal weight = line.decimal(column).stripTrailingZeros();
            if (weight.scale() > WEIGHT_SCALE) {
                throw line.refused(column, "at most " + WEIGHT_SCALE + " fraction digits");
            }
            weights.put(tokenClass, weight);
        }
        return weights;
    }

    /** Weighted tokens that some units serve in a minute, at the utilisation ceiling. */
    BigDecimal capacityPerMinute(long units) {
        return throughputPerMinute.multiply(utilisationCeiling).multiply(BigDecimal.valueOf(units));
    }

    /**
     * What some units cost for some minutes of a month, before the monthly minimum; rounded HALF_EVEN to the scale of
     * reports (an hourly price divides by 60). A price per month is paid in proportion to the minutes.
     */
    BigDecimal cost(long units, long minutes, Month month, ZoneId zone) {
        BigDecimal unitMinutes = price.multiply(BigDecimal.valueOf(units)).multiply(BigDecimal.valueOf(minutes));
        long minutesPaid = switch (pricePer) {
            case MINUTE -> 1;
            case HOUR -> 60;
            case MONTH -> month.minutes(zone);
        };
        return unitMinutes.divide(BigDecimal.valueOf(minutesPaid), Money.REPORT_SCALE, RoundingMode.HALF_EVEN);
    }

    BigDecimal weighted(Map<TokenClass, Long> tokens) {
        return tokens.entrySet().stream()
                .map(e -> weights.get(e.getKey()).multiply(BigDecimal.valueOf(e.getValue())))
                .reduce(BigDecimal.ZERO, BigDecimal::add);
    }
}
