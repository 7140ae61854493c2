package io.tokenledger.scenario;

import static io.tokenledger.usage.Demand.CAN_WAIT;
import static io.tokenledger.usage.Pools.POOL;
import static io.tokenledger.usage.Usage.MINUTE;
import static io.tokenledger.usage.Usage.QUANTITY;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.sum;

import io.tokenledger.model.BilledUnit;
import io.tokenledger.model.ServiceTier;
import io.tokenledger.model.TokenClass;
import io.tokenledger.scenario.commitment.LoadCurve;
import io.tokenledger.usage.Demand;
import io.tokenledger.usage.Usage;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * What a pool asked for, minute by minute, and what that would cost if it were paid by token.
 *
 * @param minutes those with demand, in order of time
 * @param doubts what is assumed of the costs
 */
record PoolDemand(List<Minute> minutes, SortedSet<String> doubts) {
    static final PoolDemand NONE = new PoolDemand(List.of());

    static final String UNPRICED =
            "tokens without a rate count for nothing where units are weighed against paying by token";
    static final String BY_VOLUME =
            "prices by volume count at their first tier where units are weighed against paying by token";

    PoolDemand(List<Minute> minutes) {
        this(minutes, Collections.emptySortedSet());
    }

    /** @param waiting what may wait for a batch to complete, beside what may not */
    record Minute(Instant start, Part online, Part waiting) {
        Part all() {
            return online.plus(waiting);
        }
    }

    /**
     * A part of a minute's demand.
     *
     * @param tokens per class, only those above 0
     * @param standardCost of them at standard rates, exact; 0 for those without one. What a contract prices by volume
     *     counts at its first tier
     * @param elsewhere what they cost as a batch where the provider takes one, else at standard rates
     */
    record Part(
            long requests,
            Map<TokenClass, Long> tokens,
            Map<TokenClass, BigDecimal> standardCost,
            BigDecimal elsewhere) {
        static final Part NONE = new Part(0, Map.of(), Map.of(), BigDecimal.ZERO);

        Part plus(Part other) {
            if (other.requests == 0 && other.tokens.isEmpty()) {
                return this;
            }
            Map<TokenClass, Long> sum = new EnumMap<>(TokenClass.class);
            sum.putAll(tokens);
            other.tokens.forEach((c, n) -> sum.merge(c, n, Math::addExact));
            Map<TokenClass, BigDecimal> cost = new EnumMap<>(TokenClass.class);
            cost.putAll(standardCost);
            other.standardCost.forEach((c, n) -> cost.merge(c, n, BigDecimal::add));
            return new Part(requests + other.requests, sum, cost, elsewhere.add(other.elsewhere));
        }

        BigDecimal standardCost(Collection<TokenClass> classes) {
            return classes.stream()
                    .map(c -> standardCost.getOrDefault(c, BigDecimal.ZERO))
                    .reduce(BigDecimal.ZERO, BigDecimal::add);
        }
    }

    /**
     * The demand of pools, in one pass.
     *
     * @param labelled as {@link Usage#labelled}
     * @return by pool
     */
    static Map<String, PoolDemand> of(
            Dataset<Row> labelled, Economics economics, Prices prices, Collection<String> pools) {
        if (pools.isEmpty()) {
            return Map.of();
        }
        List<Column> keys = List.of(
                col(Usage.PROVIDER),
                col(Usage.MODEL),
                col(Usage.CELL),
                prices.payer().as(Usage.TENANT));
        Set<BilledUnit> units = economics.tokenUnits();
        Column standard = lit(ServiceTier.STANDARD.label());
        Column batch = coalesce(economics.batchTier(prices.cells()), standard);
        Dataset<Row> demand = Usage.byUnit(
                        Demand.perMinute(labelled, economics.pools(), pools, economics.eligibility(), keys),
                        Stream.concat(units.stream(), Stream.of(BilledUnit.REQUESTS))
                                .toList())
                .groupBy(col(POOL), col(MINUTE), col(CAN_WAIT), Usage.tokenClass())
                .agg(
                        sum(QUANTITY),
                        sum(cost(prices, standard)),
                        sum(cost(prices, batch)),
                        max(prices.firstPrice(standard).isNull()),
                        max(prices.isVolume(standard).or(prices.isVolume(batch))));
        Map<String, Map<Instant, Map<Boolean, List<Row>>>> rows = new HashMap<>();
        for (Row row : demand.collectAsList()) {
            rows.computeIfAbsent(row.getString(0), p -> new TreeMap<>())
                    .computeIfAbsent(row.getInstant(1), m -> new HashMap<>())
                    .computeIfAbsent(row.getBoolean(2), w -> new ArrayList<>())
                    .add(row);
        }
        Map<String, PoolDemand> demands = new TreeMap<>();
        rows.forEach((pool, minutes) -> demands.put(
                pool,
                new PoolDemand(
                        minutes.entrySet().stream()
                                .map(e -> new Minute(
                                        e.getKey(),
                                        part(e.getValue().getOrDefault(false, List.of())),
                                        part(e.getValue().getOrDefault(true, List.of()))))
                                .toList(),
                        doubts(minutes.values()))));
        return demands;
    }

