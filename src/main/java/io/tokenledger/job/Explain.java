package io.tokenledger.job;

import io.tokenledger.ledger.Ledger;
import io.tokenledger.ledger.Publication;
import io.tokenledger.model.ExitCode;
import io.tokenledger.model.Failure;
import io.tokenledger.model.Month;
import io.tokenledger.rates.RateGrid;
import io.tokenledger.scenario.CostCell;
import io.tokenledger.scenario.CostExplanation;
import io.tokenledger.scenario.CostFilter;
import io.tokenledger.scenario.Evaluation;
import io.tokenledger.scenario.Explainer;
import io.tokenledger.usage.Usage;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.storage.StorageLevel;

/**
 * The arithmetic behind a cell of {@code scenario_costs}, from the ledger as it is now and the job file's tables, by the
 * steps of the nightly run. Logs are not read, and nothing is written.
 */
public final class Explain implements AutoCloseable {
    /** More cells than a person reads. */
    private static final int MOST_CELLS = 20;

    private static final int MOST_VALUES = 10;

    /**
     * What the command line says.
     *
     * @param warehouse overrides the job file; null leaves it
     */
    public record Options(Month month, String jobFile, String warehouse) {}

    /**
     * What was found: one cell explained, or many, with their totals.
     *
     * @param totals by scenario, variant, pool and row kind; empty where one cell is explained
     * @param cells at most 20; empty where one cell is explained, or nothing but the scenario was chosen
     * @param more whether there are further cells
     * @param values by column, where it can tell the cells apart: at most 10 each; null asks for cells without one
     * @param explanation null where the filter finds several cells
     * @param published null where the month is not published, or several cells were found
     */
    public record Answer(
            Month month,
            String currency,
            List<CostCell> totals,
            List<CostCell> cells,
            boolean more,
            Map<String, List<String>> values,
            CostExplanation explanation,
            Published published) {}

    /**
     * The cell in the current assembly of its month.
     *
     * @param found whether the assembly is in the output directory of the job file; without it there are no costs
     * @param agrees whether it is there with the same cost
     * @param totalCost null if anything is unpriced, or the cell is not there
     * @param pricedCost null if the cell is not there
     */
    public record Published(String path, boolean found, boolean agrees, BigDecimal totalCost, BigDecimal pricedCost) {}

    private final SparkSession session;
    private final Options options;
    private final JobInputs inputs;
    private final Ledger ledger;
    private final Dataset<Row> cells;
    private final Evaluation evaluation;
    private final Explainer explainer;

    /**
     * Computes the month.
     *
     * @param spark its context is used, its settings are not
     * @throws Failure with exit code 2 when there is no such ledger or month; the message names those there are
     */
    public Explain(SparkSession spark, Options options) {
        this.session = Session.pinned(spark);
        this.options = options;
        Configuration hadoop = session.sparkContext().hadoopConfiguration();
        this.inputs = JobInputs.read(options.jobFile(), JobInputs.bytes("job file", options.jobFile(), hadoop), hadoop);
        this.ledger = Ledger.openExisting(
                session,
                options.warehouse() != null
                        ? options.warehouse()
                        : resolved(inputs.job().warehouse()));
        NightlyRun.requireAllFeeds(options.jobFile(), inputs, ledger.files());
        long snapshot = ledger.snapshot();
        List<Month> months = List.of(options.month());
        List<Month> withBefore = inputs.withMonthsBefore(months);
        RateGrid grid = NightlyRun.grid(inputs, withBefore);
        Dataset<Row> requests = ledger.requests(snapshot);
        Dataset<Row> labelled = Usage.labelled(requests, inputs.policies(), grid, months);
        session.sparkContext().setJobDescription("Sum tokens per rate cell");
        this.cells = Usage.cells(labelled).persist(StorageLevel.MEMORY_AND_DISK());
        requireRequests(snapshot);
        session.sparkContext().setJobDescription("Price the scenarios");
        Dataset<Row> before = Usage.labelled(requests, inputs.policies(), grid, withBefore);
        this.evaluation = Evaluation.of(labelled, before, cells, inputs.economics(), grid, months);
        this.explainer = new Explainer(evaluation);
        session.sparkContext().setJobDescription("Explain");
    }

    private void requireRequests(long snapshot) {
        if (cells.isEmpty()) {
            throw Failure.configuration(
                    "%s: the ledger holds no request of this month; it holds requests of %s",
                    options.month(),
                    ledger.contentFingerprints(snapshot, inputs.job().billingZone())
                            .keySet());
        }
    }

