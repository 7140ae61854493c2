package io.tokenledger.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.tokenledger.model.Month;
import io.tokenledger.rates.ModelKey;
import io.tokenledger.scenario.BatchArrivals.Minute;
import io.tokenledger.scenario.BatchArrivals.Peak;
import io.tokenledger.scenario.BatchPolicy.Answer;
import io.tokenledger.scenario.ScenarioSettings.Batches;
import io.tokenledger.usage.BatchEligibility;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class BatchPlanTest {
    private static final ModelKey M = new ModelKey("p", "m");
    private static final Month OCTOBER = Month.parse("2026-10");
    private static final Batches WHOLE_WINDOW = new Batches(null);

    @Test
    void theBacklogIsWhatArrivedWithinAWindow() {
        // 60 at 09:00 and 50 a minute before they are due; a minute later the first 60 are done.
        BatchArrivals arrivals =
                arrivals("2026-10-05T09:00:00Z 1 60", "2026-10-06T08:59:00Z 2 50", "2026-10-06T09:00:00Z 1 30");
        BatchPlan plan = plan(arrivals, policy(24, null, null));
        assertThat(plan.peakBacklogTokens()).isEqualTo(110);
        assertThat(plan.peakAt()).isEqualTo("2026-10-06T08:59:00Z");
        assertThat(plan.peakDay()).isEqualTo("2026-10-06");
        assertThat(plan.eligibleRequests()).isEqualTo(4);
        assertThat(plan.eligibleTokens()).isEqualTo(140);
        assertThat(plan.files()).isNull();
        assertThat(plan.feasible()).isTrue();
        assertThat(plan.assumptions())
                .containsExactly(
                        "no batch finishes before its window ends",
                        "input and output tokens count as enqueued",
                        "what can wait is declared");
    }

    @Test
    void aBacklogAboveTheLimitIsNotFeasibleAndSaysWhenAndByHowMuch() {
        BatchArrivals arrivals =
                arrivals("2026-10-12T09:00:00Z 70000 16000000000", "2026-10-12T10:00:00Z 40000 15000000000");
        BatchPlan plan = plan(arrivals, policy(24, 50_000L, 30_000_000_000L));
        assertThat(plan.feasible()).isFalse();
        assertThat(plan.whyNot())
                .isEqualTo(
                        "backlog of 31,000,000,000 tokens on 2026-10-12 is above the limit of 30,000,000,000 for p/m");
        assertThat(plan.files()).as("110,000 requests by 50,000").isEqualTo(3);
        assertThat(plan(arrivals, policy(24, 55_000L, 31_000_000_000L)).feasible())
                .as("at the limit")
                .isTrue();
        assertThat(plan(arrivals, policy(24, 55_000L, null)).files()).isEqualTo(2);
        Batch batch = new Batch(List.of(plan), BatchEligibility.NONE);
        assertThat(batch.whyNot(OCTOBER, "pool")).contains(plan.whyNot());
        assertThat(batch.whyNot(OCTOBER, "another")).isEmpty();
        assertThat(batch.whyNot(OCTOBER.next(), "pool")).isEmpty();
    }

    @Test
    void aFasterTurnaroundIsAssumedAndSaysSo() {
        BatchArrivals arrivals = arrivals("2026-10-05T09:00:00Z 1 60", "2026-10-05T15:00:00Z 1 50");
        BatchPlan plan = plan(arrivals, policy(24, null, null), new Batches(6L));
        assertThat(plan.turnaroundHours()).isEqualTo(6);
        assertThat(plan.peakBacklogTokens()).isEqualTo(60);
        assertThat(plan.assumptions()).contains("batches are taken to finish within 6 hours");
        assertThat(plan(arrivals, policy(4, null, null), new Batches(6L)).turnaroundHours())
                .as("no later than the window")
                .isEqualTo(4);
    }

    @Test
    void whatArrivedBeforeTheMonthIsStillEnqueued() {
        BatchArrivals arrivals = arrivals("2026-09-30T13:00:00Z 5 60", "2026-10-20T00:00:00Z 1 50");
        BatchPlan plan = plan(arrivals, policy(24, null, null));
        assertThat(plan.peakBacklogTokens()).isEqualTo(60);
        assertThat(plan.peakAt()).isEqualTo("2026-10-01T00:00:00Z");
        assertThat(plan.eligibleTokens()).isEqualTo(50);
        assertThat(plan(arrivals, policy(11, null, null)).peakBacklogTokens())
                .as("all done at midnight")
                .isEqualTo(50);
    }

    @Test
    void theDayOfThePeakIsOneOfTheBillingZone() {
        BatchArrivals arrivals = arrivals("2026-10-05T23:30:00Z 1 60");
        BatchPlan plan =
                BatchPlan.of(arrivals, policy(24, null, null), WHOLE_WINDOW, OCTOBER, ZoneId.of("Europe/Berlin"));
        assertThat(plan.peakDay()).isEqualTo(LocalDate.parse("2026-10-06"));
    }

    @Test
    void aPolicyIsJudgedWhileItHoldsByWhateverIsEnqueuedThen() {
        BatchArrivals arrivals = arrivals("2026-10-09T20:00:00Z 1 60", "2026-10-10T01:00:00Z 1 5");
        BatchPlan plan = plan(
                arrivals,
                new BatchPolicy.Entry(
                        M, Instant.parse("2026-10-10T00:00:00Z"), null, Answer.LIST, 24, null, 50L, "batch.csv:2"));
        assertThat(plan.eligibleTokens()).isEqualTo(5);
        assertThat(plan.peakBacklogTokens()).isEqualTo(65);
        assertThat(plan.feasible()).isFalse();
    }

    @Test
    void withoutArrivalsThereIsNoPlan() {
        assertThat(plan(arrivals("2026-08-05T09:00:00Z 1 60"), policy(24, null, null)))
                .isNull();
    }

    @Test
    void thePeakIsThatOfEveryMinuteAddedUpAnew() {
        Instant start = Instant.parse("2026-10-01T00:00:00Z");
        for (int seed = 0; seed < 200; seed++) {
            Random random = new Random(seed);
            List<Minute> minutes = new ArrayList<>();
            for (int minute = -200; minute < 400; minute++) {
                if (random.nextInt(10) == 0) {
                    minutes.add(new Minute(
                            start.plusSeconds(60L * minute), 1 + random.nextInt(3), random.nextInt(50), false));
                }
            }
            int stay = 1 + random.nextInt(180);
            Span span = new Span(start, start.plusSeconds(60L * 300));
            Peak expected = Peak.NONE;
            for (int minute = 0; minute < 300; minute++) {
                long tokens = 0;
                long requests = 0;
                for (Minute m : minutes) {
                    long age = Duration.between(m.start(), start).toMinutes() + minute;
                    if (age >= 0 && age < stay) {
                        tokens += m.tokens();
                        requests += m.requests();
                    }
                }
                if (tokens > expected.tokens()) {
                    expected = new Peak(start.plusSeconds(60L * minute), requests, tokens);
                }
            }
            assertThat(new BatchArrivals("pool", M, minutes).peak(Duration.ofMinutes(stay), span))
                    .as("seed %d", seed)
                    .isEqualTo(expected);
        }
    }

    private static BatchPlan plan(BatchArrivals arrivals, BatchPolicy.Entry policy) {
        return plan(arrivals, policy, WHOLE_WINDOW);
    }

    private static BatchPlan plan(BatchArrivals arrivals, BatchPolicy.Entry policy, Batches settings) {
        return BatchPlan.of(arrivals, policy, settings, OCTOBER, ZoneOffset.UTC);
    }

    private static BatchPolicy.Entry policy(long windowHours, Long maxRequests, Long maxEnqueuedTokens) {
        return new BatchPolicy.Entry(
                M,
                Instant.parse("2026-01-01T00:00:00Z"),
                null,
                Answer.DISCOUNTED,
                windowHours,
                maxRequests,
                maxEnqueuedTokens,
                "batch.csv:2");
    }

    /** Lines of {@code start requests tokens}. */
    private static BatchArrivals arrivals(String... lines) {
        return new BatchArrivals(
                "pool",
                M,
                Stream.of(lines)
                        .map(line -> line.split(" "))
                        .map(w -> new Minute(Instant.parse(w[0]), Long.parseLong(w[1]), Long.parseLong(w[2]), false))
                        .toList());
    }
}
