package io.tokenledger.scenario.commitment;

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * How much of the waiting work fits into the idle capacity of the minutes that it can wait for. Work can be split, and be
 * served as fast as there is capacity.
 *
 * <p>What can be served together is a polymatroid (flows into intervals), so work is taken in falling order of its value,
 * each as much as fits beside what was taken before; no other choice is worth more. Within one value it does not matter
 * which work is taken, only how much, and earliest deadline first takes the most.
 */
final class ValleyFilling {
    private final BigDecimal[] idle;
    private final List<WaitingWork> work;

    /**
     * @param idle unit-minutes of each minute of the span, not negative
     * @param work in order of arrival
     */
    ValleyFilling(BigDecimal[] idle, List<WaitingWork> work) {
        this.idle = idle;
        this.work = work;
    }

    /** What work of each value costs elsewhere as far as it does not fit: one run per value. */
    BigDecimal costElsewhere() {
        BigDecimal cost = BigDecimal.ZERO;
        BigDecimal fitted = BigDecimal.ZERO;
        BigDecimal[] loads = none();
        for (int[] ofOneValue : byFallingValue()) {
            BigDecimal load = add(ofOneValue, loads);
            BigDecimal fits = sum(earliestDeadlineFirst(loads));
            cost = cost.add(load.add(fitted)
                    .subtract(fits)
                    .multiply(work.get(ofOneValue[0]).unitValue()));
            fitted = fits;
        }
        return cost;
    }

    /** Unit-minutes of each work that are served, in the order of the work. */
    BigDecimal[] served() {
        List<int[]> values = byFallingValue();
        if (values.size() <= 1) {
            return earliestDeadlineFirst(work.stream().map(WaitingWork::load).toArray(BigDecimal[]::new));
        }
        return work.stream().mapToLong(WaitingWork::window).distinct().count() == 1
                ? servedInEqualWindows(values)
                : servedInAnyWindows(values);
    }

    /**
     * With windows of one length, an interval is too small for what must be served in it exactly if the difference of a
     * number at its end and a number at its start is too small, so the least slack of all intervals around a window is
     * found without looking at each pair (Hall's condition, on sums from the start of the span).
     */
    private BigDecimal[] servedInEqualWindows(List<int[]> values) {
        long[] arrivals =
                work.stream().mapToLong(WaitingWork::arrival).distinct().toArray();
        long window = work.get(0).window();
        BigDecimal[] idleBefore = new BigDecimal[idle.length + 1];
        idleBefore[0] = BigDecimal.ZERO;
        for (int t = 0; t < idle.length; t++) {
            idleBefore[t + 1] = idleBefore[t].add(idle[t]);
        }
        // At an end: idle capacity before it less what is taken with a window that ends by then. At a start: the
        // same for windows that began before it, negated.
        SlackRow ends = new SlackRow(Arrays.stream(arrivals)
                .mapToObj(a -> idleBefore[(int) Math.min(idle.length, a + window)])
                .toArray(BigDecimal[]::new));
        SlackRow starts = new SlackRow(Arrays.stream(arrivals)
                .mapToObj(a -> idleBefore[(int) a].negate())
                .toArray(BigDecimal[]::new));
        BigDecimal[] served = none();
        for (int[] ofOneValue : values) {
            for (int i : ofOneValue) {
                int at = Arrays.binarySearch(arrivals, work.get(i).arrival());
                BigDecimal slack = ends.leastFrom(at).add(starts.leastUpTo(at));
                served[i] = work.get(i).load().min(slack);
                ends.addFrom(at, served[i].negate());
                starts.addFrom(at + 1, served[i]);
            }
        }
        return served;
    }

    /** A run for every work of a value that does not fit as a whole: slow, but right for any windows. */
    private BigDecimal[] servedInAnyWindows(List<int[]> values) {
        BigDecimal[] served = none();
        BigDecimal fitted = BigDecimal.ZERO;
        for (int[] ofOneValue : values) {
            BigDecimal[] all = served.clone();
            BigDecimal load = add(ofOneValue, all);
            if (sum(earliestDeadlineFirst(all)).compareTo(fitted.add(load)) == 0) {
                served = all;
                fitted = fitted.add(load);
                continue;
            }
            for (int i : ofOneValue) {
                served[i] = work.get(i).load();
                BigDecimal fits = sum(earliestDeadlineFirst(served));
                served[i] = fits.subtract(fitted);
                fitted = fits;
            }
        }
        return served;
    }

    /** The most that fits, per work, of given loads. */
    private BigDecimal[] earliestDeadlineFirst(BigDecimal[] loads) {
        BigDecimal[] served = none();
        PriorityQueue<Integer> waiting = new PriorityQueue<>(
                Comparator.comparingLong((Integer i) -> work.get(i).deadline(idle.length))
                        .thenComparing(Comparator.naturalOrder()));
        int next = 0;
        int minute = 0;
        while (minute < idle.length && (next < work.size() || !waiting.isEmpty())) {
            if (waiting.isEmpty()) {
                minute = (int) work.get(next).arrival();
            }
            while (next < work.size() && work.get(next).arrival() <= minute) {
                if (loads[next].signum() > 0) {
                    waiting.add(next);
                }
                next++;
            }
            BigDecimal left = idle[minute];
            while (!waiting.isEmpty()) {
                int first = waiting.peek();
                if (work.get(first).deadline(idle.length) > minute) {
                    BigDecimal open = loads[first].subtract(served[first]);
                    if (open.compareTo(left) > 0) {
                        served[first] = served[first].add(left);
                        break;
                    }
                    served[first] = loads[first];
                    left = left.subtract(open);
                }
                waiting.remove();
            }
            minute++;
        }
        return served;
    }

    /** Indexes of the work of each value, the highest value first, each in order of arrival. */
    private List<int[]> byFallingValue() {
        TreeMap<BigDecimal, IntStream.Builder> values = new TreeMap<>(Comparator.reverseOrder());
        for (int i = 0; i < work.size(); i++) {
            values.computeIfAbsent(work.get(i).unitValue(), v -> IntStream.builder())
                    .add(i);
        }
        return values.values().stream().map(b -> b.build().toArray()).toList();
    }

    private BigDecimal add(int[] indexes, BigDecimal[] loads) {
        BigDecimal sum = BigDecimal.ZERO;
        for (int i : indexes) {
            loads[i] = work.get(i).load();
            sum = sum.add(loads[i]);
        }
        return sum;
    }

    private BigDecimal[] none() {
        BigDecimal[] none = new BigDecimal[work.size()];
        Arrays.fill(none, BigDecimal.ZERO);
        return none;
    }

    private static BigDecimal sum(BigDecimal[] parts) {
        return Arrays.stream(parts).reduce(BigDecimal.ZERO, BigDecimal::add);
    }
}
