package io.tokenledger.scenario;

import static io.tokenledger.usage.Pools.POOL;
import static io.tokenledger.usage.Usage.CELL;
import static io.tokenledger.usage.Usage.MONTH;
import static io.tokenledger.usage.Usage.SAMPLED;
import static java.util.Comparator.comparing;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.collect_set;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.sum;

import io.tokenledger.model.Money;
import io.tokenledger.model.Month;
import io.tokenledger.rates.ModelKey;
import io.tokenledger.rates.RateGrid;
import io.tokenledger.usage.Pools;
import io.tokenledger.usage.Usage;
import java.math.BigDecimal;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.storage.StorageLevel;

/**
 * Every scenario of a run, priced: what report tables are made of.
 *
 * @param scenarios one variant of each, which stands for it where there is room for one
 * @param used the rows of {@link Facts#costs}; cached until {@link #close()}
 * @param costs these and the rows that are no usage: idle capacity, and what a minimum spend leaves unallocated
 * @param comparisons in the order of month, pool and scenario
 * @param batchPlans of the scenarios {@code batch} and {@code best-mix}, in the order of month, pool and model; none without
 *     them
 * @param otherModels of {@code what-if-model}; none without it
 * @param breakEven of the pools that something is bought for
 * @param workings what all of it was computed from
 */
