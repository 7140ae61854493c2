package io.tokenledger.report;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import io.tokenledger.ledger.Publication.Fingerprints;
import io.tokenledger.model.Month;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What an assembly is made of and made from: enough to compute it again and to notice a changed byte. It names no host,
 * no user and no path outside the assembly; the run and the time of publication are its only parts that differ between
 * two runs over the same inputs.
 *
 * @param schemaVersion {@link #SCHEMA_VERSION}
 * @param month the month of the reports
 * @param version 1 for the first assembly of the month
 * @param runId the run that made it
 * @param publishedAt when the run published it
 * @param state of the month: {@code open} or {@code closed}
 * @param reason why this version follows the one before
 * @param billingZone the time zone that bounds the month
 * @param ledgerSnapshot the snapshot of the ledger it was computed from
 * @param fingerprints of the inputs of the computation
 * @param currency of the totals, ISO 4217
 * @param totals cost per scenario; null where tokens of the scenario are unpriced
 * @param pricedTotals the priced part of the cost per scenario
 * @param records counts by outcome
 * @param files every file of the reports, the inputs and the manifest itself apart
 * @param inputs SHA-256 of each file under {@code inputs/}
 * @param code what computed it: the versions of the job, Spark and Java
 */
public record Manifest(
        int schemaVersion,
        Month month,
        int version,
        String runId,
        Instant publishedAt,
        String state,
        String reason,
        ZoneId billingZone,
        long ledgerSnapshot,
        Fingerprints fingerprints,
        String currency,
        SortedMap<String, BigDecimal> totals,
        SortedMap<String, BigDecimal> pricedTotals,
        SortedMap<String, Long> records,
        @JsonIgnoreProperties("month") List<WrittenFile> files,
        SortedMap<String, String> inputs,
        SortedMap<String, String> code) {

    /** Raised when a key changes its meaning or goes away. */
    public static final int SCHEMA_VERSION = 1;

    public Manifest {
        totals = sorted(totals);
        pricedTotals = sorted(pricedTotals);
        records = sorted(records);
        files = List.copyOf(files);
        inputs = sorted(inputs);
        code = sorted(code);
    }

    /** A copy that nobody can change; unlike {@code Map.copyOf} it keeps its order and its nulls. */
    static <V> SortedMap<String, V> sorted(Map<String, V> map) {
        return Collections.unmodifiableSortedMap(new TreeMap<>(map));
    }
}
