package io.tokenledger.usage;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.sum;

import io.tokenledger.model.Month;
import io.tokenledger.model.TokenClass;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * The demand curve: what the billable requests of a pool asked for, minute by minute. It is computed per minute because
 * providers enforce capacity per minute, and an hour's average hides the overflow of its peaks. Its size is bounded by
 * pools × minutes, so it lives on the driver.
 */
public final class Demand {
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
     * @param labelled as {@link Usage#labelled}
     * @return per pool and month the minutes with demand, in order of time
     */
    public static Map<Of, List<Minute>> curves(Dataset<Row> labelled, Pools pools, Collection<String> wanted) {
        Map<Of, List<Minute>> curves =
                new TreeMap<>(Comparator.comparing(Of::month).thenComparing(Of::pool));
        if (wanted.isEmpty()) {
            return curves;
        }
        List<Column> sums = new ArrayList<>();
        TokenClass[] classes = TokenClass.values();
        for (TokenClass tokenClass : classes) {
            sums.add(sum(tokenClass.column()).as(tokenClass.column()));
        }
        List<Row> rows = pools.withPool(labelled.filter(col(Usage.BILLABLE)))
                .filter(col(Pools.POOL).isin(wanted.toArray()))
                .groupBy(Usage.MONTH, Pools.POOL, Usage.MINUTE)
                .agg(sums.get(0), sums.subList(1, sums.size()).toArray(Column[]::new))
                .collectAsList();
        for (Row row : rows) {
            Map<TokenClass, Long> tokens = new EnumMap<>(TokenClass.class);
            for (int i = 0; i < classes.length; i++) {
                if (!row.isNullAt(3 + i) && row.getLong(3 + i) > 0) {
                    tokens.put(classes[i], row.getLong(3 + i));
                }
            }
            curves.computeIfAbsent(new Of(Month.parse(row.getString(0)), row.getString(1)), key -> new ArrayList<>())
                    .add(new Minute(row.getInstant(2), tokens));
        }
        curves.values().forEach(minutes -> minutes.sort(Comparator.comparing(Minute::start)));
        return curves;
    }
}
