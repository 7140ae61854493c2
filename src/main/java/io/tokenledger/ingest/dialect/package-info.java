/**
 * From the bytes of one line to an outcome: what a dialect makes of a record. A dialect is one file; it names the JSON
 * pointers that it wants and turns the captured values into a {@link io.tokenledger.ingest.dialect.Request}, an
 * {@link io.tokenledger.ingest.dialect.OutOfScope} or a {@link io.tokenledger.ingest.dialect.Rejection}. Knows nothing
 * of files or Spark.
 */
package io.tokenledger.ingest.dialect;
