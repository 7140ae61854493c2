package io.tokenledger.ingest.dialect;

import static io.tokenledger.ingest.dialect.Reading.tokens;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tokenledger.ingest.dialect.Request.Status;
import io.tokenledger.model.TokenClass;
import java.time.Instant;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GeminiTest {
    private static final Reading READING = new Reading("gemini");

    @Test
    @Tag("A1")
    @Tag("A5")
    void thoughtsAndThePromptsOfToolsComeBesideWhatTheyAreAddedTo() throws Rejection {
        Request request = READING.request(response("'promptTokenCount':1200,'cachedContentTokenCount':1000,"
                + "'candidatesTokenCount':80,'thoughtsTokenCount':400,'toolUsePromptTokenCount':25,"
                + "'totalTokenCount':1705,'promptTokensDetails':[{'modality':'TEXT','tokenCount':1200}],"
                + "'trafficType':'ON_DEMAND'"));
        assertThat(tokens(request)).isEqualTo("uncached_input 225, cached_input 1000, output 480");
        assertThat(request.usage().reasoningTokens()).isEqualTo(400);
        assertThat(request.usage().unclassifiedTokens()).isZero();
        assertThat(request.usage().unknownCounters()).isEmpty();
        assertThat(request.requestId()).isEqualTo("h8");
        assertThat(request.model()).isEqualTo("gemini-2.5-flash");
        assertThat(request.occurredAt()).isEqualTo(Instant.parse("2026-02-28T23:59:59.999999Z"));
        assertThat(request.serviceTier()).isEqualTo("ON_DEMAND");
    }

    @Test
    void audioIsApartAndCachedAudioIsCached() throws Rejection {
        Request request = READING.request(response("'promptTokenCount':100,'cachedContentTokenCount':40,"
                + "'candidatesTokenCount':30,'totalTokenCount':130,"
                + "'promptTokensDetails':[{'modality':'TEXT','tokenCount':30},{'modality':'AUDIO','tokenCount':70}],"
                + "'cacheTokensDetails':[{'modality':'AUDIO','tokenCount':40}],"
                + "'candidatesTokensDetails':[{'modality':4,'tokenCount':20}]"));
        assertThat(tokens(request))
                .isEqualTo("uncached_input 30, cached_input 40, audio_input 30, output 10, audio_output 20");
    }

    @Test
    void aCounterThatIsLeftOutIsZeroBesideOthersAndUnknownWithoutAny() throws Rejection {
        assertThat(READING.request(response("'promptTokenCount':74,'thoughtsTokenCount':200,'totalTokenCount':274"))
                        .usage()
                        .tokens())
                .containsEntry(TokenClass.OUTPUT, 200L)
                .containsEntry(TokenClass.CACHED_INPUT, 0L);
        assertThat(READING.request(response("'trafficType':'ON_DEMAND'")).usage())
                .as("a chunk before the last")
                .isEqualTo(Usage.MISSING);
    }

    @Test
    void aCounterOfANewKindIsNamedAndItsTokensAreUnclassified() throws Rejection {
        Usage usage = READING.request(response("'promptTokenCount':10,'imaginedTokenCount':5,'totalTokenCount':15"))
                .usage();
        assertThat(usage.unknownCounters()).containsExactly("/usageMetadata/imaginedTokenCount");
        assertThat(usage.unclassifiedTokens()).isEqualTo(5);
    }

    @ParameterizedTest
    @CsvSource({
        "'PROVISIONED_THROUGHPUT', PROVISIONED_THROUGHPUT",
        "2, PROVISIONED_THROUGHPUT",
        "1, ON_DEMAND",
        "'ON_DEMAND_FLEX', ON_DEMAND_FLEX"
    })
    void theTrafficTypeIsTheTier(String written, String tier) throws Rejection {
        String json = written.length() > 1 ? "'" + written + "'" : written;
        assertThat(READING.request(response("'trafficType':" + json)).serviceTier())
                .isEqualTo(tier);
    }

    @Test
    void aLineOfABatchHasTheResponseInAnEnvelope() throws Rejection {
        assertThat(tokens(READING.request("{'status':'','processed_time':'2026-03-01T18:13:16.826+00:00','response':"
                        + response("'promptTokenCount':5,'totalTokenCount':5") + "}")))
                .isEqualTo("uncached_input 5");
        Request failed = READING.request(
                "{'status':'Bad Request','processed_time':'2026-03-01T18:13:16.826+00:00','response':{}}");
        assertThat(failed.status()).isEqualTo(Status.ERROR);
        assertThat(failed.occurredAt()).isEqualTo(Instant.parse("2026-03-01T18:13:16.826Z"));
    }

    @Test
    void anErrorIsAFailedCallAndAnotherAnswerOutOfScope() throws Rejection {
        assertThat(READING.request("{'error':{'code':429,'status':'RESOURCE_EXHAUSTED'}}")
                        .status())
                .isEqualTo(Status.ERROR);
        assertThat(READING.outOfScope("{'totalTokens':31}")).isEqualTo("no generated content");
    }

    @Test
    @Tag("A8")
    void countersThatContradictThemselvesAreRejected() {
        assertThatThrownBy(() -> READING.outcomes(response("'promptTokenCount':10,'cachedContentTokenCount':11")))
                .hasMessage("cached exceeds input: /usageMetadata/promptTokenCount");
        assertThatThrownBy(() -> READING.outcomes(response("'promptTokenCount':10,'totalTokenCount':9")))
                .hasMessage("total less than parts: /usageMetadata/totalTokenCount");
    }

    private static String response(String usage) {
        return "{'modelVersion':'gemini-2.5-flash','responseId':'h8','createTime':'2026-02-28T23:59:59.999999Z',"
                + "'usageMetadata':{" + usage + "}}";
    }
}
