package io.tokenledger.ingest.dialect;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import io.tokenledger.ingest.dialect.Value.Kind;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads lines of JSON and keeps the values at the wanted pointers. The whole line is checked to be well-formed JSON in
 * UTF-8, but what is not wanted, prompts above all, is skipped and never becomes a string. Not safe for
 * threads.
 *
 * <p>Databases and tables hold objects as text: where a wanted pointer leads into a text that is a JSON object or array,
 * it is read as that.
 */
public final class RecordScanner {
    private static final int CHARS_PER_CHECK = 8192;
    private static final String BELOW = "/**";
    // What a record may make this keep in memory.
    static final int BELOW_MAX = 1 << 19;
    private static final int RECORDS_MAX = 1 << 16;

    // Nested deeper, or a longer number, is no usage log but an attack or an accident.
    private static final StreamReadConstraints CONSTRAINTS = StreamReadConstraints.builder()
            .maxNestingDepth(1000)
            .maxNumberLength(1000)
            .maxStringLength(Integer.MAX_VALUE)
            .maxNameLength(Integer.MAX_VALUE)
            .build();

    private final JsonFactory json = JsonFactory.builder()
            .streamReadConstraints(CONSTRAINTS)
            // Names of skipped objects are the users' own, without bound: they must not fill the JVM's string table.
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            // A line is UTF-8; two lucky bytes do not make it UTF-16.
            .disable(JsonFactory.Feature.CHARSET_DETECTION)
            .build();
    private final CharsetDecoder utf8 = StandardCharsets.UTF_8.newDecoder();
    private final CharBuffer decoded = CharBuffer.allocate(CHARS_PER_CHECK);
    private final Wanted wanted = new Wanted();
    private final ZoneId zone;
    private final ByteScanner fast;

    /** Times without a zone are in UTC. */
    public RecordScanner(Collection<String> pointers) {
        this(pointers, ZoneOffset.UTC);
    }

    /**
     * @param pointers RFC 6901 pointers, each beginning with a slash; numbers select array elements. A pointer may lead
     *     through another. One that ends in {@code /**} stands for every value below the place before it
     * @param zone of times that are written without one
     */
    public RecordScanner(Collection<String> pointers, ZoneId zone) {
        this.zone = zone;
        pointers.forEach(wanted::add);
        fast = new ByteScanner(wanted, zone);
    }

    /**
     * The wanted values of the records in a line: an object is one, an array of objects one each.
     *
     * @throws Rejection when the line is neither, or a wanted key is in its object twice
     */
    public List<CapturedRecord> scan(byte[] buffer, int start, int length) throws Rejection {
        CapturedRecord sure = fast.scan(buffer, start, length);
        return sure != null ? List.of(sure) : scanByJackson(buffer, start, length);
    }

    ByteScanner fast() {
        return fast;
    }

