package io.tokenledger.scenario.commitment;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;

/** A sum of quotients of decimals. */
final class QuotientSum {
    private record Quotient(BigDecimal dividend, BigDecimal divisor) {
        Fraction fraction() {
            return Fraction.quotient(dividend, divisor);
        }
    }

    private BigDecimal decimals = BigDecimal.ZERO;
    private BigDecimal cuts = BigDecimal.ZERO;
    private final List<Quotient> cut = new ArrayList<>();

    void add(BigDecimal decimal) {
        decimals = decimals.add(decimal);
    }

    /** @param divisor more than 0 */
    void add(BigDecimal dividend, BigDecimal divisor) {
        BigDecimal quotient = dividend.divide(divisor, Bounds.QUOTIENT_SCALE, RoundingMode.FLOOR);
        if (quotient.multiply(divisor).compareTo(dividend) == 0) {
            decimals = decimals.add(quotient);
        } else {
            cuts = cuts.add(quotient);
            cut.add(new Quotient(dividend, divisor));
        }
    }

    Bounds bounds() {
        BigDecimal exactly = decimals;
        BigDecimal lower = decimals.add(cuts);
        List<Quotient> terms = List.copyOf(cut);
        return new Bounds(
                lower,
                lower.add(Bounds.CUT.multiply(BigDecimal.valueOf(terms.size()))),
                () -> Fraction.sum(terms.stream().map(Quotient::fraction).toList())
                        .plus(Fraction.of(exactly)));
    }
}
