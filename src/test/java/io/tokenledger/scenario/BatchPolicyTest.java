package io.tokenledger.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.tokenledger.model.ExitCode;
import io.tokenledger.model.Failure;
import io.tokenledger.rates.ModelKey;
import io.tokenledger.scenario.BatchPolicy.Answer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BatchPolicyTest {
    private static final ModelKey M = new ModelKey("p", "m");
    private static final Instant JULY = Instant.parse("2026-07-01T00:00:00Z");

    @Test
    void aProviderDiscountsTakesAtListPriceOrRejects() {
        BatchPolicy policy = read("p,m,2026-01-01,,discounted,24,50000,1000000,,,\n"
                + "p,n,2026-01-01,,list,,,,,,\n"
                + "p,o,2026-01-01,,rejected,,,,,,\n");
        assertThat(policy.at(M, JULY)).contains(Answer.DISCOUNTED);
        assertThat(policy.at(new ModelKey("p", "n"), JULY)).contains(Answer.LIST);
        assertThat(policy.at(new ModelKey("p", "o"), JULY)).contains(Answer.REJECTED);
        assertThat(policy.at(new ModelKey("p", "unknown"), JULY)).isEmpty();
        assertThat(policy.at(new ModelKey("q", "m"), JULY)).isEmpty();
    }

    @Test
    void thePolicyOfTheTimeHolds() {
        BatchPolicy policy =
                read("p,m,2026-01-01,2026-07-01,list,,,,,,\n" + "p,m,2026-07-01,2026-08-01,discounted,,,,,,\n");
        assertThat(policy.at(M, Instant.parse("2025-12-31T23:59:59.999999Z"))).isEmpty();
        assertThat(policy.at(M, JULY.minusNanos(1))).contains(Answer.LIST);
        assertThat(policy.at(M, JULY)).contains(Answer.DISCOUNTED);
        assertThat(policy.at(M, Instant.parse("2026-08-01T00:00:00Z"))).isEmpty();
    }

    @Test
    void aLineWithoutAWindowHas24HoursAndOneWithoutLimitsHasNone() {
        BatchPolicy policy = read("p,m,2026-01-01,,discounted,48,50000,1000000,,,\n"
                + "p,n,2026-01-01,,list,,,,,,\n"
                + "p,o,2026-01-01,,rejected,,,,,,\n");
        assertThat(policy.accepted())
                .extracting(
                        e -> e.model().model(),
                        BatchPolicy.Entry::windowHours,
                        BatchPolicy.Entry::maxRequests,
                        BatchPolicy.Entry::maxEnqueuedTokens)
                .containsExactly(tuple("m", 48L, 50_000L, 1_000_000L), tuple("n", 24L, null, null));
    }

    @Test
    void everyBeginningAndEndIsABreakpoint() {
        BatchPolicy policy =
                read("p,m,2026-01-01,2026-07-01,list,,,,,,\n" + "p,m,2026-07-01,2026-08-01,discounted,,,,,,\n");
        assertThat(policy.changes()).containsOnlyKeys(M);
        assertThat(policy.changes().get(M))
                .containsExactly(Instant.parse("2026-01-01T00:00:00Z"), JULY, Instant.parse("2026-08-01T00:00:00Z"));
    }

    @Test
    void twoPoliciesForOneTimeAreRefusedWithBothLines() {
        assertRefused(
                "p,m,2026-01-01,,list,,,,,,\np,o,2026-01-01,,list,,,,,,\np,m,2026-07-01,2026-08-01,rejected,,,,,,\n",
                "batch.csv:2 and batch.csv:4 overlap: two batch policies for p/m");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "p,m,2026-01-01,,Discounted,,,,,,",
                "p,m,2026-01-01,,,,,,,,",
                "p,m,,,list,,,,,,",
                "p,m,2026-01-01,,list,a day,,,,,",
                "p,m,2026-01-01,,list,,1.5,,,,",
                "p,m,2026-01-01,,list,,,1e6,,,",
                "p,m,2026-01-01,,list,0,,,,,",
                "p,m,2026-01-01,,list,745,,,,,",
                "p,m,2026-01-01,,list,,0,,,,",
                "p,m,2026-01-01,,list,,,0,,,"
            })
    void whatCannotBeReadIsRefused(String line) {
        assertRefused(line + "\n", "batch.csv:2: ");
    }

    @Test
    void aPolicyThatEndsBeforeItBeginsIsRefused() {
        assertRefused("p,m,2026-07-01,2026-01-01,list,,,,,,\n", "batch.csv:2: valid_to is '2026-01-01'");
    }

    private static void assertRefused(String lines, String message) {
        assertThatThrownBy(() -> read(lines))
                .isInstanceOfSatisfying(
                        Failure.class, f -> assertThat(f.exitCode()).isEqualTo(ExitCode.CONFIGURATION))
                .hasMessageContaining(message);
    }

    private static BatchPolicy read(String lines) {
        String header =
                "provider,model,valid_from,valid_to,policy,window_hours,max_requests,max_enqueued_tokens,source,retrieved_at,note\n";
        return BatchPolicy.read("batch.csv", (header + lines).getBytes(StandardCharsets.UTF_8));
    }
}
