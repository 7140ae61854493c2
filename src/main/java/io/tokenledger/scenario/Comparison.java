package io.tokenledger.scenario;

import static java.util.Comparator.comparing;
import static java.util.Comparator.naturalOrder;
import static java.util.Comparator.nullsLast;
import static java.util.stream.Collectors.groupingBy;

import io.tokenledger.model.Money;
import io.tokenledger.model.Month;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * A scenario beside the others of its pool and month. A scenario competes only where it prices every token and, if it
 * needs capacity, where the pool has a unit; of equal costs the first in the order of {@link ScenarioName} wins. What is
 * owed for commitments in any case speaks for or against none of them: costs are compared without it. What belongs to no
 * pool is a cost without a verdict: contracts are told apart there, and a scenario that meets a minimum has no such row.
 *
 * @param savingAgainstServerless what serverless costs more, sunk costs apart; null where either total is null, and
 *     without a pool
 * @param savingAgainstAsRun what the real way of serving costs more, likewise
 * @param whyNot null where feasible
 * @param blendedCostPerMillion total ÷ all tokens, per 1,000,000; null without total or tokens
 * @param capacityCostPerMillion capacity with idle ÷ the tokens that it served, per 1,000,000; null without them
 */
public record Comparison(
        PoolCost cost,
        BigDecimal savingAgainstServerless,
        BigDecimal savingAgainstAsRun,
        boolean feasible,
        String whyNot,
        BigDecimal blendedCostPerMillion,
        BigDecimal capacityCostPerMillion,
        boolean cheapest) {

    private record Place(Month month, String pool) {
        static Place of(PoolCost cost) {
            return new Place(cost.month(), cost.pool());
        }
    }

    /** In the order of month, pool and scenario. */
    public static List<Comparison> of(List<PoolCost> costs) {
        return costs.stream()
                .collect(groupingBy(
                        Place::of,
                        () -> new TreeMap<>(
                                comparing(Place::month).thenComparing(Place::pool, nullsLast(naturalOrder()))),
                        Collectors.toList()))
                .values()
                .stream()
                .flatMap(place -> ofPlace(place).stream())
                .toList();
    }

    private static List<Comparison> ofPlace(List<PoolCost> costs) {
        Optional<PoolCost> cheapest = costs.stream()
                .filter(cost -> cost.pool() != null && whyNot(cost) == null)
                // A bound, not a plan that anybody could have made.
                .filter(cost -> !Scenarios.HINDSIGHT.equals(cost.scenario().variant()))
                .min(comparing(PoolCost::avoidableCost).thenComparing(PoolCost::scenario));
        BigDecimal serverless = avoidable(costs, ScenarioName.SERVERLESS);
        BigDecimal asRun = avoidable(costs, ScenarioName.AS_RUN);
        return costs.stream()
                .sorted(comparing(PoolCost::scenario))
                .map(cost -> new Comparison(
                        cost,
                        difference(serverless, cost.avoidableCost()),
                        difference(asRun, cost.avoidableCost()),
                        whyNot(cost) == null,
                        whyNot(cost),
                        perMillion(cost.totalCost(), cost.pricedTokens() + cost.unpricedTokens()),
                        perMillion(cost.capacityCost(), cost.capacityTokens()),
                        cheapest.filter(cost::equals).isPresent()))
                .toList();
    }

    private static BigDecimal avoidable(List<PoolCost> costs, ScenarioName scenario) {
        return costs.stream()
                .filter(cost -> cost.pool() != null && cost.scenario().equals(ScenarioKey.of(scenario)))
                .map(PoolCost::avoidableCost)
                .filter(java.util.Objects::nonNull)
                .findFirst()
                .orElse(null);
    }

    /** Why a scenario does not compete; null where it does. */
    static String whyNot(PoolCost cost) {
        if (cost.whyNot() != null) {
            return cost.whyNot();
        }
        if (cost.totalCost() != null) {
            return null;
        }
        return cost.unpricedTokens() == 0 ? "fees are unpriced" : cost.unpricedTokens() + " tokens are unpriced";
    }

    private static BigDecimal difference(BigDecimal other, BigDecimal total) {
        return other == null || total == null ? null : other.subtract(total);
    }

    /** A cost per 1,000,000 tokens: cost ÷ (tokens ÷ 1,000,000), rounded HALF_EVEN to the scale of reports. */
    static BigDecimal perMillion(BigDecimal cost, long tokens) {
        return cost == null || tokens == 0
                ? null
                : cost.movePointRight(6).divide(BigDecimal.valueOf(tokens), Money.REPORT_SCALE, RoundingMode.HALF_EVEN);
    }
}
