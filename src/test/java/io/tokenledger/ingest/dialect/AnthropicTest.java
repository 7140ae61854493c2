package io.tokenledger.ingest.dialect;

import static io.tokenledger.ingest.dialect.Reading.tokens;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tokenledger.ingest.dialect.Request.Status;
import io.tokenledger.model.TokenClass;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class AnthropicTest {
    private static final Reading READING = new Reading("anthropic");

    @Test
    @Tag("A1")
    @Tag("A7")
    void cacheReadsAndWritesComeBesideTheInputAndWritesAreToldApartByTheirLifetime() throws Rejection {
        Request request = READING.request(message("'input_tokens':50,'cache_creation_input_tokens':300,"
                + "'cache_read_input_tokens':1800,'cache_creation':{'ephemeral_5m_input_tokens':100,"
                + "'ephemeral_1h_input_tokens':200},'output_tokens':120,'output_tokens_details':{'thinking_tokens':80},"
                + "'server_tool_use':{'web_search_requests':1,'web_fetch_requests':4},'service_tier':'standard',"
                + "'inference_geo':'us'"));
        assertThat(tokens(request))
                .isEqualTo("uncached_input 50, cached_input 1800, cache_write_5m 100, cache_write_1h 200, output 120");
        assertThat(request.usage().reasoningTokens()).isEqualTo(80);
        assertThat(request.usage().webSearches()).isEqualTo(1);
        assertThat(request.usage().unclassifiedTokens()).as("there is no total").isNull();
        assertThat(request.usage().unknownCounters()).isEmpty();
        assertThat(request.requestId()).isEqualTo("msg_f6");
        assertThat(request.model()).isEqualTo("claude-sonnet-4-5-20250929");
        assertThat(request.serviceTier()).isEqualTo("standard");
        assertThat(request.origin().region()).isEqualTo("us");
        assertThat(request.occurredAt()).isNull();
    }

    @Test
    @Tag("A7")
    void cacheWritesWithoutTheirLifetimeAreForFiveMinutes() throws Rejection {
        assertThat(tokens(READING.request(message("'input_tokens':4,'cache_creation_input_tokens':1165"))))
                .isEqualTo("uncached_input 4, cache_write_5m 1165");
        assertThat(tokens(READING.request(message("'input_tokens':4,'cache_creation_input_tokens':1165,"
                        + "'cache_creation':{'ephemeral_1h_input_tokens':1000}"))))
                .isEqualTo("uncached_input 4, cache_write_5m 165, cache_write_1h 1000");
        assertThatThrownBy(() -> READING.outcomes(
                        message("'cache_creation_input_tokens':1,'cache_creation':{'ephemeral_1h_input_tokens':2}")))
                .hasMessage("cache writes exceed their total: /usage/cache_creation_input_tokens");
    }

    @Test
    void anOldMessageWithoutCacheCountersCachedNothing() throws Rejection {
        assertThat(READING.request(message("'input_tokens':1311,'output_tokens':53"))
                        .usage()
                        .tokens())
                .containsEntry(TokenClass.CACHED_INPUT, 0L)
                .containsEntry(TokenClass.CACHE_WRITE_1H, 0L)
                .containsEntry(TokenClass.OUTPUT, 53L);
        assertThat(READING.request("{'type':'message','id':'msg_1','model':'m','usage':null}")
                        .usage())
                .isEqualTo(Usage.MISSING);
    }

    @Test
    @Tag("A3")
    void aNewKindOfCacheWriteIsNamed() throws Rejection {
        assertThat(READING.request(message("'input_tokens':1,'cache_creation':{'ephemeral_24h_input_tokens':9}"))
                        .usage()
                        .unknownCounters())
                .containsExactly("/usage/cache_creation/ephemeral_24h_input_tokens");
    }

    @Test
    void theFastLaneIsATierOfItsOwn() throws Rejection {
        assertThat(READING.request(message("'input_tokens':1,'service_tier':'standard','speed':'fast'"))
                        .serviceTier())
                .isEqualTo("fast");
    }

    @Test
    @Tag("A9")
    void aMessageOfSeveralModelsIsARequestOfEachAndOneOperation() throws Rejection {
        List<Outcome> outcomes = READING.outcomes(message("'input_tokens':400,'output_tokens':60,"
                + "'server_tool_use':{'web_search_requests':2},'iterations':["
                + "{'type':'compaction','input_tokens':18000,'output_tokens':350},"
                + "{'type':'message','input_tokens':400,'cache_read_input_tokens':7,'output_tokens':60},"
                + "{'type':'advisor_message','model':'claude-opus-4-6','input_tokens':823,'output_tokens':12}]"));
        assertThat(outcomes)
                .map(Request.class::cast)
                .extracting(
                        Request::requestId,
                        r -> r.origin().operationId(),
                        Request::model,
                        Reading::tokens,
                        r -> r.usage().webSearches())
                .map(Object::toString)
                .containsExactly(
                        "(\"msg_f6\", \"msg_f6\", \"claude-sonnet-4-5-20250929\", \"uncached_input 18000, output 350\", 2L)",
                        "(\"msg_f6#1\", \"msg_f6\", \"claude-sonnet-4-5-20250929\", \"uncached_input 400, cached_input 7,"
                                + " output 60\", null)",
                        "(\"msg_f6#2\", \"msg_f6\", \"claude-opus-4-6\", \"uncached_input 823, output 12\", null)");
    }

    @Test
    void aSessionLogRepeatsAMessageWithGrowingCounters() throws Rejection {
        Request first = READING.request(session("2026-02-28T23:59:59.120Z", "'output_tokens':1"));
        Request last = READING.request(session("2026-03-01T00:00:02.480Z", "'output_tokens':187"));
        assertThat(first.requestId()).isEqualTo("msg_s1").isEqualTo(last.requestId());
        assertThat(first.occurredAt()).isEqualTo(Instant.parse("2026-02-28T23:59:59.120Z"));
        assertThat(tokens(first)).isEqualTo("uncached_input 4, cached_input 1165, output 1");
        assertThat(tokens(last)).isEqualTo("uncached_input 4, cached_input 1165, output 187");
    }

    @Test
    void otherLinesOfASessionAreOutOfScope() throws Rejection {
        assertThat(READING.outOfScope("{'type':'user','message':{'role':'user','content':'x'},'timestamp':'t'}"))
                .isEqualTo("no message");
        assertThat(READING.outOfScope("{'type':'summary','summary':'x'}")).isEqualTo("no message");
        assertThat(READING.outOfScope("{'type':'assistant','timestamp':'2026-03-01T00:00:00Z','isApiErrorMessage':true,"
                        + "'message':{'id':'x','model':'<synthetic>','usage':{'input_tokens':0,'output_tokens':0}}}"))
                .isEqualTo("message that the client made up");
    }

    @Test
    void eventsOfAStreamHoldOnlyAPartOfTheCountersAndAreOutOfScope() throws Rejection {
        assertThat(READING.outOfScope("{'type':'message_start','message':{'id':'msg_1','model':'m','usage':"
                        + "{'input_tokens':17,'output_tokens':1}}}"))
                .isEqualTo("no message");
        assertThat(READING.outOfScope("{'type':'message_delta','usage':{'output_tokens':108}}"))
                .isEqualTo("no message");
    }

    @Test
    void anErrorIsAFailedCallWithoutUsage() throws Rejection {
        Request failed = READING.request("{'type':'error','error':{'type':'overloaded_error'},'request_id':'req_1'}");
        assertThat(failed.status()).isEqualTo(Status.ERROR);
        assertThat(failed.requestId()).isEqualTo("req_1");
        assertThat(failed.usage()).isEqualTo(Usage.MISSING);
    }

    private static String message(String usage) {
        return "{'id':'msg_f6','type':'message','role':'assistant','model':'claude-sonnet-4-5-20250929','usage':{"
                + usage + "}}";
    }

    private static String session(String timestamp, String output) {
        return "{'type':'assistant','uuid':'u1','sessionId':'s1','requestId':'req_011','timestamp':'" + timestamp
                + "','message':{'id':'msg_s1','type':'message','model':'claude-opus-4-6','stop_reason':null,'usage':"
                + "{'input_tokens':4,'cache_creation_input_tokens':0,'cache_read_input_tokens':1165," + output
                + ",'service_tier':'standard','iterations':[]}}}";
    }
}
