package io.tokenledger.ledger;

import static io.tokenledger.ingest.LogRecords.BYTE_OFFSET;
import static io.tokenledger.ingest.LogRecords.FEED;
import static io.tokenledger.ingest.LogRecords.FILE_ID;
import static io.tokenledger.ingest.LogRecords.OCCURRED_AT;
import static io.tokenledger.ingest.LogRecords.PROVIDER;
import static io.tokenledger.ingest.LogRecords.REQUEST_ID;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat_ws;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.sha2;
import static org.apache.spark.sql.functions.substring;
import static org.apache.spark.sql.functions.unhex;
import static org.apache.spark.sql.functions.when;

import io.tokenledger.ingest.Digests;
import io.tokenledger.ingest.Feed;
import io.tokenledger.ingest.FileReport;
import io.tokenledger.ingest.InputFile;
import io.tokenledger.ingest.LogRecords;
import io.tokenledger.model.ExitCode;
import io.tokenledger.model.Failure;
import io.tokenledger.model.Month;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.ManageSnapshots;
import org.apache.iceberg.RowDelta;
import org.apache.iceberg.SnapshotChanges;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.BaseDeleteLoader;
import org.apache.iceberg.deletes.BaseDVFileWriter;
import org.apache.iceberg.deletes.PositionDeleteIndex;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.ValidationException;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.io.DeleteWriteResult;
import org.apache.iceberg.io.OutputFileFactory;
import org.apache.iceberg.types.Conversions;
import org.apache.iceberg.types.Types.NestedField;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Every accepted request, once; what was read, rejected and published. */
public final class Ledger {
    private static final Logger LOG = LoggerFactory.getLogger(Ledger.class);

    /** How far around the new requests the ledger is searched for the same id at another time. */
    public static final Duration LOOK_BACK = Duration.ofDays(35);

    /** Parts the components of an identity, so that no two identities have the same text. */
    private static final String NUL = "\u0000";

    private static final String REQUESTS = table(Tables.REQUESTS);
    private static final String REJECTS = table(Tables.REJECTS);

    private final SparkSession session;
    private final Table requests;
    private final Table files;
    private final Table publications;

    private Ledger(SparkSession session, Table requests, Table files, Table publications) {
        this.session = session;
        this.requests = requests;
        this.files = files;
        this.publications = publications;
    }

    /**
     * Opens the ledger, making it when it is not there.
     *
     * @param warehouse where the embedded catalog and its tables are; unused when Spark's configuration declares a
     *     catalog named {@code ledger}
     */
    public static Ledger open(SparkSession session, String warehouse) {
        org.apache.iceberg.catalog.Catalog catalog = Catalog.open(session, warehouse);
        Catalog.table(catalog, Tables.REJECTS);
        return new Ledger(
                session,
                Catalog.table(catalog, Tables.REQUESTS),
                Catalog.table(catalog, Tables.FILES),
                Catalog.table(catalog, Tables.PUBLICATIONS));
    }

    /**
     * Opens a ledger that is there, for reading.
     *
     * @param warehouse as in {@link #open}
     * @throws Failure with exit code 2 when there is none
     */
    public static Ledger openExisting(SparkSession session, String warehouse) {
        org.apache.iceberg.catalog.Catalog catalog = Catalog.openExisting(session, warehouse);
        return new Ledger(
                session,
                Catalog.table(catalog, Tables.REQUESTS),
                Catalog.table(catalog, Tables.FILES),
                Catalog.table(catalog, Tables.PUBLICATIONS));
    }

    private static String table(Tables table) {
        return Catalog.NAME + "." + Tables.NAMESPACE + "." + table.tableName();
    }

    /** The snapshot of {@code requests} that is true now. */
    public long snapshot() {
        requests.refresh();
        return requests.currentSnapshot().snapshotId();
    }

    /** The requests of a snapshot: {@code request_key} and the columns of {@link LogRecords#requestColumns()}. */
    public Dataset<Row> requests(long snapshot) {
        return session.read().option("versionAsOf", snapshot).table(REQUESTS);
    }

    /** Every file that a run has read or skipped, in the order of time. */
    public List<FileEntry> files() {
        return Records.read(files, FileEntry::of).stream()
                .sorted(Comparator.comparing(FileEntry::runId).thenComparing(FileEntry::path))
                .toList();
    }

    public List<Publication> publications() {
        return Records.read(publications, Publication::of);
    }

