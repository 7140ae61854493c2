package io.tokenledger.scenario;

import io.tokenledger.model.BilledUnit;
import io.tokenledger.model.Failure;
import io.tokenledger.model.Month;
import io.tokenledger.model.TokenClass;
import io.tokenledger.rates.MinimumSpend;
import io.tokenledger.rates.ModelKey;
import io.tokenledger.rates.RateCard;
import io.tokenledger.rates.RateGrid;
import io.tokenledger.scenario.ScenarioSettings.Bought;
import io.tokenledger.scenario.ScenarioSettings.Number;
import io.tokenledger.usage.BatchEligibility;
import io.tokenledger.usage.Pools;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.spark.sql.Column;

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
        for (ScenarioName scenario : settings.names()) {
            Map<String, CapacityUnit> known = units;
            settings.bought(scenario).ifPresent(bought -> checkUnits(scenario, bought, known, pools));
        }
        if (settings.bestMix() != null) {
            if (settings.bestMix().sharedBy() != AllocationMethod.SERVED
                    || !settings.bestMix().scaling().isEmpty()) {
                throw Failure.configuration("scenarios.best-mix: shared_by and scaling are not for a mix, whose cost is"
                        + " shared out by what was served");
            }
            Map<String, CapacityUnit> known = units;
            Mix.checkUnits(
                    settings.bestMix().units().keySet().stream().map(known::get).toList());
        }
        checkCommitments(commitments);
        units.values().forEach(unit -> checkCurrency(unit, rates));
    }

    /** The rate cells of a span: cut wherever a rate that the run may use changes. */
    public RateGrid grid(Instant from, Instant to) {
        return RateGrid.of(rates, batchPolicy.changes(), otherModels(), from, to);
    }

    /** The models that all tokens are priced as. */
    List<ModelKey> otherModels() {
        return settings.whatIfModel() == null ? List.of() : OtherModels.of(settings.whatIfModel(), rates);
    }

    /** How long before a month the demand reaches that its figures depend on. */
    public Duration lookBack() {
        long days = settings.names().stream()
                .flatMap(name -> settings.bought(name).stream())
                .filter(Bought::hasOptimum)
                .mapToLong(Bought::trailingDays)
                .max()
                .orElse(0);
        Duration batches = longestBatch();
        return batches.compareTo(Duration.ofDays(days)) > 0 ? batches : Duration.ofDays(days);
    }

    /** How what can wait runs as batches, in every scenario that has them. */
    ScenarioSettings.Batches batches() {
        return settings.batch() == null ? ScenarioSettings.Batches.WHOLE_WINDOW : settings.batch();
    }

    /** How long a batch of any model may stay enqueued; nothing where no scenario has batches. */
    Duration longestBatch() {
        return settings.batch() == null && settings.bestMix() == null
                ? Duration.ZERO
                : Duration.ofHours(batchPolicy.accepted().stream()
                        .mapToLong(batches()::hours)
                        .max()
                        .orElse(0));
    }

    /** The pools whose demand is looked at minute by minute: those that something is bought for. */
    Set<String> plannedPools() {
        Set<String> planned = new TreeSet<>();
        boughtUnits().forEach(unit -> planned.add(unit.pool()));
        commitments.stream()
                .map(Commitment::unit)
                .filter(unit -> unit.throughputs().size() > 1)
                .forEach(unit -> planned.add(unit.pool()));
        return planned;
    }

    /** What is priced: every token class, what the rates price apart, and searches, which always cost something. */
    Set<BilledUnit> billedUnits() {
        Set<BilledUnit> billed = EnumSet.allOf(BilledUnit.class);
        for (BilledUnit apart : List.of(BilledUnit.REASONING, BilledUnit.REQUESTS)) {
            if (!rates.units().contains(apart)) {
                billed.remove(apart);
            }
        }
        return billed;
    }

    Set<BilledUnit> tokenUnits() {
        return billedUnits().stream().filter(unit -> !unit.isFee()).collect(Collectors.toSet());
    }

    Column batchTier(Collection<RateGrid.Cell> occurring) {
        return Tokens.batchTier(batchPolicy, occurring);
    }

    /** The units whose overage price may pay for tokens. */
    Collection<CapacityUnit> boughtUnits() {
        return settings.names().stream()
                .flatMap(name -> settings.bought(name).stream())
                .flatMap(bought -> bought.units().keySet().stream())
                .distinct()
                .map(units::get)
                .toList();
    }

    /** What a scenario buys in a month: one choice for each of its units. */
    Map<String, Purchase.Choice> choices(Bought bought, Month month, Map<String, PoolDemand> demands) {
        Map<String, Purchase.Choice> choices = new HashMap<>();
        bought.units().keySet().forEach(name -> {
            CapacityUnit unit = units.get(name);
            choices.put(
                    name,
                    new Purchase.Choice(
                            unit, commitments, month, billingZone, demands.getOrDefault(unit.pool(), PoolDemand.NONE)));
        });
        return choices;
    }

    private static void checkUnits(ScenarioName scenario, Bought bought, Map<String, CapacityUnit> units, Pools pools) {
        List<CapacityUnit> seen = new ArrayList<>();
        bought.units().forEach((name, number) -> {
            CapacityUnit unit = units.get(name);
            if (unit == null) {
                throw Failure.configuration(
                        "scenarios.%s.units: unknown unit '%s'; the capacity units are %s",
                        scenario.label(), name, units.keySet());
            }
            if (scenario != ScenarioName.BEST_MIX && !unit.kind().scenario().equals(scenario.label())) {
                throw Failure.configuration(
                        "scenarios.%s.units: unit '%s' is a %s, which serves in the scenario %s",
                        scenario.label(), name, unit.kind().label(), unit.kind().scenario());
            }
            if (!pools.names().contains(unit.pool())) {
                throw Failure.configuration(
                        "scenarios.%s.units: unit '%s' is for pool '%s', which has no model; the pools are %s",
                        scenario.label(), name, unit.pool(), pools.names());
            }
            if (number.given() != null && !unit.sells(number.given())) {
                throw Failure.configuration(
                        "scenarios.%s.units: %s of unit '%s' are not sold; expected at least %d, in steps of %d",
                        scenario.label(), number, name, unit.minimumUnits(), unit.stepUnits());
            }
            if (number.equals(Number.OPTIMUM)
                    && unit.overage() == CapacityUnit.Overage.HOURLY
                    && unit.stepUnits() > 1) {
                throw Failure.configuration(
                        "scenarios.%s.units: '%s' has further units by the hour in steps of %d, for which no optimum is"
                                + " computed; give a number",
                        scenario.label(), name, unit.stepUnits());
            }
            seen.stream()
                    .filter(other -> scenario != ScenarioName.BEST_MIX
                            && other.pool().equals(unit.pool())
                            && meet(other.served(), unit.served()))
                    .findFirst()
                    .ifPresent(other -> {
                        throw Failure.configuration(
                                "scenarios.%s.units: '%s' and '%s' serve the same tokens of pool '%s'; expected one, or"
                                        + " bundles of different sides",
                                scenario.label(), other.unit(), name, unit.pool());
                    });
            seen.add(unit);
        });
        bought.scaling().keySet().forEach(name -> checkScales(scenario, units.get(name)));
    }

    /** What is sold for a term, at least so many, or by the day would be billed for less than it costs. */
    private static void checkScales(ScenarioName scenario, CapacityUnit unit) {
        UnitPrice price = unit.price();
        List<String> against = new ArrayList<>();
        if (price.per() == UnitPrice.Per.DAY || price.per() == UnitPrice.Per.MONTH) {
            against.add("price_per " + price.per().label());
        }
        if (unit.termDays() != null) {
            against.add("term_days " + unit.termDays());
        }
        if (unit.minimumUnits() > 1) {
            against.add("minimum_units " + unit.minimumUnits());
        }
        if (unit.stepUnits() > 1) {
            against.add("step_units " + unit.stepUnits());
        }
        if (price.minimumMonthly() != null) {
            against.add("minimum_monthly " + price.minimumMonthly().toPlainString());
        }
        if (!against.isEmpty()) {
            throw Failure.configuration(
                    "scenarios.%s.scaling: unit '%s' has %s; expected a unit that comes and goes by the minute: one by one,"
                            + " price_per minute or hour, no term_days, no minimum_monthly",
                    scenario.label(), unit.unit(), String.join(", ", against));
        }
    }

    private static boolean meet(Set<TokenClass> a, Set<TokenClass> b) {
        return a.stream().anyMatch(b::contains);
    }

    /** Tokens that capacity really served are not known by unit, so units that serve the same would share them twice. */
    private static void checkCommitments(List<Commitment> commitments) {
        for (Commitment one : commitments) {
            for (Commitment other : commitments) {
                if (!one.unit().equals(other.unit())
                        && one.unit().pool().equals(other.unit().pool())
                        && meet(one.unit().served(), other.unit().served())) {
                    throw Failure.configuration(
                            "commitments: '%s' and '%s' serve the same tokens of pool '%s' by different units; expected"
                                    + " one unit per pool, or bundles of different sides",
                            one.name(), other.name(), one.unit().pool());
                }
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
