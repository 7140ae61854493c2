package io.tokenledger.scenario;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.tokenledger.model.Failure;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/** The scenarios of a job file, each with its parameters; a scenario that is not named is not computed. */
public record ScenarioSettings(
        @JsonProperty("serverless") NoParameters serverless,
        @JsonProperty("batch") NoParameters batch,
        @JsonProperty("dedicated") Replicas dedicated,
        @JsonProperty("as-run") NoParameters asRun) {

    /** A scenario without parameters, written {@code {}}. */
    public record NoParameters() {}

    /**
     * How many replicas each pool gets.
     *
     * @param replicas name of the capacity unit to a number of at least 1
     */
    public record Replicas(@JsonProperty("replicas") Map<String, Integer> replicas) {
        public Replicas {
            if (replicas == null || replicas.isEmpty()) {
                throw Failure.configuration(
                        "scenarios.dedicated: no replicas; expected units and numbers, such as replicas: {unit-name: 2}");
            }
            replicas.forEach((unit, number) -> {
                if (number == null || number < 1) {
                    throw Failure.configuration(
                            "scenarios.dedicated.replicas: %s is %s; expected a number of at least 1", unit, number);
                }
            });
            replicas = Map.copyOf(replicas);
        }
    }

    public ScenarioSettings {
        if (serverless == null && batch == null && dedicated == null && asRun == null) {
            throw Failure.configuration("scenarios: none is named; expected serverless, batch, dedicated or as-run");
        }
    }

    /** The scenarios wanted, in the order of reports. */
    public Set<ScenarioName> names() {
        Set<ScenarioName> names = EnumSet.noneOf(ScenarioName.class);
        if (serverless != null) {
            names.add(ScenarioName.SERVERLESS);
        }
        if (batch != null) {
            names.add(ScenarioName.BATCH);
        }
        if (dedicated != null) {
            names.add(ScenarioName.DEDICATED);
        }
        if (asRun != null) {
            names.add(ScenarioName.AS_RUN);
        }
        return names;
    }
}
