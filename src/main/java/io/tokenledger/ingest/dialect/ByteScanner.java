package io.tokenledger.ingest.dialect;

import io.tokenledger.ingest.dialect.Value.Kind;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The fast way over a line: keeps what {@link RecordScanner} keeps, but passes over strings eight bytes at a time. It
 * accepts only what it is sure to read as Jackson does; everything else, whether wrong or merely unusual, it leaves to
 * {@link RecordScanner}, which finds the reason. Not safe for threads.
 */
final class ByteScanner {
    private static final VarHandle EIGHT_BYTES =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long ONES = 0x0101010101010101L;
    private static final long HIGH_BITS = 0x8080808080808080L;
    private static final long QUOTES = '"' * ONES;
    private static final long BACKSLASHES = '\\' * ONES;
    private static final long SPACES = ' ' * ONES;

    private static final int DEPTH_MAX = 64;
    private static final int NUMBER_MAX = 64;
    private static final int REMEMBERED_MAX = 256;

    /** Left to the other scanner. */
    private static final class Unsure extends Exception {
        private static final long serialVersionUID = 1;
        private static final Unsure UNSURE = new Unsure();

        private Unsure() {
            super(null, null, false, false);
        }
    }

    /** A wanted place with the names below it as bytes; below {@code whole} places the first names that were seen. */
    private static final class Place {
        private final String pointer;
        private final int position;
        private final boolean whole;
        private byte[][] names = new byte[0][];
        private Place[] places = new Place[0];

        private Place(String pointer, int position, boolean whole) {
            this.pointer = pointer;
            this.position = position;
            this.whole = whole;
        }

        private boolean leadsOn() {
            return position >= 0 && (whole || names.length > 0);
        }

        private Place find(byte[] bytes, int start, int end) {
            for (int i = 0; i < names.length; i++) {
                if (names[i].length == end - start && Arrays.equals(names[i], 0, end - start, bytes, start, end)) {
                    return places[i];
                }
            }
            return null;
        }

        private Place add(byte[] name, Place place) {
            names = Arrays.copyOf(names, names.length + 1);
            places = Arrays.copyOf(places, places.length + 1);
            names[names.length - 1] = name;
            places[places.length - 1] = place;
            return place;
        }
    }

    private final RecordScanner.Wanted wanted;
    private final ZoneId zone;
    private final Place root;
    private int remembered;

    private byte[] bytes;
    private int at;
    private int end;
    private int depth;
    private Value[] values;
    private Map<String, Value> below;

    ByteScanner(RecordScanner.Wanted wanted, ZoneId zone) {
        this.wanted = wanted;
        this.zone = zone;
        this.root = place(wanted.root);
    }

    private static Place place(RecordScanner.Node node) {
        Place place = new Place(node.pointer, node.position, node.whole);
        if (!node.whole) {
            node.children.forEach((name, child) -> place.add(name.getBytes(StandardCharsets.UTF_8), place(child)));
        }
        return place;
    }

    /** The record of a line that is one object; null where it is not sure of every byte. */
    CapturedRecord scan(byte[] buffer, int start, int length) {
        bytes = buffer;
        at = start;
        end = start + length;
        depth = 0;
        values = new Value[wanted.size()];
        below = wanted.anyBelow() ? new LinkedHashMap<>() : Map.of();
        try {
            space();
            require('{');
            object(root);
            space();
            return at == end ? new CapturedRecord(wanted, values, below, zone) : null;
        } catch (Unsure unsure) {
            return null;
        }
    }

    /** From behind the opening brace to behind the closing one. */
    private void object(Place of) throws Unsure {
        enter();
        if (next() == '}') {
            at++;
            depth--;
            return;
        }
        while (true) {
            require('"');
            int start = at;
            boolean plain = string();
            Place child = of == null || of.names.length == 0 && !of.whole ? null : child(of, start, at - 1, plain);
            space();
            require(':');
            space();
            value(child);
            if (endsWith('}')) {
                return;
            }
            space();
        }
    }

    private void array(Place of) throws Unsure {
        enter();
        if (next() == ']') {
            at++;
            depth--;
            return;
        }
        for (int i = 0; ; i++) {
            value(of == null ? null : element(of, i));
            if (endsWith(']')) {
                return;
            }
            space();
        }
    }

    private void enter() throws Unsure {
        if (++depth > DEPTH_MAX) {
            throw Unsure.UNSURE;
        }
        space();
    }

