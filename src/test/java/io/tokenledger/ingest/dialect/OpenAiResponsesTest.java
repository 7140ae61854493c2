package io.tokenledger.ingest.dialect;

import static io.tokenledger.ingest.dialect.Reading.tokens;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tokenledger.ingest.dialect.Request.Status;
import java.time.Instant;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class OpenAiResponsesTest {
    private static final Reading READING = new Reading("openai-responses");
    private static final String USAGE = "'usage':{'input_tokens':2000,'input_tokens_details':{'cached_tokens':1900,"
            + "'cache_write_tokens':20},'output_tokens':87,'output_tokens_details':{'reasoning_tokens':64},"
            + "'total_tokens':2087}";

    @Test
    @Tag("A1")
    void cachedTokensAreInsideTheInputAndReasoningInsideTheOutput() throws Rejection {
        Request request = READING.request(response("'status':'completed'," + USAGE));
        assertThat(tokens(request)).isEqualTo("uncached_input 80, cached_input 1900, cache_write_5m 20, output 87");
        assertThat(request.usage().reasoningTokens()).isEqualTo(64);
        assertThat(request.usage().unclassifiedTokens()).isZero();
        assertThat(request.usage().unknownCounters()).isEmpty();
        assertThat(request.requestId()).isEqualTo("resp_b2");
        assertThat(request.model()).isEqualTo("gpt-5-mini-2025-08-07");
        assertThat(request.serviceTier()).isEqualTo("flex");
        assertThat(request.occurredAt()).isEqualTo(Instant.parse("2026-02-28T23:59:59Z"));
        assertThat(request.status()).isEqualTo(Status.OK);
    }

    @Test
    void aResponseThatEndedBadlyKeepsWhatItCounted() throws Rejection {
        Request failed = READING.request(response("'status':'failed','error':{'code':'server_error'},'usage':null"));
        assertThat(failed.status()).isEqualTo(Status.ERROR);
        assertThat(failed.usage()).isEqualTo(Usage.MISSING);
        Request cancelled = READING.request(response("'status':'cancelled','usage':{'input_tokens':7}"));
        assertThat(cancelled.status()).isEqualTo(Status.ERROR);
        assertThat(tokens(cancelled)).isEqualTo("uncached_input 7");
        assertThat(READING.request(response("'status':'incomplete'," + USAGE)).status())
                .as("it reached its limit, and is billed like any other")
                .isEqualTo(Status.OK);
    }

    @Test
    void aResponseThatRunsIsOutOfScopeAndOneThatEndedWithoutUsageIsUnknown() throws Rejection {
        assertThat(READING.outOfScope(response("'status':'in_progress','usage':null")))
                .isEqualTo("not finished yet");
        assertThat(READING.request(response("'status':'completed','usage':null"))
                        .usage())
                .isEqualTo(Usage.MISSING);
    }

    @Test
    void theEventsOfAStreamAreReadAtItsEnd() throws Rejection {
        assertThat(READING.outOfScope("{'type':'response.created','response':"
                        + response("'status':'in_progress','usage':null") + "}"))
                .isEqualTo("not finished yet");
        assertThat(READING.outOfScope("{'type':'response.output_text.delta','delta':'x'}"))
                .isEqualTo("stream event without usage");
        assertThat(tokens(READING.request(
                        "{'type':'response.completed','response':" + response("'status':'completed'," + USAGE) + "}")))
                .isEqualTo("uncached_input 80, cached_input 1900, cache_write_5m 20, output 87");
    }

    @Test
    void anotherObjectIsOutOfScopeAndAContradictionRejected() throws Rejection {
        assertThat(READING.outOfScope("{'object':'chat.completion'}"))
                .isEqualTo("object is no inference call of this dialect");
        assertThatThrownBy(() -> READING.outcomes(
                        response("'usage':{'input_tokens':1,'input_tokens_details':{'cached_tokens':2}}")))
                .hasMessage("cached exceeds input: /usage/input_tokens");
    }

    private static String response(String members) {
        return "{'id':'resp_b2','object':'response','created_at':1772323199,'model':'gpt-5-mini-2025-08-07',"
                + "'service_tier':'flex'," + members + "}";
    }
}
