package io.tokenledger.ledger;

import static io.tokenledger.Requests.dataset;
import static io.tokenledger.Requests.request;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.element_at;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.split;
import static org.assertj.core.api.Assertions.assertThat;

import io.tokenledger.SparkTest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;

/** A row's input order is its file id, its position the byte offset; the operation id stands in for the key. */
class DuplicatesTest extends SparkTest {
    private static final String T = "2026-07-01T00:00:00Z";

    @Test
    void theLaterOfTwoEqualRowsGoes() {
        assertThat(losers(row("k", 1, "output", 5), row("k", 2, "output", 5))).containsExactly("2 false");
    }

    @Test
    void rowsOfDifferentKeysStay() {
        assertThat(losers(row("k1", 1, "output", 5), row("k2", 2, "output", 5))).isEmpty();
    }

    @Test
    void whatTheLedgerHeldBeforeStays() {
        assertThat(losers(row("k", 1, "output", 5), row("k", -1, "output", 5))).containsExactly("1 false");
    }

    @Test
    void theLargestCountersOfAStreamThatGrowsStay() {
        assertThat(losers(
                        row("k", 1, "uncached_input", 9, "output", 1),
                        row("k", 2, "uncached_input", 9, "output", 7),
                        row("k", 3, "uncached_input", 9, "output", 4)))
                .containsExactlyInAnyOrder("1 false", "3 false");
        assertThat(losers(row("k", -1, "uncached_input", 9), row("k", 2, "uncached_input", 9, "output", 7)))
                .containsExactly("-1 false");
    }

    @Test
    void aNullCounterIsNoMoreThanZero() {
        assertThat(losers(row("k", 1, "output", 0), row("k", 2))).containsExactly("2 false");
    }

    @Test
    void anotherModelOrTimeIsAConflictAndTheFirstStaysHoweverLargeTheOther() {
        assertThat(losers(row("k", 1, "output", 5), row("k", 2, "output", 500, "model", "other")))
                .containsExactly("2 true");
        assertThat(losers(
                        row("k", 1, "output", 5),
                        withKey(request("2026-07-01T00:00:00.000001Z", "output", 500), "k", 2)))
                .containsExactly("2 true");
    }

    @Test
    void countersOfWhichNeitherIsLargerInAllAreAConflictAndTheFirstStays() {
        assertThat(losers(
                        row("k", 1, "uncached_input", 10, "output", 5), row("k", 2, "uncached_input", 5, "output", 20)))
                .containsExactly("2 true");
    }

    @Test
    void ofThreeRowsOnlyTheOneThatDiffersIsAConflict() {
        assertThat(losers(
                        row("k", 1, "output", 5), row("k", 2, "output", 5, "model", "other"), row("k", 3, "output", 8)))
                .containsExactlyInAnyOrder("1 false", "2 true");
    }

    @Test
    void withoutAModelTwiceIsADuplicateToo() {
        assertThat(losers(row("k", 1, "model", null), row("k", 2, "model", null)))
                .containsExactly("2 false");
    }

    @Test
    void theLosersDoNotDependOnPartitionsOrOrder() {
        long seed = System.nanoTime();
        System.out.println("DuplicatesTest: seed " + seed);
        Random random = new Random(seed);
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < 120; i++) {
            rows.add(row(
                    "k" + random.nextInt(30),
                    i,
                    "output",
                    random.nextInt(3),
                    "model",
                    random.nextInt(4) == 0 ? "other" : "m"));
        }
        List<String> once = losers(rows.toArray(Row[]::new));
        Collections.shuffle(rows, random);
        assertThat(losers(rows.toArray(Row[]::new))).as("seed %d", seed).isEqualTo(once);
        assertThat(once).as("one of each key stays, seed %d", seed).hasSizeBetween(90, 119);
    }

    private static Row row(String key, int order, Object... columnsAndValues) {
        return withKey(request(T, columnsAndValues), key, order);
    }

    private static Row withKey(Row request, String key, int order) {
        Object[] values = new Object[request.length()];
        for (int i = 0; i < values.length; i++) {
            values[i] = request.get(i);
        }
        values[io.tokenledger.ingest.LogRecords.SCHEMA.fieldIndex("operation_id")] = key;
        values[io.tokenledger.ingest.LogRecords.SCHEMA.fieldIndex("file_id")] = (long) order;
        return org.apache.spark.sql.RowFactory.create(values);
    }

    /** File id and whether it is a conflict, of each row that does not stay. */
    private List<String> losers(Row... rows) {
        Dataset<Row> keyed = dataset(session(), List.of(rows))
                .withColumn(Tables.REQUEST_KEY, col("operation_id").cast("binary"))
                .withColumn(Duplicates.ORDER, col("file_id").cast("int"))
                .withColumn(Duplicates.DATA_FILE, element_at(split(lit("file"), ","), 1))
                .withColumn(Duplicates.POSITION, col("file_id"));
        return Duplicates.losers(keyed).orderBy("file_id").collectAsList().stream()
                .map(r -> r.getLong(3) + " " + r.getBoolean(4))
                .toList();
    }
}
