package io.tokenledger.scenario.commitment;

import io.tokenledger.model.Money;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.function.Supplier;

/**
 * A number that lies between two decimals. They decide nearly every comparison and rounding; where they do not, the
 * exact value does.
 *
 * @param lower at most the number
 * @param upper at least the number
 * @param exact the number itself; dear, so computed only where needed
 */
record Bounds(BigDecimal lower, BigDecimal upper, Supplier<Fraction> exact) implements Comparable<Bounds> {
    /** Fraction digits to which a quotient is cut: for half a million of them the bounds lie 5E-25 apart. */
    static final int QUOTIENT_SCALE = 30;

    /** A quotient is less than this above its cut. */
    static final BigDecimal CUT = BigDecimal.ONE.movePointLeft(QUOTIENT_SCALE);

    static Bounds of(BigDecimal decimal) {
        return new Bounds(decimal, decimal, () -> Fraction.of(decimal));
    }

    Bounds plus(BigDecimal decimal) {
        return plus(of(decimal));
    }

    Bounds plus(Bounds other) {
        return new Bounds(
                lower.add(other.lower),
                upper.add(other.upper),
                () -> exact.get().plus(other.exact.get()));
    }

    @Override
    public int compareTo(Bounds other) {
        if (lower.compareTo(other.upper) > 0) {
            return 1;
        }
        if (upper.compareTo(other.lower) < 0) {
            return -1;
        }
        boolean decimals = lower.compareTo(upper) == 0 && other.lower.compareTo(other.upper) == 0;
        return decimals ? 0 : exact.get().compareTo(other.exact.get());
    }

    /** HALF_EVEN at the scale of reports. */
    BigDecimal rounded() {
        BigDecimal rounded = lower.setScale(Money.REPORT_SCALE, RoundingMode.HALF_EVEN);
        return rounded.equals(upper.setScale(Money.REPORT_SCALE, RoundingMode.HALF_EVEN))
                ? rounded
                : exact.get().rounded(Money.REPORT_SCALE);
    }
}
