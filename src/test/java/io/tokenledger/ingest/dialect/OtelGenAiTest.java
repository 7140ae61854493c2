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
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** No export with usage is public under a licence: all lines are written for these tests, in the shape of OTLP/JSON. */
class OtelGenAiTest {
    private static final Reading READING = new Reading("otel-genai");

    private static final String CHAT = "gen_ai.operation.name=chat,gen_ai.provider.name=openai,"
            + "gen_ai.request.model=gpt-5-mini,gen_ai.response.model=gpt-5-mini-2025-08-07,";

    @Test
    void aSpanOfAChatIsARequest() throws Exception {
        Request request = READING.request(line(span(
                "eee1",
                "",
                CHAT + "gen_ai.response.id=chatcmpl-a1,openai.response.service_tier=flex,"
                        + "gen_ai.usage.input_tokens=2006,gen_ai.usage.cache_read.input_tokens=1920,"
                        + "gen_ai.usage.output_tokens=300,gen_ai.usage.reasoning.output_tokens=192")));
        assertThat(request.requestId()).isEqualTo("chatcmpl-a1");
        assertThat(request.occurredAt()).isEqualTo(Instant.parse("2026-02-28T23:59:59.120Z"));
        assertThat(request.durationMs()).isEqualTo(4360);
        assertThat(request.status()).isEqualTo(Status.OK);
        assertThat(request.model()).isEqualTo("gpt-5-mini-2025-08-07");
        assertThat(request.requestedModel()).isEqualTo("gpt-5-mini");
        assertThat(request.serviceTier()).isEqualTo("flex");
        assertThat(request.origin().feature()).isEqualTo("checkout");
        assertThat(request.origin().environment()).isEqualTo("prod");
        assertThat(request.usage().reasoningTokens()).isEqualTo(192);
        assertThat(request.usage().unclassifiedTokens()).isNull();
        assertThat(request.usage().tokens())
                .isEqualTo(Map.of(
                        UNCACHED_INPUT, 86L,
                        CACHED_INPUT, 1920L,
                        CACHE_WRITE_5M, 0L,
                        CACHE_WRITE_1H, 0L,
                        AUDIO_INPUT, 0L,
                        OUTPUT, 300L,
                        AUDIO_OUTPUT, 0L));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "gen_ai.operation.name=chat,gen_ai.usage.input_tokens=2006,gen_ai.usage.cache_read.input_tokens=1920,"
                        + "gen_ai.usage.cache_creation.input_tokens=6,gen_ai.usage.output_tokens=300,"
                        + "gen_ai.usage.total_tokens=2306",
                "gen_ai.system=openai,gen_ai.usage.prompt_tokens=2006,gen_ai.usage.cache_read_input_tokens=1920,"
                        + "gen_ai.usage.cache_creation_input_tokens=6,gen_ai.usage.completion_tokens=300,"
                        + "llm.usage.total_tokens=2306,llm.request.type=chat",
                "openinference.span.kind=LLM,llm.token_count.prompt=2006,"
                        + "llm.token_count.prompt_details.cache_read=1920,llm.token_count.prompt_details.cache_write=6,"
                        + "llm.token_count.completion=300,llm.token_count.total=2306"
            })
    @Tag("A3")
    void theConventionsHaveOtherNamesForTheSame(String attributes) throws Exception {
        Usage usage = usage(attributes + ",gen_ai.response.model=m");
        assertThat(usage.tokens())
                .containsEntry(UNCACHED_INPUT, 80L)
                .containsEntry(CACHED_INPUT, 1920L)
                .containsEntry(CACHE_WRITE_5M, 6L)
                .containsEntry(OUTPUT, 300L);
        assertThat(usage.unclassifiedTokens()).isZero();
        assertThat(usage.unknownCounters()).isEmpty();
    }

    @Test
    void integersAreTextOrNumbers() throws Exception {
        assertThat(READING.request(line(span("e", "", CHAT + "gen_ai.usage.input_tokens=7"))
                                .replace("'intValue':'7'", "'intValue':7")
                                .replace("'1772323199120000000'", "1772323199120000000"))
                        .usage()
                        .tokens())
                .containsEntry(UNCACHED_INPUT, 7L);
    }

    @Test
    void everySpanOfALineIsARecordOfItsOwnResource() throws Exception {
        String other = "{'resource':{'attributes':[" + attribute("service.name", "search") + "]},"
                + "'scopeSpans':[{'spans':[" + span("c", "", CHAT + "gen_ai.usage.input_tokens=3") + "]}]}";
        String line =
                line(span("a", "", CHAT + "gen_ai.usage.input_tokens=1"), span("b", "", "http.request.method=GET"));
        List<Outcome> outcomes = READING.outcomes(line.substring(0, line.length() - 2) + "," + other + "]}");
        assertThat(outcomes).hasSize(3);
        assertThat(((Request) outcomes.get(0)).origin().feature()).isEqualTo("checkout");
        assertThat(outcomes.get(1)).isEqualTo(new OutOfScope("span is no call of a model"));
        assertThat(((Request) outcomes.get(2)).origin().feature()).isEqualTo("search");
        assertThat(((Request) outcomes.get(2)).origin().environment()).isNull();
    }

    @Test
    void aFeedMapsFieldsFromAttributesByName() throws Exception {
        byte[] line = line(span("a", "", CHAT + "app/tenant=acme,n=7"))
                .replace('\'', '"')
                .getBytes("UTF-8");
        Dialect dialect = Dialects.named("otel-genai");
        CapturedRecord object =
                new RecordScanner(dialect.pointers()).scan(line, 0, line.length).get(0);
        CapturedRecord record = dialect.records(object).get(0);
        assertThat(record.text("/attributes/app~1tenant")).isEqualTo("acme");
        assertThat(record.text("/attributes/n")).isEqualTo("7");
        assertThat(record.text("/resource/service.name")).isEqualTo("checkout");
        assertThat(record.text("/traceId")).isEqualTo("5b8e");
        assertThat(record.text("/attributes/none")).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "gen_ai.operation.name=invoke_agent",
                "gen_ai.operation.name=execute_tool",
                "openinference.span.kind=AGENT",
                "openinference.span.kind=CHAIN",
                "traceloop.span.kind=workflow,llm.request.type=chat",
                "llm.request.type=rerank"
            })
    void parentsThatRepeatUsageAreOutOfScope(String attributes) throws Exception {
        assertThat(READING.outOfScope(line(span(
                        "a",
                        "",
                        attributes + ",gen_ai.system=openai,gen_ai.request.model=m,gen_ai.usage.input_tokens=7"))))
                .isEqualTo("operation is no inference");
    }

    @Test
    void anInferenceAroundAnotherOneIsOutOfScopeUnlessThatHasNoUsage() throws Exception {
        String around = span("a", "", CHAT + "gen_ai.usage.input_tokens=7");
        assertThat(READING.outcomes(line(around, span("b", "a", CHAT + "gen_ai.usage.input_tokens=7"))))
                .first()
                .isEqualTo(new OutOfScope("inference repeats the one below it"));
        assertThat(READING.outcomes(line(around, span("b", "a", CHAT + "x=y")))).hasOnlyElementsOfType(Request.class);
    }

    @Test
    void withoutResponseIdARequestIsKnownByItsTraceAndSpan() throws Exception {
        assertThat(READING.request(line(span("eee1", "", CHAT))).requestId()).isEqualTo("5b8e-eee1");
    }

    @Test
    void noCountersAreNoUsageAndZeroIsZero() throws Exception {
        assertThat(usage(CHAT + "gen_ai.request.max_tokens=100")).isEqualTo(Usage.MISSING);
        assertThat(usage(CHAT + "gen_ai.usage.input_tokens=0").tokens())
                .containsEntry(UNCACHED_INPUT, 0L)
                .doesNotContainKey(OUTPUT);
    }

    @Test
    void anErrorIsAFailedCall() throws Exception {
        String failed = span("a", "", "gen_ai.operation.name=chat").replace("'status':{}", "'status':{'code':2}");
        assertThat(READING.request(line(failed)).status()).isEqualTo(Status.ERROR);
        assertThat(READING.request(line(span("a", "", "gen_ai.operation.name=chat,error.type=timeout")))
                        .status())
                .isEqualTo(Status.ERROR);
        assertThatThrownBy(() -> READING.outcomes(line(span("a", "", "gen_ai.operation.name=chat"))))
                .hasMessage("missing: /attributes/gen_ai.response.model");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            gen_ai.usage.input_tokens=10,gen_ai.usage.cache_read.input_tokens=11 | cached exceeds input: /attributes/gen_ai.usage.input_tokens
            gen_ai.usage.output_tokens=1,gen_ai.usage.reasoning.output_tokens=2 | reasoning exceeds output: /attributes/gen_ai.usage.output_tokens
            gen_ai.usage.input_tokens=10,gen_ai.usage.total_tokens=9 | total less than parts: /attributes/gen_ai.usage.total_tokens
            gen_ai.usage.input_tokens=ten | counter is text: /attributes/gen_ai.usage.input_tokens
            """)
    @Tag("A8")
    void countersThatContradictThemselvesAreRejected(String attributes, String reason) {
        assertThatThrownBy(() -> usage(CHAT + attributes)).hasMessage(reason);
    }

    @Test
    @Tag("A3")
    void aCounterThatNobodyKnowsIsNamedAndOtherAttributesAreNot() throws Exception {
        assertThat(usage(CHAT + "gen_ai.usage.input_tokens=10,gen_ai.usage.video.input_tokens=3,"
                                + "gen_ai.request.max_tokens=100,retry.count=2")
                        .unknownCounters())
                .containsExactly("/attributes/gen_ai.usage.video.input_tokens");
    }

    @Test
    void aCostIsTakenAsTheLogSaysIt() throws Exception {
        String line = line(span("a", "", CHAT + "llm.cost.total=COST"))
                .replace("{'stringValue':'COST'}", "{'doubleValue':0.0005715000000000001}");
        assertThat(READING.request(line).costReported().amount()).isEqualByComparingTo("0.0005715000000000001");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{'resourceMetrics':[]}", "{'resourceSpans':[]}", "{'resourceSpans':[{'scopeSpans':[]}]}"})
    void aLineWithoutSpansIsOneRecordOutOfScope(String line) throws Exception {
        assertThat(READING.outOfScope(line)).isEqualTo("span is no call of a model");
    }

    private static Usage usage(String attributes) throws Rejection {
        return READING.request(line(span("a", "", attributes))).usage();
    }

    private static String line(String... spans) {
        return "{'resourceSpans':[{'resource':{'attributes':[" + attribute("service.name", "checkout") + ","
                + attribute("deployment.environment.name", "prod") + "]},'scopeSpans':[{'scope':{'name':'x'},'spans':["
                + String.join(",", spans) + "]}]}]}";
    }

    /** @param attributes as name=value, with commas between them */
    private static String span(String id, String parent, String attributes) {
        return "{'traceId':'5b8e','spanId':'" + id + "','parentSpanId':'" + parent + "','name':'chat','kind':3,"
                + "'startTimeUnixNano':'1772323199120000000','endTimeUnixNano':'1772323203480000000','status':{},"
                + "'events':[{'name':'prompt','attributes':[" + attribute("gen_ai.usage.input_tokens", "99") + "]}],"
                + "'attributes':["
                + Arrays.stream(attributes.split(","))
                        .map(pair -> attribute(pair.split("=")[0], pair.split("=")[1]))
                        .collect(Collectors.joining(","))
                + ",{'key':'tags','value':{'arrayValue':{'values':[{'stringValue':'x'}]}}}]}";
    }

    private static String attribute(String name, String value) {
        String kind = value.matches("[0-9]+") ? "intValue" : "stringValue";
        return "{'key':'" + name + "','value':{'" + kind + "':'" + value + "'}}";
    }
}
