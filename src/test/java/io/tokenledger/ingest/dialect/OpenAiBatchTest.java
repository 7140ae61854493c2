package io.tokenledger.ingest.dialect;

import static io.tokenledger.ingest.dialect.Reading.tokens;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OpenAiBatchTest {
    private static final Reading READING = new Reading("openai-batch");

    @Test
    void theBodyOfALineIsReadLikeThatOfACall() throws Rejection {
        Request chat = READING.request("{'id':'batch_req_c3','custom_id':'acme|summarise|000017','response':"
                + "{'status_code':200,'request_id':'req_9','body':{'id':'chatcmpl-c3','object':'chat.completion',"
                + "'created':1772323300,'model':'gpt-5-mini-2025-08-07','service_tier':'default','usage':"
                + "{'prompt_tokens':10,'completion_tokens':5,'total_tokens':15}}},'error':null}");
        assertThat(tokens(chat)).isEqualTo("uncached_input 10, output 5");
        assertThat(chat.requestId()).isEqualTo("chatcmpl-c3");
        assertThat(chat.occurredAt()).isEqualTo(Instant.ofEpochSecond(1772323300));
        Request response = READING.request("{'response':{'status_code':200,'body':{'id':'resp_1','object':'response',"
                + "'created_at':1772323300,'model':'m','status':'completed','usage':{'input_tokens':3}}}}");
        assertThat(tokens(response)).isEqualTo("uncached_input 3");
    }

    @Test
    void aLineOfTogetherNeedsNoIdAroundItsBody() throws Rejection {
        Request request = READING.request("{'custom_id':'acme-17','response':{'status_code':200,'body':{'id':'oc-e5',"
                + "'model':'openai/gpt-oss-120b','created':1772323300,'usage':{'prompt_tokens':900,"
                + "'completion_tokens':210,'total_tokens':1110,'prompt_tokens_details':{'cached_tokens':0},"
                + "'completion_tokens_details':{'reasoning_tokens':96}}}}}");
        assertThat(tokens(request)).isEqualTo("uncached_input 900, output 210");
        assertThat(request.usage().reasoningTokens()).isEqualTo(96);
    }

    @Test
    void embeddingsHaveTheIdOfTheirLine() throws Rejection {
        Request request = READING.request("{'id':'batch_req_1','response':{'status_code':200,'request_id':'','body':"
                + "{'object':'list','model':'text-embedding-3-small','usage':{'prompt_tokens':8,'total_tokens':8}}}}");
        assertThat(request.requestId()).isEqualTo("batch_req_1");
        assertThat(request.occurredAt()).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'id':'batch_req_1','custom_id':'a','response':null,'error':{'code':'batch_expired','message':'x'}}",
                "{'custom_id':'acme-18','error':{'message':'invalid max_tokens','code':'invalid_request'}}",
                "{'custom_id':'a','response':{'status_code':400,'body':{'error':{'message':'x'}}},'error':null}"
            })
    void aRequestThatFailedWasNotServedAndIsOutOfScope(String line) throws Rejection {
        assertThat(READING.outOfScope(line)).isEqualTo("batch request that failed");
    }

    @Test
    void aLineThatIsNeitherIsRejected() {
        assertThatThrownBy(() -> READING.outcomes("{'custom_id':'a','response':{'status_code':200}}"))
                .hasMessage("missing: /response/body");
    }
}
