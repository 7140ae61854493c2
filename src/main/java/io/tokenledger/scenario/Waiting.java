package io.tokenledger.scenario;

import io.tokenledger.model.Month;
import io.tokenledger.model.ServiceTier;
import io.tokenledger.model.TokenClass;
import java.math.BigDecimal;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * What becomes of the work of a pool that can wait, where no unit serves it.
 *
 * @param windowHours in what time it has to be served: the shortest in which a batch of the pool's models completes
 * @param asBatch whether it goes out as batches where the provider takes them. If these were above a limit of the
 *     provider's in the month, all of it is paid at standard rates: what part could have gone is not sought
 * @param assumptions what that rests on
 */
record Waiting(long windowHours, boolean asBatch, List<String> assumptions) {

    static Waiting of(Month month, String pool, Economics economics, List<BatchPlan> plans) {
        Span span = Span.of(month, economics.billingZone());
        long hours = economics.batchPolicy().accepted().stream()
                .filter(policy -> economics.pools().of(policy.model()).equals(pool) && policy.holdsIn(span))
                .mapToLong(economics.batches()::hours)
                .min()
                .orElse(BatchPolicy.USUAL_WINDOW_HOURS);
        List<String> whyNot = plans.stream()
                .filter(plan -> plan.month().equals(month) && plan.pool().equals(pool))
                .map(BatchPlan::whyNot)
                .filter(Objects::nonNull)
                .map("none of it goes out as a batch: %s"::formatted)
                .toList();
        return of(hours, whyNot);
    }

    /** @param whyNot nothing goes out as a batch; empty where it does */
    static Waiting of(long windowHours, List<String> whyNot) {
        String served = "%s, and is served within %s hours".formatted(Batch.DECLARED, windowHours);
        return new Waiting(
                windowHours,
                whyNot.isEmpty(),
                Stream.concat(Stream.of(served), whyNot.stream()).toList());
    }

    /** What a part of the demand costs without units. */
    BigDecimal cost(PoolDemand.Part part) {
        return asBatch ? part.elsewhere() : part.standardCost(List.of(TokenClass.values()));
    }

    /** As {@link Moves.Move#priceTier}. */
    String priceTier() {
        return asBatch ? null : ServiceTier.STANDARD.label();
    }
}
