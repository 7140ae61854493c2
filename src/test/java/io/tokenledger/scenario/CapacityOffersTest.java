package io.tokenledger.scenario;

import static io.tokenledger.model.TokenClass.CACHED_INPUT;
import static io.tokenledger.model.TokenClass.OUTPUT;
import static io.tokenledger.model.TokenClass.UNCACHED_INPUT;
import static io.tokenledger.scenario.Units.tokens;
import static org.assertj.core.api.Assertions.assertThat;

import io.tokenledger.model.Month;
import io.tokenledger.model.TokenClass;
import io.tokenledger.usage.Demand;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What providers sell, by their own figures. */
class CapacityOffersTest {
    private static final Map<String, CapacityUnit> OFFERS = offers();
    private static final Month APRIL = Month.parse("2026-04");

    @ParameterizedTest
    @CsvSource({
        "azure-gpt-5-hour,   ptu,     provisioned",
        "vertex-flash-month, gsu,     provisioned",
        "scale-gpt-5-input,  bundle,  provisioned",
        "llama-70b-2xh100,   replica, dedicated",
        "llama-70b-8xh100,   node,    gpu-cluster"
    })
    void aKindServesInItsScenario(String unit, String kind, String scenario) {
        assertThat(OFFERS.get(unit).kind().label()).isEqualTo(kind);
        assertThat(OFFERS.get(unit).kind().scenario()).isEqualTo(scenario);
    }

    /** The example of Azure's page: 1,000 requests a minute of 100 and 50 tokens need 147.06 PTU, and 150 are sold. */
    @Test
    void azuresExampleNeedsAsManyUnitsAsAzureSays() {
        CapacityUnit unit = OFFERS.get("azure-gpt-5.2-hour");
        Map<TokenClass, Long> minute = tokens(UNCACHED_INPUT, 100_000, OUTPUT, 50_000);
        assertThat(unit.load(minute)).isEqualByComparingTo("147.058823529");
        assertThat(unit.unitsFor(minute, 0)).isEqualTo(150);
        assertThat(unit.sells(150)).isTrue();
        assertThat(unit.sells(147)).isFalse();
    }

    @Test
    void unitsAreSoldFromTheMinimumInSteps() {
        CapacityUnit unit = OFFERS.get("azure-gpt-5-hour");
        assertThat(unit.unitsFor(tokens(), 0)).isZero();
        assertThat(unit.unitsFor(tokens(UNCACHED_INPUT, 1), 0)).isEqualTo(15);
        assertThat(unit.unitsFor(tokens(UNCACHED_INPUT, 15 * 4_750), 0)).isEqualTo(15);
        assertThat(unit.unitsFor(tokens(UNCACHED_INPUT, 15 * 4_750 + 1), 0)).isEqualTo(20);
        assertThat(unit.sells(0)).isFalse();
        assertThat(unit.sells(10)).isFalse();
    }

    @Test
    void cachedInputTakesNoneOfAzuresCapacityButATenthOfVertexes() {
        Map<TokenClass, Long> cached = tokens(CACHED_INPUT, 161_400);
        assertThat(OFFERS.get("azure-gpt-5-hour").load(cached)).isEqualByComparingTo("0");
        assertThat(OFFERS.get("vertex-flash-month").load(cached)).isEqualByComparingTo("0.1");
    }

    /** List prices per 1,000,000 tokens: GPT-5 1.25, Gemini 2.5 Flash 0.30 and Pro 1.25. */
    @ParameterizedTest
    @CsvSource({
        "azure-gpt-5-hour,   1.25, 2.807",
        "vertex-flash-month, 0.30, 1.273",
        "vertex-flash-year,  0.30, 0.943",
        "vertex-pro-month,   1.25, 1.264",
        "vertex-pro-year,    1.25, 0.937"
    })
    void mostUnitsDoNotPayOnPriceEvenAtFullLoad(String unit, BigDecimal listPrice, BigDecimal breakEven) {
        assertThat(breakEvenLoad(unit, APRIL, tokens(UNCACHED_INPUT, 10_000), "0.01", listPrice))
                .isEqualByComparingTo(breakEven);
    }

