package io.tokenledger.scenario;

import io.tokenledger.model.Month;
import io.tokenledger.rates.ModelKey;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * Whether the batches of a model in a month stay within its provider's limits, on the real arrivals: everything eligible
 * is enqueued when it arrives and stays so until the end of its time, for a provider promises no earlier one.
 *
 * @param policy the line of the table that holds; a model whose line changes within a month has a plan for each
 * @param turnaroundHours how long a batch stays enqueued: the window of the policy, or the shorter time of the job file
 * @param eligibleRequests billable, of work that can wait, which arrived in the month under this policy
 * @param eligibleTokens of these, input and output, those of the cache among them
 * @param peakBacklogTokens the most tokens that were enqueued at once, what arrived before the month among them
 * @param peakAt the first minute, UTC, at whose end they were; null where nothing was enqueued
 * @param peakDay its day in the billing zone; null likewise
 * @param files batches that the requests enqueued at that time need; null where their size has no limit
 * @param whyNot what is above the limit; null where nothing is
 * @param assumptions what the plan rests on that is assumed, not measured
 */
public record BatchPlan(
        Month month,
        String pool,
        ModelKey model,
        BatchPolicy.Entry policy,
        long turnaroundHours,
        long eligibleRequests,
        long eligibleTokens,
        long peakBacklogTokens,
        Instant peakAt,
        LocalDate peakDay,
        Long files,
        String whyNot,
        boolean sampled,
        List<String> assumptions) {

    /** The plans of some months, in the order of month, pool, model and validity. */
    static List<BatchPlan> of(List<BatchArrivals> arrivals, Economics economics, Collection<Month> months) {
        List<BatchPlan> plans = new ArrayList<>();
        for (Month month : months.stream().sorted().toList()) {
            for (BatchArrivals ofModel : arrivals) {
                economics.batchPolicy().accepted().stream()
                        .filter(policy -> policy.model().equals(ofModel.model()))
                        .sorted((a, b) -> a.validFrom().compareTo(b.validFrom()))
                        .map(policy -> of(ofModel, policy, economics.batches(), month, economics.billingZone()))
                        .filter(Objects::nonNull)
                        .forEach(plans::add);
            }
        }
        return plans;
    }

    /** Null where nothing arrived or was enqueued. */
    static BatchPlan of(
            BatchArrivals arrivals,
            BatchPolicy.Entry policy,
            ScenarioSettings.Batches settings,
            Month month,
            ZoneId zone) {
        Span whole = Span.of(month, zone);
        Span span =
                whole.within(new Span(policy.validFrom(), policy.validTo() == null ? whole.to() : policy.validTo()));
        List<BatchArrivals.Minute> arrived = arrivals.within(span);
        long hours = settings.hours(policy);
        BatchArrivals.Peak peak =
                span.minutes() == 0 ? BatchArrivals.Peak.NONE : arrivals.peak(Duration.ofHours(hours), span);
        if (arrived.isEmpty() && peak.tokens() == 0) {
            return null;
        }
        LocalDate day = peak.at() == null ? null : LocalDate.ofInstant(peak.at(), zone);
        return new BatchPlan(
                month,
                arrivals.pool(),
                arrivals.model(),
                policy,
                hours,
                arrived.stream().mapToLong(BatchArrivals.Minute::requests).reduce(0, Math::addExact),
                arrived.stream().mapToLong(BatchArrivals.Minute::tokens).reduce(0, Math::addExact),
                peak.tokens(),
                peak.at(),
                day,
                policy.maxRequests() == null ? null : -Math.floorDiv(-peak.requests(), policy.maxRequests()),
                aboveLimit(peak.tokens(), day, policy),
                arrivals.minutes().stream().anyMatch(BatchArrivals.Minute::sampled),
                assumptions(policy, hours));
    }

    private static String aboveLimit(long backlog, LocalDate day, BatchPolicy.Entry policy) {
        Long limit = policy.maxEnqueuedTokens();
        return limit == null || backlog <= limit
                ? null
                : String.format(
                        Locale.ROOT,
                        "backlog of %,d tokens on %s is above the limit of %,d for %s",
                        backlog,
                        day,
                        limit,
                        policy.model());
    }

    private static List<String> assumptions(BatchPolicy.Entry policy, long hours) {
        return List.of(
                hours < policy.windowHours() ? finishedWithin(hours) : "no batch finishes before its window ends",
                "input and output tokens count as enqueued",
                Batch.DECLARED);
    }

    boolean finishesEarly() {
        return turnaroundHours < policy.windowHours();
    }

    static String finishedWithin(long hours) {
        return "batches are taken to finish within %s hours".formatted(hours);
    }

    public boolean feasible() {
        return whyNot == null;
    }
}
