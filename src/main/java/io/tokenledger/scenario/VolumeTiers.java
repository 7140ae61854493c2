package io.tokenledger.scenario;

import static io.tokenledger.usage.Usage.ATTRIBUTES;
import static io.tokenledger.usage.Usage.CELL;
import static io.tokenledger.usage.Usage.MONTH;
import static io.tokenledger.usage.Usage.QUANTITY;
import static io.tokenledger.usage.Usage.SAMPLED;
import static io.tokenledger.usage.Usage.UNIT;
import static java.util.Comparator.comparing;
import static java.util.Comparator.naturalOrder;
import static java.util.Comparator.nullsFirst;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.summingLong;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.sum;

import io.tokenledger.ledger.Lookup;
import io.tokenledger.model.Money;
import io.tokenledger.usage.Usage;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;

/**
 * Graduated prices of contracts. A contract counts, per month, the tokens of each of its prices (a model, tier, token
 * class, band and window): the first tokens of the month in UTC order pay the first tier, those beyond its bound the next.
 * Who asked early in a month is no reason to pay more, so what the tokens of a time slice cost together is shared out
 * among them all, by largest remainder.
 */
final class VolumeTiers {
    private VolumeTiers() {}

    /**
     * What a volume cost.
     *
     * @param rate the index of its price, see {@link Prices}
     * @param counted what the contract had counted in the month before it
     * @param cost of the quantity, rounded HALF_EVEN to the scale of reports: the whole that is shared out
     * @param steps what each tier of the price took of it; exact
     */
    record Charge(
            String scenario,
            String variant,
            String month,
            int rate,
            Instant slice,
            long counted,
            BigDecimal cost,
            List<Step> steps) {}

    /** A tier of a price, and what it earned. */
    record Step(AppliedRate rate, long quantity, BigDecimal cost) {}

    private record Volume(String scenario, String variant, String month, int rate, Instant slice, long quantity) {}

    private record Meter(String scenario, String variant, String month, String contractPrice) {}

    /**
     * @param facts as {@link Facts#of} makes them, those with a price by volume still without a cost
     * @return one per scenario, month, price and time slice: as few as rates × months
     */
    static List<Charge> charges(Dataset<Row> facts, Prices prices) {
        Map<Meter, List<Volume>> meters = new LinkedHashMap<>();
        facts
                .filter(col(Prices.RATE).isin(prices.volumes().toArray()))
                .groupBy(Facts.SCENARIO, Facts.VARIANT, MONTH, Prices.RATE, CELL)
                .agg(sum(QUANTITY))
                .collectAsList()
                .stream()
                .map(row -> new Volume(
                        row.getString(0),
                        row.getString(1),
                        row.getString(2),
                        row.getInt(3),
                        prices.cell(row.getInt(4)).from(),
                        row.getLong(5)))
                // Cells of a slice that differ by what does not matter to this price are one volume.
                .collect(groupingBy(
                        v -> new Volume(v.scenario(), v.variant(), v.month(), v.rate(), v.slice(), 0),
                        LinkedHashMap::new,
                        summingLong(Volume::quantity)))
                .forEach((of, quantity) -> meters.computeIfAbsent(
                                new Meter(
                                        of.scenario(),
                                        of.variant(),
                                        of.month(),
                                        prices.applied(of.rate()).get(0).volumeMeter()),
                                m -> new ArrayList<>())
                        .add(new Volume(of.scenario(), of.variant(), of.month(), of.rate(), of.slice(), quantity)));
        List<Charge> charges = new ArrayList<>();
        meters.values().forEach(volumes -> charges.addAll(charges(volumes, prices)));
        return charges;
    }

