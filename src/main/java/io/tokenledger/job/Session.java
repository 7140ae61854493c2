package io.tokenledger.job;

import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.spark.sql.SparkSession;

/** The Spark settings on which figures depend: pinned here, whatever the cluster's defaults or a user's own say. */
public final class Session {

    private static final Map<String, String> PINNED = Map.of(
            // Months and days never depend on the host.
            "spark.sql.session.timeZone", "UTC",
            "spark.sql.datetime.java8API.enabled", "true",
            // An overflow or a bad cast stops the run instead of becoming null.
            "spark.sql.ansi.enabled", "true",
            // A decimal that does not fit throws instead of losing fraction digits.
            "spark.sql.decimalOperations.allowPrecisionLoss", "false",
            "spark.sql.caseSensitive", "true",
            "spark.sql.files.ignoreCorruptFiles", "false",
            "spark.sql.files.ignoreMissingFiles", "false",
            "spark.sql.sources.partitionColumnTypeInference.enabled", "false");

    private Session() {}

    /**
     * A session of its own over the same Spark context, with the pinned settings. It becomes the thread's active one:
     * collected rows get their Java types from the active session.
     */
    public static SparkSession pinned(SparkSession spark) {
        SparkSession session = spark.newSession();
        PINNED.forEach((key, value) -> session.conf().set(key, value));
        SparkSession.setActiveSession(session);
        return session;
    }

    /** The pinned settings, for the record of a run. */
    static SortedMap<String, String> settings() {
        return new TreeMap<>(PINNED);
    }
}
