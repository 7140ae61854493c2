package io.tokenledger.ingest.dialect;

import static io.tokenledger.ingest.dialect.Reading.tokens;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tokenledger.ingest.dialect.Request.Status;
import java.time.Instant;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class BedrockTest {
    private static final Reading READING = new Reading("bedrock");
    private static final String ARN = "arn:aws:bedrock:us-east-1:111122223333:application-inference-profile/abc123";

    @Test
    @Tag("A1")
    void cachesStandBesideTheInputAndTheModelIsTheArnAsItIs() throws Rejection {
        Request request = READING.request(log(
                "'inputTokenCount':50,'cacheReadInputTokenCount':1800,'cacheWriteInputTokenCount':300",
                "'outputTokenCount':120,'outputBodyJson':{'metrics':{'latencyMs':589},'serviceTier':{'type':'flex'}}"));
        assertThat(tokens(request)).isEqualTo("uncached_input 50, cached_input 1800, cache_write_5m 300, output 120");
        assertThat(request.model()).isEqualTo(ARN);
        assertThat(request.requestId()).isEqualTo("3f0c");
        assertThat(request.occurredAt()).isEqualTo(Instant.parse("2026-02-28T23:59:59Z"));
        assertThat(request.origin().region()).as("where it ran").isEqualTo("us-west-2");
        assertThat(request.serviceTier()).isEqualTo("flex");
        assertThat(request.durationMs()).isEqualTo(589);
    }

    @Test
    @Tag("A7")
    void theResponseTellsWhichCacheWritesAreForAnHour() throws Rejection {
        String input = "'inputTokenCount':50,'cacheWriteInputTokenCount':300";
        String expected = "uncached_input 50, cache_write_5m 100, cache_write_1h 200, output 1";
        assertThat(tokens(READING.request(log(
                        input,
                        "'outputTokenCount':1,'outputBodyJson':{'usage':{'cacheDetails':[{'ttl':'5m','inputTokens':100},"
                                + "{'ttl':'1h','inputTokens':200}]}}"))))
                .isEqualTo(expected);
        Request message = READING.request(log(
                input,
                "'outputTokenCount':1,'outputBodyJson':{'usage':{'input_tokens':50,'cache_creation_input_tokens':300,"
                        + "'output_tokens':1,'cache_creation':{'ephemeral_5m_input_tokens':100,"
                        + "'ephemeral_1h_input_tokens':200}}}"));
        assertThat(tokens(message)).isEqualTo(expected);
        assertThat(message.usage().unknownCounters())
                .as("the same counters once more")
                .isEmpty();
    }

    @Test
    void aStreamHasTheCountersOfTheLog() throws Rejection {
        assertThat(tokens(READING.request(log(
                        "'inputTokenCount':7", "'outputTokenCount':53,'outputBodyJson':[{'type':'message_start'}]"))))
                .isEqualTo("uncached_input 7, output 53");
    }

    @Test
    void anEmbeddingHasNoOutputAndAFailedCallNoCounters() throws Rejection {
        assertThat(tokens(READING.request(log("'inputTokenCount':7", "'outputContentType':'x'"))))
                .isEqualTo("uncached_input 7");
        Request failed = READING.request("{'schemaType':'ModelInvocationLog','timestamp':'2026-02-28T23:59:59Z',"
                + "'requestId':'r','modelId':'m','errorCode':'ThrottlingException','input':{}}");
        assertThat(failed.status()).isEqualTo(Status.ERROR);
        assertThat(failed.usage()).isEqualTo(Usage.MISSING);
    }

    @Test
    void otherRecordsAreOutOfScopeAndOneWithoutAModelRejected() throws Rejection {
        assertThat(READING.outOfScope("{'schemaType':'Other'}")).isEqualTo("no model invocation");
        assertThatThrownBy(() -> READING.outcomes("{'schemaType':'ModelInvocationLog'}"))
                .hasMessage("missing: /modelId");
    }

    private static String log(String input, String output) {
        return "{'schemaType':'ModelInvocationLog','schemaVersion':'1.0','timestamp':'2026-02-28T23:59:59Z',"
                + "'region':'us-east-1','inferenceRegion':'us-west-2','requestId':'3f0c','operation':'Converse',"
                + "'modelId':'" + ARN + "','requestMetadata':{'tenant':'acme'},'input':{" + input + "},'output':{"
                + output + "}}";
    }
}
