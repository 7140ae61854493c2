package io.tokenledger.scenario;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.when;

import io.tokenledger.model.ServiceTier;
import io.tokenledger.usage.Usage;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * What can wait, and what the model's batch policy accepts, as a batch; the rest at standard rates. Windows and enqueued
 * limits are not checked against the arrivals.
 */
record Batch(BatchTier batchTier) implements Scenario {
    @Override
    public String name() {
        return ScenarioName.BATCH.label();
    }

    @Override
    public Dataset<Row> serve(Dataset<Row> tokens) {
        Column standard = lit(ServiceTier.STANDARD.label());
        return batchTier
                .add(tokens)
                .withColumn(
                        PRICE_TIER,
                        when(col(Usage.BATCH_ELIGIBLE), coalesce(col(BatchTier.BATCH_TIER), standard))
                                .otherwise(standard))
                .drop(BatchTier.BATCH_TIER);
    }
}
