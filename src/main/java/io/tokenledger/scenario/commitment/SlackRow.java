package io.tokenledger.scenario.commitment;

import java.math.BigDecimal;
import java.util.Arrays;

/**
 * A row of numbers, of which all from a place on can be changed by the same amount, and the least before or after a place
 * be found; both in logarithmic time. A tree over the differences between neighbours: each node knows their sum and the
 * least of their running sums.
 */
final class SlackRow {
    private final int size;
    private final int leaves;
    private final BigDecimal[] sum;
    private final BigDecimal[] least;

    SlackRow(BigDecimal[] numbers) {
        size = numbers.length;
        leaves = Math.max(1, Integer.highestOneBit(Math.max(1, 2 * size - 1)));
        sum = new BigDecimal[2 * leaves];
        least = new BigDecimal[2 * leaves];
        Arrays.fill(sum, BigDecimal.ZERO);
        Arrays.fill(least, BigDecimal.ZERO);
        for (int i = 0; i < size; i++) {
            sum[leaves + i] = i == 0 ? numbers[0] : numbers[i].subtract(numbers[i - 1]);
            least[leaves + i] = sum[leaves + i];
        }
        for (int node = leaves - 1; node > 0; node--) {
            join(node);
        }
    }

    private void join(int node) {
        BigDecimal left = sum[2 * node];
        sum[node] = left.add(sum[2 * node + 1]);
        least[node] = least[2 * node].min(left.add(least[2 * node + 1]));
    }

    /** Adds to the number at a place and all after it; nothing if the place is the end. */
    void addFrom(int place, BigDecimal amount) {
        if (place == size) {
            return;
        }
        int node = leaves + place;
        sum[node] = sum[node].add(amount);
        least[node] = sum[node];
        while ((node /= 2) > 0) {
            join(node);
        }
    }

    /** The least number at a place or before it. */
    BigDecimal leastUpTo(int place) {
        int node = leaves + place;
        BigDecimal result = least[node];
        for (; node > 1; node /= 2) {
            if (node % 2 == 1) {
                result = least[node - 1].min(sum[node - 1].add(result));
            }
        }
        return result;
    }

    /** The least number at a place or after it. */
    BigDecimal leastFrom(int place) {
        int node = leaves + place;
        BigDecimal total = sum[node];
        BigDecimal result = total;
        for (; node > 1; node /= 2) {
            if (node % 2 == 0) {
                result = result.min(total.add(least[node + 1]));
                total = total.add(sum[node + 1]);
            } else {
                result = sum[node - 1].add(result);
                total = sum[node - 1].add(total);
            }
        }
        return result;
    }
}