    /** Rejected records: the columns of {@link Tables#REJECTS}. */
    public Dataset<Row> rejects() {
        return session.table(REJECTS);
    }

    /** The files that were not read before, or have another size or time since. */
    public static List<InputFile> unread(List<InputFile> listed, List<FileEntry> known) {
        Set<Long> read = known.stream()
                .filter(entry -> entry.error() == null)
                .map(FileEntry::fileId)
                .collect(Collectors.toSet());
        return listed.stream().filter(file -> !read.contains(file.id())).toList();
    }

    /**
     * Makes the requests of a run true, in one commit: the new rows, and deletion vectors of those that the ledger holds
     * already or that stand twice among them.
     *
     * @param read rows of {@link LogRecords}, held so that they can be read more than once
     * @param reports the files that were read to their end
     * @return per file what became of its records
     * @throws Failure with exit code 6 when another run has committed since this one began, 3 when requests contradict
     *     each other and the feed's policy is to stop; nothing is committed then
     */
    public List<FileEntry> commit(Dataset<Row> read, List<FileReport> reports, Collection<Feed> feeds, String runId) {
        requests.refresh();
        long base = requests.currentSnapshot().snapshotId();
        String branch = "run_" + runId.replaceAll("\\W", "_");
        exclusively(
                requests,
                () -> requests.manageSnapshots().createBranch(branch, base).commit());
        try {
            withKeys(read, reports, feeds)
                    .writeTo(REQUESTS + ".branch_" + branch)
                    .append();
            requests.refresh();
            Losers losers = losers(branch, base, reports);
            losers.requireNoConflictIn(feeds, reports);
            commit(base, branch, losers);
            return entries(reports, losers, runId);
        } catch (org.apache.spark.sql.catalyst.analysis.NoSuchTableException e) {
            throw new IllegalStateException(e);
        } finally {
            removeBranch(branch);
        }
    }

    private List<FileEntry> entries(List<FileReport> reports, Losers losers, String runId) {
        List<FileEntry> entries = new ArrayList<>();
        Map<Long, Long> earlier = new TreeMap<>(losers.duplicates);
        for (FileReport report : reports) {
            earlier.remove(report.fileId());
            entries.add(FileEntry.of(
                    report,
                    runId,
                    losers.duplicates.getOrDefault(report.fileId(), 0L),
                    losers.conflicts.getOrDefault(report.fileId(), 0L)));
        }
        if (!earlier.isEmpty()) {
            files().stream()
                    .filter(file -> file.accepted() > 0 && earlier.containsKey(file.fileId()))
                    .forEach(file -> entries.add(file.superseded(runId, earlier.remove(file.fileId()))));
        }
        return entries;
    }

    /** The rows are in main now, or nowhere: the branch only staged them, and one that stays does no harm. */
    private void removeBranch(String branch) {
        try {
            requests.refresh();
            requests.manageSnapshots().removeBranch(branch).commit();
        } catch (RuntimeException e) { // must not hide how the run itself ended
            LOG.warn("The staging branch {} stays: {}", branch, e.getMessage());
        }
    }

    private static Dataset<Row> withKeys(Dataset<Row> read, List<FileReport> reports, Collection<Feed> feeds) {
        Column digest = new Lookup<>(
                        reports.stream()
                                .collect(Collectors.toMap(
                                        r -> List.of(r.fileId()),
                                        r -> r.sha256().orElseThrow())),
                        DataTypes.StringType)
                .of(col(FILE_ID));
        Column namespace = new Lookup<>(
                        feeds.stream().collect(Collectors.toMap(f -> List.of(f.name()), Feed::identityNamespace)),
                        DataTypes.StringType)
                .of(col(FEED));
        Column id = concat_ws(NUL, lit("id"), namespace, col(PROVIDER), col(REQUEST_ID));
        Column place =
                concat_ws(NUL, lit("place"), namespace, digest, col(BYTE_OFFSET).cast(DataTypes.StringType));
        Column identity = when(col(REQUEST_ID).isNull(), place).otherwise(id);
        Column key = unhex(substring(sha2(identity.cast(DataTypes.BinaryType), 256), 1, 32));
        return read.filter(col(LogRecords.KIND).equalTo(LogRecords.REQUEST))
                .filter(digest.isNotNull())
                .withColumn(Tables.REQUEST_KEY, key)
                .select(Tables.REQUEST_KEY, LogRecords.requestColumns().toArray(String[]::new));
    }

