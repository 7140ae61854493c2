package io.tokenledger;

import io.tokenledger.ingest.Feed;
import io.tokenledger.ingest.LogRecords;
import io.tokenledger.model.ServingMode;
import io.tokenledger.usage.FailedCalls;
import io.tokenledger.usage.ModelAliases;
import io.tokenledger.usage.Policies;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;

/** Requests and feeds for tests, written in few words. */
public final class Requests {
    private Requests() {}

    /** Columns and values in turn, over a successful call of model {@code m} of provider {@code p} in feed {@code live}. */
    public static Row request(String occurredAt, Object... columnsAndValues) {
        Object[] values = new Object[LogRecords.SCHEMA.size()];
        set(values, LogRecords.KIND, LogRecords.REQUEST);
        set(values, LogRecords.FEED, "live");
        set(values, LogRecords.FILE_ID, 1L);
        set(values, LogRecords.BYTE_OFFSET, 0L);
        set(values, LogRecords.OCCURRED_AT, Instant.parse(occurredAt));
        set(values, LogRecords.PROVIDER, "p");
        set(values, LogRecords.MODEL, "m");
        set(values, LogRecords.STATUS, "ok");
        for (int i = 0; i < columnsAndValues.length; i += 2) {
            Object value = columnsAndValues[i + 1];
            set(values, (String) columnsAndValues[i], value instanceof Integer number ? number.longValue() : value);
        }
        return RowFactory.create(values);
    }

    private static void set(Object[] values, String column, Object value) {
        values[LogRecords.SCHEMA.fieldIndex(column)] = value;
    }

    /** Rows with all columns of {@link LogRecords#SCHEMA}. */
    public static Dataset<Row> dataset(SparkSession session, List<Row> requests) {
        return session.createDataFrame(requests, LogRecords.SCHEMA);
    }

    public static Feed feed(String name, ServingMode mode) {
        return feed(name, mode, Map.of(), 1);
    }

    public static Feed feed(
            String name, ServingMode mode, Map<String, ServingMode> byDeployment, long requestsPerLine) {
        return new Feed(
                name,
                List.of("/logs"),
                "openai-chat",
                "p",
                null,
                null,
                mode,
                byDeployment,
                requestsPerLine,
                null,
                false,
                null,
                null);
    }

    /** No aliases, failed calls billable. */
    public static Policies policies(ZoneId zone, Feed... feeds) {
        return new Policies(List.of(feeds), ModelAliases.NONE, FailedCalls.BILLABLE, zone);
    }
}
