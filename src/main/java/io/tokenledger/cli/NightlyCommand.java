package io.tokenledger.cli;

import io.tokenledger.job.NightlyResult;
import io.tokenledger.job.NightlyRun;
import io.tokenledger.report.RunRecord;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.concurrent.Callable;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The main job. It runs under spark-submit, which decides on master, memory and cores. */
@Command(
        name = "nightly",
        mixinStandardHelpOptions = true,
        description = {
            "Read new logs into the ledger, price every month that changed, publish its reports.",
            "A second night over the same files changes nothing."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  scripts/tokenledger nightly jobs/sample.yaml",
            "  scripts/tokenledger nightly jobs/sample.yaml --warehouse /data/ledger --out /data/reports",
            "  scripts/tokenledger nightly jobs/sample.yaml --json"
        })
final class NightlyCommand implements Callable<Integer> {
    @Parameters(paramLabel = "JOBFILE", description = "The job file (YAML): feeds, tables, scenarios, outputs.")
    private String jobFile;

    @Option(
            names = "--warehouse",
            paramLabel = "DIR",
            description = "Where the embedded ledger is. Default: the job file's warehouse.")
    private String warehouse;

    @Option(names = "--out", paramLabel = "DIR", description = "Where reports go. Default: the job file's out.")
    private String out;

    @Option(names = "--json", description = "Print the run record instead of the table.")
    private boolean json;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        try (SparkSession spark =
                SparkSession.builder().appName("tokenledger nightly").getOrCreate()) {
            NightlyResult result =
                    NightlyRun.run(spark, new NightlyRun.Options(jobFile, warehouse, out), Clock.systemUTC());
            PrintWriter terminal = spec.commandLine().getOut();
            if (json) {
                terminal.println(new String(RunRecord.json(result.run()), StandardCharsets.UTF_8));
            } else {
                Summary.lines(result).forEach(terminal::println);
            }
            terminal.flush();
            return result.run().exitCode().number();
        }
    }
}
