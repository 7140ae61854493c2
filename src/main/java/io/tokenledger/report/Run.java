package io.tokenledger.report;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.tokenledger.model.ExitCode;
import io.tokenledger.model.Month;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.SortedMap;

/**
 * What a run did, for whoever asks in the morning.
 *
 * @param schemaVersion {@link #SCHEMA_VERSION}
 * @param runId the name of its directory
 * @param status how it ended
 * @param exitCode what its scheduler was told
 * @param message the text of the failure; null unless it failed
 * @param startedAt first moment of the run
 * @param finishedAt when this record was made
 * @param jobFile the job file as it was given on the command line
 * @param records counts by outcome
 * @param months what it published
 * @param warnings what a person should look at
 * @param pinnedSettings the Spark settings that figures depend on
 */
public record Run(
        int schemaVersion,
        String runId,
        Status status,
        ExitCode exitCode,
        String message,
        Instant startedAt,
        Instant finishedAt,
        String jobFile,
        SortedMap<String, Long> records,
        List<PublishedMonth> months,
        List<String> warnings,
        SortedMap<String, String> pinnedSettings) {

    /** Raised when a key changes its meaning or goes away. */
    public static final int SCHEMA_VERSION = 1;

    /** How a run ended. */
    public enum Status {
        @JsonProperty("published")
        PUBLISHED,
        @JsonProperty("nothing-new")
        NOTHING_NEW,
        @JsonProperty("failed")
        FAILED
    }

    /**
     * A month that the run published.
     *
     * @param path of the assembly, relative to the output directory
     * @param totals cost per scenario; null where tokens of the scenario are unpriced
     * @param pricedTotals the priced part of it
     */
    public record PublishedMonth(
            Month month,
            int version,
            String path,
            SortedMap<String, BigDecimal> totals,
            SortedMap<String, BigDecimal> pricedTotals) {
        public PublishedMonth {
            totals = Manifest.sorted(totals);
            pricedTotals = Manifest.sorted(pricedTotals);
        }
    }

    public Run {
        records = Manifest.sorted(records);
        months = List.copyOf(months);
        warnings = List.copyOf(warnings);
        pinnedSettings = Manifest.sorted(pinnedSettings);
    }
}