    /** Pitfall D5: 260 a month break even at 100 % in a month of 730 hours, which is no month. */
    @ParameterizedTest
    @CsvSource({
        "azure-gpt-5-month, 2026-02, 1.086",
        "azure-gpt-5-month, 2026-04, 1.014",
        "azure-gpt-5-month, 2026-05, 0.981",
        "azure-gpt-5-year,  2026-04, 0.862",
        "azure-gpt-5-year,  2026-05, 0.834"
    })
    void aMonthlyPriceBreaksEvenEarlierInALongMonth(String unit, String month, BigDecimal breakEven) {
        CapacityUnit offer = OFFERS.get(unit);
        long fullLoad = 4_750 * Month.parse(month).minutes(ZoneOffset.UTC);
        BigDecimal worth = new BigDecimal(fullLoad).multiply(new BigDecimal("1.25").movePointLeft(6));
        assertThat(plan(offer, Month.parse(month), Map.of())
                        .cost()
                        .divide(BigDecimal.valueOf(15))
                        .divide(worth, 3, RoundingMode.HALF_EVEN))
                .isEqualByComparingTo(breakEven);
    }

    /** Both bundles of GPT-5 break even at 5 / 3 of what they can serve: they are bought for uptime, not for cost. */
    @ParameterizedTest
    @CsvSource({
        "scale-gpt-5-input,    1.25, 1.667",
        "scale-gpt-5-output,   10,   1.667",
        "scale-gpt-4.1-input,  2,    1.273",
        "scale-gpt-4.1-output, 8,    1.250",
        "xai-fast-input,       0.20, 1.102",
        "xai-fast-output,      0.50, 1.111"
    })
    void bundlesBreakEvenSideBySide(String unit, BigDecimal listPrice, BigDecimal breakEven) {
        TokenClass side = unit.endsWith("input") ? UNCACHED_INPUT : OUTPUT;
        assertThat(breakEvenLoad(unit, APRIL, tokens(side, 1_000), "0.001", listPrice))
                .isEqualByComparingTo(breakEven);
    }

    /** Half of the input cached: nothing of the capacity, but a tenth of the list price that it saves. */
    @Test
    void cachedInputMakesAzuresUnitsWorthMore() {
        assertThat(breakEvenLoad(
                        "azure-gpt-5-hour",
                        APRIL,
                        tokens(UNCACHED_INPUT, 10_000, CACHED_INPUT, 10_000),
                        "0.01",
                        new BigDecimal("1.375")))
                .isEqualByComparingTo("2.552");
    }

    @Test
    void aGpuServesAsTheSmallestListedShapeThatHoldsItsRequests() {
        CapacityUnit replica = OFFERS.get("llama-70b-2xh100");
        assertThat(replica.throughputs()).hasSize(2);
        assertThat(fitted(replica, 10, 9_000, 3_000).shape()).isEqualTo(new Throughput.Shape(1_000, 1_000));
        assertThat(fitted(replica, 10, 10_000, 10_000).shape()).isEqualTo(new Throughput.Shape(1_000, 1_000));
        assertThat(fitted(replica, 10, 10_001, 10_000).shape()).isEqualTo(new Throughput.Shape(8_000, 1_000));
        assertThat(fitted(replica, 10, 80_000, 0))
                .isEqualTo(replica.throughputs().get(1));
        assertThat(fitted(replica, 0, 0, 0).shape()).isEqualTo(new Throughput.Shape(1_000, 1_000));
    }

