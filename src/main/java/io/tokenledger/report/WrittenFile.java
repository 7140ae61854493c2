package io.tokenledger.report;

import io.tokenledger.model.Month;

/**
 * A file of an assembly, as it was written.
 *
 * @param month the month of the assembly
 * @param path relative to the assembly's directory, such as {@code csv/usage.csv}
 * @param bytes its length
 * @param rows the rows of the table, without header
 * @param sha256 the digest of its bytes, 64 lower-case hex digits
 */
public record WrittenFile(Month month, String path, long bytes, long rows, String sha256) {}
