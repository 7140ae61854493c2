package io.tokenledger.job;

import static java.util.stream.Collectors.toMap;
import static org.apache.spark.sql.functions.col;

import io.tokenledger.ingest.Feed;
import io.tokenledger.ingest.FileReport;
import io.tokenledger.ingest.InputFile;
import io.tokenledger.ingest.InputSnapshot;
import io.tokenledger.ingest.LogReader;
import io.tokenledger.ingest.LogRecords;
import io.tokenledger.ledger.FileEntry;
import io.tokenledger.ledger.Ledger;
import io.tokenledger.ledger.Lookup;
import io.tokenledger.model.ExitCode;
import io.tokenledger.model.Failure;
import io.tokenledger.report.ReportTable;
import io.tokenledger.usage.Usage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.storage.StorageLevel;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** New logs into the ledger: each file is read once, and all requests of the run become true in one commit. */
final class Ingestion {
    private static final Logger LOG = LoggerFactory.getLogger(Ingestion.class);

    private final SparkSession session;
    private final Configuration hadoop;
    private final JobInputs inputs;
    private final Ledger ledger;
    private final RunFolder folder;
    private final Consumer<String> warnings;

    Ingestion(SparkSession session, JobInputs inputs, Ledger ledger, RunFolder folder, Consumer<String> warnings) {
        this.session = session;
        this.hadoop = session.sparkContext().hadoopConfiguration();
        this.inputs = inputs;
        this.ledger = ledger;
        this.folder = folder;
        this.warnings = warnings;
    }

    /**
     * Reads what is new or changed since the last run.
     *
     * @return what became of each file that was read
     * @throws Failure with exit code 3 when the input cannot be trusted, 5 when it changed while it was read, 6 when
     *     another run committed first; nothing is committed then
     */
    List<FileEntry> run() {
        List<FileEntry> known = ledger.files();
        Set<String> readBefore =
                known.stream().filter(f -> f.records() > 0).map(FileEntry::feed).collect(Collectors.toSet());
        InputSnapshot listed = InputSnapshot.list(inputs.feeds(), readBefore, hadoop);
        inputs.feeds().stream()
                .map(Feed::name)
                .filter(feed -> listed.files().stream().noneMatch(f -> f.feed().equals(feed)))
                .forEach(feed -> warnings.accept(
                        "feed '%s': no file is there any more; its requests stay in the ledger".formatted(feed)));
        listed.ignored().forEach(i -> warnings.accept("ignored %s: %s".formatted(i.path(), i.reason())));
        InputSnapshot unread = new InputSnapshot(Ledger.unread(listed.files(), known), listed.ignored());
        if (unread.files().isEmpty()) {
            return List.of();
        }
        LOG.info(
                "Reading {} of {} files, {} bytes",
                unread.files().size(),
                listed.files().size(),
                unread.files().stream().mapToLong(InputFile::size).sum());
        session.sparkContext().setJobDescription("Read logs");
        Dataset<Row> read = LogReader.read(
                        session, unread.files(), inputs.feeds(), inputs.job().billingZone())
                .persist(StorageLevel.MEMORY_AND_DISK());
        try {
            List<FileReport> reports = reports(read);
            requireUnchanged(unread, reports);
            reports.forEach(this::warnOfUnknownCounters);
            List<FileReport> whole = readable(reports);
            writeRejects(read, reports);
            requireRecords(whole, known);
            LOG.info(
                    "Committing {} requests",
                    whole.stream().mapToLong(FileReport::requests).sum());
            session.sparkContext().setJobDescription("Commit to the ledger");
            List<FileEntry> entries = new ArrayList<>(ledger.commit(read, whole, inputs.feeds(), folder.runId()));
            reports.stream()
                    .filter(r -> r.error().isPresent())
                    .forEach(r -> entries.add(FileEntry.of(r, folder.runId(), 0, 0)));
            ledger.note(entries, read, folder.runId());
            return entries;
        } finally {
            read.unpersist();
        }
    }

