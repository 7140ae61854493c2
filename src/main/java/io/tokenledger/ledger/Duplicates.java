package io.tokenledger.ledger;

import static io.tokenledger.ingest.LogRecords.BYTE_OFFSET;
import static io.tokenledger.ingest.LogRecords.FEED;
import static io.tokenledger.ingest.LogRecords.FILE_ID;
import static io.tokenledger.ingest.LogRecords.MODEL;
import static io.tokenledger.ingest.LogRecords.OCCURRED_AT;
import static io.tokenledger.ingest.LogRecords.REASONING_TOKENS;
import static io.tokenledger.ingest.LogRecords.UNCLASSIFIED_TOKENS;
import static io.tokenledger.ledger.Tables.REQUEST_KEY;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.first;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.row_number;

import io.tokenledger.model.TokenClass;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.expressions.Window;
import org.apache.spark.sql.expressions.WindowSpec;

/**
 * Requests that are in the ledger more than once, and which of them stays. Of rows with one key, those at the same time
 * and of the same model as the first, none of whose counters is smaller, are one request: its largest counters win,
 * because a stream that is logged while it runs repeats itself with growing counters. Whatever differs in another way is a
 * conflict; the first stays.
 */
final class Duplicates {
    static final String DATA_FILE = "_file";
    static final String POSITION = "_pos";
    static final String CONFLICT = "conflict";

    /** The order of rows of one key: what was in the ledger before comes first, then the order of the input. */
    static final String ORDER = "input_order";

    private static final List<String> COUNTERS = Stream.concat(
                    TokenClass.columns().stream(), Stream.of(REASONING_TOKENS, UNCLASSIFIED_TOKENS))
            .toList();

    private Duplicates() {}

    /**
     * The rows to delete.
     *
     * @param rows requests with {@code _file}, {@code _pos} and {@code input_order}
     * @return {@code _file}, {@code _pos}, {@code feed}, {@code file_id} of each row that does not stay, {@code
     *     conflict} (whether it differs from the one that stays in more than smaller counters) and {@code byte_offset}
     */
    static Dataset<Row> losers(Dataset<Row> rows) {
        Column[] wanted = Stream.concat(
                        Stream.of(
                                        REQUEST_KEY,
                                        FEED,
                                        FILE_ID,
                                        BYTE_OFFSET,
                                        OCCURRED_AT,
                                        MODEL,
                                        ORDER,
                                        DATA_FILE,
                                        POSITION)
                                .map(org.apache.spark.sql.functions::col),
                        COUNTERS.stream().map(c -> coalesce(col(c), lit(0L)).as(c)))
                .toArray(Column[]::new);
        Dataset<Row> repeated = rows.groupBy(REQUEST_KEY)
                .agg(count(lit(1)).as("rows"))
                .filter(col("rows").gt(1))
                .select(col(REQUEST_KEY).as("repeated_key"));
        WindowSpec arrival =
                Window.partitionBy(REQUEST_KEY).orderBy(col(ORDER), col(BYTE_OFFSET), col(DATA_FILE), col(POSITION));
        WindowSpec rank = Window.partitionBy(REQUEST_KEY)
                .orderBy(
                        col("grown").desc(),
                        col("size").desc(),
                        col(ORDER),
                        col(BYTE_OFFSET),
                        col(DATA_FILE),
                        col(POSITION));
        Column size = COUNTERS.stream()
                .map(org.apache.spark.sql.functions::col)
                .reduce(Column::plus)
                .orElseThrow();
        Column notSmallerThanFirst = every(c -> col(c).geq(first(col(c)).over(arrival)));
        Column notLargerThanKept = every(c -> col(c).leq(first(col(c)).over(rank)));
        return rows.select(wanted)
                .join(repeated, col(REQUEST_KEY).equalTo(col("repeated_key")), "left_semi")
                .withColumn("same_as_first", sameAsFirst(OCCURRED_AT, arrival).and(sameAsFirst(MODEL, arrival)))
                .withColumn("grown", col("same_as_first").and(notSmallerThanFirst))
                .withColumn("size", size)
                .withColumn("rank", row_number().over(rank))
                .withColumn(
                        CONFLICT, col("same_as_first").and(notLargerThanKept).unary_$bang())
                .filter(col("rank").gt(1))
                .select(DATA_FILE, POSITION, FEED, FILE_ID, CONFLICT, BYTE_OFFSET);
    }

    private static Column every(Function<String, Column> condition) {
        return COUNTERS.stream().map(condition).reduce(Column::and).orElseThrow();
    }

    private static Column sameAsFirst(String column, WindowSpec arrival) {
        return col(column).eqNullSafe(first(col(column)).over(arrival));
    }
}
