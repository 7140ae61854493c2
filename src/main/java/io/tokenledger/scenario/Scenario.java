package io.tokenledger.scenario;

import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** One way of serving the billable tokens of the ledger. */
interface Scenario {
    String PRICE_TIER = "price_tier";

    /** The name in reports, such as {@code serverless}. */
    String name();

    /**
     * Decides where every token goes.
     *
     * @param tokens {@link io.tokenledger.usage.Usage#CELL_KEY}, {@code pool}, {@code token_class}, {@code tokens}, {@code
     *     first_seen}, {@code last_seen}
     * @return the same columns and {@code price_tier}: the price list that pays for these tokens, or null where capacity
     *     paid by time serves them. A cell may be split over several rows, whose tokens add up to those given; tokens may
     *     be negative, taking back what another row gives
     */
    Dataset<Row> serve(Dataset<Row> tokens);

    /** What the capacity costs that serves the rows without a price tier; none for scenarios paid by token. */
    default List<CapacityCharge> charges() {
        return List.of();
    }

    /** How the capacity was used; none for scenarios paid by token. */
    default List<CapacityPlan> plans() {
        return List.of();
    }
}
