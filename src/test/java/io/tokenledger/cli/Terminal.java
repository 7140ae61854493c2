package io.tokenledger.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import picocli.CommandLine;

/** What a command left on the terminal. */
record Terminal(int exitCode, String out, String err) {

    static Terminal run(String... args) {
        return run(Main.commandLine(), args);
    }

    static Terminal run(CommandLine command, String... args) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        command.setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
        return new Terminal(command.execute(args), out.toString(), err.toString());
    }

    /** That the command refused its arguments or files, said so on standard error, and printed no result. */
    Terminal refused(String... saying) {
        assertThat(exitCode).as(err).isEqualTo(2);
        assertThat(err).contains(saying).doesNotContain("\tat ");
        assertThat(out).isEmpty();
        return this;
    }

    /** That the command succeeded with nothing to complain about. */
    Terminal answered() {
        assertThat(exitCode).as(err).isZero();
        assertThat(err).isEmpty();
        return this;
    }
}
