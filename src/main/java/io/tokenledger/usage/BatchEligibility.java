package io.tokenledger.usage;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.udf;

import io.tokenledger.rates.CsvTable;
import java.io.Serializable;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.api.java.UDF3;
import org.apache.spark.sql.types.DataTypes;

/**
 * Which work can wait for a batch to complete. Each line names a tenant, a feature and an environment; an empty cell
 * means any. Work that no line matches cannot wait.
 */
public record BatchEligibility(Set<Work> lines) implements Serializable {
    private static final List<String> COLUMNS = List.of("tenant", "feature", "environment", "note");

    public static final BatchEligibility NONE = new BatchEligibility(Set.of());

    /** A line; null stands for any. */
    public record Work(String tenant, String feature, String environment) implements Serializable {
        boolean matches(String otherTenant, String otherFeature, String otherEnvironment) {
            return (tenant == null || Objects.equals(tenant, otherTenant))
                    && (feature == null || Objects.equals(feature, otherFeature))
                    && (environment == null || Objects.equals(environment, otherEnvironment));
        }
    }

    public static BatchEligibility read(String file, byte[] content) {
        Set<Work> lines = new HashSet<>();
        for (CsvTable.Line line : CsvTable.read(file, content, COLUMNS)) {
            lines.add(new Work(line.textOrNull("tenant"), line.textOrNull("feature"), line.textOrNull("environment")));
        }
        return new BatchEligibility(Set.copyOf(lines));
    }

    /** Whether the work of a row can wait, by its tenant, feature and environment. */
    public Column canWait() {
        UDF3<String, String, String, Boolean> canWait = this::canWait;
        return udf(canWait, DataTypes.BooleanType).apply(col(Usage.TENANT), col(Usage.FEATURE), col(Usage.ENVIRONMENT));
    }

    /** Whether this work can wait; null where the log does not say. */
    public boolean canWait(String tenant, String feature, String environment) {
        return lines.stream().anyMatch(line -> line.matches(tenant, feature, environment));
    }
}
