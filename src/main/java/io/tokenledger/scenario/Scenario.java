package io.tokenledger.scenario;

import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** One way of serving the billable tokens of the ledger. */
interface Scenario {
    /** The name in reports. */
    ScenarioName name();

    /**
     * The price list that pays for the tokens of a row of {@link Tokens}; null where capacity that is paid by time serves
     * them.
     */
    Column priceTier();

    /**
     * What does not go where {@link #priceTier()} sends it: rows with the key of a rate cell, {@code pool}, {@code
     * token_class}, {@code tokens}, {@code first_seen}, {@code last_seen} and {@code price_tier}. These tokens are taken from the rows without a price tier.
     */
    default Optional<Dataset<Row>> overflow() {
        return Optional.empty();
    }

    /** What the capacity costs that serves the rows without a price tier; none for scenarios paid by token. */
    default List<CapacityCharge> charges() {
        return List.of();
    }

    /** How the capacity was used; none for scenarios paid by token. */
    default List<CapacityPlan> plans() {
        return List.of();
    }
}
