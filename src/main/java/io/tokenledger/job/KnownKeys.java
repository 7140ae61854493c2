package io.tokenledger.job;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.introspect.BeanPropertyDefinition;
import io.tokenledger.model.Failure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.TreeMap;

/**
 * Refuses keys of a job file that no record knows, and keys without a value, before anything is bound: a misspelled key
 * would otherwise show as the absence of the right one, or not at all.
 */
record KnownKeys(String file, byte[] content, ObjectMapper mapper) {

    /** @throws Failure with exit code 2, naming file, line, key and the known ones */
    void check(JsonNode tree) {
        check(tree, mapper.constructType(JobFile.class), JsonPointer.empty());
    }

    private void check(JsonNode node, JavaType type, JsonPointer place) {
        if (node.isArray() && type.isCollectionLikeType()) {
            for (int i = 0; i < node.size(); i++) {
                check(node.get(i), type.getContentType(), place.appendIndex(i));
            }
        }
        if (!node.isObject() || !type.isRecordType()) {
            return;
        }
        Map<String, JavaType> known = new TreeMap<>();
        for (BeanPropertyDefinition property :
                mapper.getDeserializationConfig().introspect(type).findProperties()) {
            known.put(property.getName(), property.getPrimaryType());
        }
        for (Map.Entry<String, JsonNode> key : node.properties()) {
            JsonPointer keyPlace = place.appendProperty(key.getKey());
            if (!known.containsKey(key.getKey())) {
                throw Failure.configuration(
                        "%s:%d: unknown key '%s'; known here are %s",
                        file, line(content, mapper, keyPlace), path(keyPlace), known.keySet());
            }
            if (key.getValue().isNull()) {
                throw Failure.configuration(
                        "%s:%d: '%s' has no value; expected one, such as {} for a scenario without parameters, or no such"
                                + " key",
                        file, line(content, mapper, keyPlace), path(keyPlace));
            }
            check(key.getValue(), known.get(key.getKey()), keyPlace);
        }
    }

    private static String path(JsonPointer place) {
        return place.toString().substring(1).replaceAll("/(\\d+)", "[$1]").replace('/', '.');
    }

    /** The line on which a key or an element stands, counted from 1; of the one around it where it has none itself. */
    static int line(byte[] content, ObjectMapper mapper, JsonPointer place) {
        int line = 1;
        try (JsonParser parser = mapper.createParser(content)) {
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                JsonPointer here = parser.getParsingContext().pathAsPointer();
                if (!token.isStructEnd() && contains(here, place)) {
                    line = parser.currentTokenLocation().getLineNr();
                    if (here.equals(place)) {
                        return line;
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return line;
    }

    private static boolean contains(JsonPointer around, JsonPointer place) {
        return (place + "/").startsWith(around + "/");
    }
}
