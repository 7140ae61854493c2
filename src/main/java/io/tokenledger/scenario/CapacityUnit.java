package io.tokenledger.scenario;

import static java.util.Comparator.comparing;

import io.tokenledger.model.Failure;
import io.tokenledger.model.Money;
import io.tokenledger.model.TokenClass;
import io.tokenledger.rates.CsvTable;
import io.tokenledger.rates.CsvTable.Line;
import io.tokenledger.rates.Rate;
import io.tokenledger.rates.RateTable;
import io.tokenledger.scenario.Throughput.Shape;
import io.tokenledger.scenario.commitment.LoadCurve;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What is bought instead of tokens.
 *
 * @param throughputs one, or one for each shape of requests, the smallest first; see {@link #forRequests}
 * @param utilisationCeiling the part of the throughput that is planned with, above 0, at most 1
 * @param minimumUnits the least number that is sold
 * @param stepUnits in what steps more are sold
 * @param termDays the least time for which it is bought, so no commitment is shorter; null without one
 * @param overage how tokens above the capacity are paid
 * @param overagePrice per 1,000,000 tokens of any class, where {@code overage} is {@link Overage#PRICE}; else null
 * @param overagePricePerUnitHour where {@code overage} is {@link Overage#HOURLY}; else null
 */
public record CapacityUnit(
        String unit,
        Kind kind,
        String pool,
        List<Throughput> throughputs,
        BigDecimal utilisationCeiling,
        UnitPrice price,
        String currency,
        long minimumUnits,
        long stepUnits,
        Long termDays,
        Overage overage,
        BigDecimal overagePrice,
        BigDecimal overagePricePerUnitHour,
        String throughputSource,
        String priceSource,
        LocalDate retrievedAt,
        String note) {

    private static final List<String> COLUMNS = Stream.of(
                    List.of("unit", "kind", "pool"),
                    Throughput.COLUMNS,
                    List.of("utilisation_ceiling", "currency"),
                    UnitPrice.COLUMNS,
                    List.of(
                            "overage_rule",
                            "overage_price",
                            "throughput_source",
                            "price_source",
                            "retrieved_at",
                            "note"))
            .flatMap(List::stream)
            .toList();

    private static final List<String> OPTIONAL_COLUMNS = Stream.of(
                    Throughput.OPTIONAL_COLUMNS,
                    UnitPrice.OPTIONAL_COLUMNS,
                    List.of("minimum_units", "step_units", "term_days", "overage_price_per_unit_hour"))
            .flatMap(List::stream)
            .toList();

    /** What kind of thing a unit is, which decides in which scenario it serves. */
    public enum Kind {
        REPLICA("dedicated"),
        PTU("provisioned"),
        GSU("provisioned"),
        BUNDLE("provisioned"),
        MODEL_UNIT("provisioned"),
        NODE("gpu-cluster");

        private final String scenario;

        Kind(String scenario) {
            this.scenario = scenario;
        }

        /** The name of the scenario. */
        public String scenario() {
            return scenario;
        }

        /** The name in tables, such as {@code model-unit}. */
        public String label() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }

        static Optional<Kind> of(String label) {
            return Stream.of(values()).filter(k -> k.label().equals(label)).findFirst();
        }
    }

    /** How tokens above the capacity are paid. */
    public enum Overage {
        /** At the model's standard rates. */
        STANDARD,
        /** At the unit's own overage price. */
        PRICE,
        /** They are served by further units, in whole steps, which are paid by the minute at an hourly price. */
        HOURLY,
        /** Not at all: they are refused, so a plan is feasible only where there are none. */
        REJECT;

        /** The price list of the overflow. */
        String priceTier() {
            return this == PRICE ? "overage" : STANDARD.label();
        }

        private String label() {
            return name().toLowerCase(Locale.ROOT);
        }

        static Optional<Overage> of(String label) {
            return Stream.of(values()).filter(o -> o.label().equals(label)).findFirst();
        }
    }

    /**
     * Reads a table of units. Its throughput is one of
     *
     * <ul>
     *   <li>{@code throughput_per_minute}, of which a token takes its {@code weight_...}. Where a provider prints a
     *       throughput for each token class instead and adds them up, it is a common multiple of them, and the weight of a
     *       class is that multiple ÷ the throughput of the class;
     *   <li>{@code input_tokens_per_minute} and {@code output_tokens_per_minute}, two limits that hold at once;
     *   <li>{@code throughput_per_minute} of the one side that a bundle {@code serves}; the weights of the other are empty.
     * </ul>
     *
     * <p>A unit has a line for each {@code shape_input_tokens} and {@code shape_output_tokens}, the mean tokens of a
     * request, where its throughput depends on them. {@code price} is paid per {@code price_per}, by the GPU where there
     * are {@code gpus}; {@code storage_monthly} and {@code network_monthly} come on top of it for each unit, and {@code
     * minimum_monthly} is the least that all units cost together.
     *
     * @return by the name of the unit
     * @throws Failure with exit code 2, naming file and line
     */
    public static Map<String, CapacityUnit> read(String file, byte[] content) {
        Map<String, CapacityUnit> units = new LinkedHashMap<>();
        for (Line line : CsvTable.read(file, content, COLUMNS, OPTIONAL_COLUMNS)) {
            CapacityUnit unit = unit(line);
            CapacityUnit known = units.get(unit.unit());
            units.put(unit.unit(), known == null ? unit : known.withShapeOf(unit, line));
        }
        return units;
    }

    private static CapacityUnit unit(Line line) {
        Kind kind = line.word(
                "kind", Kind::of, Stream.of(Kind.values()).map(Kind::label).toList());
        Throughput throughput = Throughput.read(line);
        if (kind != Kind.BUNDLE && throughput.weights().size() < TokenClass.values().length) {
            throw line.refused("serves", "nothing: only a bundle serves one side alone");
        }
        Overage overage = line.word("overage_rule", Overage::of, "standard, price, hourly, reject");
        BigDecimal ceiling = line.decimal("utilisation_ceiling");
        if (ceiling.signum() == 0 || ceiling.compareTo(BigDecimal.ONE) > 0) {
            throw line.refused("utilisation_ceiling", "a decimal above 0, at most 1");
        }
        long step = atLeastOne(line, "step_units", 1L);
        return new CapacityUnit(
                line.text("unit"),
                kind,
                line.text("pool"),
                List.of(throughput),
                ceiling,
                UnitPrice.read(line),
                line.text("currency"),
                atLeastOne(line, "minimum_units", step),
                step,
                atLeastOne(line, "term_days", null),
                overage,
                overagePrice(line, overage),
                onlyWhere(overage == Overage.HOURLY, "hourly", line, "overage_price_per_unit_hour"),
                line.textOrNull("throughput_source"),
                line.textOrNull("price_source"),
                line.dateOrNull("retrieved_at"),
                line.textOrNull("note"));
    }

    private static Long atLeastOne(Line line, String column, Long otherwise) {
        Long count = line.countOrNull(column);
        if (count != null && count == 0) {
            throw line.refused(column, "at least 1, or nothing");
        }
        return count == null ? otherwise : count;
    }

    private static BigDecimal overagePrice(Line line, Overage overage) {
        BigDecimal price = onlyWhere(overage == Overage.PRICE, "price", line, "overage_price");
        if (price != null
                && (price.compareTo(RateTable.MOST_PER_MILLION) > 0
                        || price.stripTrailingZeros().scale() > Rate.PER_TOKEN_SCALE - 6)) {
            throw line.refused(
                    "overage_price",
                    "at most " + RateTable.MOST_PER_MILLION + " per 1,000,000 tokens, with at most "
                            + (Rate.PER_TOKEN_SCALE - 6) + " fraction digits");
        }
        return price;
    }

    private static BigDecimal onlyWhere(boolean wanted, String rule, Line line, String column) {
        BigDecimal price = line.decimalOrNull(column);
        if (wanted != (price != null)) {
            throw line.refused(column, "a price if, and only if, overage_rule is " + rule);
        }
        return price;
    }

    private CapacityUnit withShapeOf(CapacityUnit other, Line line) {
        Shape shape = other.throughput().shape();
        if (shape == null || throughputs.stream().anyMatch(t -> t.shape() == null)) {
            throw line.refused("unit", "each unit once, or a line per shape_input_tokens and shape_output_tokens");
        }
        if (!with(other.throughputs()).equals(other)) {
            throw line.refused("unit", "lines of a unit that differ in nothing but shape, throughput and weights");
        }
        if (throughputs.stream().anyMatch(t -> t.shape().equals(shape))) {
            throw line.refused("unit", "each shape of a unit once");
        }
        return with(Stream.concat(throughputs.stream(), other.throughputs.stream())
                .sorted(comparing((Throughput t) ->
                                Math.addExact(t.shape().inputTokens(), t.shape().outputTokens()))
                        .thenComparing(t -> t.shape().inputTokens()))
                .toList());
    }

    private CapacityUnit with(List<Throughput> others) {
        return new CapacityUnit(
                unit,
                kind,
                pool,
                others,
                utilisationCeiling,
                price,
                currency,
                minimumUnits,
                stepUnits,
                termDays,
                overage,
                overagePrice,
                overagePricePerUnitHour,
                throughputSource,
                priceSource,
                retrievedAt,
                note);
    }

    /**
     * The unit with the one throughput that holds for some requests: that of the smallest shape which is, in input and in
     * output, at least as large as they are on average. A GPU serves fewer tokens the longer the requests are, and no
     * straight line through two shapes tells how many, so between shapes the larger one is taken; beyond all of them the
     * largest is, and says so by {@link Throughput#stretched()}.
     *
     * @param requests of the pool in the period, with the sums of their tokens
     */
    public CapacityUnit forRequests(long requests, long inputTokens, long outputTokens) {
        if (throughputs.get(0).shape() == null) {
            return this;
        }
        return with(List.of(throughputs.stream()
                .filter(t -> t.shape().holds(requests, inputTokens, outputTokens))
                .findFirst()
                .orElseGet(() -> throughputs.get(throughputs.size() - 1).forLargerRequests())));
    }

    /** The one throughput. */
    Throughput throughput() {
        if (throughputs.size() > 1) {
            throw new IllegalStateException(unit + " has a throughput per shape; see forRequests");
        }
        return throughputs.get(0);
    }

    /**
     * The price list of what is above the capacity of some units in a minute: the unit's own only where there is a unit.
     */
    String overflowTier(long units) {
        return units == 0 ? Overage.STANDARD.priceTier() : overflowTier();
    }

    /** The price list of what is above its capacity: its own where it has an overage price. */
    String overflowTier() {
        return overage == Overage.PRICE ? overage.priceTier() + " of " + unit : overage.priceTier();
    }

    /** The token classes that it serves; tokens of others stay at standard rates. */
    Set<TokenClass> served() {
        return throughputs.get(0).weights().keySet();
    }

    /** How much of the capacity a token of each class takes that the unit serves. */
    public Map<TokenClass, BigDecimal> weights() {
        return throughput().weights();
    }

    /** Weighted tokens that some units serve in a minute, at the utilisation ceiling. */
    BigDecimal capacityPerMinute(long units) {
        return throughput().perMinute().multiply(utilisationCeiling).multiply(BigDecimal.valueOf(units));
    }

    /** Units that serve a minute with these tokens, to {@value LoadCurve#LOAD_SCALE} digits, HALF_EVEN. */
    BigDecimal load(Map<TokenClass, Long> tokens) {
        return throughput().taken(tokens).divide(capacityPerMinute(1), LoadCurve.LOAD_SCALE, RoundingMode.HALF_EVEN);
    }

    /**
     * What all of a minute's tokens that the unit serves would cost by its overage rule.
     *
     * @param load of these tokens; in whole units where further units are paid by the hour
     */
    BigDecimal overflowValue(PoolDemand.Part part, BigDecimal load) {
        return switch (overage) {
            case STANDARD, REJECT -> part.standardCost(served());
            case PRICE ->
                overagePrice
                        .movePointLeft(6)
                        .multiply(BigDecimal.valueOf(part.tokens().entrySet().stream()
                                .filter(e -> served().contains(e.getKey()))
                                .mapToLong(Map.Entry::getValue)
                                .sum()));
            case HOURLY -> overageCost(load.longValueExact());
        };
    }

    /** The least number of units that is sold and, on top of those owned, serves a minute with these tokens; 0 for none. */
    long unitsFor(Map<TokenClass, Long> tokens, long owned) {
        long needed = wholeUnits(throughput().taken(tokens)) - owned;
        return needed <= 0 ? 0 : minimumUnits + inSteps(Math.max(0, needed - minimumUnits));
    }

    /** Whether this number of units is sold. */
    boolean sells(long units) {
        return units >= minimumUnits && (units - minimumUnits) % stepUnits == 0;
    }

    /** The further units, in whole steps, that serve what is above a capacity. */
    long furtherUnitsFor(BigDecimal weightedTokens) {
        return inSteps(wholeUnits(weightedTokens));
    }

    /** What further units cost by the hour, at the scale of reports, HALF_EVEN; nothing where there are none. */
    BigDecimal overageCost(long unitMinutes) {
        return unitMinutes == 0
                ? BigDecimal.ZERO.setScale(Money.REPORT_SCALE)
                : overagePricePerUnitHour
                        .multiply(BigDecimal.valueOf(unitMinutes))
                        .divide(BigDecimal.valueOf(60), Money.REPORT_SCALE, RoundingMode.HALF_EVEN);
    }

    private long wholeUnits(BigDecimal weightedTokens) {
        return weightedTokens
                .divide(capacityPerMinute(1), 0, RoundingMode.CEILING)
                .longValueExact();
    }

    private long inSteps(long units) {
        return Math.multiplyExact(-Math.floorDiv(-units, stepUnits), stepUnits);
    }
}
