package io.tokenledger.report;

import io.tokenledger.model.Month;

/**
 * What a check of the data found in a month.
 *
 * @param moneyAtRisk plain decimal text, {@code unknown} where no price can be put on it, or null where none is at risk
 * @param note what the count counts
 */
public record Check(Month month, String name, Severity severity, long count, String moneyAtRisk, String note) {

    /** {@code INFO} is for the record, {@code WARN} for a person, {@code PASS} and {@code FAIL} for a rule that must hold. */
    public enum Severity {
        INFO,
        PASS,
        WARN,
        FAIL
    }
}