    /** The rows that do not stay, per data file, and how many of them each input file lost. */
    private static final class Losers {
        final Map<String, List<Long>> positions = new TreeMap<>();
        final Map<Long, Long> duplicates = new HashMap<>();
        final Map<Long, Long> conflicts = new HashMap<>();
        final Map<String, Row> firstConflictOfFeed = new HashMap<>();
        long count;

        void add(Row row) {
            positions
                    .computeIfAbsent(row.getString(0), file -> new ArrayList<>())
                    .add(row.getLong(1));
            duplicates.merge(row.getLong(3), 1L, Long::sum);
            if (row.getBoolean(4)) {
                conflicts.merge(row.getLong(3), 1L, Long::sum);
                firstConflictOfFeed.putIfAbsent(row.getString(2), row);
            }
            count++;
        }

        void requireNoConflictIn(Collection<Feed> feeds, List<FileReport> reports) {
            for (Feed feed : feeds) {
                Row conflict = firstConflictOfFeed.get(feed.name());
                if (feed.onConflict() == Feed.OnConflict.STOP && conflict != null) {
                    String file = reports.stream()
                            .filter(r -> r.fileId() == conflict.getLong(3))
                            .map(FileReport::path)
                            .findFirst()
                            .orElse("a file of an earlier night");
                    throw Failure.of(
                            ExitCode.DATA_QUALITY,
                            "feed '%s': %s, byte offset %d: a request with the id of another, but with another time, model"
                                    + " or counters; nothing was committed. Is the id unique within the identity"
                                    + " namespace '%s'? With on_conflict: keep-first the first of them stays",
                            feed.name(),
                            file,
                            conflict.getLong(5),
                            feed.identityNamespace());
                }
            }
        }
    }

    private Losers losers(String branch, long base, List<FileReport> reports) {
        Dataset<Row> all = session.table(REQUESTS + ".branch_" + branch)
                .select(col("*"), col(Duplicates.DATA_FILE), col(Duplicates.POSITION));
        Losers losers = new Losers();
        Iterator<Row> rows = Duplicates.losers(nearNewRows(all, base, reports)).toLocalIterator();
        rows.forEachRemaining(losers::add);
        Object[] replaced = replacedFiles(reports);
        if (replaced.length > 0) {
            all.filter(col(FILE_ID).isin(replaced).and(col(REQUEST_ID).isNull()))
                    .select(
                            col(Duplicates.DATA_FILE),
                            col(Duplicates.POSITION),
                            col(FEED),
                            col(FILE_ID),
                            lit(false),
                            col(BYTE_OFFSET))
                    .toLocalIterator()
                    .forEachRemaining(losers::add);
        }
        return losers;
    }

    /**
     * The ids of earlier readings of files that have other content now. Requests without an id are known by their place in
     * the file, so those of the new content replace them; with the same content they are duplicates already.
     */
    private Object[] replacedFiles(List<FileReport> reports) {
        Map<String, FileReport> byPath =
                reports.stream().collect(Collectors.toMap(FileReport::path, Function.identity()));
        return files().stream()
                .filter(earlier -> earlier.accepted() > 0 && byPath.containsKey(earlier.path()))
                .filter(earlier -> !byPath.get(earlier.path()).sha256().equals(Optional.ofNullable(earlier.sha256())))
                .map(FileEntry::fileId)
                .toArray();
    }

    private Dataset<Row> nearNewRows(Dataset<Row> all, long base, List<FileReport> reports) {
        Map<List<Long>, Integer> order = new HashMap<>();
        reports.stream()
                .sorted(Comparator.comparing(FileReport::path))
                .forEach(report -> order.put(List.of(report.fileId()), order.size()));
        Column inputOrder = new Lookup<>(order, DataTypes.IntegerType).of(col(FILE_ID));
        Dataset<Row> ordered = all.withColumn(Duplicates.ORDER, coalesce(inputOrder, lit(-1)));
        if (isEmpty(base)) {
            return ordered;
        }
        Row times = ordered.filter(col(Duplicates.ORDER).geq(0))
                .agg(min(OCCURRED_AT), max(OCCURRED_AT))
                .first();
        if (times.isNullAt(0)) {
            return ordered.limit(0);
        }
        Instant from = times.getInstant(0).minus(LOOK_BACK);
        Instant to = times.getInstant(1).plus(LOOK_BACK);
        return ordered.filter(
                col(OCCURRED_AT).geq(lit(from)).and(col(OCCURRED_AT).leq(lit(to))));
    }

