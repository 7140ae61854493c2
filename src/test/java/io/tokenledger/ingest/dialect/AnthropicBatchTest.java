package io.tokenledger.ingest.dialect;

import static io.tokenledger.ingest.dialect.Reading.tokens;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AnthropicBatchTest {
    private static final Reading READING = new Reading("anthropic-batch");

    @Test
    void aResultThatSucceededIsItsMessage() throws Rejection {
        Request request =
                READING.request("{'custom_id':'acme-17','result':{'type':'succeeded','message':{'id':'msg_g7',"
                        + "'model':'claude-haiku-4-5-20251001','usage':{'input_tokens':10,'output_tokens':34,"
                        + "'service_tier':'batch'}}}}");
        assertThat(tokens(request)).isEqualTo("uncached_input 10, output 34");
        assertThat(request.requestId()).isEqualTo("msg_g7");
        assertThat(request.serviceTier()).isEqualTo("batch");
        assertThat(request.occurredAt()).as("a line has no time").isNull();
    }

    @ParameterizedTest
    @CsvSource({
        "errored, batch request that errored",
        "canceled, batch request that was cancelled",
        "expired, batch request that expired"
    })
    void whatWasNotServedIsOutOfScopeByARuleOfItsOwn(String type, String rule) throws Rejection {
        assertThat(READING.outOfScope("{'custom_id':'a','result':{'type':'" + type + "'}}"))
                .isEqualTo(rule);
    }

    @Test
    void aResultOfAnotherKindIsRejected() {
        assertThatThrownBy(() -> READING.outcomes("{'result':{'type':'paused'}}"))
                .hasMessage("unknown result: /result/type");
        assertThatThrownBy(() -> READING.outcomes("{'custom_id':'a'}")).hasMessage("missing: /result/type");
    }
}
