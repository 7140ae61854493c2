package io.tokenledger.ingest;

import java.sql.Timestamp;
import java.time.Instant;
import java.util.Optional;
import org.apache.spark.sql.Row;

/**
 * What became of one file.
 *
 * @param size bytes, as listed
 * @param codec {@code gzip} or {@code plain}
 * @param records always requests + rejected + outOfScope
 * @param sha256 hex, of the bytes as stored; empty with an error
 * @param month {@code YYYY-MM}, the billing month of most of its requests; empty without requests
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
                Optional.ofNullable(row.getAs(LogRecords.ERROR)));
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
