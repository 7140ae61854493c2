package io.tokenledger.scenario;

import static io.tokenledger.model.TokenClass.UNCACHED_INPUT;
import static io.tokenledger.scenario.Units.tokens;
import static org.assertj.core.api.Assertions.assertThat;

import io.tokenledger.model.Month;
import io.tokenledger.usage.Demand;
import java.math.BigDecimal;
import java.math.MathContext;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CapacityReportTest {
    private static final Month FEBRUARY = Month.parse("2026-02");

    @Test
    void theBreakEvenOfAMonthComputedByHand() {
        // 10,080 minutes of 400 tokens: 4,032,000 of the 32,256,000 that one unit could serve, a load of 12.5 %.
        // At 0.01 a token they are worth 40,320: just what the unit costs, so it breaks even at the load it had.
        CapacityReport report = report("60", "hour", 1, 10_080, 400, "40320", "0");
        assertThat(report.utilisation()).isEqualByComparingTo("0.125");
        assertThat(report.breakEvenLoad()).isEqualByComparingTo("0.125");
        assertThat(report.breakEvenUnitPrice()).isEqualByComparingTo("60");
        // Half the worth: twice the load is needed, or half the price.
        CapacityReport half = report("60", "hour", 1, 10_080, 400, "20160", "0");
        assertThat(half.breakEvenLoad()).isEqualByComparingTo("0.25");
        assertThat(half.breakEvenUnitPrice()).isEqualByComparingTo("30");
    }

    @Test
    void whatIsServedInValleysCountsAsServed() {
        // As much again waits, and half of it is served: 3 ÷ 16 of the capacity, 3 ÷ 4 of what was asked for. At 0.01 a
        // token what is served is worth 60,480, so the unit repays at two thirds of that load.
        CapacityPlan plan = plan("60", "hour", 1, 10_080, 400)
                .withWaiting(BigDecimal.valueOf(4_032_000), BigDecimal.valueOf(2_016_000));
        CapacityReport report = report(plan, "80640", "20160");
        assertThat(report.utilisation()).isEqualByComparingTo("0.1875");
        assertThat(report.coverage()).isEqualByComparingTo("0.75");
        assertThat(report.idleCost()).isEqualByComparingTo("32760");
        assertThat(report.breakEvenLoad()).isEqualByComparingTo("0.125");
        assertThat(report.breakEvenUnitPrice()).isEqualByComparingTo("90");
    }

    @Test
    void overflowIsNoPartOfWhatTheUnitsEarn() {
        // Serverless 50,320, of which 10,000 overflowed and is paid either way.
        CapacityReport report = report("60", "hour", 1, 10_080, 400, "50320", "10000");
        assertThat(report.breakEvenUnitPrice()).isEqualByComparingTo("60");
        assertThat(report.overflowCost()).isEqualByComparingTo("10000");
    }

    @Test
    void whatBatchesBesideAUnitSaveIsNotEarnedByIt() {
        // Worth 100 served, and 1,000 waits, which is 500 as a batch: a unit for 150 loses 50.
        CapacityPlan plan = plan("150", "month", 1, 10_080, 400);
        CapacityReport report = CapacityReport.of(
                new Purchase(plan, List.of(), "given", List.of(), false, new BigDecimal("500")),
                cost(ScenarioName.BEST_MIX, "650", "500"),
                cost(ScenarioName.SERVERLESS, "1100", "1100"),
                ZoneOffset.UTC);
        // At its load of 12.5 % it earns 100 of 150.
        assertThat(report.breakEvenLoad()).isEqualByComparingTo("0.1875");
        assertThat(report.breakEvenUnitPrice()).isEqualByComparingTo("100");
    }

    @Test
    void theBreakEvenPriceIsPerTheUnitsOwnTime() {
        assertThat(report("1", "minute", 2, 10_080, 400, "40320", "0").breakEvenUnitPrice())
                .isEqualByComparingTo("0.5");
        assertThat(report("40320", "month", 2, 10_080, 400, "40320", "0").breakEvenUnitPrice())
                .isEqualByComparingTo("20160");
    }

    @Test
    void theBreakEvenPriceLeavesStorageAndNetworkOut() {
        // Worth 40,320, of which 6,720 go to storage and network: 33,600 are left for 672 hours.
        CapacityUnit node = Units.with("kind", "node", "storage_monthly", "6000", "network_monthly", "720");
        CapacityPlan plan = plan(node, 1, 10_080, 400);
        assertThat(plan.cost()).isEqualByComparingTo("47040");
        assertThat(report(plan, "40320", "0").breakEvenUnitPrice()).isEqualByComparingTo("50");
        assertThat(report(plan, "40320", "0").breakEvenLoad()).isEqualByComparingTo("0.145833");
        assertThat(report(plan, "6720", "0").breakEvenUnitPrice()).isNull();
    }

    @Test
    void theBreakEvenPriceOfADayIsForTheDaysOfTheMonth() {
        // 40,320 ÷ (2 units × 28 days)
        assertThat(report("1", "day", 2, 10_080, 400, "40320", "0").breakEvenUnitPrice())
                .isEqualByComparingTo("720");
    }

    @Test
    void aUnitAtItsBreakEvenPriceCostsWhatServerlessCosts() {
        long seed = System.nanoTime();
        System.out.println("CapacityReportTest: seed " + seed);
        Random random = new Random(seed);
        for (int round = 0; round < 100; round++) {
            int units = 1 + random.nextInt(4);
            String per = List.of("minute", "hour", "month").get(random.nextInt(3));
            BigDecimal serverless = BigDecimal.valueOf(1 + random.nextInt(10_000_000), 2);
            BigDecimal overflow = serverless.multiply(new BigDecimal("0.25"));
            CapacityReport report = report("3.21", per, units, 500, 700, serverless.toString(), overflow.toString());
            BigDecimal times = switch (per) {
                case "minute" -> BigDecimal.valueOf(40_320);
                case "hour" -> BigDecimal.valueOf(672);
                default -> BigDecimal.ONE;
            };
            BigDecimal total = report.breakEvenUnitPrice()
                    .multiply(times)
                    .multiply(BigDecimal.valueOf(units))
                    .add(overflow);
            assertThat(total.subtract(serverless).abs()).as("seed %d", seed).isLessThan(new BigDecimal("0.0000002"));
            // Independently: the value of a fully used unit is the served value ÷ utilisation.
            BigDecimal utilisation =
                    new BigDecimal(500L * 700).divide(BigDecimal.valueOf(800L * units * 40_320), MathContext.DECIMAL64);
            BigDecimal expected = new BigDecimal("3.21")
                    .multiply(times)
                    .multiply(BigDecimal.valueOf(units))
                    .multiply(utilisation)
                    .divide(serverless.subtract(overflow), MathContext.DECIMAL64);
            assertThat(report.breakEvenLoad().subtract(expected).abs())
                    .as("seed %d", seed)
                    .isLessThanOrEqualTo(new BigDecimal("0.0000006"));
        }
    }

    @Test
    void withoutAServerlessFigureThereIsNoBreakEven() {
        CapacityPlan plan = plan("60", "hour", 1, 10, 400);
        CapacityReport report =
                CapacityReport.of(purchase(plan), cost(ScenarioName.DEDICATED, "5", "0"), null, ZoneOffset.UTC);
        assertThat(report.breakEvenLoad()).isNull();
        assertThat(report.breakEvenUnitPrice()).isNull();
    }

    @Test
    void whatWasServedForNothingHasNoBreakEven() {
        CapacityReport report = report("60", "hour", 1, 10, 400, "0", "0");
        assertThat(report.breakEvenLoad()).isNull();
        assertThat(report.breakEvenUnitPrice()).isNull();
    }

    private static CapacityReport report(
            String price, String per, long units, int minutes, long load, String serverless, String overflow) {
        return report(plan(price, per, units, minutes, load), serverless, overflow);
    }

    private static Purchase purchase(CapacityPlan plan) {
        return new Purchase(plan, List.of(), "given", List.of());
    }

    private static CapacityReport report(CapacityPlan plan, String serverless, String overflow) {
        return CapacityReport.of(
                purchase(plan),
                cost(ScenarioName.DEDICATED, "99999", overflow),
                cost(ScenarioName.SERVERLESS, serverless, serverless),
                ZoneOffset.UTC);
    }

    private static CapacityPlan plan(String price, String per, long units, int minutes, long load) {
        return plan(Units.unit("pool", price, per), units, minutes, load);
    }

    private static CapacityPlan plan(CapacityUnit unit, long units, int minutes, long load) {
        List<Demand.Minute> demand = IntStream.range(0, minutes)
                .mapToObj(i -> new Demand.Minute(
                        Instant.parse("2026-02-01T00:00:00Z").plusSeconds(60L * i), tokens(UNCACHED_INPUT, load)))
                .toList();
        return CapacityPlan.of(unit, units, FEBRUARY, ZoneOffset.UTC, demand);
    }

    private static PoolCost cost(ScenarioName scenario, String total, String tokenCost) {
        return new PoolCost(
                FEBRUARY,
                "pool",
                ScenarioKey.of(scenario),
                1_000,
                0,
                new BigDecimal(total),
                new BigDecimal(total),
                new BigDecimal(tokenCost),
                BigDecimal.ZERO,
                BigDecimal.ZERO,
                BigDecimal.ZERO,
                0,
                null,
                false,
                new TreeSet<>());
    }
}
