package io.tokenledger.scenario;

import static io.tokenledger.Requests.feed;
import static io.tokenledger.Requests.request;
import static io.tokenledger.scenario.ScenarioName.AS_RUN;
import static io.tokenledger.scenario.ScenarioName.BATCH;
import static io.tokenledger.scenario.ScenarioName.BEST_MIX;
import static io.tokenledger.scenario.ScenarioName.DEDICATED;
import static io.tokenledger.scenario.ScenarioName.GPU_CLUSTER;
import static io.tokenledger.scenario.ScenarioName.PROVISIONED;
import static io.tokenledger.scenario.ScenarioName.SERVERLESS;
import static org.assertj.core.api.Assertions.assertThat;

import io.tokenledger.Requests;
import io.tokenledger.SparkTest;
import io.tokenledger.ingest.LogRecords;
import io.tokenledger.model.Month;
import io.tokenledger.model.ServingMode;
import io.tokenledger.rates.ModelKey;
import io.tokenledger.rates.RateCard;
import io.tokenledger.rates.RateGrid;
import io.tokenledger.rates.RateTables;
import io.tokenledger.scenario.ScenarioSettings.Bought;
import io.tokenledger.scenario.ScenarioSettings.NoParameters;
import io.tokenledger.scenario.ScenarioSettings.Number;
import io.tokenledger.scenario.ScenarioSettings.Scaling;
import io.tokenledger.usage.BatchEligibility;
import io.tokenledger.usage.Policies;
import io.tokenledger.usage.Pools;
import io.tokenledger.usage.Usage;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The scenarios that buy units, through {@link Evaluation}: one pool for each thing that is shown, and pool {@code mix}
 * with random demand, of which the test knows the cheapest by its own count.
 *
 * <p>A token costs 0.001, as a batch 0.0005. A unit serves 800 tokens a minute and costs 10 a month, which has 40,320
 * minutes, unless its line says otherwise.
 */
class CapacityScenariosTest extends SparkTest {
    private static final Month JANUARY = Month.parse("2026-01");
    private static final Month FEBRUARY = Month.parse("2026-02");
    private static final NoParameters YES = new NoParameters();
    private static final long SEED = System.nanoTime();

    private static final List<String> POOLS = List.of("mix", "sides", "refused", "hourly", "none", "owned");

    /** Of a unit of the pool mix, in February: 672 hours. */
    private static final BigDecimal A_MONTH = new BigDecimal("10.08");

    private static final Map<String, CapacityUnit> UNITS = units(
            Units.with("unit", "mix", "pool", "mix", "price", "0.015", "price_per", "hour"),
            Units.with(
                    "unit",
                    "input",
                    "kind",
                    "bundle",
                    "pool",
                    "sides",
                    "price",
                    "30",
                    "price_per",
                    "month",
                    "serves",
                    "input",
                    "utilisation_ceiling",
                    "1",
                    "weight_output",
                    ""),
            Units.with(
                    "unit",
                    "output",
                    "kind",
                    "bundle",
                    "pool",
                    "sides",
                    "price",
                    "50",
                    "price_per",
                    "month",
                    "serves",
                    "output",
                    "throughput_per_minute",
                    "100",
                    "utilisation_ceiling",
                    "1",
                    "weight_uncached_input",
                    "",
                    "weight_cached_input",
                    "",
                    "weight_cache_write",
                    "",
                    "weight_output",
                    "1"),
            Units.with(
                    "unit",
                    "refuses",
                    "kind",
                    "node",
                    "pool",
                    "refused",
                    "price",
                    "10",
                    "price_per",
                    "month",
                    "overage_rule",
                    "reject"),
            Units.with(
                    "unit",
                    "none",
                    "kind",
                    "node",
                    "pool",
                    "none",
                    "price",
                    "10",
                    "price_per",
                    "month",
                    "overage_rule",
                    "price",
                    "overage_price",
                    "1"),
            Units.with(
                    "unit",
                    "hourly",
                    "pool",
                    "hourly",
                    "price",
                    "10",
                    "price_per",
                    "month",
                    "overage_rule",
                    "hourly",
                    "overage_price_per_unit_hour",
                    "60"),
            Units.with("unit", "owned", "pool", "owned", "price", "10", "price_per", "month"));

    private static final List<Row> MIX = mix(new Random(SEED));

