package io.tokenledger.ingest.dialect;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** What a dialect makes of a line. Apostrophes stand for quotation marks where an object begins with one. */
final class Reading {
    private final Dialect dialect;
    private final RecordScanner scanner;

    Reading(String dialect) {
        this.dialect = Dialects.named(dialect);
        this.scanner = new RecordScanner(this.dialect.pointers());
    }

    List<Outcome> outcomes(String line) throws Rejection {
        String json = line.contains("{'") ? line.replace('\'', '"') : line;
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
        List<Outcome> outcomes = new ArrayList<>();
        for (CapturedRecord object : scanner.scan(bytes, 0, bytes.length)) {
            for (CapturedRecord record : dialect.records(object)) {
                outcomes.addAll(dialect.read(record));
            }
        }
        return outcomes;
    }

    /** The only outcome, which is a request. */
    Request request(String line) throws Rejection {
        List<Outcome> outcomes = outcomes(line);
        if (outcomes.size() == 1 && outcomes.get(0) instanceof Request request) {
            return request;
        }
        throw new AssertionError("No single request: " + outcomes);
    }

    /** The rule of the only outcome, which is out of scope. */
    String outOfScope(String line) throws Rejection {
        List<Outcome> outcomes = outcomes(line);
        if (outcomes.size() == 1 && outcomes.get(0) instanceof OutOfScope other) {
            return other.rule();
        }
        throw new AssertionError("Not out of scope: " + outcomes);
    }

    /** The tokens above 0 by class, such as {@code uncached_input 30, output 8}. */
    static String tokens(Request request) {
        return request.usage().tokens().entrySet().stream()
                .filter(count -> count.getValue() > 0)
                .map(count -> count.getKey().column() + " " + count.getValue())
                .collect(Collectors.joining(", "));
    }

    /** The lines of a resource. */
    static List<String> resource(String path) throws IOException {
        try (InputStream bytes = Reading.class.getResourceAsStream(path)) {
            return new String(bytes.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
        }
    }
}