    /** Passes a comma or the end of an object or array, and says whether it was the end. */
    private boolean endsWith(char close) throws Unsure {
        space();
        int found = next();
        at++;
        if (found == ',') {
            return false;
        }
        if (found != close) {
            throw Unsure.UNSURE;
        }
        depth--;
        return true;
    }

    private Place child(Place of, int start, int nameEnd, boolean plain) throws Unsure {
        if (!plain) {
            // An escaped name may be a wanted one.
            throw Unsure.UNSURE;
        }
        Place known = of.find(bytes, start, nameEnd);
        if (known != null || !of.whole) {
            return known;
        }
        String name = new String(bytes, start, nameEnd - start, StandardCharsets.UTF_8);
        return below(
                of,
                Arrays.copyOfRange(bytes, start, nameEnd),
                name.replace("~", "~0").replace("/", "~1"));
    }

    private Place element(Place of, int index) throws Unsure {
        if (!of.whole && of.names.length == 0) {
            return null;
        }
        byte[] name = Integer.toString(index).getBytes(StandardCharsets.UTF_8);
        Place known = of.find(name, 0, name.length);
        return known != null || !of.whole ? known : below(of, name, Integer.toString(index));
    }

    private Place below(Place of, byte[] name, String escaped) throws Unsure {
        if (of.pointer.length() + escaped.length() >= Value.TEXT_MAX) {
            throw Unsure.UNSURE;
        }
        Place place = new Place(of.pointer + "/" + escaped, -1, true);
        // Names can be the users' own, without bound.
        return remembered++ < REMEMBERED_MAX ? of.add(name, place) : place;
    }

    private void value(Place place) throws Unsure {
        int start = at;
        switch (next()) {
            case '"' -> {
                at++;
                boolean plain = string();
                if (place != null) {
                    if (place.leadsOn()) {
                        // The text may be an object.
                        throw Unsure.UNSURE;
                    }
                    keep(place, text(start + 1, at - 1, plain));
                }
            }
            case '{' -> {
                at++;
                if (place != null) {
                    keep(place, Value.OBJECT);
                }
                object(place);
            }
            case '[' -> {
                at++;
                if (place != null) {
                    keep(place, Value.ARRAY);
                }
                array(place);
            }
            case 't' -> literal("true", place);
            case 'f' -> literal("false", place);
            case 'n' -> literal("null", place);
            default -> {
                Kind kind = number();
                if (place != null) {
                    keep(place, new Value(kind, latin(start, at)));
                }
            }
        }
    }

    private void keep(Place place, Value value) throws Unsure {
        if (place.position >= 0) {
            if (values[place.position] != null) {
                throw Unsure.UNSURE;
            }
            values[place.position] = value;
        } else if (below.size() == RecordScanner.BELOW_MAX || below.put(place.pointer, value) != null) {
            throw Unsure.UNSURE;
        }
    }

    private void literal(String word, Place place) throws Unsure {
        for (int i = 0; i < word.length(); i++) {
            require(word.charAt(i));
        }
        requireDelimiter();
        if (place != null) {
            keep(place, word.equals("null") ? Value.NULL : new Value(Kind.BOOLEAN, word));
        }
    }

    /** RFC 8259, section 6. */
    private Kind number() throws Unsure {
        int start = at;
        if (next() == '-') {
            at++;
        }
        if (next() == '0') {
            at++;
        } else {
            digits();
        }
        Kind kind = Kind.INTEGER;
        if (at < end && bytes[at] == '.') {
            at++;
            digits();
            kind = Kind.FRACTIONAL;
        }
        if (at < end && (bytes[at] == 'e' || bytes[at] == 'E')) {
            at++;
            if (next() == '+' || next() == '-') {
                at++;
            }
            digits();
            kind = Kind.FRACTIONAL;
        }
        if (at - start > NUMBER_MAX) {
            throw Unsure.UNSURE;
        }
        requireDelimiter();
        return kind;
    }

    private void digits() throws Unsure {
        int start = at;
        while (at < end && bytes[at] >= '0' && bytes[at] <= '9') {
            at++;
        }
        if (at == start) {
            throw Unsure.UNSURE;
        }
    }

    /** A word or number goes on until something that ends it, so that {@code 1true} is not two values. */
    private void requireDelimiter() throws Unsure {
        int next = next();
        if (next != ',' && next != '}' && next != ']' && next != ' ' && next != '\t' && next != '\r' && next != '\n') {
            throw Unsure.UNSURE;
        }
    }