    private String resolved(String path) {
        return JobInputs.resolve(options.jobFile(), path);
    }

    @Override
    public void close() {
        explainer.close();
        evaluation.close();
        cells.unpersist();
    }

    /**
     * @param wanted as in {@link CostFilter}
     * @throws Failure with exit code 2 when no cell has these values; the message names those there are
     */
    public Answer answer(Map<String, String> wanted) {
        CostFilter filter = new CostFilter(options.month(), wanted);
        List<CostCell> cells = explainer.cells(filter, MOST_CELLS + 1);
        if (cells.isEmpty()) {
            throw noCell(filter);
        }
        if (cells.size() == 1) {
            CostExplanation explanation = explainer.explain(cells.get(0));
            return answer(List.of(), List.of(), false, Map.of(), explanation, published(cells.get(0)));
        }
        boolean more = cells.size() > MOST_CELLS;
        return answer(
                explainer.totals(filter),
                filter.isOfScenarioAlone() ? List.of() : cells.subList(0, more ? MOST_CELLS : cells.size()),
                more,
                values(filter),
                null,
                null);
    }

    private Answer answer(
            List<CostCell> totals,
            List<CostCell> cells,
            boolean more,
            Map<String, List<String>> values,
            CostExplanation explanation,
            Published published) {
        return new Answer(
                options.month(),
                inputs.economics().rates().currency(),
                totals,
                cells,
                more,
                values,
                explanation,
                published);
    }

    /** What each column has that is not chosen yet, where it has more than one value. */
    private Map<String, List<String>> values(CostFilter filter) {
        Map<String, List<String>> values = new LinkedHashMap<>();
        for (String column : CostFilter.COLUMNS) {
            if (!filter.wanted().containsKey(column)) {
                List<String> of = explainer.values(filter, column, MOST_VALUES);
                if (of.size() > 1) {
                    values.put(column, of);
                }
            }
        }
        return values;
    }

    private Failure noCell(CostFilter filter) {
        List<String> known = new ArrayList<>();
        filter.wanted().keySet().forEach(column -> {
            List<String> of = explainer.values(filter, column, MOST_VALUES);
            if (of.isEmpty()) {
                of = explainer.values(new CostFilter(options.month(), Map.of()), column, MOST_VALUES);
            }
            known.add(flag(column) + " "
                    + of.stream().map(value -> value == null ? "''" : value).collect(Collectors.joining(", ")));
        });
        return Failure.configuration(
                "%s: no cell of scenario_costs has %s; there are %s",
                options.month(),
                filter.wanted().entrySet().stream()
                        .map(e -> flag(e.getKey()) + " " + (e.getValue() == null ? "''" : e.getValue()))
                        .collect(Collectors.joining(" ")),
                String.join("; ", known));
    }

    /** The option of the command line that chooses by a column. */
    public static String flag(String column) {
        return "--" + column.replace('_', '-');
    }

    /** Null where the month is not published. */
    private Published published(CostCell cell) {
        SortedMap<Month, Publication> current = Publishing.current(ledger.publications());
        Publication publication = current.get(cell.month());
        if (publication == null) {
            return null;
        }
        Path table = new Path(resolved(inputs.job().out()), publication.path() + "/parquet/scenario_costs.parquet");
        try {
            if (!table.getFileSystem(session.sparkContext().hadoopConfiguration())
                    .exists(table)) {
                return new Published(publication.path(), false, false, null, null);
            }
        } catch (IOException e) {
            throw new Failure(ExitCode.STORAGE, "cannot read %s: %s".formatted(table, e.getMessage()), e);
        }
        List<Row> rows = session.read()
                .parquet(table.toString())
                .filter(cell.filter().condition())
                .select("total_cost", "priced_cost")
                .collectAsList();
        BigDecimal total = sum(rows, 0);
        BigDecimal priced = sum(rows, 1);
        return new Published(
                publication.path(),
                true,
                same(total, cell.totalCost()) && same(priced, cell.pricedCost()),
                total,
                priced);
    }

    /** Null where any is null, or there is none. */
    private static BigDecimal sum(List<Row> rows, int column) {
        return rows.stream().anyMatch(row -> row.isNullAt(column))
                ? null
                : rows.stream()
                        .map(row -> row.getDecimal(column))
                        .reduce(BigDecimal::add)
                        .orElse(null);
    }

    private static boolean same(BigDecimal a, BigDecimal b) {
        return a == null || b == null ? a == b : a.compareTo(b) == 0;
    }
}
