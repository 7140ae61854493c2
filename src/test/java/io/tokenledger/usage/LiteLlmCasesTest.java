package io.tokenledger.usage;

import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tokenledger.model.BilledUnit;
import io.tokenledger.model.ServiceTier;
import io.tokenledger.rates.CsvTable;
import io.tokenledger.rates.CsvTable.Line;
import io.tokenledger.rates.ModelKey;
import io.tokenledger.rates.Price;
import io.tokenledger.rates.RateCard;
import io.tokenledger.rates.RateGrid;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * 123 costs that another project's tests expect, priced from their token counts by the rate card: equal to the last
 * digit, or a difference that is named and explained. Where the cases come from is in {@code litellm-cost-oracle/ORIGIN.md}.
 */
class LiteLlmCasesTest {
    private static final String FOLDER = "/litellm-cost-oracle/";
    private static final Instant TIME = Instant.parse("2026-10-01T12:00:00Z");
    private static final RateCard CARD = RateCard.read(Map.of("rates.csv", bytes("rates.csv")));
    private static final RateGrid GRID = RateGrid.of(
            CARD, Map.of(), Set.of(), Instant.parse("2026-10-01T00:00:00Z"), Instant.parse("2026-11-01T00:00:00Z"));
    private static final ModelAliases ALIASES = ModelAliases.read("aliases.csv", bytes("aliases.csv"));

    /** Cases by id to what this tool says of them instead. */
    private static final Map<String, String> EXPLAINED = CsvTable.read(
                    "explained_differences.csv",
                    bytes("explained_differences.csv"),
                    List.of("case_id", "result", "reason"))
            .stream()
            .collect(toMap(line -> line.text("case_id"), line -> line.text("result")));

    /** A request's costs in US dollars; a text instead where there is none. */
    private record Cost(BigDecimal input, BigDecimal output, String none) {
        static Cost none(String why) {
            return new Cost(null, null, why);
        }

        String total() {
            return none != null ? none : plain(input.add(output));
        }
    }

    static List<Line> cases() {
        return CsvTable.read(
                "litellm_cost_cases.csv",
                bytes("litellm_cost_cases.csv"),
                List.of(
                        "case_id",
                        "source_path",
                        "test",
                        "provider",
                        "model",
                        "service_tier",
                        "prompt_tokens",
                        "cached_tokens",
                        "cache_write_tokens",
                        "cache_write_5m_tokens",
                        "cache_write_1h_tokens",
                        "audio_input_tokens",
                        "completion_tokens",
                        "reasoning_tokens",
                        "audio_output_tokens",
                        "other_units",
                        "buckets",
                        "expected_input_usd",
                        "expected_output_usd",
                        "expected_total_usd",
                        "tolerance_usd",
                        "basis",
                        "semantics",
                        "notes"));
    }

    @Test
    void thereAre123CasesAndEveryExplanationIsOfOne() {
        assertThat(cases()).hasSize(123);
        assertThat(cases()).extracting(line -> line.text("case_id")).containsAll(EXPLAINED.keySet());
    }

    @ParameterizedTest
    @Tag("A1")
    @Tag("A6")
    @MethodSource("cases")
    @Tag("A5")
    @Tag("B2")
    @Tag("B3")
    void aCaseCostsWhatItExpectsOrDiffersAsExplained(Line line) {
        Cost cost = cost(line);
        String explained = EXPLAINED.get(line.text("case_id"));
        if (explained == null) {
            assertThat(cost.none()).as("a cost").isNull();
            assertSide(line, "expected_input_usd", cost.input());
            assertSide(line, "expected_output_usd", cost.output());
            assertSide(line, "expected_total_usd", cost.input().add(cost.output()));
        } else {
            assertThat(cost.total()).isEqualTo(explained);
            assertThat(cost.total())
                    .as("an explained difference is one")
                    .isNotEqualTo(Optional.ofNullable(line.textOrNull("expected_total_usd"))
                            .map(text -> plain(new BigDecimal(text)))
                            .orElse(null));
        }
    }

    private static void assertSide(Line line, String column, BigDecimal cost) {
        if (line.textOrNull(column) != null) {
            assertThat(cost).as(column).isEqualByComparingTo(new BigDecimal(line.text(column)));
        }
    }

    private static Cost cost(Line line) {
        ModelKey model = model(line);
        ServiceTier tier = line.textOrNull("service_tier") == null
                ? ServiceTier.STANDARD
                : ServiceTier.of(line.text("service_tier")).orElseThrow();
        Map<BilledUnit, Long> quantities = quantities(line, hasReasoningPrice(model));
        if (quantities.values().stream().anyMatch(quantity -> quantity < 0)) {
            return Cost.none("rejected");
        }
        if (quantities.values().stream().allMatch(quantity -> quantity == 0)
                && json(line, "other_units").size() > 0) {
            boolean searched = json(line, "other_units").has("web_search_sources");
            return searched ? new Cost(BigDecimal.ZERO, BigDecimal.ZERO, null) : Cost.none("not metered");
        }
        long input = number(line, "prompt_tokens");
        long withoutCache = input - number(line, "cached_tokens") - number(line, "cache_write_tokens");
        Map<Boolean, BigDecimal> sides = new java.util.HashMap<>(Map.of(true, BigDecimal.ZERO, false, BigDecimal.ZERO));
        for (Map.Entry<BilledUnit, Long> unit : quantities.entrySet()) {
            if (unit.getValue() > 0) {
                Optional<BigDecimal> cost = cost(model, tier, unit.getKey(), unit.getValue(), input, withoutCache);
                if (cost.isEmpty()) {
                    return Cost.none("unpriced");
                }
                sides.merge(isInput(line, unit.getKey()), cost.get(), BigDecimal::add);
            }
        }
        return new Cost(sides.get(true), sides.get(false), null);
    }

