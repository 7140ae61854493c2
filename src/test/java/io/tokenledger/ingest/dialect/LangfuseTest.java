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
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LangfuseTest {
    private static final Reading READING = new Reading("langfuse");

    private static final String EXPORTED = "{'id':'obs-j1','trace_id':'tr-1','environment':'production',"
            + "'type':'GENERATION','start_time':'2026-02-28 23:59:59.120','end_time':'2026-03-01 00:00:03.480',"
            + "'provided_model_name':'gpt-5-mini','usage_details':{'input':86,'input_cached_tokens':1920,"
            + "'output':108,'output_reasoning_tokens':192,'total':2306},"
            + "'total_cost':0.0006,'level':'DEFAULT','metadata':{'tenant':'acme'}}";

    @Test
    @Tag("A1")
    void keysOfUsageAreDisjointAndTheTotalIsNone() throws Exception {
        Usage usage = READING.request(EXPORTED).usage();
        assertThat(usage.tokens())
                .isEqualTo(Map.of(
                        UNCACHED_INPUT, 86L,
                        CACHED_INPUT, 1920L,
                        CACHE_WRITE_5M, 0L,
                        CACHE_WRITE_1H, 0L,
                        AUDIO_INPUT, 0L,
                        OUTPUT, 300L,
                        AUDIO_OUTPUT, 0L));
        assertThat(usage.reasoningTokens()).isEqualTo(192);
        assertThat(usage.unclassifiedTokens()).isZero();
        assertThat(usage.unknownCounters()).isEmpty();
    }

    @Test
    void namesTimesAndCostsAreTakenAsTheLogSaysThem() throws Exception {
        Request request = READING.request(EXPORTED);
        assertThat(request.requestId()).isEqualTo("obs-j1");
        assertThat(request.occurredAt()).isEqualTo(Instant.parse("2026-02-28T23:59:59.120Z"));
        assertThat(request.durationMs()).isEqualTo(4360);
        assertThat(request.model()).isEqualTo("gpt-5-mini");
        assertThat(request.origin().environment()).isEqualTo("production");
        assertThat(request.costReported()).isEqualTo(new Money(new BigDecimal("0.0006"), "USD"));
    }

    @Test
    void everyRealGenerationIsRead() throws Exception {
        List<String> lines = Reading.resource("/dialects/langfuse/generations.jsonl");
        assertThat(lines).hasSize(18);
        for (String line : lines) {
            Request request = READING.request(line);
            assertThat(request.usage().tokens())
                    .as(line)
                    .containsEntry(UNCACHED_INPUT, 10L)
                    .containsEntry(CACHED_INPUT, 0L)
                    .containsKey(OUTPUT);
            assertThat(request.usage().unclassifiedTokens()).as(line).isZero();
            assertThat(request.model()).as(line).isNotEmpty();
        }
        assertThat(READING.request(lines.get(0)).occurredAt()).isEqualTo(Instant.parse("2025-01-16T19:28:54.796360Z"));
        assertThat(READING.request(lines.get(0)).durationMs()).isEqualTo(327);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "input_cached_tokens",
                "input_cache_read",
                "cache_read_input_tokens",
                "cached_content_token_count",
                "cachedContentTokenCount"
            })
    @Tag("A3")
    void cachedTokensAreFoundUnderAllTheirNames(String key) throws Exception {
        assertThat(usage("'input':5,'" + key + "':7").tokens())
                .containsEntry(UNCACHED_INPUT, 5L)
                .containsEntry(CACHED_INPUT, 7L);
    }

    @Test
    @Tag("A7")
    void cacheWritesOfBothLifetimesAndAudioHaveClassesOfTheirOwn() throws Exception {
        assertThat(usage("'input':1,'input_cache_creation_5m':2,'input_cache_creation_1h':3,'input_audio_tokens':4,"
                                + "'output':5,'output_audio_tokens':6,'output_rejected_prediction_tokens':7,'total':28")
                        .tokens())
                .isEqualTo(Map.of(
                        UNCACHED_INPUT, 1L,
                        CACHED_INPUT, 0L,
                        CACHE_WRITE_5M, 2L,
                        CACHE_WRITE_1H, 3L,
                        AUDIO_INPUT, 4L,
                        OUTPUT, 12L,
                        AUDIO_OUTPUT, 6L));
        assertThat(usage("'input':1,'cache_creation_input_tokens':300").tokens())
                .containsEntry(CACHE_WRITE_5M, 300L);
    }

    @Test
    @Tag("A8")
    void keysThatAreMoreThanTheirTotalRepeatTokens() {
        assertThatThrownBy(() -> usage("'input':2006,'cache_read_input_tokens':1920,'output':300,'total':2306"))
                .hasMessage("total less than parts: /usage_details/total");
    }

    @Test
    @Tag("A3")
    @Tag("A4")
    void aKeyThatNobodyKnowsIsNamedAndUnclassified() throws Exception {
        Usage usage = usage("'input':10,'output':5,'tool_tokens':7,'images':2,'total':22");
        assertThat(usage.unknownCounters()).containsExactly("/usage_details/tool_tokens");
        assertThat(usage.unclassifiedTokens()).isEqualTo(7);
    }

    @Test
    void countersMayBeTextAndUsageTheTextOfAnObject() throws Exception {
        assertThat(usage("'input':'86','output':'108'").tokens())
                .containsEntry(UNCACHED_INPUT, 86L)
                .containsEntry(OUTPUT, 108L);
        assertThat(READING.request("{\"type\":\"GENERATION\",\"model\":\"m\",\"usage_details\":\"{\\\"input\\\":86}\"}")
                        .usage()
                        .tokens())
                .containsEntry(UNCACHED_INPUT, 86L);
    }

    @ParameterizedTest
    @ValueSource(strings = {"'usage_details':{}", "'usage_details':null", "'name':'x'"})
    void noKeysAreNoUsage(String members) throws Exception {
        assertThat(READING.request(generation(members)).usage()).isEqualTo(Usage.MISSING);
    }

    @Test
    void aReportedZeroIsZero() throws Exception {
        assertThat(usage("'input':0,'output':0,'total':0").tokens())
                .containsEntry(UNCACHED_INPUT, 0L)
                .containsEntry(OUTPUT, 0L);
    }

    @Test
    void anErrorMayHaveUsedTokens() throws Exception {
        Request failed = READING.request("{'type':'GENERATION','level':'ERROR','usage_details':{'input':7}}");
        assertThat(failed.status()).isEqualTo(Status.ERROR);
        assertThat(failed.model()).isNull();
        assertThat(failed.usage().tokens()).containsEntry(UNCACHED_INPUT, 7L);
    }

    @ParameterizedTest
    @ValueSource(strings = {"SPAN", "EVENT", "AGENT", "CHAIN", "TOOL"})
    void whatIsNoCallOfAModelIsOutOfScopeAlsoWithUsage(String type) throws Exception {
        assertThat(READING.outOfScope("{'type':'" + type + "','usage_details':{'input':7}}"))
                .isEqualTo("observation is no generation");
    }

    @Test
    void anEmbeddingIsACallOfAModel() throws Exception {
        assertThat(READING.request("{'type':'EMBEDDING','model':'m','usageDetails':{'input':7}}")
                        .usage()
                        .tokens())
                .containsEntry(UNCACHED_INPUT, 7L)
                .doesNotContainKey(OUTPUT);
    }

    @Test
    void whatHasNoTypeOrNoModelIsRejected() {
        assertThatThrownBy(() -> READING.outcomes("{'id':'a'}")).hasMessage("missing: /type");
        assertThatThrownBy(() -> READING.outcomes("{'type':'GENERATION'}")).hasMessage("missing: /provided_model_name");
    }

    private static Usage usage(String members) throws Rejection {
        return READING.request(generation("'usage_details':{" + members + "}")).usage();
    }

    private static String generation(String members) {
        return "{'id':'a','type':'GENERATION','provided_model_name':'m'," + "'start_time':'2026-02-28 23:59:59.120',"
                + members + "}";
    }
}
