package io.tokenledger.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.tokenledger.SparkTest;
import io.tokenledger.model.LargestRemainder;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class AllocationTest extends SparkTest {

    @Test
    @Tag("E3")
    void sharesAreThoseOfLargestRemainderWhateverThePartitionsAndTheOrder() {
        long seed = System.nanoTime();
        System.out.println("AllocationTest: seed " + seed);
        Random random = new Random(seed);
        for (int scale : new int[] {0, 12}) {
            List<Row> rows = new ArrayList<>();
            Map<String, BigDecimal> expected = new HashMap<>();
            for (int group = 0; group < 12; group++) {
                BigDecimal whole = new BigDecimal(new BigInteger(group == 0 ? 4 : 55, random), scale);
                List<BigDecimal> weights = new ArrayList<>();
                int size = group == 1 ? 1 : 1 + random.nextInt(40);
                for (int i = 0; i < size; i++) {
                    // Few different weights, so that many remainders are equal.
                    weights.add(new BigDecimal(BigInteger.valueOf(1 + random.nextInt(group < 6 ? 3 : 1_000_000)), 3));
                }
                List<BigDecimal> parts = LargestRemainder.split(whole, weights, scale);
                for (int i = 0; i < size; i++) {
                    // The first tenant is the one the log does not name.
                    String tenant = i == 0 ? null : "t%03d".formatted(i);
                    rows.add(RowFactory.create("g" + group, tenant, whole, weights.get(i)));
                    expected.put("g" + group + "/" + tenant, parts.get(i));
                }
            }
            StructType schema = new StructType()
                    .add("group", DataTypes.StringType)
                    .add("tenant", DataTypes.StringType)
                    .add("whole", DataTypes.createDecimalType(38, scale))
                    .add("weight", DataTypes.createDecimalType(38, 3));
            for (int partitions : new int[] {1, 5}) {
                Collections.shuffle(rows, random);
                Dataset<Row> shared = Allocation.share(
                        session().createDataFrame(rows, schema).repartition(partitions),
                        List.of("group"),
                        "whole",
                        "weight",
                        List.of("tenant"),
                        scale,
                        "part");
                assertThat(shared.columns()).containsExactly("group", "tenant", "whole", "weight", "part");
                Map<String, BigDecimal> found = new HashMap<>();
                shared.collectAsList().forEach(r -> found.put(r.getString(0) + "/" + r.getString(1), r.getDecimal(4)));
                assertThat(found).as("seed %d", seed).isEqualTo(expected);
            }
        }
    }
}
