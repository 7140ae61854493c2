package io.tokenledger.scenario;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.tokenledger.model.Failure;
import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The scenarios of a job file, each with its parameters; a scenario that is not named is not computed.
 *
 * @param bestMix every pool served by its cheapest mix
 * @param whatIfModel the same tokens at other models' rates
 */
public record ScenarioSettings(
        @JsonProperty("serverless") NoParameters serverless,
        @JsonProperty("batch") Batches batch,
        @JsonProperty("dedicated") Bought dedicated,
        @JsonProperty("provisioned") Bought provisioned,
        @JsonProperty("gpu-cluster") Bought gpuCluster,
        @JsonProperty("best-mix") Bought bestMix,
        @JsonProperty("what-if-model") OtherModels whatIfModel,
        @JsonProperty("as-run") NoParameters asRun) {

    /** A scenario without parameters, written {@code {}}. */
    public record NoParameters() {}

    /**
     * How what can wait runs as batches.
     *
     * @param turnaroundHours how soon batches are taken to finish, where that is sooner than the provider's window; null
     *     for the whole window
     */
    public record Batches(Long turnaroundHours) {
        static final Batches WHOLE_WINDOW = new Batches(null);

        public Batches {
            if (turnaroundHours != null && turnaroundHours < 1) {
                throw Failure.configuration(
                        "turnaround_hours is %d; expected at least 1, or no such key", turnaroundHours);
            }
        }

        /** How long a batch of a model stays enqueued. */
        long hours(BatchPolicy.Entry policy) {
            return turnaroundHours == null ? policy.windowHours() : Math.min(turnaroundHours, policy.windowHours());
        }
    }

    /**
     * A number of units, or {@code optimum}: as many as were cheapest in the time before the month.
     *
     * @param given null for the optimum
     */
    public record Number(Long given) {
        public static final Number OPTIMUM = new Number(null);

        public static Number of(String text) {
            if (text.equals("optimum")) {
                return OPTIMUM;
            }
            try {
                long number = Long.parseLong(text);
                if (number >= 1) {
                    return new Number(number);
                }
            } catch (NumberFormatException e) {
                // Reported below with the expected form.
            }
            throw Failure.configuration("'%s' is no number of units; expected one of at least 1, or optimum", text);
        }

        @Override
        public String toString() {
            return given == null ? "optimum" : given.toString();
        }
    }

    /**
     * Replicas that are added and removed by the minute. The bounds are of all of them; those that are owned are ready
     * all the time, also where they are more than {@code max}.
     *
     * @param min the fewest, default 1: an idle minute is billed
     * @param max the most
     * @param startupMinutes from asking for a replica to its being ready, default 20
     */
    public record Scaling(Long min, Long max, Long startupMinutes) {
        public Scaling {
            min = min == null ? 1L : min;
            startupMinutes = startupMinutes == null ? 20L : startupMinutes;
            if (max == null || min < 0 || max < Math.max(1, min) || startupMinutes < 0) {
                throw Failure.configuration(
                        "scaling from %s to %s replicas with a start-up of %s minutes; expected max, at least min and 1,"
                                + " and nothing below 0",
                        min, max, startupMinutes);
            }
        }
    }

    /**
     * What is bought for the pools.
     *
     * @param units name of a capacity unit to how many of it
     * @param trailingDays how long before the month the time is on which the optimum is chosen; default 30
     * @param scaling name of a unit to the bounds within which it also scales by the minute
     * @param sharedBy how the used part of the cost is shared out; default {@code served}
     */
    public record Bought(
            SortedMap<String, Number> units,
            Integer trailingDays,
            SortedMap<String, Scaling> scaling,
            AllocationMethod sharedBy) {
        public Bought {
            if (units == null || units.isEmpty()) {
                throw Failure.configuration("no units; expected names and numbers, such as units: {unit-name: 2}, or"
                        + " units: {unit-name: optimum}");
            }
            units = new TreeMap<>(units);
            scaling = scaling == null ? new TreeMap<>() : new TreeMap<>(scaling);
            trailingDays = trailingDays == null ? 30 : trailingDays;
            sharedBy = sharedBy == null ? AllocationMethod.SERVED : sharedBy;
            if (trailingDays < 1 || trailingDays > 400) {
                throw Failure.configuration("trailing_days is %d; expected 1 to 400", trailingDays);
            }
            if (!units.keySet().containsAll(scaling.keySet())) {
                throw Failure.configuration(
                        "scaling: %s; expected units of this scenario, %s", scaling.keySet(), units.keySet());
            }
        }

        boolean hasOptimum() {
            return units.containsValue(Number.OPTIMUM);
        }
    }

    /**
     * Models that the tokens are priced as.
     *
     * @param models {@code provider/model}; empty for every model of the rate card
     * @param tokenFactors {@code provider/model} of such a model to how many of its tokens one token of another model is,
     *     since tokenizers differ; default 1
     */
    public record OtherModels(List<String> models, SortedMap<String, BigDecimal> tokenFactors) {
        public OtherModels {
            models = models == null ? List.of() : List.copyOf(models);
            tokenFactors = tokenFactors == null ? new TreeMap<>() : new TreeMap<>(tokenFactors);
            tokenFactors.forEach((model, factor) -> {
                if (factor.signum() <= 0 || factor.stripTrailingZeros().scale() > 6) {
                    throw Failure.configuration(
                            "token_factors: %s is %s; expected more than 0, with at most 6 fraction digits",
                            model, factor);
                }
            });
        }
    }

    public ScenarioSettings {
        if (serverless == null
                && batch == null
                && dedicated == null
                && provisioned == null
                && gpuCluster == null
                && bestMix == null
                && asRun == null) {
            throw Failure.configuration("scenarios: none is named; expected serverless, batch, dedicated, provisioned,"
                    + " gpu-cluster, best-mix or as-run");
        }
    }

    /** The scenarios wanted, in the order of reports. */
    public Set<ScenarioName> names() {
        Set<ScenarioName> names = new TreeSet<>();
        for (ScenarioName name : ScenarioName.values()) {
            boolean wanted = switch (name) {
                case SERVERLESS -> serverless != null;
                case BATCH -> batch != null;
                case DEDICATED, PROVISIONED, GPU_CLUSTER, BEST_MIX ->
                    bought(name).isPresent();
                case AS_RUN -> asRun != null;
            };
            if (wanted) {
                names.add(name);
            }
        }
        return names;
    }

    /** What a scenario buys; empty where it is not wanted, or buys nothing. */
    Optional<Bought> bought(ScenarioName name) {
        return Optional.ofNullable(
                switch (name) {
                    case DEDICATED -> dedicated;
                    case PROVISIONED -> provisioned;
                    case GPU_CLUSTER -> gpuCluster;
                    case BEST_MIX -> bestMix;
                    case SERVERLESS, BATCH, AS_RUN -> null;
                });
    }
}
