package io.tokenledger.scenario;

import static io.tokenledger.Requests.feed;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.pmod;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.timestamp_seconds;
import static org.apache.spark.sql.functions.xxhash64;

import io.tokenledger.Requests;
import io.tokenledger.ingest.LogRecords;
import io.tokenledger.job.Session;
import io.tokenledger.model.Month;
import io.tokenledger.model.ServingMode;
import io.tokenledger.rates.ModelKey;
import io.tokenledger.rates.RateGrid;
import io.tokenledger.rates.RateTables;
import io.tokenledger.scenario.ScenarioSettings.Bought;
import io.tokenledger.scenario.ScenarioSettings.NoParameters;
import io.tokenledger.scenario.ScenarioSettings.Number;
import io.tokenledger.usage.BatchEligibility;
import io.tokenledger.usage.Pools;
import io.tokenledger.usage.Usage;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.storage.StorageLevel;

/**
 * A month of many tenants, two requests each, in one pool on dedicated capacity that about half of the minutes are above;
 * see {@code scripts/benchmark-tenants}.
 */
final class TenantsBenchmark {
    private static final Month FEBRUARY = Month.parse("2026-02");

    private TenantsBenchmark() {}

    /** @param arguments number of tenants, units of 1,000 weighted tokens a minute, an empty directory */
    public static void main(String[] arguments) throws IOException {
        long tenants = Long.parseLong(arguments[0]);
        String units = arguments[1];
        String directory = arguments[2];
        SparkSession spark = Session.pinned(SparkSession.builder()
                .master("local[2]")
                .config("spark.ui.enabled", "false")
                .config("spark.driver.host", "localhost")
                .config("spark.driver.bindAddress", "127.0.0.1")
                .config("spark.sql.shuffle.partitions", "2")
                .config("spark.local.dir", directory + "/spark")
                .getOrCreate());
        long start = System.nanoTime();
        requests(spark, tenants).write().parquet(directory + "/requests");
        start = say("wrote %d requests of %d tenants".formatted(2 * tenants, tenants), start);
        Economics economics = economics(units);
        RateGrid grid = economics.grid(FEBRUARY.start(ZoneOffset.UTC), FEBRUARY.end(ZoneOffset.UTC));
        Dataset<Row> ledger = spark.read().parquet(directory + "/requests");
        Dataset<Row> labelled = Usage.labelled(
                ledger,
                Requests.policies(ZoneOffset.UTC, feed("live", ServingMode.SERVERLESS)),
                grid,
                List.of(FEBRUARY));
        Dataset<Row> cells = Usage.cells(labelled).persist(StorageLevel.MEMORY_AND_DISK());
        System.out.println(cells.count() + " rate cells");
        start = say("summed them by rate cell", start);
        try (Evaluation evaluation = Evaluation.of(labelled, labelled, cells, economics, grid, List.of(FEBRUARY))) {
            start = say("evaluated", start);
            evaluation.costs().write().parquet(directory + "/costs");
            say("wrote the costs", start);
            Map<String, BigDecimal> written = new TreeMap<>();
            spark.read()
                    .parquet(directory + "/costs")
                    .groupBy(Facts.SCENARIO)
                    .agg(sum(Facts.TOTAL_COST))
                    .collectAsList()
                    .forEach(row -> written.put(row.getString(0), row.getDecimal(1)));
            evaluation.totals(FEBRUARY).forEach((scenario, total) -> {
                System.out.println(scenario + " " + total.stripTrailingZeros().toPlainString());
                if (total.compareTo(written.get(scenario)) != 0) {
                    throw new IllegalStateException("The rows of " + scenario + " add up to " + written.get(scenario));
                }
            });
            evaluation
                    .capacity()
                    .forEach(r -> System.out.println(r.units() + " units, coverage " + r.coverage() + ", utilisation "
                            + r.utilisation() + ", " + r.overflowTokens() + " tokens overflow"));
        }
        spark.stop();
        Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith("VmHWM"))
                .forEach(System.out::println);
    }

    private static Dataset<Row> requests(SparkSession spark, long tenants) {
        Dataset<Row> ids = spark.range(0, 2 * tenants, 1, 8).toDF("id");
        Column second = pmod(xxhash64(col("id")), lit(28L * 86_400));
        Map<String, Column> values = new TreeMap<>(Map.of(
                LogRecords.KIND, lit(LogRecords.REQUEST),
                LogRecords.FEED, lit("live"),
                LogRecords.FILE_ID, lit(1L),
                LogRecords.BYTE_OFFSET, col("id"),
                LogRecords.OCCURRED_AT,
                        timestamp_seconds(
                                second.plus(FEBRUARY.start(ZoneOffset.UTC).getEpochSecond())),
                LogRecords.TENANT, concat(lit("tenant-"), pmod(col("id"), lit(tenants))),
                LogRecords.PROVIDER, lit("p"),
                LogRecords.MODEL, lit("m"),
                LogRecords.STATUS, lit("ok")));
        values.put("uncached_input", pmod(xxhash64(col("id"), lit("in")), lit(1_000L)));
        values.put("output", pmod(xxhash64(col("id"), lit("out")), lit(200L)));
        Column[] columns = new Column[LogRecords.SCHEMA.size()];
        for (int i = 0; i < columns.length; i++) {
            StructField field = LogRecords.SCHEMA.fields()[i];
            columns[i] = values.getOrDefault(field.name(), lit(null))
                    .cast(field.dataType())
                    .as(field.name());
        }
        return ids.select(columns);
    }

    private static Economics economics(String units) {
        CapacityUnit unit = Units.with("pool", "chat", "price", "1", "price_per", "hour", "utilisation_ceiling", "1");
        NoParameters yes = new NoParameters();
        Bought dedicated =
                new Bought(new TreeMap<>(Map.of("u", Number.of(units))), null, null, AllocationMethod.SERVED);
        return new Economics(
                RateTables.card(
                        "p m standard uncached_input 0 2026-01-01 - 0.15", "p m standard output 0 2026-01-01 - 0.60"),
                List.of(),
                new Pools(Map.of(new ModelKey("p", "m"), "chat")),
                BatchEligibility.NONE,
                BatchPolicy.NONE,
                Map.of("u", unit),
                List.of(),
                new ScenarioSettings(yes, null, dedicated, null, null, null, null, null),
                ZoneOffset.UTC);
    }

    private static long say(String what, long start) {
        long now = System.nanoTime();
        System.out.printf(Locale.ROOT, "%6.1f s %s%n", (now - start) / 1e9, what);
        return now;
    }
}
