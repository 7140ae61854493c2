package io.tokenledger.usage;

import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat_ws;

import io.tokenledger.model.Failure;
import io.tokenledger.rates.CsvTable;
import io.tokenledger.rates.ModelKey;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * The models that share bought capacity. A model that is in no pool is a pool of its own, named {@code provider/model}.
 *
 * @param byModel model to the name of its pool
 */
public record Pools(Map<ModelKey, String> byModel) {
    public static final String POOL = "pool";

    public static final Pools NONE = new Pools(Map.of());

    private static final List<String> COLUMNS = List.of("pool", "provider", "model");

    /** @throws Failure with exit code 2 when a model is in two pools */
    public static Pools read(String file, byte[] content) {
        Map<ModelKey, String> pools = new LinkedHashMap<>();
        for (CsvTable.Line line : CsvTable.read(file, content, COLUMNS)) {
            if (pools.put(ModelKey.of(line), line.text("pool")) != null) {
                throw line.refused("model", "each model in one pool");
            }
        }
        return new Pools(Map.copyOf(pools));
    }

    public Set<String> names() {
        return new TreeSet<>(byModel.values());
    }

    /** Adds {@code pool}; null only where the log names no model. */
    public Dataset<Row> withPool(Dataset<Row> rows) {
        StructType schema = new StructType()
                .add("pool_provider", DataTypes.StringType)
                .add("pool_model", DataTypes.StringType)
                .add("declared_pool", DataTypes.StringType);
        List<Row> pools = byModel.entrySet().stream()
                .map(e -> RowFactory.create(e.getKey().provider(), e.getKey().model(), e.getValue()))
                .toList();
        return rows.join(
                        broadcast(rows.sparkSession().createDataFrame(pools, schema)),
                        col(Usage.PROVIDER)
                                .equalTo(col("pool_provider"))
                                .and(col(Usage.MODEL).equalTo(col("pool_model"))),
                        "left")
                .withColumn(POOL, coalesce(col("declared_pool"), concat_ws("/", col(Usage.PROVIDER), col(Usage.MODEL))))
                .drop("pool_provider", "pool_model", "declared_pool");
    }
}
