package io.tokenledger.rates.imports;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.dataformat.csv.CsvGenerator;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvSchema;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;

/** Rows as a rate table: UTF-8, lines that end with a line feed, prices in plain digits. */
final class RateTable {
    /** Those of the tables that are kept by hand, so that rows can be moved between them. */
    private static final List<String> ALWAYS = List.of(
            "provider",
            "model",
            "service_tier",
            "token_class",
            "prompt_tokens_above",
            "valid_from",
            "valid_to",
            "price",
            "per_tokens",
            "currency",
            "contract",
            "contract_scope",
            "source",
            "retrieved_at",
            "note");

    /** Only where a row fills them. */
    private static final List<String> WHERE_USED =
            List.of("prompt_tokens_from", "band_charges", "time_from", "time_to", "time_zone");

    private static final Map<String, Function<RateRow, String>> CELLS = Map.ofEntries(
            Map.entry("provider", row -> row.key().model().provider()),
            Map.entry("model", row -> row.key().model().model()),
            Map.entry("service_tier", row -> row.key().terms().tier().label()),
            Map.entry("token_class", row -> row.key().unit().label()),
            Map.entry(
                    "prompt_tokens_above",
                    row -> band(row).inclusive() ? "" : "" + band(row).above()),
            Map.entry(
                    "prompt_tokens_from",
                    row -> band(row).inclusive() ? "" + (band(row).above() + 1) : ""),
            Map.entry("band_charges", row -> band(row).marginal() ? "marginal" : ""),
            Map.entry("time_from", row -> row.key().terms().window().from()),
            Map.entry("time_to", row -> row.key().terms().window().to()),
            Map.entry("time_zone", row -> row.key().terms().window().isAllDay() ? "" : "UTC"),
            Map.entry("valid_from", row -> row.validFrom().toString()),
            Map.entry(
                    "valid_to",
                    row -> row.validTo() == null ? "" : row.validTo().toString()),
            Map.entry("price", row -> row.amount().toPlainString()),
            Map.entry("per_tokens", row -> row.key().unit().perTokens()),
            Map.entry("currency", row -> "USD"),
            Map.entry("contract", row -> ""),
            Map.entry("contract_scope", row -> ""),
            Map.entry("source", RateRow::source),
            Map.entry("retrieved_at", row -> row.retrieved().toString()),
            Map.entry("note", row -> row.isFree() ? "0 in the source" : ""));

    /** Quotes only cells that need it; otherwise long names would be quoted and short ones not. */
    private static final CsvMapper MAPPER = CsvMapper.builder()
            .enable(CsvGenerator.Feature.STRICT_CHECK_FOR_QUOTING)
            .build();

    private RateTable() {}

    private static Band band(RateRow row) {
        return row.key().terms().band();
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

    private static List<String> columns(List<RateRow> rows) {
        Stream<String> used = WHERE_USED.stream()
                .filter(column -> rows.stream()
                        .anyMatch(row -> !CELLS.get(column).apply(row).isEmpty()));
        return Stream.concat(ALWAYS.stream(), used).toList();
    }
}
