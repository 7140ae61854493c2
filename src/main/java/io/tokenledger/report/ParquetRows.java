package io.tokenledger.report;

import static org.apache.parquet.schema.LogicalTypeAnnotation.TimeUnit.MICROS;
import static org.apache.parquet.schema.LogicalTypeAnnotation.dateType;
import static org.apache.parquet.schema.LogicalTypeAnnotation.decimalType;
import static org.apache.parquet.schema.LogicalTypeAnnotation.stringType;
import static org.apache.parquet.schema.LogicalTypeAnnotation.timestampType;
import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.BINARY;
import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.FIXED_LEN_BYTE_ARRAY;
import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.INT32;
import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.INT64;

import java.io.Closeable;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.api.WriteSupport;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.OutputFile;
import org.apache.parquet.io.PositionOutputStream;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.io.api.RecordConsumer;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;
import org.apache.parquet.schema.Types;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.StructField;

/**
 * A table as Parquet: Zstandard pages with checksums, strings as UTF-8, timestamps in microseconds of UTC, decimals as
 * fixed-length bytes. The settings are constants and the footer holds nothing of the run, so the same rows give the same
 * bytes.
 */
final class ParquetRows implements Closeable {
    private final ParquetWriter<Row> writer;

    private ParquetRows(ParquetWriter<Row> writer) {
        this.writer = writer;
    }

    /** Begins the file; closing the rows closes it too. */
    static ParquetRows to(PositionOutputStream file, ReportTable table) throws IOException {
        return new ParquetRows(new Builder(new OpenFile(file), new RowWriteSupport(table))
                // Neither the user's nor the cluster's settings: they would change the bytes.
                .withConf(new Configuration(false))
                .withCompressionCodec(CompressionCodecName.ZSTD)
                .withPageWriteChecksumEnabled(true)
                .build());
    }

    void write(Row row) throws IOException {
        writer.write(row);
    }

    @Override
    public void close() throws IOException {
        writer.close();
    }

    /** A file that is already open for writing, in the shape Parquet asks for. */
    private record OpenFile(PositionOutputStream out) implements OutputFile {
        @Override
        public PositionOutputStream create(long blockSizeHint) {
            return out;
        }

        @Override
        public PositionOutputStream createOrOverwrite(long blockSizeHint) {
            return out;
        }

        @Override
        public boolean supportsBlockSize() {
            return false;
        }

        @Override
        public long defaultBlockSize() {
            return 0;
        }
    }

    private static final class Builder extends ParquetWriter.Builder<Row, Builder> {
        private final RowWriteSupport rows;

        Builder(OutputFile file, RowWriteSupport rows) {
            super(file);
            this.rows = rows;
        }

        @Override
        protected Builder self() {
            return this;
        }

        @Override
        @SuppressWarnings("deprecation") // still the one that is abstract
        protected WriteSupport<Row> getWriteSupport(Configuration unused) {
            return rows;
        }
    }

    private static final class RowWriteSupport extends WriteSupport<Row> {
        private final ReportTable table;
        private final ColumnType[] types;
        private final MessageType schema;
        private RecordConsumer parquet;

        RowWriteSupport(ReportTable table) {
            this.table = table;
            this.types = ColumnType.of(table.schema());
            this.schema = new MessageType(
                    table.name(),
                    Stream.of(table.schema().fields())
                            .map(RowWriteSupport::column)
                            .toArray(Type[]::new));
        }

        /** Every column is optional, as Spark and DuckDB would read it anyway. */
        private static Type column(StructField field) {
            return switch (ColumnType.of(field)) {
                case TEXT -> Types.optional(BINARY).as(stringType()).named(field.name());
                case LONG -> Types.optional(INT64).named(field.name());
                case INTEGER -> Types.optional(INT32).named(field.name());
                case BOOLEAN -> Types.optional(PrimitiveTypeName.BOOLEAN).named(field.name());
                case TIMESTAMP ->
                    Types.optional(INT64).as(timestampType(true, MICROS)).named(field.name());
                case DATE -> Types.optional(INT32).as(dateType()).named(field.name());
                case DECIMAL -> {
                    DecimalType type = (DecimalType) field.dataType();
                    yield Types.optional(FIXED_LEN_BYTE_ARRAY)
                            .length(bytes(type.precision()))
                            .as(decimalType(type.scale(), type.precision()))
                            .named(field.name());
                }
            };
        }

        /** The bytes that hold every signed number of so many decimal digits. */
        private static int bytes(int digits) {
            int bits = BigInteger.TEN.pow(digits).subtract(BigInteger.ONE).bitLength();
            return bits / Byte.SIZE + 1;
        }

        @Override
        @SuppressWarnings("deprecation") // still the one that is abstract
        public WriteContext init(Configuration unused) {
            return new WriteContext(schema, Map.of());
        }

        @Override
        public void prepareForWrite(RecordConsumer consumer) {
            parquet = consumer;
        }

        @Override
        public void write(Row row) {
            parquet.startMessage();
            for (int i = 0; i < types.length; i++) {
                // Parquet has no null cell: a field that is not there is null.
                if (!row.isNullAt(i)) {
                    String name = schema.getFieldName(i);
                    parquet.startField(name, i);
                    writeCell(row, i);
                    parquet.endField(name, i);
                }
            }
            parquet.endMessage();
        }

        private void writeCell(Row row, int column) {
            switch (types[column]) {
                case TEXT -> parquet.addBinary(Binary.fromString(row.getString(column)));
                case LONG -> parquet.addLong(row.getLong(column));
                case INTEGER -> parquet.addInteger(row.getInt(column));
                case BOOLEAN -> parquet.addBoolean(row.getBoolean(column));
                case TIMESTAMP -> parquet.addLong(ChronoUnit.MICROS.between(Instant.EPOCH, row.getInstant(column)));
                case DATE ->
                    parquet.addInteger(Math.toIntExact(row.getLocalDate(column).toEpochDay()));
                case DECIMAL ->
                    parquet.addBinary(fixedLength(
                            table.decimal(row, column), schema.getType(column).asPrimitiveType()));
            }
        }

        /** The unscaled value, big-endian two's complement, filled up with its sign. */
        private static Binary fixedLength(BigDecimal value, PrimitiveType type) {
            byte[] number = value.unscaledValue().toByteArray();
            byte[] filled = new byte[type.getTypeLength()];
            int gap = filled.length - number.length;
            Arrays.fill(filled, 0, gap, (byte) (value.signum() < 0 ? -1 : 0));
            System.arraycopy(number, 0, filled, gap, number.length);
            return Binary.fromConstantByteArray(filled);
        }
    }
}
