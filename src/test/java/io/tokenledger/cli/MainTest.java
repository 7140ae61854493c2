package io.tokenledger.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.tokenledger.model.ExitCode;
import io.tokenledger.model.Failure;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import picocli.CommandLine;
import picocli.CommandLine.Command;

class MainTest {

    @Command(name = "failing")
    private static final class Failing implements Callable<Integer> {
        private final RuntimeException failure;

        private Failing(RuntimeException failure) {
            this.failure = failure;
        }

        @Override
        public Integer call() {
            throw failure;
        }
    }

    @ParameterizedTest
    @EnumSource(value = ExitCode.class, mode = EnumSource.Mode.EXCLUDE, names = "OK")
    void aFailureEndsWithItsExitCodeAndItsMessageAlone(ExitCode exitCode) {
        Terminal terminal = failing(new Failure(exitCode, "rates.csv:7: no price"));
        assertThat(terminal.exitCode()).isEqualTo(exitCode.number());
        assertThat(terminal.err().strip()).isEqualTo("tokenledger: rates.csv:7: no price");
        assertThat(terminal.out()).isEmpty();
    }

    @Test
    void aDefectEndsWith1AndItsTrace() {
        Terminal terminal = failing(new IllegalStateException("lost a row"));
        assertThat(terminal.exitCode()).isEqualTo(1);
        assertThat(terminal.err()).contains("IllegalStateException: lost a row", "\tat ");
        assertThat(terminal.out()).isEmpty();
    }

    @Test
    void theExitCodesAreThoseOfTheHelp() {
        String help = Terminal.run("--help").answered().out();
        assertThat(help).contains("Exit codes:", "nightly", "estimate");
        for (ExitCode exitCode : ExitCode.values()) {
            assertThat(help).containsPattern("(?m)^ +" + exitCode.number() + " +\\S");
        }
    }

    @Test
    void aMissingOrUnknownCommandIsRefusedWithTheCommandsThereAre() {
        Terminal.run().refused("Missing command", "Commands:", "nightly", "estimate");
        Terminal.run("nigthly").refused("nigthly");
        Terminal.run("--verbose").refused("--verbose");
    }

    @Test
    void theNightlyRunWantsAJobFileAndShowsExamples() {
        Terminal.run("nightly").refused("JOBFILE", "Usage: tokenledger nightly");
        Terminal.run("nightly", "a.yaml", "b.yaml").refused("b.yaml");
        assertThat(Terminal.run("nightly", "--help").answered().out())
                .contains("Examples:", "scripts/tokenledger nightly jobs/sample.yaml");
    }

    @Test
    void explainWantsAMonthAndAJobFileAndShowsExamples() {
        Terminal.run("explain").refused("MONTH", "JOBFILE", "Usage: tokenledger explain");
        Terminal.run("explain", "August", "jobs/sample.yaml")
                .refused("'August' is no month; expected the form YYYY-MM");
        assertThat(Terminal.run("explain", "--help").answered().out())
                .contains("Examples:", "scripts/tokenledger explain 2026-08 jobs/sample.yaml --scenario serverless");
    }

    @Test
    void theVersionIsSaid() {
        assertThat(Terminal.run("--version").answered().out()).startsWith("tokenledger ");
    }

    private static Terminal failing(RuntimeException failure) {
        return Terminal.run(Main.commandLine().addSubcommand(new CommandLine(new Failing(failure))), "failing");
    }
}
