package io.tokenledger.scenario;

import static io.tokenledger.Requests.feed;
import static io.tokenledger.Requests.request;
import static io.tokenledger.scenario.ScenarioName.DEDICATED;
import static io.tokenledger.scenario.ScenarioName.SERVERLESS;
import static org.apache.spark.sql.functions.col;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.tokenledger.Requests;
import io.tokenledger.SparkTest;
import io.tokenledger.ingest.Feed;
import io.tokenledger.model.BilledUnit;
import io.tokenledger.model.Failure;
import io.tokenledger.model.Month;
import io.tokenledger.model.ServingMode;
import io.tokenledger.rates.ModelKey;
import io.tokenledger.rates.RateCard;
import io.tokenledger.rates.RateGrid;
import io.tokenledger.rates.RateTables;
import io.tokenledger.scenario.ScenarioSettings.Batches;
import io.tokenledger.scenario.ScenarioSettings.Bought;
import io.tokenledger.scenario.ScenarioSettings.NoParameters;
import io.tokenledger.scenario.ScenarioSettings.Number;
import io.tokenledger.usage.BatchEligibility;
import io.tokenledger.usage.FailedCalls;
import io.tokenledger.usage.ModelAliases;
import io.tokenledger.usage.Policies;
import io.tokenledger.usage.Pools;
import io.tokenledger.usage.Usage;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Costs in the comments are in millionths of a dollar (µ): tokens × price per 1,000,000.
 *
 * <p>One unit serves 800 weighted tokens a minute (input 1, cached 0.1, output 4) and costs 60 × 672 h = 40,320 in
 * February, in which it could serve 800 × 40,320 = 32,256,000.
 */
class EvaluationTest extends SparkTest {
    private static final Month FEBRUARY = Month.parse("2026-02");
    private static final NoParameters YES = new NoParameters();
    private static final Bought OPTIMUM = new Bought(new TreeMap<>(Map.of("u", Number.OPTIMUM)), null, null, null);
    private static final ScenarioSettings ALL = settings(YES, YES, units(1), YES);
    private static final Set<BilledUnit> TOKEN_UNITS = Stream.of(BilledUnit.values())
            .filter(unit -> !unit.isFee() && unit != BilledUnit.REASONING)
            .collect(Collectors.toSet());
    private static final Pools CHAT = new Pools(Map.of(new ModelKey("p", "m"), "chat"));
    private static final CapacityUnit UNIT = Units.unit("chat", "60", "hour");
    private static final BatchEligibility ELIGIBLE =
            new BatchEligibility(Set.of(new BatchEligibility.Work("a", "bulk", null)));

    private static final RateCard CARD = RateTables.card(
            "p m standard uncached_input 0    2026-01-01 - 1",
            "p m standard uncached_input 1000 2026-01-01 - 2",
            "p m standard cached_input   0    2026-01-01 - 0.25",
            "p m standard output         0    2026-01-01 - 3",
            "p m batch    uncached_input 0    2026-01-01 - 0.5",
            "p m batch    cached_input   0    2026-01-01 - 0.1",
            "p m batch    output         0    2026-01-01 - 1.5",
            "p n standard uncached_input 0    2026-01-01 2026-02-15 10",
            "p n standard uncached_input 0    2026-02-15 - 20",
            "p n standard output         0    2026-01-01 - 0");

    private static final List<Feed> FEEDS = List.of(
            feed("live", ServingMode.SERVERLESS),
            feed("jobs", ServingMode.BATCH),
            feed("gpu", ServingMode.DEDICATED),
            feed("cache", ServingMode.GATEWAY_CACHE));

    private static final List<Row> MONTH = List.of(
            // R1 at the bound of the band: 1,000 × 1 + 100 × 3 = 1,300 µ; as a batch 1,000 × 0.5 + 100 × 1.5 = 650 µ
            request("2026-02-01T10:00:10Z", "tenant", "a", "feature", "bulk", "uncached_input", 1_000, "output", 100),
            // R2 above the bound: 1,001 × 2 + 50 × 3 = 2,152 µ
            request("2026-02-01T10:00:50Z", "tenant", "b", "feature", "chat", "uncached_input", 1_001, "output", 50),
            // R3 ran as a batch: 500 × 0.5 + 200 × 0.1 + 10 × 1.5 = 285 µ; standard 500 + 200 × 0.25 + 30 = 580 µ
            request(
                    "2026-02-02T00:00:00Z",
                    "feed",
                    "jobs",
                    "tenant",
                    "a",
                    "uncached_input",
                    500,
                    "cached_input",
                    200,
                    "output",
                    10),
            // R4 ran on a bought unit: weighted 100 + 4 × 10 = 140; standard 100 + 30 = 130 µ
            request(
                    "2026-02-03T00:00:00Z",
                    "feed",
                    "gpu",
                    "tenant",
                    "b",
                    "feature",
                    "chat",
                    "uncached_input",
                    100,
                    "output",
                    10),
            // R5 and R6 on both sides of a change: 7 × 10 + 5 × 0 = 70 µ and 7 × 20 = 140 µ
            request(
                    "2026-02-14T23:59:59.999999Z",
                    "model",
                    "n",
                    "tenant",
                    "a",
                    "feature",
                    "bulk",
                    "uncached_input",
                    7,
                    "output",
                    5),
            request("2026-02-15T00:00:00Z", "model", "n", "tenant", "a", "feature", "bulk", "uncached_input", 7),
            // R7 has no rate
            request("2026-02-20T00:00:00Z", "model", "x", "tenant", "a", "uncached_input", 9),
            // R8 cost nothing, R9 failed without usage
            request("2026-02-20T00:00:00Z", "feed", "cache", "tenant", "a", "uncached_input", 100_000),
            request("2026-02-20T00:00:00Z", "tenant", "a", "status", "error"));

