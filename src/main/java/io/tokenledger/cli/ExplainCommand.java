package io.tokenledger.cli;

import io.tokenledger.job.Explain;
import io.tokenledger.model.ExitCode;
import io.tokenledger.model.Month;
import io.tokenledger.report.Json;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** What an auditor asks: why a cell has the figure that it has. Runs under spark-submit, as {@link NightlyCommand}. */
@Command(
        name = "explain",
        mixinStandardHelpOptions = true,
        description = {
            "The arithmetic behind a cell of scenario_costs, and so of monthly_costs: tokens, prices and their lines in the"
                    + " rate tables, shares of capacity, volumes and minimum spends of contracts.",
            "Computed from the ledger as it is now; it reads no logs and writes nothing. Where several cells match, they are"
                    + " listed. An empty value chooses cells without one, such as --tenant ''."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  scripts/tokenledger explain 2026-08 jobs/sample.yaml",
            "  scripts/tokenledger explain 2026-08 jobs/sample.yaml --scenario serverless --tenant acme",
            "  scripts/tokenledger explain 2026-08 jobs/sample.yaml --scenario dedicated --row-kind idle --json"
        })
final class ExplainCommand implements Callable<Integer> {
    @Parameters(paramLabel = "MONTH", description = "The month of the report, such as 2026-08.")
    private String month;

    @Parameters(paramLabel = "JOBFILE", description = "The job file (YAML) of the nightly run.")
    private String jobFile;

    @Option(names = "--scenario", paramLabel = "S", description = "Such as serverless or as-run.")
    private String scenario;

    @Option(names = "--variant", paramLabel = "V", description = "Such as given or optimum.")
    private String variant;

    @Option(names = "--pool", paramLabel = "P", description = "The pool; of a model in none, provider/model.")
    private String pool;

    @Option(names = "--tenant", paramLabel = "T", description = "The tenant.")
    private String tenant;

    @Option(names = "--feature", paramLabel = "F", description = "The feature.")
    private String feature;

    @Option(names = "--environment", paramLabel = "E", description = "The environment.")
    private String environment;

    @Option(names = "--provider", paramLabel = "P", description = "The provider.")
    private String provider;

    @Option(names = "--model", paramLabel = "M", description = "The model, as in the report.")
    private String model;

    @Option(names = "--row-kind", paramLabel = "KIND", description = "usage, idle or unallocated.")
    private String rowKind;

    @Option(names = "--json", description = "Print JSON instead of text; amounts are decimal text.")
    private boolean json;

    @Option(
            names = "--warehouse",
            paramLabel = "DIR",
            description = "Where the embedded ledger is. Default: the job file's warehouse.")
    private String warehouse;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        Explain.Options options = new Explain.Options(Month.parse(month), jobFile, warehouse);
        try (SparkSession spark =
                        SparkSession.builder().appName("tokenledger explain").getOrCreate();
                Explain explain = new Explain(spark, options)) {
            Explain.Answer answer = explain.answer(wanted());
            PrintWriter terminal = spec.commandLine().getOut();
            if (json) {
                terminal.print(new String(Json.bytes(answer), StandardCharsets.UTF_8));
            } else {
                ExplanationText.lines(answer).forEach(terminal::println);
            }
            terminal.flush();
            return ExitCode.OK.number();
        }
    }

    private Map<String, String> wanted() {
        Map<String, String> wanted = new LinkedHashMap<>();
        put(wanted, "scenario", scenario);
        put(wanted, "variant", variant);
        put(wanted, "pool", pool);
        put(wanted, "row_kind", rowKind);
        put(wanted, "tenant", tenant);
        put(wanted, "feature", feature);
        put(wanted, "environment", environment);
        put(wanted, "provider", provider);
        put(wanted, "model", model);
        return wanted;
    }

    /** @param value null where the option is not given */
    private static void put(Map<String, String> wanted, String column, String value) {
        if (value != null) {
            wanted.put(column, value.isEmpty() ? null : value);
        }
    }
}
