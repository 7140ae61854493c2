package io.tokenledger.scenario;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.tokenledger.model.LargestRemainder;
import io.tokenledger.model.Money;
import io.tokenledger.usage.Demand;
import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * How the used part of a fixed cost is shared out. Whichever it is, the idle part stands on a row of its own, and the
 * shares add up to the used part to the last digit.
 */
public enum AllocationMethod {
    /** By the weighted tokens that the capacity served in the month: who uses more pays more. */
    @JsonProperty("served")
    SERVED,
    /**
     * By the weighted tokens that were asked for in the pool's busiest minute, or minutes where several are equally busy:
     * the peak is what capacity is bought for, so who is not there pays nothing.
     */
    @JsonProperty("peak")
    PEAK;

    /** The name in job files, such as {@code served}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Optional<AllocationMethod> of(String label) {
        return Stream.of(values()).filter(m -> m.label().equals(label)).findFirst();
    }

    /**
     * The weight of one of those who share.
     *
     * @param plan of the pool
     * @param tokens its own, minute by minute: those that were served, or for {@link #PEAK} asked for
     */
    BigDecimal weight(CapacityPlan plan, List<Demand.Minute> tokens) {
        return tokens.stream()
                .filter(minute -> this == SERVED || plan.peakMinutes().contains(minute.start()))
                .map(minute -> plan.unit().throughput().weighted(minute.tokens()))
                .reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    /**
     * Shares a cost out by largest remainder; of equal remainders the first name is served first.
     *
     * @param used at most at the scale of reports; 0 where nobody has a weight
     * @param weights not negative
     */
    static <T extends Comparable<T>> SortedMap<T, BigDecimal> share(BigDecimal used, Map<T, BigDecimal> weights) {
        List<T> names = weights.keySet().stream().sorted().toList();
        SortedMap<T, BigDecimal> shares = new TreeMap<>();
        if (used.signum() == 0) {
            names.forEach(name -> shares.put(name, BigDecimal.ZERO.setScale(Money.REPORT_SCALE)));
            return shares;
        }
        List<BigDecimal> parts =
                LargestRemainder.split(used, names.stream().map(weights::get).toList(), Money.REPORT_SCALE);
        for (int i = 0; i < parts.size(); i++) {
            shares.put(names.get(i), parts.get(i));
        }
        return shares;
    }
}
