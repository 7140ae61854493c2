package io.tokenledger.job;

import static java.util.Comparator.comparingInt;
import static java.util.stream.Collectors.toMap;
import static org.apache.spark.sql.functions.col;

import io.tokenledger.ingest.Feed;
import io.tokenledger.ingest.FileReport;
import io.tokenledger.ingest.InputFile;
import io.tokenledger.ingest.InputSnapshot;
import io.tokenledger.ingest.LogReader;
import io.tokenledger.ingest.LogRecords;
import io.tokenledger.job.NightlyResult.MonthLine;
import io.tokenledger.ledger.FileEntry;
import io.tokenledger.ledger.Ledger;
import io.tokenledger.ledger.Publication;
import io.tokenledger.ledger.Publication.Fingerprints;
import io.tokenledger.model.ExitCode;
import io.tokenledger.model.Failure;
import io.tokenledger.model.Month;
import io.tokenledger.report.Assembly;
import io.tokenledger.report.Check;
import io.tokenledger.report.Latest;
import io.tokenledger.report.Manifest;
import io.tokenledger.report.ReportTables;
import io.tokenledger.report.Run;
import io.tokenledger.report.RunRecord;
import io.tokenledger.report.TableWriter;
import io.tokenledger.report.WrittenFile;
import io.tokenledger.scenario.Comparison;
import io.tokenledger.scenario.Evaluation;
import io.tokenledger.scenario.ScenarioName;
import io.tokenledger.usage.Usage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.storage.StorageLevel;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One night: new logs into the ledger, then every month that differs from what is published computed anew and published.
 * What comes after the ledger's commit is a pure function of ledger, tables and job file, so a run that dies there is
 * made good by the next one.
 */
public final class NightlyRun {
    private static final Logger LOG = LoggerFactory.getLogger(NightlyRun.class);

    /**
     * What the command line says.
     *
     * @param warehouse overrides the job file; null leaves it
     * @param out likewise
     */
    public record Options(String jobFile, String warehouse, String out) {}

    private final SparkSession session;
    private final Configuration hadoop;
    private final Options options;
    private final Clock clock;
    private final Instant startedAt;
    private final String runId;

    private Path out;
    private FileSystem outSystem;
    private final SortedMap<String, Long> records = new TreeMap<>();
    private final List<String> warnings = new ArrayList<>();

    private NightlyRun(SparkSession session, Options options, Clock clock) {
        this.session = session;
        this.hadoop = session.sparkContext().hadoopConfiguration();
        this.options = options;
        this.clock = clock;
        this.startedAt = clock.instant();
        this.runId = DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'", Locale.ROOT)
                        .withZone(ZoneOffset.UTC)
                        .format(startedAt)
                + "-" + UUID.randomUUID().toString().substring(0, 6);
    }

    /**
     * Runs a night. It returns whatever happens, with the exit code in the run record; a defect is in the record as exit
     * code 1 and in the log with its trace.
     *
     * @param spark its context is used, its settings are not
     */
    public static NightlyResult run(SparkSession spark, Options options, Clock clock) {
        NightlyRun run = new NightlyRun(Session.pinned(spark), options, clock);
        try {
            return run.night();
        } catch (Failure failure) {
            LOG.error(failure.getMessage());
            return run.failed(failure.exitCode(), failure.getMessage());
        } catch (UncheckedIOException e) {
            LOG.error("Storage failed", e);
            return run.failed(ExitCode.STORAGE, "Storage failed: " + e.getMessage());
        } catch (RuntimeException e) {
            LOG.error("Unexpected end of the run", e);
            return run.failed(
                    ExitCode.UNEXPECTED, e.toString().lines().findFirst().orElse(""));
        }
    }

