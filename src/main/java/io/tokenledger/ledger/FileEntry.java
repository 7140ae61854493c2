package io.tokenledger.ledger;

import io.tokenledger.ingest.FileReport;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.Record;

/**
 * What became of an input file in a run: records = accepted + duplicate + rejected + outOfScope, or an error and nothing
 * accepted.
 *
 * @param conflict the part of {@code duplicate} whose request differs from the one kept under the same id
 * @param month {@code YYYY-MM} in which most of its requests fall; null without requests
 * @param error why the file was skipped; null when it was read
 */
public record FileEntry(
        String runId,
        String feed,
        long fileId,
        String path,
        long size,
        Instant modified,
        String codec,
        String sha256,
        String month,
        long records,
        long accepted,
        long duplicate,
        long conflict,
        long rejected,
        long outOfScope,
        String error) {

    /** A file that was read to its end, or one that was skipped whole. */
    public static FileEntry of(FileReport report, String runId, long duplicate, long conflict) {
        boolean read = report.error().isEmpty();
        return new FileEntry(
                runId,
                report.feed(),
                report.fileId(),
                report.path(),
                report.size(),
                report.modified(),
                report.codec(),
                report.sha256().orElse(null),
                report.month().orElse(null),
                read ? report.records() : 0,
                read ? report.requests() - duplicate : 0,
                duplicate,
                conflict,
                read ? report.rejected() : 0,
                read ? report.outOfScope() : 0,
                report.error().orElse(null));
    }

    /**
     * The correction of a file of an earlier night, some of whose requests gave way to larger counters of the same
     * stream: no record is read, but fewer are accepted and more are duplicates.
     */
    FileEntry superseded(String laterRun, long requests) {
        return new FileEntry(
                laterRun, feed, fileId, path, size, modified, codec, sha256, month, 0, -requests, requests, 0, 0, 0,
                null);
    }

    /** Whether it is no reading of the file but {@link #superseded} counts of an earlier one. */
    public boolean isCorrection() {
        return accepted < 0;
    }

    static FileEntry of(Record row) {
        return new FileEntry(
                (String) row.getField("run_id"),
                (String) row.getField("feed"),
                (Long) row.getField("file_id"),
                (String) row.getField("path"),
                (Long) row.getField("size"),
                ((OffsetDateTime) row.getField("modified")).toInstant(),
                (String) row.getField("codec"),
                (String) row.getField("sha256"),
                (String) row.getField("month"),
                (Long) row.getField("records"),
                (Long) row.getField("accepted"),
                (Long) row.getField("duplicate"),
                (Long) row.getField("conflict"),
                (Long) row.getField("rejected"),
                (Long) row.getField("out_of_scope"),
                (String) row.getField("error"));
    }

    Record toRecord() {
        Record row = GenericRecord.create(Tables.FILES.schema());
        row.setField("run_id", runId);
        row.setField("feed", feed);
        row.setField("file_id", fileId);
        row.setField("path", path);
        row.setField("size", size);
        row.setField("modified", modified.atOffset(ZoneOffset.UTC));
        row.setField("codec", codec);
        row.setField("sha256", sha256);
        row.setField("month", month);
        row.setField("records", records);
        row.setField("accepted", accepted);
        row.setField("duplicate", duplicate);
        row.setField("conflict", conflict);
        row.setField("rejected", rejected);
        row.setField("out_of_scope", outOfScope);
        row.setField("error", error);
        return row;
    }
}
