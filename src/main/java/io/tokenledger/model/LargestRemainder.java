package io.tokenledger.model;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Shares a whole out in proportion to weights so that the parts add up to it exactly (Hamilton's method): each part
 * gets its proportional share rounded down to the last digit, and the digits left over go, one each, to the parts with
 * the largest remainders.
 */
public final class LargestRemainder {
    private static final int REMAINDER_DIGITS = 30;

    private LargestRemainder() {}

    /**
     * A part before the left-over digits are given out: {@code whole × weight ÷ total}, rounded down to {@code scale}
     * fraction digits.
     */
    public static BigDecimal floor(BigDecimal whole, BigDecimal weight, BigDecimal total, int scale) {
        return whole.multiply(weight).divide(total, scale, RoundingMode.DOWN);
    }

    /** What {@link #floor} cut off, as a fraction of the last digit, in [0, 1), to 30 digits. */
    public static BigDecimal remainder(BigDecimal whole, BigDecimal weight, BigDecimal total, int scale) {
        BigDecimal cut = whole.multiply(weight)
                .subtract(floor(whole, weight, total, scale).multiply(total));
        return cut.scaleByPowerOfTen(scale).divide(total, REMAINDER_DIGITS, RoundingMode.DOWN);
    }

    /**
     * The parts, in the order of the weights. Equal remainders are served in that order.
     *
     * @param whole not negative, with at most {@code scale} fraction digits
     * @param weights not negative, at least one of them positive
     */
    public static List<BigDecimal> split(BigDecimal whole, List<BigDecimal> weights, int scale) {
        BigDecimal total = weights.stream().reduce(BigDecimal.ZERO, BigDecimal::add);
        List<BigDecimal> floors =
                weights.stream().map(w -> floor(whole, w, total, scale)).toList();
        BigDecimal shared = floors.stream().reduce(BigDecimal.ZERO, BigDecimal::add);
        int left = whole.subtract(shared).scaleByPowerOfTen(scale).intValueExact();
        List<Integer> served = IntStream.range(0, weights.size())
                .boxed()
                .sorted(Comparator.comparing((Integer i) -> remainder(whole, weights.get(i), total, scale))
                        .reversed())
                .limit(left)
                .toList();
        BigDecimal digit = new BigDecimal(BigInteger.ONE, scale);
        return IntStream.range(0, weights.size())
                .mapToObj(i -> served.contains(i) ? floors.get(i).add(digit) : floors.get(i))
                .toList();
    }
}
