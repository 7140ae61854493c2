package io.tokenledger.scenario;

import static io.tokenledger.model.TokenClass.OUTPUT;
import static io.tokenledger.model.TokenClass.UNCACHED_INPUT;
import static org.assertj.core.api.Assertions.assertThat;

import io.tokenledger.model.Month;
import io.tokenledger.model.TokenClass;
import io.tokenledger.scenario.BreakEvenPoint.Kind;
import io.tokenledger.usage.BatchEligibility;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A unit serves 800 weighted tokens a minute (input 1, output 4) and costs 60 × 672 h = 40,320 in February. */
class BreakEvenTest {
    private static final Month FEBRUARY = Month.parse("2026-02");
    private static final Instant START = Instant.parse("2026-02-01T00:00:00Z");
    private static final CapacityUnit UNIT = Units.unit("pool", "60", "hour");
    private static final ScenarioKey DEDICATED = new ScenarioKey(ScenarioName.DEDICATED, "given");
    private static final ScenarioKey SERVERLESS = ScenarioKey.of(ScenarioName.SERVERLESS);
    private static final ScenarioKey BATCH = ScenarioKey.of(ScenarioName.BATCH);

    /** 10,080 minutes of 400 tokens at 0.02: half of a unit, worth 80,640. */
    private static final PoolDemand HALF = new PoolDemand(IntStream.range(0, 10_080)
            .mapToObj(i -> minute(i, Map.of(UNCACHED_INPUT, 400L), Map.of(UNCACHED_INPUT, new BigDecimal("8"))))
            .toList());

    @Test
    void aUnitPaysFromTheVolumeThatRepaysItAndOverflowsAboveItsCapacity() {
        List<BreakEvenPoint> points =
                points(HALF, purchase(UNIT, 1, HALF), cost(SERVERLESS, "80640"), cost(DEDICATED, "40320"));
        assertThat(points.stream().filter(p -> p.kind() == Kind.CURVE)).hasSize(48);
        assertThat(total(points, SERVERLESS, "0.10")).isEqualByComparingTo("8064");
        assertThat(total(points, DEDICATED, "0.10")).isEqualByComparingTo("40320");
        assertThat(total(points, DEDICATED, "1")).isEqualByComparingTo("40320");
        // Full at a volume of 2: of 5 units' load 4 overflow, 645,120 of 806,400.
        assertThat(total(points, SERVERLESS, "10")).isEqualByComparingTo("806400");
        assertThat(total(points, DEDICATED, "10")).isEqualByComparingTo("685440");
        assertThat(crossings(points)).containsExactly("serverless below 0.5 dedicated (given) above at 40320");
        BreakEvenPoint least = points.get(0);
        assertThat(least.tokens()).as("0.1 × 4,032,001 in whole tokens").isEqualTo(403_200);
        assertThat(least.assumptions()).containsExactly("every minute has the same multiple of its tokens");
    }

    @Test
    void whatNoUnitServesGrowsWithTheVolume() {
        List<BreakEvenPoint> points =
                points(HALF, purchase(UNIT, 1, HALF), cost(SERVERLESS, "81640"), cost(DEDICATED, "41320"));
        assertThat(total(points, DEDICATED, "0.10")).isEqualByComparingTo("40420");
        assertThat(total(points, DEDICATED, "10")).isEqualByComparingTo("695440");
        assertThat(crossings(points)).containsExactly("serverless below 0.5 dedicated (given) above at 40820");
    }

    @Test
    void everyPairOfScenariosMeetsWhereItsCheaperOneChanges() {
        // Batch at 60,480: as dear as the unit at 0.666667. Beyond a volume of 2 the unit costs 80,640 × (v − 2) more.
        List<BreakEvenPoint> points = points(
                HALF,
                purchase(UNIT, 1, HALF),
                cost(SERVERLESS, "80640"),
                cost(BATCH, "60480"),
                cost(DEDICATED, "40320"));
        assertThat(crossings(points))
                .containsExactly(
                        "serverless below 0.5 dedicated (given) above at 40320",
                        "batch below 0.666667 dedicated (given) above at 40320.02016",
                        // 60,480 v = 40,320 + 80,640 (v − 2)
                        "dedicated (given) below 6 batch above at 362880");
        assertThat(points)
                .filteredOn(p -> p.scenario().equals(BATCH) && p.kind() == Kind.CURVE)
                .allSatisfy(p ->
                        assertThat(p.assumptions()).contains("limits of batches are not checked at other volumes"));
    }

