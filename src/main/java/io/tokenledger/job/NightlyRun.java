package io.tokenledger.job;

import static java.util.Comparator.comparing;
import static org.apache.spark.sql.functions.col;

import io.tokenledger.job.NightlyResult.MonthLine;
import io.tokenledger.ledger.FileEntry;
import io.tokenledger.ledger.Ledger;
import io.tokenledger.ledger.Lookup;
import io.tokenledger.ledger.Publication;
import io.tokenledger.ledger.Publication.Fingerprints;
import io.tokenledger.model.ExitCode;
import io.tokenledger.model.Failure;
import io.tokenledger.model.Month;
import io.tokenledger.rates.RateGrid;
import io.tokenledger.report.CapacityTables;
import io.tokenledger.report.Check;
import io.tokenledger.report.QualityTables;
import io.tokenledger.report.Run;
import io.tokenledger.report.ScenarioTables;
import io.tokenledger.report.TableContent;
import io.tokenledger.report.UsageTables;
import io.tokenledger.scenario.Comparison;
import io.tokenledger.scenario.Evaluation;
import io.tokenledger.scenario.PoolCost;
import io.tokenledger.usage.Usage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
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

    private RunFolder folder;
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
        } catch (Exception e) { // Spark's own are checked, and thrown undeclared
            LOG.error("Unexpected end of the run", e);
            return run.failed(exitCode(e), e.toString().lines().findFirst().orElse(""));
        }
    }

    private static ExitCode exitCode(Throwable thrown) {
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            if (cause instanceof IOException
                    || cause instanceof UncheckedIOException
                    || cause instanceof SQLException) {
                return ExitCode.STORAGE;
            }
        }
        return ExitCode.UNEXPECTED;
    }

    private NightlyResult night() {
        JobInputs inputs = readInputs();
        warnings.addAll(inputs.economics().rates().warnings());
        Ledger ledger = Ledger.open(session, warehouse(inputs));

        requireAllFeeds(options.jobFile(), inputs, ledger.files());
        records.putAll(DataQuality.counts(new Ingestion(session, inputs, ledger, folder, warnings::add).run()));

        // What is published is looked at before the ledger: a run that does both meanwhile then makes this one fail.
        Publishing publishing = new Publishing(inputs, ledger, folder, clock);
        long snapshot = ledger.snapshot();
        List<FileEntry> files = ledger.files();
        SortedMap<Month, Fingerprints> touched = publishing.touched(snapshot);
        if (touched.isEmpty()) {
            return nothingNew(publishing, inputs);
        }
        LOG.info("Computing {}", touched.keySet());
        session.sparkContext().setJobDescription("Sum tokens per rate cell");
        List<Month> withBefore = inputs.withMonthsBefore(touched.keySet());
        RateGrid grid = grid(inputs, withBefore);
        Dataset<Row> requests = ledger.requests(snapshot);
        Dataset<Row> labelled = Usage.labelled(requests, inputs.policies(), grid, touched.keySet());
        Dataset<Row> cells = Usage.cells(labelled).persist(StorageLevel.MEMORY_AND_DISK());
        try {
            SortedMap<Month, MonthUsage> usage = MonthUsage.of(cells);
            touched.keySet().retainAll(usage.keySet());
            if (touched.isEmpty()) {
                // A UTC month of the ledger reaches into two months of the billing zone; one of them can be empty.
                return nothingNew(publishing, inputs);
            }
            session.sparkContext().setJobDescription("Price the scenarios");
            Dataset<Row> before = Usage.labelled(requests, inputs.policies(), grid, withBefore);
            try (Evaluation evaluation =
                    Evaluation.of(labelled, before, cells, inputs.economics(), grid, usage.keySet())) {
                requireEveryToken(usage, evaluation);
                List<Check> checks = DataQuality.checks(usage, files, evaluation);
                warnings.addAll(DataQuality.warnings(checks));
                noteInRunRecord(checks, evaluation);
                DataQuality.requireFewUnpriced(
                        evaluation, inputs.job().thresholds().unpricedPercent(), folder.file("unpriced_usage.csv"));
                session.sparkContext().setJobDescription("Write the reports");
                List<TableContent> tables =
                        tables(ledger, files, labelled, cells, evaluation, checks, inputs, usage.keySet());
                return published(
                        publishing.publish(snapshot, touched, tables, evaluation, files, code()),
                        usage,
                        evaluation,
                        inputs);
            }
        } finally {
            cells.unpersist();
        }
    }

    static RateGrid grid(JobInputs inputs, List<Month> months) {
        ZoneId zone = inputs.job().billingZone();
        return inputs.economics()
                .grid(months.get(0).start(zone), months.get(months.size() - 1).end(zone));
    }

    private JobInputs readInputs() {
        byte[] content = null;
        try {
            content = JobInputs.bytes("job file", options.jobFile(), hadoop);
        } finally {
            // Before anything else can go wrong, since every run leaves a record.
            folder = folder(content);
        }
        return JobInputs.read(options.jobFile(), content, hadoop);
    }

    private RunFolder folder(byte[] jobFile) {
        String wanted = jobFile == null ? JobFile.DEFAULT_OUT : JobFile.outOf(jobFile);
        Path out = new Path(options.out() != null ? options.out() : JobInputs.resolve(options.jobFile(), wanted));
        try {
            return new RunFolder(out.getFileSystem(hadoop), out, runId);
        } catch (IOException e) {
            throw new Failure(ExitCode.STORAGE, "out: %s: %s".formatted(out, e.getMessage()), e);
        }
    }

    private String warehouse(JobInputs inputs) {
        return options.warehouse() != null
                ? options.warehouse()
                : JobInputs.resolve(options.jobFile(), inputs.job().warehouse());
    }

    /** The ledger keeps what it knows of every feed, so a feed that was read cannot leave the job file unnoticed. */
    static void requireAllFeeds(String jobFile, JobInputs inputs, List<FileEntry> files) {
        Set<String> missing = files.stream()
                .filter(f -> f.records() > 0)
                .map(FileEntry::feed)
                .collect(Collectors.toCollection(TreeSet::new));
        inputs.feeds().forEach(feed -> missing.remove(feed.name()));
        if (!missing.isEmpty()) {
            throw Failure.configuration(
                    "%s: feeds: the ledger holds requests of %s, which the job file does not name; put the feed back, since"
                            + " its serving mode and requests_per_line price them",
                    jobFile, missing);
        }
    }

    /** Every scenario serves every billable token: a step that lost or doubled one ends here, not in a report. */
    private static void requireEveryToken(SortedMap<Month, MonthUsage> usage, Evaluation evaluation) {
        usage.forEach((month, expected) -> evaluation.tokens(month).forEach((scenario, served) -> {
            if (served != expected.billableTokens()) {
                throw new IllegalStateException("%s: scenario %s serves %s tokens of %s"
                        .formatted(month, scenario, served, expected.billableTokens()));
            }
        }));
    }

    private List<TableContent> tables(
            Ledger ledger,
            List<FileEntry> files,
            Dataset<Row> labelled,
            Dataset<Row> cells,
            Evaluation evaluation,
            List<Check> checks,
            JobInputs inputs,
            Collection<Month> months) {
        String currency = inputs.economics().rates().currency();
        return List.of(
                UsageTables.monthlyCosts(
                        cells, Usage.operations(labelled, cells), evaluation.costs(), evaluation.scenarios()),
                UsageTables.usage(cells),
                ScenarioTables.scenarioCosts(evaluation.costs(), currency),
                ScenarioTables.scenarioComparison(evaluation.comparisons(), currency),
                CapacityTables.capacityPlan(evaluation.capacity()),
                CapacityTables.capacityLadder(evaluation.capacity()),
                ScenarioTables.batchPlan(evaluation.batchPlans()),
                ScenarioTables.whatIfModel(evaluation.otherModels(), currency),
                ScenarioTables.breakEven(evaluation.breakEven(), currency),
                QualityTables.ratesApplied(evaluation.ratesApplied()),
                QualityTables.unpricedUsage(evaluation.unpriced()),
                QualityTables.rejectedRecords(rejectsOf(ledger, files, months)),
                QualityTables.dataQuality(checks));
    }

    /**
     * A rejected record belongs to the month of its file; where the file has no request, to every month. Only the last
     * reading of a file counts.
     */
    private Dataset<Row> rejectsOf(Ledger ledger, List<FileEntry> files, Collection<Month> months) {
        Map<List<Object>, Boolean> last = DataQuality.lastReadings(files)
                .collect(Collectors.toMap(f -> List.of(f.runId(), f.fileId()), f -> true));
        Dataset<Row> names = session.createDataset(
                        months.stream().map(Month::toString).toList(), Encoders.STRING())
                .toDF("of_month");
        return ledger.rejects()
                .filter(new Lookup<>(last, DataTypes.BooleanType).of(col("run_id"), col("file_id")))
                .join(names, col("month").isNull().or(col("month").equalTo(col("of_month"))))
                .withColumn("month", col("of_month"))
                .withColumnRenamed("path", "file");
    }

    private void noteInRunRecord(List<Check> checks, Evaluation evaluation) {
        for (TableContent table :
                List.of(QualityTables.dataQuality(checks), QualityTables.unpricedUsage(evaluation.unpriced()))) {
            folder.write(table.table(), table.rows().iterator());
        }
    }

    private SortedMap<String, String> code() {
        String version = NightlyRun.class.getPackage().getImplementationVersion();
        return new TreeMap<>(Map.of(
                "tokenledger", version == null ? "unpackaged" : version,
                "spark", session.version(),
                "java", Runtime.version().toString()));
    }

    private NightlyResult published(
            List<Publication> assemblies, SortedMap<Month, MonthUsage> usage, Evaluation evaluation, JobInputs inputs) {
        List<MonthLine> lines = new ArrayList<>();
        List<Run.PublishedMonth> months = new ArrayList<>();
        for (Publication assembly : assemblies) {
            Month month = assembly.month();
            SortedMap<String, BigDecimal> totals = evaluation.totals(month);
            SortedMap<String, BigDecimal> pricedTotals = evaluation.pricedTotals(month);
            months.add(new Run.PublishedMonth(month, assembly.version(), assembly.path(), totals, pricedTotals));
            lines.add(new MonthLine(
                    month,
                    assembly.version(),
                    totals,
                    pricedTotals,
                    new NightlyResult.Tokens(
                            usage.get(month).inputTokens(),
                            usage.get(month).outputTokens(),
                            evaluation.mostUnpriced(month)),
                    cheapest(evaluation, month)));
        }
        Run run = ended(Run.Status.PUBLISHED, ExitCode.OK, null, months);
        folder.write(run);
        return result(run, lines, inputs.economics().rates().currency());
    }

    private static List<NightlyResult.Cheapest> cheapest(Evaluation evaluation, Month month) {
        return evaluation.comparisons().stream()
                .filter(c -> c.cheapest() && c.cost().month().equals(month))
                .map(Comparison::cost)
                .sorted(comparing(PoolCost::totalCost).reversed().thenComparing(PoolCost::pool))
                .map(cost -> new NightlyResult.Cheapest(cost.pool(), cost.scenario()))
                .toList();
    }

    private NightlyResult nothingNew(Publishing publishing, JobInputs inputs) {
        LOG.info("Nothing new: every month is published as it is");
        publishing.repairLatest();
        List<MonthLine> lines = new ArrayList<>();
        publishing.current().forEach((month, p) -> {
            lines.add(new MonthLine(
                    month, p.version(), decimals(p.totals()), decimals(p.pricedTotals()), null, List.of()));
        });
        Run run = ended(Run.Status.NOTHING_NEW, ExitCode.OK, null, List.of());
        folder.write(run);
        return result(run, lines, inputs.economics().rates().currency());
    }

    private static SortedMap<String, BigDecimal> decimals(Map<String, String> texts) {
        SortedMap<String, BigDecimal> decimals = new TreeMap<>();
        texts.forEach((key, text) -> decimals.put(key, text == null ? null : new BigDecimal(text)));
        return decimals;
    }

    private NightlyResult failed(ExitCode exitCode, String message) {
        Run run = ended(Run.Status.FAILED, exitCode, message, List.of());
        try {
            if (folder != null) {
                folder.write(run);
            }
        } catch (RuntimeException e) {
            // The output directory itself is what fails: the terminal and the exit code are all that is left.
            LOG.error("The run record cannot be written: {}", e.getMessage());
        }
        return result(run, List.of(), null);
    }

    private Run ended(Run.Status status, ExitCode exitCode, String message, List<Run.PublishedMonth> months) {
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

    private NightlyResult result(Run run, List<MonthLine> months, String currency) {
        return new NightlyResult(
                run, months, folder == null ? null : folder.out().toString(), currency);
    }
}
