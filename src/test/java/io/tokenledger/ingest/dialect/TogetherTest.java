package io.tokenledger.ingest.dialect;

import static io.tokenledger.ingest.dialect.Reading.tokens;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class TogetherTest {
    private static final Reading READING = new Reading("together");

    @Test
    @Tag("A3")
    void cachedTokensAreInThePromptWhicheverWayTheyAreTold() throws Rejection {
        String both = "uncached_input 116, cached_input 384, output 120";
        assertThat(tokens(READING.request(body("'cached_tokens':384")))).isEqualTo(both);
        assertThat(tokens(READING.request(body("'prompt_tokens_details':{'cached_tokens':384}"))))
                .isEqualTo(both);
        assertThat(tokens(READING.request(body("'cached_tokens':384,'prompt_tokens_details':{'cached_tokens':384}"))))
                .isEqualTo(both);
    }

    @Test
    void anAnswerWithoutUsageIsUnknown() throws Rejection {
        assertThat(READING.request("{'id':'oc-1','object':'chat.completion','created':1772323199,'model':'m'}")
                        .usage())
                .isEqualTo(Usage.MISSING);
    }

    private static String body(String cached) {
        return "{'id':'oc-d4','object':'chat.completion','created':1772323199,"
                + "'model':'meta-llama/Llama-3.3-70B-Instruct-Turbo','usage':{'prompt_tokens':500,"
                + "'completion_tokens':120,'total_tokens':620," + cached + "}}";
    }
}
