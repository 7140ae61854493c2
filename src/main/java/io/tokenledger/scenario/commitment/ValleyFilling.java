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
 * served as fast as there is capacity. Loads in parts.
 *
 * <p>What can be served together is a polymatroid (flows into intervals), so work is taken in falling order of its value,
 * each as much as fits beside what was taken before; no other choice is worth more. Within one value it does not matter
 * which work is taken, only how much, and earliest deadline first takes the most.
 */
final class ValleyFilling {
    private final List<WaitingWork> work;
    private final long[] loads;
    private final long[] arrivals;
    private final long[] deadlines;
    private final boolean deadlinesInOrder;
    private final List<int[]> byFallingValue;

    /**
     * @param span minutes
     * @param work in order of arrival
     */
    ValleyFilling(long span, List<WaitingWork> work) {
        this.work = work;
        this.loads = work.stream().mapToLong(w -> Load.parts(w.load())).toArray();
        this.arrivals = work.stream().mapToLong(WaitingWork::arrival).toArray();
        this.deadlines = work.stream().mapToLong(w -> w.deadline(span)).toArray();
        // As with windows of one length: then the earliest deadline is that of the first to come.
        this.deadlinesInOrder = IntStream.range(1, deadlines.length).allMatch(i -> deadlines[i - 1] <= deadlines[i]);
        TreeMap<BigDecimal, IntStream.Builder> values = new TreeMap<>(Comparator.reverseOrder());
        for (int i = 0; i < loads.length; i++) {
            values.computeIfAbsent(work.get(i).unitValue(), v -> IntStream.builder())
                    .add(i);
        }
        this.byFallingValue =
                values.values().stream().map(b -> b.build().toArray()).toList();
    }

    /** The most work that arrives in a minute. */
    long mostOfAMinute() {
        long most = 0;
        long ofMinute = 0;
        for (int i = 0; i < loads.length; i++) {
            ofMinute = i > 0 && arrivals[i] == arrivals[i - 1] ? Math.addExact(ofMinute, loads[i]) : loads[i];
            most = Math.max(most, ofMinute);
        }
        return most;
    }

    /**
     * What the work costs elsewhere as far as it does not fit: one run per value.
     *
     * @param idle of each minute of the span, not negative
     */
    BigDecimal costElsewhere(long[] idle) {
        BigDecimal cost = BigDecimal.ZERO;
        long fitted = 0;
        long[] taken = new long[loads.length];
        for (int[] ofOneValue : byFallingValue) {
            long load = take(ofOneValue, taken);
            long fits = sum(mostThatFits(idle, taken));
            cost = cost.add(Load.units(load + fitted - fits)
                    .multiply(work.get(ofOneValue[0]).unitValue()));
            fitted = fits;
        }
        return cost;
    }

    /**
     * What is served of each work, in the order of the work.
     *
     * @param idle of each minute of the span, not negative
     */
    long[] served(long[] idle) {
        if (byFallingValue.size() <= 1) {
            return mostThatFits(idle, loads);
        }
        return work.stream().mapToLong(WaitingWork::window).distinct().count() == 1
                ? servedInEqualWindows(idle)
                : servedInAnyWindows(idle);
    }

    /**
     * With windows of one length, an interval is too small for what must be served in it exactly if the difference of a
     * number at its end and a number at its start is too small, so the least slack of all intervals around a window is
     * found without looking at each pair (Hall's condition, on sums from the start of the span).
     */
    private long[] servedInEqualWindows(long[] idle) {
        long[] starting = Arrays.stream(arrivals).distinct().toArray();
        long window = work.get(0).window();
        long[] idleBefore = new long[idle.length + 1];
        for (int t = 0; t < idle.length; t++) {
            idleBefore[t + 1] = Math.addExact(idleBefore[t], idle[t]);
        }
        // At an end: idle capacity before it less what is taken with a window that ends by then. At a start: the
        // same for windows that began before it, negated.
        SlackRow ends = new SlackRow(Arrays.stream(starting)
                .map(a -> idleBefore[(int) Math.min(idle.length, a + window)])
                .toArray());
        SlackRow starts = new SlackRow(
                Arrays.stream(starting).map(a -> -idleBefore[(int) a]).toArray());
        long[] served = new long[loads.length];
        for (int[] ofOneValue : byFallingValue) {
            for (int i : ofOneValue) {
                int at = Arrays.binarySearch(starting, arrivals[i]);
                served[i] = Math.min(loads[i], ends.leastFrom(at) + starts.leastUpTo(at));
                ends.addFrom(at, -served[i]);
                starts.addFrom(at + 1, served[i]);
            }
        }
        return served;
    }

    /** A run for every work of a value that does not fit as a whole: slow, but right for any windows. */
    private long[] servedInAnyWindows(long[] idle) {
        long[] served = new long[loads.length];
        long fitted = 0;
        for (int[] ofOneValue : byFallingValue) {
            long[] all = served.clone();
            long load = take(ofOneValue, all);
            if (sum(mostThatFits(idle, all)) == fitted + load) {
                served = all;
                fitted += load;
                continue;
            }
            for (int i : ofOneValue) {
                served[i] = loads[i];
                long fits = sum(mostThatFits(idle, served));
                served[i] = fits - fitted;
                fitted = fits;
            }
        }
        return served;
    }

    /** The most that fits, per work, of what is taken of each. */
    private long[] mostThatFits(long[] idle, long[] taken) {
        return deadlinesInOrder ? firstComeFirstServed(idle, taken) : earliestDeadlineFirst(idle, taken);
    }

    private long[] firstComeFirstServed(long[] idle, long[] taken) {
        long[] served = new long[taken.length];
        int first = 0;
        for (int minute = 0; minute < idle.length && first < taken.length; minute++) {
            minute = (int) Math.max(minute, arrivals[first]);
            long left = idle[minute];
            while (first < taken.length && arrivals[first] <= minute) {
                long open = deadlines[first] > minute ? taken[first] - served[first] : 0;
                if (open > left) {
                    served[first] += left;
                    break;
                }
                served[first] += open;
                left -= open;
                first++;
            }
        }
        return served;
    }

    private long[] earliestDeadlineFirst(long[] idle, long[] taken) {
        long[] served = new long[taken.length];
        PriorityQueue<Integer> waiting = new PriorityQueue<>(
                Comparator.comparingLong((Integer i) -> deadlines[i]).thenComparing(Comparator.naturalOrder()));
        int next = 0;
        for (int minute = 0; minute < idle.length && (next < taken.length || !waiting.isEmpty()); minute++) {
            while (next < taken.length && arrivals[next] <= minute) {
                waiting.add(next++);
            }
            long left = idle[minute];
            while (!waiting.isEmpty()) {
                int first = waiting.peek();
                long open = deadlines[first] > minute ? taken[first] - served[first] : 0;
                if (open > left) {
                    served[first] += left;
                    break;
                }
                served[first] += open;
                left -= open;
                waiting.remove();
            }
        }
        return served;
    }

    private long take(int[] indexes, long[] taken) {
        long sum = 0;
        for (int i : indexes) {
            taken[i] = loads[i];
            sum = Math.addExact(sum, loads[i]);
        }
        return sum;
    }

    private static long sum(long[] parts) {
        return Arrays.stream(parts).reduce(0, Math::addExact);
    }
}