    private boolean isEmpty(long snapshot) {
        return requests.snapshot(snapshot)
                .summary()
                .getOrDefault("total-records", "0")
                .equals("0");
    }

    private void commit(long base, String branch, Losers losers) {
        long staged = requests.refs().get(branch).snapshotId();
        if (staged == base) {
            return;
        }
        SnapshotChanges added = SnapshotChanges.builderFor(requests)
                .snapshot(requests.snapshot(staged))
                .build();
        RowDelta delta = requests.newRowDelta();
        long rows = liveRows(base);
        for (DataFile file : added.addedDataFiles()) {
            List<Long> lost = losers.positions.getOrDefault(file.location(), List.of());
            if (lost.size() == file.recordCount()) {
                // A re-export of what the ledger holds: nothing of it becomes part of the table.
                losers.positions.remove(file.location());
                losers.count -= lost.size();
            } else {
                delta.addRows(file);
                rows += file.recordCount();
            }
        }
        rows -= losers.count;
        if (rows == liveRows(base) && losers.count == 0) {
            return;
        }
        DeleteWriteResult deletes = deletes(branch, losers);
        deletes.deleteFiles().forEach(delta::addDeletes);
        deletes.rewrittenDeleteFiles().forEach(delta::removeDeletes);
        // A plain append would let two runs both win; this one fails if anything was added since the base.
        exclusively(
                requests,
                () -> delta.validateFromSnapshot(base)
                        .conflictDetectionFilter(Expressions.alwaysTrue())
                        .validateNoConflictingDataFiles()
                        .validateNoConflictingDeleteFiles()
                        .commit());
        requests.refresh();
        long found = liveRows(requests.currentSnapshot().snapshotId());
        if (found != rows) {
            throw new IllegalStateException(
                    "The ledger holds " + found + " requests after the commit, expected " + rows);
        }
    }

    private long liveRows(long snapshot) {
        Map<String, String> summary = requests.snapshot(snapshot).summary();
        return Long.parseLong(summary.getOrDefault("total-records", "0"))
                - Long.parseLong(summary.getOrDefault("total-position-deletes", "0"));
    }

