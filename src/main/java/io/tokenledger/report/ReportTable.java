package io.tokenledger.report;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Arrays;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * The name and the columns of a table of the reports. Every cell may be null except {@code month}.
 *
 * @param name the file name without ending, such as {@code monthly_costs}: lower-case letters, digits and underscores
 * @param schema the columns in their order: strings, longs, integers, booleans, timestamps, dates and decimals
 */
public record ReportTable(String name, StructType schema) {

    /** The first column of every table of an assembly, a text {@code YYYY-MM}. */
    public static final String MONTH = "month";

    /** @throws IllegalArgumentException when the name is no plain file name or a column has another type */
    public ReportTable {
        if (!name.matches("[a-z][a-z0-9_]*")) {
            throw new IllegalArgumentException("'" + name + "' is no name for a report table");
        }
        if (schema.isEmpty()) {
            throw new IllegalArgumentException("Report table " + name + " has no columns");
        }
        ColumnType.of(schema);
    }

    /** Whether its rows can be told apart by month, as those of an assembly must. */
    boolean isMonthly() {
        StructField first = schema.apply(0);
        return first.name().equals(MONTH) && first.dataType().equals(DataTypes.StringType);
    }

    /**
     * Cells are taken by position, so a row of other columns would land in the wrong ones in silence.
     *
     * @throws IllegalStateException when the row has another number of columns or, where it knows its schema, others
     */
    void check(Row row) {
        StructType found = row.schema();
        if (row.length() != schema.length()
                || (found != null && !Arrays.equals(found.fieldNames(), schema.fieldNames()))) {
            throw new IllegalStateException("Report table " + name + " has columns "
                    + String.join(", ", schema.fieldNames()) + "; a row came with "
                    + (found == null ? row.length() + " cells" : String.join(", ", found.fieldNames())));
        }
    }

    /**
     * A decimal cell with exactly the fraction digits of its column. Rounding is the business of whoever computed it.
     *
     * @throws ArithmeticException when the cell has more digits than its column
     */
    BigDecimal decimal(Row row, int column) {
        DecimalType type = (DecimalType) schema.apply(column).dataType();
        BigDecimal value = row.getDecimal(column).setScale(type.scale(), RoundingMode.UNNECESSARY);
        if (value.precision() > type.precision()) {
            throw new ArithmeticException(value + " does not fit column "
                    + schema.apply(column).name() + " of report table " + name + ", " + type.simpleString());
        }
        return value;
    }
}
