package io.tokenledger.scenario;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Locale;

/** The scenarios, in the order in which reports show them and in which equal costs are decided. */
public enum ScenarioName {
    @JsonProperty("serverless")
    SERVERLESS,
    @JsonProperty("batch")
    BATCH,
    @JsonProperty("dedicated")
    DEDICATED,
    @JsonProperty("provisioned")
    PROVISIONED,
    @JsonProperty("gpu-cluster")
    GPU_CLUSTER,
    @JsonProperty("best-mix")
    BEST_MIX,
    @JsonProperty("as-run")
    AS_RUN;

    /** The name in job files and tables, such as {@code as-run}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The column of {@code monthly_costs}, such as {@code as_run_cost}. */
    public String costColumn() {
        return name().toLowerCase(Locale.ROOT) + "_cost";
    }
}
