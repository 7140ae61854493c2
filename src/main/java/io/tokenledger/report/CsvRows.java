package io.tokenledger.report;

import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.dataformat.csv.CsvGenerator;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvSchema;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import org.apache.spark.sql.Row;

/**
 * A table as CSV after RFC 4180: UTF-8 without byte-order mark, a header, lines that end with a line feed. Null is an
 * empty cell and an empty text is {@code ""}; decimals have all fraction digits of their column and no exponent; a
 * timestamp is ISO 8601 in UTC.
 *
 * <p>Tenant and model names are untrusted, and a spreadsheet runs a text cell that looks like a formula: such a cell
 * gets an apostrophe in front. The Parquet file has the name as it is.
 */
final class CsvRows implements Closeable {
    private static final String FORMULA_STARTS = "=+-@\t\r\n";

    /** The strict check for quoting stays off: with it, Jackson 2.21 writes an empty text like a null. */
    private static final CsvMapper MAPPER = CsvMapper.builder()
            .enable(CsvGenerator.Feature.ALWAYS_QUOTE_EMPTY_STRINGS)
            .enable(StreamWriteFeature.WRITE_BIGDECIMAL_AS_PLAIN)
            .build();

    private final ReportTable table;
    private final ColumnType[] types;
    private final CsvGenerator csv;

    private CsvRows(ReportTable table, CsvGenerator csv) {
        this.table = table;
        this.types = ColumnType.of(table.schema());
        this.csv = csv;
    }

    /** Begins the file; closing the rows closes it too. */
    static CsvRows to(OutputStream file, ReportTable table) throws IOException {
        CsvSchema schema = CsvSchema.builder()
                .addColumns(List.of(table.schema().fieldNames()), CsvSchema.ColumnType.STRING_OR_LITERAL)
                .setUseHeader(true)
                .setLineSeparator("\n")
                .build();
        return new CsvRows(table, (CsvGenerator) MAPPER.writer(schema).createGenerator(file));
    }

    void write(Row row) throws IOException {
        csv.writeStartArray();
        for (int i = 0; i < types.length; i++) {
            if (row.isNullAt(i)) {
                csv.writeNull();
            } else {
                writeCell(row, i);
            }
        }
        csv.writeEndArray();
    }

    private void writeCell(Row row, int column) throws IOException {
        switch (types[column]) {
            case TEXT -> csv.writeString(guarded(row.getString(column)));
            case LONG -> csv.writeNumber(row.getLong(column));
            case INTEGER -> csv.writeNumber(row.getInt(column));
            case BOOLEAN -> csv.writeBoolean(row.getBoolean(column));
            case TIMESTAMP -> csv.writeString(row.getInstant(column).toString());
            case DATE -> csv.writeString(row.getLocalDate(column).toString());
            case DECIMAL -> csv.writeNumber(table.decimal(row, column));
        }
    }

    private static String guarded(String text) {
        boolean formula = !text.isEmpty() && FORMULA_STARTS.indexOf(text.charAt(0)) >= 0;
        return formula ? "'" + text : text;
    }

    @Override
    public void close() throws IOException {
        csv.close();
    }
}