    private NightlyResult night() {
        JobInputs inputs = readInputs();
        warnings.addAll(inputs.economics().rates().warnings());
        Ledger ledger = Ledger.open(
                session,
                options.warehouse() != null
                        ? options.warehouse()
                        : JobInputs.resolve(options.jobFile(), inputs.job().warehouse()));

        ingest(inputs, ledger);

        long snapshot = ledger.snapshot();
        List<FileEntry> files = ledger.files();
        requireAllFeeds(inputs, files);
        List<Publication> published = ledger.publications();
        SortedMap<Month, Fingerprints> touched = touched(inputs, ledger, snapshot, published);
        if (touched.isEmpty()) {
            LOG.info("Nothing new: every month is published as it is");
            Latest.write(outSystem, out, latest(published));
            return nothingNew(published, inputs);
        }
        LOG.info("Computing {}", touched.keySet());
        describe("Sum tokens per rate cell");
        Dataset<Row> labelled = Usage.labelled(
                ledger.requests(snapshot), inputs.policies(), inputs.economics().grid(), touched.keySet());
        Dataset<Row> cells = Usage.cells(labelled).persist(StorageLevel.MEMORY_AND_DISK());
        try {
            SortedMap<Month, MonthUsage> usage = MonthUsage.of(cells);
            touched.keySet().retainAll(usage.keySet());
            describe("Price the scenarios");
            try (Evaluation evaluation = Evaluation.of(labelled, cells, inputs.economics(), usage.keySet())) {
                requireEveryToken(usage, evaluation);
                List<Check> checks = DataQuality.checks(usage, files, evaluation);
                warnings.addAll(DataQuality.warnings(checks));
                noteInRunRecord(checks, evaluation);
                DataQuality.requireFewUnpriced(
                        evaluation, inputs.job().thresholds().unpricedPercent(), runFile("unpriced_usage.csv"));
                describe("Write the reports");
                List<ReportTables.Content> tables =
                        tables(ledger, labelled, cells, evaluation, checks, inputs, usage.keySet());
                List<Publication> assemblies =
                        publish(inputs, ledger, snapshot, published, touched, files, tables, evaluation);
                return published(assemblies, usage, evaluation, inputs);
            }
        } finally {
            cells.unpersist();
        }
    }

    private JobInputs readInputs() {
        byte[] content = null;
        try {
            content = JobInputs.bytes("job file", options.jobFile(), hadoop);
        } finally {
            out = new Path(
                    options.out() != null
                            ? options.out()
                            : JobInputs.resolve(
                                    options.jobFile(), content == null ? JobFile.DEFAULT_OUT : JobFile.outOf(content)));
            try {
                outSystem = out.getFileSystem(hadoop);
            } catch (IOException e) {
                throw new Failure(ExitCode.STORAGE, "out: %s: %s".formatted(out, e.getMessage()), e);
            }
        }
        return JobInputs.read(options.jobFile(), content, hadoop);
    }

    /** Reads what is new, once, and makes its requests true in one commit. */
    private void ingest(JobInputs inputs, Ledger ledger) {
        InputSnapshot listed = InputSnapshot.list(inputs.feeds(), hadoop);
        listed.ignored().forEach(i -> warnings.add("ignored %s: %s".formatted(i.path(), i.reason())));
        List<FileEntry> known = ledger.files();
        InputSnapshot unread = new InputSnapshot(Ledger.unread(listed.files(), known), listed.ignored());
        if (unread.files().isEmpty()) {
            count(List.of());
            return;
        }
        LOG.info(
                "Reading {} of {} files, {} bytes",
                unread.files().size(),
                listed.files().size(),
                unread.files().stream().mapToLong(InputFile::size).sum());
        describe("Read logs");
        Dataset<Row> read = LogReader.read(
                        session, unread.files(), inputs.feeds(), inputs.job().billingZone())
                .persist(StorageLevel.MEMORY_AND_DISK());
        try {
            List<FileReport> reports = read
                    .filter(col(LogRecords.KIND).equalTo(LogRecords.FILE))
                    .select(Usage.columns(LogRecords.fileColumns()))
                    .collectAsList()
                    .stream()
                    .map(FileReport::of)
                    .toList();
            requireUnchanged(unread, reports);
            List<FileReport> whole = readable(reports, inputs.feeds());
            writeRejects(read, reports);
            requireRecords(whole, known, inputs, reports);
            describe("Commit to the ledger");
            List<FileEntry> entries = new ArrayList<>(ledger.commit(read, whole, inputs.feeds(), runId));
            reports.stream().filter(r -> r.error().isPresent()).forEach(r -> entries.add(FileEntry.of(r, runId, 0, 0)));
            ledger.note(entries, read, runId);
            count(entries);
        } finally {
            read.unpersist();
        }
    }

