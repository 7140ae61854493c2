package io.tokenledger.scenario;

import static io.tokenledger.scenario.Facts.PRICE_TIER;
import static io.tokenledger.usage.Pools.POOL;
import static io.tokenledger.usage.Usage.FIRST_SEEN;
import static io.tokenledger.usage.Usage.LAST_SEEN;
import static io.tokenledger.usage.Usage.MODEL;
import static io.tokenledger.usage.Usage.MONTH;
import static io.tokenledger.usage.Usage.PROVIDER;
import static io.tokenledger.usage.Usage.SAMPLED;
import static io.tokenledger.usage.Usage.TOKENS;
import static io.tokenledger.usage.Usage.TOKEN_CLASS;
import static java.util.Comparator.comparing;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.sum;

import io.tokenledger.model.Failure;
import io.tokenledger.model.Money;
import io.tokenledger.model.Month;
import io.tokenledger.rates.RateCard;
import io.tokenledger.rates.RateGrid;
import io.tokenledger.usage.BatchEligibility;
import io.tokenledger.usage.Demand;
import io.tokenledger.usage.Pools;
import io.tokenledger.usage.Usage;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.storage.StorageLevel;

/**
 * All scenarios of a run, evaluated for some months: the costs by tenant as a Dataset, whatever is bounded by models and
 * minutes as lists.
 *
 * @param used as {@link Facts#costs}, kept in storage until {@link #close()}
 * @param costs these and the rows of idle capacity, as {@link Facts#idle}
 * @param comparisons by month, pool and scenario
 * @param capacity by month and pool
 * @param ratesApplied every rate that made money
 * @param unpriced tokens without a rate
 */