    private static final List<Row> OTHERS = List.of(
            // Input: a 600 and b 400 in the busiest minute, c 100 in another; output: c 100 in the busiest, b 50, d 40.
            request("2026-02-01T10:00:10Z", "model", "sides", "tenant", "a", "uncached_input", 600),
            request("2026-02-01T10:00:20Z", "model", "sides", "tenant", "b", "uncached_input", 400, "output", 50),
            request("2026-02-01T10:01:10Z", "model", "sides", "tenant", "c", "uncached_input", 100, "output", 100),
            request("2026-02-01T10:02:10Z", "model", "sides", "tenant", "d", "output", 40),
            // One unit refuses 200 and 700.
            request("2026-02-01T10:00:10Z", "model", "refused", "tenant", "a", "uncached_input", 1_000),
            request("2026-02-03T10:00:10Z", "model", "refused", "tenant", "a", "uncached_input", 1_500),
            request("2026-02-04T10:00:10Z", "model", "refused", "tenant", "b", "uncached_input", 800),
            // One further unit for one minute, and two for another.
            request("2026-02-01T10:00:10Z", "model", "hourly", "tenant", "a", "uncached_input", 1_000),
            request("2026-02-01T10:01:10Z", "model", "hourly", "tenant", "a", "uncached_input", 2_400),
            request("2026-02-01T10:01:10Z", "model", "none", "tenant", "a", "uncached_input", 1_000),
            // 300 ran on what is owned; the rest was serverless.
            request("2026-02-01T10:00:10Z", "model", "owned", "feed", "gpu", "tenant", "a", "uncached_input", 300),
            request("2026-02-01T10:00:20Z", "model", "owned", "tenant", "b", "uncached_input", 1_700));

    private static List<Row> costs;
    private static Evaluation evaluation;

    @BeforeEach
    void evaluateOnce() {
        if (evaluation == null) {
            System.out.println("CapacityScenariosTest: seed " + SEED);
            evaluation = evaluate(
                    Stream.concat(MIX.stream(), OTHERS.stream()).toList(),
                    new ScenarioSettings(
                            YES,
                            new ScenarioSettings.Batches(null),
                            bought(
                                    AllocationMethod.SERVED,
                                    Map.of("mix", "optimum", "hourly", "1", "owned", "2"),
                                    Map.of("mix", new Scaling(0L, 5L, 1L))),
                            bought(AllocationMethod.PEAK, Map.of("input", "1", "output", "1"), Map.of()),
                            bought(AllocationMethod.SERVED, Map.of("refuses", "1", "none", "optimum"), Map.of()),
                            bought(
                                    AllocationMethod.SERVED,
                                    Map.of(
                                            "mix", "optimum", "hourly", "optimum", "refuses", "optimum", "owned",
                                            "optimum"),
                                    Map.of()),
                            null,
                            YES));
            costs = evaluation.costs().collectAsList();
        }
    }

    @Test
    void everyScenarioServesEveryBillableToken() {
        Map<String, Long> billable = new TreeMap<>();
        Stream.concat(MIX.stream(), OTHERS.stream())
                .filter(r -> CapacityScenariosTest.<Instant>get(r, "occurred_at")
                        .isAfter(Instant.parse("2026-01-31T23:59:59Z")))
                .forEach(r ->
                        billable.merge(get(r, "model"), count(r, "uncached_input") + count(r, "output"), Long::sum));
        assertThat(billable.keySet()).containsExactlyInAnyOrderElementsOf(POOLS);
        assertThat(evaluation.comparisons())
                .hasSize(POOLS.size() * 11)
                .allSatisfy(c -> assertThat(c.cost().pricedTokens())
                        .as(c.cost().pool() + " " + c.cost().scenario())
                        .isEqualTo(billable.get(c.cost().pool())));
        assertThat(evaluation.comparisons().stream()
                        .map(c -> c.cost().scenario().toString())
                        .distinct())
                .containsExactly(
                        "serverless",
                        "batch",
                        "dedicated (hindsight)",
                        "dedicated (optimum)",
                        "dedicated (scaled)",
                        "provisioned (given)",
                        "gpu-cluster (hindsight)",
                        "gpu-cluster (optimum)",
                        "best-mix (hindsight)",
                        "best-mix (optimum)",
                        "as-run");
    }