    private void requireUnchanged(InputSnapshot unread, List<FileReport> reports) {
        reports.stream().filter(FileReport::changedWhileRead).findFirst().ifPresent(r -> {
            throw new Failure(
                    ExitCode.INPUT_CHANGED,
                    "feed '%s': %s: %s; nothing was committed, run again when the export is complete"
                            .formatted(r.feed(), r.path(), r.error().orElseThrow()));
        });
        unread.requireUnchanged(hadoop);
    }

    private List<FileReport> readable(List<FileReport> reports, List<Feed> feeds) {
        Map<String, Feed> byName = feeds.stream().collect(toMap(Feed::name, Function.identity()));
        for (FileReport report : reports) {
            if (report.error().isEmpty()) {
                continue;
            }
            String problem = "feed '%s': %s cannot be read to its end: %s"
                    .formatted(report.feed(), report.path(), report.error().orElseThrow());
            if (byName.get(report.feed()).onUnreadable() == Feed.OnUnreadable.STOP) {
                throw new Failure(
                        ExitCode.DATA_QUALITY,
                        problem
                                + "; nothing was committed. Replace the file, or let the feed go on without such files by on_unreadable: skip");
            }
            warnings.add(problem + "; skipped, it contributes no request");
        }
        return reports.stream().filter(r -> r.error().isEmpty()).toList();
    }

    private void requireRecords(
            List<FileReport> whole, List<FileEntry> known, JobInputs inputs, List<FileReport> reports) {
        long rejected = whole.stream().mapToLong(FileReport::rejected).sum();
        long all = whole.stream().mapToLong(FileReport::records).sum();
        if (all == 0 && known.stream().noneMatch(f -> f.records() > 0)) {
            throw new Failure(
                    ExitCode.DATA_QUALITY,
                    "no record in %d files: %s; check that the exports are complete"
                            .formatted(
                                    reports.size(),
                                    reports.stream()
                                            .map(FileReport::path)
                                            .limit(3)
                                            .toList()));
        }
        whole.stream()
                .filter(r -> r.records() == 0)
                .forEach(r -> warnings.add("feed '%s': %s is empty".formatted(r.feed(), r.path())));
        DataQuality.requireFewRejected(
                rejected, all, inputs.job().thresholds().rejectedPercent(), runFile("rejects.csv"));
    }

    /** The ledger keeps what it knows of every feed, so a feed that was read cannot leave the job file unnoticed. */
    private static void requireAllFeeds(JobInputs inputs, List<FileEntry> files) {
        Set<String> missing = files.stream()
                .filter(f -> f.accepted() > 0)
                .map(FileEntry::feed)
                .collect(Collectors.toCollection(TreeSet::new));
        inputs.feeds().forEach(feed -> missing.remove(feed.name()));
        if (!missing.isEmpty()) {
            throw Failure.configuration(
                    "feeds: the ledger holds requests of %s, which the job file does not name; put the feed back, since its serving mode and requests_per_line price them",
                    missing);
        }
    }

    /** The months whose ledger content, rates or policies differ from those of their current publication. */
    private static SortedMap<Month, Fingerprints> touched(
            JobInputs inputs, Ledger ledger, long snapshot, List<Publication> published) {
        Map<Month, Publication> current = current(published);
        SortedMap<Month, Fingerprints> touched = new TreeMap<>();
        String policies = inputs.policiesFingerprint();
        ledger.contentFingerprints(snapshot, inputs.job().billingZone()).forEach((month, content) -> {
            Fingerprints now = new Fingerprints(content, inputs.ratesFingerprint(month), policies);
            Publication last = current.get(month);
            if (last == null || !last.fingerprints().equals(now)) {
                touched.put(month, now);
            }
        });
        return touched;
    }

    private static SortedMap<Month, Publication> current(List<Publication> published) {
        SortedMap<Month, Publication> current = new TreeMap<>();
        published.stream().sorted(comparingInt(Publication::version)).forEach(p -> current.put(p.month(), p));
        return current;
    }

