package io.tokenledger.scenario;

import static java.util.Comparator.comparing;
import static java.util.stream.Collectors.groupingBy;

import io.tokenledger.model.Month;
import io.tokenledger.scenario.ScenarioSettings.Bought;
import io.tokenledger.scenario.ScenarioSettings.Number;
import io.tokenledger.usage.Demand;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** The scenarios of a job, in the order of reports; of several variants of one, the first stands for it. */
record Scenarios(
        Moves moves,
        Dataset<Row> tokens,
        Economics economics,
        Map<String, PoolDemand> demands,
        List<BatchPlan> batchPlans,
        Collection<Month> months) {

    /** The numbers of units are given by the job file. */
    static final String GIVEN = "given";

    /** At least one number is the optimum of the time before the month. */
    static final String OPTIMUM = "optimum";

    /** These numbers are the optimum of the month itself. */
    static final String HINDSIGHT = "hindsight";

    /** Replicas come and go by the minute. */
    static final String SCALED = "scaled";

    List<Scenario> all() {
        List<Scenario> scenarios = new ArrayList<>();
        for (ScenarioName name : economics.settings().names()) {
            switch (name) {
                case SERVERLESS -> scenarios.add(new Serverless());
                case BATCH -> scenarios.add(new Batch(batchPlans, economics.eligibility()));
                case DEDICATED, PROVISIONED, GPU_CLUSTER ->
                    scenarios.addAll(
                            bought(name, economics.settings().bought(name).orElseThrow()));
                case BEST_MIX ->
                    scenarios.addAll(bestMix(economics.settings().bought(name).orElseThrow()));
                case AS_RUN -> scenarios.add(AsRun.of(tokens, economics, demands, months));
            }
        }
        return scenarios;
    }

    private List<Scenario> bought(ScenarioName name, Bought bought) {
        List<Scenario> variants = new ArrayList<>();
        variants.add(bought(
                name, bought, bought.hasOptimum() ? OPTIMUM : GIVEN, (unit, choice) -> planned(bought, unit, choice)));
        if (bought.hasOptimum()) {
            variants.add(bought(
                    name,
                    bought,
                    HINDSIGHT,
                    (unit, choice) -> bought.units().get(unit).equals(Number.OPTIMUM)
                            ? choice.hindsight()
                            : planned(bought, unit, choice)));
        }
        if (!bought.scaling().isEmpty()) {
            variants.add(bought(
                    name,
                    bought,
                    SCALED,
                    (unit, choice) -> bought.scaling().containsKey(unit)
                            ? choice.scaled(bought.scaling().get(unit))
                            : planned(bought, unit, choice)));
        }
        return variants;
    }

    private List<Scenario> bestMix(Bought bought) {
        List<Scenario> variants = new ArrayList<>();
        for (String variant : bought.hasOptimum() ? List.of(OPTIMUM, HINDSIGHT) : List.of(GIVEN)) {
            List<Mix> mixes = new ArrayList<>();
            for (Month month : months) {
                economics.choices(bought, month, demands).values().stream()
                        .sorted(comparing(choice -> choice.unit().unit()))
                        .collect(groupingBy(choice -> choice.unit().pool(), TreeMap::new, Collectors.toList()))
                        .forEach((pool, ofPool) -> mixes.add(
                                mix(ofPool, bought, Waiting.of(month, pool, economics, batchPlans), variant)));
            }
            variants.add(new BestMix(new ScenarioKey(ScenarioName.BEST_MIX, variant), moves, mixes, waiting(mixes)));
        }
        return variants;
    }

    private Map<Demand.Of, Waiting> waiting(List<Mix> mixes) {
        Map<Demand.Of, Waiting> waiting = new HashMap<>();
        Stream.concat(
                        mixes.stream().map(mix -> new Demand.Of(mix.month(), mix.pool())),
                        batchPlans.stream().map(plan -> new Demand.Of(plan.month(), plan.pool())))
                .distinct()
                .forEach(of -> waiting.put(of, Waiting.of(of.month(), of.pool(), economics, batchPlans)));
        return waiting;
    }

    private static Mix mix(List<Purchase.Choice> choices, Bought bought, Waiting waiting, String variant) {
        Purchase.Choice any = choices.get(0);
        if (variant.equals(OPTIMUM)) {
            Span before = any.before(bought.trailingDays());
            Mix mix = Mix.of(
                    choices,
                    bought,
                    waiting,
                    any.demand().within(before),
                    before,
                    Purchase.Choice.chosenOn(bought.trailingDays()));
            Stream<String> early = waiting.asBatch()
                    ? Stream.of()
                    : Stream.of("the choice knows already that the month's batches are above a limit");
            return mix.knowing(Stream.concat(
                            early, choices.stream().flatMap(choice -> choice.knowing(bought.trailingDays()).stream()))
                    .distinct()
                    .toList());
        }
        return Mix.of(
                choices,
                bought,
                waiting,
                any.ofMonth(),
                Span.of(any.month(), any.zone()),
                variant.equals(GIVEN) ? GIVEN : "the month itself");
    }

    private static Purchase planned(Bought bought, String unit, Purchase.Choice choice) {
        Long given = bought.units().get(unit).given();
        return given == null ? choice.optimum(bought.trailingDays()) : choice.given(given);
    }

    private BoughtCapacity bought(
            ScenarioName name, Bought bought, String variant, BiFunction<String, Purchase.Choice, Purchase> decide) {
        List<Purchase> purchases = new ArrayList<>();
        for (Month month : months) {
            Map<String, Purchase.Choice> choices = economics.choices(bought, month, demands);
            bought.units().keySet().forEach(unit -> purchases.add(decide.apply(unit, choices.get(unit))));
        }
        return new BoughtCapacity(new ScenarioKey(name, variant), moves, List.copyOf(purchases), bought.sharedBy());
    }
}
