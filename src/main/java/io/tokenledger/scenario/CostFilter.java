package io.tokenledger.scenario;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import io.tokenledger.model.Month;
import io.tokenledger.usage.Pools;
import io.tokenledger.usage.Usage;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.types.DataTypes;

/**
 * Which cells of {@code scenario_costs} are asked for.
 *
 * @param wanted value by column, of {@link #COLUMNS}; a null value asks for cells where the column is null
 */
public record CostFilter(Month month, Map<String, String> wanted) {

    /** What names a cell in a month. */
    public static final List<String> COLUMNS =
            Usage.concat(List.of(Facts.SCENARIO, Facts.VARIANT, Pools.POOL, Facts.ROW_KIND), Usage.ATTRIBUTES);

    public CostFilter {
        wanted = Collections.unmodifiableMap(new TreeMap<>(wanted));
        if (!COLUMNS.containsAll(wanted.keySet())) {
            throw new IllegalArgumentException(wanted.keySet() + " are not all of " + COLUMNS);
        }
    }

    /** Whether nothing but the scenario is chosen. */
    public boolean isOfScenarioAlone() {
        return wanted.containsKey(Facts.SCENARIO)
                && List.of(Facts.SCENARIO, Facts.VARIANT).containsAll(wanted.keySet());
    }

    /** The same without a condition on one column. */
    CostFilter without(String column) {
        Map<String, String> others = new TreeMap<>(wanted);
        others.remove(column);
        return new CostFilter(month, others);
    }

    /** Whether a row of the table, or of {@link Evaluation#costs()}, is asked for. */
    public Column condition() {
        return wanted.entrySet().stream()
                .map(e -> is(e.getKey(), e.getValue()))
                .reduce(is(Usage.MONTH, month.toString()), Column::and);
    }

    /** @param value null for rows where the column is null */
    static Column is(String column, String value) {
        return col(column).eqNullSafe(lit(value).cast(DataTypes.StringType));
    }
}