    private static List<Charge> charges(List<Volume> volumes, Prices prices) {
        List<Charge> charges = new ArrayList<>();
        long counted = 0;
        // In a slice, what asks for the price itself is counted before what a rule brought to it; never as rows arrive.
        for (Volume volume : volumes.stream()
                .sorted(comparing(Volume::slice)
                        .thenComparing(v -> prices.applied(v.rate()).get(0).assumption(), nullsFirst(naturalOrder()))
                        .thenComparing(Volume::rate))
                .toList()) {
            long end = Math.addExact(counted, volume.quantity());
            List<Step> steps = steps(prices.applied(volume.rate()), counted, end);
            long priced = steps.stream().mapToLong(Step::quantity).sum();
            if (priced == volume.quantity()) {
                BigDecimal cost = steps.stream().map(Step::cost).reduce(BigDecimal.ZERO, BigDecimal::add);
                charges.add(new Charge(
                        volume.scenario(),
                        volume.variant(),
                        volume.month(),
                        volume.rate(),
                        volume.slice(),
                        counted,
                        cost.setScale(Money.REPORT_SCALE, RoundingMode.HALF_EVEN),
                        steps));
            }
            counted = end;
        }
        return charges;
    }

    /**
     * The tokens of a volume from one count of the month to another, by tier. Tokens below the first tier have no price,
     * and are missing.
     */
    static List<Step> steps(List<AppliedRate> tiers, long from, long to) {
        List<Step> steps = new ArrayList<>();
        for (int i = 0; i < tiers.size(); i++) {
            long above = Math.max(from, tiers.get(i).volumeAbove());
            long upTo = i + 1 < tiers.size() ? Math.min(to, tiers.get(i + 1).volumeAbove()) : to;
            if (upTo > above) {
                long quantity = upTo - above;
                steps.add(new Step(
                        tiers.get(i), quantity, tiers.get(i).perToken().multiply(BigDecimal.valueOf(quantity))));
            }
        }
        return steps;
    }

    /** The facts with the cost of each row that is priced by volume: its share of the charge of its slice. */
    static Dataset<Row> priced(Dataset<Row> facts, List<Charge> charges, Prices prices) {
        Map<List<Object>, BigDecimal> wholes = new HashMap<>();
        charges.forEach(c ->
                wholes.put(Arrays.asList(c.scenario(), c.variant(), c.month(), c.rate(), micros(c.slice())), c.cost()));
        Map<List<Object>, Long> slices = new HashMap<>();
        prices.cells().forEach(cell -> slices.put(List.of(cell.id()), micros(cell.from())));
        Dataset<Row> byVolume = facts.filter(
                        col(Prices.RATE).isin(prices.volumes().toArray()))
                .withColumn("slice", new Lookup<>(slices, DataTypes.LongType).of(col(CELL)))
                .withColumn(
                        "whole",
                        new Lookup<>(wholes, Facts.MONEY)
                                .of(
                                        col(Facts.SCENARIO),
                                        col(Facts.VARIANT),
                                        col(MONTH),
                                        col(Prices.RATE),
                                        col("slice")))
                .withColumn("weight", col(QUANTITY).cast(Facts.EXACT_TOKENS));
        Dataset<Row> shared = Allocation.share(
                        byVolume.filter(col("whole").isNotNull()),
                        List.of(Facts.SCENARIO, Facts.VARIANT, MONTH, Prices.RATE, "slice"),
                        "whole",
                        "weight",
                        Usage.concat(ATTRIBUTES, List.of(SAMPLED, Facts.PRICE_TIER, CELL, UNIT)),
                        Money.REPORT_SCALE,
                        "part")
                .withColumn(Facts.COST, col("part").cast(Facts.EXACT_MONEY))
                .drop("part");
        return facts.filter(coalesce(col(Prices.RATE).isin(prices.volumes().toArray()), lit(false))
                        .unary_$bang())
                .unionByName(shared.unionByName(byVolume.filter(col("whole").isNull()))
                        .drop("slice", "whole", "weight"));
    }

    private static long micros(Instant time) {
        return ChronoUnit.MICROS.between(Instant.EPOCH, time);
    }
}