    @Test
    void theTotalOfAPoolIsTheSumOfItsRowsAndItsIdleRow() {
        Map<String, BigDecimal> sums = new HashMap<>();
        for (Row row : costs) {
            sums.merge(
                    row.getAs("pool") + " " + Bill.key(row.getAs("scenario"), row.getAs("variant")),
                    row.<BigDecimal>getAs("total_cost"),
                    BigDecimal::add);
        }
        assertThat(evaluation.comparisons())
                .allSatisfy(c -> assertThat(c.cost().totalCost())
                        .as(c.cost().pool() + " " + c.cost().scenario())
                        .isEqualByComparingTo(
                                sums.get(c.cost().pool() + " " + c.cost().scenario())));
        assertThat(costs)
                .filteredOn(row -> row.getAs("row_kind").equals("idle"))
                .isNotEmpty()
                .allSatisfy(
                        row -> assertThat(row.<BigDecimal>getAs("total_cost")).isNotNegative())
                .allSatisfy(row -> assertThat(row.<String>getAs("assumptions")).contains("is declared, not measured"));
    }

    /** The mission's question, answered by counting: tokens of one class, so every figure is exact. */
    @Test
    void bestMixCostsWhatTheBestOfAllNumbersCosts() {
        BigDecimal least = Stream.iterate(0L, n -> n + 1)
                .limit(15)
                .map(n -> Count.of(MIX, "2026-02-01T00:00:00Z", "2026-03-01T00:00:00Z")
                        .cost(n, A_MONTH))
                .min(BigDecimal::compareTo)
                .orElseThrow();
        assertThat(total("mix", BEST_MIX, "hindsight")).as("seed %d", SEED).isEqualByComparingTo(least);
        assertThat(units("mix", BEST_MIX, "hindsight")).isPositive();
        for (ScenarioKey other :
                List.of(ScenarioKey.of(SERVERLESS), ScenarioKey.of(BATCH), new ScenarioKey(DEDICATED, "hindsight"))) {
            assertThat(total("mix", BEST_MIX, "hindsight"))
                    .as("seed %d, %s", SEED, other)
                    .isLessThanOrEqualTo(total("mix", other.scenario(), other.variant()));
        }
    }

    @Test
    void theOptimumIsTheNumberThatWasCheapestInTheMonthBefore() {
        // 30 days: 720 hours.
        BigDecimal unit = new BigDecimal("10.80");
        Count january = Count.of(MIX, "2026-01-02T00:00:00Z", "2026-02-01T00:00:00Z");
        long bestMix = 0;
        long dedicated = 0;
        for (long n = 1; n < 15; n++) {
            bestMix = january.cost(n, unit).compareTo(january.cost(bestMix, unit)) < 0 ? n : bestMix;
            dedicated = january.costWithoutWaiting(n, unit).compareTo(january.costWithoutWaiting(dedicated, unit)) < 0
                    ? n
                    : dedicated;
        }
        assertThat(units("mix", BEST_MIX, "optimum")).as("seed %d", SEED).isEqualTo(bestMix);
        assertThat(units("mix", DEDICATED, "optimum")).as("seed %d", SEED).isEqualTo(dedicated);
        Count february = Count.of(MIX, "2026-02-01T00:00:00Z", "2026-03-01T00:00:00Z");
        assertThat(total("mix", BEST_MIX, "optimum"))
                .as("seed %d", SEED)
                .isEqualByComparingTo(february.cost(bestMix, A_MONTH));
        assertThat(total("mix", DEDICATED, "optimum"))
                .as("seed %d", SEED)
                .isEqualByComparingTo(february.costWithoutWaiting(dedicated, A_MONTH));
        assertThat(comparison("mix", DEDICATED, "optimum").cost().assumptions())
                .containsExactly(
                        "throughput of mix is declared, not measured",
                        "units of mix are chosen on 30 days, the logs begin at " + january.first());
    }

    @Test
    void replicasThatScaleCostWhatTheirMinutesCost() {
        CapacityReport scaled = report("mix", DEDICATED, "scaled");
        assertThat(scaled.purchase().plan().unitMinutes()).isPositive();
        assertThat(scaled.capacityCost())
                .isEqualByComparingTo(A_MONTH.multiply(
                                BigDecimal.valueOf(scaled.purchase().plan().unitMinutes()))
                        .divide(BigDecimal.valueOf(40_320), 12, RoundingMode.HALF_EVEN));
        assertThat(comparison("mix", DEDICATED, "scaled").cost().tokenCost())
                .isEqualByComparingTo(BigDecimal.valueOf(scaled.overflowTokens(), 3));
    }