    @Test
    @Tag("A9")
    @Tag("B12")
    void everyScenarioOfAMonthComputedByHand() {
        try (Evaluation evaluation = evaluate(MONTH, economics(CARD, CHAT, ALL, commitment()), List.of(FEBRUARY))) {
            Map<String, String> totals = new TreeMap<>();
            evaluation
                    .comparisons()
                    .forEach(c -> totals.put(
                            c.cost().pool() + " "
                                    + c.cost().scenario().scenario().label(),
                            plain(c.cost().totalCost())
                                    + (c.cheapest() ? " cheapest" : "")
                                    + (c.feasible() ? "" : " out")));
            assertThat(totals)
                    .isEqualTo(Map.ofEntries(
                            // 1,300 + 2,152 + 580 + 130
                            Map.entry("chat serverless", "0.004162"),
                            // R1 alone can wait: 650 + 2,152 + 580 + 130
                            Map.entry("chat batch", "0.003512"),
                            // 40,320, which is owed in any case, and the overflow, 2,391 µ (below)
                            Map.entry("chat dedicated", "40320.002391 cheapest"),
                            // 40,320 and 1,300 + 2,152 + 285
                            Map.entry("chat as-run", "40320.003737"),
                            Map.entry("p/n serverless", "0.00021 cheapest"),
                            // list price until the 15th, rejected then: no discount either way
                            Map.entry("p/n batch", "0.00021"),
                            Map.entry("p/n dedicated", "0.00021 out"),
                            Map.entry("p/n as-run", "0.00021"),
                            Map.entry("p/x serverless", "null out"),
                            Map.entry("p/x batch", "null out"),
                            Map.entry("p/x dedicated", "null out"),
                            Map.entry("p/x as-run", "null out")));
            assertThat(tenantCosts(evaluation))
                    .isEqualTo(Map.ofEntries(
                            Map.entry("serverless a bulk m", "0.0013"),
                            Map.entry("serverless a null m", "0.00058"),
                            Map.entry("serverless b chat m", "0.002282"),
                            Map.entry("serverless a bulk n", "0.00021"),
                            Map.entry("serverless a null x", "null"),
                            Map.entry("batch a bulk m", "0.00065"),
                            Map.entry("batch a null m", "0.00058"),
                            Map.entry("batch b chat m", "0.002282"),
                            Map.entry("batch a bulk n", "0.00021"),
                            Map.entry("batch a null x", "null"),
                            // Minute 10:00 asks for 2,001 input and 150 output, 2,601 weighted: 1,801 above.
                            // Overflow 1,801 × 2,001 ÷ 2,601 = 1,385.5 → 1,386 input, 1,801 × 150 ÷ 2,601 → 104 output;
                            // input 692.65 and 693.35 → 693, 693; output 69.33 and 34.67 → 69, 35.
                            // a pays 693 + 69 × 3 = 900 µ, b 693 × 2 + 35 × 3 = 1,491 µ.
                            // Served: a/bulk 307 + 31 × 4 = 431, b/chat 308 + 15 × 4 + 140 = 508, a/- 500 + 20 + 40 =
                            // 560:
                            // 1,499, whose share is 40,320 × 1,499 ÷ 32,256,000 = 1.87375, 0.00125 each.
                            Map.entry("dedicated a bulk m", "0.53965"),
                            Map.entry("dedicated b chat m", "0.636491"),
                            Map.entry("dedicated a null m", "0.7"),
                            Map.entry("dedicated a bulk n", "0.00021"),
                            Map.entry("dedicated a null x", "null"),
                            Map.entry("dedicated idle", "40318.12625"),
                            // b's 140 weighted tokens are all that the commitment served: 140 × 0.00125 = 0.175
                            Map.entry("as-run a bulk m", "0.0013"),
                            Map.entry("as-run a null m", "0.000285"),
                            Map.entry("as-run b chat m", "0.177152"),
                            Map.entry("as-run a bulk n", "0.00021"),
                            Map.entry("as-run a null x", "null"),
                            Map.entry("as-run idle", "40319.825")));
            assertThat(evaluation.unpriced())
                    .extracting(
                            u -> u.scenario().scenario().label(),
                            Unpriced::model,
                            Unpriced::quantity,
                            Unpriced::firstSeen)
                    .containsExactly(
                            tuple("serverless", "x", 9L, Instant.parse("2026-02-20T00:00:00Z")),
                            tuple("batch", "x", 9L, Instant.parse("2026-02-20T00:00:00Z")),
                            tuple("dedicated", "x", 9L, Instant.parse("2026-02-20T00:00:00Z")),
                            tuple("as-run", "x", 9L, Instant.parse("2026-02-20T00:00:00Z")));
            assertThat(evaluation.ratesApplied())
                    .filteredOn(r -> r.scenario().scenario() == SERVERLESS)
                    .extracting(r -> plain(r.rate().pricePerMillion()) + " " + r.billedAs() + " " + r.quantity() + " "
                            + plain(r.cost()))
                    .containsExactlyInAnyOrder(
                            "1 uncached_input 1600 0.0016",
                            "2 uncached_input 1001 0.002002",
                            "0.25 cached_input 200 0.00005",
                            "3 output 170 0.00051",
                            "10 uncached_input 7 0.00007",
                            "20 uncached_input 7 0.00014",
                            "0 output 5 0");
            CapacityReport report = evaluation.capacity().get(0);
            assertThat(report.overflowTokens()).isEqualTo(1_490);
            assertThat(report.overflowCost()).isEqualByComparingTo("0.002391");
            assertThat(report.capacityCost()).isEqualByComparingTo("40320");
            assertThat(report.idleCost()).isEqualByComparingTo("40318.12625");
            // What was served is worth 4,162 − 2,391 = 1,771 µ: 1.87375 ÷ 0.001771, and 0.001771 ÷ 672 h.
            assertThat(report.breakEvenLoad()).isEqualByComparingTo("1058.018069");
            assertThat(report.breakEvenUnitPrice()).isEqualByComparingTo("0.000002635417");
        }
    }

