package io.tokenledger.ledger;

import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.udf;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.types.DataType;

/**
 * A small table as a function of columns: what a broadcast join would add, without a join. Keys and values are what Spark
 * hands to Java for the columns' types: String, Long, Integer, Boolean, BigDecimal.
 *
 * @param <V> the type of the values
 */
public final class Lookup<V> implements Serializable {
    private final HashMap<List<Object>, V> values;
    private final DataType type;

    /**
     * @param values key to value; the keys are lists as long as the columns that {@link #of} is given
     * @param type the Spark type of the values
     */
    public Lookup(Map<? extends List<?>, V> values, DataType type) {
        this.values = new HashMap<>();
        values.forEach((key, value) -> this.values.put(new ArrayList<>(key), value));
        this.type = type;
    }

    /** The value for a row's key; null where there is none. */
    public Column of(Column... key) {
        UDF1<Row, V> find = this::find;
        return udf(find, type).apply(struct(key));
    }

    private V find(Row key) {
        List<Object> cells = new ArrayList<>(key.size());
        for (int i = 0; i < key.size(); i++) {
            cells.add(key.get(i));
        }
        return values.get(cells);
    }
}
