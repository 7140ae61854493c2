package io.tokenledger.scenario;

import static io.tokenledger.usage.Pools.POOL;
import static io.tokenledger.usage.Usage.CELL;
import static io.tokenledger.usage.Usage.FIRST_SEEN;
import static io.tokenledger.usage.Usage.LAST_SEEN;
import static io.tokenledger.usage.Usage.QUANTITY;
import static io.tokenledger.usage.Usage.UNIT;
import static org.apache.spark.sql.functions.col;

import io.tokenledger.ledger.Lookup;
import io.tokenledger.model.BilledUnit;
import io.tokenledger.model.ServiceTier;
import io.tokenledger.rates.RateGrid;
import io.tokenledger.usage.BatchEligibility;
import io.tokenledger.usage.Pools;
import io.tokenledger.usage.Usage;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;

/** The billable tokens of the rate cells, with all that scenarios decide by. */
final class Tokens {
    static final String BATCH_ELIGIBLE = "batch_eligible";
    static final String BATCH_TIER = "batch_tier";

    private Tokens() {}

    /**
     * @param cells as {@link Usage#cells}
     * @param occurring the rate cells of the rows
     * @param units what is priced
     * @return a row per billable cell and unit of which there is any: {@link Usage#CELL_KEY}, {@code pool}, {@code
     *     batch_eligible} (whether the work can wait), {@code batch_tier} (the price list of a batch; null where the
     *     provider takes none of the model at that time), {@code first_seen}, {@code last_seen}, {@code billed_unit},
     *     {@code quantity}
     */
    static Dataset<Row> of(
            Dataset<Row> cells,
            Pools pools,
            BatchEligibility eligibility,
            BatchPolicy policy,
            Collection<RateGrid.Cell> occurring,
            Collection<BilledUnit> units) {
        return Usage.byUnit(
                        pools.withPool(cells.filter(col(Usage.BILLABLE)))
                                .withColumn(BATCH_ELIGIBLE, eligibility.canWait())
                                .withColumn(BATCH_TIER, batchTier(policy, occurring)),
                        units)
                .select(Usage.columns(Usage.concat(
                        Usage.CELL_KEY,
                        List.of(POOL, BATCH_ELIGIBLE, BATCH_TIER, FIRST_SEEN, LAST_SEEN, UNIT, QUANTITY))));
    }

    /**
     * The rate cells that rows fall into, in the order of the grid: few, however many the rate card has.
     *
     * @param rows with {@code cell}
     */
    static List<RateGrid.Cell> occurring(Dataset<Row> rows, RateGrid grid) {
        return rows.select(CELL).filter(col(CELL).isNotNull()).distinct().collectAsList().stream()
                .map(row -> row.getInt(0))
                .sorted()
                .map(grid::cell)
                .toList();
    }

    /** The price list of a batch of a row's cell; null where the provider takes none of the model at that time. */
    static Column batchTier(BatchPolicy policy, Collection<RateGrid.Cell> occurring) {
        Map<List<Object>, String> tiers = new HashMap<>();
        for (RateGrid.Cell cell : occurring) {
            policy.at(cell.model(), cell.from())
                    .flatMap(Tokens::tier)
                    .ifPresent(tier -> tiers.put(List.of(cell.id()), tier.label()));
        }
        return new Lookup<>(tiers, DataTypes.StringType).of(col(CELL));
    }

    private static Optional<ServiceTier> tier(BatchPolicy.Answer answer) {
        return switch (answer) {
            case DISCOUNTED -> Optional.of(ServiceTier.BATCH);
            case LIST -> Optional.of(ServiceTier.STANDARD);
            case REJECTED -> Optional.empty();
        };
    }
}
