package io.tokenledger.report;

import org.apache.spark.sql.types.BooleanType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DateType;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.IntegerType;
import org.apache.spark.sql.types.LongType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.types.TimestampType;

/** What a cell of a report can hold. No float: money and ratios are decimals. */
enum ColumnType {
    TEXT(StringType.class),
    LONG(LongType.class),
    INTEGER(IntegerType.class),
    BOOLEAN(BooleanType.class),
    /** An {@link java.time.Instant}, to the microsecond. */
    TIMESTAMP(TimestampType.class),
    DATE(DateType.class),
    DECIMAL(DecimalType.class);

    private final Class<? extends DataType> sparkType;

    ColumnType(Class<? extends DataType> sparkType) {
        this.sparkType = sparkType;
    }

    /**
     * The type of a column.
     *
     * @throws IllegalArgumentException when a report cannot hold it
     */
    static ColumnType of(StructField column) {
        for (ColumnType type : values()) {
            if (type.sparkType.isInstance(column.dataType())) {
                return type;
            }
        }
        throw new IllegalArgumentException("Column " + column.name() + " has type "
                + column.dataType().simpleString() + ", which no report can hold");
    }

    /** The types of all columns, in their order. */
    static ColumnType[] of(StructType schema) {
        ColumnType[] types = new ColumnType[schema.length()];
        for (int i = 0; i < types.length; i++) {
            types[i] = of(schema.apply(i));
        }
        return types;
    }
}
