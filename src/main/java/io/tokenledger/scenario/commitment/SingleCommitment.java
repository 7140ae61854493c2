package io.tokenledger.scenario.commitment;

import io.tokenledger.model.Money;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Units of one kind, bought for the whole span; what is above them is paid by token. The cost
 * {@code C(n) = cost(n) + Σ value (load − n)⁺ ÷ load} is convex in n but for the step from none to the first.
 *
 * <p>Units already owned: ask on {@link LoadCurve#above}.
 */
public final class SingleCommitment {
    private SingleCommitment() {}

    /** The cheapest number of units, none included; of equally cheap ones the fewest. Takes one sort of the minutes. */
    public static CommitmentPlan cheapest(LoadCurve curve, Terms terms) {
        List<BigDecimal> candidates = new ArrayList<>(terms.around(leastCost(curve, terms)));
        candidates.add(0, BigDecimal.ZERO);
        BigDecimal best = null;
        Bounds least = null;
        Overflow overflow = new Overflow(curve);
        Collections.reverse(candidates);
        for (BigDecimal units : candidates) {
            Bounds cost = overflow.over(units).cost(units).plus(terms.cost(units));
            if (least == null || cost.compareTo(least) <= 0) {
                best = units;
                least = cost;
            }
        }
        return evaluate(curve, terms, best);
    }

    /** Where the cost would be least if any part of a unit could be bought, and nothing were paid for none. */
    private static BigDecimal leastCost(LoadCurve curve, Terms terms) {
        BigDecimal cut = curve.cutAt(terms.unitCost());
        boolean minimumPaysMore = terms.minimumCost().compareTo(terms.unitCost().multiply(cut)) > 0;
        // Up to what the minimum pays for, one more unit costs nothing.
        return minimumPaysMore ? terms.unitsOfMinimumCost(curve.cutAt(BigDecimal.ZERO)) : cut;
    }

    /**
     * What a given number of units does; so a number chosen on one curve is tested on another.
     *
     * @param units not negative; not checked against the minimum and step of the terms
     */
    public static CommitmentPlan evaluate(LoadCurve curve, Terms terms, BigDecimal units) {
        return evaluate(curve, terms, List.of(units)).get(0);
    }

    /** @param falling numbers of units, from the most to the fewest */
    private static List<CommitmentPlan> evaluate(LoadCurve curve, Terms terms, List<BigDecimal> falling) {
        BigDecimal costWithNone =
                new Overflow(curve).over(BigDecimal.ZERO).cost(BigDecimal.ZERO).rounded();
        Overflow overflow = new Overflow(curve);
        List<CommitmentPlan> plans = new ArrayList<>();
        for (BigDecimal units : falling) {
            overflow.over(units);
            plans.add(new CommitmentPlan(
                    units,
                    curve.span(),
                    terms.cost(units).setScale(Money.REPORT_SCALE, RoundingMode.HALF_EVEN),
                    overflow.cost(units).rounded(),
                    costWithNone,
                    curve.load(),
                    curve.load().subtract(overflow.load(units))));
        }
        return plans;
    }

    /**
     * What each step up to a number of units adds: its own served load, what that would cost elsewhere, and its cost.
     * The savings of all rungs add up to that of {@link #evaluate} to the last digit.
     *
     * @param units a number that can be bought; where any part of a unit can, the ladder has one rung
     * @return from the first units to the last; empty for none
     */
    public static List<Rung> ladder(LoadCurve curve, Terms terms, BigDecimal units) {
        List<BigDecimal> falling = new ArrayList<>(terms.upTo(units));
        falling.removeIf(n -> n.signum() == 0);
        falling.add(0, BigDecimal.ZERO);
        Collections.reverse(falling);
        List<CommitmentPlan> plans = evaluate(curve, terms, falling);
        List<Rung> rungs = new ArrayList<>();
        for (int i = plans.size() - 1; i > 0; i--) {
            rungs.add(Rung.between(plans.get(i), plans.get(i - 1)));
        }
        return rungs;
    }
}
