package io.tokenledger.scenario.commitment;

import java.math.BigDecimal;

/**
 * Loads and units as whole billionths, so that half a million of them are sorted and summed fast and exactly. A billionth
 * of a unit is far less than a token in a minute.
 */
final class Load {
    private Load() {}

    /** @throws IllegalArgumentException with more than {@link LoadCurve#LOAD_SCALE} fraction digits, or far too large */
    static long parts(BigDecimal units) {
        try {
            return units.movePointRight(LoadCurve.LOAD_SCALE).longValueExact();
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException(
                    "Load or units " + units + "; expected at most " + LoadCurve.LOAD_SCALE + " fraction digits", e);
        }
    }

    static BigDecimal units(long parts) {
        return BigDecimal.valueOf(parts, LoadCurve.LOAD_SCALE);
    }
}
