package io.tokenledger.scenario.commitment;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * An exact rational number. Not reduced: only its order and its roundings mean anything.
 *
 * @param denominator more than 0
 */
record Fraction(BigInteger numerator, BigInteger denominator) implements Comparable<Fraction> {
    static Fraction of(BigDecimal decimal) {
        return quotient(decimal, BigDecimal.ONE);
    }

    /** @param divisor more than 0 */
    static Fraction quotient(BigDecimal dividend, BigDecimal divisor) {
        int scale = Math.max(dividend.scale(), divisor.scale());
        return new Fraction(
                dividend.setScale(scale).unscaledValue(),
                divisor.setScale(scale).unscaledValue());
    }

    /** Pairwise and equal denominators first: added one by one, half a million terms would take hours. */
    static Fraction sum(List<Fraction> terms) {
        Map<BigInteger, BigInteger> numerators = new HashMap<>();
        for (Fraction term : terms) {
            BigInteger common = term.numerator.gcd(term.denominator);
            numerators.merge(term.denominator.divide(common), term.numerator.divide(common), BigInteger::add);
        }
        List<Fraction> sums = new ArrayList<>();
        numerators.forEach((denominator, numerator) -> sums.add(new Fraction(numerator, denominator)));
        while (sums.size() > 1) {
            List<Fraction> pairs = new ArrayList<>();
            for (int i = 0; i < sums.size(); i += 2) {
                pairs.add(i + 1 < sums.size() ? sums.get(i).plus(sums.get(i + 1)) : sums.get(i));
            }
            sums.clear();
            sums.addAll(pairs);
        }
        return sums.isEmpty() ? of(BigDecimal.ZERO) : sums.get(0);
    }

    Fraction plus(Fraction other) {
        return new Fraction(
                numerator.multiply(other.denominator).add(other.numerator.multiply(denominator)),
                denominator.multiply(other.denominator));
    }

    @Override
    public int compareTo(Fraction other) {
        return numerator.multiply(other.denominator).compareTo(other.numerator.multiply(denominator));
    }

    /** HALF_EVEN. */
    BigDecimal rounded(int scale) {
        return new BigDecimal(numerator).divide(new BigDecimal(denominator), scale, RoundingMode.HALF_EVEN);
    }
}
