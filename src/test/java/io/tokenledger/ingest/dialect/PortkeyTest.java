package io.tokenledger.ingest.dialect;

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

/** No real export is public: all records are written for these tests, with the fields that Portkey documents. */
class PortkeyTest {
    private static final Reading READING = new Reading("portkey");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'ai_org':'together-ai','req_units':900,'res_units':210,'total_units':1110,'response_status_code':200",
                "'ai_provider':'together-ai','request_tokens':900,'response_tokens':210,'total_tokens':1110,'status_code':200"
            })
    void fieldsHaveTwoNames(String fields) throws Exception {
        Request request = READING.request("{'id':'l3','trace_id':'t3','created_at':'2026-02-28T23:59:59.120Z',"
                + "'ai_model':'openai/gpt-oss-120b','cost':0.0261,'cost_currency':'USD','response_time':4360," + fields
                + "}");
        assertThat(request.requestId()).isEqualTo("l3");
        assertThat(request.occurredAt()).isEqualTo(Instant.parse("2026-02-28T23:59:59.120Z"));
        assertThat(request.durationMs()).isEqualTo(4360);
        assertThat(request.model()).isEqualTo("openai/gpt-oss-120b");
        assertThat(request.status()).isEqualTo(Status.OK);
        assertThat(request.servingMode()).isNull();
        assertThat(request.usage().tokens())
                .as("without a response what was cached is unknown")
                .isEqualTo(Map.of(UNCACHED_INPUT, 900L, OUTPUT, 210L));
        assertThat(request.usage().unclassifiedTokens()).isZero();
    }

    @ParameterizedTest
    @CsvSource({"0.0261, 0.000261", "3.7500000000000003e-05, 0.00000037500000000000003", "250, 2.50", "0, 0"})
    @Tag("B6")
    void costsAreInCents(String cents, BigDecimal dollars) throws Exception {
        Money cost = READING.request(line("'cost':" + cents)).costReported();
        assertThat(cost.amount()).isEqualByComparingTo(dollars);
        assertThat(cost.currency()).isEqualTo("USD");
    }

    @Test
    void aCostThatIsNotThereIsUnknown() throws Exception {
        assertThat(READING.request(line("'cost':null")).costReported()).isNull();
        assertThat(READING.request(line("'cost':1,'cost_currency':'EUR'"))
                        .costReported()
                        .currency())
                .isEqualTo("EUR");
    }

    @ParameterizedTest
    @ValueSource(strings = {"'response':{'usage':", "'response':{'body':{'usage':", "'response.body':{'usage':"})
    @Tag("A1")
    void whatWasCachedIsInTheResponse(String place) throws Exception {
        String end = place.contains("'body'") ? "}}" : "}";
        assertThat(READING.request(line("'req_units':2006,'res_units':300," + place
                                + "{'prompt_tokens':2006,'completion_tokens':300,'total_tokens':2306,"
                                + "'prompt_tokens_details':{'cached_tokens':1920}}" + end))
                        .usage()
                        .tokens())
                .containsEntry(UNCACHED_INPUT, 86L)
                .containsEntry(CACHED_INPUT, 1920L)
                .containsEntry(OUTPUT, 300L);
    }

    @Test
    @Tag("A8")
    void theTotalTellsWhetherPromptTokensIncludeTheCache() throws Exception {
        String details =
                "'prompt_tokens':2200,'completion_tokens':120,'cache_read_input_tokens':1800,'cache_creation_input_tokens':300,";
        assertThat(usage(details + "'total_tokens':4420").tokens())
                .containsEntry(UNCACHED_INPUT, 2200L)
                .containsEntry(CACHED_INPUT, 1800L)
                .containsEntry(CACHE_WRITE_5M, 300L)
                .containsEntry(OUTPUT, 120L);
        assertThat(usage(details + "'total_tokens':2320").tokens())
                .containsEntry(UNCACHED_INPUT, 100L)
                .containsEntry(CACHED_INPUT, 1800L)
                .containsEntry(CACHE_WRITE_5M, 300L);
        assertThat(usage("'prompt_tokens':50,'completion_tokens':120,'total_tokens':1970,"
                                + "'prompt_tokens_details':{'cached_tokens':1800}")
                        .tokens())
                .containsEntry(UNCACHED_INPUT, 50L)
                .containsEntry(CACHED_INPUT, 1800L);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            'prompt_tokens':50,'completion_tokens':1,'cache_read_input_tokens':9 | with or without cached tokens: /response/usage/prompt_tokens
            'prompt_tokens':50,'completion_tokens':1,'total_tokens':51,'cache_read_input_tokens':90 | cached exceeds input: /response/usage/prompt_tokens
            'prompt_tokens':50,'completion_tokens':1,'total_tokens':51,'prompt_tokens_details':{'cached_tokens':90} | cached exceeds input: /response/usage/prompt_tokens
            """)
    @Tag("A8")
    void countersThatContradictThemselvesAreRejected(String usage, String reason) {
        assertThatThrownBy(() -> usage(usage)).hasMessage(reason);
    }

    @Test
    @Tag("A3")
    void aCounterThatNobodyKnowsIsNamed() throws Exception {
        assertThat(usage("'prompt_tokens':50,'video_tokens':9").unknownCounters())
                .containsExactly("/response/usage/video_tokens");
        assertThat(usage("'prompt_tokens':50,'cache_read_input_tokens':0,'video_tokens':9")
                        .unknownCounters())
                .containsExactly("/response/usage/video_tokens");
    }

    @ParameterizedTest
    @ValueSource(strings = {"HIT", "SEMANTIC HIT"})
    void whatTheCacheAnsweredWasServedByTheGateway(String status) throws Exception {
        assertThat(READING.request(line("'cache_status':'" + status + "'")).servingMode())
                .isEqualTo(ServingMode.GATEWAY_CACHE);
        assertThat(READING.request(line("'cache_status':'MISS'")).servingMode()).isNull();
    }

    @Test
    void noUnitsAreNoUsageAndZeroUnitsAreZero() throws Exception {
        assertThat(READING.request(line("'response':{}")).usage()).isEqualTo(Usage.MISSING);
        assertThat(READING.request(line("'req_units':0,'res_units':0")).usage().tokens())
                .isEqualTo(Map.of(UNCACHED_INPUT, 0L, OUTPUT, 0L));
    }

    @ParameterizedTest
    @ValueSource(strings = {"'status_code':429", "'response_status_code':500", "'is_success':0", "'is_success':false"})
    void aFailedCallMayHaveNoModelAndKeepsItsUnits(String state) throws Exception {
        Request failed = READING.request("{'id':'a','req_units':7," + state + "}");
        assertThat(failed.status()).isEqualTo(Status.ERROR);
        assertThat(failed.usage().tokens()).containsEntry(UNCACHED_INPUT, 7L);
        assertThatThrownBy(() -> READING.outcomes("{'id':'a'}")).hasMessage("missing: /ai_model");
    }

    private static Usage usage(String members) throws Rejection {
        return READING.request(line("'response':{'usage':{" + members + "}}")).usage();
    }

    private static String line(String members) {
        return "{'id':'a','created_at':'2026-02-28T23:59:59Z','ai_model':'m'," + members + "}";
    }
}
