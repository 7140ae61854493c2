package io.tokenledger.ingest;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.tokenledger.ingest.dialect.Dialects;
import io.tokenledger.model.Failure;
import io.tokenledger.model.ServingMode;
import java.io.Serializable;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;

/**
 * The settings of one feed: a set of files of one source and dialect. What is null gets its default here.
 *
 * @param name unique in a job; the ledger keeps it
 * @param paths globs on any Hadoop file system; a directory stands for the files directly in it
 * @param dialect the {@link Dialects name} of the shape of its records
 * @param provider who served the requests, as in rate tables; of a gateway in front of several, {@code fields} may say
 *     where its records name them, and this is who served those that name none
 * @param fields ledger columns that the records carry in an envelope of the caller's own, by JSON pointer, such as
 *     {@code tenant: /metadata/tenant}; a mapped column is read from there alone, whatever the dialect says; default
 *     none
 * @param identityNamespace within which a request id names one request; must never change; default the name
 * @param servingMode how its requests ran, but those whose record says it itself; default serverless
 * @param servingModeByDeployment the deployments that ran in another way; default none
 * @param requestsPerLine how many requests a line stands for in a sampled export; default 1, which 0 also means
 * @param zone of times that the records write without one; default UTC
 * @param dayInPath whether records without a time are of the day that the path of their file names, as
 *     {@code 2026-03-01} or {@code 2026/03/01}; default no, and they are rejected
 * @param onUnreadable what becomes of the run when a file cannot be read to its end; default stop
 * @param onConflict what becomes of the run when one request id has different requests; default keep the first
 */
public record Feed(
        String name,
        List<String> paths,
        String dialect,
        String provider,
        Map<String, String> fields,
        String identityNamespace,
        ServingMode servingMode,
        Map<String, ServingMode> servingModeByDeployment,
        long requestsPerLine,
        ZoneId zone,
        boolean dayInPath,
        OnUnreadable onUnreadable,
        OnConflict onConflict)
        implements Serializable {

    /** The columns that {@code fields} may map. */
    static final List<String> MAPPABLE = List.of(
            LogRecords.OPERATION_ID,
            LogRecords.OCCURRED_AT,
            LogRecords.DURATION_MS,
            LogRecords.TENANT,
            LogRecords.FEATURE,
            LogRecords.ENVIRONMENT,
            LogRecords.REQUESTED_MODEL,
            LogRecords.REGION,
            LogRecords.DEPLOYMENT,
            LogRecords.PROVIDER);

    /** What becomes of the run when a file cannot be read to its end. Its requests are dropped either way. */
    public enum OnUnreadable {
        @JsonProperty("stop")
        STOP,
        @JsonProperty("skip")
        SKIP
    }

    /** What becomes of the run when one request id has different requests. */
    public enum OnConflict {
        @JsonProperty("keep-first")
        KEEP_FIRST,
        @JsonProperty("stop")
        STOP
    }

    /**
     * Fills in the defaults.
     *
     * @throws Failure with exit code 2, naming feed and key, when a setting is missing or wrong
     */
    public Feed {
        if (blank(name)) {
            throw Failure.configuration("a feed has no name; give each feed a name of its own");
        }
        if (paths == null || paths.isEmpty() || paths.stream().anyMatch(Feed::blank)) {
            throw wrong(name, "paths", "expected at least one path or glob, and none of them empty");
        }
        paths = List.copyOf(paths);
        if (blank(dialect)) {
            throw wrong(name, "dialect", "missing; known are " + Dialects.names());
        }
        if (!Dialects.names().contains(dialect)) {
            throw wrong(name, "dialect", "'" + dialect + "' is no dialect; known are " + Dialects.names());
        }
        if (blank(provider)) {
            throw wrong(name, "provider", "missing; expected the provider's name as in the rate tables");
        }
        fields = fields == null ? Map.of() : checked(name, fields);
        identityNamespace = identityNamespace == null ? name : identityNamespace;
        if (blank(identityNamespace)) {
            throw wrong(name, "identity_namespace", "is empty; expected a name, or no such key");
        }
        servingMode = servingMode == null ? ServingMode.SERVERLESS : servingMode;
        servingModeByDeployment = servingModeByDeployment == null ? Map.of() : Map.copyOf(servingModeByDeployment);
        if (requestsPerLine < 0) {
            throw wrong(name, "requests_per_line", requestsPerLine + " is negative; expected 1 or more");
        }
        requestsPerLine = Math.max(1, requestsPerLine);
        zone = zone == null ? ZoneOffset.UTC : zone;
        onUnreadable = onUnreadable == null ? OnUnreadable.STOP : onUnreadable;
        onConflict = onConflict == null ? OnConflict.KEEP_FIRST : onConflict;
    }

    /** The same feed over other paths. */
    public Feed withPaths(List<String> otherPaths) {
        return new Feed(
                name,
                otherPaths,
                dialect,
                provider,
                fields,
                identityNamespace,
                servingMode,
                servingModeByDeployment,
                requestsPerLine,
                zone,
                dayInPath,
                onUnreadable,
                onConflict);
    }

    private static Map<String, String> checked(String name, Map<String, String> fields) {
        fields.forEach((column, pointer) -> {
            if (!MAPPABLE.contains(column)) {
                throw wrong(name, "fields", "'" + column + "' cannot be mapped; allowed are " + MAPPABLE);
            }
            if (pointer == null || !pointer.startsWith("/")) {
                throw wrong(
                        name,
                        "fields." + column,
                        "'" + pointer + "' is no JSON pointer; expected a form such as /metadata/tenant");
            }
        });
        return Map.copyOf(fields);
    }

    private static boolean blank(String text) {
        return text == null || text.isBlank();
    }

    private static Failure wrong(String name, String key, String problem) {
        return Failure.configuration("feed '%s': %s: %s", name, key, problem);
    }
}
