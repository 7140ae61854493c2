package io.tokenledger.scenario;

import static org.apache.spark.sql.functions.lit;

import io.tokenledger.model.ServiceTier;
import org.apache.spark.sql.Column;

/** Every token at standard rates. */
record Serverless() implements Scenario {
    @Override
    public ScenarioKey key() {
        return ScenarioKey.of(ScenarioName.SERVERLESS);
    }

    @Override
    public Column priceTier() {
        return lit(ServiceTier.STANDARD.label());
    }
}