    /** Every scenario serves every billable token: a step that lost or doubled one ends here, not in a report. */
    private static void requireEveryToken(SortedMap<Month, MonthUsage> usage, Evaluation evaluation) {
        record Of(Month month, ScenarioName scenario) {}
        Map<Of, Long> served = evaluation.comparisons().stream()
                .map(Comparison::cost)
                .collect(Collectors.groupingBy(
                        c -> new Of(c.month(), c.scenario()),
                        Collectors.summingLong(c -> c.pricedTokens() + c.unpricedTokens())));
        served.forEach((of, tokens) -> {
            long expected = usage.get(of.month()).billableTokens();
            if (tokens != expected) {
                throw new IllegalStateException("%s: scenario %s serves %d tokens of %d"
                        .formatted(of.month(), of.scenario().label(), tokens, expected));
            }
        });
    }

    private List<ReportTables.Content> tables(
            Ledger ledger,
            Dataset<Row> labelled,
            Dataset<Row> cells,
            Evaluation evaluation,
            List<Check> checks,
            JobInputs inputs,
            Collection<Month> months) {
        String currency = inputs.economics().rates().currency();
        Set<ScenarioName> scenarios = inputs.job().scenarios().names();
        return List.of(
                ReportTables.monthlyCosts(cells, Usage.operations(labelled, cells), evaluation.costs(), scenarios),
                ReportTables.usage(cells),
                ReportTables.scenarioCosts(evaluation.costs(), currency),
                ReportTables.scenarioComparison(evaluation.comparisons(), currency),
                ReportTables.capacityPlan(evaluation.capacity()),
                ReportTables.ratesApplied(evaluation.ratesApplied()),
                ReportTables.unpricedUsage(evaluation.unpriced()),
                ReportTables.rejectedRecords(rejectsOf(ledger, months)),
                ReportTables.dataQuality(checks));
    }

    /** A rejected record belongs to the month of its file; where the file has no request, to every month. */
    private Dataset<Row> rejectsOf(Ledger ledger, Collection<Month> months) {
        Dataset<Row> names = session.createDataset(
                        months.stream().map(Month::toString).toList(), org.apache.spark.sql.Encoders.STRING())
                .toDF("of_month");
        return ledger.rejects()
                .join(names, col("month").isNull().or(col("month").equalTo(col("of_month"))))
                .withColumn("month", col("of_month"))
                .withColumnRenamed("path", "file");
    }

    private List<Publication> publish(
            JobInputs inputs,
            Ledger ledger,
            long snapshot,
            List<Publication> published,
            SortedMap<Month, Fingerprints> touched,
            List<FileEntry> files,
            List<ReportTables.Content> tables,
            Evaluation evaluation) {
        Map<Month, Publication> current = current(published);
        SortedMap<Month, Integer> versions = new TreeMap<>();
        SortedMap<Month, Path> directories = new TreeMap<>();
        touched.keySet().forEach(month -> {
            Publication last = current.get(month);
            versions.put(month, last == null ? 1 : last.version() + 1);
            directories.put(month, Assembly.directory(out, month, versions.get(month), runId));
        });
        List<WrittenFile> written = new ArrayList<>();
        TableWriter writer = new TableWriter(outSystem);
        for (ReportTables.Content table : tables) {
            LOG.info("Writing {}", table.table().name());
            written.addAll(writer.write(table.table(), table.rows().iterator(), directories));
        }
        Instant publishedAt = clock.instant();
        List<Publication> assemblies = new ArrayList<>();
        directories.forEach((month, directory) -> {
            SortedMap<String, BigDecimal> totals = totals(evaluation, month, PoolTotal.TOTAL);
            Publication assembly = new Publication(
                    month,
                    versions.get(month),
                    runId,
                    "open",
                    reason(current.get(month), touched.get(month)),
                    publishedAt,
                    snapshot,
                    touched.get(month),
                    text(totals),
                    Assembly.relativePath(month, versions.get(month), runId));
            SortedMap<String, String> stored = Assembly.writeInputs(outSystem, directory, inputs.files());
            Assembly.writeManifest(
                    outSystem,
                    directory,
                    new Manifest(
                            Manifest.SCHEMA_VERSION,
                            month,
                            assembly.version(),
                            runId,
                            publishedAt,
                            assembly.state(),
                            assembly.reason(),
                            inputs.job().billingZone(),
                            snapshot,
                            assembly.fingerprints(),
                            inputs.economics().rates().currency(),
                            totals,
                            recordsOf(month, files),
                            written.stream()
                                    .filter(f -> f.month().equals(month))
                                    .toList(),
                            stored,
                            code()));
            assemblies.add(assembly);
        });
        ledger.publish(assemblies);
        Latest.write(
                outSystem,
                out,
                latest(Stream.concat(published.stream(), assemblies.stream()).toList()));
        return assemblies;
    }

