package io.tokenledger.scenario;

import io.tokenledger.model.BilledUnit;
import io.tokenledger.model.Failure;
import io.tokenledger.rates.MinimumSpend;
import io.tokenledger.rates.RateCard;
import io.tokenledger.rates.RateGrid;
import io.tokenledger.usage.BatchEligibility;
import io.tokenledger.usage.Pools;
import java.time.Instant;
import java.time.ZoneId;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What scenarios are made of.
 *
 * @param units by name
 */
public record Economics(
        RateCard rates,
        List<MinimumSpend> minimumSpends,
        Pools pools,
        BatchEligibility eligibility,
        BatchPolicy batchPolicy,
        Map<String, CapacityUnit> units,
        List<Commitment> commitments,
        ScenarioSettings settings,
        ZoneId billingZone) {

    public Economics {
        if (settings.dedicated() != null) {
            checkReplicas(settings.dedicated().replicas().keySet(), units, pools);
        }
        units.values().forEach(unit -> checkCurrency(unit, rates));
    }

    /** The rate cells of a span: cut wherever a rate that the run may use changes. */
    public RateGrid grid(Instant from, Instant to) {
        return RateGrid.of(rates, batchPolicy.changes(), Set.of(), from, to);
    }

    /** What is priced: every token class, what the rates price apart, and searches, which always cost something. */
    Set<BilledUnit> billedUnits() {
        Set<BilledUnit> units = EnumSet.allOf(BilledUnit.class);
        for (BilledUnit apart : List.of(BilledUnit.REASONING, BilledUnit.REQUESTS)) {
            if (!rates.units().contains(apart)) {
                units.remove(apart);
            }
        }
        return units;
    }

    Set<BilledUnit> tokenUnits() {
        return billedUnits().stream().filter(unit -> !unit.isFee()).collect(Collectors.toSet());
    }

    /** The units of the dedicated scenario: at most one per pool. */
    List<CapacityUnit> plannedUnits() {
        return settings.dedicated() == null
                ? List.of()
                : settings.dedicated().replicas().keySet().stream()
                        .map(units::get)
                        .toList();
    }

    private static void checkReplicas(Set<String> named, Map<String, CapacityUnit> units, Pools pools) {
        Set<String> seen = new HashSet<>();
        for (String name : named) {
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
            if (!seen.add(unit.pool())) {
                throw Failure.configuration(
                        "scenarios.dedicated.replicas: two units for pool '%s'; expected one", unit.pool());
            }
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
