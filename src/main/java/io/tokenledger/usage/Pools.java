package io.tokenledger.usage;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat_ws;

import io.tokenledger.ledger.Lookup;
import io.tokenledger.model.Failure;
import io.tokenledger.rates.CsvTable;
import io.tokenledger.rates.ModelKey;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;

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

    public String of(ModelKey model) {
        return byModel.getOrDefault(model, model.toString());
    }

    /** Adds {@code pool}; the pool of a row without a model is named by what the row has. */
    public Dataset<Row> withPool(Dataset<Row> rows) {
        Map<List<String>, String> named = new HashMap<>();
        byModel.forEach((model, pool) -> named.put(List.of(model.provider(), model.model()), pool));
        Column declared = new Lookup<>(named, DataTypes.StringType).of(col(Usage.PROVIDER), col(Usage.MODEL));
        return rows.withColumn(POOL, coalesce(declared, concat_ws("/", col(Usage.PROVIDER), col(Usage.MODEL))));
    }
}
