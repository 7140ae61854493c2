package io.tokenledger.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.tokenledger.ingest.Feed.OnConflict;
import io.tokenledger.ingest.Feed.OnUnreadable;
import io.tokenledger.model.ExitCode;
import io.tokenledger.model.Failure;
import io.tokenledger.model.ServingMode;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class FeedTest {

    @Test
    void whatIsNotSaidHasItsDefault() {
        Feed feed = new Feed(
                "api", List.of("logs/*"), "openai-chat", "openai", null, null, null, null, 0, null, false, null, null);
        assertThat(feed)
                .isEqualTo(new Feed(
                        "api",
                        List.of("logs/*"),
                        "openai-chat",
                        "openai",
                        Map.of(),
                        "api",
                        ServingMode.SERVERLESS,
                        Map.of(),
                        1,
                        ZoneOffset.UTC,
                        false,
                        OnUnreadable.STOP,
                        OnConflict.KEEP_FIRST));
    }

    @Test
    void aMissingOrWrongSettingIsRefusedByFeedAndKey() {
        refused(() -> feed(" ", List.of("x"), "openai-chat", "p", Map.of(), 1), "a feed has no name");
        refused(() -> feed("f", null, "openai-chat", "p", Map.of(), 1), "feed 'f': paths: ");
        refused(() -> feed("f", List.of(), "openai-chat", "p", Map.of(), 1), "feed 'f': paths: ");
        refused(() -> feed("f", List.of("a", ""), "openai-chat", "p", Map.of(), 1), "feed 'f': paths: ");
        refused(() -> feed("f", List.of("x"), null, "p", Map.of(), 1), "feed 'f': dialect: missing");
        refused(
                () -> feed("f", List.of("x"), "openai", "p", Map.of(), 1),
                "feed 'f': dialect: 'openai' is no dialect; known are [openai-chat");
        refused(() -> feed("f", List.of("x"), "openai-chat", "", Map.of(), 1), "feed 'f': provider: missing");
        refused(
                () -> feed("f", List.of("x"), "openai-chat", "p", Map.of(), -1),
                "feed 'f': requests_per_line: -1 is negative");
    }

    @Test
    void onlyColumnsOfTheEnvelopeCanBeMappedAndOnlyToPointers() {
        refused(
                () -> feed("f", List.of("x"), "openai-chat", "p", Map.of("model", "/m"), 1),
                "feed 'f': fields: 'model' cannot be mapped; allowed are [operation_id, occurred_at, duration_ms, tenant, feature,"
                        + " environment, requested_model, region, deployment, provider]");
        refused(
                () -> feed("f", List.of("x"), "openai-chat", "p", Map.of("tenant", "metadata.tenant"), 1),
                "feed 'f': fields.tenant: 'metadata.tenant' is no JSON pointer; expected a form such as"
                        + " /metadata/tenant");
    }

    @Test
    void policiesHaveTheirNamesInJobFiles() throws Exception {
        ObjectMapper mapper = new ObjectMapper();
        assertThat(mapper.readValue("\"keep-first\"", OnConflict.class)).isEqualTo(OnConflict.KEEP_FIRST);
        assertThat(mapper.readValue("\"stop\"", OnConflict.class)).isEqualTo(OnConflict.STOP);
        assertThat(mapper.readValue("\"skip\"", OnUnreadable.class)).isEqualTo(OnUnreadable.SKIP);
    }

    private static Feed feed(
            String name,
            List<String> paths,
            String dialect,
            String provider,
            Map<String, String> fields,
            long requestsPerLine) {
        return new Feed(
                name, paths, dialect, provider, fields, null, null, null, requestsPerLine, null, false, null, null);
    }

    private static void refused(ThrowingCallable call, String message) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        Failure.class, f -> assertThat(f.exitCode()).isEqualTo(ExitCode.CONFIGURATION))
                .hasMessageStartingWith(message);
    }
}
