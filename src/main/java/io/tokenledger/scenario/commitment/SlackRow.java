package io.tokenledger.scenario.commitment;

/**
 * A row of numbers, of which all from a place on can be changed by the same amount, and the least before or after a place
 * be found; both in logarithmic time. A tree over the differences between neighbours: each node knows their sum and the
 * least of their running sums.
 */
final class SlackRow {
    private final int size;
    private final int leaves;
    private final long[] sum;
    private final long[] least;

    SlackRow(long[] numbers) {
        size = numbers.length;
        leaves = Math.max(1, Integer.highestOneBit(Math.max(1, 2 * size - 1)));
        sum = new long[2 * leaves];
        least = new long[2 * leaves];
        for (int i = 0; i < size; i++) {
            sum[leaves + i] = i == 0 ? numbers[0] : numbers[i] - numbers[i - 1];
            least[leaves + i] = sum[leaves + i];
        }
        for (int node = leaves - 1; node > 0; node--) {
            join(node);
        }
    }

    private void join(int node) {
        long left = sum[2 * node];
        sum[node] = left + sum[2 * node + 1];
        least[node] = Math.min(least[2 * node], left + least[2 * node + 1]);
    }

    /** Adds to the number at a place and all after it; nothing if the place is the end. */
    void addFrom(int place, long amount) {
        if (place == size) {
            return;
        }
        int node = leaves + place;
        sum[node] += amount;
        least[node] = sum[node];
        while ((node /= 2) > 0) {
            join(node);
        }
    }

    /** The least number at a place or before it. */
    long leastUpTo(int place) {
        int node = leaves + place;
        long result = least[node];
        for (; node > 1; node /= 2) {
            if (node % 2 == 1) {
                result = Math.min(least[node - 1], sum[node - 1] + result);
            }
        }
        return result;
    }

    /** The least number at a place or after it. */
    long leastFrom(int place) {
        int node = leaves + place;
        long total = sum[node];
        long result = total;
        for (; node > 1; node /= 2) {
            if (node % 2 == 0) {
                result = Math.min(result, total + least[node + 1]);
                total += sum[node + 1];
            } else {
                result += sum[node - 1];
                total += sum[node - 1];
            }
        }
        return result;
    }
}
