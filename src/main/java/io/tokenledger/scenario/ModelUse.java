package io.tokenledger.scenario;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.sum;

import io.tokenledger.model.BilledUnit;
import io.tokenledger.model.Month;
import io.tokenledger.rates.ModelKey;
import io.tokenledger.usage.Pools;
import io.tokenledger.usage.Usage;
import java.math.BigDecimal;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * The billable tokens and calls of a model in a month, by rate cell. Its size is bounded by models × cells.
 *
 * @param serverlessCost of all of them; null where anything is unpriced, and in a job without that scenario
 */
record ModelUse(Of of, List<Amount> amounts, BigDecimal serverlessCost) {

    /** Whose use it is. */
    record Of(Month month, String pool, ModelKey model) {
        private static Of of(Row row) {
            return new Of(
                    Month.parse(row.getString(0)), row.getString(1), new ModelKey(row.getString(2), row.getString(3)));
        }
    }

    /** @param cell its number in a grid whose tokens are priced as other models' too */
    record Amount(int cell, BilledUnit unit, long quantity, boolean sampled) {}

    /**
     * @param tokens as {@link Tokens#of}
     * @param costs as {@link Facts#costs}
     */
    static List<ModelUse> of(Dataset<Row> tokens, Dataset<Row> costs) {
        Map<Of, BigDecimal> serverless = new HashMap<>();
        costs.filter(col(Facts.SCENARIO).equalTo(ScenarioName.SERVERLESS.label()))
                .groupBy(Usage.MONTH, Pools.POOL, Usage.PROVIDER, Usage.MODEL)
                .agg(
                        sum(Facts.PRICED_COST).cast(Facts.MONEY),
                        max(col(Facts.TOTAL_COST).isNull()))
                .collectAsList()
                .forEach(row -> serverless.put(Of.of(row), row.getBoolean(5) ? null : row.getDecimal(4)));
        Map<Of, List<Amount>> amounts = tokens
                .groupBy(Usage.MONTH, Pools.POOL, Usage.PROVIDER, Usage.MODEL, Usage.CELL, Usage.UNIT)
                .agg(sum(Usage.QUANTITY), max(Usage.SAMPLED))
                .collectAsList()
                .stream()
                .collect(groupingBy(Of::of, mapping(ModelUse::amount, toList())));
        return amounts.entrySet().stream()
                .map(e -> new ModelUse(e.getKey(), e.getValue(), serverless.get(e.getKey())))
                .toList();
    }

    private static Amount amount(Row row) {
        return new Amount(
                row.getInt(4), BilledUnit.of(row.getString(5)).orElseThrow(), row.getLong(6), row.getBoolean(7));
    }

    long tokens() {
        return amounts.stream()
                .filter(amount -> !amount.unit().isFee())
                .mapToLong(Amount::quantity)
                .reduce(0, Math::addExact);
    }

    boolean sampled() {
        return amounts.stream().anyMatch(Amount::sampled);
    }
}
