package io.tokenledger.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class LargestRemainderTest {
    private static final int SCALE = 12;

    @Test
    void aWholeThatDividesEvenlyIsSharedExactly() {
        assertThat(split("100", 0, "1", "1", "2")).containsExactly(decimals("25", "25", "50"));
    }

    @Test
    void leftOverDigitsGoToTheLargestRemainders() {
        // 10 × 6/14 = 4.285.., 10 × 5/14 = 3.571.., 10 × 3/14 = 2.142..: one digit is left, for the second.
        assertThat(split("10", 0, "6", "5", "3")).containsExactly(decimals("4", "4", "2"));
        // 7 × 2/9 = 1.556, 7 × 3/9 = 2.333, 7 × 4/9 = 3.111
        assertThat(split("7", 0, "2", "3", "4")).containsExactly(decimals("2", "2", "3"));
    }

    @Test
    void equalRemaindersAreServedInTheOrderOfTheWeights() {
        assertThat(split("2", 0, "1", "1", "1")).containsExactly(decimals("1", "1", "0"));
        assertThat(split("1.00", 2, "5", "5", "5")).containsExactly(decimals("0.34", "0.33", "0.33"));
        assertThat(split("0.000000000002", SCALE, "7", "7", "7", "7"))
                .containsExactly(decimals("0.000000000001", "0.000000000001", "0E-12", "0E-12"));
    }

    @Test
    @Tag("E3")
    void onePartIsTheWhole() {
        assertThat(split("41207.123456789012", SCALE, "0.001")).containsExactly(decimals("41207.123456789012"));
        assertThat(split("0", 0, "3")).containsExactly(decimals("0"));
    }

    @Test
    @Tag("E3")
    void aWeightOfZeroGetsNothingEvenWhenItIsFirst() {
        assertThat(split("1", 0, "0", "1", "0", "1", "1")).containsExactly(decimals("0", "1", "0", "0", "0"));
        assertThat(split("5", 0, "0", "0", "9")).containsExactly(decimals("0", "0", "5"));
    }

    @Test
    void twelveDigitsOfACentAreSharedAmongThree() {
        assertThat(split("0.010000000000", SCALE, "1", "1", "1"))
                .containsExactly(decimals("0.003333333334", "0.003333333333", "0.003333333333"));
    }

    @Test
    void hugeAmountsAndWeightsLoseNothing() {
        String whole = "99999999999999999999999999.999999999999";
        List<BigDecimal> parts = split(whole, SCALE, "999999999999999999", "1", "333333333333333333.333");
        assertThat(sum(parts)).isEqualByComparingTo(whole);
        // 10^26 × 1 ÷ 1333333333333333333.333 = 75000000.00000000001875..; the exact share, cut or one digit more.
        BigDecimal exact = new BigDecimal(whole)
                .divide(new BigDecimal("1333333333333333333.333"), SCALE, java.math.RoundingMode.DOWN);
        assertThat(parts.get(1)).isBetween(exact, exact.add(new BigDecimal("1E-12")));
    }

    @Test
    @Tag("E3")
    void partsAddUpAndLieWithinOneDigitOfTheirShareForOneToTwoThousandParts() {
        for (int parts : new int[] {1, 2, 3, 7, 12, 64, 365, 999, 1_000, 2_000}) {
            long seed = System.nanoTime();
            System.out.println("LargestRemainderTest: " + parts + " parts, seed " + seed);
            Random random = new Random(seed);
            for (int scale : new int[] {0, SCALE}) {
                BigDecimal whole = new BigDecimal(new BigInteger(60, random), scale);
                List<BigDecimal> weights = Stream.generate(() -> weight(random))
                        .limit(parts)
                        .collect(java.util.stream.Collectors.toList());
                weights.set(random.nextInt(parts), BigDecimal.ONE);

                List<BigDecimal> shares = LargestRemainder.split(whole, weights, scale);

                BigDecimal total = sum(weights);
                BigDecimal digit = new BigDecimal(BigInteger.ONE, scale);
                assertThat(sum(shares)).as("seed %d", seed).isEqualByComparingTo(whole);
                for (int i = 0; i < parts; i++) {
                    BigDecimal exactTimesTotal = whole.multiply(weights.get(i));
                    BigDecimal above = shares.get(i).multiply(total).subtract(exactTimesTotal);
                    assertThat(above.abs()).as("seed %d part %d", seed, i).isLessThan(digit.multiply(total));
                    assertThat(shares.get(i).scale()).isEqualTo(scale);
                    if (weights.get(i).signum() == 0) {
                        assertThat(shares.get(i)).as("seed %d part %d", seed, i).isEqualByComparingTo("0");
                    }
                }
            }
        }
    }

    @Test
    void aLargerWeightNeverGetsLessThanASmallerOne() {
        long seed = System.nanoTime();
        System.out.println("LargestRemainderTest: larger weights, seed " + seed);
        Random random = new Random(seed);
        for (int round = 0; round < 50; round++) {
            List<BigDecimal> weights = Stream.generate(() -> weight(random))
                    .limit(20)
                    .sorted(Collections.reverseOrder())
                    .toList();
            if (sum(weights).signum() > 0) {
                assertThat(LargestRemainder.split(BigDecimal.valueOf(random.nextInt(1_000)), weights, 0))
                        .as("seed %d round %d", seed, round)
                        .isSortedAccordingTo(Collections.reverseOrder());
            }
        }
    }

    private static BigDecimal weight(Random random) {
        return random.nextInt(5) == 0
                ? BigDecimal.ZERO
                : new BigDecimal(new BigInteger(1 + random.nextInt(50), random), random.nextInt(4));
    }

    private static List<BigDecimal> split(String whole, int scale, String... weights) {
        return LargestRemainder.split(new BigDecimal(whole), List.of(decimals(weights)), scale);
    }

    private static BigDecimal[] decimals(String... texts) {
        return Stream.of(texts).map(BigDecimal::new).toArray(BigDecimal[]::new);
    }

    private static BigDecimal sum(List<BigDecimal> parts) {
        return parts.stream().reduce(BigDecimal.ZERO, BigDecimal::add);
    }
}
