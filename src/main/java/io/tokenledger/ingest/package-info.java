/**
 * From exported log files to rows of requests, rejects and file reports: the settings of a feed, the snapshot of its
 * files, and one pass over their bytes. What a record means is up to {@link io.tokenledger.ingest.dialect}.
 */
package io.tokenledger.ingest;
