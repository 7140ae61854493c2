package io.tokenledger.ingest.dialect;

import static io.tokenledger.model.TokenClass.AUDIO_INPUT;
import static io.tokenledger.model.TokenClass.AUDIO_OUTPUT;
import static io.tokenledger.model.TokenClass.CACHED_INPUT;
import static io.tokenledger.model.TokenClass.CACHE_WRITE_1H;
import static io.tokenledger.model.TokenClass.CACHE_WRITE_5M;
import static io.tokenledger.model.TokenClass.OUTPUT;
import static io.tokenledger.model.TokenClass.UNCACHED_INPUT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tokenledger.ingest.dialect.Request.Status;
import io.tokenledger.model.Money;
import io.tokenledger.model.ServingMode;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LiteLlmTest {
    private static final Reading SPEND = new Reading("litellm-spend");
    private static final Reading PAYLOAD = new Reading("litellm-payload");

    @Test
    void aRowOfSpendLogsHasItsUsageInMetadataThatIsText() throws Exception {
        Request request = SPEND.request(lines("spend-logs.jsonl").get(0));
        assertThat(request.requestId()).isEqualTo("chatcmpl-2283081b-dc89-41f6-93e6-d4f914774027");
        assertThat(request.occurredAt()).isEqualTo(Instant.parse("2025-01-24T09:20:46.847371Z"));
        assertThat(request.durationMs()).isEqualTo(4);
        assertThat(request.model()).isEqualTo("gpt-4o");
        assertThat(request.requestedModel()).isNull();
        assertThat(request.status()).isEqualTo(Status.OK);
        assertThat(request.servingMode()).as("cache_hit is the text None").isNull();
        assertThat(request.costReported()).isEqualTo(new Money(new BigDecimal("0.00022500000000000002"), "USD"));
        assertThat(request.usage().tokens())
                .containsEntry(UNCACHED_INPUT, 10L)
                .containsEntry(CACHED_INPUT, 0L)
                .containsEntry(OUTPUT, 20L);
        assertThat(request.usage().unclassifiedTokens()).isZero();
        assertThat(request.usage().unknownCounters()).isEmpty();
    }

    @Test
    void aRowWithoutUsageObjectMayHaveTheResponse() throws Exception {
        Request request = SPEND.request(lines("spend-logs.jsonl").get(1));
        assertThat(request.occurredAt()).isEqualTo(Instant.parse("2025-05-30T03:17:06.703Z"));
        assertThat(request.usage().tokens()).containsEntry(UNCACHED_INPUT, 11L).containsEntry(OUTPUT, 318L);
    }

    @Test
    void zerosThatNobodySetAreNoReport() throws Exception {
        assertThat(SPEND.request(lines("spend-logs.jsonl").get(3)).usage()).isEqualTo(Usage.MISSING);
        assertThat(SPEND.request(row("'metadata':{},'prompt_tokens':0,'completion_tokens':0,'total_tokens':0"))
                        .usage())
                .isEqualTo(Usage.MISSING);
        assertThat(SPEND.request(row("'metadata':{'usage_object':{'prompt_tokens':0,'completion_tokens':0}}"))
                        .usage()
                        .tokens())
                .containsEntry(UNCACHED_INPUT, 0L)
                .containsEntry(OUTPUT, 0L);
    }

    @Test
    void withoutUsageObjectWhatWasCachedIsUnknown() throws Exception {
        assertThat(SPEND.request(row("'prompt_tokens':100,'completion_tokens':50,'total_tokens':150"))
                        .usage()
                        .tokens())
                .isEqualTo(Map.of(UNCACHED_INPUT, 100L, OUTPUT, 50L));
    }

    @Test
    @Tag("A1")
    void promptTokensIncludeWhatWasCachedAndWritten() throws Exception {
        Usage usage = usage("'prompt_tokens':2150,'completion_tokens':130,'total_tokens':2280,"
                + "'prompt_tokens_details':{'cached_tokens':1800,'cache_creation_tokens':300,'audio_tokens':7,"
                + "'text_tokens':43,'cache_creation_token_details':{'ephemeral_5m_input_tokens':100,"
                + "'ephemeral_1h_input_tokens':200}},"
                + "'completion_tokens_details':{'reasoning_tokens':80,'audio_tokens':10},"
                + "'cache_creation_input_tokens':300,'cache_read_input_tokens':1800,"
                + "'server_tool_use':{'web_search_requests':2}");
        assertThat(usage.tokens())
                .isEqualTo(Map.of(
                        UNCACHED_INPUT, 43L,
                        CACHED_INPUT, 1800L,
                        CACHE_WRITE_5M, 100L,
                        CACHE_WRITE_1H, 200L,
                        AUDIO_INPUT, 7L,
                        OUTPUT, 120L,
                        AUDIO_OUTPUT, 10L));
        assertThat(usage.reasoningTokens()).isEqualTo(80);
        assertThat(usage.webSearches()).isEqualTo(2);
        assertThat(usage.unclassifiedTokens()).isZero();
        assertThat(usage.unknownCounters()).isEmpty();
    }

    @Test
    @Tag("A7")
    void cacheWritesWithoutLifetimeAreOfFiveMinutes() throws Exception {
        assertThat(usage("'prompt_tokens':350,'cache_creation_input_tokens':300,'cache_read_input_tokens':0")
                        .tokens())
                .containsEntry(CACHE_WRITE_5M, 300L)
                .containsEntry(CACHE_WRITE_1H, 0L)
                .containsEntry(UNCACHED_INPUT, 50L);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            'prompt_tokens':50,'cache_read_input_tokens':1800 | cached exceeds input: /metadata/usage_object/prompt_tokens
            'completion_tokens':1,'completion_tokens_details':{'reasoning_tokens':2} | reasoning exceeds output: /metadata/usage_object/completion_tokens
            'prompt_tokens':9,'cache_creation_input_tokens':3,'cache_creation':{'ephemeral_1h_input_tokens':4} | parts exceed cache write: /metadata/usage_object/cache_creation_input_tokens
            'prompt_tokens':10,'total_tokens':9 | total less than parts: /metadata/usage_object/total_tokens
            'prompt_tokens':1,'prompt_tokens_details':[] | no object: /metadata/usage_object/prompt_tokens_details
            """)
    @Tag("A8")
    void countersThatContradictThemselvesAreRejected(String usage, String reason) {
        assertThatThrownBy(() -> usage(usage)).hasMessage(reason);
    }

    @Test
    void metadataThatCannotBeReadMayHideWhatWasCached() {
        assertThatThrownBy(() -> SPEND.request(row("'prompt_tokens':9,'metadata':'{usage_object'")))
                .hasMessage("no object: /metadata");
    }

    @Test
    @Tag("A3")
    void aCounterThatNobodyKnowsIsNamed() throws Exception {
        assertThat(usage("'prompt_tokens':10,'cache_write_24h':3").unknownCounters())
                .containsExactly("/metadata/usage_object/cache_write_24h");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"'cache_hit':'True'", "'cache_hit':true", "'request_id':'chatcmpl-i9_cache_hit1772323200.1'"})
    void whatTheGatewaysCacheAnsweredIsARequestThatNoProviderServed(String hit) throws Exception {
        Request request = SPEND.request(
                "{'model':'m','startTime':'2026-02-28 23:59:59','spend':0.0,'prompt_tokens':2006," + hit + "}");
        assertThat(request.servingMode()).isEqualTo(ServingMode.GATEWAY_CACHE);
        assertThat(request.usage().tokens()).containsEntry(UNCACHED_INPUT, 2006L);
        assertThat(request.costReported().amount()).isEqualByComparingTo("0");
    }

    @ParameterizedTest
    @ValueSource(strings = {"'None'", "'False'", "''", "null", "false"})
    void anyOtherWordIsNoCacheHit(String word) throws Exception {
        assertThat(SPEND.request(row("'cache_hit':" + word)).servingMode()).isNull();
    }

    @Test
    void anEmptyIdIsNone() throws Exception {
        assertThat(SPEND.request("{'request_id':'','model':'m','startTime':'2026-02-28 23:59:59'}")
                        .requestId())
                .isNull();
    }

    @Test
    void aFailureIsAFailedCallWithoutUsage() throws Exception {
        String members = "'prompt_tokens':0,'completion_tokens':0,'total_tokens':0,'spend':0";
        Request failed = SPEND.request("{'request_id':'a','startTime':'2026-02-28 23:59:59.120',"
                + "'endTime':'2026-03-01 00:00:03.480','model':'','status':'failure'," + members + "}");
        assertThat(failed.status()).isEqualTo(Status.ERROR);
        assertThat(failed.model()).isNull();
        assertThat(failed.durationMs()).isEqualTo(4360);
        assertThat(failed.usage()).isEqualTo(Usage.MISSING);
        assertThat(SPEND.request(row("'metadata':{'status':'failure'}")).status())
                .as("a row of before the column was there")
                .isEqualTo(Status.ERROR);
        assertThatThrownBy(() -> SPEND.request("{'startTime':'2026-02-28 23:59:59','model':''}"))
                .hasMessage("missing: /model");
    }

    @Test
    void whatWasAskedForAndWhereItRanAreTakenAsTheLogSaysThem() throws Exception {
        Request request = SPEND.request(row("'model_group':'oss','model_id':'d1','team_id':'t-acme'"));
        assertThat(request.requestedModel()).isEqualTo("oss");
        assertThat(request.origin().deployment()).isEqualTo("d1");
        assertThat(request.origin().tenant()).as("left to the feed").isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"acreate_batch", "aretrieve_batch", "afile_content", "alist_files", "call_mcp_tool"})
    void callsThatManageThingsAreOutOfScopeUnlessTheyConsumed(String callType) throws Exception {
        String call = "'call_type':'" + callType + "','spend':0.0,'prompt_tokens':";
        assertThat(SPEND.outOfScope(row(call + "0"))).isEqualTo("call type is no inference");
        assertThat(SPEND.request(row(call + "7")).usage().tokens()).containsEntry(UNCACHED_INPUT, 7L);
    }

    @ParameterizedTest
    @ValueSource(strings = {"acompletion", "anthropic_messages", "aembedding", "_arealtime", "aresponses", "new_call"})
    void callsThatInferAreRequestsAlsoWithoutUsage(String callType) throws Exception {
        assertThat(SPEND.request(row("'call_type':'" + callType + "'")).usage()).isEqualTo(Usage.MISSING);
    }

    @Test
    @Tag("B10")
    void aFinishedBatchRanAsABatch() throws Exception {
        assertThat(SPEND.request(row("'call_type':'aretrieve_batch','prompt_tokens':7"))
                        .servingMode())
                .isEqualTo(ServingMode.BATCH);
    }

    @Test
    void aPayloadHasTimesInFloatingSecondsAndTheResponse() throws Exception {
        Request request =
                PAYLOAD.request(lines("standard-logging-payloads.jsonl").get(1));
        assertThat(request.requestId()).isEqualTo("chatcmpl-9870a859d6df402795f75dc5fca5b2e0");
        assertThat(request.occurredAt()).isEqualTo(Instant.parse("2025-02-11T00:56:19.683053Z"));
        assertThat(request.durationMs()).isEqualTo(162);
        assertThat(request.model()).isEqualTo("my-fake-model");
        assertThat(request.requestedModel()).isEqualTo("fake-openai-endpoint");
        assertThat(request.costReported().amount()).isEqualByComparingTo("0.000037500000000000003");
        assertThat(request.usage().tokens()).containsEntry(UNCACHED_INPUT, 9L).containsEntry(OUTPUT, 12L);
        assertThat(request.servingMode()).isNull();
    }

    @Test
    void aPayloadMayHaveTimesWithoutZone() throws Exception {
        Request request =
                PAYLOAD.request(lines("standard-logging-payloads.jsonl").get(0));
        assertThat(request.occurredAt()).isEqualTo(Instant.parse("2025-01-24T09:20:46.847371Z"));
        assertThat(request.usage().tokens()).containsEntry(CACHED_INPUT, 0L);
    }

    @Test
    void aPayloadOfACacheHitWasServedByTheGateway() throws Exception {
        assertThat(PAYLOAD.request("{'id':'a_cache_hit1772323200.1','cache_hit':true,'model':'m',"
                                + "'startTime':1772323199.12,'response':'redacted-by-litellm'}")
                        .servingMode())
                .isEqualTo(ServingMode.GATEWAY_CACHE);
    }

    private static Usage usage(String members) throws Rejection {
        return SPEND.request(row("'metadata':{'usage_object':{" + members + "}}"))
                .usage();
    }

    /** A row that needs nothing but these members; apostrophes stand for quotation marks. */
    private static String row(String members) {
        return "{'request_id':'a','model':'m','startTime':'2026-02-28 23:59:59'," + members + "}";
    }

    private static List<String> lines(String file) throws Exception {
        return Reading.resource("/dialects/litellm/" + file);
    }
}
