package io.tokenledger.model;

/** What the end of a command tells its scheduler. The numbers are part of the public interface. */
public enum ExitCode {
    /** Published and verified, or nothing new. */
    OK(0),
    /** A defect of the program or its platform. */
    UNEXPECTED(1),
    /** A wrong flag, job file or table. */
    CONFIGURATION(2),
    /** Input that cannot be trusted; nothing was published. */
    DATA_QUALITY(3),
    /** Tokens without a rate above the threshold; nothing was published. */
    UNPRICED(4),
    /** An input file changed while it was read; try again. */
    INPUT_CHANGED(5),
    /** Another run committed first; try again. */
    CONFLICT(6),
    /** The ledger or the output directory could not be read or written. */
    STORAGE(7);

    private final int number;

    ExitCode(int number) {
        this.number = number;
    }

    public int number() {
        return number;
    }
}
