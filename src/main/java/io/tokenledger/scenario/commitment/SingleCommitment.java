package io.tokenledger.scenario.commitment;

import io.tokenledger.model.Money;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
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
        BigDecimal best = BigDecimal.ZERO;
        Bounds least = cost(curve, terms, best);
        for (BigDecimal units : terms.around(leastCost(curve, terms))) {
            Bounds cost = cost(curve, terms, units);
            if (cost.compareTo(least) < 0) {
                best = units;
                least = cost;
            }
        }
        return evaluate(curve, terms, best);
    }

    private static Bounds cost(LoadCurve curve, Terms terms, BigDecimal units) {
        return curve.duration().above(units).cost().plus(terms.cost(units));
    }

    /** Where the cost would be least if any part of a unit could be bought, and nothing were paid for none. */
    private static BigDecimal leastCost(LoadCurve curve, Terms terms) {
        BigDecimal cut = curve.duration().cutAt(terms.unitCost());
        boolean minimumPaysMore = terms.minimumCost().compareTo(terms.unitCost().multiply(cut)) > 0;
        // Up to what the minimum pays for, one more unit costs nothing.
        return minimumPaysMore ? terms.unitsOfMinimumCost(curve.duration().cutAt(BigDecimal.ZERO)) : cut;
    }

    /**
     * What a given number of units does; so a number chosen on one curve is tested on another.
     *
     * @param units not negative; not checked against the minimum and step of the terms
     */
    public static CommitmentPlan evaluate(LoadCurve curve, Terms terms, BigDecimal units) {
        LoadDuration.Overflow overflow = curve.duration().above(units);
        return new CommitmentPlan(
                units,
                curve.span(),
                terms.cost(units).setScale(Money.REPORT_SCALE, RoundingMode.HALF_EVEN),
                overflow.cost().rounded(),
                curve.costElsewhere(),
                curve.load(),
                curve.load().subtract(overflow.load()));
    }

    /**
     * What each step up to a number of units adds: its own served load, what that would cost elsewhere, and its cost.
     * The savings of all rungs add up to that of {@link #evaluate} to the last digit.
     *
     * @param units a number that can be bought; where any part of a unit can, the ladder has one rung
     * @return from the first units to the last; empty for none
     */
    public static List<Rung> ladder(LoadCurve curve, Terms terms, BigDecimal units) {
        List<Rung> rungs = new ArrayList<>();
        CommitmentPlan below = evaluate(curve, terms, BigDecimal.ZERO);
        for (BigDecimal number : terms.upTo(units)) {
            CommitmentPlan plan = evaluate(curve, terms, number);
            rungs.add(Rung.between(below, plan));
            below = plan;
        }
        return rungs;
    }
}
