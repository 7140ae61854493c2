package io.tokenledger.scenario;

import static org.apache.spark.sql.functions.col;

import io.tokenledger.ledger.Lookup;
import io.tokenledger.model.Money;
import io.tokenledger.model.Month;
import io.tokenledger.usage.Pools;
import io.tokenledger.usage.Usage;
import java.math.BigDecimal;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;

/** One way of serving the billable tokens of the ledger. */
interface Scenario {
    /** The name in reports. */
    ScenarioKey key();

    /**
     * The price list that pays for the tokens of a row of {@link Tokens}; null where capacity that is paid by time serves
     * them.
     */
    Column priceTier();

    /**
     * What does not go where {@link #priceTier()} sends it: rows with the key of a rate cell, {@code pool}, {@code
     * billed_unit}, {@code quantity}, {@code first_seen}, {@code last_seen} and {@code price_tier}. These tokens are
     * taken from the rows without a price tier.
     */
    default Optional<Dataset<Row>> overflow() {
        return Optional.empty();
    }

    /** What the capacity costs that serves the rows without a price tier; none for scenarios paid by token. */
    default List<CapacityCharge> charges() {
        return List.of();
    }

    /**
     * By what else than the tokens that it served the cost of a charge is shared out: {@code month}, {@code pool}, {@link
     * Usage#ATTRIBUTES}, {@code share_weight} DECIMAL, more than 0.
     *
     * @param number of the charge among those of its month and pool, from 0
     * @return empty where it is shared out by the tokens that it served
     */
    default Optional<Dataset<Row>> shareWeights(int number) {
        return Optional.empty();
    }

    /** What was bought; nothing in scenarios paid by token. */
    default List<Purchase> purchases() {
        return List.of();
    }

    /** What of its cost for a pool in a month is owed for commitments, whatever serves the tokens. */
    default BigDecimal sunkCost(Month month, String pool) {
        return purchases().stream()
                .filter(p -> p.month().equals(month) && p.pool().equals(pool))
                .map(p -> p.plan().sunk())
                .reduce(BigDecimal.ZERO.setScale(Money.REPORT_SCALE), BigDecimal::add);
    }

    /** Why the scenario cannot be had for a pool in a month; empty where it can. */
    default Optional<String> whyNot(Month month, String pool) {
        return Optional.empty();
    }

    /** What the cost of its capacity for a pool in a month rests on that is assumed, not measured; a set of its own. */
    default SortedSet<String> assumptions(Month month, String pool) {
        return new TreeSet<>();
    }

    /**
     * What the costs of a row of {@link Facts#costs} rest on that is assumed, not measured, in a few words; null where
     * nothing is.
     */
    default Column assumption() {
        Map<List<String>, String> texts = new HashMap<>();
        charges()
                .forEach(c -> texts.put(
                        List.of(c.month().toString(), c.pool()), String.join("; ", assumptions(c.month(), c.pool()))));
        return new Lookup<>(texts, DataTypes.StringType).of(col(Usage.MONTH), col(Pools.POOL));
    }
}