    private DeleteWriteResult deletes(String branch, Losers losers) {
        if (losers.count == 0) {
            return new DeleteWriteResult(List.of());
        }
        Map<String, FileScanTask> tasks = new HashMap<>();
        try (CloseableIterable<FileScanTask> plan =
                requests.newScan().useRef(branch).planFiles()) {
            plan.forEach(task -> {
                if (losers.positions.containsKey(task.file().location())) {
                    tasks.put(task.file().location(), task);
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        OutputFileFactory output = OutputFileFactory.builderFor(requests, 0, 0)
                .format(FileFormat.PUFFIN)
                .build();
        BaseDVFileWriter writer = new BaseDVFileWriter(output, path -> earlierDeletes(tasks.get(path), path));
        try (writer) {
            losers.positions.forEach((path, positions) -> {
                DataFile file = tasks.get(path).file();
                for (long position : positions) {
                    if (position >= file.recordCount()) {
                        // Iceberg would accept it in silence and delete nothing.
                        throw new IllegalStateException("Position " + position + " is beyond the end of " + path);
                    }
                    writer.delete(path, position, requests.specs().get(file.specId()), file.partition());
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return writer.result();
    }

    private PositionDeleteIndex earlierDeletes(FileScanTask task, String path) {
        List<DeleteFile> earlier = task.deletes();
        return earlier.isEmpty()
                ? null
                : new BaseDeleteLoader(delete -> requests.io().newInputFile(delete)).loadPositionDeletes(earlier, path);
    }

    /**
     * Notes what a run has read. It follows the commit: a crash between them costs a second reading of the files, in
     * which every request is a duplicate.
     *
     * @param read rows of {@link LogRecords} of these files
     */
    public void note(List<FileEntry> entries, Dataset<Row> read, String runId) {
        if (entries.stream().anyMatch(e -> e.rejected() > 0)) {
            Map<List<Long>, FileEntry> noted = entries.stream()
                    .filter(e -> e.rejected() > 0)
                    .collect(Collectors.toMap(e -> List.of(e.fileId()), e -> e));
            Dataset<Row> rejects = read.filter(col(LogRecords.KIND).equalTo(LogRecords.REJECTED))
                    .withColumn("path", text(noted, FileEntry::path))
                    .filter(col("path").isNotNull())
                    .select(
                            lit(runId).as("run_id"),
                            col(FEED),
                            col(FILE_ID),
                            col("path"),
                            text(noted, FileEntry::month).as("month"),
                            col(BYTE_OFFSET),
                            col(LogRecords.REASON),
                            col(LogRecords.LINE_SHA256));
            try {
                rejects.writeTo(REJECTS).append();
            } catch (org.apache.spark.sql.catalyst.analysis.NoSuchTableException e) {
                throw new IllegalStateException(e);
            }
        }
        files.refresh();
        Records.append(files, entries.stream().map(FileEntry::toRecord).toList());
    }

    private static Column text(Map<List<Long>, FileEntry> files, Function<FileEntry, String> value) {
        Map<List<Long>, String> texts = new HashMap<>();
        files.forEach((id, file) -> texts.put(id, value.apply(file)));
        return new Lookup<>(texts, DataTypes.StringType).of(col(FILE_ID));
    }

    /**
     * Publishes assemblies, all of them at once. A tag keeps the snapshot of each from being expired, so that it can be
     * computed again.
     *
     * @throws Failure with exit code 6 when another run has published since this ledger's publications were read
     */
    public void publish(List<Publication> assemblies) {
        requests.refresh();
        ManageSnapshots tags = requests.manageSnapshots();
        assemblies.forEach(assembly -> tags.createTag(tag(assembly), assembly.ledgerSnapshot()));
        exclusively(requests, tags::commit);
        try {
            Records.append(
                    publications, assemblies.stream().map(Publication::toRecord).toList());
        } catch (Failure e) {
            ManageSnapshots untagged = requests.manageSnapshots();
            assemblies.forEach(assembly -> untagged.removeTag(tag(assembly)));
            try {
                untagged.commit();
            } catch (RuntimeException alsoFailed) {
                e.addSuppressed(alsoFailed);
            }
            throw e;
        }
    }

    private static String tag(Publication assembly) {
        return String.format(Locale.ROOT, "%s_v%04d_%s", assembly.month(), assembly.version(), assembly.runId());
    }

    /** @throws Failure with exit code 6 when another run changed the table at the same time */
    private static void exclusively(Table table, Runnable commit) {
        try {
            commit.run();
        } catch (ValidationException | CommitFailedException e) {
            throw Records.conflict(table, e);
        }
    }

    /**
     * What each month of the ledger is made of at a snapshot, as a fingerprint: the data files that hold requests of it,
     * by the exact bounds of their times, and their deletion vectors. Read from metadata alone.
     */
    public SortedMap<Month, String> contentFingerprints(long snapshot, ZoneId billingZone) {
        SortedMap<Month, List<String>> contents = new TreeMap<>();
        try (CloseableIterable<FileScanTask> plan =
                requests.newScan().useSnapshot(snapshot).includeColumnStats().planFiles()) {
            for (FileScanTask task : plan) {
                Month last = Month.at(occurredAt(task.file().upperBounds()), billingZone);
                Month month = Month.at(occurredAt(task.file().lowerBounds()), billingZone);
                for (; month.compareTo(last) <= 0; month = month.next()) {
                    List<String> content = contents.computeIfAbsent(month, m -> new ArrayList<>());
                    content.add(describe(task.file()));
                    task.deletes().forEach(delete -> content.add(describe(delete)));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        SortedMap<Month, String> fingerprints = new TreeMap<>();
        contents.forEach((month, content) ->
                fingerprints.put(month, Digests.sha256(content.stream().sorted().collect(Collectors.joining("\n")))));
        return fingerprints;
    }

    private Instant occurredAt(Map<Integer, ByteBuffer> bounds) {
        NestedField column = requests.schema().findField(OCCURRED_AT);
        long micros = Conversions.fromByteBuffer(column.type(), bounds.get(column.fieldId()));
        return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
    }

    private static String describe(DataFile file) {
        return file.location() + " " + file.recordCount();
    }

    /** Several deletion vectors share a file. */
    private static String describe(DeleteFile file) {
        return file.location() + " " + file.contentOffset() + " " + file.recordCount();
    }
}
