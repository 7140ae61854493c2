package io.tokenledger.scenario;

import static org.apache.spark.sql.functions.lit;

import io.tokenledger.model.ServiceTier;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** Every token at standard rates. */
record Serverless() implements Scenario {
    @Override
    public String name() {
        return ScenarioName.SERVERLESS.label();
    }

    @Override
    public Dataset<Row> serve(Dataset<Row> tokens) {
        return tokens.withColumn(PRICE_TIER, lit(ServiceTier.STANDARD.label()));
    }
}
