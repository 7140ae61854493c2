package io.tokenledger.usage;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.sum;

import io.tokenledger.ingest.LogRecords;
import io.tokenledger.model.Month;
import io.tokenledger.model.TokenClass;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * The demand curve: what the billable requests of a pool asked for, minute by minute. It is computed per minute because
 * providers enforce capacity per minute, and an hour's average hides the overflow of its peaks. Its size is bounded by
 * pools × minutes, so it lives on the driver.
 */
public final class Demand {
    public static final String CAN_WAIT = "can_wait";

    private Demand() {}

    /**
     * A minute with demand; minutes without are not listed.
     *
     * @param start UTC
     * @param tokens per class, only those above 0
     */
    public record Minute(Instant start, Map<TokenClass, Long> tokens) {}

    /** A pool in a month. */
    public record Of(Month month, String pool) {}

    /**
     * The demand of some pools, still by what decides its price.
     *
     * @param labelled as {@link Usage#labelled}
     * @param keys what rows are told apart by, besides the pool and the minute
     * @return {@code pool}, {@code minute} (UTC), {@code can_wait}, the keys, {@code requests}, {@code failed_requests}
     *     and {@code usage_missing_requests} (0: every request counts as demand), every counter, {@code first_seen},
     *     {@code last_seen}
     */
    public static Dataset<Row> perMinute(
            Dataset<Row> labelled,
            Pools pools,
            Collection<String> wanted,
            BatchEligibility eligibility,
            List<Column> keys) {
        List<Column> by = new ArrayList<>(List.of(col(Pools.POOL), col(Usage.MINUTE), col(CAN_WAIT)));
        by.addAll(keys);
        List<Column> sums = new ArrayList<>();
        TokenClass.columns().forEach(c -> sums.add(sum(c).as(c)));
        sums.add(sum(Usage.REASONING).as(Usage.REASONING));
        sums.add(min(LogRecords.OCCURRED_AT).as(Usage.FIRST_SEEN));
        sums.add(max(LogRecords.OCCURRED_AT).as(Usage.LAST_SEEN));
        return pools.withPool(labelled.filter(col(Usage.BILLABLE)))
                .filter(col(Pools.POOL).isin(wanted.toArray()))
                .withColumn(CAN_WAIT, eligibility.canWait())
                .groupBy(by.toArray(Column[]::new))
                .agg(sum(Usage.REQUESTS).as(Usage.REQUESTS), sums.toArray(Column[]::new))
                .withColumn(Usage.FAILED, lit(0L))
                .withColumn(Usage.USAGE_MISSING, lit(0L));
    }
}