    @Test
    void withoutACommitmentWhatCapacityServedIsUnpriced() {
        Economics economics = economics(CARD, CHAT, settings(null, null, null, YES), List.of());
        try (Evaluation evaluation = evaluate(MONTH, economics, List.of(FEBRUARY))) {
            assertThat(evaluation.unpriced())
                    .extracting(u -> u.model() + " " + u.priceTier() + " " + u.billedUnit() + " " + u.quantity())
                    .containsExactly("m null output 10", "m null uncached_input 100", "x standard uncached_input 9");
            assertThat(evaluation.comparisons())
                    .filteredOn(c -> c.cost().pool().equals("chat"))
                    .extracting(c -> c.whyNot() + " " + plain(c.cost().pricedCost()))
                    .containsExactly("110 tokens are unpriced 0.003737");
        }
    }

    @Test
    @Tag("A2")
    void cachedInputWithoutAPriceBillsAsInputAndSaysSo() {
        RateCard card = RateTables.card("p m standard uncached_input 0 2026-01-01 - 2");
        List<Row> rows = List.of(request("2026-02-01T00:00:00Z", "uncached_input", 1, "cached_input", 10));
        try (Evaluation evaluation =
                evaluate(rows, economics(card, Pools.NONE, serverlessOnly(), List.of()), List.of(FEBRUARY))) {
            assertThat(evaluation.ratesApplied())
                    .extracting(r -> r.billedAs() + " by " + r.rate().billedUnit() + " " + plain(r.cost()))
                    .containsExactly(
                            "cached_input by uncached_input 0.00002", "uncached_input by uncached_input 0.000002");
        }
    }

    @Test
    @Tag("E6")
    void costsAreExactToTheLastDigit() {
        RateCard card = RateTables.card(
                "p m standard uncached_input 0 2026-01-01 - 0.150123",
                "p m standard output 0 2026-01-01 - 0.000000000001",
                "p m standard cached_input 0 2026-01-01 - 1000");
        List<Row> rows = List.of(
                request(
                        "2026-02-01T00:00:00Z",
                        "uncached_input",
                        999_999_999_999L,
                        "output",
                        1_000_000_000_000_000L,
                        "cached_input",
                        1_000_000_000_000_000L),
                request("2026-02-01T00:00:00Z", "tenant", "b", "output", 999_999_999_999_999_999L));
        try (Evaluation evaluation =
                evaluate(rows, economics(card, Pools.NONE, serverlessOnly(), List.of()), List.of(FEBRUARY))) {
            Row row = evaluation.costs().filter(col("tenant").isNull()).first();
            assertThat(row.<BigDecimal>getAs("uncached_input_cost")).isEqualTo(new BigDecimal("150122.999999849877"));
            assertThat(row.<BigDecimal>getAs("output_cost")).isEqualTo(new BigDecimal("0.001000000000"));
            assertThat(row.<BigDecimal>getAs("cached_input_cost"))
                    .isEqualTo(new BigDecimal("1000000000000.000000000000"));
            assertThat(row.<BigDecimal>getAs("total_cost")).isEqualTo(new BigDecimal("1000000150123.000999849877"));
            assertThat(evaluation.ratesApplied().stream().map(r -> plain(r.cost())))
                    .contains("150122.999999849877", "1.000999999999999999");
        }
    }

