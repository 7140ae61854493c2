package io.tokenledger.scenario;

import io.tokenledger.model.Month;
import java.math.BigDecimal;
import java.util.Locale;
import java.util.SortedSet;

/**
 * What a scenario costs a pool at a multiple of the month's tokens.
 *
 * @param volume the multiple, 1 for the month as it was
 * @param tokens of the pool at this volume, rounded to whole ones
 * @param totalCost HALF_EVEN at the scale of reports; at a crossing that of {@code scenario}. At the current volume it is
 *     the figure of the comparison, null if anything is unpriced
 * @param otherScenario at a crossing, the one that is cheaper above it, while {@code scenario} is below; else null
 * @param whyNot why there is no curve of the scenario beside its current point; null where there is one
 * @param assumptions what the cost rests on that is assumed, not measured
 */
public record BreakEvenPoint(
        Month month,
        String pool,
        ScenarioKey scenario,
        Kind kind,
        BigDecimal volume,
        long tokens,
        BigDecimal totalCost,
        ScenarioKey otherScenario,
        String whyNot,
        boolean sampled,
        SortedSet<String> assumptions) {

    /** What a point is there for. */
    public enum Kind {
        /** The month as it was. */
        CURRENT,
        /** One of some volumes spread over two powers of ten. */
        CURVE,
        /** Where the cheaper of two scenarios changes. */
        CROSSING;

        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