    @Test
    void theCurrentPointIsTheFigureOfTheComparison() {
        List<BreakEvenPoint> points =
                points(HALF, purchase(UNIT, 1, HALF), cost(SERVERLESS, "80640"), cost(DEDICATED, "40320.000000000007"));
        assertThat(points)
                .filteredOn(p -> p.kind() == Kind.CURRENT)
                .extracting(p -> p.scenario() + " " + p.volume() + " " + p.totalCost())
                .containsExactly("serverless 1 80640", "dedicated (given) 1 40320.000000000007");
    }

    @Test
    void theCurveMeetsTheCurrentPointButForTheRoundingOfWholeTokens() {
        BigDecimal input = new BigDecimal("0.000003");
        BigDecimal output = new BigDecimal("0.000011");
        for (int seed = 0; seed < 30; seed++) {
            Random random = new Random(seed);
            List<PoolDemand.Minute> minutes = new ArrayList<>();
            BigDecimal serverless = BigDecimal.ZERO;
            for (int i = 0; i < 300; i++) {
                long in = 1 + random.nextInt(1_500);
                long out = 1 + random.nextInt(300);
                BigDecimal inCost = input.multiply(BigDecimal.valueOf(in));
                BigDecimal outCost = output.multiply(BigDecimal.valueOf(out));
                serverless = serverless.add(inCost).add(outCost);
                minutes.add(minute(
                        i, Map.of(UNCACHED_INPUT, in, OUTPUT, out), Map.of(UNCACHED_INPUT, inCost, OUTPUT, outCost)));
            }
            PoolDemand demand = new PoolDemand(minutes);
            CapacityPlan plan = purchase(UNIT, 1, demand).plan();
            BigDecimal whole = plan.cost();
            BigDecimal halfTokens = new BigDecimal("0.000000001");
            for (CapacityPlan.Overflow over : plan.overflow()) {
                BigDecimal price = over.tokenClass() == OUTPUT ? output : input;
                whole = whole.add(price.multiply(BigDecimal.valueOf(over.overflow())));
                halfTokens = halfTokens.add(price);
            }
            assertThat(plan.overflow()).isNotEmpty();
            BigDecimal divisible = breakEven(demand, purchase(UNIT, 1, demand), Set.of())
                    .volume(plan, serverless)
                    .at(BigDecimal.ONE);
            assertThat(divisible.subtract(whole).abs()).as("seed %d", seed).isLessThan(halfTokens);
        }
    }

    @Test
    void whereTheCostIsNoFunctionOfTheVolumeOnlyTheCurrentPointIsShownAndSaysWhy() {
        assertLeftOut(
                purchase(Units.with("overage_rule", "price", "overage_price", "5"), 1, HALF),
                "what is above the units is not paid at standard rates");
        Owned twoOwned =
                Owned.of(UNIT, List.of(new Commitment("c", UNIT, 2, Instant.parse("2026-02-10T00:00:00Z"), null)));
        assertLeftOut(
                new Purchase(
                        CapacityPlan.of(twoOwned, 1, FEBRUARY, ZoneOffset.UTC, HALF.tokens()),
                        List.of(),
                        "",
                        List.of()),
                "the number of units changes within the month, or more are owned");
    }

    @Test
    void whatIsInfeasibleOrUnpricedHasNoCurve() {
        PoolCost unpriced = cost(SERVERLESS, null);
        PoolCost infeasible = cost(BATCH, "60480", "backlog of 2 tokens");
        List<BreakEvenPoint> points =
                points(HALF, purchase(UNIT, 1, HALF), unpriced, infeasible, cost(DEDICATED, "40320"));
        assertThat(points)
                .extracting(p -> p.scenario() + " " + p.kind().label() + " " + p.whyNot())
                .containsExactly(
                        "serverless current 7 tokens are unpriced",
                        "batch current backlog of 2 tokens",
                        "dedicated (given) current there is no total of serverless to pay by token with");
        assertThat(points.get(0).totalCost()).isNull();
    }