    @Test
    @Tag("E2")
    void aCostIsRoundedOnceAtItsCell() {
        // Half of the last digit in each of three time slices: rounded one by one they would be nothing.
        RateCard card = RateTables.card(
                "p m standard output 0 2026-01-01 2026-02-02 0.0000005",
                "p m standard output 0 2026-02-02 2026-02-03 0.0000005",
                "p m standard output 0 2026-02-03 - 0.0000005");
        List<Row> rows = List.of(
                request("2026-02-01T00:00:00Z", "output", 1),
                request("2026-02-02T00:00:00Z", "output", 1),
                request("2026-02-03T00:00:00Z", "output", 1),
                request("2026-02-03T00:00:00Z", "tenant", "b", "output", 1));
        try (Evaluation evaluation =
                evaluate(rows, economics(card, Pools.NONE, serverlessOnly(), List.of()), List.of(FEBRUARY))) {
            assertThat(evaluation.costs().orderBy("tenant").select("total_cost").collectAsList())
                    .extracting(r -> r.getDecimal(0))
                    .containsExactly(new BigDecimal("0.000000000002"), new BigDecimal("0E-12"));
        }
    }

    @Test
    void dedicatedConservesTheTokensOfEveryCellAndTheOverflowOfItsPlan() {
        long seed = System.nanoTime();
        System.out.println("EvaluationTest: dedicated, seed " + seed);
        Random random = new Random(seed);
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < 150; i++) {
            rows.add(request(
                    Instant.parse("2026-02-14T23:55:00Z")
                            .plusSeconds(random.nextInt(600))
                            .toString(),
                    "tenant",
                    random.nextInt(4) == 0 ? null : "t" + random.nextInt(5),
                    "model",
                    random.nextBoolean() ? "m" : "n",
                    "service_tier",
                    random.nextBoolean() ? "default" : "priority",
                    "uncached_input",
                    random.nextInt(1_500),
                    "cached_input",
                    random.nextInt(100),
                    "output",
                    random.nextInt(90)));
        }
        Pools pools = new Pools(Map.of(new ModelKey("p", "m"), "chat", new ModelKey("p", "n"), "chat"));
        Dataset<Row> labelled = labelled(rows, CARD, List.of(FEBRUARY)).cache();
        List<RateGrid.Cell> occurring = Tokens.occurring(labelled, grid(CARD));
        Dataset<Row> tokens = Tokens.of(Usage.cells(labelled), pools, ELIGIBLE, batchPolicy(), occurring, TOKEN_UNITS)
                .cache();
        Economics economics = economics(CARD, pools, settings(null, null, units(2), null), List.of());
        Prices prices = new Prices(CARD, occurring, pools, List.of(UNIT));
        PoolDemand demand =
                PoolDemand.of(labelled, economics, prices, Set.of("chat")).get("chat");
        CapacityPlan plan = CapacityPlan.of(UNIT, 2, FEBRUARY, ZoneOffset.UTC, demand.tokens());
        assertThat(plan.overflow()).isNotEmpty();

        BoughtCapacity dedicated = new BoughtCapacity(
                new ScenarioKey(DEDICATED, "given"),
                new Moves(labelled, economics, occurring),
                List.of(new Purchase(plan, List.of(), "given", List.of())),
                AllocationMethod.SERVED);
        assertThat(tokens.filter(dedicated.priceTier().isNotNull()).isEmpty())
                .as("every token of the pool is on its capacity at first")
                .isTrue();
        Dataset<Row> overflow = dedicated.overflow().orElseThrow().cache();
        Dataset<Row> served = Facts.of(List.of(dedicated), tokens, prices).cache();