    @Test
    void byThePeakWhoIsAbsentAtThePeakPaysNothing() {
        // Used: input 30 × 1,100 ÷ 40,320,000 and output 50 × 190 ÷ 4,032,000.
        assertThat(capacityCosts("sides", PROVISIONED, "given"))
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        "a", "0.000491071429", // 60 % of 0.000818452381
                        "b", "0.000327380952",
                        "c", "0.002356150794",
                        "d", "0"));
        assertThat(idle("sides", PROVISIONED, "given"))
                .containsExactly(new BigDecimal("29.999181547619"), new BigDecimal("49.997643849206"));
        assertThat(total("sides", PROVISIONED, "given")).isEqualByComparingTo("80");
    }

    @Test
    void bundlesShareEachSideAmongThoseWhoUsedIt() {
        try (Evaluation served = evaluate(
                OTHERS.subList(0, 4),
                new ScenarioSettings(
                        null,
                        null,
                        null,
                        bought(AllocationMethod.SERVED, Map.of("input", "1", "output", "1"), Map.of()),
                        null,
                        null,
                        null,
                        null))) {
            Map<String, String> shares = new TreeMap<>();
            for (Row row : served.used().collectAsList()) {
                shares.put(row.getAs("tenant"), plain(row.getAs("capacity_cost")));
            }
            // Input 0.000818452381 by 600, 400 and 100; output 0.002356150794 by 50, 100 and 40.
            assertThat(shares)
                    .containsExactlyInAnyOrderEntriesOf(Map.of(
                            "a", "0.000446428571",
                            "b", "0.000917658731", // 0.000297619048 + 0.000620039683
                            "c", "0.001314484127", // 0.000074404762 + 0.001240079365
                            "d", "0.000496031746"));
        }
    }

    @Test
    void unitsThatRefuseTokensAreInfeasibleAndTheWorstMinuteIsNamed() {
        Comparison cluster = comparison("refused", GPU_CLUSTER, "optimum");
        assertThat(cluster.feasible()).isFalse();
        assertThat(cluster.cheapest()).isFalse();
        assertThat(cluster.whyNot())
                .isEqualTo(
                        "900 tokens are refused; at worst the minute 2026-02-03T10:00:00Z needs 1.875000 units of 1");
        // In hindsight two units serve the peak, but 20 is more than 3.30 by token.
        assertThat(comparison("refused", BEST_MIX, "hindsight").feasible()).isTrue();
        assertThat(total("refused", BEST_MIX, "hindsight")).isEqualByComparingTo("3.3");
    }

    @Test
    void furtherUnitsByTheHourServeEveryToken() {
        // 10, and 1 + 2 unit-minutes at 1.
        assertThat(total("hourly", DEDICATED, "optimum")).isEqualByComparingTo("13");
        assertThat(comparison("hourly", DEDICATED, "optimum").cost().capacityTokens())
                .isEqualTo(3_400);
        assertThat(report("hourly", DEDICATED, "optimum").overflowTokens()).isZero();
        // By token 3.40 is less than 2 + 3 unit-minutes.
        assertThat(total("hourly", BEST_MIX, "hindsight")).isEqualByComparingTo("3.4");
    }

    @Test
    void whereNoneIsBoughtEverythingIsPaidAtStandardRates() {
        assertThat(units("none", GPU_CLUSTER, "hindsight")).isZero();
        assertThat(total("none", GPU_CLUSTER, "hindsight")).isEqualByComparingTo("1");
        assertThat(evaluation.ratesApplied())
                .filteredOn(r -> r.rate().model().equals("none"))
                .extracting(r -> r.rate().priceTier())
                .containsOnly("standard");
    }

    @Test
    void whatIsOwnedIsPaidOnceAndServesFirst() {
        // Two units serve 1,600 of 2,000: 20 and 0.4. One of them is owned, and served 300 as it ran.
        assertThat(total("owned", DEDICATED, "optimum")).isEqualByComparingTo("20.4");
        assertThat(report("owned", DEDICATED, "optimum").purchase().plan().sunk())
                .isEqualByComparingTo("10");
        assertThat(total("owned", AS_RUN, null)).isEqualByComparingTo("11.7");
        // A second unit does not repay, and nothing was asked for before the month: one serves 800.
        for (String variant : List.of("hindsight", "optimum")) {
            assertThat(total("owned", BEST_MIX, variant)).as(variant).isEqualByComparingTo("11.2");
        }
        assertThat(comparison("owned", BEST_MIX, "optimum").cost().assumptions())
                .contains("units of owned are chosen without any demand before the month");
    }

    /** What tokens of pool {@code mix} cost by a number of units, counted minute by minute in whole tokens. */
    private record Count(Instant from, Instant to, Map<Instant, long[]> minutes) {

        static Count of(List<Row> requests, String from, String to) {
            Map<Instant, long[]> minutes = new HashMap<>();
            for (Row request : requests) {
                Instant at = get(request, "occurred_at");
                Instant minute = Instant.ofEpochSecond(at.getEpochSecond() / 60 * 60);
                minutes.computeIfAbsent(minute, m -> new long[2])["bulk".equals(get(request, "feature")) ? 1 : 0] +=
                        count(request, "uncached_input");
            }
            return new Count(Instant.parse(from), Instant.parse(to), minutes);
        }

        Instant first() {
            return minutes.keySet().stream().min(Instant::compareTo).orElseThrow();
        }

        /** Where units serve what cannot wait first, and in their valleys what waits, at most a day. */
        BigDecimal cost(long units, BigDecimal unit) {
            long overflow = 0;
            long batch = 0;
            Map<Instant, Long> queue = new LinkedHashMap<>();
            for (Instant now = from; now.isBefore(to); now = now.plusSeconds(60)) {
                long[] asked = minutes.getOrDefault(now, new long[2]);
                overflow += Math.max(0, asked[0] - 800 * units);
                long left = Math.max(0, 800 * units - asked[0]);
                if (asked[1] > 0) {
                    queue.put(now, asked[1]);
                }
                for (Instant since : List.copyOf(queue.keySet())) {
                    if (since.plusSeconds(24 * 3_600).isAfter(now)) {
                        long served = Math.min(left, queue.get(since));
                        left -= served;
                        queue.put(since, queue.get(since) - served);
                    } else {
                        batch += queue.get(since);
                        queue.put(since, 0L);
                    }
                    if (queue.get(since) == 0) {
                        queue.remove(since);
                    }
                }
            }
            batch += queue.values().stream().mapToLong(n -> n).sum();
            return unit.multiply(BigDecimal.valueOf(units))
                    .add(BigDecimal.valueOf(overflow, 3))
                    .add(BigDecimal.valueOf(batch, 4).multiply(BigDecimal.valueOf(5)));
        }

        /** Where everything comes at once. */
        BigDecimal costWithoutWaiting(long units, BigDecimal unit) {
            long overflow = minutes.entrySet().stream()
                    .filter(m -> !m.getKey().isBefore(from) && m.getKey().isBefore(to))
                    .mapToLong(m -> Math.max(0, m.getValue()[0] + m.getValue()[1] - 800 * units))
                    .sum();
            return unit.multiply(BigDecimal.valueOf(units)).add(BigDecimal.valueOf(overflow, 3));
        }
    }

    /** Some busy minutes of January and February, those of the last hour of February among them. */
    private static List<Row> mix(Random random) {
        List<Row> rows = new ArrayList<>();
        for (String from : List.of("2026-01-15T00:00:00Z", "2026-02-14T00:00:00Z", "2026-02-28T23:40:00Z")) {
            for (int i = 0; i < 100; i++) {
                rows.add(request(
                        Instant.parse(from).plusSeconds(random.nextInt(1_200)).toString(),
                        "model",
                        "mix",
                        "tenant",
                        random.nextInt(5) == 0 ? null : "t" + random.nextInt(4),
                        "feature",
                        random.nextInt(3) == 0 ? "bulk" : "chat",
                        "uncached_input",
                        1 + random.nextInt(900)));
            }
        }
        return rows;
    }

    private static long count(Row request, String column) {
        Long count = get(request, column);
        return count == null ? 0 : count;
    }

    private static <T> T get(Row request, String column) {
        return request.getAs(LogRecords.SCHEMA.fieldIndex(column));
    }

    private static Comparison comparison(String pool, ScenarioName scenario, String variant) {
        return evaluation.comparisons().stream()
                .filter(c ->
                        c.cost().pool().equals(pool) && c.cost().scenario().equals(new ScenarioKey(scenario, variant)))
                .findFirst()
                .orElseThrow();
    }

    private static BigDecimal total(String pool, ScenarioName scenario, String variant) {
        return comparison(pool, scenario, variant).cost().totalCost();
    }

    private static CapacityReport report(String pool, ScenarioName scenario, String variant) {
        return evaluation.capacity().stream()
                .filter(r -> r.pool().equals(pool) && r.scenario().equals(new ScenarioKey(scenario, variant)))
                .findFirst()
                .orElseThrow();
    }

    private static long units(String pool, ScenarioName scenario, String variant) {
        return report(pool, scenario, variant).units();
    }

    private static Stream<Row> rows(String pool, ScenarioName scenario, String variant, String kind) {
        return costs.stream()
                .filter(row -> pool.equals(row.getAs("pool"))
                        && kind.equals(row.getAs("row_kind"))
                        && Bill.key(row.getAs("scenario"), row.getAs("variant"))
                                .equals(new ScenarioKey(scenario, variant)));
    }

    private static Map<String, String> capacityCosts(String pool, ScenarioName scenario, String variant) {
        Map<String, String> shares = new TreeMap<>();
        rows(pool, scenario, variant, "usage")
                .forEach(row -> shares.put(row.getAs("tenant"), plain(row.getAs("capacity_cost"))));
        return shares;
    }

    private static List<BigDecimal> idle(String pool, ScenarioName scenario, String variant) {
        return rows(pool, scenario, variant, "idle")
                .map(row -> row.<BigDecimal>getAs("capacity_cost"))
                .toList();
    }

    private static String plain(BigDecimal amount) {
        return amount.signum() == 0 ? "0" : amount.stripTrailingZeros().toPlainString();
    }

    private static Map<String, CapacityUnit> units(CapacityUnit... units) {
        Map<String, CapacityUnit> byName = new TreeMap<>();
        Stream.of(units).forEach(unit -> byName.put(unit.unit(), unit));
        return byName;
    }

    private static Bought bought(AllocationMethod sharedBy, Map<String, String> units, Map<String, Scaling> scaling) {
        TreeMap<String, Number> numbers = new TreeMap<>();
        units.forEach((unit, number) -> numbers.put(unit, Number.of(number)));
        return new Bought(numbers, 30, new TreeMap<>(scaling), sharedBy);
    }

    private Evaluation evaluate(List<Row> requests, ScenarioSettings settings) {
        RateCard card = RateTables.card(POOLS.stream()
                .flatMap(model -> Stream.of(
                        "p " + model + " standard uncached_input 0 2026-01-01 - 1000",
                        "p " + model + " standard output 0 2026-01-01 - 1000",
                        "p " + model + " batch uncached_input 0 2026-01-01 - 500"))
                .toArray(String[]::new));
        BatchPolicy batches = BatchPolicy.read(
                "batch.csv",
                ("provider,model,valid_from,valid_to,policy,window_hours,max_requests,max_enqueued_tokens,source,retrieved_at,note\n"
                                + "p,mix,2026-01-01,,discounted,,,,,,\n")
                        .getBytes(StandardCharsets.UTF_8));
        Map<ModelKey, String> pools = new HashMap<>();
        POOLS.forEach(pool -> pools.put(new ModelKey("p", pool), pool));
        Economics economics = new Economics(
                card,
                List.of(),
                new Pools(pools),
                new BatchEligibility(Set.of(new BatchEligibility.Work(null, "bulk", null))),
                batches,
                UNITS,
                List.of(new Commitment("c", UNITS.get("owned"), 1, Instant.parse("2026-01-20T00:00:00Z"), null)),
                settings,
                ZoneOffset.UTC);
        RateGrid grid = economics.grid(JANUARY.start(ZoneOffset.UTC), FEBRUARY.end(ZoneOffset.UTC));
        Policies policies = Requests.policies(
                ZoneOffset.UTC, feed("live", ServingMode.SERVERLESS), feed("gpu", ServingMode.DEDICATED));
        Dataset<Row> ledger = Requests.dataset(session(), requests);
        Dataset<Row> labelled =
                Usage.labelled(ledger, policies, grid, List.of(FEBRUARY)).cache();
        Dataset<Row> before = Usage.labelled(ledger, policies, grid, List.of(JANUARY, FEBRUARY));
        return Evaluation.of(labelled, before, Usage.cells(labelled).cache(), economics, grid, List.of(FEBRUARY));
    }
}
