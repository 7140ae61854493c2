package io.tokenledger.scenario;

import static org.apache.spark.sql.functions.col;
import static org.assertj.core.api.Assertions.assertThat;

import io.tokenledger.SparkTest;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;

class RulesTest extends SparkTest {

    @Test
    void theRulesOfAGroupAreThoseOfItsRatesAlsoWhereThereAreMoreThanBitsInAWord() {
        Map<Integer, List<String>> byRate = new TreeMap<>();
        IntStream.range(0, 130).forEach(rate -> byRate.put(rate, List.of("rule %03d".formatted(rate), "every")));
        assertThat(texts(new Rules(byRate), 3, 129, 64, 3, null, 500))
                .containsExactly("every", "rule 003", "rule 064", "rule 129");
        assertThat(texts(new Rules(byRate), null, 500)).isEmpty();
    }

    @Test
    void whereNoRateNeedsARuleThereIsNone() {
        assertThat(texts(new Rules(Map.of()), 1, 2)).isEmpty();
    }

    private List<String> texts(Rules rules, Integer... rates) {
        Dataset<Row> rows = spark().createDataFrame(
                        Stream.of(rates)
                                .map(rate -> RowFactory.create("g", rate))
                                .toList(),
                        new StructType().add("group", DataTypes.StringType).add(Prices.RATE, DataTypes.IntegerType));
        List<Column> sums = rules.sums();
        Dataset<Row> summed = sums.isEmpty()
                ? rows.select("group").distinct()
                : rows.groupBy("group")
                        .agg(sums.get(0), sums.subList(1, sums.size()).toArray(Column[]::new));
        return summed.select(rules.texts().as("texts"), col("group")).head().getList(0);
    }
}
