package io.tokenledger.rates.imports;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.dataformat.csv.CsvGenerator;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvSchema;
import io.tokenledger.rates.Band;
import io.tokenledger.rates.RateTable;
import io.tokenledger.rates.TimeWindow;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;

/** Rows as a rate table: UTF-8, lines that end with a line feed, prices in plain digits. */
final class RateTableWriter {
    /** What a row says in a column; nothing in the others. */
    private static final Map<String, Function<RateRow, String>> CELLS = Map.ofEntries(
            Map.entry("provider", row -> row.key().model().provider()),
            Map.entry("model", row -> row.key().model().model()),
            Map.entry("service_tier", row -> row.key().terms().tier().label()),
            Map.entry("token_class", row -> row.key().unit().label()),
            Map.entry("valid_from", row -> row.validFrom().toString()),
            Map.entry("valid_to", row -> textOf(row.validTo())),
            Map.entry("price", row -> row.amount().toPlainString()),
            Map.entry("per_tokens", row -> "1" + "0".repeat(row.key().digits())),
            Map.entry("currency", row -> "USD"),
            Map.entry(
                    "prompt_tokens_above",
                    row -> band(row).above() == 0 ? "" : "" + band(row).above()),
            Map.entry("band_charges", row -> band(row).counts() == Band.Counts.CLASS_TOKENS ? "marginal" : ""),
            Map.entry("time_from", row -> ofWindow(row, TimeWindow::from)),
            Map.entry("time_to", row -> ofWindow(row, TimeWindow::to)),
            Map.entry("time_zone", row -> ofWindow(row, TimeWindow::zone)),
            Map.entry("source", RateRow::source),
            Map.entry("retrieved_at", row -> row.retrieved().toString()),
            Map.entry("note", row -> row.isFree() ? "0 in the source" : ""));

    /** Quotes only cells that need it; otherwise long names would be quoted and short ones not. */
    private static final CsvMapper MAPPER = CsvMapper.builder()
            .enable(CsvGenerator.Feature.STRICT_CHECK_FOR_QUOTING)
            .build();

    private RateTableWriter() {}

    private static Band band(RateRow row) {
        return row.key().terms().band();
    }

    private static String ofWindow(RateRow row, Function<TimeWindow, Object> end) {
        TimeWindow window = row.key().terms().window();
        return window == null ? "" : end.apply(window).toString();
    }

    private static String textOf(Object value) {
        return value == null ? "" : value.toString();
    }

    static byte[] bytes(List<RateRow> rows) {
        List<String> columns = columns(rows);
        CsvSchema schema = CsvSchema.builder()
                .addColumns(columns, CsvSchema.ColumnType.STRING)
                .setUseHeader(true)
                .setLineSeparator("\n")
                .build();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator csv = MAPPER.writer(schema).createGenerator(bytes)) {
            for (RateRow row : rows) {
                csv.writeStartArray();
                for (String column : columns) {
                    csv.writeString(CELLS.get(column).apply(row));
                }
                csv.writeEndArray();
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Writing to memory failed", e);
        }
        return bytes.toByteArray();
    }

    /** Those that every table has, and of the others those that a row fills. */
    private static List<String> columns(List<RateRow> rows) {
        Stream<String> used = RateTable.OPTIONAL.stream()
                .filter(CELLS::containsKey)
                .filter(column -> rows.stream()
                        .anyMatch(row -> !CELLS.get(column).apply(row).isEmpty()));
        return Stream.concat(RateTable.REQUIRED.stream(), used).toList();
    }
}
