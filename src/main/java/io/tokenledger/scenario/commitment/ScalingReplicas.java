package io.tokenledger.scenario.commitment;

import java.math.BigDecimal;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongUnaryOperator;

/**
 * Replicas that are added and removed minute by minute, and billed for every minute in which each is ready. What is above
 * them is paid by token.
 *
 * <p>A replica takes some minutes to start, so a minute can only have what was asked for before it: the plan scales to
 * the load of {@code startupMinutes} before, to what would have been cheapest for that load, and to the fewest before
 * anything is known. With a start-up time of 0 that is the cheapest possible; with any other it is a rule that can be
 * followed, not the optimum of hindsight. Replicas never scale to none below their minimum: an idle minute is billed.
 *
 * @param replicaMinute price of one ready replica for a minute, not negative
 * @param fewest replicas, at least 0
 * @param most replicas, at least {@code fewest}
 * @param startupMinutes from asking for a replica to its being ready, at least 0
 */
public record ScalingReplicas(BigDecimal replicaMinute, long fewest, long most, long startupMinutes) {
    public ScalingReplicas {
        if (replicaMinute.signum() < 0 || fewest < 0 || most < fewest || startupMinutes < 0) {
            throw new IllegalArgumentException(
                    "Price " + replicaMinute + ", from " + fewest + " to " + most + " replicas, start-up "
                            + startupMinutes + " minutes; expected none below 0 and most at least fewest");
        }
    }

    /** How many replicas are ready, by the minute of the span. */
    public LongUnaryOperator ready(LoadCurve curve) {
        Map<Long, Long> scaled = new HashMap<>();
        curve.minutes().forEach(m -> scaled.put(m.minute() + startupMinutes, replicas(m)));
        return minute -> scaled.getOrDefault(minute, fewest);
    }

    /**
     * The cheapest number for a minute, of equally cheap ones the fewest: a whole number of full replicas if a full one
     * is worth its price, and one more for the rest of the load if that is worth it too.
     */
    private long replicas(LoadCurve.Minute m) {
        long full = m.isWorthMoreThan(replicaMinute) ? m.load().longValue() : 0;
        BigDecimal rest = m.load().subtract(BigDecimal.valueOf(full));
        boolean restPays =
                m.value().multiply(rest.min(BigDecimal.ONE)).compareTo(replicaMinute.multiply(m.demand())) > 0;
        return Math.max(fewest, Math.min(most, restPays ? full + 1 : full));
    }
}
