package io.tokenledger.scenario.commitment;

import io.tokenledger.model.Money;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * How many units to own of each of several tiers that serve alike, but trade a price for owning against a price for
 * using: the screening curve. What no tier serves is paid by token.
 *
 * <p>Units of a minute are used in rising order of their price for using, as long as a unit-minute costs more elsewhere.
 * A step of units that are needed alike picks the tier that is cheapest for it, and the higher the step, the less it is
 * needed; so each pair of tiers is divided by one number of units, a single commitment on the difference of what they
 * save.
 */
public final class Tiers {
    private Tiers() {}

    /**
     * @param unitCost of owning one unit for the span, not negative
     * @param usedCost of a unit-minute that it serves, in proportion to its load, not negative
     */
    public record Tier(String name, BigDecimal unitCost, BigDecimal usedCost) {}

    /**
     * What the units of a tier do.
     *
     * @param units owned
     * @param ownedCost rounded HALF_EVEN to the scale of reports, as is {@code usedCost}
     * @param served unit-minutes
     */
    public record Share(Tier tier, BigDecimal units, BigDecimal ownedCost, BigDecimal usedCost, BigDecimal served) {}

    /**
     * @param shares one per tier, in the order in which they are used
     * @param overflowCost of what is served elsewhere
     */
    public record Mix(List<Share> shares, BigDecimal overflowCost, BigDecimal costWithNone) {
        public BigDecimal cost() {
            return shares.stream().map(s -> s.ownedCost().add(s.usedCost())).reduce(overflowCost, BigDecimal::add);
        }
    }

    /**
     * The cheapest mix. Of equally cheap ones the one that owns least: none before any, and of two tiers the one with
     * the higher price for using.
     *
     * @param stepUnits units are owned in multiples of this; 0 if any part of a unit can be owned
     */
    public static Mix cheapest(LoadCurve curve, List<Tier> tiers, BigDecimal stepUnits) {
        List<Tier> inUse = inOrderOfUse(tiers);
        List<BigDecimal> units = new ArrayList<>();
        BigDecimal below = BigDecimal.ZERO;
        for (int k = 0; k < inUse.size(); k++) {
            BigDecimal upTo = unitsOfFirst(curve, inUse, k, stepUnits);
            units.add(upTo.subtract(below));
            below = upTo;
        }
        return mix(curve, inUse, units);
    }

    /**
     * What a given mix costs.
     *
     * @param units owned of each tier, in the order of {@code tiers}
     */
    public static Mix evaluate(LoadCurve curve, List<Tier> tiers, List<BigDecimal> units) {
        List<Tier> inUse = inOrderOfUse(tiers);
        return mix(
                curve,
                inUse,
                inUse.stream().map(t -> units.get(tiers.indexOf(t))).toList());
    }

    private static List<Tier> inOrderOfUse(List<Tier> tiers) {
        return tiers.stream()
                .sorted(Comparator.comparing(Tier::usedCost).thenComparing(Tier::unitCost))
                .toList();
    }

    /** The units, from the first on, that are best served by one of the first tiers rather than a later one or none. */
    private static BigDecimal unitsOfFirst(LoadCurve curve, List<Tier> tiers, int last, BigDecimal step) {
        return IntStream.rangeClosed(0, last)
                .mapToObj(i -> IntStream.rangeClosed(last + 1, tiers.size())
                        .mapToObj(l -> better(curve, tiers.get(i), l < tiers.size() ? tiers.get(l) : null, step))
                        .min(Comparator.naturalOrder())
                        .orElseThrow())
                .max(Comparator.naturalOrder())
                .orElseThrow();
    }

    /**
     * The units, from the first on, for which a tier is cheaper than a later one.
     *
     * @param later null for buying none
     */
    private static BigDecimal better(LoadCurve curve, Tier tier, Tier later, BigDecimal step) {
        BigDecimal dearer = tier.unitCost().subtract(later == null ? BigDecimal.ZERO : later.unitCost());
        if (dearer.signum() < 0) {
            // Cheaper to own and to use: for every unit that any tier could serve.
            return atLeast(curve.peak(), step);
        }
        LoadCurve saved = curve.revalued(m -> {
            BigDecimal earlierCost = tier.usedCost().multiply(m.demand()).min(m.value());
            return later == null
                    ? m.value().subtract(earlierCost)
                    : later.usedCost().multiply(m.demand()).min(m.value()).subtract(earlierCost);
        });
        return SingleCommitment.cheapest(saved, Terms.inSteps(dearer, step, step))
                .units();
    }

    private static BigDecimal atLeast(BigDecimal units, BigDecimal step) {
        return step.signum() == 0
                ? units
                : units.divide(step, 0, RoundingMode.CEILING).multiply(step);
    }

    private static Mix mix(LoadCurve curve, List<Tier> tiers, List<BigDecimal> units) {
        BigDecimal[] served = new BigDecimal[tiers.size()];
        Arrays.fill(served, BigDecimal.ZERO);
        QuotientSum overflow = new QuotientSum();
        for (LoadCurve.Minute m : curve.minutes()) {
            BigDecimal left = m.load();
            for (int k = 0; k < tiers.size(); k++) {
                if (m.isWorthMoreThan(tiers.get(k).usedCost())) {
                    BigDecimal part = left.min(units.get(k));
                    served[k] = served[k].add(part);
                    left = left.subtract(part);
                }
            }
            overflow.add(m.value().multiply(left), m.demand());
        }
        List<Share> shares = new ArrayList<>();
        for (int k = 0; k < tiers.size(); k++) {
            shares.add(new Share(
                    tiers.get(k),
                    units.get(k),
                    amount(tiers.get(k).unitCost().multiply(units.get(k))),
                    amount(tiers.get(k).usedCost().multiply(served[k])),
                    served[k]));
        }
        return new Mix(shares, overflow.bounds().rounded(), curve.costElsewhere());
    }

    private static BigDecimal amount(BigDecimal exact) {
        return exact.setScale(Money.REPORT_SCALE, RoundingMode.HALF_EVEN);
    }
}
