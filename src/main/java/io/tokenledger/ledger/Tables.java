package io.tokenledger.ledger;

import static org.apache.iceberg.types.Types.NestedField.optional;
import static org.apache.iceberg.types.Types.NestedField.required;

import io.tokenledger.ingest.LogRecords;
import io.tokenledger.model.TokenClass;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;

/** The tables of the ledger: names, columns, layout. */
enum Tables {
    /**
     * A row per accepted request: {@code request_key} (the first 128 bits of a hash of identity namespace, provider and
     * request id; without an id of file digest and byte offset) and the columns of {@link LogRecords#requestColumns()}.
     * Partitioned by month, never by day: a day's worth of files each would cost more than the pruning saves, since the
     * exact bounds of {@code occurred_at} prune by day where logs are in the order of time.
     */
    REQUESTS(requestColumns()),

    /** A row per input file and run that read it: what became of its records. */
    FILES(List.of(
            required(1, "run_id", Types.StringType.get()),
            required(2, "feed", Types.StringType.get()),
            required(3, "file_id", Types.LongType.get()),
            required(4, "path", Types.StringType.get()),
            required(5, "size", Types.LongType.get()),
            required(6, "modified", Types.TimestampType.withZone()),
            required(7, "codec", Types.StringType.get()),
            optional(8, "sha256", Types.StringType.get()),
            optional(9, "month", Types.StringType.get()),
            required(10, "records", Types.LongType.get()),
            required(11, "accepted", Types.LongType.get()),
            required(12, "duplicate", Types.LongType.get()),
            required(13, "conflict", Types.LongType.get()),
            required(14, "rejected", Types.LongType.get()),
            required(15, "out_of_scope", Types.LongType.get()),
            optional(16, "error", Types.StringType.get()))),

    /** A row per rejected record: where it is and why, never its text. */
    REJECTS(List.of(
            required(1, "run_id", Types.StringType.get()),
            required(2, "feed", Types.StringType.get()),
            required(3, "file_id", Types.LongType.get()),
            required(4, "path", Types.StringType.get()),
            optional(5, "month", Types.StringType.get()),
            required(6, "byte_offset", Types.LongType.get()),
            required(7, "reason", Types.StringType.get()),
            required(8, "line_sha256", Types.StringType.get()))),

    /** A row per published assembly. */
    PUBLICATIONS(List.of(
            required(1, "month", Types.StringType.get()),
            required(2, "version", Types.IntegerType.get()),
            required(3, "run_id", Types.StringType.get()),
            required(4, "state", Types.StringType.get()),
            required(5, "reason", Types.StringType.get()),
            required(6, "published_at", Types.TimestampType.withZone()),
            required(7, "ledger_snapshot", Types.LongType.get()),
            required(8, "ledger_fingerprint", Types.StringType.get()),
            required(9, "rates_fingerprint", Types.StringType.get()),
            required(10, "policies_fingerprint", Types.StringType.get()),
            required(11, "totals", Types.MapType.ofOptional(12, 13, Types.StringType.get(), Types.StringType.get())),
            required(
                    14,
                    "priced_totals",
                    Types.MapType.ofOptional(15, 16, Types.StringType.get(), Types.StringType.get())),
            required(17, "path", Types.StringType.get())));

    static final String NAMESPACE = "tokenledger";
    static final String REQUEST_KEY = "request_key";

    private final Schema schema;

    Tables(List<NestedField> columns) {
        this.schema = new Schema(columns);
    }

    String tableName() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }

    Schema schema() {
        return schema;
    }

    PartitionSpec spec() {
        return this == REQUESTS
                ? PartitionSpec.builderFor(schema).month(LogRecords.OCCURRED_AT).build()
                : PartitionSpec.unpartitioned();
    }

    Map<String, String> properties() {
        Map<String, String> properties = new HashMap<>(Map.of(
                "format-version", "3",
                "write.parquet.compression-codec", "zstd",
                "commit.retry.num-retries", "10"));
        if (this == REQUESTS) {
            properties.putAll(Map.of(
                    "write.metadata.metrics.default",
                    "counts",
                    "write.metadata.metrics.column." + LogRecords.OCCURRED_AT,
                    "full",
                    // Logs are in the order of time already; a shuffle by month would cost more than a few more files.
                    "write.distribution-mode",
                    "none",
                    "write.spark.fanout.enabled",
                    "true"));
        }
        return properties;
    }

    private static List<NestedField> requestColumns() {
        List<NestedField> columns = new ArrayList<>();
        columns.add(required(1, REQUEST_KEY, Types.BinaryType.get()));
        for (String name : LogRecords.requestColumns()) {
            columns.add(optional(columns.size() + 1, name, type(name)));
        }
        return columns;
    }

    private static Type type(String column) {
        if (TokenClass.of(column).isPresent()) {
            return Types.LongType.get();
        }
        return switch (column) {
            case LogRecords.FILE_ID,
                    LogRecords.BYTE_OFFSET,
                    LogRecords.DURATION_MS,
                    LogRecords.REASONING_TOKENS,
                    LogRecords.UNCLASSIFIED_TOKENS,
                    LogRecords.WEB_SEARCHES -> Types.LongType.get();
            case LogRecords.OCCURRED_AT -> Types.TimestampType.withZone();
            case LogRecords.COST_REPORTED -> Types.DecimalType.of(38, 18);
            default -> Types.StringType.get();
        };
    }
}