    @Test
    void aPriceByVolumeHasNoCurve() {
        List<BreakEvenPoint> points = breakEven(
                        HALF,
                        purchase(UNIT, 1, HALF),
                        Set.of(new BreakEven.Demanded(FEBRUARY, "pool")),
                        cost(SERVERLESS, "80640"),
                        cost(DEDICATED, "40320"))
                .points();
        assertThat(points)
                .extracting(BreakEvenPoint::whyNot)
                .containsExactly(
                        "a contract prices by the volume of the month", "a contract prices by the volume of the month");
    }

    private static void assertLeftOut(Purchase purchase, String whyNot) {
        List<BreakEvenPoint> points = points(HALF, purchase, cost(SERVERLESS, "80640"), cost(DEDICATED, "40320"));
        assertThat(points)
                .filteredOn(p -> p.scenario().equals(DEDICATED))
                .extracting(p -> p.kind().label() + ": " + p.whyNot())
                .containsExactly("current: " + whyNot);
        assertThat(crossings(points)).isEmpty();
    }

    private static List<BreakEvenPoint> points(PoolDemand demand, Purchase purchase, PoolCost... costs) {
        return breakEven(demand, purchase, Set.of(), costs).points();
    }

    private static BreakEven breakEven(
            PoolDemand demand, Purchase purchase, Set<BreakEven.Demanded> byVolume, PoolCost... costs) {
        return new BreakEven(
                List.of(
                        new Serverless(),
                        new Batch(List.of(), BatchEligibility.NONE),
                        new BoughtCapacity(DEDICATED, null, List.of(purchase), AllocationMethod.SERVED)),
                List.of(costs),
                Map.of("pool", demand),
                byVolume,
                ZoneOffset.UTC);
    }

    private static BigDecimal total(List<BreakEvenPoint> points, ScenarioKey scenario, String volume) {
        return points.stream()
                .filter(p -> p.kind() != Kind.CROSSING
                        && p.scenario().equals(scenario)
                        && p.volume().compareTo(new BigDecimal(volume)) == 0)
                .map(BreakEvenPoint::totalCost)
                .findFirst()
                .orElseThrow();
    }

    private static List<String> crossings(List<BreakEvenPoint> points) {
        return points.stream()
                .filter(p -> p.kind() == Kind.CROSSING)
                .map(p -> p.scenario() + " below " + plain(p.volume()) + " " + p.otherScenario() + " above at "
                        + plain(p.totalCost()))
                .toList();
    }

    private static String plain(BigDecimal amount) {
        return amount.stripTrailingZeros().toPlainString();
    }

    private static Purchase purchase(CapacityUnit unit, long units, PoolDemand demand) {
        return new Purchase(
                CapacityPlan.of(unit, units, FEBRUARY, ZoneOffset.UTC, demand.tokens()), List.of(), "given", List.of());
    }

    private static PoolDemand.Minute minute(
            int minute, Map<TokenClass, Long> tokens, Map<TokenClass, BigDecimal> standardCost) {
        return new PoolDemand.Minute(
                START.plusSeconds(60L * minute),
                new PoolDemand.Part(1, tokens, standardCost, BigDecimal.ZERO),
                PoolDemand.Part.NONE);
    }

    private static PoolCost cost(ScenarioKey scenario, String total) {
        return cost(scenario, total, null);
    }

    /** Of 4,032,001 tokens; without a total 7 of them are unpriced. */
    private static PoolCost cost(ScenarioKey scenario, String total, String whyNot) {
        BigDecimal priced = total == null ? BigDecimal.ONE : new BigDecimal(total);
        return new PoolCost(
                FEBRUARY,
                "pool",
                scenario,
                total == null ? 4_031_994 : 4_032_001,
                total == null ? 7 : 0,
                total == null ? null : priced,
                priced,
                priced,
                BigDecimal.ZERO,
                BigDecimal.ZERO,
                BigDecimal.ZERO,
                0,
                whyNot,
                false,
                new TreeSet<>());
    }
}
