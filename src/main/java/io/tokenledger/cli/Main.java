package io.tokenledger.cli;

import io.tokenledger.model.ExitCode;
import io.tokenledger.model.Failure;
import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The entry of every command. */
@Command(
        name = "tokenledger",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        description = "What the tokens in your LLM request logs cost, and what they would cost otherwise.",
        subcommands = {NightlyCommand.class, ExplainCommand.class, EstimateCommand.class, ImportRatesCommand.class},
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:published and verified, or nothing new",
            "1:unexpected: a defect",
            "2:usage or configuration",
            "3:data quality; nothing published",
            "4:unpriced tokens above the threshold; nothing published",
            "5:input changed while read; try again",
            "6:another run won; try again",
            "7:storage"
        })
public final class Main implements Runnable {
    @Spec
    private CommandSpec spec;

    public static void main(String[] args) {
        int exitCode = commandLine().execute(args);
        // A cluster manager takes a call of exit for a failure, so success just returns.
        if (exitCode != ExitCode.OK.number()) {
            System.exit(exitCode);
        }
    }

    static CommandLine commandLine() {
        return new CommandLine(new Main())
                .setUsageHelpWidth(110)
                .setExecutionExceptionHandler((exception, command, parsed) -> {
                    PrintWriter err = command.getErr();
                    if (exception instanceof Failure failure) {
                        err.println("tokenledger: " + failure.getMessage());
                        return failure.exitCode().number();
                    }
                    exception.printStackTrace(err);
                    return ExitCode.UNEXPECTED.number();
                });
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Missing command");
    }

    /** The version in the jar's manifest. */
    static final class Version implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = Main.class.getPackage().getImplementationVersion();
            return new String[] {"tokenledger " + (version == null ? "(unpackaged)" : version)};
        }
    }
}
