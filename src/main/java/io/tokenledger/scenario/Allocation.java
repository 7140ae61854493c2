package io.tokenledger.scenario;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.row_number;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.udf;
import static org.apache.spark.sql.functions.when;

import io.tokenledger.model.LargestRemainder;
import io.tokenledger.usage.Usage;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.api.java.UDF3;
import org.apache.spark.sql.expressions.Window;
import org.apache.spark.sql.expressions.WindowSpec;
import org.apache.spark.sql.types.DataTypes;

/** {@link LargestRemainder} over the rows of a Dataset, for wholes that are shared by as many rows as there are tenants. */
final class Allocation {
    private static final int REMAINDER_SCALE = 30;

    private Allocation() {}

    /**
     * Adds {@code part}: the row's share of its group's whole, so that the parts of each group add up to the whole.
     *
     * @param group the columns that name a group
     * @param whole DECIMAL with {@code scale} fraction digits, the same in all rows of a group
     * @param weight DECIMAL, more than 0
     * @param order decides between equal remainders; with {@code group} it must tell all rows apart
     * @return the rows and {@code part}, DECIMAL(38, scale)
     */
    static Dataset<Row> share(
            Dataset<Row> rows,
            List<String> group,
            String whole,
            String weight,
            List<String> order,
            int scale,
            String part) {
        UDF3<BigDecimal, BigDecimal, BigDecimal, BigDecimal> floor =
                (w, v, total) -> LargestRemainder.floor(w, v, total, scale);
        UDF3<BigDecimal, BigDecimal, BigDecimal, BigDecimal> remainder =
                (w, v, total) -> LargestRemainder.remainder(w, v, total, scale);
        WindowSpec groups = Window.partitionBy(Usage.columns(group));
        WindowSpec ranked = groups.orderBy(Stream.concat(
                        Stream.of(col("_remainder").desc()), order.stream().map(c -> col(c).asc_nulls_first()))
                .toArray(Column[]::new));
        Column digit = lit(new BigDecimal(BigInteger.ONE, scale));
        return rows.withColumn("_total", sum(col(weight)).over(groups))
                .withColumn(
                        "_floor",
                        udf(floor, DataTypes.createDecimalType(38, scale))
                                .apply(col(whole), col(weight), col("_total")))
                .withColumn(
                        "_remainder",
                        udf(remainder, DataTypes.createDecimalType(38, REMAINDER_SCALE))
                                .apply(col(whole), col(weight), col("_total")))
                .withColumn("_left", col(whole).minus(sum(col("_floor")).over(groups)))
                .withColumn("_rank", row_number().over(ranked))
                .withColumn(
                        part,
                        when(
                                        col("_rank")
                                                .cast(DataTypes.createDecimalType(10, 0))
                                                .multiply(digit)
                                                .leq(col("_left")),
                                        col("_floor").plus(digit))
                                .otherwise(col("_floor"))
                                .cast(DataTypes.createDecimalType(38, scale)))
                .drop("_total", "_floor", "_remainder", "_left", "_rank");
    }
}
