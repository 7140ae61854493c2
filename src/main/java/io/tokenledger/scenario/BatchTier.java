package io.tokenledger.scenario;

import static io.tokenledger.usage.Usage.MODEL;
import static io.tokenledger.usage.Usage.PROVIDER;
import static io.tokenledger.usage.Usage.SLICE_FROM;
import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.col;

import io.tokenledger.model.ServiceTier;
import io.tokenledger.rates.RateGrid;
import io.tokenledger.scenario.BatchPolicy.Answer;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** The price list at which a batch of each rate cell would be billed. */
final class BatchTier {
    static final String BATCH_TIER = "batch_tier";

    private final List<Row> rows;

    BatchTier(BatchPolicy policy, RateGrid grid) {
        this.rows = grid.cells().stream()
                .filter(cell -> cell.promptAbove() == 0)
                .map(cell -> tier(policy.at(cell.model(), cell.from()))
                        .map(tier -> RowFactory.create(
                                cell.model().provider(), cell.model().model(), cell.from(), tier.label()))
                        .orElse(null))
                .filter(Objects::nonNull)
                .toList();
    }

    private static Optional<ServiceTier> tier(Optional<Answer> answer) {
        return answer.flatMap(a -> switch (a) {
            case DISCOUNTED -> Optional.of(ServiceTier.BATCH);
            case LIST -> Optional.of(ServiceTier.STANDARD);
            case REJECTED -> Optional.empty();
        });
    }

    /** Adds {@code batch_tier}: null where the provider takes no batch of the model at that time. */
    Dataset<Row> add(Dataset<Row> tokens) {
        StructType schema = new StructType()
                .add("batch_provider", DataTypes.StringType)
                .add("batch_model", DataTypes.StringType)
                .add("batch_slice_from", DataTypes.TimestampType)
                .add(BATCH_TIER, DataTypes.StringType);
        return tokens.join(
                        broadcast(tokens.sparkSession().createDataFrame(rows, schema)),
                        col(PROVIDER)
                                .equalTo(col("batch_provider"))
                                .and(col(MODEL).equalTo(col("batch_model")))
                                .and(col(SLICE_FROM).equalTo(col("batch_slice_from"))),
                        "left")
                .drop("batch_provider", "batch_model", "batch_slice_from");
    }
}
