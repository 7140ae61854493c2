package io.tokenledger.ingest;

import java.sql.Timestamp;
import java.time.Instant;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.spark.sql.Row;

/**
 * What became of one file.
 *
 * @param size bytes, as listed
 * @param codec {@code gzip} or {@code plain}
 * @param records always requests + rejected + outOfScope
 * @param sha256 hex, of the bytes as stored; empty with an error
 * @param month {@code YYYY-MM}, the billing month of most of its requests; empty without requests
 * @param unknownCounters requests by the place of a counter that looks like tokens and that their dialect does not know
 * @param error why it could not be read to its end; its requests must then be dropped
 */
public record FileReport(
        String feed,
        long fileId,
        String path,
        long size,
        Instant modified,
        String codec,
        long records,
        long requests,
        long rejected,
        long outOfScope,
        Optional<String> sha256,
        Optional<String> month,
        SortedMap<String, Long> unknownCounters,
        Optional<String> error) {

    /** Reads a row of kind {@link LogRecords#FILE} that has at least {@link LogRecords#fileColumns()}. */
    public static FileReport of(Row row) {
        return new FileReport(
                row.getAs(LogRecords.FEED),
                row.<Long>getAs(LogRecords.FILE_ID),
                row.getAs(LogRecords.PATH),
                row.<Long>getAs(LogRecords.SIZE),
                instant(row.getAs(LogRecords.MODIFIED)),
                row.getAs(LogRecords.CODEC),
                row.<Long>getAs(LogRecords.RECORDS),
                row.<Long>getAs(LogRecords.REQUESTS),
                row.<Long>getAs(LogRecords.REJECTED_COUNT),
                row.<Long>getAs(LogRecords.OUT_OF_SCOPE),
                Optional.ofNullable(row.getAs(LogRecords.FILE_SHA256)),
                Optional.ofNullable(row.getAs(LogRecords.MONTH)),
                unknownCounters(row.getAs(LogRecords.UNKNOWN_COUNTERS)),
                Optional.ofNullable(row.getAs(LogRecords.ERROR)));
    }

    /** The value of {@link LogRecords#UNKNOWN_COUNTERS}. */
    static String text(SortedMap<String, Long> unknownCounters) {
        return unknownCounters.isEmpty()
                ? null
                : unknownCounters.entrySet().stream()
                        .map(e -> e.getValue() + " " + e.getKey())
                        .collect(Collectors.joining("\n"));
    }

    private static SortedMap<String, Long> unknownCounters(String text) {
        SortedMap<String, Long> counters = new TreeMap<>();
        if (text != null) {
            text.lines().map(line -> line.split(" ", 2)).forEach(c -> counters.put(c[1], Long.valueOf(c[0])));
        }
        return Collections.unmodifiableSortedMap(counters);
    }

    /** Which of its two Java types a timestamp has depends on the session that is active when Spark collects. */
    private static Instant instant(Object timestamp) {
        return timestamp instanceof Timestamp old ? old.toInstant() : (Instant) timestamp;
    }

    /** Whether the file was changed by someone while it was read, rather than being broken. */
    public boolean changedWhileRead() {
        return error.filter(e -> e.startsWith(LogFileReader.CHANGED)).isPresent();
    }
}
