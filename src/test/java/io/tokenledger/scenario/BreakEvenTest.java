package io.tokenledger.scenario;

import static io.tokenledger.model.TokenClass.OUTPUT;
import static io.tokenledger.model.TokenClass.UNCACHED_INPUT;
import static org.assertj.core.api.Assertions.assertThat;

import io.tokenledger.model.Month;
import io.tokenledger.model.TokenClass;
import io.tokenledger.scenario.BreakEvenPoint.Kind;
import io.tokenledger.usage.BatchEligibility;
import io.tokenledger.usage.Demand;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A unit serves 800 weighted tokens a minute (input 1, output 4) and costs 60 × 672 h = 40,320 in February. */
class BreakEvenTest {
    private static final Month FEBRUARY = Month.parse("2026-02");
    private static final Instant START = Instant.parse("2026-02-01T00:00:00Z");
    private static final CapacityUnit UNIT = Units.unit("pool", "60", "hour");
    private static final ScenarioKey DEDICATED = new ScenarioKey(ScenarioName.DEDICATED, "given");
    private static final ScenarioKey SERVERLESS = ScenarioKey.of(ScenarioName.SERVERLESS);
    private static final ScenarioKey BATCH = ScenarioKey.of(ScenarioName.BATCH);
    private static final ScenarioKey BEST_MIX = new ScenarioKey(ScenarioName.BEST_MIX, "given");
    private static final Waiting AS_BATCH = Waiting.of(24, List.of());
    private static final ScenarioKey AS_RUN = ScenarioKey.of(ScenarioName.AS_RUN);

    /** 10,080 minutes of 400 tokens at 0.02: half of a unit, worth 80,640. */
    private static final PoolDemand HALF = new PoolDemand(IntStream.range(0, 10_080)
            .mapToObj(i -> minute(i, Map.of(UNCACHED_INPUT, 400L), Map.of(UNCACHED_INPUT, new BigDecimal("8"))))
            .toList());

