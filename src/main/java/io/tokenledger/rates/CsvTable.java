package io.tokenledger.rates;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.csv.CsvFactory;
import com.fasterxml.jackson.dataformat.csv.CsvParser;
import io.tokenledger.model.Failure;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.math.BigDecimal;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A table that finance keeps in a spreadsheet: CSV with a header, commas, decimals with a point, ISO dates, UTF-8 with
 * or without a byte-order mark. Whatever it cannot read for certain it refuses, naming file, line, column, what was
 * found and what was expected. Columns may stand in any order; columns that the reader does not know are refused.
 */
public final class CsvTable {
    private static final Pattern DECIMAL = Pattern.compile("\\d+(\\.\\d+)?");
    private static final Pattern COUNT = Pattern.compile("\\d{1,18}");
    private static final CsvFactory FACTORY =
            CsvFactory.builder().enable(CsvParser.Feature.SKIP_EMPTY_LINES).build();
    private static final byte[] BYTE_ORDER_MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

    private CsvTable() {}

    /**
     * Reads a table whole.
     *
     * @param file the name that messages show
     * @param columns the columns that must be there
     * @throws Failure with exit code 2 when the table cannot be read for certain
     */
    public static List<Line> read(String file, byte[] content, List<String> columns) {
        return read(file, content, columns, List.of());
    }

    /**
     * Reads a table whole.
     *
     * @param file the name that messages show
     * @param required the columns that must be there
     * @param optional the columns that may be missing; their cells are then empty
     * @throws Failure with exit code 2 when the table cannot be read for certain
     */
    public static List<Line> read(String file, byte[] content, List<String> required, List<String> optional) {
        List<Line> lines = new ArrayList<>();
        try (Reader text = new InputStreamReader(
                        new ByteArrayInputStream(withoutByteOrderMark(content)),
                        StandardCharsets.UTF_8.newDecoder()); // reports malformed bytes
                CsvParser parser = FACTORY.createParser(text)) {
            List<String> header = null;
            while (parser.nextToken() != null) {
                long number = parser.currentLocation().getLineNr();
                List<String> cells = cells(parser);
                if (header == null) {
                    header = header(file, cells, required, optional);
                } else {
                    lines.add(line(file, number, header, cells, optional));
                }
            }
            if (header == null) {
                throw Failure.configuration("%s: the file is empty; expected the header %s", file, required);
            }
        } catch (CharacterCodingException e) {
            throw Failure.configuration("%s: not UTF-8; save the sheet as CSV UTF-8", file);
        } catch (JsonProcessingException e) {
            throw Failure.configuration(
                    "%s:%d: not readable as CSV: %s",
                    file, e.getLocation() == null ? 0 : e.getLocation().getLineNr(), e.getOriginalMessage());
        } catch (IOException e) {
            throw Failure.configuration("%s: %s", file, e.getMessage());
        }
        return lines;
    }

    /** Spreadsheets write one, and a quoted header behind it would not be read as quoted. */
    private static byte[] withoutByteOrderMark(byte[] content) {
        return Arrays.mismatch(BYTE_ORDER_MARK, content) == BYTE_ORDER_MARK.length
                ? Arrays.copyOfRange(content, BYTE_ORDER_MARK.length, content.length)
                : content;
    }

