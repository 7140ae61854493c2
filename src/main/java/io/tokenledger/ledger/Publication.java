package io.tokenledger.ledger;

import io.tokenledger.model.Month;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Map;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.Record;

/**
 * A published assembly of a month.
 *
 * @param version counts from 1
 * @param ledgerSnapshot of the requests it was computed from
 * @param fingerprints of what it was computed from; a month whose fingerprints differ from these is out of date
 * @param totals scenario to total cost as plain decimal text; null where something is unpriced
 * @param pricedTotals scenario to the priced part of its cost, likewise; never null
 * @param path of the assembly, relative to the output directory
 */
public record Publication(
        Month month,
        int version,
        String runId,
        String state,
        String reason,
        Instant publishedAt,
        long ledgerSnapshot,
        Fingerprints fingerprints,
        Map<String, String> totals,
        Map<String, String> pricedTotals,
        String path) {

    /** What the figures of a month depend on, each as hex of a SHA-256. */
    public record Fingerprints(String ledger, String rates, String policies) {}

    static Publication of(Record row) {
        return new Publication(
                Month.parse((String) row.getField("month")),
                (Integer) row.getField("version"),
                (String) row.getField("run_id"),
                (String) row.getField("state"),
                (String) row.getField("reason"),
                ((OffsetDateTime) row.getField("published_at")).toInstant(),
                (Long) row.getField("ledger_snapshot"),
                new Fingerprints(
                        (String) row.getField("ledger_fingerprint"),
                        (String) row.getField("rates_fingerprint"),
                        (String) row.getField("policies_fingerprint")),
                texts(row, "totals"),
                texts(row, "priced_totals"),
                (String) row.getField("path"));
    }

    @SuppressWarnings("unchecked")
    private static Map<String, String> texts(Record row, String column) {
        return (Map<String, String>) row.getField(column);
    }

    Record toRecord() {
        Record row = GenericRecord.create(Tables.PUBLICATIONS.schema());
        row.setField("month", month.toString());
        row.setField("version", version);
        row.setField("run_id", runId);
        row.setField("state", state);
        row.setField("reason", reason);
        row.setField("published_at", publishedAt.atOffset(ZoneOffset.UTC));
        row.setField("ledger_snapshot", ledgerSnapshot);
        row.setField("ledger_fingerprint", fingerprints.ledger());
        row.setField("rates_fingerprint", fingerprints.rates());
        row.setField("policies_fingerprint", fingerprints.policies());
        row.setField("totals", totals);
        row.setField("priced_totals", pricedTotals);
        row.setField("path", path);
        return row;
    }
}
