package io.tokenledger.oracle;

import static io.tokenledger.Requests.feed;
import static io.tokenledger.Requests.request;
import static io.tokenledger.oracle.RandomWorld.row;
import static org.assertj.core.api.Assertions.assertThat;

import io.tokenledger.Requests;
import io.tokenledger.SparkTest;
import io.tokenledger.ingest.Feed;
import io.tokenledger.model.Month;
import io.tokenledger.model.ServingMode;
import io.tokenledger.rates.ExchangeRates;
import io.tokenledger.rates.MinimumSpend;
import io.tokenledger.rates.RateCard;
import io.tokenledger.rates.RateGrid;
import io.tokenledger.scenario.BatchPolicy;
import io.tokenledger.scenario.Economics;
import io.tokenledger.scenario.Evaluation;
import io.tokenledger.scenario.ScenarioSettings;
import io.tokenledger.usage.BatchEligibility;
import io.tokenledger.usage.Pools;
import io.tokenledger.usage.Usage;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The job's costs of months in which rates of all kinds meet, against an oracle that prices call by call. */
class RandomMonthsTest extends SparkTest {
    private static final List<String> SCENARIOS = List.of("serverless", "batch", "as-run");
    private static final List<String> CLASSES = List.of(
            "uncached_input",
            "cached_input",
            "cache_write_5m",
            "cache_write_1h",
            "audio_input",
            "output",
            "audio_output");
    private static final List<String> RATE_COLUMNS = List.of(
            "provider",
            "model",
            "service_tier",
            "token_class",
            "prompt_tokens_above",
            "prompt_tokens_from",
            "band_counts",
            "band_charges",
            "days",
            "time_from",
            "time_to",
            "time_zone",
            "volume_tokens_above",
            "valid_from",
            "valid_to",
            "price",
            "percent_of_list",
            "per_tokens",
            "currency",
            "contract",
            "contract_scope");
    private static final Map<String, Long> WEIGHTS = Map.of("live", 1L, "jobs", 1L, "live3", 3L, "jobs3", 3L);

    /** Three months each, in which every kind of rate meets every other. */
    @ParameterizedTest
    @Tag("E1")
    @ValueSource(strings = {"UTC", "America/Los_Angeles", "Pacific/Chatham"})
    void everyCellOfARandomMonthIsTheOraclesToTheLastDigit(String zone) {
        long seed = System.nanoTime();
        System.out.println("RandomMonthsTest: " + zone + ", seed " + seed);
        World world = RandomWorld.of(seed, zone, 3, 400);
        Map<String, String> expected = oracle(world, "2026-06", "2026-07", "2026-08");
        assertThat(expected).as("seed %d", seed).hasSizeGreaterThan(1_000);
        assertThat(differences(expected, job(world, "2026-06", "2026-07", "2026-08")))
                .as("seed %d", seed)
                .isEmpty();
    }

