package io.tokenledger.ingest.dialect;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import io.tokenledger.ingest.dialect.Value.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/**
 * Reads lines of JSON and keeps the values at the wanted pointers. The whole line is checked to be one well-formed JSON
 * object in UTF-8, but what is not wanted, prompts above all, is skipped and never becomes a string. Not safe for
 * threads.
 */
public final class RecordScanner {
    private static final int CHARS_PER_CHECK = 8192;

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
    private final Map<String, Integer> positions = new HashMap<>();
    private final Node root = new Node("", -1);

    /**
     * @param pointers RFC 6901 pointers, each beginning with a slash; numbers select array elements. A pointer may lead
     *     through another.
     */
    public RecordScanner(Collection<String> pointers) {
        pointers.forEach(this::want);
    }

    /**
     * The wanted values of the line.
     *
     * @throws Rejection when the line is not exactly one JSON object, or a wanted key is in its object twice
     */
    public CapturedRecord scan(byte[] buffer, int start, int length) throws Rejection {
        requireUtf8(buffer, start, length);
        Value[] values = new Value[positions.size()];
        try (JsonParser parser = json.createParser(buffer, start, length)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new Rejection("malformed JSON: not an object");
            }
            readObject(parser, root, values);
            if (parser.nextToken() != null) {
                throw new Rejection("malformed JSON: more than one value");
            }
        } catch (StreamConstraintsException e) {
            throw new Rejection("malformed JSON: nested too deep or a number too long");
        } catch (IOException e) {
            // Jackson's message quotes the record.
            throw new Rejection("malformed JSON");
        }
        return new CapturedRecord(positions, values);
    }

    private void want(String pointer) {
        Node node = root;
        int end = 0;
        while (end < pointer.length()) {
            int start = end + 1;
            int slash = pointer.indexOf('/', start);
            end = slash < 0 ? pointer.length() : slash;
            String name = pointer.substring(start, end).replace("~1", "/").replace("~0", "~");
            String prefix = pointer.substring(0, end);
            node = node.children.computeIfAbsent(name, n -> new Node(prefix, nextPosition(prefix)));
        }
    }

    private int nextPosition(String pointer) {
        int position = positions.size();
        positions.put(pointer, position);
        return position;
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

    private static void readObject(JsonParser parser, Node node, Value[] values) throws IOException, Rejection {
        for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
            parser.nextToken();
            readChild(parser, node.children.get(name), values);
        }
    }

    private static void readArray(JsonParser parser, Node node, Value[] values) throws IOException, Rejection {
        for (int i = 0; parser.nextToken() != JsonToken.END_ARRAY; i++) {
            readChild(parser, node.children.get(Integer.toString(i)), values);
        }
    }

    private static void readChild(JsonParser parser, Node child, Value[] values) throws IOException, Rejection {
        if (child == null) {
            parser.skipChildren();
            return;
        }
        if (values[child.position] != null) {
            throw new Rejection("duplicate key", child.pointer);
        }
        Value value = value(parser);
        values[child.position] = value;
        if (child.children.isEmpty()) {
            parser.skipChildren();
        } else if (value.kind() == Kind.OBJECT) {
            readObject(parser, child, values);
        } else if (value.kind() == Kind.ARRAY) {
            readArray(parser, child, values);
        }
    }

    private static Value value(JsonParser parser) throws IOException {
        return switch (parser.currentToken()) {
            case START_OBJECT -> Value.OBJECT;
            case START_ARRAY -> Value.ARRAY;
            case VALUE_NULL -> Value.NULL;
            case VALUE_STRING -> new Value(Kind.STRING, parser.getText());
            case VALUE_NUMBER_INT -> new Value(Kind.INTEGER, parser.getText());
            case VALUE_NUMBER_FLOAT -> new Value(Kind.FRACTIONAL, parser.getText());
            case VALUE_TRUE, VALUE_FALSE -> new Value(Kind.BOOLEAN, parser.getText());
            default -> throw new IllegalStateException("No value: " + parser.currentToken());
        };
    }

    /** A wanted pointer or a step on the way to one. */
    private static final class Node {
        private final String pointer;
        private final int position;
        private final Map<String, Node> children = new HashMap<>();

        private Node(String pointer, int position) {
            this.pointer = pointer;
            this.position = position;
        }
    }
}
