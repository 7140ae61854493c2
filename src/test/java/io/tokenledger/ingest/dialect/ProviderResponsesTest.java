package io.tokenledger.ingest.dialect;

import static io.tokenledger.model.TokenClass.CACHED_INPUT;
import static io.tokenledger.model.TokenClass.CACHE_WRITE_1H;
import static io.tokenledger.model.TokenClass.CACHE_WRITE_5M;
import static io.tokenledger.model.TokenClass.OUTPUT;
import static io.tokenledger.model.TokenClass.UNCACHED_INPUT;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URLDecoder;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * 649 recorded responses of real services, each read by the dialect of its provider as a log would hold it, against what a
 * script of its own reads in them by the providers' documentation (see {@code dialects/ORIGIN.md}).
 */
class ProviderResponsesTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Map<String, String> DIALECTS = Map.of(
            "openai", "openai-chat",
            "openai-responses", "openai-responses",
            "together", "together",
            "anthropic", "anthropic",
            "google", "gemini",
            "bedrock", "bedrock");

    private static final Map<Integer, JsonNode> BODIES = new TreeMap<>();
    private static final Map<Integer, Map<String, String>> EXPECTED = new TreeMap<>();

    @BeforeAll
    static void load() throws IOException {
        for (String line : lines("bodies.jsonl")) {
            JsonNode body = JSON.readTree(line);
            BODIES.put(body.get("number").intValue(), body);
        }
        List<String> rows = lines("expected.csv");
        String[] columns = rows.get(0).split(",");
        for (String row : rows.subList(1, rows.size())) {
            String[] cells = row.split(",", -1);
            Map<String, String> expected = new LinkedHashMap<>();
            for (int i = 0; i < columns.length; i++) {
                if (!cells[i].isEmpty()) {
                    expected.put(columns[i], cells[i]);
                }
            }
            EXPECTED.put(Integer.valueOf(cells[0]), expected);
        }
    }

    @Test
    @Tag("A1")
    @Tag("A5")
    void everyBodyGivesTheTokensThatItStatesOrANamedReason() throws Exception {
        assertThat(BODIES).hasSize(649);
        assertThat(EXPECTED.keySet()).isEqualTo(BODIES.keySet());
        Map<String, Integer> counts = new TreeMap<>();
        for (Map.Entry<Integer, JsonNode> body : BODIES.entrySet()) {
            Map<String, String> expected = EXPECTED.get(body.getKey());
            String provider = expected.get("provider");
            String dialect = DIALECTS.get(provider);
            String result = dialect == null
                    ? provider + ": " + expected.getOrDefault("states", "no dialect")
                    : dialect + ": " + result(dialect, body.getValue(), expected);
            counts.merge(result, 1, Integer::sum);
        }
        assertThat(counts)
                .isEqualTo(Map.ofEntries(
                        Map.entry("openai-chat: tokens", 392),
                        // The clock of a local server that counts from its start.
                        Map.entry("openai-chat: time out of range: /created", 2),
                        Map.entry("openai-responses: tokens", 84),
                        Map.entry("together: tokens", 2),
                        Map.entry("anthropic: tokens", 44),
                        Map.entry("gemini: tokens", 24),
                        Map.entry("bedrock: tokens", 50),
                        // 28.0, as a guardrail of Titan writes it; a log has the count in its own counter.
                        Map.entry("bedrock: counter is fractional: /output/outputBodyJson/inputTextTokenCount", 1),
                        Map.entry("cohere: no dialect", 37),
                        Map.entry("cohere: search units and no tokens", 4),
                        Map.entry("ollama: no dialect", 8),
                        Map.entry("pinecone: read units and no tokens", 1)));
    }

    private static String result(String dialect, JsonNode recorded, Map<String, String> expected) throws Exception {
        Reading reading = new Reading(dialect);
        Request last = null;
        for (JsonNode record : records(recorded)) {
            try {
                for (Outcome outcome : reading.outcomes(record.toString())) {
                    last = outcome instanceof Request request ? request : last;
                }
            } catch (Rejection e) {
                return e.reason();
            }
        }
        assertThat(said(last))
                .as("%s %s", recorded.get("number"), recorded.get("source_path"))
                .isEqualTo(stated(expected));
        assertThat(last.usage().unknownCounters()).as(recorded.toString()).isEmpty();
        return "tokens";
    }

    /** The lines that a log has of it: the chunks of a stream, a message as a client has it at its end, a log record. */
    private static List<JsonNode> records(JsonNode recorded) throws IOException {
        JsonNode response = recorded.get("response");
        if (recorded.get("host").textValue().contains("bedrock")) {
            ObjectNode record = JSON.createObjectNode().put("schemaType", "ModelInvocationLog");
            String model = recorded.get("path").textValue().split("/")[1];
            record.put("modelId", URLDecoder.decode(model, UTF_8));
            record.putObject("output").set("outputBodyJson", response);
            return List.of(record);
        }
        if (!response.has("usage_events")) {
            return List.of(response);
        }
        List<JsonNode> events = new ArrayList<>();
        response.get("usage_events").forEach(events::add);
        if (!"message_start".equals(events.get(0).path("type").textValue())) {
            return events;
        }
        ObjectNode message = events.get(0).get("message").deepCopy();
        for (JsonNode event : events.subList(1, events.size())) {
            JSON.readerForUpdating(message.get("usage")).readValue(event.get("usage"));
        }
        return List.of(message);
    }

    private static Map<String, Object> said(Request request) {
        Map<String, Object> said = new TreeMap<>();
        Usage usage = request.usage();
        said.put("uncached", usage.tokens().get(UNCACHED_INPUT));
        said.put("cached", usage.tokens().get(CACHED_INPUT));
        Long fiveMinutes = usage.tokens().get(CACHE_WRITE_5M);
        Long hour = usage.tokens().get(CACHE_WRITE_1H);
        said.put("cache_writes", fiveMinutes == null ? null : Long.valueOf(fiveMinutes + hour));
        said.put("output", usage.tokens().get(OUTPUT));
        said.put("reasoning", usage.reasoningTokens());
        if (usage.unclassifiedTokens() != null) {
            long classified =
                    usage.tokens().values().stream().mapToLong(Long::longValue).sum();
            said.put("total", classified + usage.unclassifiedTokens());
        }
        said.put("model", request.model());
        said.put("time", request.occurredAt());
        said.values().removeIf(value -> value == null);
        return said;
    }

    private static Map<String, Object> stated(Map<String, String> expected) {
        Map<String, Object> stated = new TreeMap<>();
        expected.forEach((column, text) -> {
            switch (column) {
                case "number", "provider", "states" -> {}
                case "model" -> stated.put(column, text);
                case "time" -> stated.put(column, time(text));
                default -> stated.put(column, Long.valueOf(text));
            }
        });
        return stated;
    }

    private static Instant time(String text) {
        if (text.contains("T")) {
            return Instant.parse(text);
        }
        long number = Long.parseLong(text);
        return text.length() == 13 ? Instant.ofEpochMilli(number) : Instant.ofEpochSecond(number);
    }

    private static List<String> lines(String file) throws IOException {
        try (BufferedReader reader = new BufferedReader(
                new InputStreamReader(ProviderResponsesTest.class.getResourceAsStream("/dialects/" + file), UTF_8))) {
            return reader.lines().toList();
        }
    }
}
