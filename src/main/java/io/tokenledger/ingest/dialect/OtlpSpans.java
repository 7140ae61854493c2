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
    private static final Pattern RESOURCE_KEY = Pattern.compile("(/resourceSpans/\\d+)/resource(/attributes/\\d+)/key");
    private static final Pattern SPAN_KEY = Pattern.compile("/attributes/\\d+/key");
    private static final Pattern LEFT_OUT = Pattern.compile("/(attributes|events|links)/.*");
    private static final Pattern INTEGER = Pattern.compile("-?\\d+");

    private OtlpSpans() {}

    /** The values of each span by their pointers, in the order of the line. */
    static List<Map<String, Value>> of(CapturedRecord line) {
        Map<String, Map<String, Value>> resources = new LinkedHashMap<>();
        Map<String, Map<String, Value>> spans = new LinkedHashMap<>();
        Map<String, String> resourceOfSpan = new LinkedHashMap<>();
        for (String pointer : line.below(TOP)) {
            Matcher span = SPAN.matcher(pointer);
            Matcher resource = RESOURCE_KEY.matcher(pointer);
            if (span.lookingAt()) {
                resourceOfSpan.put(span.group(), span.group(1));
                keep(line, pointer, pointer.substring(span.end()), spans.computeIfAbsent(span.group(), s -> newMap()));
            } else if (resource.matches()) {
                attribute(line, pointer, "/resource/", resources.computeIfAbsent(resource.group(1), r -> newMap()));
            }
        }
        spans.forEach((span, values) -> values.putAll(resources.getOrDefault(resourceOfSpan.get(span), Map.of())));
        return List.copyOf(spans.values());
    }

    private static Map<String, Value> newMap() {
        return new LinkedHashMap<>();
    }

    private static void keep(CapturedRecord line, String pointer, String inSpan, Map<String, Value> values) {
        if (SPAN_KEY.matcher(inSpan).matches()) {
            attribute(line, pointer, "/attributes/", values);
        } else if (!LEFT_OUT.matcher(inSpan).matches()) {
            values.put(inSpan, line.value(pointer));
        }
    }

    /** @param keyAt the place of the attribute's name */
    private static void attribute(CapturedRecord line, String keyAt, String place, Map<String, Value> values) {
        String name = line.value(keyAt).text();
        String valueAt = keyAt.substring(0, keyAt.length() - "key".length()) + "value/";
        Value value = Value.ABSENT;
        for (String kind : List.of("stringValue", "intValue", "doubleValue", "boolValue")) {
            if (value.missing()) {
                value = line.value(valueAt + kind);
            }
        }
        if (name == null || value.missing()) {
            return;
        }
        boolean integer = !line.value(valueAt + "intValue").missing()
                && value.text() != null
                && INTEGER.matcher(value.text()).matches();
        String pointer = place + name.replace("~", "~0").replace("/", "~1");
        values.put(pointer, integer ? new Value(Kind.INTEGER, value.text()) : value);
    }
}
