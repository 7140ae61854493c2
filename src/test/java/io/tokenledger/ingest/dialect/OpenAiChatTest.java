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

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tokenledger.ingest.dialect.Request.Status;
import io.tokenledger.model.TokenClass;
import io.tokenledger.model.TokenClass.Direction;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OpenAiChatTest {
    private static final Reading READING = new Reading("openai-chat");

    @Test
    @Tag("A1")
    void tokenClassesAreTheDisjointPartsOfWhatTheBodyTotals() throws Rejection {
        Request request = request(body("'usage':{'prompt_tokens':2006,'completion_tokens':300,'total_tokens':2306,"
                + "'prompt_tokens_details':{'cached_tokens':1920,'cache_write_tokens':50,'audio_tokens':6},"
                + "'completion_tokens_details':{'reasoning_tokens':192,'audio_tokens':8,"
                + "'accepted_prediction_tokens':0,'rejected_prediction_tokens':0}}"));
        assertThat(request.usage())
                .isEqualTo(new Usage(
                        Map.of(
                                UNCACHED_INPUT, 30L,
                                CACHED_INPUT, 1920L,
                                CACHE_WRITE_5M, 50L,
                                CACHE_WRITE_1H, 0L,
                                AUDIO_INPUT, 6L,
                                OUTPUT, 292L,
                                AUDIO_OUTPUT, 8L),
                        192L,
                        0L,
                        null,
                        Collections.emptySortedSet()));
    }

    @Test
    void namesTimesAndTiersAreTakenAsTheLogSaysThem() throws Rejection {
        Request request = request(body("'service_tier':'default','usage':null"));
        assertThat(request.requestId()).isEqualTo("chatcmpl-a1");
        assertThat(request.occurredAt()).isEqualTo(Instant.parse("2026-02-28T23:59:59Z"));
        assertThat(request.model()).isEqualTo("gpt-5-mini");
        assertThat(request.serviceTier()).isEqualTo("default");
        assertThat(request.status()).isEqualTo(Status.OK);
        assertThat(request.durationMs()).isNull();
        assertThat(request.costReported()).isNull();
        assertThat(request.usage().webSearches()).isNull();
    }

    @Test
    void partsOfAReportedTotalThatHaveNoCounterAreZero() throws Rejection {
        Usage usage = usage("'prompt_tokens':10,'completion_tokens':5");
        assertThat(usage.tokens())
                .containsEntry(UNCACHED_INPUT, 10L)
                .containsEntry(CACHED_INPUT, 0L)
                .containsEntry(AUDIO_OUTPUT, 0L)
                .hasSize(TokenClass.values().length);
        assertThat(usage.reasoningTokens()).isNull();
        assertThat(usage.unclassifiedTokens())
                .as("no total, so nothing is known beyond the parts")
                .isNull();
    }

    @Test
    void aReportedZeroIsZeroAndNotUnknown() throws Rejection {
        assertThat(usage("'prompt_tokens':0,'completion_tokens':0,'total_tokens':0")
                        .tokens())
                .containsEntry(UNCACHED_INPUT, 0L)
                .containsEntry(OUTPUT, 0L);
    }

    @Test
    void missingUsageIsUnknownAndNotZero() throws Rejection {
        assertThat(request(body("'usage':null")).usage()).isEqualTo(Usage.MISSING);
        assertThat(request(body("'choices':[]")).usage()).isEqualTo(Usage.MISSING);
    }

    @Test
    void aDirectionWithoutItsCounterIsUnknown() throws Rejection {
        assertThat(usage("'prompt_tokens':10").tokens()).doesNotContainKeys(OUTPUT, AUDIO_OUTPUT);
        assertThat(usage("'completion_tokens':10,'prompt_tokens':null").tokens())
                .doesNotContainKeys(UNCACHED_INPUT, CACHED_INPUT);
    }

    @Test
    void nullDetailsAreTheSameAsNone() throws Rejection {
        assertThat(usage("'prompt_tokens':10,'prompt_tokens_details':null,'completion_tokens_details':null"))
                .isEqualTo(usage("'prompt_tokens':10"));
    }

    @Test
    @Tag("A3")
    void flatCachedTokensAreReadButNeverAddedToNestedOnes() throws Rejection {
        assertThat(usage("'prompt_tokens':500,'cached_tokens':384").tokens())
                .containsEntry(CACHED_INPUT, 384L)
                .containsEntry(UNCACHED_INPUT, 116L);
        assertThat(usage("'prompt_tokens':500,'cached_tokens':384,'prompt_tokens_details':{'cached_tokens':100}")
                        .tokens())
                .containsEntry(CACHED_INPUT, 100L)
                .containsEntry(UNCACHED_INPUT, 400L);
    }

    @Test
    @Tag("A3")
    void detailsAreAlsoReadUnderTheirOtherSpelling() throws Rejection {
        Usage usage = usage("'prompt_tokens':40,'completion_tokens':30,'prompt_token_details':{'cached_tokens':4},"
                + "'completion_token_details':{'reasoning_tokens':3}");
        assertThat(usage.tokens()).containsEntry(CACHED_INPUT, 4L).containsEntry(UNCACHED_INPUT, 36L);
        assertThat(usage.reasoningTokens()).isEqualTo(3L);
    }

    @Test
    @Tag("A4")
    void whatATotalHoldsBeyondItsPartsIsUnclassified() throws Rejection {
        assertThat(usage("'prompt_tokens':10,'completion_tokens':5,'total_tokens':22")
                        .unclassifiedTokens())
                .isEqualTo(7);
        assertThat(usage("'prompt_tokens':10,'total_tokens':22").unclassifiedTokens())
                .isEqualTo(12);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            'prompt_tokens':10,'prompt_tokens_details':{'cached_tokens':11} | cached exceeds input: /usage/prompt_tokens
            'prompt_tokens':10,'prompt_tokens_details':{'cached_tokens':6,'cache_write_tokens':5} | cached exceeds input: /usage/prompt_tokens
            'completion_tokens':3,'completion_tokens_details':{'audio_tokens':4} | audio exceeds output: /usage/completion_tokens
            'completion_tokens':3,'completion_tokens_details':{'reasoning_tokens':4} | reasoning exceeds output: /usage/completion_tokens
            'prompt_tokens':10,'completion_tokens':5,'total_tokens':14 | total less than parts: /usage/total_tokens
            'prompt_tokens':-1 | negative counter: /usage/prompt_tokens
            'prompt_tokens':-99999999999999999999 | negative counter: /usage/prompt_tokens
            'prompt_tokens':"12" | counter is text: /usage/prompt_tokens
            'prompt_tokens':12.0 | counter is fractional: /usage/prompt_tokens
            'prompt_tokens':1e3 | counter is fractional: /usage/prompt_tokens
            'completion_tokens':true | counter is no number: /usage/completion_tokens
            'completion_tokens':[3] | counter is no number: /usage/completion_tokens
            'total_tokens':1000000000001 | counter out of range: /usage/total_tokens
            'total_tokens':100000000000000000000 | counter out of range: /usage/total_tokens
            'prompt_tokens':1,'prompt_tokens_details':[] | no object: /usage/prompt_tokens_details
            'prompt_tokens':1,'prompt_tokens':1 | duplicate key: /usage
            """, quoteCharacter = '`')
    @Tag("A8")
    void countersThatContradictThemselvesAreRejectedNeverClamped(String usage, String reason) {
        assertRejected(body("'usage':{" + usage + "}"), reason);
    }

    @Test
    void theLargestCounterIsAMillionMillions() throws Rejection {
        assertThat(usage("'prompt_tokens':1000000000000").tokens()).containsEntry(UNCACHED_INPUT, 1_000_000_000_000L);
    }

    @Test
    void usageOfAnotherKindIsRejectedRatherThanMissing() {
        assertRejected(body("'usage':'none'"), "no object: /usage");
        assertRejected(body("'usage':{},'usage':{}"), "duplicate key: /usage");
    }

    @Test
    void aTimeThatIsNoneIsRejectedAndWithoutOneTheFeedMustKnow() throws Rejection {
        assertRejected("{'id':'a','model':'m','created':'yesterday'}", "no time: /created");
        assertThat(request("{'id':'a','model':'m','created':null}").occurredAt())
                .isNull();
    }

    @Test
    void aRequestWithoutItsOwnIdHasTheGatewaysOrNone() throws Rejection {
        assertThat(request("{'id':'','request_id':'req_1','model':'m','created':1772323199}")
                        .requestId())
                .isEqualTo("req_1");
        assertThat(request("{'id':'','model':'m','created':1772323199}").requestId())
                .isNull();
    }

    @Test
    void onlyAFailedCallMayHaveNoModel() throws Rejection {
        assertRejected("{'id':'a','created':1772323199}", "missing: /model");
        Request failed = request("{'created':1772323199,'error':{'message':'no','code':'rate_limit'}}");
        assertThat(failed.status()).isEqualTo(Status.ERROR);
        assertThat(failed.model()).isNull();
        assertThat(failed.usage()).isEqualTo(Usage.MISSING);
    }

    @Test
    void aFailedCallKeepsTheTokensThatItCounted() throws Rejection {
        Request failed = request(body("'error':'cut off','usage':{'prompt_tokens':7}"));
        assertThat(failed.status()).isEqualTo(Status.ERROR);
        assertThat(failed.usage().tokens()).containsEntry(UNCACHED_INPUT, 7L);
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "''", "false"})
    void anErrorThatSaysNothingIsNone(String error) throws Rejection {
        assertThat(request(body("'error':" + error)).status()).isEqualTo(Status.OK);
    }

    @Test
    void otherObjectsAreOutOfScopeByANamedRule() throws Rejection {
        assertThat(read("{'object':'batch'}")).isEqualTo(new OutOfScope("object is no inference call of this dialect"));
        assertThat(read("{'object':'list','data':[]}")).isEqualTo(new OutOfScope("list without usage"));
        assertThat(read("{'object':'chat.completion.chunk','usage':null}"))
                .isEqualTo(new OutOfScope("stream chunk without usage"));
    }

    @Test
    @Tag("A1")
    void theLastChunkOfAStreamIsARequest() throws Rejection {
        assertThat(request(body("'object':'chat.completion.chunk','usage':{'prompt_tokens':7}"))
                        .usage()
                        .tokens())
                .containsEntry(UNCACHED_INPUT, 7L);
    }

    @Test
    @Tag("A3")
    void aCounterThatNobodyKnowsIsNamed() throws Rejection {
        assertThat(usage("'prompt_tokens':10,'video_tokens':7,'prompt_tokens_details':{'cached_tokens':1,"
                                + "'cache_write_24h':3,'text_tokens':9},'total_time':0.5,'steps':4")
                        .unknownCounters())
                .containsExactly("/usage/prompt_tokens_details/cache_write_24h", "/usage/video_tokens");
        assertThat(usage("'prompt_tokens':10,'cached_tokens':3,'prompt_tokens_details':{'cached_tokens':3}")
                        .unknownCounters())
                .as("the other spelling of a counter that was read")
                .isEmpty();
    }

    @Test
    void embeddingsCompletionsAndRunsHaveTheSameUsage() throws Rejection {
        assertThat(request("{'object':'list','model':'m','usage':{'prompt_tokens':21,'total_tokens':21}}")
                        .usage()
                        .tokens())
                .containsEntry(UNCACHED_INPUT, 21L)
                .doesNotContainKey(OUTPUT);
        assertThat(request(body("'object':'text_completion','usage':{'completion_tokens':3}"))
                        .usage()
                        .tokens())
                .containsEntry(OUTPUT, 3L);
        assertThat(
                        read(
                                "{'object':'thread.run','model':'m','created_at':1772323199,'status':'in_progress','usage':null}"))
                .isEqualTo(new OutOfScope("not finished yet"));
    }

    @Test
    void aStreamOfGroqHasItsUsageInAnEnvelope() throws Rejection {
        assertThat(request(body("'object':'chat.completion.chunk','x_groq':{'usage':{'prompt_tokens':18}}"))
                        .usage()
                        .tokens())
                .containsEntry(UNCACHED_INPUT, 18L);
    }

    @Test
    @Tag("A1")
    void everyRealBodyIsReadWithEveryTokenInExactlyOneClass() throws Exception {
        ObjectMapper tree = new ObjectMapper();
        List<String> lines = realBodies();
        assertThat(lines).hasSize(281);
        for (String line : lines) {
            JsonNode body = tree.readTree(line).get("response");
            JsonNode usage = body.get("usage");
            Request request = (Request) read(body.toString());
            long input = sum(request.usage(), Direction.INPUT);
            long output = sum(request.usage(), Direction.OUTPUT);
            assertThat(input).as(line).isEqualTo(usage.get("prompt_tokens").longValue());
            assertThat(output).as(line).isEqualTo(usage.get("completion_tokens").longValue());
            assertThat(input + output + request.usage().unclassifiedTokens())
                    .as(line)
                    .isEqualTo(usage.get("total_tokens").longValue());
            assertThat(request.usage().tokens().get(CACHED_INPUT))
                    .as(line)
                    .isEqualTo(usage.findPath("cached_tokens").asLong(0));
            assertThat(request.requestId()).isEqualTo(body.get("id").textValue());
            assertThat(request.model()).isEqualTo(body.get("model").textValue());
            assertThat(request.occurredAt().getEpochSecond())
                    .isEqualTo(body.get("created").asLong());
        }
    }

    private static List<String> realBodies() throws IOException {
        try (BufferedReader reader = new BufferedReader(new InputStreamReader(
                OpenAiChatTest.class.getResourceAsStream("/provider-responses/chat-completions.jsonl"),
                StandardCharsets.UTF_8))) {
            return reader.lines().toList();
        }
    }

    private static long sum(Usage usage, Direction direction) {
        return usage.tokens().entrySet().stream()
                .filter(e -> e.getKey().direction() == direction)
                .mapToLong(Map.Entry::getValue)
                .sum();
    }

    private static Usage usage(String members) throws Rejection {
        return request(body("'usage':{" + members + "}")).usage();
    }

    /** A body that needs nothing but these members; apostrophes stand for quotation marks. */
    private static String body(String members) {
        return "{'id':'chatcmpl-a1','created':1772323199,'model':'gpt-5-mini'," + members + "}";
    }

    private static Request request(String json) throws Rejection {
        return READING.request(json);
    }

    private static void assertRejected(String json, String reason) {
        assertThatThrownBy(() -> READING.outcomes(json))
                .isInstanceOf(Rejection.class)
                .hasMessage(reason);
    }

    private static Outcome read(String json) throws Rejection {
        return READING.outcomes(json).get(0);
    }
}