    private static List<String> cells(CsvParser parser) throws IOException {
        List<String> cells = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            cells.add(parser.getText().strip());
        }
        return cells;
    }

    private static List<String> header(String file, List<String> found, List<String> required, List<String> optional) {
        List<String> header = List.copyOf(found);
        if (header.size() == 1 && header.get(0).contains(";")) {
            throw Failure.configuration(
                    "%s:1: columns are separated by ';', expected ','; save the sheet with commas and decimal points",
                    file);
        }
        Set<String> unknown = new TreeSet<>(header);
        required.forEach(unknown::remove);
        optional.forEach(unknown::remove);
        if (!unknown.isEmpty()) {
            throw Failure.configuration(
                    "%s:1: unknown columns %s; known are %s",
                    file,
                    unknown,
                    Stream.concat(required.stream(), optional.stream()).toList());
        }
        Set<String> missing = new TreeSet<>(required);
        header.forEach(missing::remove);
        if (!missing.isEmpty()) {
            throw Failure.configuration("%s:1: missing columns %s", file, missing);
        }
        if (Set.copyOf(header).size() != header.size()) {
            throw Failure.configuration("%s:1: a column stands twice in %s", file, header);
        }
        return header;
    }

    private static Line line(String file, long number, List<String> header, List<String> cells, List<String> optional) {
        if (cells.size() != header.size()) {
            throw Failure.configuration(
                    "%s:%d: %d cells, expected %d as in the header; a decimal comma or an unquoted comma?",
                    file, number, cells.size(), header.size());
        }
        Map<String, String> values = new HashMap<>();
        optional.forEach(column -> values.put(column, ""));
        for (int i = 0; i < cells.size(); i++) {
            values.put(header.get(i), cells.get(i));
        }
        return new Line(file, number, Map.copyOf(values));
    }

    /**
     * One line of a table, its cells read strictly.
     *
     * @param number 1 is the header
     */
    public record Line(String file, long number, Map<String, String> cells) {

        /** The text of a cell, or null where it is empty. */
        public String textOrNull(String column) {
            String text = Objects.requireNonNull(cells.get(column), column);
            return text.isEmpty() ? null : text;
        }

        public String text(String column) {
            return required(column, textOrNull(column), "a value");
        }

        /** A decimal such as {@code 0.90}, not negative, from its text; null where the cell is empty. */
        public BigDecimal decimalOrNull(String column) {
            return read(column, DECIMAL, "a decimal with a point, such as 0.90", BigDecimal::new);
        }

        public BigDecimal decimal(String column) {
            return required(column, decimalOrNull(column), "a decimal, such as 0.90");
        }

        /** A whole number, not negative; null where the cell is empty. */
        public Long countOrNull(String column) {
            return read(column, COUNT, "a whole number without separators, such as 1000000", Long::valueOf);
        }

        public long count(String column) {
            return required(column, countOrNull(column), "a whole number");
        }

        /** A date such as {@code 2026-07-01}; null where the cell is empty. */
        public LocalDate dateOrNull(String column) {
            try {
                String text = textOrNull(column);
                return text == null ? null : LocalDate.parse(text);
            } catch (DateTimeException e) {
                throw refused(column, "a date such as 2026-07-01");
            }
        }

        /** A date (its start in UTC) or an instant such as {@code 2026-07-01T16:30:00Z}; null where empty. */
        public Instant instantOrNull(String column) {
            String text = textOrNull(column);
            if (text == null) {
                return null;
            }
            try {
                return text.length() == "2026-07-01".length()
                        ? LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant()
                        : Instant.parse(text);
            } catch (DateTimeException e) {
                throw refused(column, "a date such as 2026-07-01 or a UTC time such as 2026-07-01T16:30:00Z");
            }
        }

        public Instant instant(String column) {
            return required(column, instantOrNull(column), "a date such as 2026-07-01");
        }

        /** @throws Failure with exit code 2 when a validity ends before it begins */
        public void requireEndAfterStart(String start, String end) {
            if (instantOrNull(end) != null && !instant(start).isBefore(instantOrNull(end))) {
                throw refused(end, "a time after " + start);
            }
        }

        /** A word out of a known set. */
        public <T> T word(String column, Function<String, Optional<T>> words, Object known) {
            return words.apply(text(column)).orElseThrow(() -> refused(column, "one of " + known));
        }

        /** What a message says of a cell that cannot be used: file, line, column, found, expected. */
        public Failure refused(String column, String expected) {
            return Failure.configuration(
                    "%s:%d: %s is '%s'; expected %s", file, number, column, cells.get(column), expected);
        }

        private <T> T read(String column, Pattern form, String expected, Function<String, T> reader) {
            String text = textOrNull(column);
            if (text == null) {
                return null;
            }
            if (!form.matcher(text).matches()) {
                throw refused(column, expected);
            }
            return reader.apply(text);
        }

        private <T> T required(String column, T value, String expected) {
            if (value == null) {
                throw Failure.configuration("%s:%d: %s is empty; expected %s", file, number, column, expected);
            }
            return value;
        }
    }
}
