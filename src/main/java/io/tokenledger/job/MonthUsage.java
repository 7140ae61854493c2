package io.tokenledger.job;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.when;

import io.tokenledger.model.Month;
import io.tokenledger.model.TokenClass.Direction;
import io.tokenledger.usage.Usage;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * A month in a few numbers, for its checks and its line in the summary.
 *
 * @param billableTokens what every scenario has to serve
 * @param sampledRequests those that stand for others in an export of 1 in N, with what they stand for
 */
record MonthUsage(
        long requests,
        long failed,
        long usageMissing,
        long sampledRequests,
        long notBillable,
        long inputTokens,
        long outputTokens,
        long billableTokens,
        long unclassifiedTokens) {

    /** @param cells as {@link Usage#cells} */
    static SortedMap<Month, MonthUsage> of(Dataset<Row> cells) {
        Column input = orZero(Usage.total(Direction.INPUT));
        Column output = orZero(Usage.total(Direction.OUTPUT));
        SortedMap<Month, MonthUsage> months = new TreeMap<>();
        cells.groupBy(Usage.MONTH)
                .agg(
                        sum(Usage.REQUESTS),
                        sum(Usage.FAILED),
                        sum(Usage.USAGE_MISSING),
                        sum(when(col(Usage.SAMPLED), col(Usage.REQUESTS)).otherwise(0L)),
                        sum(when(col(Usage.BILLABLE), 0L).otherwise(col(Usage.REQUESTS))),
                        sum(input),
                        sum(output),
                        sum(when(col(Usage.BILLABLE), input.plus(output)).otherwise(0L)),
                        sum(orZero(col(Usage.UNCLASSIFIED))))
                .collectAsList()
                .forEach(row -> months.put(
                        Month.parse(row.getString(0)),
                        new MonthUsage(
                                row.getLong(1),
                                row.getLong(2),
                                row.getLong(3),
                                row.getLong(4),
                                row.getLong(5),
                                row.getLong(6),
                                row.getLong(7),
                                row.getLong(8),
                                row.getLong(9))));
        return months;
    }

    private static Column orZero(Column tokens) {
        return coalesce(tokens, lit(0L));
    }
}
