package io.tokenledger.scenario;

import io.tokenledger.model.Month;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.ZoneId;

/**
 * How the units of a pool were used in a month, and where they would break even.
 *
 * @param overflowCost what the tokens above the capacity cost; null if any of them is unpriced
 * @param breakEvenLoad the utilisation at which the units cost what their tokens would cost serverless; null where
 *     nothing was served, bought or priced, and where overflow pays a price of its own, which tells nothing of the list value of
 *     what was served
 * @param breakEvenUnitPrice the price of a unit, per the unit's own time, at which the units cost as much as their
 *     tokens would cost serverless; null likewise, and where storage and network alone cost more
 */
public record CapacityReport(
        ScenarioKey scenario,
        Purchase purchase,
        Month month,
        String pool,
        CapacityUnit unit,
        long units,
        BigDecimal peakUnits,
        BigDecimal p99Units,
        BigDecimal meanUnits,
        BigDecimal utilisation,
        BigDecimal coverage,
        long overflowTokens,
        BigDecimal overflowCost,
        BigDecimal capacityCost,
        BigDecimal idleCost,
        BigDecimal breakEvenLoad,
        BigDecimal breakEvenUnitPrice,
        boolean sampled) {

    private static final int LOAD_SCALE = 6;

    /**
     * @param serverless the same pool and month, everything at standard rates; null when the job has no such
     *     scenario, and where the unit is one of several of its pool, whose costs by token are not told apart
     */
    static CapacityReport of(Purchase purchase, PoolCost cost, PoolCost serverless, ZoneId zone) {
        CapacityPlan plan = purchase.plan();
        boolean comparable = serverless != null
                && serverless.totalCost() != null
                && cost.totalCost() != null
                && plan.unit().overage() == CapacityUnit.Overage.STANDARD
                && plan.unitMinutes() > 0;
        BigDecimal servedValue =
                comparable ? serverless.totalCost().subtract(cost.tokenCost()).subtract(purchase.savedBeside()) : null;
        return new CapacityReport(
                cost.scenario(),
                purchase,
                plan.month(),
                plan.unit().pool(),
                plan.unit(),
                plan.units(),
                plan.peakUnits(),
                plan.p99Units(),
                plan.meanUnits(),
                plan.utilisation(),
                plan.coverage(),
                plan.overflowTokens(),
                cost.totalCost() == null ? null : cost.tokenCost(),
                plan.cost(),
                plan.charge().idle(),
                breakEvenLoad(plan, servedValue),
                breakEvenUnitPrice(plan, servedValue, zone),
                cost.sampled());
    }

    /** Cost ÷ (value of the served tokens ÷ utilisation): economics of a dedicated unit against list tokens. */
    private static BigDecimal breakEvenLoad(CapacityPlan plan, BigDecimal servedValue) {
        if (servedValue == null || servedValue.signum() <= 0) {
            return null;
        }
        return plan.cost()
                .multiply(plan.served())
                .divide(servedValue.multiply(plan.capacity()), LOAD_SCALE, RoundingMode.HALF_EVEN);
    }

    private static BigDecimal breakEvenUnitPrice(CapacityPlan plan, BigDecimal servedValue, ZoneId zone) {
        UnitPrice price = plan.unit().price();
        BigDecimal left = servedValue == null
                ? BigDecimal.ZERO
                : servedValue.subtract(price.storageAndNetwork(plan.unitMinutes(), plan.month(), zone));
        return left.signum() <= 0 ? null : price.costing(left, plan.unitMinutes(), plan.month(), zone);
    }
}