    @Test
    void beyondAllShapesTheLargestIsTakenAndSaysSo() {
        CapacityUnit replica = OFFERS.get("llama-70b-2xh100");
        for (Throughput throughput : List.of(fitted(replica, 1, 8_001, 1), fitted(replica, 1, 1, 1_001))) {
            assertThat(throughput.shape()).isEqualTo(new Throughput.Shape(8_000, 1_000));
            assertThat(throughput.stretched()).isTrue();
        }
        assertThat(fitted(replica, 1, 8_000, 1_000).stretched()).isFalse();
    }

    @Test
    void aUnitWithOneThroughputIsTheSameForAllRequests() {
        CapacityUnit unit = OFFERS.get("azure-gpt-5-hour");
        assertThat(unit.forRequests(1, 1_000_000, 1_000_000)).isSameAs(unit);
    }

    @Test
    void aNodeOfEightGpusServesFourReplicasOfTwo() {
        // At 1k/1k and 80 %: 2,209 × 8 × 60 × 0.8 = 848,256 output tokens a minute, and as many of input.
        CapacityUnit node = OFFERS.get("llama-70b-8xh100").forRequests(1, 1_000, 1_000);
        assertThat(node.load(tokens(UNCACHED_INPUT, 848_256, OUTPUT, 848_256))).isEqualByComparingTo("1");
        assertThat(node.load(tokens(UNCACHED_INPUT, 848_256))).isEqualByComparingTo("1");
        assertThat(OFFERS.get("llama-70b-2xh100")
                        .forRequests(1, 1_000, 1_000)
                        .load(tokens(UNCACHED_INPUT, 848_256, OUTPUT, 1)))
                .isEqualByComparingTo("4");
        // 8 × 5.49 × 720 h
        assertThat(plan(node, APRIL, Map.of()).cost()).isEqualByComparingTo("31622.40");
    }

    private static Throughput fitted(CapacityUnit unit, long requests, long inputTokens, long outputTokens) {
        return unit.forRequests(requests, inputTokens, outputTokens).throughput();
    }

    /** Of a month with one minute of demand, which at list prices is worth {@code millions} × {@code listPrice}. */
    private static BigDecimal breakEvenLoad(
            String unit, Month month, Map<TokenClass, Long> minute, String millions, BigDecimal listPrice) {
        BigDecimal serverless = new BigDecimal(millions).multiply(listPrice);
        CapacityPlan plan = plan(OFFERS.get(unit), month, minute);
        assertThat(plan.overflow()).isEmpty();
        return CapacityReport.of(
                        new Purchase(plan, List.of(), "given", List.of()),
                        cost(month, ScenarioName.DEDICATED, plan.cost(), BigDecimal.ZERO),
                        cost(month, ScenarioName.SERVERLESS, serverless, serverless),
                        ZoneOffset.UTC)
                .breakEvenLoad()
                .setScale(3, RoundingMode.HALF_EVEN);
    }

    private static CapacityPlan plan(CapacityUnit unit, Month month, Map<TokenClass, Long> minute) {
        List<Demand.Minute> demand =
                minute.isEmpty() ? List.of() : List.of(new Demand.Minute(month.start(ZoneOffset.UTC), minute));
        return CapacityPlan.of(unit, unit.minimumUnits(), month, ZoneOffset.UTC, demand);
    }

    private static PoolCost cost(Month month, ScenarioName scenario, BigDecimal total, BigDecimal tokenCost) {
        return new PoolCost(
                month,
                "pool",
                ScenarioKey.of(scenario),
                1,
                0,
                total,
                total,
                tokenCost,
                BigDecimal.ZERO,
                BigDecimal.ZERO,
                BigDecimal.ZERO,
                0,
                null,
                false,
                new TreeSet<>());
    }

    private static Map<String, CapacityUnit> offers() {
        try (InputStream in = CapacityOffersTest.class.getResourceAsStream("/capacity/capacity_units.csv")) {
            return CapacityUnit.read("capacity_units.csv", in.readAllBytes());
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