    /**
     * From behind the opening quote to behind the closing one.
     *
     * @return whether it is ASCII without escapes
     */
    private boolean string() throws Unsure {
        boolean plain = true;
        while (true) {
            while (at + Long.BYTES <= end) {
                long eight = (long) EIGHT_BYTES.get(bytes, at);
                long quote = eight ^ QUOTES;
                long backslash = eight ^ BACKSLASHES;
                // The lowest bit that is set marks the first quote, backslash, control or byte beyond ASCII.
                long found =
                        ((quote - ONES & ~quote) | (backslash - ONES & ~backslash) | (eight - SPACES & ~eight) | eight)
                                & HIGH_BITS;
                if (found != 0) {
                    at += Long.numberOfTrailingZeros(found) >>> 3;
                    break;
                }
                at += Long.BYTES;
            }
            int next = next();
            if (next == '"') {
                at++;
                return plain;
            } else if (next == '\\') {
                at++;
                escape();
                plain = false;
            } else if (next < 0) {
                beyondAscii();
                plain = false;
            } else if (next < ' ') {
                throw Unsure.UNSURE;
            } else {
                at++;
            }
        }
    }

    /** Behind a backslash. */
    private void escape() throws Unsure {
        int next = next();
        at++;
        switch (next) {
            case '"', '\\', '/', 'b', 'f', 'n', 'r', 't' -> {}
            case 'u' -> {
                for (int i = 0; i < 4; i++) {
                    if (Character.digit(next(), 16) < 0) {
                        throw Unsure.UNSURE;
                    }
                    at++;
                }
            }
            default -> throw Unsure.UNSURE;
        }
    }

    /** One character of two to four bytes; RFC 3629, section 4. */
    private void beyondAscii() throws Unsure {
        int first = next() & 0xFF;
        at++;
        if (first >= 0xC2 && first <= 0xDF) {
            continuation(0x80, 0xBF);
        } else if (first >= 0xE0 && first <= 0xEF) {
            continuation(first == 0xE0 ? 0xA0 : 0x80, first == 0xED ? 0x9F : 0xBF);
            continuation(0x80, 0xBF);
        } else if (first >= 0xF0 && first <= 0xF4) {
            continuation(first == 0xF0 ? 0x90 : 0x80, first == 0xF4 ? 0x8F : 0xBF);
            continuation(0x80, 0xBF);
            continuation(0x80, 0xBF);
        } else {
            throw Unsure.UNSURE;
        }
    }

    private void continuation(int least, int most) throws Unsure {
        int next = next() & 0xFF;
        if (next < least || next > most) {
            throw Unsure.UNSURE;
        }
        at++;
    }

    private Value text(int start, int textEnd, boolean plain) {
        if (plain) {
            return textEnd - start > Value.TEXT_MAX ? Value.LONG_STRING : new Value(Kind.STRING, latin(start, textEnd));
        }
        StringBuilder text = new StringBuilder();
        int from = start;
        for (int i = start; i < textEnd && text.length() <= Value.TEXT_MAX; i++) {
            if (bytes[i] == '\\') {
                text.append(new String(bytes, from, i - from, StandardCharsets.UTF_8));
                i++;
                text.append(unescaped(i));
                i += bytes[i] == 'u' ? 4 : 0;
                from = i + 1;
            }
        }
        text.append(new String(bytes, from, Math.max(0, textEnd - from), StandardCharsets.UTF_8));
        return text.length() > Value.TEXT_MAX ? Value.LONG_STRING : new Value(Kind.STRING, text.toString());
    }

    private char unescaped(int i) {
        return switch (bytes[i]) {
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'u' -> (char) Integer.parseInt(latin(i + 1, i + 5), 16);
            default -> (char) bytes[i];
        };
    }

    private String latin(int start, int textEnd) {
        return new String(bytes, start, textEnd - start, StandardCharsets.ISO_8859_1);
    }

    private void space() {
        while (at < end && (bytes[at] == ' ' || bytes[at] == '\t' || bytes[at] == '\r' || bytes[at] == '\n')) {
            at++;
        }
    }

    private int next() throws Unsure {
        if (at >= end) {
            throw Unsure.UNSURE;
        }
        return bytes[at];
    }

    private void require(char wantedByte) throws Unsure {
        if (next() != wantedByte) {
            throw Unsure.UNSURE;
        }
        at++;
    }
}
