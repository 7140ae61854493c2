package io.tokenledger.usage;

import static io.tokenledger.Requests.dataset;
import static io.tokenledger.Requests.feed;
import static io.tokenledger.Requests.policies;
import static io.tokenledger.Requests.request;
import static org.apache.spark.sql.functions.col;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tokenledger.Requests;
import io.tokenledger.SparkTest;
import io.tokenledger.ingest.Feed;
import io.tokenledger.model.BilledUnit;
import io.tokenledger.model.Month;
import io.tokenledger.model.ServingMode;
import io.tokenledger.model.TokenClass;
import io.tokenledger.model.TokenClass.Direction;
import io.tokenledger.rates.ModelKey;
import io.tokenledger.rates.RateGrid;
import io.tokenledger.rates.RateTables;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class UsageTest extends SparkTest {
    private static final Feed LIVE = feed("live", ServingMode.SERVERLESS);
    private static final List<Month> JULY = List.of(Month.parse("2026-07"));
    private static final RateGrid GRID = RateGrid.of(
            RateTables.card(
                    "p m standard uncached_input 0 2026-01-01 2026-07-10T12:00:00Z 1",
                    "p m standard uncached_input 0 2026-07-10T12:00:00Z - 2",
                    "p m standard uncached_input 1000 2026-01-01 - 3",
                    "p fixed standard output 0 2026-01-01 - 1"),
            Map.of(),
            Set.of(),
            Instant.parse("2025-12-01T00:00:00Z"),
            Instant.parse("2027-02-01T00:00:00Z"));

    @Test
    void whatTheLogDidNotReportStaysNullAndWhatItReportedAsZeroStaysZero() {
        List<Row> rows = List.of(
                request("2026-07-01T00:00:00Z", "tenant", "null", "uncached_input", 5),
                request("2026-07-01T00:00:00Z", "tenant", "zero", "uncached_input", 5, "cached_input", 0),
                request("2026-07-01T00:00:00Z", "tenant", "mixed", "uncached_input", 5),
                request(
                        "2026-07-01T00:00:00Z",
                        "tenant",
                        "mixed",
                        "uncached_input",
                        7,
                        "cached_input",
                        0,
                        "output",
                        0));
        assertThat(strings(cells(rows, LIVE)
                        .orderBy("tenant")
                        .select("tenant", "uncached_input", "cached_input", "output", "reasoning_tokens")))
                .containsExactly("mixed 12 0 0 null", "null 5 null null null", "zero 5 0 null null");
    }

    @Test
    @Tag("A10")
    void aTotalIsNullOnlyWhereNoneOfItsClassesWasReported() {
        List<Row> rows = List.of(
                request("2026-07-01T00:00:00Z", "tenant", "a", "uncached_input", 5, "cached_input", 2),
                request("2026-07-01T00:00:00Z", "tenant", "b", "output", 0, "audio_output", 3),
                request("2026-07-01T00:00:00Z", "tenant", "c"));
        assertThat(strings(cells(rows, LIVE)
                        .orderBy("tenant")
                        .select(col("tenant"), Usage.total(Direction.INPUT), Usage.total(Direction.OUTPUT))))
                .containsExactly("a 7 null", "b null 3", "c null null");
    }

    @Test
    void aLineThatStandsForSeveralRequestsWeighsAsMany() {
        Feed sampled = feed("sampled", ServingMode.SERVERLESS, Map.of(), 100);
        List<Row> rows = List.of(
                request("2026-07-01T00:00:00Z", "feed", "sampled", "uncached_input", 5, "unclassified_tokens", 1),
                request("2026-07-01T00:00:00Z", "feed", "sampled", "status", "error", "operation_id", "o"),
                request("2026-07-01T00:00:00Z", "uncached_input", 5, "reasoning_tokens", 3));
        assertThat(strings(cells(rows, LIVE, sampled)
                        .orderBy("sampled")
                        .select(
                                "sampled",
                                "requests",
                                "failed_requests",
                                "usage_missing_requests",
                                "requests_without_operation",
                                "uncached_input",
                                "unclassified_tokens",
                                "reasoning_tokens")))
                .containsExactly("false 1 0 0 1 5 null 3", "true 200 100 0 100 500 100 null");
    }

    @Test
    void theBandIsThatOfTheRequestNotOfItsSampledMultiple() {
        Feed sampled = feed("sampled", ServingMode.SERVERLESS, Map.of(), 100);
        assertThat(strings(cells(
                                        List.of(request(
                                                "2026-07-01T00:00:00Z", "feed", "sampled", "uncached_input", 500)),
                                        sampled)
                                .select("cell", "uncached_input"))
                        .stream()
                        .map(UsageTest::named))
                .containsExactly("2026-01-01T00:00:00Z 0 50000");
    }

    @Test
    void aSuccessfulCallWithoutUsageIsCountedAndAFailedOneIsNotMissingAny() {
        List<Row> rows = List.of(
                request("2026-07-01T00:00:00Z"),
                request("2026-07-01T00:00:00Z", "status", "error"),
                request("2026-07-01T00:00:00Z", "output", 0));
        assertThat(strings(cells(rows, LIVE).select("requests", "failed_requests", "usage_missing_requests")))
                .containsExactly("3 1 1");
    }

    @Test
    @Tag("B3")
    @Tag("B4")
    void anAliasIsReplacedUnlessTheNameHasRatesOfItsOwn() {
        ModelAliases aliases = ModelAliases.read(
                "aliases.csv",
                "provider,alias,model,note\np,endpoint-7,m,\np,m,fixed,\nq,endpoint-7,other,\n"
                        .getBytes(StandardCharsets.UTF_8));
        Policies policies = new Policies(List.of(LIVE), aliases, FailedCalls.BILLABLE, ZoneOffset.UTC);
        List<Row> rows = List.of(
                request("2026-07-01T00:00:00Z", "tenant", "1", "model", "endpoint-7"),
                request("2026-07-01T00:00:00Z", "tenant", "2", "model", "m"),
                request("2026-07-01T00:00:00Z", "tenant", "3", "model", "Endpoint-7"),
                request("2026-07-01T00:00:00Z", "tenant", "4", "model", "endpoint-7", "provider", "q"),
                request("2026-07-01T00:00:00Z", "tenant", "5", "model", null, "status", "error"));
        Dataset<Row> labelled = Usage.labelled(dataset(session(), rows), policies, GRID, JULY);
        assertThat(strings(labelled.orderBy("tenant")
                        .select(col("model"), col("cell").isNotNull())))
                .containsExactly("m true", "m true", "Endpoint-7 false", "other false", "null false");
    }

    @Test
    void aRequestOfAFeedThatTheJobDoesNotNameStopsTheRun() {
        Dataset<Row> labelled = labelled(List.of(request("2026-07-01T00:00:00Z", "feed", "lost")), LIVE);
        assertThatThrownBy(labelled::collectAsList).hasMessageContaining("No feed of the job is named lost");
        assertThatThrownBy(() -> Usage.cells(labelled).collectAsList())
                .hasMessageContaining("No feed of the job is named lost");
    }

    @Test
    @Tag("D2")
    @Tag("D3")
    void aRequestBelongsToTheMonthOfItsStartInTheBillingZone() {
        List<String> edges = List.of(
                "2026-06-30T23:59:59.999999Z",
                "2026-07-01T00:00:00Z",
                "2026-07-31T23:59:59.999999Z",
                "2026-08-01T00:00:00Z",
                "2026-07-01T06:59:59.999999Z",
                "2026-07-01T07:00:00Z",
                "2026-08-01T06:59:59.999999Z",
                "2026-08-01T07:00:00Z",
                "2026-06-30T18:29:59.999999Z",
                "2026-06-30T18:30:00Z",
                "2026-06-30T11:14:59.999999Z",
                "2026-06-30T11:15:00Z",
                "2026-07-31T11:14:59.999999Z",
                "2026-07-31T11:15:00Z");
        List<Row> rows = edges.stream().map(t -> request(t, "tenant", t)).toList();
        for (String name : List.of("UTC", "America/Los_Angeles", "Asia/Kolkata", "Pacific/Chatham")) {
            ZoneId zone = ZoneId.of(name);
            List<String> inside = edges.stream()
                    .filter(t -> Month.at(Instant.parse(t), zone).equals(JULY.get(0)))
                    .sorted()
                    .toList();
            Dataset<Row> labelled = Usage.labelled(dataset(session(), rows), policies(zone, LIVE), GRID, JULY);
            assertThat(strings(labelled.orderBy("tenant").select("month", "tenant")))
                    .as(name)
                    .isEqualTo(inside.stream().map(t -> "2026-07 " + t).toList());
        }
    }

    @Test
    @Tag("D1")
    void theSumOverAllMonthsIsTheSameInEveryZone() {
        long seed = System.nanoTime();
        System.out.println("UsageTest: months, seed " + seed);
        Random random = new Random(seed);
        List<Row> rows = new ArrayList<>();
        long total = 0;
        for (int i = 0; i < 100; i++) {
            int tokens = random.nextInt(1_000);
            total += tokens;
            rows.add(request(
                    Instant.parse("2026-02-20T00:00:00Z")
                            .plusSeconds(random.nextInt(60 * 86_400))
                            .toString(),
                    "uncached_input",
                    tokens));
        }
        List<Month> months = Stream.of("2026-01", "2026-02", "2026-03", "2026-04", "2026-05")
                .map(Month::parse)
                .toList();
        for (String zone : List.of("UTC", "America/Los_Angeles", "Asia/Kolkata", "Pacific/Chatham")) {
            List<Row> cells = Usage.cells(
                            Usage.labelled(dataset(session(), rows), policies(ZoneId.of(zone), LIVE), GRID, months))
                    .collectAsList();
            assertThat(List.of(sum(cells, "uncached_input"), sum(cells, "requests")))
                    .as("seed %d %s", seed, zone)
                    .containsExactly(total, 100L);
        }
    }

    @Test
    void aMonthBetweenTheWantedOnesIsLeftOut() {
        List<Row> rows = List.of(
                request("2026-06-15T00:00:00Z"), request("2026-07-15T00:00:00Z"), request("2026-08-15T00:00:00Z"));
        assertThat(strings(Usage.labelled(
                                dataset(session(), rows),
                                policies(ZoneOffset.UTC, LIVE),
                                GRID,
                                List.of(Month.parse("2026-06"), Month.parse("2026-08")))
                        .orderBy("month")
                        .select("month")))
                .containsExactly("2026-06", "2026-08");
        assertThat(Usage.labelled(dataset(session(), rows), policies(ZoneOffset.UTC, LIVE), GRID, List.of())
                        .count())
                .isZero();
    }

    @Test
    void aRateChangeAtAnInstantAndAPromptBandCutTheCells() {
        List<Row> rows = List.of(
                request("2026-07-10T11:59:59.999999Z", "uncached_input", 1_000),
                request("2026-07-10T12:00:00Z", "uncached_input", 400, "cached_input", 600),
                request("2026-07-10T12:00:00Z", "uncached_input", 400, "cached_input", 601),
                request("2026-07-10T12:00:01Z", "uncached_input", 999, "cache_write_5m", 2),
                request("2026-07-10T11:00:00Z", "output", 5_000));
        assertThat(strings(cells(rows, LIVE).orderBy("cell").select("cell", "requests", "uncached_input")).stream()
                        .map(UsageTest::named))
                .containsExactly(
                        "2026-01-01T00:00:00Z 0 2 1000",
                        "2026-07-10T12:00:00Z 0 1 400",
                        "2026-07-10T12:00:00Z 1000 2 1399");
    }

    /** A row that begins with a cell, with what the cell is instead of its number. */
    private static String named(String row) {
        RateGrid.Cell cell = GRID.cell(Integer.parseInt(row.substring(0, row.indexOf(' '))));
        return cell.from() + " " + cell.inputAbove() + row.substring(row.indexOf(' '));
    }

    @Test
    @Tag("B11")
    void theLogsTierBecomesAPriceList() {
        Feed jobs = feed("jobs", ServingMode.BATCH);
        List<Row> rows = new ArrayList<>();
        for (String tier : Arrays.asList(
                null,
                "",
                "auto",
                "default",
                "Default",
                "standard",
                "priority",
                "fast",
                "flex",
                "scale",
                "ON_DEMAND",
                "ON_DEMAND_PRIORITY",
                "ON_DEMAND_FLEX",
                "PROVISIONED_THROUGHPUT")) {
            rows.add(request("2026-07-01T00:00:00Z", "tenant", String.valueOf(tier), "service_tier", tier));
        }
        rows.add(request("2026-07-01T00:00:00Z", "tenant", "job", "feed", "jobs", "service_tier", "default"));
        assertThat(strings(labelled(rows, LIVE, jobs).orderBy("tenant").select("tenant", "service_tier")))
                .containsExactlyInAnyOrder(
                        "null standard",
                        " standard",
                        "auto standard",
                        "default standard",
                        "Default standard",
                        "standard standard",
                        "priority priority",
                        "fast priority",
                        "flex flex",
                        "scale scale",
                        "ON_DEMAND standard",
                        "ON_DEMAND_PRIORITY priority",
                        "ON_DEMAND_FLEX flex",
                        "PROVISIONED_THROUGHPUT provisioned_throughput",
                        "job batch");
    }

    @Test
    void aDeploymentMayRunInAnotherModeThanItsFeed() {
        Feed mixed = feed(
                "live",
                ServingMode.SERVERLESS,
                Map.of("ptu", ServingMode.PROVISIONED, "own", ServingMode.SELF_HOSTED),
                1);
        List<Row> rows = List.of(
                request("2026-07-01T00:00:00Z", "tenant", "1", "deployment", "ptu"),
                request("2026-07-01T00:00:00Z", "tenant", "2", "deployment", "own"),
                request("2026-07-01T00:00:00Z", "tenant", "3", "deployment", "PTU"),
                request("2026-07-01T00:00:00Z", "tenant", "4"));
        assertThat(strings(labelled(rows, mixed).orderBy("tenant").select("serving_mode")))
                .containsExactly("provisioned", "self-hosted", "serverless", "serverless");
    }

    @Test
    void whatAGatewayAnsweredItselfIsNotBillable() {
        Feed cache = feed("cache", ServingMode.GATEWAY_CACHE);
        List<Row> rows = List.of(
                request("2026-07-01T00:00:00Z", "tenant", "1", "feed", "cache"),
                request("2026-07-01T00:00:00Z", "tenant", "2"),
                request("2026-07-01T00:00:00Z", "tenant", "3", "serving_mode", "gateway-cache"));
        assertThat(strings(labelled(rows, cache, LIVE).orderBy("tenant").select("serving_mode", "billable")))
                .containsExactly("gateway-cache false", "serverless true", "gateway-cache false");
    }

    @Test
    void failedCallsAreBillableByPolicy() {
        List<Row> rows = List.of(
                request("2026-07-01T00:00:00Z", "tenant", "1", "status", "error", "uncached_input", 9),
                request("2026-07-01T00:00:00Z", "tenant", "2"));
        for (FailedCalls policy : FailedCalls.values()) {
            Policies policies = new Policies(List.of(LIVE), ModelAliases.NONE, policy, ZoneOffset.UTC);
            assertThat(strings(Usage.labelled(dataset(session(), rows), policies, GRID, JULY)
                            .orderBy("tenant")
                            .select("billable")))
                    .containsExactly(policy == FailedCalls.BILLABLE ? "true" : "false", "true");
        }
    }

    @Test
    void anEmptyCellOfTheEligibilityMeansAnyAlsoWhereTheLogSaysNothing() {
        BatchEligibility eligibility = BatchEligibility.read(
                "eligibility.csv",
                "tenant,feature,environment,note\nacme,,,\n,nightly,,\nzeta,report,dev,\n"
                        .getBytes(StandardCharsets.UTF_8));
        assertThat(eligibility.canWait("acme", null, null)).isTrue();
        assertThat(eligibility.canWait("acme", "chat", "prod")).isTrue();
        assertThat(eligibility.canWait(null, "nightly", null)).isTrue();
        assertThat(eligibility.canWait("zeta", "report", "dev")).isTrue();
        assertThat(eligibility.canWait("zeta", "report", null)).isFalse();
        assertThat(eligibility.canWait("zeta", "report", "prod")).isFalse();
        assertThat(eligibility.canWait("Acme", "chat", null)).isFalse();
        assertThat(eligibility.canWait(null, null, null)).isFalse();
        assertThat(BatchEligibility.NONE.canWait("acme", "nightly", "dev")).isFalse();

        List<Row> rows = List.of(
                request("2026-07-01T00:00:00Z", "tenant", "acme"),
                request("2026-07-01T00:00:00Z", "tenant", "zeta"),
                request("2026-07-01T00:00:00Z", "tenant", null, "feature", "nightly"));
        assertThat(strings(cells(rows, LIVE).orderBy("tenant").select(eligibility.canWait())))
                .containsExactly("true", "true", "false");
    }

    @Test
    @Tag("A9")
    void attemptsOfOneOperationAreOneAndARequestWithoutAnIdIsOne() {
        Feed sampled = feed("sampled", ServingMode.SERVERLESS, Map.of(), 10);
        List<Row> rows = List.of(
                request("2026-07-01T00:00:00Z", "tenant", "a", "operation_id", "o1", "status", "error"),
                request("2026-07-01T00:00:01Z", "tenant", "a", "operation_id", "o1", "feature", "other"),
                request("2026-07-01T00:00:02Z", "tenant", "a", "operation_id", "o2"),
                request("2026-07-01T00:00:03Z", "tenant", "a"),
                request("2026-07-01T00:00:04Z", "tenant", "a"),
                request("2026-07-01T00:00:05Z", "tenant", "b", "operation_id", "o1"),
                request("2026-07-01T00:00:06Z", "feed", "sampled", "operation_id", "o9"),
                request("2026-07-01T00:00:07Z", "feed", "sampled"));
        Dataset<Row> labelled = labelled(rows, LIVE, sampled);
        assertThat(strings(Usage.operations(labelled, Usage.cells(labelled))
                        .orderBy("tenant")
                        .select("month", "tenant", "provider", "model", "operations")))
                .containsExactly("2026-07 null p m 20", "2026-07 a p m 4", "2026-07 b p m 1");
    }

    @Test
    void oneRowPerTokenClassThatHasTokens() {
        List<Row> rows = List.of(
                request(
                        "2026-07-01T00:00:00Z",
                        "tenant",
                        "a",
                        "uncached_input",
                        5,
                        "cached_input",
                        0,
                        "audio_output",
                        3),
                request("2026-07-01T00:00:00Z", "tenant", "b", "reasoning_tokens", 3));
        Dataset<Row> perClass = Usage.byUnit(cells(rows, LIVE), List.of(BilledUnit.values()));
        assertThat(strings(perClass.orderBy("billed_unit").select("tenant", "billed_unit", "quantity")))
                .containsExactly("a audio_output 3", "b reasoning 3", "a requests 1", "a uncached_input 5");
        assertThat(perClass.columns())
                .contains("month", "requests", "first_seen")
                .doesNotContain("output");
    }

    @Test
    void cellsDoNotDependOnPartitionsOrOrderAndAddUpToTheRequests() {
        long seed = System.nanoTime();
        System.out.println("UsageTest: cells, seed " + seed);
        Random random = new Random(seed);
        List<Row> rows = new ArrayList<>();
        long[] sums = new long[TokenClass.values().length];
        for (int i = 0; i < 150; i++) {
            List<Object> values = new ArrayList<>(List.of("tenant", "t" + random.nextInt(3)));
            for (TokenClass tokenClass : TokenClass.values()) {
                if (random.nextBoolean()) {
                    int tokens = random.nextInt(800);
                    values.addAll(List.of(tokenClass.column(), tokens));
                    sums[tokenClass.ordinal()] += tokens;
                }
            }
            rows.add(request(
                    Instant.parse("2026-07-10T00:00:00Z")
                            .plusSeconds(random.nextInt(86_400))
                            .toString(),
                    values.toArray()));
        }
        List<Row> once =
                Usage.cells(labelled(dataset(session(), rows).coalesce(1))).collectAsList();
        Collections.shuffle(rows, random);
        List<Row> again =
                Usage.cells(labelled(dataset(session(), rows).repartition(7))).collectAsList();
        assertThat(again).as("seed %d", seed).containsExactlyInAnyOrderElementsOf(once);
        assertThat(TokenClass.columns().stream().map(c -> sum(once, c)))
                .as("seed %d", seed)
                .containsExactlyElementsOf(Arrays.stream(sums).boxed().toList());
    }

    @Test
    void aModelOutsideEveryPoolIsAPoolOfItsOwn() {
        Pools pools = new Pools(Map.of(new ModelKey("p", "m"), "chat", new ModelKey("q", "m"), "chat"));
        List<Row> rows = List.of(
                request("2026-07-01T00:00:00Z", "tenant", "1"),
                request("2026-07-01T00:00:00Z", "tenant", "2", "provider", "q"),
                request("2026-07-01T00:00:00Z", "tenant", "3", "model", "n"),
                request("2026-07-01T00:00:00Z", "tenant", "4", "model", "M"));
        assertThat(strings(
                        pools.withPool(labelled(rows, LIVE)).orderBy("tenant").select("pool")))
                .containsExactly("chat", "chat", "p/n", "p/M");
        assertThat(pools.names()).containsExactly("chat");
    }

    @Test
    void aRequestThatNamesNoModelIsInAPoolNamedAfterItsProvider() {
        List<Row> rows = List.of(request("2026-07-01T00:00:00Z", "model", null, "status", "error"));
        assertThat(strings(Pools.NONE.withPool(labelled(rows, LIVE)).select("pool")))
                .containsExactly("p");
    }

    @Test
    void aModelInTwoPoolsAndAnAliasDeclaredTwiceAreRefused() {
        assertThatThrownBy(() ->
                        Pools.read("pools.csv", "pool,provider,model\na,p,m\nb,p,m\n".getBytes(StandardCharsets.UTF_8)))
                .hasMessageContaining("model is 'm'; expected each model in one pool");
        assertThatThrownBy(() -> ModelAliases.read(
                        "aliases.csv", "provider,alias,model,note\np,x,m,\np,x,n,\n".getBytes(StandardCharsets.UTF_8)))
                .hasMessageContaining("alias is 'x'; expected each alias once");
    }

    @Test
    void demandIsSummedPerPoolAndMinuteFromBillableRequestsOnly() {
        Pools pools = new Pools(Map.of(new ModelKey("p", "m"), "chat", new ModelKey("p", "fixed"), "chat"));
        Feed cache = feed("cache", ServingMode.GATEWAY_CACHE);
        Feed sampled = feed("sampled", ServingMode.SERVERLESS, Map.of(), 10);
        List<Row> rows = List.of(
                request("2026-07-01T00:01:59.999999Z", "uncached_input", 5, "output", 0),
                request("2026-07-01T00:01:00Z", "model", "fixed", "uncached_input", 7, "cached_input", 2),
                request("2026-07-01T00:02:00Z", "feed", "sampled", "output", 3),
                request("2026-07-01T00:02:00Z", "feed", "cache", "output", 1_000),
                request("2026-07-01T00:02:00Z", "model", "elsewhere", "output", 1_000),
                request("2026-07-01T00:02:59Z", "feature", "bulk", "output", 4),
                request("2026-07-01T00:00:30Z"));
        Dataset<Row> demand = Demand.perMinute(
                labelled(rows, LIVE, cache, sampled),
                pools,
                List.of("chat"),
                new BatchEligibility(Set.of(new BatchEligibility.Work(null, "bulk", null))),
                List.of(col("model")));
        assertThat(strings(demand.orderBy("minute", "model", "can_wait")
                        .select(
                                col("pool"),
                                col("minute").cast("string"),
                                col("can_wait"),
                                col("model"),
                                col("requests"),
                                col("uncached_input"),
                                col("cached_input"),
                                col("output"))))
                .containsExactly(
                        "chat 2026-07-01 00:00:00 false m 1 null null null",
                        "chat 2026-07-01 00:01:00 false fixed 1 7 2 null",
                        "chat 2026-07-01 00:01:00 false m 1 5 null 0",
                        "chat 2026-07-01 00:02:00 false m 10 null null 30",
                        "chat 2026-07-01 00:02:00 true m 1 null null 4");
    }

    private Dataset<Row> labelled(List<Row> rows, Feed... feeds) {
        return Usage.labelled(dataset(session(), rows), policies(ZoneOffset.UTC, feeds), GRID, JULY);
    }

    private static Dataset<Row> labelled(Dataset<Row> requests) {
        return Usage.labelled(requests, Requests.policies(ZoneOffset.UTC, LIVE), GRID, JULY);
    }

    private Dataset<Row> cells(List<Row> rows, Feed... feeds) {
        return Usage.cells(labelled(rows, feeds));
    }

    private static long sum(List<Row> rows, String column) {
        return rows.stream()
                .mapToLong(row -> row.isNullAt(row.fieldIndex(column)) ? 0 : row.getAs(column))
                .sum();
    }

    private static List<String> strings(Dataset<Row> rows) {
        Collection<Row> collected = rows.collectAsList();
        return collected.stream().map(row -> row.mkString(" ")).toList();
    }
}