public record Evaluation(
        List<ScenarioKey> scenarios,
        Dataset<Row> used,
        Dataset<Row> costs,
        List<Comparison> comparisons,
        List<CapacityReport> capacity,
        List<BatchPlan> batchPlans,
        List<OtherModelCost> otherModels,
        List<BreakEvenPoint> breakEven,
        List<RateUse> ratesApplied,
        List<Unpriced> unpriced,
        Workings workings)
        implements AutoCloseable {

    private static final BigDecimal ZERO = BigDecimal.ZERO.setScale(Money.REPORT_SCALE);

    private record Place(Month month, String pool, ScenarioKey scenario) {}

    /**
     * @param labelled as {@link Usage#labelled}
     * @param before likewise, and as far back as {@link Economics#lookBack()}
     * @param cells as {@link Usage#cells}
     * @param grid the rate cells of all three
     */
    public static Evaluation of(
            Dataset<Row> labelled,
            Dataset<Row> before,
            Dataset<Row> cells,
            Economics economics,
            RateGrid grid,
            Collection<Month> months) {
        List<RateGrid.Cell> occurring = Tokens.occurring(
                economics.lookBack().isZero()
                        ? cells.select(CELL)
                        : cells.select(CELL).union(before.select(CELL)),
                grid);
        Dataset<Row> tokens = Tokens.of(
                cells,
                economics.pools(),
                economics.eligibility(),
                economics.batchPolicy(),
                occurring,
                economics.billedUnits());
        Prices prices = new Prices(economics.rates(), occurring, economics.pools(), economics.boughtUnits());
        Map<String, PoolDemand> demands = PoolDemand.of(before, economics, prices, economics.plannedPools());
        List<BatchPlan> batchPlans =
                BatchPlan.of(BatchArrivals.of(before, economics, occurring, months), economics, months);
        List<Scenario> scenarios = new Scenarios(
                        new Moves(labelled, economics, occurring), tokens, economics, demands, batchPlans, months)
                .all();
        List<ScenarioKey> keys = scenarios.stream().map(Scenario::key).toList();
        Dataset<Row> facts = Facts.of(scenarios, tokens, prices).persist(StorageLevel.MEMORY_AND_DISK());
        try {
            List<VolumeTiers.Charge> volumes =
                    prices.volumes().isEmpty() ? List.of() : VolumeTiers.charges(facts, prices);
            Dataset<Row> priced = volumes.isEmpty() ? facts : VolumeTiers.priced(facts, volumes, prices);
            Dataset<Row> used = Facts.costs(priced, scenarios, prices).persist(StorageLevel.MEMORY_AND_DISK());
            List<PoolCost> poolCosts = poolCosts(used, scenarios);
            Bill bill = Bill.of(priced, volumes, prices);
            List<Bill.Shortfall> shortfalls =
                    bill.shortfalls(economics.minimumSpends(), keys, months, economics.billingZone());
            List<Row> notUsage = new ArrayList<>(Facts.idle(scenarios, poolCosts));
            shortfalls.forEach(s -> {
                notUsage.add(Facts.notUsage(
                        s.scenario(), s.month(), null, Facts.UNALLOCATED_ROW, ZERO, s.cost(), false, ofMinimum(s)));
                poolCosts.add(ofNoPool(s));
            });
            Dataset<Row> rest = used.sparkSession().createDataFrame(notUsage, Facts.NOT_USAGE);
            return new Evaluation(
                    firstOfEach(keys),
                    used,
                    used.unionByName(rest, true),
                    Comparison.of(poolCosts),
                    capacity(scenarios, poolCosts, economics.billingZone()),
                    batchPlans,
                    otherModels(tokens, used, economics, grid),
                    new BreakEven(
                                    scenarios,
                                    poolCosts,
                                    demands,
                                    byVolume(volumes, prices, economics.pools()),
                                    economics.billingZone())
                            .points(),
                    bill.uses(),
                    bill.unpriced(),
                    new Workings(labelled, economics, grid, scenarios, priced, prices, volumes, shortfalls));
        } finally {
            facts.unpersist();
        }
    }

    private static List<OtherModelCost> otherModels(
            Dataset<Row> tokens, Dataset<Row> used, Economics economics, RateGrid grid) {
        ScenarioSettings.OtherModels wanted = economics.settings().whatIfModel();
        return wanted == null
                ? List.of()
                : OtherModelCost.of(
                        ModelUse.of(tokens, used),
                        economics.otherModels(),
                        wanted.tokenFactors(),
                        economics.rates(),
                        grid);
    }

    private static Set<BreakEven.Demanded> byVolume(List<VolumeTiers.Charge> volumes, Prices prices, Pools pools) {
        return volumes.stream()
                .map(charge -> {
                    AppliedRate rate = prices.applied(charge.rate()).get(0);
                    ModelKey model = new ModelKey(rate.provider(), rate.model());
                    return new BreakEven.Demanded(Month.parse(charge.month()), pools.of(model));
                })
                .collect(Collectors.toSet());
    }

    /** Cost per scenario over all pools of a month; null where anything of the scenario is unpriced. */
    public SortedMap<String, BigDecimal> totals(Month month) {
        return sums(
                month,
                costs -> costs.stream().anyMatch(c -> c.totalCost() == null)
                        ? null
                        : costs.stream().map(PoolCost::totalCost).reduce(BigDecimal.ZERO, BigDecimal::add));
    }

    /** The priced part of the cost per scenario over all pools of a month. */
    public SortedMap<String, BigDecimal> pricedTotals(Month month) {
        return sums(month, costs -> costs.stream().map(PoolCost::pricedCost).reduce(BigDecimal.ZERO, BigDecimal::add));
    }

    /** By the label of the scenario. */
    private SortedMap<String, BigDecimal> sums(Month month, Function<List<PoolCost>, BigDecimal> sum) {
        SortedMap<String, BigDecimal> sums = new TreeMap<>();
        costsOf(month).forEach((key, costs) -> {
            if (scenarios.contains(key)) {
                sums.put(key.scenario().label(), sum.apply(costs));
            }
        });
        return sums;
    }

    private static List<ScenarioKey> firstOfEach(List<ScenarioKey> keys) {
        Set<ScenarioName> seen = new HashSet<>();
        return keys.stream().filter(key -> seen.add(key.scenario())).toList();
    }

    /** The tokens of a month that each scenario serves. */
    public SortedMap<ScenarioKey, Long> tokens(Month month) {
        SortedMap<ScenarioKey, Long> tokens = new TreeMap<>();
        costsOf(month)
                .forEach((scenario, costs) -> tokens.put(
                        scenario,
                        costs.stream()
                                .mapToLong(c -> Math.addExact(c.pricedTokens(), c.unpricedTokens()))
                                .reduce(0, Math::addExact)));
        return tokens;
    }

    /** The tokens without a rate in the scenario of a month that has the most of them. */
    public long mostUnpriced(Month month) {
        return costsOf(month).values().stream()
                .mapToLong(costs ->
                        costs.stream().mapToLong(PoolCost::unpricedTokens).sum())
                .max()
                .orElse(0);
    }

    private SortedMap<ScenarioKey, List<PoolCost>> costsOf(Month month) {
        return comparisons.stream()
                .map(Comparison::cost)
                .filter(c -> c.month().equals(month))
                .collect(Collectors.groupingBy(PoolCost::scenario, TreeMap::new, Collectors.toList()));
    }

    private static List<PoolCost> poolCosts(Dataset<Row> used, List<Scenario> scenarios) {
        Map<Place, BigDecimal> idle = new HashMap<>();
        Map<ScenarioKey, Scenario> byKey = new HashMap<>();
        for (Scenario scenario : scenarios) {
            byKey.put(scenario.key(), scenario);
            scenario.charges()
                    .forEach(
                            c -> idle.merge(new Place(c.month(), c.pool(), scenario.key()), c.idle(), BigDecimal::add));
        }
        List<PoolCost> costs = new ArrayList<>();
        used.groupBy(MONTH, POOL, Facts.SCENARIO, Facts.VARIANT)
                .agg(
                        sum(Facts.PRICED_TOKENS),
                        sum(Facts.UNPRICED_TOKENS),
                        sum(Facts.UNPRICED_CALLS),
                        sum(col(Facts.TOKEN_COST).plus(col(Facts.FEE_COST))).cast(Facts.MONEY),
                        sum(Facts.CAPACITY_COST).cast(Facts.MONEY),
                        sum(Facts.CAPACITY_TOKENS),
                        max(SAMPLED),
                        collect_set(coalesce(col(Facts.ASSUMPTIONS), lit(""))))
                .collectAsList()
                .forEach(row -> {
                    Place place = new Place(
                            Month.parse(row.getString(0)),
                            row.getString(1),
                            Bill.key(row.getString(2), row.getString(3)));
                    BigDecimal idleCost = idle.getOrDefault(place, ZERO);
                    BigDecimal capacityCost = row.getDecimal(8).add(idleCost);
                    BigDecimal priced = row.getDecimal(7).add(capacityCost);
                    costs.add(new PoolCost(
                            place.month(),
                            place.pool(),
                            place.scenario(),
                            row.getLong(4),
                            row.getLong(5),
                            row.getLong(5) + row.getLong(6) == 0 ? priced : null,
                            priced,
                            row.getDecimal(7),
                            capacityCost,
                            idleCost,
                            byKey.get(place.scenario()).sunkCost(place.month(), place.pool()),
                            row.getLong(9),
                            byKey.get(place.scenario())
                                    .whyNot(place.month(), place.pool())
                                    .orElse(null),
                            row.getBoolean(10),
                            assumptions(row.getList(11))));
                });
        return withUnused(costs, scenarios, idle);
    }

    private static SortedSet<String> assumptions(List<String> ofRows) {
        return ofRows.stream()
                .flatMap(text -> Arrays.stream(text.split("; ")))
                .filter(text -> !text.isEmpty())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /**
     * Capacity costs money also where nobody used its pool. Every scenario is then compared with an empty one, or units
     * that stood idle would win a pool for want of rivals.
     */
    private static List<PoolCost> withUnused(
            List<PoolCost> used, List<Scenario> scenarios, Map<Place, BigDecimal> idle) {
        List<PoolCost> costs = new ArrayList<>(used);
        Set<Place> there = new HashSet<>();
        used.forEach(c -> there.add(new Place(c.month(), c.pool(), c.scenario())));
        for (Place charged : idle.keySet()) {
            for (Scenario scenario : scenarios) {
                Place place = new Place(charged.month(), charged.pool(), scenario.key());
                if (there.add(place)) {
                    BigDecimal cost = idle.getOrDefault(place, ZERO);
                    costs.add(new PoolCost(
                            place.month(),
                            place.pool(),
                            place.scenario(),
                            0,
                            0,
                            cost,
                            cost,
                            ZERO,
                            cost,
                            cost,
                            scenario.sunkCost(place.month(), place.pool()),
                            0,
                            scenario.whyNot(place.month(), place.pool()).orElse(null),
                            false,
                            scenario.assumptions(place.month(), place.pool())));
                }
            }
        }
        return costs;
    }

    private static PoolCost ofNoPool(Bill.Shortfall shortfall) {
        return new PoolCost(
                shortfall.month(),
                null,
                shortfall.scenario(),
                0,
                0,
                shortfall.cost(),
                shortfall.cost(),
                shortfall.cost(),
                ZERO,
                ZERO,
                ZERO,
                0,
                null,
                false,
                ofMinimum(shortfall));
    }

    private static SortedSet<String> ofMinimum(Bill.Shortfall shortfall) {
        return new TreeSet<>(List.of("minimum spend of contract " + shortfall.contract()));
    }

    private static List<CapacityReport> capacity(List<Scenario> scenarios, List<PoolCost> poolCosts, ZoneId zone) {
        List<CapacityReport> reports = new ArrayList<>();
        for (Scenario scenario : scenarios) {
            for (Purchase purchase : scenario.purchases()) {
                boolean alone = scenario.purchases().stream()
                                .filter(other -> other.month().equals(purchase.month())
                                        && other.pool().equals(purchase.pool()))
                                .count()
                        == 1;
                reports.add(CapacityReport.of(
                        purchase,
                        poolCost(poolCosts, purchase.plan(), scenario.key()),
                        alone ? poolCost(poolCosts, purchase.plan(), ScenarioKey.of(ScenarioName.SERVERLESS)) : null,
                        zone));
            }
        }
        reports.sort(comparing(CapacityReport::month)
                .thenComparing(CapacityReport::pool)
                .thenComparing(CapacityReport::scenario)
                .thenComparing(report -> report.unit().unit()));
        return reports;
    }

    private static PoolCost poolCost(List<PoolCost> costs, CapacityPlan plan, ScenarioKey scenario) {
        return costs.stream()
                .filter(c -> c.month().equals(plan.month())
                        && plan.unit().pool().equals(c.pool())
                        && c.scenario().equals(scenario))
                .findFirst()
                .orElse(null);
    }

    @Override
    public void close() {
        used.unpersist();
    }
}
