package io.tokenledger.scenario.commitment;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;

/** Exact arithmetic of the brute force, on its own: always reduced, never estimated. */
record Rational(BigInteger n, BigInteger d) implements Comparable<Rational> {
    static final Rational ZERO = new Rational(BigInteger.ZERO, BigInteger.ONE);
    static final Rational ONE = new Rational(BigInteger.ONE, BigInteger.ONE);

    Rational {
        BigInteger common = n.gcd(d).max(BigInteger.ONE);
        BigInteger sign = BigInteger.valueOf(d.signum());
        n = n.divide(common).multiply(sign);
        d = d.divide(common).multiply(sign);
    }

    static Rational of(long whole) {
        return new Rational(BigInteger.valueOf(whole), BigInteger.ONE);
    }

    static Rational of(BigDecimal decimal) {
        String digits = decimal.toPlainString();
        int point = digits.indexOf('.');
        int fraction = point < 0 ? 0 : digits.length() - point - 1;
        return new Rational(new BigInteger(digits.replace(".", "")), BigInteger.TEN.pow(fraction));
    }

    Rational plus(Rational o) {
        return new Rational(n.multiply(o.d).add(o.n.multiply(d)), d.multiply(o.d));
    }

    Rational minus(Rational o) {
        return new Rational(n.multiply(o.d).subtract(o.n.multiply(d)), d.multiply(o.d));
    }

    Rational times(Rational o) {
        return new Rational(n.multiply(o.n), d.multiply(o.d));
    }

    Rational over(Rational o) {
        return new Rational(n.multiply(o.d), d.multiply(o.n));
    }

    Rational max(Rational o) {
        return compareTo(o) >= 0 ? this : o;
    }

    Rational min(Rational o) {
        return compareTo(o) <= 0 ? this : o;
    }

    int signum() {
        return n.signum();
    }

    @Override
    public int compareTo(Rational o) {
        return n.multiply(o.d).compareTo(o.n.multiply(d));
    }

    /** Rounded HALF_EVEN to 12 fraction digits, without the division of BigDecimal. */
    BigDecimal rounded() {
        BigInteger[] cut = n.abs().multiply(BigInteger.TEN.pow(12)).divideAndRemainder(d);
        int half = cut[1].shiftLeft(1).compareTo(d);
        boolean up = half > 0 || (half == 0 && cut[0].testBit(0));
        BigInteger digits = up ? cut[0].add(BigInteger.ONE) : cut[0];
        return new BigDecimal(n.signum() < 0 ? digits.negate() : digits, 12);
    }

    @Override
    public String toString() {
        return new BigDecimal(n).divide(new BigDecimal(d), MathContext.DECIMAL64) + " (" + n + "/" + d + ")";
    }
}
