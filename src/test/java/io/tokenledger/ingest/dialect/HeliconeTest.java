package io.tokenledger.ingest.dialect;

import static io.tokenledger.model.TokenClass.AUDIO_INPUT;
import static io.tokenledger.model.TokenClass.CACHED_INPUT;
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
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** No real export is public: all records are written for these tests, in the shape of Helicone's export. */
class HeliconeTest {
    private static final Reading READING = new Reading("helicone");

    private static final String BODY = "'response_body':{'object':'chat.completion','service_tier':'default',"
            + "'usage':{'prompt_tokens':2006,'completion_tokens':300,'total_tokens':2306,"
            + "'prompt_tokens_details':{'cached_tokens':1920},'completion_tokens_details':{'reasoning_tokens':192}}}";

    @Test
    void namesTimesAndCostsAreTakenAsTheLogSaysThem() throws Exception {
        Request request = READING.request("{'request_id':'k2','request_created_at':'2026-02-28T23:59:59.120Z',"
                + "'response_id':'r2','response_status':200,'request_model':'gpt-5-mini','model':'gpt-5-mini-2025-08-07',"
                + "'provider':'OPENAI','prompt_tokens':86,'prompt_cache_read_tokens':0,'prompt_cache_write_tokens':0,"
                + "'completion_tokens':300,'total_tokens':386,'delay_ms':4360,'costUSD':0.0006,'cache_enabled':false,"
                + "'cache_reference_id':'00000000-0000-0000-0000-000000000000'}");
        assertThat(request.requestId()).isEqualTo("k2");
        assertThat(request.occurredAt()).isEqualTo(Instant.parse("2026-02-28T23:59:59.120Z"));
        assertThat(request.durationMs()).isEqualTo(4360);
        assertThat(request.model()).isEqualTo("gpt-5-mini-2025-08-07");
        assertThat(request.requestedModel()).isEqualTo("gpt-5-mini");
        assertThat(request.costReported()).isEqualTo(new Money(new BigDecimal("0.0006"), "USD"));
        assertThat(request.servingMode()).isNull();
        assertThat(request.usage().tokens())
                .containsEntry(UNCACHED_INPUT, 86L)
                .containsEntry(CACHED_INPUT, 0L)
                .containsEntry(OUTPUT, 300L);
    }

    @Test
    @Tag("A8")
    void theBodyOfTheResponseWinsOverCountersOfEitherMeaning() throws Exception {
        for (String input : new String[] {"86", "2006"}) {
            Usage usage = usage("'provider':'OPENAI','prompt_tokens':" + input
                    + ",'prompt_cache_read_tokens':1920,'completion_tokens':300," + BODY);
            assertThat(usage.tokens())
                    .containsEntry(UNCACHED_INPUT, 86L)
                    .containsEntry(CACHED_INPUT, 1920L)
                    .containsEntry(OUTPUT, 300L);
            assertThat(usage.reasoningTokens()).isEqualTo(192);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            'prompt_tokens':2006,'prompt_cache_read_tokens':1920 | with or without its parts: /prompt_tokens
            'prompt_tokens':1920,'prompt_cache_read_tokens':1920 | with or without its parts: /prompt_tokens
            'prompt_tokens':2006,'prompt_audio_tokens':6 | with or without its parts: /prompt_tokens
            'completion_tokens':300,'completion_audio_tokens':6 | with or without its parts: /completion_tokens
            'completion_tokens':300,'reasoning_tokens':6 | with or without its parts: /completion_tokens
            """)
    @Tag("A8")
    void countersOfTwoMeaningsAreRejectedWithoutTheBody(String counters, String reason) {
        assertThatThrownBy(() -> usage("'provider':'OPENAI'," + counters)).hasMessage(reason);
    }

    @Test
    void moreCachedThanSentCanOnlyBeBesideIt() throws Exception {
        assertThat(usage("'provider':'OPENAI','prompt_tokens':86,'prompt_cache_read_tokens':1920,"
                                + "'completion_tokens':8,'reasoning_tokens':92")
                        .tokens())
                .containsEntry(UNCACHED_INPUT, 86L)
                .containsEntry(CACHED_INPUT, 1920L)
                .containsEntry(OUTPUT, 100L);
    }

    @Test
    void anthropicCountsWhatWasCachedBesideInEveryCase() throws Exception {
        assertThat(usage("'provider':'ANTHROPIC','prompt_tokens':2000,'prompt_cache_read_tokens':1800,"
                                + "'prompt_cache_write_tokens':300,'prompt_audio_tokens':0,'completion_tokens':120")
                        .tokens())
                .isEqualTo(Map.of(
                        UNCACHED_INPUT, 2000L,
                        CACHED_INPUT, 1800L,
                        CACHE_WRITE_5M, 300L,
                        AUDIO_INPUT, 0L,
                        OUTPUT, 120L));
    }

    @Test
    void withoutColumnsForItWhatWasCachedIsUnknown() throws Exception {
        assertThat(usage("'prompt_tokens':86,'completion_tokens':3").tokens())
                .isEqualTo(Map.of(UNCACHED_INPUT, 86L, OUTPUT, 3L));
    }

    @Test
    void aHitOfTheCacheIsARequestOfNoTokensThatNoProviderServed() throws Exception {
        Request hit = READING.request(record("'prompt_tokens':0,'prompt_cache_read_tokens':0,'completion_tokens':0,"
                + "'cache_enabled':true,'cache_reference_id':'7f0b4c1e-0000-4000-8000-000000000001'," + BODY));
        assertThat(hit.servingMode()).isEqualTo(ServingMode.GATEWAY_CACHE);
        assertThat(hit.usage().tokens()).containsEntry(UNCACHED_INPUT, 0L).containsEntry(OUTPUT, 0L);
    }

    @Test
    void countersThatAreNullAreNoUsage() throws Exception {
        assertThat(usage("'prompt_tokens':null,'completion_tokens':null,'cost':''"))
                .isEqualTo(Usage.MISSING);
    }

    @ParameterizedTest
    @ValueSource(strings = {"404", "500", "-3", "'429'"})
    void everyOtherStatusIsAFailedCall(String status) throws Exception {
        Request failed = READING.request("{'request_id':'a','response_status':" + status + ",'prompt_tokens':7}");
        assertThat(failed.status()).isEqualTo(Status.ERROR);
        assertThat(failed.usage().tokens()).containsEntry(UNCACHED_INPUT, 7L);
    }

    @Test
    void callsOfNoModelAreOutOfScope() throws Exception {
        assertThat(READING.outOfScope("{'request_id':'a','response_status':200,'model':''}"))
                .isEqualTo("neither model nor usage");
        assertThatThrownBy(() -> READING.outcomes("{'request_id':'a','response_status':200,'prompt_tokens':7}"))
                .hasMessage("missing: /model");
    }

    private static Usage usage(String members) throws Rejection {
        return READING.request(record(members)).usage();
    }

    private static String record(String members) {
        return "{'request_id':'a','request_created_at':'2026-02-28T23:59:59Z','response_status':200,'model':'m',"
                + members + "}";
    }
}
