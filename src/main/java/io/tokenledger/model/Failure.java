package io.tokenledger.model;

import java.util.Locale;

/**
 * An end of a command that its user can act on. The message names the place, what was found, what was expected and what
 * to do; it is shown without a stack trace. Anything else that is thrown is a defect.
 */
public final class Failure extends RuntimeException {
    private final transient ExitCode exitCode;

    public Failure(ExitCode exitCode, String message) {
        super(message);
        this.exitCode = exitCode;
    }

    public Failure(ExitCode exitCode, String message, Throwable cause) {
        super(message, cause);
        this.exitCode = exitCode;
    }

    /** A message from a format, in the same digits on every machine. */
    public static Failure of(ExitCode exitCode, String format, Object... values) {
        return new Failure(exitCode, String.format(Locale.ROOT, format, values));
    }

    /** A wrong flag, job file or table: exit code 2. */
    public static Failure configuration(String format, Object... values) {
        return of(ExitCode.CONFIGURATION, format, values);
    }

    public ExitCode exitCode() {
        return exitCode;
    }
}
