package io.tokenledger.scenario;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toList;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.sum;

import io.tokenledger.ingest.LogRecords;
import io.tokenledger.model.Month;
import io.tokenledger.model.TokenClass.Direction;
import io.tokenledger.rates.ModelKey;
import io.tokenledger.rates.RateGrid;
import io.tokenledger.usage.Pools;
import io.tokenledger.usage.Usage;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * When the work of a model came that can wait and that its provider takes as batches. Its size is bounded by models ×
 * minutes.
 *
 * @param minutes those with such requests, in order of time
 */
record BatchArrivals(String pool, ModelKey model, List<Minute> minutes) {

    /**
     * What came in a minute.
     *
     * @param start UTC
     * @param tokens input and output: limits count what is enqueued, and the output is written while it is
     */
    record Minute(Instant start, long requests, long tokens, boolean sampled) {}

    /**
     * The most that is enqueued at once.
     *
     * @param at the first minute, UTC, at whose end it is
     * @param requests that are enqueued then
     */
    record Peak(Instant at, long requests, long tokens) {
        static final Peak NONE = new Peak(null, 0, 0);
    }

    private static final String TOKENS = "tokens";

    /**
     * The arrivals of all models, in one pass.
     *
     * @param before as in {@link Evaluation#of}
     * @param occurring the rate cells of {@code before}
     * @return in the order of models
     */
    static List<BatchArrivals> of(
            Dataset<Row> before, Economics economics, Collection<RateGrid.Cell> occurring, Collection<Month> months) {
        Duration longest = economics.longestBatch();
        if (longest.isZero()) {
            return List.of();
        }
        Instant from = months.stream()
                .map(m -> m.start(economics.billingZone()))
                .min(Comparator.naturalOrder())
                .orElseThrow()
                .minus(longest);
        Column tokens = Stream.of(Direction.values())
                .map(direction -> coalesce(Usage.total(direction), lit(0L)))
                .reduce(Column::plus)
                .orElseThrow();
        List<Row> rows = economics
                .pools()
                .withPool(before.filter(col(Usage.BILLABLE))
                        .filter(col(LogRecords.OCCURRED_AT).geq(lit(from)))
                        .filter(economics.eligibility().canWait())
                        .filter(economics.batchTier(occurring).isNotNull()))
                .groupBy(Pools.POOL, Usage.PROVIDER, Usage.MODEL, Usage.MINUTE)
                .agg(sum(Usage.REQUESTS), sum(tokens).as(TOKENS), max(Usage.SAMPLED))
                .collectAsList();
        List<BatchArrivals> arrivals = new ArrayList<>();
        rows.stream()
                .collect(groupingBy(
                        row -> List.of(row.getString(0), row.getString(1), row.getString(2)),
                        () -> new TreeMap<>(Comparator.comparing(List::toString)),
                        toList()))
                .forEach((key, ofModel) -> arrivals.add(new BatchArrivals(
                        key.get(0),
                        new ModelKey(key.get(1), key.get(2)),
                        ofModel.stream()
                                .map(row -> new Minute(
                                        row.getInstant(3), row.getLong(4), row.getLong(5), row.getBoolean(6)))
                                .sorted(Comparator.comparing(Minute::start))
                                .toList())));
        return arrivals;
    }

    List<Minute> within(Span span) {
        return minutes.stream().filter(m -> span.holds(m.start())).toList();
    }

    /**
     * The largest backlog, where at time t what arrived in (t − stay, t] is enqueued. It grows only where something
     * arrives, so each such minute of the span is looked at, and its beginning for what came before.
     *
     * @param stay how long everything stays enqueued
     */
    Peak peak(Duration stay, Span span) {
        List<Instant> times = new ArrayList<>(List.of(span.from()));
        within(span).forEach(m -> times.add(m.start()));
        Peak peak = Peak.NONE;
        long requests = 0;
        long tokens = 0;
        int arrived = 0;
        int finished = 0;
        for (Instant time : times) {
            for (; arrived < minutes.size() && !minutes.get(arrived).start().isAfter(time); arrived++) {
                requests = Math.addExact(requests, minutes.get(arrived).requests());
                tokens = Math.addExact(tokens, minutes.get(arrived).tokens());
            }
            for (; finished < arrived && !minutes.get(finished).start().isAfter(time.minus(stay)); finished++) {
                requests -= minutes.get(finished).requests();
                tokens -= minutes.get(finished).tokens();
            }
            if (tokens > peak.tokens()) {
                peak = new Peak(time, requests, tokens);
            }
        }
        return peak;
    }
}
