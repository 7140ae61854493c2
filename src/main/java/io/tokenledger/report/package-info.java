/**
 * What a run leaves for people: report tables as CSV and Parquet, the assembly that holds a month's version of them with
 * its inputs and manifest, the pointer to the newest assemblies, and the record of the run.
 *
 * <p>Tables are streamed from an iterator into one file per month and format, so a table of any length needs the memory
 * of one row group. Bytes depend on rows alone. A storage error is a {@link io.tokenledger.model.Failure} with exit code
 * 7; what was half written by then is in a directory that nothing names yet.
 */
package io.tokenledger.report;