    private static SortedMap<Month, Latest.Entry> latest(List<Publication> published) {
        SortedMap<Month, Latest.Entry> latest = new TreeMap<>();
        current(published).forEach((month, p) -> latest.put(month, Latest.Entry.of(month, p.version(), p.runId())));
        return latest;
    }

    private static String reason(Publication last, Fingerprints now) {
        if (last == null) {
            return "first publication";
        }
        List<String> changed = new ArrayList<>();
        if (!last.fingerprints().ledger().equals(now.ledger())) {
            changed.add("requests");
        }
        if (!last.fingerprints().rates().equals(now.rates())) {
            changed.add("rates");
        }
        if (!last.fingerprints().policies().equals(now.policies())) {
            changed.add("policies");
        }
        return "changed: " + String.join(", ", changed);
    }

    private static SortedMap<String, Long> recordsOf(Month month, List<FileEntry> files) {
        List<FileEntry> ofMonth =
                files.stream().filter(f -> month.toString().equals(f.month())).toList();
        return counts(ofMonth);
    }

    private static SortedMap<String, Long> counts(List<FileEntry> files) {
        return new TreeMap<>(Map.of(
                "read", DataQuality.total(files, FileEntry::records),
                "accepted", DataQuality.total(files, FileEntry::accepted),
                "duplicate", DataQuality.total(files, FileEntry::duplicate),
                "rejected", DataQuality.total(files, FileEntry::rejected),
                "out_of_scope", DataQuality.total(files, FileEntry::outOfScope)));
    }

    private SortedMap<String, String> code() {
        String version = NightlyRun.class.getPackage().getImplementationVersion();
        return new TreeMap<>(Map.of(
                "tokenledger", version == null ? "unpackaged" : version,
                "spark", session.version(),
                "java", Runtime.version().toString()));
    }

    private enum PoolTotal {
        TOTAL,
        PRICED
    }

    /** Cost per scenario over all pools; null where any token of the scenario is unpriced. */
    private static SortedMap<String, BigDecimal> totals(Evaluation evaluation, Month month, PoolTotal part) {
        SortedMap<String, BigDecimal> totals = new TreeMap<>();
        for (ScenarioName scenario : ScenarioName.values()) {
            List<BigDecimal> costs = new ArrayList<>();
            evaluation.comparisons().stream()
                    .map(Comparison::cost)
                    .filter(c -> c.month().equals(month) && c.scenario() == scenario)
                    .forEach(c -> costs.add(part == PoolTotal.TOTAL ? c.totalCost() : c.pricedCost()));
            if (!costs.isEmpty()) {
                totals.put(
                        scenario.label(),
                        costs.stream().anyMatch(Objects::isNull)
                                ? null
                                : costs.stream().reduce(BigDecimal.ZERO, BigDecimal::add));
            }
        }
        return totals;
    }

    private static Map<String, String> text(SortedMap<String, BigDecimal> totals) {
        Map<String, String> text = new TreeMap<>();
        totals.forEach((scenario, total) -> text.put(scenario, total == null ? null : total.toPlainString()));
        return text;
    }

    private void writeRejects(Dataset<Row> read, List<FileReport> reports) {
        if (reports.stream().allMatch(r -> r.rejected() == 0)) {
            return;
        }
        Dataset<Row> paths = read.filter(col(LogRecords.KIND).equalTo(LogRecords.FILE))
                .select(col(LogRecords.FILE_ID), col(LogRecords.PATH).as("file"));
        Dataset<Row> rejects = read.filter(col(LogRecords.KIND).equalTo(LogRecords.REJECTED))
                .drop(LogRecords.PATH)
                .join(paths, LogRecords.FILE_ID)
                .select("feed", "file", LogRecords.BYTE_OFFSET, LogRecords.REASON, LogRecords.LINE_SHA256)
                .orderBy("file", LogRecords.BYTE_OFFSET);
        RunRecord.writeTable(
                outSystem,
                RunRecord.directory(out, runId),
                new io.tokenledger.report.ReportTable("rejects", rejects.schema()),
                rejects.toLocalIterator());
    }