    /** What {@link #scan} has to agree with. */
    List<CapturedRecord> scanByJackson(byte[] buffer, int start, int length) throws Rejection {
        requireUtf8(buffer, start, length);
        List<CapturedRecord> records = new ArrayList<>(1);
        // As characters: of bytes, Jackson refuses names with an escaped surrogate pair, such as that of an emoji.
        Reader text = new InputStreamReader(new ByteArrayInputStream(buffer, start, length), StandardCharsets.UTF_8);
        try (JsonParser parser = json.createParser(text)) {
            if (parser.nextToken() == JsonToken.START_ARRAY) {
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    if (records.size() == RECORDS_MAX) {
                        throw new Rejection("more than " + RECORDS_MAX + " records in a line");
                    }
                    records.add(record(parser));
                }
            } else {
                records.add(record(parser));
            }
            if (parser.nextToken() != null) {
                throw new Rejection("malformed JSON: more than one value");
            }
        } catch (StreamConstraintsException e) {
            throw new Rejection("malformed JSON: nested too deep or a number too long");
        } catch (IOException e) {
            // Jackson's message quotes the record.
            throw new Rejection("malformed JSON");
        }
        return records;
    }

    /** Jackson lets overlong forms and encoded surrogates pass. */
    private void requireUtf8(byte[] buffer, int start, int length) throws Rejection {
        ByteBuffer bytes = ByteBuffer.wrap(buffer, start, length);
        utf8.reset();
        CoderResult result;
        do {
            decoded.clear();
            result = utf8.decode(bytes, decoded, true);
        } while (result.isOverflow());
        if (result.isError()) {
            throw new Rejection("malformed JSON: not UTF-8");
        }
    }

    private CapturedRecord record(JsonParser parser) throws IOException, Rejection {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            throw new Rejection("malformed JSON: not an object");
        }
        Value[] values = new Value[wanted.size()];
        Map<String, Value> below = wanted.anyBelow() ? new LinkedHashMap<>() : Map.of();
        readObject(parser, wanted.root, values, below);
        return new CapturedRecord(wanted, values, below, zone);
    }

    private void readObject(JsonParser parser, Node node, Value[] values, Map<String, Value> below)
            throws IOException, Rejection {
        for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
            parser.nextToken();
            readChild(parser, node.children.get(name), values, below);
        }
    }

    private void readArray(JsonParser parser, Node node, Value[] values, Map<String, Value> below)
            throws IOException, Rejection {
        for (int i = 0; parser.nextToken() != JsonToken.END_ARRAY; i++) {
            readChild(parser, node.children.get(Integer.toString(i)), values, below);
        }
    }

    private void readChild(JsonParser parser, Node child, Value[] values, Map<String, Value> below)
            throws IOException, Rejection {
        if (child == null) {
            parser.skipChildren();
            return;
        }
        if (values[child.position] != null) {
            throw new Rejection("duplicate key", child.pointer);
        }
        if (parser.currentToken() == JsonToken.VALUE_STRING && child.leadsOn()) {
            String text = parser.getText();
            if (isContainer(text)) {
                readText(text, child, values, below);
                return;
            }
        }
        Value value = value(parser);
        values[child.position] = value;
        if (child.whole) {
            readBelow(parser, value, child.pointer, child.pointer, below);
        } else if (child.children.isEmpty()) {
            parser.skipChildren();
        } else if (value.kind() == Kind.OBJECT) {
            readObject(parser, child, values, below);
        } else if (value.kind() == Kind.ARRAY) {
            readArray(parser, child, values, below);
        }
    }

    private void readText(String text, Node child, Value[] values, Map<String, Value> below)
            throws IOException, Rejection {
        try (JsonParser parser = json.createParser(text)) {
            parser.nextToken();
            readChild(parser, child, values, below);
        }
    }

    /** Whether a text is one well-formed JSON object or array. */
    private boolean isContainer(String text) {
        String start = text.stripLeading();
        if (!start.startsWith("{") && !start.startsWith("[")) {
            return false;
        }
        try (JsonParser parser = json.createParser(text)) {
            parser.nextToken();
            parser.skipChildren();
            return parser.nextToken() == null;
        } catch (IOException e) {
            return false;
        }
    }

    /** @param top what was asked for: a reason names it, because the names below it are the record's own text */
    private void readBelow(JsonParser parser, Value value, String pointer, String top, Map<String, Value> below)
            throws IOException, Rejection {
        if (value.kind() == Kind.OBJECT) {
            for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
                parser.nextToken();
                String escaped = name.replace("~", "~0").replace("/", "~1");
                keep(parser, pointer + "/" + escaped, top, below);
            }
        } else if (value.kind() == Kind.ARRAY) {
            for (int i = 0; parser.nextToken() != JsonToken.END_ARRAY; i++) {
                keep(parser, pointer + "/" + i, top, below);
            }
        }
    }

    private void keep(JsonParser parser, String pointer, String top, Map<String, Value> below)
            throws IOException, Rejection {
        if (below.size() == BELOW_MAX) {
            throw new Rejection("more than " + BELOW_MAX + " values", top);
        }
        if (pointer.length() > Value.TEXT_MAX) {
            throw new Rejection("name too long", top);
        }
        Value value = value(parser);
        if (below.put(pointer, value) != null) {
            throw new Rejection("duplicate key", top);
        }
        readBelow(parser, value, pointer, top, below);
    }

    private static Value value(JsonParser parser) throws IOException {
        return switch (parser.currentToken()) {
            case START_OBJECT -> Value.OBJECT;
            case START_ARRAY -> Value.ARRAY;
            case VALUE_NULL -> Value.NULL;
            case VALUE_STRING ->
                parser.getTextLength() > Value.TEXT_MAX ? Value.LONG_STRING : new Value(Kind.STRING, parser.getText());
            case VALUE_NUMBER_INT -> new Value(Kind.INTEGER, parser.getText());
            case VALUE_NUMBER_FLOAT -> new Value(Kind.FRACTIONAL, parser.getText());
            case VALUE_TRUE, VALUE_FALSE -> new Value(Kind.BOOLEAN, parser.getText());
            default -> throw new IllegalStateException("No value: " + parser.currentToken());
        };
    }

    /** The pointers that were asked for. */
    static final class Wanted {
        static final Wanted EVERYTHING = everything();

        private final Map<String, Integer> positions = new HashMap<>();
        private final List<String> wholePrefixes = new ArrayList<>();
        final Node root = new Node("", -1);

        private static Wanted everything() {
            Wanted wanted = new Wanted();
            wanted.add(BELOW);
            return wanted;
        }

        private void add(String pointer) {
            boolean whole = pointer.endsWith(BELOW);
            String place = whole ? pointer.substring(0, pointer.length() - BELOW.length()) : pointer;
            Node node = root;
            int end = 0;
            while (end < place.length()) {
                int start = end + 1;
                int slash = place.indexOf('/', start);
                end = slash < 0 ? place.length() : slash;
                String name = place.substring(start, end).replace("~1", "/").replace("~0", "~");
                String prefix = place.substring(0, end);
                node = node.children.computeIfAbsent(name, n -> new Node(prefix, nextPosition(prefix)));
            }
            if (whole && !node.whole) {
                node.whole = true;
                wholePrefixes.add(place + "/");
            }
        }

        private int nextPosition(String pointer) {
            int position = positions.size();
            positions.put(pointer, position);
            return position;
        }

        int size() {
            return positions.size();
        }

        boolean anyBelow() {
            return !wholePrefixes.isEmpty();
        }

        /** Where the value of a pointer is kept; null when it was not asked for by itself. */
        Integer position(String pointer) {
            return positions.get(pointer);
        }

        /** Whether a pointer is below one that was asked for with everything below it. */
        boolean covers(String pointer) {
            for (String prefix : wholePrefixes) {
                if (pointer.startsWith(prefix)) {
                    return true;
                }
            }
            return false;
        }
    }

    /** A wanted pointer or a step on the way to one. */
    static final class Node {
        final String pointer;
        final int position;
        final Map<String, Node> children = new HashMap<>();
        boolean whole;

        private Node(String pointer, int position) {
            this.pointer = pointer;
            this.position = position;
        }

        private boolean leadsOn() {
            return whole || !children.isEmpty();
        }
    }
}
