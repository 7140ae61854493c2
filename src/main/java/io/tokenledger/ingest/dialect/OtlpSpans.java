package io.tokenledger.ingest.dialect;

import io.tokenledger.ingest.dialect.Value.Kind;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The spans in a line of OTLP/JSON, each a record of its own: its own fields ({@code /name}), its attributes by name
 * ({@code /attributes/gen_ai.response.id}) and those of its resource ({@code /resource/service.name}). Attributes that are
 * lists or maps, events and links are left out.
 */
final class OtlpSpans {
    static final String TOP = "/resourceSpans";

    private static final Pattern SPAN = Pattern.compile("(/resourceSpans/\\d+)/scopeSpans/\\d+/spans/\\d+");
    private static final Pattern RESOURCE = Pattern.compile("(/resourceSpans/\\d+)/resource");
    private static final List<String> LEFT_OUT = List.of("/events/", "/links/");
    private static final List<String> KINDS = List.of("stringValue", "intValue", "doubleValue", "boolValue");
    private static final Pattern INTEGER = Pattern.compile("-?\\d+");

    private OtlpSpans() {}

    /** The values of each span by their pointers, in the order of the line. */
    static List<Map<String, Value>> of(CapturedRecord line) {
        Map<String, Value> all = line.everythingBelow();
        Map<String, Map<String, Value>> resources = new LinkedHashMap<>();
        Map<String, Map<String, Value>> spans = new LinkedHashMap<>();
        Map<String, String> resourceOfSpan = new LinkedHashMap<>();
        all.forEach((pointer, value) -> {
            Matcher span = SPAN.matcher(pointer);
            Matcher resource = RESOURCE.matcher(pointer);
            if (value.container()) {
                return;
            }
            if (span.lookingAt()) {
                resourceOfSpan.put(span.group(), span.group(1));
                Map<String, Value> values = spans.computeIfAbsent(span.group(), s -> new LinkedHashMap<>());
                keep(all, pointer, span.end(), "/attributes/", values);
            } else if (resource.lookingAt()) {
                Map<String, Value> values = resources.computeIfAbsent(resource.group(1), r -> new LinkedHashMap<>());
                keep(all, pointer, resource.end(), "/resource/", values);
            }
        });
        spans.forEach((span, values) -> values.putAll(resources.getOrDefault(resourceOfSpan.get(span), Map.of())));
        return List.copyOf(spans.values());
    }

    /** @param start where the pointer goes on within the span or resource */
    private static void keep(
            Map<String, Value> all, String pointer, int start, String place, Map<String, Value> values) {
        if (pointer.startsWith("/attributes/", start)) {
            // A key deeper down is that of a list or a map.
            if (pointer.endsWith("/key")
                    && pointer.indexOf('/', start + "/attributes/".length()) == pointer.length() - 4) {
                attribute(all, pointer, place, values);
            }
        } else if (LEFT_OUT.stream().noneMatch(left -> pointer.startsWith(left, start))) {
            values.put(pointer.substring(start), all.get(pointer));
        }
    }

    /** @param keyAt the place of the attribute's name */
    private static void attribute(Map<String, Value> all, String keyAt, String place, Map<String, Value> values) {
        String name = all.get(keyAt).text();
        String valueAt = keyAt.substring(0, keyAt.length() - "key".length()) + "value/";
        for (String kind : KINDS) {
            Value value = all.get(valueAt + kind);
            if (name != null && value != null && !value.missing()) {
                boolean integer = kind.equals("intValue")
                        && value.text() != null
                        && INTEGER.matcher(value.text()).matches();
                values.put(
                        place + name.replace("~", "~0").replace("/", "~1"),
                        integer ? new Value(Kind.INTEGER, value.text()) : value);
                return;
            }
        }
    }
}
