package io.tokenledger.scenario;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.when;

import io.tokenledger.model.ServiceTier;
import org.apache.spark.sql.Column;

/**
 * What can wait, and what the model's batch policy accepts, as a batch; the rest at standard rates. Windows and enqueued
 * limits are not checked against the arrivals.
 */
record Batch() implements Scenario {
    @Override
    public ScenarioKey key() {
        return ScenarioKey.of(ScenarioName.BATCH);
    }

    @Override
    public Column priceTier() {
        Column standard = lit(ServiceTier.STANDARD.label());
        return when(col(Tokens.BATCH_ELIGIBLE), coalesce(col(Tokens.BATCH_TIER), standard))
                .otherwise(standard);
    }

    @Override
    public Column assumption() {
        return lit("what can wait is declared");
    }
}
