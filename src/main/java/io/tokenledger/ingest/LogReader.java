package io.tokenledger.ingest;

import io.tokenledger.model.Failure;
import java.time.ZoneId;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.SerializableConfiguration;
import org.apache.spark.util.TaskCompletionListener;

/** Reads log files as rows of {@link LogRecords}. */
public final class LogReader {
    private static final int LINE_LIMIT = 16 << 20;

    private LogReader() {}

    /**
     * The rows of the files. A file is one partition and is never split; the largest are first, so that none of them
     * is what the others wait for. Every action on the result reads the bytes again: persist or write it before a
     * second one.
     *
     * <p>A file that cannot be read to its end throws nothing; see {@link LogRecords#ERROR}.
     *
     * @param feeds at least the feeds of the files
     * @param billingZone in which {@link LogRecords#MONTH} is told
     * @return columns {@link LogRecords#SCHEMA}
     */
    public static Dataset<Row> read(
            SparkSession spark, Collection<InputFile> files, List<Feed> feeds, ZoneId billingZone) {
        List<InputFile> largestFirst = files.stream()
                .sorted(Comparator.comparingLong(InputFile::size).reversed().thenComparing(InputFile::path))
                .toList();
        Map<String, Feed> byName = feeds.stream().collect(Collectors.toMap(Feed::name, Function.identity()));
        largestFirst.stream()
                .filter(f -> !byName.containsKey(f.feed()))
                .findFirst()
                .ifPresent(f -> {
                    throw Failure.configuration("%s: its feed '%s' is not among the feeds", f.path(), f.feed());
                });
        JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
        Broadcast<SerializableConfiguration> hadoop = context.broadcast(
                new SerializableConfiguration(spark.sessionState().newHadoopConf()));
        JavaRDD<Row> rows = context.parallelize(largestFirst, Math.max(1, largestFirst.size()))
                .flatMap(file -> {
                    LogFileReader reader = new LogFileReader(
                            file,
                            byName.get(file.feed()),
                            billingZone,
                            hadoop.value().value(),
                            LINE_LIMIT);
                    TaskCompletionListener close = task -> reader.close();
                    TaskContext.get().addTaskCompletionListener(close);
                    return reader;
                });
        return spark.createDataFrame(rows, LogRecords.SCHEMA);
    }
}