    /** Empty where any of it has no price. */
    private static Optional<BigDecimal> cost(
            ModelKey model, ServiceTier tier, BilledUnit unit, long quantity, long input, long withoutCache) {
        BigDecimal cost = BigDecimal.ZERO;
        List<RateGrid.Cell> cells = GRID.cellsOf(model, TIME, input, withoutCache);
        for (RateGrid.Cell cell : cells) {
            long inCell = Math.max(0, Math.min(quantity, GRID.classUpTo(cell)) - cell.classAbove());
            if (inCell == 0) {
                continue;
            }
            List<Price> prices = CARD.prices(model, tier, unit, cell.situation(), null);
            if (prices.isEmpty()) {
                return Optional.empty();
            }
            cost = cost.add(prices.get(0).perToken().multiply(BigDecimal.valueOf(inCell)));
        }
        return cells.isEmpty() ? Optional.empty() : Optional.of(cost);
    }

    /** The name under which the card knows a case's model: rates of its own, an alias, or the name itself. */
    private static ModelKey model(Line line) {
        ModelKey named = ModelKey.of(line);
        ModelKey own = new ModelKey(named.provider(), named.model() + " of " + line.text("case_id"));
        return GRID.has(own)
                ? own
                : new ModelKey(named.provider(), ALIASES.models().getOrDefault(named, named.model()));
    }

    private static boolean hasReasoningPrice(ModelKey model) {
        return CARD.rates().stream()
                .anyMatch(rate -> rate.model().equals(model) && rate.unit() == BilledUnit.REASONING);
    }

    /**
     * The disjoint units of a case. {@code prompt_tokens} is all input; a cache write without its split is one of five
     * minutes, as is what the split leaves; xAI and Perplexity count reasoning on top of the completion.
     */
    private static Map<BilledUnit, Long> quantities(Line line, boolean reasoningApart) {
        Map<BilledUnit, Long> units = new EnumMap<>(BilledUnit.class);
        JsonNode other = json(line, "other_units");
        units.put(
                BilledUnit.WEB_SEARCHES,
                Stream.of("search_queries", "web_search_sources", "web_search_requests")
                        .mapToLong(name -> other.path(name).asLong())
                        .sum());
        if (line.textOrNull("semantics") != null && line.text("semantics").contains("tokens not counted")) {
            return units;
        }
        long writes = number(line, "cache_write_tokens");
        long writesOfAnHour = number(line, "cache_write_1h_tokens");
        long reasoning = number(line, "reasoning_tokens");
        long output = number(line, "completion_tokens");
        if (List.of("xai", "perplexity").contains(line.text("provider"))) {
            output += reasoning;
        }
        units.put(
                BilledUnit.UNCACHED_INPUT,
                number(line, "prompt_tokens")
                        - number(line, "cached_tokens")
                        - writes
                        - number(line, "audio_input_tokens"));
        units.put(BilledUnit.CACHED_INPUT, number(line, "cached_tokens"));
        units.put(BilledUnit.CACHE_WRITE_5M, writes - writesOfAnHour);
        units.put(BilledUnit.CACHE_WRITE_1H, writesOfAnHour);
        units.put(BilledUnit.AUDIO_INPUT, number(line, "audio_input_tokens"));
        units.put(BilledUnit.AUDIO_OUTPUT, number(line, "audio_output_tokens"));
        units.put(BilledUnit.REASONING, reasoningApart ? reasoning : 0);
        units.put(BilledUnit.OUTPUT, output - number(line, "audio_output_tokens") - (reasoningApart ? reasoning : 0));
        return units;
    }

    /** Fees stand on the side on which the case has them. */
    private static boolean isInput(Line line, BilledUnit unit) {
        if (!unit.isFee()) {
            return unit.label().contains("input") || unit.label().contains("cache");
        }
        for (JsonNode bucket : json(line, "buckets")) {
            if (bucket.path("bucket").asText().matches("search.*|web_search.*|grounding.*")) {
                return bucket.path("side").asText().equals("input");
            }
        }
        throw new IllegalStateException("No fee in the buckets of " + line);
    }

    private static long number(Line line, String column) {
        return Optional.ofNullable(line.countOrNull(column)).orElse(0L);
    }

    private static JsonNode json(Line line, String column) {
        try {
            return new ObjectMapper()
                    .readTree(Optional.ofNullable(line.textOrNull(column)).orElse("{}"));
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String plain(BigDecimal amount) {
        return amount.signum() == 0 ? "0" : amount.stripTrailingZeros().toPlainString();
    }

    private static byte[] bytes(String file) {
        try (InputStream stream = LiteLlmCasesTest.class.getResourceAsStream(FOLDER + file)) {
            return stream.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
