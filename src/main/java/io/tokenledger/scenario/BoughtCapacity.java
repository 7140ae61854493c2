package io.tokenledger.scenario;

import static java.util.stream.Collectors.toCollection;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.when;

import io.tokenledger.ledger.Lookup;
import io.tokenledger.model.Month;
import io.tokenledger.model.ServiceTier;
import io.tokenledger.usage.Pools;
import io.tokenledger.usage.Usage;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;

/**
 * Units bought for pools: they serve what fits into each minute, the rest overflows to the unit's overage rule. Models
 * whose pool has no unit, and token classes that its units do not serve, stay at standard rates.
 *
 * @param moves for who was in the minutes that overflowed
 * @param purchases what is bought in each month
 * @param sharedBy how the used part of the cost is shared out
 */
record BoughtCapacity(ScenarioKey key, Moves moves, List<Purchase> purchases, AllocationMethod sharedBy)
        implements Scenario {

    /** Null where units of the pool serve the class. */
    @Override
    public Column priceTier() {
        Map<List<String>, Boolean> served = new HashMap<>();
        plans().forEach(plan -> plan.unit()
                .served()
                .forEach(tokenClass ->
                        served.put(List.of(plan.month().toString(), plan.unit().pool(), tokenClass.column()), true)));
        Column isServed =
                new Lookup<>(served, DataTypes.BooleanType).of(col(Usage.MONTH), col(Pools.POOL), Usage.tokenClass());
        return when(coalesce(isServed, lit(false)), lit(null)).otherwise(ServiceTier.STANDARD.label());
    }

    @Override
    public Optional<String> whyNot(Month month, String pool) {
        List<Purchase> bought = purchases.stream()
                .filter(p -> p.month().equals(month) && p.pool().equals(pool))
                .toList();
        return bought.isEmpty()
                ? Optional.of("no capacity unit for this pool")
                : bought.stream().flatMap(p -> p.plan().whyNot().stream()).findFirst();
    }

    @Override
    public SortedSet<String> assumptions(Month month, String pool) {
        return purchases.stream()
                .filter(p -> p.month().equals(month) && p.pool().equals(pool))
                .flatMap(p -> p.assumptions().stream())
                .collect(toCollection(TreeSet::new));
    }

    private List<CapacityPlan> plans() {
        return purchases.stream().map(Purchase::plan).toList();
    }

    @Override
    public List<CapacityCharge> charges() {
        return plans().stream().map(CapacityPlan::charge).toList();
    }

    @Override
    public Optional<Dataset<Row>> overflow() {
        List<Moves.Move> moved = moved();
        return moved.isEmpty() ? Optional.empty() : Optional.of(moves.perCell(moved, false));
    }

    /** By the peak: the weighted tokens that were asked for in the busiest minutes of the unit. */
    @Override
    public Optional<Dataset<Row>> shareWeights(int number) {
        if (sharedBy == AllocationMethod.SERVED) {
            return Optional.empty();
        }
        Map<List<Object>, CapacityPlan> numbered = new HashMap<>();
        Map<List<Object>, Integer> seen = new HashMap<>();
        for (CapacityPlan plan : plans()) {
            List<Object> place = List.of(plan.month(), plan.unit().pool());
            if (seen.merge(place, 1, Integer::sum) - 1 == number) {
                numbered.put(place, plan);
            }
        }
        return Optional.of(moves.peakWeights(numbered.values()));
    }

    private List<Moves.Move> moved() {
        return purchases.stream()
                .flatMap(purchase -> purchase.plan().overflow().stream()
                        .map(o -> new Moves.Move(
                                purchase.pool(),
                                o.minute(),
                                false,
                                o.tokenClass(),
                                o.overflow(),
                                purchase.plan().unit().overflowTier(o.units()))))
                .toList();
    }
}