    /** The same, and 400 tokens that wait, worth 8 at standard rates and 5 as a batch. */
    private static final PoolDemand WITH_WAITING = new PoolDemand(Stream.concat(
                    HALF.minutes().stream(),
                    Stream.of(new PoolDemand.Minute(
                            START.plusSeconds(60L * 20_000),
                            PoolDemand.Part.NONE,
                            new PoolDemand.Part(
                                    1,
                                    Map.of(UNCACHED_INPUT, 400L),
                                    Map.of(UNCACHED_INPUT, new BigDecimal("8")),
                                    new BigDecimal("5")))))
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
                    .eachByItself(List.of(plan), serverless)
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

    @Test
    void bundlesOverflowEachOnItsOwn() {
        CapacityUnit in = Units.with("unit", "in", "kind", "bundle", "serves", "input", "weight_output", "");
        CapacityUnit out = Units.with(
                "unit",
                "out",
                "kind",
                "bundle",
                "serves",
                "output",
                "weight_uncached_input",
                "",
                "weight_cached_input",
                "",
                "weight_cache_write",
                "",
                "weight_output",
                "1");
        // 400 of 800 input for 8 and 200 of 800 output for 12, in 10,080 minutes: 80,640 and 120,960. And 100 beside.
        PoolDemand demand = new PoolDemand(IntStream.range(0, 10_080)
                .mapToObj(i -> minute(
                        i,
                        Map.of(UNCACHED_INPUT, 400L, OUTPUT, 200L),
                        Map.of(UNCACHED_INPUT, new BigDecimal("8"), OUTPUT, new BigDecimal("12"))))
                .toList());
        ScenarioKey provisioned = new ScenarioKey(ScenarioName.PROVISIONED, "given");
        List<BreakEvenPoint> points = points(
                demand,
                bought(provisioned, purchase(in, 1, demand), purchase(out, 1, demand)),
                cost(SERVERLESS, "201700"),
                cost(provisioned, "80740"));
        assertThat(total(points, provisioned, "1")).isEqualByComparingTo("80740");
        assertThat(total(points, provisioned, "0.10")).isEqualByComparingTo("80650");
        // Input is full at 2, output at 4: 80,640 + 100 × 10 + 80,640 × 8 + 120,960 × 6.
        assertThat(total(points, provisioned, "10")).isEqualByComparingTo("1452520");
        assertThat(crossings(points)).containsExactly("serverless below 0.4 provisioned (given) above at 80680");
    }

    @Test
    void asItRanIsPaidByTokenWhereNoCapacityServed() {
        PoolCost asRun = cost(AS_RUN, "65480", "5000", 0);
        List<BreakEvenPoint> points =
                points(HALF, new AsRun(List.of()), cost(SERVERLESS, "80640"), cost(DEDICATED, "40320"), asRun);
        // 5,000 are for commitments that stood idle.
        assertThat(total(points, AS_RUN, "0.10")).isEqualByComparingTo("11048");
        assertThat(total(points, AS_RUN, "10")).isEqualByComparingTo("609800");
        assertThat(crossings(points))
                .containsExactly(
                        "serverless below 0.5 dedicated (given) above at 40320",
                        // 80,640 v = 5,000 + 60,480 v
                        "serverless below 0.248016 as-run above at 20000.01024",
                        // 40,320 = 5,000 + 60,480 v, and 40,320 + 80,640 (v − 2) = 5,000 + 60,480 v
                        "as-run below 0.583995 dedicated (given) above at 40320.0176",
                        "dedicated (given) below 6.248016 as-run above at 382880.01024");
    }

    @Test
    void asItRanHasNoCurveWhereCommitmentsServed() {
        List<BreakEvenPoint> points = points(
                HALF,
                new AsRun(List.of()),
                cost(SERVERLESS, "80640"),
                cost(DEDICATED, "40320"),
                cost(AS_RUN, "65480", "5000", 1));
        assertThat(points)
                .filteredOn(p -> p.scenario().equals(AS_RUN))
                .extracting(p -> p.kind().label() + " " + p.totalCost() + ": " + p.whyNot())
                .containsExactly("current 65480: what its commitments served is known for the month as it was, not for"
                        + " other volumes");
    }

    @Test
    void aMixThatBuysNothingIsPaidByToken() {
        List<BreakEvenPoint> points =
                points(HALF, mix(), cost(SERVERLESS, "80640"), cost(DEDICATED, "40320"), cost(BEST_MIX, "60480"));
        assertThat(total(points, BEST_MIX, "10")).isEqualByComparingTo("604800");
    }

    @Test
    void aMixOfOneUnitIsThatUnitUnlessWorkWaitsForItsValleys() {
        List<BreakEvenPoint> points = points(
                HALF,
                mix(purchase(UNIT, 1, HALF)),
                cost(SERVERLESS, "80640"),
                cost(DEDICATED, "40320"),
                cost(BEST_MIX, "40320"));
        assertThat(total(points, BEST_MIX, "10")).isEqualByComparingTo("685440");
        assertThat(crossings(points))
                .containsExactly(
                        "serverless below 0.5 dedicated (given) above at 40320",
                        "serverless below 0.5 best-mix (given) above at 40320");
        assertThat(points(
                        WITH_WAITING,
                        mix(purchase(UNIT, 1, HALF)),
                        cost(SERVERLESS, "80648"),
                        cost(DEDICATED, "40328"),
                        cost(BEST_MIX, "40320")))
                .filteredOn(p -> p.scenario().equals(BEST_MIX))
                .extracting(p -> p.kind().label() + ": " + p.whyNot())
                .containsExactly("current: work that waits fills the valleys of the units, which are others at another"
                        + " volume");
    }

    @Test
    void unitsOfSeveralKindsAreFullWhereTheirSharesOfAMinuteAddUp() {
        // A minute is half of a UNIT and all of a small one: with one and three of them it is full at a volume of 5.
        CapacityUnit small = Units.with("unit", "small", "throughput_per_minute", "500", "price", "10");
        List<BreakEvenPoint> points = points(
                WITH_WAITING,
                mix(purchase(UNIT, 1, HALF), purchase(small, 3, HALF)),
                cost(SERVERLESS, "80648"),
                cost(DEDICATED, "40328"),
                cost(BEST_MIX, "60485"));
        // 40,320 + 3 × 6,720 + 5 v; at 10, 80,640 × 5 overflow.
        assertThat(total(points, BEST_MIX, "0.10")).isEqualByComparingTo("60480.5");
        assertThat(total(points, BEST_MIX, "4.7")).isEqualByComparingTo("60503.5");
        assertThat(total(points, BEST_MIX, "10")).isEqualByComparingTo("463730");
        // Where the batches are above a limit, what waits is paid at standard rates: 8 v.
        points = points(
                WITH_WAITING,
                mix(Waiting.of(24, List.of("too many")), purchase(UNIT, 1, HALF), purchase(small, 3, HALF)),
                cost(SERVERLESS, "80648"),
                cost(DEDICATED, "40328"),
                cost(BEST_MIX, "60488"));
        assertThat(total(points, BEST_MIX, "0.10")).isEqualByComparingTo("60480.8");
        assertThat(total(points, BEST_MIX, "10")).isEqualByComparingTo("463760");
    }

    @Test
    void theCurveOfAMixMeetsWhatItsUnitsLeaveOneAfterTheOtherButForTheRoundingOfWholeTokens() {
        BigDecimal input = new BigDecimal("0.000003");
        BigDecimal output = new BigDecimal("0.000011");
        CapacityUnit other = Units.with("unit", "v", "weight_output", "1.5", "throughput_per_minute", "300");
        for (int seed = 0; seed < 10; seed++) {
            Random random = new Random(seed);
            List<PoolDemand.Minute> minutes = new ArrayList<>();
            for (int i = 0; i < 300; i++) {
                long in = 1 + random.nextInt(1_500);
                long out = 1 + random.nextInt(300);
                minutes.add(minute(
                        i,
                        Map.of(UNCACHED_INPUT, in, OUTPUT, out),
                        Map.of(
                                UNCACHED_INPUT,
                                input.multiply(BigDecimal.valueOf(in)),
                                OUTPUT,
                                output.multiply(BigDecimal.valueOf(out)))));
            }
            PoolDemand demand = new PoolDemand(minutes);
            Map<Instant, Map<TokenClass, Long>> left = new TreeMap<>();
            CapacityPlan first = CapacityPlan.of(UNIT, 1, FEBRUARY, ZoneOffset.UTC, demand.tokens());
            first.overflow()
                    .forEach(o -> left.computeIfAbsent(o.minute(), m -> new EnumMap<>(TokenClass.class))
                            .put(o.tokenClass(), o.overflow()));
            CapacityPlan second = CapacityPlan.of(
                    other,
                    2,
                    FEBRUARY,
                    ZoneOffset.UTC,
                    left.entrySet().stream()
                            .map(e -> new Demand.Minute(e.getKey(), e.getValue()))
                            .toList());
            BigDecimal whole = first.cost().add(second.cost());
            for (CapacityPlan.Overflow over : second.overflow()) {
                whole = whole.add(
                        (over.tokenClass() == OUTPUT ? output : input).multiply(BigDecimal.valueOf(over.overflow())));
            }
            assertThat(second.overflow()).isNotEmpty();
            BigDecimal divisible = breakEven(demand, mix(), Set.of())
                    .ofMix(List.of(first, second), AS_BATCH, demand.standardCost(List.of(TokenClass.values())))
                    .at(BigDecimal.ONE);
            // A token of each class in each minute, at both units.
            BigDecimal tokens = BigDecimal.valueOf(2 * left.size()).multiply(input.add(output));
            assertThat(divisible.subtract(whole).abs()).as("seed %d", seed).isLessThan(tokens);
            assertThat(tokens).isLessThan(divisible.subtract(first.cost()).subtract(second.cost()));
        }
    }

    @Test
    void replicasThatScaleHaveNoCurve() {
        Purchase fixed = purchase(UNIT, 1, HALF);
        assertLeftOut(
                new Purchase(fixed.plan(), List.of(), "", List.of(), true, BigDecimal.ZERO),
                "replicas come and go with the demand, which is another at another volume");
    }

    private static BestMix mix(Purchase... purchases) {
        return mix(AS_BATCH, purchases);
    }

    private static BestMix mix(Waiting waiting, Purchase... purchases) {
        return new BestMix(
                BEST_MIX,
                null,
                List.of(new Mix(FEBRUARY, "pool", List.of(purchases), null, List.of(), List.of())),
                Map.of(new Demand.Of(FEBRUARY, "pool"), waiting));
    }

    private static BoughtCapacity bought(ScenarioKey key, Purchase... purchases) {
        return new BoughtCapacity(key, null, List.of(purchases), AllocationMethod.SERVED);
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

    /** Beside one unit that is dedicated, unless the other scenario is that. */
    private static List<BreakEvenPoint> points(PoolDemand demand, Scenario other, PoolCost... costs) {
        return breakEven(demand, other, Set.of(), costs).points();
    }

    private static BreakEven breakEven(
            PoolDemand demand, Purchase purchase, Set<BreakEven.Demanded> byVolume, PoolCost... costs) {
        return breakEven(demand, bought(DEDICATED, purchase), byVolume, costs);
    }

    private static BreakEven breakEven(
            PoolDemand demand, Scenario other, Set<BreakEven.Demanded> byVolume, PoolCost... costs) {
        List<Scenario> scenarios =
                new ArrayList<>(List.of(new Serverless(), new Batch(List.of(), BatchEligibility.NONE), other));
        if (!other.key().equals(DEDICATED)) {
            scenarios.add(bought(DEDICATED, purchase(UNIT, 1, demand)));
        }
        return new BreakEven(scenarios, List.of(costs), Map.of("pool", demand), byVolume, ZoneOffset.UTC);
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
        return cost(scenario, total, "0", 0, whyNot);
    }

    private static PoolCost cost(ScenarioKey scenario, String total, String capacityCost, long capacityTokens) {
        return cost(scenario, total, capacityCost, capacityTokens, null);
    }

    private static PoolCost cost(
            ScenarioKey scenario, String total, String capacityCost, long capacityTokens, String whyNot) {
        BigDecimal priced = total == null ? BigDecimal.ONE : new BigDecimal(total);
        return new PoolCost(
                FEBRUARY,
                "pool",
                scenario,
                total == null ? 4_031_994 : 4_032_001,
                total == null ? 7 : 0,
                total == null ? null : priced,
                priced,
                priced.subtract(new BigDecimal(capacityCost)),
                new BigDecimal(capacityCost),
                BigDecimal.ZERO,
                BigDecimal.ZERO,
                capacityTokens,
                whyNot,
                false,
                new TreeSet<>());
    }
}