    /**
     * Costs in the comments are in millionths of a dollar (µ): tokens × price per 1,000,000.
     *
     * <p>The list: input 10, and 20 for requests above 1,000 tokens; output 30; reasoning 40; searches 5,000 µ each. As a
     * batch: input 4. The company pays 50 % of list for output and reasoning, and for input 8 up to 2,000 tokens a month,
     * 5 beyond; at least 1 dollar a month.
     */
    @Test
    @Tag("A6")
    void aMonthThatAReaderCanFollow() {
        Map<String, String> list =
                row("model", "m", "valid_from", "2026-01-01", "per_tokens", "1000000", "currency", "USD");
        Map<String, String> corp = row("model", "m", "valid_from", "2026-07-10", "contract", "corp");
        List<Map<String, String>> rates = List.of(
                with(list, "service_tier", "standard", "token_class", "uncached_input", "price", "10"),
                with(
                        list,
                        "service_tier",
                        "standard",
                        "token_class",
                        "uncached_input",
                        "price",
                        "20",
                        "prompt_tokens_above",
                        "1000"),
                with(list, "service_tier", "standard", "token_class", "output", "price", "30"),
                with(list, "service_tier", "standard", "token_class", "reasoning", "price", "40"),
                with(
                        list,
                        "service_tier",
                        "standard",
                        "token_class",
                        "web_searches",
                        "price",
                        "5",
                        "per_tokens",
                        "1000"),
                with(list, "service_tier", "batch", "token_class", "uncached_input", "price", "4"),
                with(
                        corp,
                        "service_tier",
                        "standard",
                        "token_class",
                        "uncached_input",
                        "price",
                        "8",
                        "per_tokens",
                        "1000000",
                        "currency",
                        "USD"),
                with(
                        corp,
                        "service_tier",
                        "standard",
                        "token_class",
                        "uncached_input",
                        "price",
                        "5",
                        "per_tokens",
                        "1000000",
                        "currency",
                        "USD",
                        "volume_tokens_above",
                        "2000"),
                with(corp, "service_tier", "standard", "token_class", "output", "percent_of_list", "50"),
                with(corp, "service_tier", "standard", "token_class", "reasoning", "percent_of_list", "50"),
                with(corp, "service_tier", "standard", "token_class", "web_searches", "percent_of_list", "100"));
        List<Call> calls = List.of(
                // Before the contract. 1,001 × 20 = 20,020 µ; of 10 of output 4 reason: 6 × 30 + 4 × 40 = 340 µ
                call("2026-07-01T00:00:00Z", "a", false, "uncached_input", 1_001, "output", 10, "reasoning_tokens", 4),
                // 1,000 × 10 = 10,000 µ, and two searches: 10,000 µ. As a batch 1,000 × 4 = 4,000 µ and the same
                // searches
                call("2026-07-02T00:00:00Z", "b", true, "uncached_input", 1_000, "web_searches", 2),
                // In the contract a and b send 3,000 together: 2,000 × 8 + 1,000 × 5 = 21,000 µ, 7 each. a: 17,500 µ
                call("2026-07-20T00:00:00Z", "a", false, "uncached_input", 2_500),
                // b: 3,500 µ; 10 × 15 = 150 µ
                call("2026-07-21T00:00:00Z", "b", false, "uncached_input", 500, "output", 10));
        World world = new World(
                "USD",
                ZoneOffset.UTC,
                rates,
                List.of(),
                List.of(row("model", "m", "policy", "discounted", "valid_from", "2026-01-01")),
                List.of(row("contract", "corp", "minimum_monthly", "1", "valid_from", "2026-07-01")),
                Set.of(),
                calls);
        Map<String, String> costs = job(world, "2026-07");
        assertThat(costs).isEqualTo(oracle(world, "2026-07"));
        assertThat(costs)
                .containsEntry("2026-07 serverless a chat m total", "0.037860000000") // 20,020 + 340 + 17,500
                .containsEntry("2026-07 serverless b chat m total", "0.023650000000") // 20,000 + 3,500 + 150
                .containsEntry("2026-07 serverless b chat m fee", "0.010000000000")
                .containsEntry("2026-07 as-run b chat m total", "0.017650000000") // 4,000 + 10,000 + 3,500 + 150
                // Of the minimum of 1 dollar the contract's prices leave all but 21,000 + 150 µ.
                .containsEntry("2026-07 serverless unallocated", "0.978850000000")
                .containsEntry("2026-07 as-run unallocated", "0.978850000000");
    }

    private static Call call(String time, String tenant, boolean batch, Object... counters) {
        Map<String, Long> counts = new TreeMap<>();
        for (int i = 0; i < counters.length; i += 2) {
            counts.put((String) counters[i], ((Number) counters[i + 1]).longValue());
        }
        return new Call(Instant.parse(time), tenant, "chat", "m", "standard", batch, true, 1, counts);
    }

    private static Map<String, String> with(Map<String, String> row, String... columnsAndTexts) {
        Map<String, String> copy = new TreeMap<>(row);
        copy.putAll(row(columnsAndTexts));
        return copy;
    }

    private static List<String> differences(Map<String, String> oracle, Map<String, String> job) {
        return Stream.concat(oracle.keySet().stream(), job.keySet().stream())
                .distinct()
                .filter(key -> !Objects.equals(oracle.get(key), job.get(key)))
                .map(key -> key + ": " + oracle.get(key) + ", but " + job.get(key))
                .toList();
    }

    /** What both sides say, as text: month, scenario, row and figure to its amount. */
    private static Map<String, String> oracle(World world, String... months) {
        Map<String, String> figures = new TreeMap<>();
        for (String month : months) {
            Oracle oracle = new Oracle(world, YearMonth.parse(month));
            for (String scenario : SCENARIOS) {
                Oracle.Answer answer = oracle.answer(scenario);
                answer.rows().forEach((row, costs) -> {
                    String key = month + " " + scenario + " " + row + " ";
                    CLASSES.forEach(c -> figures.put(key + c, costs.rounded(c).toPlainString()));
                    figures.put(key + "fee", costs.rounded("fee").toPlainString());
                    figures.put(key + "priced", costs.priced().toPlainString());
                    figures.put(key + "total", costs.isPriced() ? costs.priced().toPlainString() : "null");
                    figures.put(key + "unpriced", costs.unpricedTokens + " tokens " + costs.unpricedCalls + " calls");
                });
                answer.shortfalls()
                        .forEach((contract, rest) -> figures.merge(
                                month + " " + scenario + " unallocated",
                                rest.toPlainString(),
                                RandomMonthsTest::sorted));
            }
        }
        return figures;
    }

