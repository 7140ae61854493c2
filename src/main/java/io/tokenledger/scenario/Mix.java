package io.tokenledger.scenario;

import io.tokenledger.model.Failure;
import io.tokenledger.model.Month;
import io.tokenledger.model.TokenClass;
import io.tokenledger.scenario.ScenarioSettings.Bought;
import io.tokenledger.scenario.commitment.CompetingUnits;
import io.tokenledger.scenario.commitment.LoadCurve;
import io.tokenledger.scenario.commitment.Terms;
import io.tokenledger.scenario.commitment.Valleys;
import io.tokenledger.scenario.commitment.WaitingWork;
import io.tokenledger.usage.Demand;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.LongFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * How a pool is served in a month so that every token is in exactly one place: by token, as a batch, or by units, at once
 * or in their valleys. Work that cannot wait has priority on the units; work that can is shifted inside its window into
 * what is left of them (economics of waiting work: earliest deadline first), and what does not fit is a batch.
 *
 * @param purchases the units that serve it; none where paying by token is cheapest
 * @param charge what they cost; null without any. Several different units are shared out as one capacity, by the weights
 *     of the first
 * @param moves what they do not serve
 * @param assumptions what the choice rests on
 */
record Mix(
        Month month,
        String pool,
        List<Purchase> purchases,
        CapacityCharge charge,
        List<Moves.Move> moves,
        List<String> assumptions) {

    /** Numbers of units in total, one for each choice; and what they would have cost on the curve they were chosen on. */
    private record Candidate(List<Purchase.Choice> choices, List<Long> units, BigDecimal cost) {}

    /**
     * The cheapest of paying by token, each of the units alone (exactly, with its valleys), and all of them together
     * (without valleys). A pool that owns units is served by these and further ones of their kind: they are paid anyway.
     *
     * @param choices the units that compete for the pool, in the order of their names
     * @param waiting what becomes of work that can wait and that no unit serves
     * @param known the demand that the choice is made on
     */
    static Mix of(
            List<Purchase.Choice> choices,
            Bought bought,
            Waiting waiting,
            PoolDemand known,
            Span span,
            String chosenOn) {
        List<String> assumptions = new ArrayList<>();
        List<Candidate> candidates = new ArrayList<>();
        Optional<Purchase.Choice> owning =
                choices.stream().filter(Purchase.Choice::owns).findFirst();
        if (owning.isPresent()) {
            CapacityUnit unit = owning.get().unit();
            ScenarioSettings.Number number = bought.units().get(unit.unit());
            Optional<Candidate> alone = alone(owning.get(), number, waiting, known, span);
            if (alone.isEmpty()) {
                candidates.add(onlyOwned(owning.get(), BigDecimal.ZERO));
            } else if (number.given() == null
                    && owning.get().ownsInParts()
                    && unit.overage() != CapacityUnit.Overage.REJECT) {
                long units = alone.get().units().get(0);
                long none = owning.get().alwaysOwned();
                candidates.add(onlyOwned(owning.get(), besideOwned(owning.get(), none, waiting, known, span)));
                candidates.add(new Candidate(
                        List.of(owning.get()), List.of(units), besideOwned(owning.get(), units, waiting, known, span)));
            } else {
                candidates.add(alone.get());
            }
            if (owning.get().ownsInParts()) {
                assumptions.add(
                        "units of %s on top of those owned are chosen as if these were the same all month, with no"
                                        .formatted(unit.unit())
                                + " part in a monthly minimum, and left out where none on top is cheaper");
            }
            if (choices.size() > 1) {
                assumptions.add(
                        "units other than %s do not compete, because the pool owns some".formatted(unit.unit()));
            }
        } else {
            candidates.add(new Candidate(List.of(), List.of(), byToken(waiting, known)));
            for (Purchase.Choice choice : choices) {
                alone(choice, bought.units().get(choice.unit().unit()), waiting, known, span)
                        .ifPresent(candidates::add);
            }
            if (choices.size() > 1
                    && choices.stream()
                            .allMatch(c -> bought.units().get(c.unit().unit()).given() == null)) {
                together(choices, waiting, known, span, assumptions).ifPresent(candidates::add);
            }
        }
        Candidate best = candidates.get(0);
        for (Candidate candidate : candidates) {
            best = candidate.cost().compareTo(best.cost()) < 0 ? candidate : best;
        }
        return best.choices().isEmpty()
                ? byToken(choices, known, assumptions)
                : served(best, waiting, chosenOn, assumptions);
    }

    /** That no unit is worth its price rests on the same as that one is. */
    private static Mix byToken(List<Purchase.Choice> choices, PoolDemand known, List<String> assumptions) {
        Purchase.Choice first = choices.get(0);
        return new Mix(
                first.month(),
                first.unit().pool(),
                List.of(),
                null,
                List.of(),
                Stream.concat(
                                assumptions.stream(),
                                choices.stream()
                                        .flatMap(choice ->
                                                choice.assumptions(known.fit(choice.unit()), List.of()).stream()))
                        .distinct()
                        .toList());
    }

    private static Candidate onlyOwned(Purchase.Choice choice, BigDecimal cost) {
        return new Candidate(List.of(choice), List.of(choice.alwaysOwned()), cost);
    }

    /** What a number of units in total costs where those that are owned change in the month. Work waits within a part. */
    private static BigDecimal besideOwned(
            Purchase.Choice choice, long units, Waiting waiting, PoolDemand known, Span span) {
        CapacityUnit unit = known.fit(choice.unit());
        BigDecimal paid = BigDecimal.ZERO;
        BigDecimal elsewhere = BigDecimal.ZERO;
        for (Purchase.Choice.Part part : choice.parts(known, span)) {
            long present = Math.max(units, part.owned());
            paid = paid.add(part.share().multiply(unit.price().cost(present, part.span(), choice.zone())));
            elsewhere = elsewhere.add(part.share()
                    .multiply(
                            present == 0 && unit.overage() == CapacityUnit.Overage.PRICE
                                    ? byToken(waiting, part.known())
                                    : valleys(
                                                    unit,
                                                    choice.terms(unit, part.span()),
                                                    waiting,
                                                    part.known(),
                                                    part.span(),
                                                    minute -> BigDecimal.valueOf(present))
                                            .evaluate(BigDecimal.ZERO)
                                            .cost()));
        }
        return paid.max(unit.price().minimum(span, choice.zone())).add(elsewhere);
    }

    private static BigDecimal byToken(Waiting waiting, PoolDemand demand) {
        return demand.minutes().stream()
                .map(m -> m.online().standardCost(List.of(TokenClass.values())).add(waiting.cost(m.waiting())))
                .reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    /** Empty where none of the unit is cheapest, or fewer are given than the unit can be had with. */
    private static Optional<Candidate> alone(
            Purchase.Choice choice, ScenarioSettings.Number number, Waiting waiting, PoolDemand known, Span span) {
        CapacityUnit unit = known.fit(choice.unit());
        long owned = choice.owned();
        long least = least(unit, owned, known);
        Valleys valleys =
                valleys(unit, choice.terms(unit, span), waiting, known, span, minute -> BigDecimal.valueOf(owned));
        Valleys.Plan plan = number.given() == null
                ? valleys.cheapest()
                : valleys.evaluate(BigDecimal.valueOf(Math.max(0, number.given() - owned)));
        if (number.given() == null && plan.online().units().longValueExact() < least) {
            plan = valleys.evaluate(BigDecimal.valueOf(least));
        }
        long units = plan.online().units().longValueExact();
        boolean served = owned + units > 0 || unit.overage() == CapacityUnit.Overage.HOURLY;
        return served && units >= least
                ? Optional.of(new Candidate(List.of(choice), List.of(owned + units), plan.cost()))
                : Optional.empty();
    }

    /** The fewest units on top of those owned with which the unit's overage rule is what it says. */
    private static long least(CapacityUnit unit, long owned, PoolDemand known) {
        return switch (unit.overage()) {
            // Nobody serves what it refuses.
            case REJECT -> Purchase.Choice.unitsForPeak(unit, known, PoolDemand.Minute::online, owned);
            // Only who has a unit pays its overage price.
            case PRICE -> owned > 0 ? 0 : unit.minimumUnits();
            case STANDARD, HOURLY -> 0;
        };
    }

    private static Valleys valleys(
            CapacityUnit unit,
            Terms terms,
            Waiting waiting,
            PoolDemand demand,
            Span span,
            LongFunction<BigDecimal> owned) {
        return new Valleys(
                demand.curve(unit, span, PoolDemand.Minute::online), work(unit, waiting, demand, span), terms, owned);
    }

    private static List<WaitingWork> work(CapacityUnit unit, Waiting waiting, PoolDemand demand, Span span) {
        List<WaitingWork> work = new ArrayList<>();
        for (PoolDemand.Minute minute : demand.minutes()) {
            BigDecimal load = unit.load(minute.waiting().tokens());
            if (load.signum() > 0) {
                work.add(new WaitingWork(
                        Duration.between(span.from(), minute.start()).toMinutes(),
                        Duration.ofHours(waiting.windowHours()).toMinutes(),
                        load,
                        waiting.cost(minute.waiting()).divide(load, MathContext.DECIMAL128)));
            }
        }
        return work;
    }

    /** @param assumptions to which it adds why not all combinations were compared */
    private static Optional<Candidate> together(
            List<Purchase.Choice> choices, Waiting waiting, PoolDemand known, Span span, List<String> assumptions) {
        List<CompetingUnits.Offer> offers = choices.stream()
                .map(choice -> {
                    CapacityUnit unit = known.fit(choice.unit());
                    return new CompetingUnits.Offer(
                            unit.unit(), known.curve(unit, span, PoolDemand.Minute::online), choice.terms(unit, span));
                })
                .toList();
        List<String> names = offers.stream().map(CompetingUnits.Offer::unit).toList();
        if (choices.stream().anyMatch(choice -> choice.unit().overage() != CapacityUnit.Overage.STANDARD)) {
            assumptions.add("units of %s are not combined, because not all of them overflow at standard rates"
                    .formatted(String.join(", ", names)));
            return Optional.empty();
        }
        if (offers.stream().map(Mix::minutes).distinct().count() > 1) {
            assumptions.add("units of %s are not combined, because some minutes take no capacity of one of them"
                    .formatted(String.join(", ", names)));
            return Optional.empty();
        }
        if (minutes(offers.get(0)).isEmpty()) {
            return Optional.empty();
        }
        CompetingUnits.Plan plan = CompetingUnits.cheapest(offers);
        if (!plan.cheapest()) {
            assumptions.add(
                    "of the combinations of units not all were compared, and a cheaper one would save at most %s"
                            .formatted(plan.gap().stripTrailingZeros().toPlainString()));
        }
        BigDecimal rest =
                known.minutes().stream().map(m -> waiting.cost(m.waiting())).reduce(BigDecimal.ZERO, BigDecimal::add);
        if (rest.signum() > 0) {
            assumptions.add("units of %s together are compared without the work that could wait for their valleys"
                    .formatted(String.join(", ", names)));
        }
        return Optional.of(new Candidate(
                choices,
                plan.shares().stream().map(s -> s.units().longValueExact()).toList(),
                plan.cost().add(rest)));
    }

    private static List<Long> minutes(CompetingUnits.Offer offer) {
        return offer.curve().minutes().stream().map(LoadCurve.Minute::minute).toList();
    }

    private static Mix served(Candidate best, Waiting waiting, String chosenOn, List<String> assumptions) {
        Purchase.Choice first = best.choices().get(0);
        PoolDemand demand = first.ofMonth();
        Span span = Span.of(first.month(), first.zone());
        boolean valleys = best.choices().size() == 1;
        List<Purchase> purchases = new ArrayList<>();
        List<Moves.Move> moves = new ArrayList<>();
        Map<Instant, BigDecimal> waitingElsewhere = valleys ? elsewhere(best, waiting, demand, span) : Map.of();
        List<Demand.Minute> online = tokens(demand, PoolDemand.Minute::online);
        BigDecimal used = BigDecimal.ZERO;
        BigDecimal cost = BigDecimal.ZERO;
        BigDecimal served = BigDecimal.ZERO;
        BigDecimal capacity = BigDecimal.ZERO;
        List<Demand.Minute> rest = online;
        for (int k = 0; k < best.choices().size(); k++) {
            Purchase.Choice choice = best.choices().get(k);
            if (best.units().get(k) == 0 && best.choices().size() > 1) {
                continue;
            }
            CapacityUnit unit = demand.fit(choice.unit());
            BigDecimal couldWait = BigDecimal.ZERO;
            BigDecimal inValleys = BigDecimal.ZERO;
            for (PoolDemand.Minute minute : demand.minutes()) {
                if (valleys && !minute.waiting().tokens().isEmpty()) {
                    couldWait = couldWait.add(
                            unit.throughput().taken(minute.waiting().tokens()));
                    inValleys =
                            inValleys.add(unit.throughput().taken(left(minute, waitingElsewhere.get(minute.start()))));
                }
            }
            CapacityPlan plan = CapacityPlan.of(
                            Owned.of(unit, choice.commitments()),
                            best.units().get(k),
                            choice.month(),
                            choice.zone(),
                            rest)
                    .withWaiting(couldWait, inValleys);
            CapacityCharge charge = plan.charge();
            used = used.add(charge.used());
            served = served.add(charge.served());
            capacity = capacity.add(charge.capacity());
            cost = cost.add(plan.cost());
            List<String> further = new ArrayList<>(Purchase.Choice.sunk(plan));
            if (couldWait.signum() > 0) {
                further.add(
                        "utilisation and coverage of %s count what waits and fills its valleys; peak, p99 and mean do not"
                                .formatted(unit.unit()));
            }
            purchases.add(new Purchase(
                    plan,
                    List.of(),
                    chosenOn,
                    choice.assumptions(unit, further),
                    false,
                    valleys ? saved(waiting, demand, waitingElsewhere) : BigDecimal.ZERO));
            rest = overflow(plan);
        }
        CapacityUnit unit = purchases.get(0).plan().unit();
        if (purchases.size() > 1) {
            assumptions.add("the cost of units of %s is shared out as that of one capacity, by the weights of %s"
                    .formatted(
                            purchases.stream().map(p -> p.plan().unit().unit()).collect(Collectors.joining(", ")),
                            unit.unit()));
        }
        Purchase last = purchases.get(purchases.size() - 1);
        for (CapacityPlan.Overflow over : last.plan().overflow()) {
            moves.add(new Moves.Move(
                    unit.pool(),
                    over.minute(),
                    false,
                    over.tokenClass(),
                    over.overflow(),
                    last.plan().unit().overflowTier(over.units())));
        }
        for (PoolDemand.Minute minute : demand.minutes()) {
            Map<TokenClass, Long> kept = valleys ? left(minute, waitingElsewhere.get(minute.start())) : Map.of();
            minute.waiting().tokens().forEach((tokenClass, tokens) -> {
                long moved = tokens - kept.getOrDefault(tokenClass, 0L);
                if (moved > 0) {
                    moves.add(
                            new Moves.Move(unit.pool(), minute.start(), true, tokenClass, moved, waiting.priceTier()));
                }
            });
        }
        return new Mix(
                first.month(),
                unit.pool(),
                purchases,
                new CapacityCharge(first.month(), unit, used, cost.subtract(used), served, capacity),
                moves,
                assumptions);
    }

    /** The part of each minute's waiting work that does not fit into the valleys, 0 to 1. */
    private static Map<Instant, BigDecimal> elsewhere(Candidate best, Waiting waiting, PoolDemand demand, Span span) {
        Purchase.Choice choice = best.choices().get(0);
        CapacityUnit unit = demand.fit(choice.unit());
        long planned = best.units().get(0);
        long[] units = new long[Math.toIntExact(span.minutes())];
        for (Owned.Step step : Owned.of(unit, choice.commitments()).steps(choice.month(), choice.zone())) {
            int from = Math.toIntExact(new Span(span.from(), step.span().from()).minutes());
            Arrays.fill(units, from, Math.toIntExact(from + step.span().minutes()), Math.max(planned, step.units()));
        }
        Valleys.Plan plan = valleys(
                        unit,
                        choice.terms(unit, span),
                        waiting,
                        demand,
                        span,
                        minute -> BigDecimal.valueOf(units[Math.toIntExact(minute)]))
                .evaluate(BigDecimal.ZERO);
        Map<Instant, BigDecimal> elsewhere = new HashMap<>();
        plan.placements()
                .forEach(p -> elsewhere.put(
                        span.from().plus(Duration.ofMinutes(p.work().arrival())),
                        p.elsewhere().divide(p.work().load(), MathContext.DECIMAL128)));
        return elsewhere;
    }

    /** What the waiting work that does not fit into the valleys costs less than at standard rates. */
    private static BigDecimal saved(Waiting waiting, PoolDemand demand, Map<Instant, BigDecimal> elsewhere) {
        return demand.minutes().stream()
                .map(m -> m.waiting()
                        .standardCost(List.of(TokenClass.values()))
                        .subtract(waiting.cost(m.waiting()))
                        .multiply(elsewhere.getOrDefault(m.start(), BigDecimal.ZERO)))
                .reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    /** The waiting tokens of a minute that valleys serve: whole tokens, HALF_EVEN. */
    private static Map<TokenClass, Long> left(PoolDemand.Minute minute, BigDecimal elsewhere) {
        Map<TokenClass, Long> left = new EnumMap<>(TokenClass.class);
        minute.waiting()
                .tokens()
                .forEach((tokenClass, tokens) -> left.put(
                        tokenClass,
                        tokens
                                - (elsewhere == null ? BigDecimal.ZERO : elsewhere)
                                        .multiply(BigDecimal.valueOf(tokens))
                                        .setScale(0, RoundingMode.HALF_EVEN)
                                        .longValueExact()));
        return left;
    }

    private static List<Demand.Minute> overflow(CapacityPlan plan) {
        Map<Instant, Map<TokenClass, Long>> minutes = new TreeMap<>();
        plan.overflow()
                .forEach(o -> minutes.computeIfAbsent(o.minute(), m -> new EnumMap<>(TokenClass.class))
                        .put(o.tokenClass(), o.overflow()));
        return minutes.entrySet().stream()
                .map(e -> new Demand.Minute(e.getKey(), e.getValue()))
                .toList();
    }

    private static List<Demand.Minute> tokens(PoolDemand demand, Function<PoolDemand.Minute, PoolDemand.Part> part) {
        return demand.minutes().stream()
                .map(m -> new Demand.Minute(m.start(), part.apply(m).tokens()))
                .toList();
    }

    /** With further doubts about the choice. */
    Mix knowing(List<String> further) {
        List<String> all = new ArrayList<>(assumptions);
        all.addAll(further);
        return new Mix(month, pool, purchases, charge, moves, all);
    }

    /** @throws Failure with exit code 2 when a unit serves only a part of the tokens */
    static void checkUnits(Collection<CapacityUnit> units) {
        units.forEach(unit -> {
            if (unit.served().size() < TokenClass.values().length) {
                throw Failure.configuration(
                        "scenarios.best-mix.units: '%s' serves only one side of the tokens; bundles are planned in"
                                + " scenarios.provisioned",
                        unit.unit());
            }
        });
    }
}