public record Evaluation(
        Dataset<Row> used,
        Dataset<Row> costs,
        List<Comparison> comparisons,
        List<CapacityReport> capacity,
        List<RateUse> ratesApplied,
        List<Unpriced> unpriced)
        implements AutoCloseable {

    /** The word for the one variant of dedicated: the number of replicas is given by the job file. */
    private static final String GIVEN = "given";

    /**
     * What scenarios are made of.
     *
     * @param units by name
     */
    public record Economics(
            RateCard rates,
            RateGrid grid,
            Pools pools,
            BatchEligibility eligibility,
            BatchPolicy batchPolicy,
            Map<String, CapacityUnit> units,
            List<Commitment> commitments,
            ScenarioSettings settings,
            ZoneId billingZone) {

        public Economics {
            if (settings.dedicated() != null) {
                checkReplicas(settings.dedicated().replicas(), units, pools);
            }
            checkCommitments(commitments);
            units.values().forEach(unit -> checkCurrency(unit, rates));
        }

        /** The units of the dedicated scenario: at most one per pool. */
        List<CapacityUnit> plannedUnits() {
            return settings.dedicated() == null
                    ? List.of()
                    : settings.dedicated().replicas().keySet().stream()
                            .map(units::get)
                            .toList();
        }

        private static void checkReplicas(Map<String, Integer> numbers, Map<String, CapacityUnit> units, Pools pools) {
            Set<String> seen = new HashSet<>();
            for (String name : numbers.keySet()) {
                CapacityUnit unit = units.get(name);
                if (unit == null) {
                    throw Failure.configuration(
                            "scenarios.dedicated.replicas: unknown unit '%s'; the capacity units are %s",
                            name, units.keySet());
                }
                if (!pools.names().contains(unit.pool())) {
                    throw Failure.configuration(
                            "scenarios.dedicated.replicas: unit '%s' is for pool '%s', which has no model; the pools are %s",
                            name, unit.pool(), pools.names());
                }
                checkPlannable(unit, numbers.get(name));
                if (!seen.add(unit.pool())) {
                    throw Failure.configuration(
                            "scenarios.dedicated.replicas: two units for pool '%s'; expected one", unit.pool());
                }
            }
        }

        private static void checkPlannable(CapacityUnit unit, int number) {
            if (!unit.kind().scenario().equals(ScenarioName.DEDICATED.label())) {
                throw Failure.configuration(
                        "scenarios.dedicated.replicas: unit '%s' is a %s, which serves in the scenario %s; expected a replica",
                        unit.unit(), unit.kind().label(), unit.kind().scenario());
            }
            if (!unit.sells(number)) {
                throw Failure.configuration(
                        "scenarios.dedicated.replicas: %d of unit '%s' are not sold; expected at least %d, in steps of %d",
                        number, unit.unit(), unit.minimumUnits(), unit.stepUnits());
            }
            checkOneThroughput(unit);
        }

        /** Costs carry one capacity per scenario, month and pool. */
        private static void checkCommitments(List<Commitment> commitments) {
            Map<String, CapacityUnit> byPool = new HashMap<>();
            for (Commitment commitment : commitments) {
                CapacityUnit unit = commitment.unit();
                CapacityUnit other = byPool.put(unit.pool(), unit);
                if (other != null && !other.equals(unit)) {
                    throw Failure.configuration(
                            "commitments: pool '%s' has units '%s' and '%s'; expected one unit per pool",
                            unit.pool(), other.unit(), unit.unit());
                }
                checkOneThroughput(unit);
            }
        }

        private static void checkOneThroughput(CapacityUnit unit) {
            if (unit.throughputs().size() > 1) {
                throw Failure.configuration(
                        "capacity unit '%s' has a throughput for each of %d shapes; expected one line for it",
                        unit.unit(), unit.throughputs().size());
            }
        }

        private static void checkCurrency(CapacityUnit unit, RateCard rates) {
            if (!unit.currency().equals(rates.currency())) {
                throw Failure.configuration(
                        "capacity unit '%s' is priced in %s, the rates in %s; expected one currency",
                        unit.unit(), unit.currency(), rates.currency());
            }
        }
    }

    /**
     * A rate, a scenario, and what the one earned in the other.
     *
     * @param billedAs the token class that was charged by this rate; another one than the rate's own where cached input
     *     without a price bills as input
     * @param cost exact
     */
    public record RateUse(
            Month month, ScenarioName scenario, AppliedRate rate, String billedAs, long tokens, BigDecimal cost) {}

    /** Tokens that a scenario could not price. */
    public record Unpriced(
            Month month,
            ScenarioName scenario,
            String provider,
            String model,
            String priceTier,
            String tokenClass,
            long tokens,
            Instant firstSeen,
            Instant lastSeen) {}

    /**
     * @param labelled as {@link Usage#labelled}
     * @param cells as {@link Usage#cells}
     */
    public static Evaluation of(
            Dataset<Row> labelled, Dataset<Row> cells, Economics economics, Collection<Month> months) {
        Dataset<Row> tokens =
                Tokens.of(cells, economics.pools(), economics.eligibility(), economics.batchPolicy(), economics.grid());
        List<Scenario> scenarios = scenarios(labelled, tokens, economics, months);
        Prices prices = new Prices(economics.rates(), economics.grid(), economics.pools(), economics.plannedUnits());
        Dataset<Row> facts = Facts.of(scenarios, tokens, prices).persist(StorageLevel.MEMORY_AND_DISK());
        try {
            Dataset<Row> used = Facts.costs(facts, scenarios).persist(StorageLevel.MEMORY_AND_DISK());
            List<PoolCost> poolCosts = poolCosts(used, scenarios);
            List<Row> byRate = byRate(facts);
            Dataset<Row> idle = used.sparkSession().createDataFrame(Facts.idle(scenarios, poolCosts), Facts.IDLE);
            return new Evaluation(
                    used,
                    used.unionByName(idle, true),
                    Comparison.of(poolCosts),
                    capacity(scenarios, poolCosts, economics.billingZone()),
                    ratesApplied(byRate, prices),
                    unpriced(byRate));
        } finally {
            facts.unpersist();
        }
    }

    private static List<Scenario> scenarios(
            Dataset<Row> labelled, Dataset<Row> tokens, Economics economics, Collection<Month> months) {
        return economics.settings().names().stream()
                .<Scenario>map(name -> switch (name) {
                    case SERVERLESS -> new Serverless();
                    case BATCH -> new Batch();
                    case DEDICATED -> dedicated(labelled, economics, months);
                    case AS_RUN -> AsRun.of(tokens, economics.commitments(), months, economics.billingZone());
                })
                .toList();
    }

    private static Dedicated dedicated(Dataset<Row> labelled, Economics economics, Collection<Month> months) {
        Map<String, Integer> replicas = economics.settings().dedicated().replicas();
        Set<String> pools = replicas.keySet().stream()
                .map(unit -> economics.units().get(unit).pool())
                .collect(Collectors.toSet());
        Map<Demand.Of, List<Demand.Minute>> demand = Demand.curves(labelled, economics.pools(), pools);
        List<CapacityPlan> plans = new ArrayList<>();
        for (Month month : months) {
            replicas.entrySet().stream().sorted(Map.Entry.comparingByKey()).forEach(e -> {
                CapacityUnit unit = economics.units().get(e.getKey());
                plans.add(CapacityPlan.of(
                        unit,
                        e.getValue(),
                        month,
                        economics.billingZone(),
                        demand.getOrDefault(new Demand.Of(month, unit.pool()), List.of())));
            });
        }
        return new Dedicated(labelled, economics.pools(), List.copyOf(plans));
    }

    /** Cost per scenario over all pools of a month; null where any token of the scenario is unpriced. */
    public SortedMap<String, BigDecimal> totals(Month month) {
        SortedMap<String, BigDecimal> totals = new TreeMap<>();
        costsOf(month)
                .forEach((scenario, costs) -> totals.put(
                        scenario.label(),
                        costs.stream().anyMatch(c -> c.totalCost() == null)
                                ? null
                                : costs.stream().map(PoolCost::totalCost).reduce(BigDecimal.ZERO, BigDecimal::add)));
        return totals;
    }

    /** The priced part of the cost per scenario over all pools of a month. */
    public SortedMap<String, BigDecimal> pricedTotals(Month month) {
        SortedMap<String, BigDecimal> totals = new TreeMap<>();
        costsOf(month)
                .forEach((scenario, costs) -> totals.put(
                        scenario.label(),
                        costs.stream().map(PoolCost::pricedCost).reduce(BigDecimal.ZERO, BigDecimal::add)));
        return totals;
    }

    /** The tokens of a month that each scenario serves. */
    public SortedMap<ScenarioName, Long> tokens(Month month) {
        SortedMap<ScenarioName, Long> tokens = new TreeMap<>();
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

    private Map<ScenarioName, List<PoolCost>> costsOf(Month month) {
        return comparisons.stream()
                .map(Comparison::cost)
                .filter(c -> c.month().equals(month))
                .collect(Collectors.groupingBy(PoolCost::scenario));
    }

    private static List<PoolCost> poolCosts(Dataset<Row> used, List<Scenario> scenarios) {
        Map<Of, BigDecimal> idle = new HashMap<>();
        Set<Of> planned = new HashSet<>();
        for (Scenario scenario : scenarios) {
            scenario.charges().forEach(c -> idle.put(new Of(c.month(), c.pool(), scenario.name()), c.idle()));
            scenario.plans().forEach(p -> planned.add(new Of(p.month(), p.unit().pool(), scenario.name())));
        }
        List<PoolCost> costs = new ArrayList<>();
        used.groupBy(MONTH, POOL, Facts.SCENARIO)
                .agg(
                        sum(Facts.PRICED_TOKENS),
                        sum(Facts.UNPRICED_TOKENS),
                        sum(Facts.TOKEN_COST).cast(Facts.MONEY),
                        sum(Facts.CAPACITY_COST).cast(Facts.MONEY),
                        sum(Facts.CAPACITY_TOKENS),
                        max(SAMPLED))
                .collectAsList()
                .forEach(row -> {
                    Of of = new Of(Month.parse(row.getString(0)), row.getString(1), scenario(row.getString(2)));
                    BigDecimal idleCost = idle.getOrDefault(of, BigDecimal.ZERO.setScale(Money.REPORT_SCALE));
                    BigDecimal capacityCost = row.getDecimal(6).add(idleCost);
                    BigDecimal priced = row.getDecimal(5).add(capacityCost);
                    costs.add(new PoolCost(
                            of.month(),
                            of.pool(),
                            of.scenario(),
                            variant(of.scenario()),
                            row.getLong(3),
                            row.getLong(4),
                            row.getLong(4) == 0 ? priced : null,
                            priced,
                            row.getDecimal(5),
                            capacityCost,
                            idleCost,
                            row.getLong(7),
                            of.scenario() != ScenarioName.DEDICATED || planned.contains(of),
                            row.getBoolean(8)));
                });
        return withUnused(costs, scenarios, idle);
    }

    /**
     * Capacity costs money also where nobody used its pool. Every scenario is then compared with an empty one, or units
     * that stood idle would win a pool for want of rivals.
     */
    private static List<PoolCost> withUnused(List<PoolCost> used, List<Scenario> scenarios, Map<Of, BigDecimal> idle) {
        List<PoolCost> costs = new ArrayList<>(used);
        Set<Of> there = new HashSet<>();
        used.forEach(c -> there.add(new Of(c.month(), c.pool(), c.scenario())));
        for (Of charged : idle.keySet()) {
            for (Scenario scenario : scenarios) {
                Of of = new Of(charged.month(), charged.pool(), scenario.name());
                if (there.add(of)) {
                    BigDecimal zero = BigDecimal.ZERO.setScale(Money.REPORT_SCALE);
                    BigDecimal cost = idle.getOrDefault(of, zero);
                    costs.add(new PoolCost(
                            of.month(),
                            of.pool(),
                            of.scenario(),
                            variant(of.scenario()),
                            0,
                            0,
                            cost,
                            cost,
                            zero,
                            cost,
                            cost,
                            0,
                            of.scenario() != ScenarioName.DEDICATED || idle.containsKey(of),
                            false));
                }
            }
        }
        return costs;
    }

    private record Of(Month month, String pool, ScenarioName scenario) {}

    /** The variant of a scenario that reports show; null for scenarios that have only one. */
    public static String variant(ScenarioName scenario) {
        return scenario == ScenarioName.DEDICATED ? GIVEN : null;
    }

    private static ScenarioName scenario(String label) {
        return Stream.of(ScenarioName.values())
                .filter(s -> s.label().equals(label))
                .findFirst()
                .orElseThrow();
    }

    private static List<CapacityReport> capacity(List<Scenario> scenarios, List<PoolCost> poolCosts, ZoneId zone) {
        return scenarios.stream()
                .flatMap(s -> s.plans().stream())
                .map(plan -> CapacityReport.of(
                        plan,
                        poolCost(poolCosts, plan, ScenarioName.DEDICATED),
                        poolCost(poolCosts, plan, ScenarioName.SERVERLESS),
                        zone))
                .toList();
    }

    private static PoolCost poolCost(List<PoolCost> costs, CapacityPlan plan, ScenarioName scenario) {
        return costs.stream()
                .filter(c -> c.month().equals(plan.month())
                        && c.pool().equals(plan.unit().pool())
                        && c.scenario() == scenario)
                .findFirst()
                .orElse(null);
    }

    /** Both in one pass: they are as small as models × rates. */
    private static List<Row> byRate(Dataset<Row> facts) {
        return facts.groupBy(MONTH, Facts.SCENARIO, PROVIDER, MODEL, PRICE_TIER, TOKEN_CLASS, Prices.RATE, Facts.PRICED)
                .agg(sum(TOKENS), sum(Facts.COST), min(FIRST_SEEN), max(LAST_SEEN))
                .collectAsList();
    }

    private static List<RateUse> ratesApplied(List<Row> byRate, Prices prices) {
        return byRate.stream()
                .filter(row -> !row.isNullAt(6))
                .map(row -> new RateUse(
                        Month.parse(row.getString(0)),
                        scenario(row.getString(1)),
                        prices.applied(row.getInt(6)),
                        row.getString(5),
                        row.getLong(8),
                        row.getDecimal(9)))
                .sorted(comparing(RateUse::month)
                        .thenComparing(RateUse::scenario)
                        .thenComparing(r -> r.rate().provider())
                        .thenComparing(r -> r.rate().model())
                        .thenComparing(r -> r.rate().priceTier())
                        .thenComparing(RateUse::billedAs)
                        .thenComparing(r -> r.rate().place()))
                .toList();
    }

    private static List<Unpriced> unpriced(List<Row> byRate) {
        return byRate.stream()
                .filter(row -> !row.getBoolean(7))
                .map(row -> new Unpriced(
                        Month.parse(row.getString(0)),
                        scenario(row.getString(1)),
                        row.getString(2),
                        row.getString(3),
                        row.getString(4),
                        row.getString(5),
                        row.getLong(8),
                        row.getInstant(10),
                        row.getInstant(11)))
                .sorted(comparing(Unpriced::month)
                        .thenComparing(Unpriced::scenario)
                        .thenComparing(u -> String.valueOf(u.provider()))
                        .thenComparing(u -> String.valueOf(u.model()))
                        .thenComparing(u -> String.valueOf(u.priceTier()))
                        .thenComparing(Unpriced::tokenClass))
                .toList();
    }

    @Override
    public void close() {
        used.unpersist();
    }
}