        List<String> cell = Usage.concat(Usage.CELL_KEY, List.of("pool", "billed_unit"));
        Map<String, Long> left = sums(tokens, cell);
        sums(overflow, cell).forEach((of, taken) -> left.merge(of, -taken, Long::sum));
        assertThat(left.values()).as("seed %d", seed).allMatch(tokensLeft -> tokensLeft >= 0);
        List<String> key =
                Usage.concat(List.of("month"), Usage.ATTRIBUTES, List.of("sampled", "cell", "pool", "billed_unit"));
        assertThat(sums(served, key)).as("seed %d", seed).isEqualTo(sums(tokens, key));
        Map<String, Long> planned = new TreeMap<>();
        plan.overflow().forEach(o -> planned.merge(o.tokenClass().column(), o.overflow(), Long::sum));
        assertThat(sums(served.filter(col("price_tier").equalTo("standard")), List.of("billed_unit")))
                .as("seed %d", seed)
                .isEqualTo(planned);
        assertThat(sums(overflow.filter(col("price_tier").equalTo("standard")), List.of("billed_unit")))
                .as("seed %d", seed)
                .isEqualTo(planned);
        assertThat(sums(served.filter(col("price_tier").isNull()), key).values())
                .as("seed %d", seed)
                .allMatch(onCapacity -> onCapacity >= 0);
        served.unpersist();
        overflow.unpersist();
        tokens.unpersist();
        labelled.unpersist();
    }

    @Test
    void aModelWithoutRatesIsPricedAsAnotherOneAndStaysUnpricedOtherwise() {
        RateCard card = RateTables.card(
                "p m standard uncached_input 0    2026-01-01 2026-02-15 1",
                "p m standard uncached_input 0    2026-02-15 - 2",
                "p m standard uncached_input 1000 2026-01-01 - 4",
                "p m standard output         0    2026-01-01 - 3");
        List<Row> rows = List.of(
                request("2026-02-14T10:00:00Z", "model", "own", "uncached_input", 1_000, "output", 10),
                request("2026-02-15T10:00:00Z", "model", "own", "uncached_input", 1_000),
                request("2026-02-16T10:00:00Z", "model", "own", "uncached_input", 1_001));
        ScenarioSettings settings = new ScenarioSettings(
                YES,
                null,
                null,
                null,
                null,
                null,
                new ScenarioSettings.OtherModels(List.of("p/m"), new TreeMap<>()),
                null);
        Economics economics = economics(card, Pools.NONE, settings, List.of());
        RateGrid grid = economics.grid(FEBRUARY.start(ZoneOffset.UTC), FEBRUARY.end(ZoneOffset.UTC));
        Policies policies = new Policies(FEEDS, ModelAliases.NONE, FailedCalls.BILLABLE, ZoneOffset.UTC);
        Dataset<Row> labelled = Usage.labelled(Requests.dataset(session(), rows), policies, grid, List.of(FEBRUARY));
        try (Evaluation evaluation =
                Evaluation.of(labelled, labelled, Usage.cells(labelled), economics, grid, List.of(FEBRUARY))) {
            assertThat(evaluation.otherModels())
                    .singleElement()
                    // 1,000 × 1 + 10 × 3 + 1,000 × 2 + 1,001 × 4 = 7,034 µ
                    .satisfies(cost -> assertThat(cost.cost()).isEqualTo(new BigDecimal("0.007034000000")))
                    .satisfies(cost -> assertThat(cost.model()).isEqualTo(new ModelKey("p", "own")))
                    .satisfies(cost -> assertThat(cost.serverlessCost()).isNull());
            assertThat(evaluation.costs().collectAsList())
                    .singleElement()
                    .satisfies(row ->
                            assertThat(row.<BigDecimal>getAs("total_cost")).isNull())
                    .satisfies(row ->
                            assertThat(row.<Long>getAs("unpriced_tokens")).isEqualTo(3_011));
            assertThat(evaluation.unpriced())
                    .extracting(u -> u.model() + " " + u.billedUnit() + " " + u.quantity() + " " + u.firstSeen())
                    .containsExactly(
                            "own output 10 2026-02-14T10:00:00Z", "own uncached_input 3001 2026-02-14T10:00:00Z");
            assertThat(evaluation.mostUnpriced(FEBRUARY)).isEqualTo(3_011);
        }
    }

    @Test
    @Tag("E4")
    void aPoolThatNobodyUsedIsNotWonByUnitsThatStoodIdle() {
        // The 44,640 of March bought nothing, and without units the pool would have cost nothing.
        Economics economics = economics(CARD, CHAT, settings(YES, null, units(1), null), List.of());
        try (Evaluation evaluation = evaluate(MONTH, economics, List.of(FEBRUARY, Month.parse("2026-03")))) {
            List<Comparison> march = evaluation.comparisons().stream()
                    .filter(c -> c.cost().month().equals(Month.parse("2026-03")))
                    .toList();
            assertThat(march)
                    .filteredOn(c -> c.cost().scenario().scenario() == DEDICATED)
                    .extracting(c -> plain(c.cost().totalCost()))
                    .containsExactly("44640");
            assertThat(march)
                    .filteredOn(c -> c.cost().scenario().scenario() == DEDICATED)
                    .noneMatch(Comparison::cheapest);
        }
    }

    @Test
    @Tag("B1")
    void aCallIsUnpricedInAGapOfItsModelsFeeAndFreeWhereTheModelHasNone() {
        RateCard card = RateTables.card(
                "p m standard uncached_input 0 2026-01-01 - 1",
                "p m standard requests 0 2026-01-01 2026-02-10 5000",
                "p n standard uncached_input 0 2026-01-01 - 1");
        List<Row> rows = List.of(
                request("2026-02-01T00:00:00Z", "uncached_input", 1_000),
                request("2026-02-20T00:00:00Z", "uncached_input", 1_000),
                request("2026-02-20T00:00:00Z", "model", "n", "uncached_input", 1_000));
        try (Evaluation evaluation =
                evaluate(rows, economics(card, Pools.NONE, serverlessOnly(), List.of()), List.of(FEBRUARY))) {
            assertThat(evaluation.unpriced())
                    .extracting(u -> u.model() + " " + u.billedUnit() + " " + u.quantity() + " " + u.firstSeen())
                    .containsExactly("m requests 1 2026-02-20T00:00:00Z");
            assertThat(evaluation.comparisons())
                    .extracting(c -> c.cost().pool() + " " + plain(c.cost().totalCost()) + " "
                            + plain(c.cost().pricedCost()))
                    .containsExactly("p/m null 0.007", "p/n 0.001 0.001");
        }
    }

    @Test
    void aSearchOfACallThatCapacityServedIsPaidByThePiece() {
        RateCard card = RateTables.card(
                "p m standard uncached_input 0 2026-01-01 - 1", "p m standard web_searches 0 2026-01-01 - 10000");
        List<Row> rows =
                List.of(request("2026-02-03T00:00:00Z", "feed", "gpu", "uncached_input", 100, "web_searches", 3));
        Economics economics = economics(card, CHAT, ALL, commitment());
        try (Evaluation evaluation = evaluate(rows, economics, List.of(FEBRUARY))) {
            assertThat(evaluation.comparisons())
                    .extracting(c -> c.cost().scenario().scenario().label() + " "
                            + plain(c.cost().tokenCost()))
                    .containsExactly("serverless 0.0301", "batch 0.0301", "dedicated 0.03", "as-run 0.03");
        }
    }

    @Test
    void overflowWithoutARateIsUnpricedWithTheTimeItWasSeen() {
        Pools pools = new Pools(Map.of(new ModelKey("p", "x"), "chat"));
        List<Row> rows = List.of(request("2026-02-01T10:00:10Z", "model", "x", "uncached_input", 1_000));
        Economics economics = economics(CARD, pools, settings(null, null, units(1), null), List.of());
        try (Evaluation evaluation = evaluate(rows, economics, List.of(FEBRUARY))) {
            assertThat(evaluation.unpriced())
                    .extracting(u -> u.quantity() + " " + u.firstSeen() + " " + u.lastSeen())
                    .containsExactly("200 2026-02-01T10:00:10Z 2026-02-01T10:00:10Z");
            assertThat(evaluation.comparisons().get(0).cost().assumptions()).contains(PoolDemand.UNPRICED);
        }
    }

    @Test
    void aUnitThatIsWeighedAgainstPricesByVolumeSaysSo() {
        RateCard byVolume = RateTables.table(
                "provider,model,service_tier,token_class,valid_from,price,volume_tokens_above,per_tokens,currency,contract",
                "p,m,standard,uncached_input,2026-01-01,10,0,1000000,USD,c",
                "p,m,standard,uncached_input,2026-01-01,8,1000,1000000,USD,c");
        List<Row> rows = List.of(request("2026-02-01T10:00:10Z", "uncached_input", 1_000));
        Economics economics = economics(byVolume, CHAT, settings(null, null, units(1), null), List.of());
        try (Evaluation evaluation = evaluate(rows, economics, List.of(FEBRUARY))) {
            assertThat(evaluation.comparisons().get(0).cost().assumptions())
                    .contains(PoolDemand.BY_VOLUME)
                    .doesNotContain(PoolDemand.UNPRICED);
        }
    }

    @Test
    void overflowIsPaidAtTheUnitsOwnPriceWhereItHasOne() {
        CapacityUnit unit = Units.read("u,replica,chat,1000,1,0.1,1.25,4,0.8,60,hour,USD,,price,5,,,,\n");
        List<Row> rows = List.of(request("2026-02-01T10:00:10Z", "uncached_input", 1_000));
        Economics economics = new Economics(
                CARD,
                List.of(),
                CHAT,
                ELIGIBLE,
                BatchPolicy.NONE,
                Map.of("u", unit),
                List.of(),
                settings(null, null, units(1), null),
                ZoneOffset.UTC);
        try (Evaluation evaluation = evaluate(rows, economics, List.of(FEBRUARY))) {
            assertThat(evaluation.ratesApplied())
                    .extracting(r -> r.rate().priceTier() + " " + r.quantity() + " " + plain(r.cost()) + " "
                            + r.rate().place())
                    .containsExactly("overage 200 0.001 capacity unit u");
            assertThat(evaluation.comparisons().get(0).cost().tokenCost()).isEqualByComparingTo("0.001");
        }
    }

    @Test
    void aBestMixSendsNothingAsABatchWhereThatWouldBeAboveALimit() {
        // 1,000 × 1 + 100 × 3 = 1,300 µ; as a batch 1,000 × 0.5 + 100 × 1.5 = 650 µ
        List<Row> rows = List.of(request(
                "2026-02-01T10:00:10Z", "tenant", "a", "feature", "bulk", "uncached_input", 1_000, "output", 100));
        assertThat(bestMixes(rows, "1100"))
                .containsExactly("0.00065 [throughput of u is declared, not measured, what can"
                        + " wait is declared, and is served within 24 hours]");
        assertThat(bestMixes(rows, "1099"))
                .containsExactly(
                        "0.0013 [none of it goes out as a batch: backlog of 1,100 tokens on 2026-02-01 is above"
                                + " the limit of 1,099 for p/m, throughput of u is declared, not measured, what can wait is"
                                + " declared, and is served within 24 hours]");
    }

    private List<String> bestMixes(List<Row> rows, String mostEnqueued) {
        BatchPolicy policy = BatchPolicy.read(
                "batch_policy.csv",
                ("provider,model,valid_from,valid_to,policy,window_hours,max_requests,max_enqueued_tokens,source,"
                                + "retrieved_at,note\np,m,2026-01-01,,discounted,24,,%s,,,\n".formatted(mostEnqueued))
                        .getBytes(StandardCharsets.UTF_8));
        Economics economics = new Economics(
                CARD,
                List.of(),
                CHAT,
                ELIGIBLE,
                policy,
                Map.of("u", UNIT),
                List.of(),
                new ScenarioSettings(null, null, null, null, null, OPTIMUM, null, null),
                ZoneOffset.UTC);
        try (Evaluation evaluation = evaluate(rows, economics, List.of(FEBRUARY))) {
            return evaluation.comparisons().stream()
                    .filter(c -> Scenarios.HINDSIGHT.equals(c.cost().scenario().variant()))
                    .map(c -> plain(c.cost().totalCost()) + " " + c.cost().assumptions())
                    .toList();
        }
    }

    @Test
    void aModelWhoseBatchesHaveTwoPoliciesInAMonthSaysWhatEachTakesForGranted() {
        BatchPolicy policy = BatchPolicy.read("batch_policy.csv", """
                provider,model,valid_from,valid_to,policy,window_hours,max_requests,max_enqueued_tokens,source,retrieved_at,note
                p,m,2026-01-01,2026-02-15,discounted,24,,,,,
                p,m,2026-02-15,,discounted,12,,,,,
                """.getBytes(StandardCharsets.UTF_8));
        List<Row> rows = List.of(
                request("2026-02-01T10:00:10Z", "tenant", "a", "feature", "bulk", "uncached_input", 1_000),
                request("2026-02-20T10:00:10Z", "tenant", "a", "feature", "bulk", "uncached_input", 1_000));
        Economics economics = new Economics(
                CARD,
                List.of(),
                CHAT,
                ELIGIBLE,
                policy,
                Map.of(),
                List.of(),
                new ScenarioSettings(null, new Batches(12L), null, null, null, null, null, null),
                ZoneOffset.UTC);
        try (Evaluation evaluation = evaluate(rows, economics, List.of(FEBRUARY))) {
            assertThat(evaluation.comparisons().get(0).cost().assumptions())
                    .containsExactly("batches are taken to finish within 12 hours", "what can wait is declared");
        }
    }

    @Test
    void unitsThatTheScenarioCannotUseAreRefused() {
        assertUnitRefused(
                Units.with("kind", "ptu", "pool", "chat"),
                List.of(),
                "unit 'u' is a ptu, which serves in the scenario provisioned");
        assertUnitRefused(
                Units.with("pool", "chat", "minimum_units", "3", "step_units", "2"),
                List.of(),
                "1 of unit 'u' are not sold; expected at least 3, in steps of 2");
        assertUnitRefused(
                UNIT,
                List.of(
                        new Commitment("a", UNIT, 1, Instant.parse("2026-01-01T00:00:00Z"), null),
                        new Commitment(
                                "b",
                                Units.with("unit", "v", "pool", "chat"),
                                1,
                                Instant.parse("2026-01-01T00:00:00Z"),
                                null)),
                "'a' and 'b' serve the same tokens of pool 'chat' by different units");
    }

    private static void assertUnitRefused(CapacityUnit unit, List<Commitment> commitments, String message) {
        ScenarioSettings dedicated = settings(null, null, units(1), null);
        assertThatThrownBy(() -> new Economics(
                        CARD,
                        List.of(),
                        CHAT,
                        ELIGIBLE,
                        BatchPolicy.NONE,
                        Map.of("u", unit),
                        commitments,
                        dedicated,
                        ZoneOffset.UTC))
                .isInstanceOf(Failure.class)
                .hasMessageContaining(message);
    }

    @Test
    void unitsThatDoNotFitTheJobAreRefused() {
        ScenarioSettings dedicated = settings(null, null, units(1), null);
        assertThatThrownBy(() -> new Economics(
                        CARD,
                        List.of(),
                        CHAT,
                        ELIGIBLE,
                        BatchPolicy.NONE,
                        Map.of(),
                        List.of(),
                        dedicated,
                        ZoneOffset.UTC))
                .isInstanceOf(Failure.class)
                .hasMessageContaining("unknown unit 'u'");
        assertThatThrownBy(() -> economics(CARD, Pools.NONE, dedicated, List.of()))
                .isInstanceOf(Failure.class)
                .hasMessageContaining("pool 'chat', which has no model");
        CapacityUnit euro = Units.read("u,replica,chat,1000,1,0.1,1.25,4,0.8,60,hour,EUR,,standard,,,,,\n");
        assertThatThrownBy(() -> new Economics(
                        CARD,
                        List.of(),
                        CHAT,
                        ELIGIBLE,
                        BatchPolicy.NONE,
                        Map.of("u", euro),
                        List.of(),
                        dedicated,
                        ZoneOffset.UTC))
                .isInstanceOf(Failure.class)
                .hasMessageContaining("priced in EUR, the rates in USD");
    }

    private static Map<String, Long> sums(Dataset<Row> rows, List<String> key) {
        Map<String, Long> sums = new TreeMap<>();
        rows.groupBy(Usage.columns(key))
                .agg(functions.sum("quantity"))
                .collectAsList()
                .forEach(row -> {
                    if (row.getLong(key.size()) != 0) {
                        StringBuilder name = new StringBuilder();
                        for (int i = 0; i < key.size(); i++) {
                            name.append(i == 0 ? "" : " ").append(row.get(i));
                        }
                        sums.put(name.toString(), row.getLong(key.size()));
                    }
                });
        return sums;
    }

    private static Map<String, String> tenantCosts(Evaluation evaluation) {
        Map<String, String> costs = new TreeMap<>();
        for (Row row : evaluation.costs().collectAsList()) {
            String who = row.getAs("row_kind").equals("idle")
                    ? "idle"
                    : row.getAs("tenant") + " " + row.getAs("feature") + " " + row.getAs("model");
            costs.put(row.getAs("scenario") + " " + who, plain(row.getAs("total_cost")));
        }
        return costs;
    }

    private static String plain(BigDecimal amount) {
        if (amount == null) {
            return "null";
        }
        return amount.signum() == 0 ? "0" : amount.stripTrailingZeros().toPlainString();
    }

    private static ScenarioSettings serverlessOnly() {
        return settings(YES, null, null, null);
    }

    private static List<Commitment> commitment() {
        return List.of(new Commitment("c", UNIT, 1, Instant.parse("2026-01-01T00:00:00Z"), null));
    }

    private static RateGrid grid(RateCard card) {
        return RateGrid.of(
                card,
                batchPolicy().changes(),
                Set.of(),
                Instant.parse("2026-01-01T00:00:00Z"),
                Instant.parse("2027-01-01T00:00:00Z"));
    }

    private static BatchPolicy batchPolicy() {
        return BatchPolicy.read(
                "batch.csv",
                ("provider,model,valid_from,valid_to,policy,window_hours,max_requests,max_enqueued_tokens,source,retrieved_at,note\n"
                                + "p,m,2026-01-01,,discounted,,,,,,\n"
                                + "p,n,2026-01-01,2026-02-15,list,,,,,,\n"
                                + "p,n,2026-02-15,,rejected,,,,,,\n")
                        .getBytes(StandardCharsets.UTF_8));
    }

    private static Economics economics(
            RateCard card, Pools pools, ScenarioSettings settings, List<Commitment> commitments) {
        return new Economics(
                card,
                List.of(),
                pools,
                ELIGIBLE,
                batchPolicy(),
                Map.of("u", UNIT),
                commitments,
                settings,
                ZoneOffset.UTC);
    }

    private Dataset<Row> labelled(List<Row> rows, RateCard card, List<Month> months) {
        Policies policies = new Policies(FEEDS, ModelAliases.NONE, FailedCalls.BILLABLE, ZoneOffset.UTC);
        return Usage.labelled(Requests.dataset(session(), rows), policies, grid(card), months);
    }

    private Evaluation evaluate(List<Row> rows, Economics economics, List<Month> months) {
        Dataset<Row> labelled = labelled(rows, economics.rates(), months);
        return Evaluation.of(labelled, labelled, Usage.cells(labelled), economics, grid(economics.rates()), months);
    }

    private static ScenarioSettings settings(
            NoParameters serverless, NoParameters batch, Bought dedicated, NoParameters asRun) {
        return new ScenarioSettings(
                serverless, batch == null ? null : new Batches(null), dedicated, null, null, null, null, asRun);
    }

    private static Bought units(int number) {
        return new Bought(new TreeMap<>(Map.of("u", Number.of(Integer.toString(number)))), null, null, null);
    }
}