    private void noteInRunRecord(List<Check> checks, Evaluation evaluation) {
        Path directory = RunRecord.directory(out, runId);
        for (ReportTables.Content table :
                List.of(ReportTables.dataQuality(checks), ReportTables.unpricedUsage(evaluation.unpriced()))) {
            RunRecord.writeTable(
                    outSystem, directory, table.table(), table.rows().iterator());
        }
    }

    private String runFile(String name) {
        return new Path(RunRecord.directory(out, runId), name).toString();
    }

    private void count(List<FileEntry> entries) {
        records.putAll(counts(entries));
    }

    private void describe(String step) {
        session.sparkContext().setJobDescription(step);
    }

    private NightlyResult published(
            List<Publication> assemblies, SortedMap<Month, MonthUsage> usage, Evaluation evaluation, JobInputs inputs) {
        List<MonthLine> lines = new ArrayList<>();
        List<Run.PublishedMonth> months = new ArrayList<>();
        for (Publication assembly : assemblies) {
            Month month = assembly.month();
            SortedMap<String, BigDecimal> totals = totals(evaluation, month, PoolTotal.TOTAL);
            months.add(new Run.PublishedMonth(month, assembly.version(), assembly.path(), totals));
            long unpriced = evaluation.comparisons().stream()
                    .map(Comparison::cost)
                    .filter(c -> c.month().equals(month) && c.scenario() == ScenarioName.SERVERLESS)
                    .mapToLong(c -> c.unpricedTokens())
                    .sum();
            lines.add(new MonthLine(
                    month,
                    assembly.version(),
                    totals,
                    totals(evaluation, month, PoolTotal.PRICED),
                    new NightlyResult.Tokens(
                            usage.get(month).inputTokens(), usage.get(month).outputTokens(), unpriced)));
        }
        Run run = record(Run.Status.PUBLISHED, ExitCode.OK, null, months);
        return new NightlyResult(
                run, lines, out.toString(), inputs.economics().rates().currency());
    }

    private NightlyResult nothingNew(List<Publication> published, JobInputs inputs) {
        List<MonthLine> lines = new ArrayList<>();
        current(published).forEach((month, p) -> {
            SortedMap<String, BigDecimal> totals = new TreeMap<>();
            p.totals().forEach((s, total) -> totals.put(s, total == null ? null : new BigDecimal(total)));
            lines.add(new MonthLine(month, p.version(), totals, totals, null));
        });
        Run run = record(Run.Status.NOTHING_NEW, ExitCode.OK, null, List.of());
        return new NightlyResult(
                run, lines, out.toString(), inputs.economics().rates().currency());
    }

    private NightlyResult failed(ExitCode exitCode, String message) {
        Run run;
        try {
            run = record(Run.Status.FAILED, exitCode, message, List.of());
        } catch (RuntimeException e) {
            // The output directory itself is what fails: the terminal and the exit code are all that is left.
            LOG.error("The run record cannot be written to {}: {}", out, e.getMessage());
            run = run(Run.Status.FAILED, exitCode, message, List.of());
        }
        return new NightlyResult(run, List.of(), String.valueOf(out), null);
    }

    private Run record(Run.Status status, ExitCode exitCode, String message, List<Run.PublishedMonth> months) {
        Run run = run(status, exitCode, message, months);
        RunRecord.write(outSystem, out, run);
        return run;
    }

    private Run run(Run.Status status, ExitCode exitCode, String message, List<Run.PublishedMonth> months) {
        return new Run(
                Run.SCHEMA_VERSION,
                runId,
                status,
                exitCode,
                message,
                startedAt,
                clock.instant(),
                options.jobFile(),
                records,
                months,
                warnings,
                Session.settings());
    }
}
