package io.tokenledger.scenario;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.bit_or;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.udf;

import io.tokenledger.ledger.Lookup;
import io.tokenledger.usage.Usage;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataTypes;

/**
 * The rules by which rates price what has no rate of its own, as sets of bits while rows are summed: with a set of texts
 * Spark would sort all rows instead of hashing them.
 */
final class Rules {
    private static final String MASK = "rules";
    private static final ArrayType TEXTS = DataTypes.createArrayType(DataTypes.StringType);

    private final List<String> texts;
    private final List<Map<List<Integer>, Long>> masks = new ArrayList<>();

    /** @param byRate what each rate that needs any rule takes for granted, by the number of the rate */
    Rules(Map<Integer, ? extends Collection<String>> byRate) {
        TreeSet<String> all = new TreeSet<>();
        byRate.values().forEach(all::addAll);
        texts = List.copyOf(all);
        for (int word = 0; word * Long.SIZE < texts.size(); word++) {
            masks.add(new HashMap<>());
        }
        byRate.forEach((rate, rules) -> rules.forEach(rule -> {
            int bit = texts.indexOf(rule);
            masks.get(bit / Long.SIZE).merge(List.of(rate), 1L << (bit % Long.SIZE), (a, b) -> a | b);
        }));
    }

    /** Aggregates of rows with a {@code rate}; for {@link #texts()}. */
    List<Column> sums() {
        return IntStream.range(0, masks.size())
                .mapToObj(word -> bit_or(new Lookup<>(masks.get(word), DataTypes.LongType).of(col(Prices.RATE)))
                        .as(MASK + word))
                .toList();
    }

    /** Of rows with {@link #sums()}: an array of texts in their order, empty without any. */
    Column texts() {
        List<String> words = texts;
        UDF1<Row, String[]> read = row -> IntStream.range(0, words.size())
                .filter(bit ->
                        !row.isNullAt(bit / Long.SIZE) && (row.getLong(bit / Long.SIZE) >>> (bit % Long.SIZE) & 1) == 1)
                .mapToObj(words::get)
                .toArray(String[]::new);
        return masks.isEmpty() ? array().cast(TEXTS) : udf(read, TEXTS).apply(struct(Usage.columns(columns())));
    }

    /** The columns of {@link #sums()}. */
    List<String> columns() {
        return IntStream.range(0, masks.size()).mapToObj(word -> MASK + word).toList();
    }
}