    private static List<FileReport> reports(Dataset<Row> read) {
        return read
                .filter(col(LogRecords.KIND).equalTo(LogRecords.FILE))
                .select(Usage.columns(LogRecords.fileColumns()))
                .collectAsList()
                .stream()
                .map(FileReport::of)
                .toList();
    }

    private void warnOfUnknownCounters(FileReport report) {
        report.unknownCounters()
                .forEach((place, requests) -> warnings.accept(
                        "feed '%s': %s: %s requests have the counter %s, which its dialect does not know; what it counts is"
                                        .formatted(report.feed(), report.path(), requests, place)
                                + " in no token class of its own"));
    }

    private void requireUnchanged(InputSnapshot unread, List<FileReport> reports) {
        reports.stream().filter(FileReport::changedWhileRead).findFirst().ifPresent(r -> {
            throw Failure.of(
                    ExitCode.INPUT_CHANGED,
                    "feed '%s': %s: %s; nothing was committed, run again when the export is complete",
                    r.feed(),
                    r.path(),
                    r.error().orElseThrow());
        });
        unread.requireUnchanged(hadoop);
    }

    /** The files that were read to their end; another one stops the run or is skipped, as its feed says. */
    private List<FileReport> readable(List<FileReport> reports) {
        Map<String, Feed> byName = inputs.feeds().stream().collect(toMap(Feed::name, Function.identity()));
        for (FileReport report : reports) {
            if (report.error().isEmpty()) {
                continue;
            }
            String problem = "feed '%s': %s: %s"
                    .formatted(report.feed(), report.path(), report.error().orElseThrow());
            if (byName.get(report.feed()).onUnreadable() == Feed.OnUnreadable.STOP) {
                throw new Failure(
                        ExitCode.DATA_QUALITY,
                        problem
                                + "; nothing was committed. Replace the file, or let the feed go on without such files"
                                + " by on_unreadable: skip");
            }
            warnings.accept(problem + "; skipped, it contributes no request");
        }
        return reports.stream().filter(r -> r.error().isEmpty()).toList();
    }

    private void writeRejects(Dataset<Row> read, List<FileReport> reports) {
        Map<List<Long>, String> paths = reports.stream()
                .filter(r -> r.rejected() > 0)
                .collect(Collectors.toMap(r -> List.of(r.fileId()), FileReport::path));
        if (paths.isEmpty()) {
            return;
        }
        Dataset<Row> rejects = read.filter(col(LogRecords.KIND).equalTo(LogRecords.REJECTED))
                .select(
                        col(LogRecords.FEED),
                        new Lookup<>(paths, DataTypes.StringType)
                                .of(col(LogRecords.FILE_ID))
                                .as("file"),
                        col(LogRecords.BYTE_OFFSET),
                        col(LogRecords.REASON),
                        col(LogRecords.LINE_SHA256))
                .repartition(1)
                .sortWithinPartitions("file", LogRecords.BYTE_OFFSET);
        folder.write(new ReportTable("rejects", rejects.schema()), rejects.toLocalIterator());
    }

    private void requireRecords(List<FileReport> whole, List<FileEntry> known) {
        long rejected = whole.stream().mapToLong(FileReport::rejected).sum();
        long all = whole.stream().mapToLong(FileReport::records).sum();
        if (all == 0 && known.stream().noneMatch(f -> f.records() > 0)) {
            throw Failure.of(
                    ExitCode.DATA_QUALITY,
                    "no record in any of %d files, such as %s; check that the exports are complete",
                    whole.size(),
                    whole.stream().map(FileReport::path).findFirst().orElse("those that were skipped"));
        }
        whole.stream()
                .filter(r -> r.records() == 0)
                .forEach(r -> warnings.accept("feed '%s': %s is empty".formatted(r.feed(), r.path())));
        DataQuality.requireFewRejected(
                rejected, all, inputs.job().thresholds().rejectedPercent(), folder.file("rejects.csv"));
    }
}