    private Map<String, String> job(World world, String... months) {
        RateCard card = RateCard.read(
                Map.of("rates.csv", table(RATE_COLUMNS, world.rates())),
                world.exchangeRates().isEmpty()
                        ? ExchangeRates.none(world.currency())
                        : ExchangeRates.read(
                                "exchange.csv",
                                table(
                                        List.of("currency", "report_currency", "rate", "valid_from", "valid_to"),
                                        world.exchangeRates()),
                                world.currency()));
        Economics economics = new Economics(
                card,
                MinimumSpend.read(
                        "contracts.csv",
                        table(List.of("contract", "minimum_monthly", "currency", "valid_from"), world.minimums()),
                        card),
                Pools.NONE,
                BatchEligibility.read(
                        "eligibility.csv",
                        ("tenant,feature,environment,note\n"
                                        + world.canWait().stream()
                                                .filter(t -> !t.equals("null"))
                                                .map(t -> t + ",,,\n")
                                                .collect(Collectors.joining()))
                                .getBytes(StandardCharsets.UTF_8)),
                BatchPolicy.read(
                        "batch.csv",
                        table(
                                List.of(
                                        "provider",
                                        "model",
                                        "valid_from",
                                        "valid_to",
                                        "policy",
                                        "window_hours",
                                        "max_requests",
                                        "max_enqueued_tokens",
                                        "source",
                                        "retrieved_at",
                                        "note"),
                                world.batchPolicy())),
                Map.of(),
                List.of(),
                new ScenarioSettings(
                        new ScenarioSettings.NoParameters(),
                        new ScenarioSettings.Batches(null),
                        null,
                        null,
                        null,
                        null,
                        null,
                        new ScenarioSettings.NoParameters()),
                world.zone());
        List<Month> wanted = Stream.of(months).map(Month::parse).toList();
        RateGrid grid = economics.grid(
                wanted.get(0).start(world.zone()), wanted.get(wanted.size() - 1).end(world.zone()));
        Feed[] feeds = WEIGHTS.keySet().stream()
                .sorted()
                .map(name -> feed(
                        name,
                        name.startsWith("jobs") ? ServingMode.BATCH : ServingMode.SERVERLESS,
                        Map.of(),
                        WEIGHTS.get(name)))
                .toArray(Feed[]::new);
        Dataset<Row> labelled = Usage.labelled(
                Requests.dataset(
                        session(),
                        world.calls().stream().map(RandomMonthsTest::ledgerRow).toList()),
                Requests.policies(world.zone(), feeds),
                grid,
                wanted);
        try (Evaluation evaluation =
                Evaluation.of(labelled, labelled, Usage.cells(labelled), economics, grid, wanted)) {
            Map<String, String> figures = new TreeMap<>();
            evaluation.costs().collectAsList().forEach(row -> figures(row, figures));
            return figures;
        }
    }

    private static void figures(Row row, Map<String, String> figures) {
        String scenario = row.getAs("month") + " " + row.getAs("scenario") + " ";
        if (row.getAs("row_kind").equals("unallocated")) {
            figures.merge(scenario + "unallocated", amount(row, "total_cost"), RandomMonthsTest::sorted);
            return;
        }
        String key = scenario + row.getAs("tenant") + " " + row.getAs("feature") + " " + row.getAs("model") + " ";
        CLASSES.forEach(c -> figures.put(key + c, amount(row, c + "_cost")));
        figures.put(key + "fee", amount(row, "fee_cost"));
        figures.put(key + "priced", amount(row, "priced_cost"));
        figures.put(key + "total", row.isNullAt(row.fieldIndex("total_cost")) ? "null" : amount(row, "total_cost"));
        figures.put(
                key + "unpriced",
                row.<Long>getAs("unpriced_tokens") + " tokens " + row.<Long>getAs("unpriced_calls") + " calls");
    }

    private static String amount(Row row, String column) {
        BigDecimal amount = row.getAs(column);
        return amount == null ? "0.000000000000" : amount.toPlainString();
    }

    private static String sorted(String one, String other) {
        return Stream.concat(Arrays.stream(one.split(" ")), Arrays.stream(other.split(" ")))
                .sorted()
                .collect(Collectors.joining(" "));
    }

    private static Row ledgerRow(Call call) {
        List<Object> values = new ArrayList<>(Arrays.asList(
                "feed",
                (call.batch() ? "jobs" : "live") + (call.weight() == 1 ? "" : call.weight()),
                "tenant",
                call.tenant(),
                "feature",
                call.feature(),
                "model",
                call.model(),
                "service_tier",
                call.tier(),
                "status",
                call.succeeded() ? "ok" : "error"));
        call.counters().forEach((column, count) -> values.addAll(List.of(column, count)));
        return request(call.time().toString(), values.toArray());
    }

    private static byte[] table(List<String> columns, List<Map<String, String>> rows) {
        String lines = rows.stream()
                .map(row -> columns.stream().map(column -> text(row, column)).collect(Collectors.joining(",")))
                .collect(Collectors.joining("\n"));
        return (String.join(",", columns) + "\n" + lines + "\n").getBytes(StandardCharsets.UTF_8);
    }

    private static String text(Map<String, String> row, String column) {
        boolean percent = !row.getOrDefault("percent_of_list", "").isEmpty();
        return switch (column) {
            case "provider" -> "p";
            case "report_currency" -> "USD";
            case "currency" -> percent ? "" : row.getOrDefault("currency", "USD");
            default -> row.getOrDefault(column, "");
        };
    }
}