    private static SortedSet<String> doubts(Collection<Map<Boolean, List<Row>>> minutes) {
        SortedSet<String> doubts = new TreeSet<>();
        minutes.stream().flatMap(m -> m.values().stream()).flatMap(List::stream).forEach(row -> {
            boolean isToken = !row.getString(3).equals(BilledUnit.REQUESTS.label());
            if (isToken && row.getBoolean(7)) {
                doubts.add(UNPRICED);
            }
            if (isToken && row.getBoolean(8)) {
                doubts.add(BY_VOLUME);
            }
        });
        return Collections.unmodifiableSortedSet(doubts);
    }

    private static Column cost(Prices prices, Column tier) {
        return col(QUANTITY)
                .cast(Facts.EXACT_TOKENS)
                .multiply(prices.firstPrice(tier))
                .cast(Facts.EXACT_MONEY);
    }

    private static Part part(List<Row> rows) {
        long requests = 0;
        Map<TokenClass, Long> tokens = new EnumMap<>(TokenClass.class);
        Map<TokenClass, BigDecimal> standardCost = new EnumMap<>(TokenClass.class);
        BigDecimal elsewhere = BigDecimal.ZERO;
        for (Row row : rows) {
            if (row.getString(3).equals(BilledUnit.REQUESTS.label())) {
                requests = row.getLong(4);
                continue;
            }
            TokenClass tokenClass = TokenClass.of(row.getString(3)).orElseThrow();
            tokens.put(tokenClass, row.getLong(4));
            standardCost.put(tokenClass, row.isNullAt(5) ? BigDecimal.ZERO : row.getDecimal(5));
            elsewhere = elsewhere.add(row.isNullAt(6) ? BigDecimal.ZERO : row.getDecimal(6));
        }
        return new Part(requests, tokens, standardCost, elsewhere);
    }

    PoolDemand within(Span span) {
        return new PoolDemand(
                minutes.stream().filter(m -> span.holds(m.start())).toList(), doubts);
    }

    /** Everything, whether it may wait or not. */
    List<Demand.Minute> tokens() {
        return minutes.stream()
                .map(m -> new Demand.Minute(m.start(), m.all().tokens()))
                .toList();
    }

    BigDecimal standardCost(Collection<TokenClass> classes) {
        return minutes.stream().map(m -> m.all().standardCost(classes)).reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    /** The unit with the throughput that holds for these requests. */
    CapacityUnit fit(CapacityUnit unit) {
        long requests = 0;
        long input = 0;
        long output = 0;
        for (Minute minute : minutes) {
            requests += minute.all().requests();
            for (Map.Entry<TokenClass, Long> e : minute.all().tokens().entrySet()) {
                if (e.getKey().direction() == TokenClass.Direction.INPUT) {
                    input += e.getValue();
                } else {
                    output += e.getValue();
                }
            }
        }
        return unit.forRequests(requests, input, output);
    }

    /**
     * The load of a unit, worth what its overage rule would make of it.
     *
     * @param unit with one throughput
     * @param of which part of each minute
     */
    LoadCurve curve(CapacityUnit unit, Span span, Function<Minute, Part> of) {
        List<LoadCurve.Minute> loads = new ArrayList<>();
        for (Minute minute : minutes) {
            Part part = of.apply(minute);
            BigDecimal load = unit.overage() == CapacityUnit.Overage.HOURLY
                    // Further units are whole, so what is above some units is what the rounded load is above them.
                    ? unit.load(part.tokens()).setScale(0, RoundingMode.CEILING)
                    : unit.load(part.tokens());
            if (load.signum() > 0) {
                loads.add(new LoadCurve.Minute(
                        Duration.between(span.from(), minute.start()).toMinutes(),
                        load,
                        unit.overflowValue(part, load)));
            }
        }
        return LoadCurve.of(span.minutes(), loads);
    }
}
