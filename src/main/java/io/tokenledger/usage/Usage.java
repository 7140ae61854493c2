package io.tokenledger.usage;

import static io.tokenledger.ingest.LogRecords.DEPLOYMENT;
import static io.tokenledger.ingest.LogRecords.FEED;
import static io.tokenledger.ingest.LogRecords.OCCURRED_AT;
import static io.tokenledger.ingest.LogRecords.OPERATION_ID;
import static io.tokenledger.ingest.LogRecords.STATUS;
import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat_ws;
import static org.apache.spark.sql.functions.count_distinct;
import static org.apache.spark.sql.functions.date_format;
import static org.apache.spark.sql.functions.date_trunc;
import static org.apache.spark.sql.functions.explode;
import static org.apache.spark.sql.functions.from_utc_timestamp;
import static org.apache.spark.sql.functions.greatest;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.lower;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.raise_error;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.udf;
import static org.apache.spark.sql.functions.unix_micros;
import static org.apache.spark.sql.functions.when;

import io.tokenledger.ingest.Feed;
import io.tokenledger.ingest.LogRecords;
import io.tokenledger.ledger.Lookup;
import io.tokenledger.model.BilledUnit;
import io.tokenledger.model.Month;
import io.tokenledger.model.ServiceTier;
import io.tokenledger.model.ServingMode;
import io.tokenledger.model.TokenClass;
import io.tokenledger.model.TokenClass.Direction;
import io.tokenledger.rates.ModelKey;
import io.tokenledger.rates.RateGrid;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.api.java.UDF5;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * The steps from requests of the ledger to tokens per rate cell. Each is a function from Dataset to Dataset.
 *
 * <p>A request that stands for several (an export of 1 in N) counts as N requests with N times its tokens, and its rows
 * are marked {@code sampled}.
 */
public final class Usage {
    public static final String MONTH = "month";
    public static final String MINUTE = "minute";
    public static final String TENANT = "tenant";
    public static final String FEATURE = "feature";
    public static final String ENVIRONMENT = "environment";
    public static final String PROVIDER = "provider";
    public static final String MODEL = "model";
    public static final String SERVING_MODE = "serving_mode";
    public static final String SERVICE_TIER = "service_tier";
    public static final String BILLABLE = "billable";
    public static final String SAMPLED = "sampled";
    public static final String CELL = "cell";
    public static final String REQUESTS = "requests";
    public static final String OPERATIONS = "operations";
    public static final String FAILED = "failed_requests";
    public static final String USAGE_MISSING = "usage_missing_requests";
    public static final String WITHOUT_OPERATION = "requests_without_operation";
    public static final String REASONING = "reasoning_tokens";
    public static final String UNCLASSIFIED = "unclassified_tokens";
    public static final String INPUT_TOKENS = "input_tokens";
    public static final String OUTPUT_TOKENS = "output_tokens";
    public static final String FIRST_SEEN = "first_seen";
    public static final String LAST_SEEN = "last_seen";
    public static final String UNIT = "billed_unit";
    public static final String QUANTITY = "quantity";

    /** Who is charged, for what, where, and by which model: the attributes of every report row. */
    public static final List<String> ATTRIBUTES = List.of(TENANT, FEATURE, ENVIRONMENT, PROVIDER, MODEL);

    /** The key of a rate cell. */
    public static final List<String> CELL_KEY =
            concat(List.of(MONTH), ATTRIBUTES, List.of(SERVING_MODE, SERVICE_TIER, BILLABLE, SAMPLED, CELL));

    /** Counters of a token class or a part of one; a request's marginal bands share them out. */
    private static final List<String> CLASS_COUNTERS = concat(TokenClass.columns(), List.of(REASONING));

    private static final List<String> COUNTERS = concat(CLASS_COUNTERS, List.of(UNCLASSIFIED, LogRecords.WEB_SEARCHES));

    private static final String WEIGHT = "weight";
    private static final String CELL_ABOVE = "cell_above";
    private static final String CELL_UP_TO = "cell_up_to";

    private Usage() {}

    /**
     * Requests with everything that policies say of them.
     *
     * @param requests rows of the ledger
     * @return a row per request, or per cell of a request whose tokens fall into several marginal bands: the columns of
     *     {@link #CELL_KEY} (times UTC; {@code cell} is the number of a {@link RateGrid.Cell}, null for a model without
     *     any rate, where tokens are priced as no other model's), {@code minute}, {@code requests} (1, or what the line stands for; 0 but in the first cell of a
     *     request), {@code operation_id}, {@code status}, {@code occurred_at}, and every counter times what the line
     *     stands for, null where the log reported none
     */
    public static Dataset<Row> labelled(
            Dataset<Row> requests, Policies policies, RateGrid grid, Collection<Month> months) {
        Dataset<Row> labels = withModelNames(requests.filter(within(months, policies)), policies.aliases(), grid)
                .withColumn(MONTH, month(policies))
                .withColumn(MINUTE, date_trunc("minute", col(OCCURRED_AT)))
                .withColumn(SERVING_MODE, perFeed(policies.feeds(), Usage::servingMode))
                .withColumn(WEIGHT, perFeed(policies.feeds(), feed -> lit(feed.requestsPerLine())))
                .withColumn(REQUESTS, col(WEIGHT))
                .withColumn(SAMPLED, col(WEIGHT).gt(1))
                .withColumn(SERVICE_TIER, serviceTier())
                .withColumn(BILLABLE, billable(policies.failedCalls()));
        return withCells(labels, grid).select(labelledColumns(grid.isMarginal()));
    }

    /**
     * Tokens per rate cell.
     *
     * @return {@link #CELL_KEY}, {@code requests}, {@code failed_requests}, {@code usage_missing_requests} (succeeded,
     *     but the log holds no usage), {@code requests_without_operation}, each token class, {@code reasoning_tokens},
     *     {@code unclassified_tokens} and {@code web_searches} (null where no request reported it), {@code first_seen},
     *     {@code last_seen}
     */
    public static Dataset<Row> cells(Dataset<Row> labelled) {
        Column noUsage = Stream.of(TokenClass.values())
                .map(c -> col(c.column()).isNull())
                .reduce(Column::and)
                .orElseThrow();
        Column succeeded = col(STATUS).equalTo("ok");
        List<Column> sums = new ArrayList<>(List.of(
                sum(requestsWhere(succeeded.unary_$bang())).as(FAILED),
                sum(requestsWhere(succeeded.and(noUsage))).as(USAGE_MISSING),
                sum(requestsWhere(col(OPERATION_ID).isNull())).as(WITHOUT_OPERATION)));
        COUNTERS.forEach(counter -> sums.add(sum(counter).as(counter)));
        sums.add(min(OCCURRED_AT).as(FIRST_SEEN));
        sums.add(max(OCCURRED_AT).as(LAST_SEEN));
        return labelled.groupBy(columns(CELL_KEY)).agg(sum(REQUESTS).as(REQUESTS), sums.toArray(Column[]::new));
    }

    /**
     * One row per cell and billed unit that has a quantity: what scenarios serve and price.
     *
     * @param cells rate cells, or any rows with the counters that the units are made of
     * @param units each as {@link #quantity} reads it; with {@link BilledUnit#REASONING}, output is what is no reasoning
     * @return the other columns of the input, {@code billed_unit}, {@code quantity} (tokens or calls, more than 0)
     */
    public static Dataset<Row> byUnit(Dataset<Row> cells, Collection<BilledUnit> units) {
        List<Column> columns = Arrays.stream(cells.columns())
                .filter(c -> !COUNTERS.contains(c))
                .map(org.apache.spark.sql.functions::col)
                .collect(Collectors.toCollection(ArrayList::new));
        Column[] quantities = units.stream()
                .map(unit -> struct(
                        lit(unit.label()).as(UNIT),
                        quantity(unit, units.contains(BilledUnit.REASONING)).as(QUANTITY)))
                .toArray(Column[]::new);
        columns.add(explode(array(quantities)).as("of_unit"));
        return cells.select(columns.toArray(Column[]::new))
                .select(col("*"), col("of_unit." + UNIT), col("of_unit." + QUANTITY))
                .drop("of_unit")
                .filter(col(QUANTITY).gt(0));
    }

    /** The token class that a row's {@code billed_unit} is counted in. */
    public static Column tokenClass() {
        return when(col(UNIT).equalTo(BilledUnit.REASONING.label()), lit(BilledUnit.OUTPUT.label()))
                .otherwise(col(UNIT));
    }

    /** A call has a fee if it succeeded and reported usage. */
    private static Column quantity(BilledUnit unit, boolean reasoningApart) {
        return switch (unit) {
            case OUTPUT ->
                reasoningApart ? col(unit.label()).minus(coalesce(col(REASONING), lit(0L))) : col(unit.label());
            case REASONING -> col(REASONING);
            case REQUESTS -> col(REQUESTS).minus(col(FAILED)).minus(col(USAGE_MISSING));
            case WEB_SEARCHES -> col(LogRecords.WEB_SEARCHES);
            default -> col(unit.label());
        };
    }

    /**
     * What callers wanted: several attempts with one operation id are one operation, and a request without an id is one.
     *
     * @return month, tenant, provider, model, {@code operations}
     */
    public static Dataset<Row> operations(Dataset<Row> labelled, Dataset<Row> cells) {
        Column[] grain = columns(List.of(MONTH, TENANT, PROVIDER, MODEL));
        Dataset<Row> named = labelled.filter(col(OPERATION_ID).isNotNull())
                .groupBy(Stream.concat(Arrays.stream(grain), Stream.of(col(REQUESTS)))
                        .toArray(Column[]::new))
                .agg(count_distinct(col(OPERATION_ID)).as(OPERATIONS))
                .select(Stream.concat(
                                Arrays.stream(grain),
                                Stream.of(
                                        col(OPERATIONS).multiply(col(REQUESTS)).as(OPERATIONS)))
                        .toArray(Column[]::new));
        Dataset<Row> unnamed = cells.select(Stream.concat(
                        Arrays.stream(grain), Stream.of(col(WITHOUT_OPERATION).as(OPERATIONS)))
                .toArray(Column[]::new));
        return named.unionByName(unnamed).groupBy(grain).agg(sum(OPERATIONS).as(OPERATIONS));
    }

    /** The sum of the classes of a direction; null where none of them was reported. */
    public static Column total(Direction direction) {
        List<String> classes = TokenClass.columns(direction);
        Column none =
                classes.stream().map(c -> col(c).isNull()).reduce(Column::and).orElseThrow();
        Column sum = classes.stream()
                .map(c -> coalesce(col(c), lit(0L)))
                .reduce(Column::plus)
                .orElseThrow();
        return when(none.unary_$bang(), sum);
    }

    public static Column[] columns(List<String> names) {
        return names.stream().map(org.apache.spark.sql.functions::col).toArray(Column[]::new);
    }

    public static List<String> concat(List<String> first, List<String> second) {
        return Stream.concat(first.stream(), second.stream()).toList();
    }

    public static List<String> concat(List<String> first, List<String> second, List<String> third) {
        return concat(concat(first, second), third);
    }

    private static Column requestsWhere(Column condition) {
        return when(condition, col(REQUESTS)).otherwise(0L);
    }

    private static Column within(Collection<Month> months, Policies policies) {
        if (months.isEmpty()) {
            return lit(false);
        }
        Instant start = months.stream()
                .map(m -> m.start(policies.billingZone()))
                .min(Instant::compareTo)
                .orElseThrow();
        Instant end = months.stream()
                .map(m -> m.end(policies.billingZone()))
                .max(Instant::compareTo)
                .orElseThrow();
        // The range prunes files; the month itself decides.
        return col(OCCURRED_AT)
                .geq(lit(start))
                .and(col(OCCURRED_AT).lt(lit(end)))
                .and(month(policies).isin(months.stream().map(Month::toString).toArray()));
    }

    private static Column month(Policies policies) {
        return date_format(
                from_utc_timestamp(col(OCCURRED_AT), policies.billingZone().getId()), "yyyy-MM");
    }

    private static Dataset<Row> withModelNames(Dataset<Row> requests, ModelAliases aliases, RateGrid grid) {
        Map<List<String>, String> names = new HashMap<>();
        aliases.models().forEach((alias, model) -> {
            if (!grid.has(alias)) {
                names.put(List.of(alias.provider(), alias.model()), model);
            }
        });
        Column named = new Lookup<>(names, DataTypes.StringType).of(col(PROVIDER), col(MODEL));
        return names.isEmpty() ? requests : requests.withColumn(MODEL, coalesce(named, col(MODEL)));
    }

    private static Column perFeed(List<Feed> feeds, Function<Feed, Column> value) {
        Column chain = null;
        for (Feed feed : feeds) {
            Column isFeed = col(FEED).equalTo(feed.name());
            chain = chain == null ? when(isFeed, value.apply(feed)) : chain.when(isFeed, value.apply(feed));
        }
        // Without its feed's settings a request would have no weight and no mode, and vanish from every sum.
        return chain.otherwise(raise_error(concat_ws("", lit("No feed of the job is named "), col(FEED))));
    }

    /** What a record says of itself is more than what its feed says of all. */
    private static Column servingMode(Feed feed) {
        Column mode = lit(feed.servingMode().label());
        for (Map.Entry<String, ServingMode> deployment :
                feed.servingModeByDeployment().entrySet()) {
            mode = when(
                            col(DEPLOYMENT).equalTo(deployment.getKey()),
                            lit(deployment.getValue().label()))
                    .otherwise(mode);
        }
        return coalesce(col(LogRecords.SERVING_MODE), mode);
    }

    /**
     * The log's tier in our words: a provider's default is standard, its fast lane is priority (OpenAI bills {@code fast}
     * as priority), Vertex AI calls what is neither provisioned nor a batch on demand, and whatever ran as a batch is batch, since no line of a batch says so itself. Any other word stays
     * as it is and finds no rate.
     */
    private static Column serviceTier() {
        Column tier = lower(col(SERVICE_TIER));
        return when(col(SERVING_MODE).equalTo(ServingMode.BATCH.label()), ServiceTier.BATCH.label())
                .when(tier.isNull().or(tier.isin("default", "auto", "on_demand", "")), ServiceTier.STANDARD.label())
                .when(tier.isin("fast", "on_demand_priority"), ServiceTier.PRIORITY.label())
                .when(tier.equalTo("on_demand_flex"), ServiceTier.FLEX.label())
                .otherwise(tier);
    }

    private static Column billable(FailedCalls failedCalls) {
        Column called = col(SERVING_MODE).notEqual(ServingMode.GATEWAY_CACHE.label());
        return failedCalls == FailedCalls.BILLABLE
                ? called
                : called.and(col(STATUS).equalTo("ok"));
    }

    /**
     * Adds {@code cell}, and how far the marginal band of the cell reaches within a class. A request is one row per cell
     * that its tokens reach; it is counted in the first.
     */
    private static Dataset<Row> withCells(Dataset<Row> requests, RateGrid grid) {
        Column input = coalesce(total(Direction.INPUT), lit(0L));
        Column withoutCache = Stream.of(TokenClass.CACHED_INPUT, TokenClass.CACHE_WRITE_5M, TokenClass.CACHE_WRITE_1H)
                .map(c -> coalesce(col(c.column()), lit(0L)))
                .reduce(input, Column::minus);
        Column[] key = {col(PROVIDER), col(MODEL), unix_micros(col(OCCURRED_AT)), input, withoutCache};
        if (!grid.isMarginal()) {
            UDF5<String, String, Long, Long, Long, Integer> cell =
                    (provider, model, time, prompt, uncached) -> cells(grid, provider, model, time, prompt, uncached)
                            .findFirst()
                            .map(RateGrid.Cell::id)
                            .orElse(null);
            return requests.withColumn(CELL, udf(cell, DataTypes.IntegerType).apply(key));
        }
        UDF5<String, String, Long, Long, Long, List<Row>> cells = (provider, model, time, prompt, uncached) -> {
            List<Row> rows = cells(grid, provider, model, time, prompt, uncached)
                    .map(c -> RowFactory.create(c.id(), c.classAbove(), grid.classUpTo(c)))
                    .toList();
            return rows.isEmpty() ? List.of(RowFactory.create(null, 0L, Long.MAX_VALUE)) : rows;
        };
        StructType reach = new StructType()
                .add(CELL, DataTypes.IntegerType)
                .add(CELL_ABOVE, DataTypes.LongType)
                .add(CELL_UP_TO, DataTypes.LongType);
        Column longest = greatest(
                CLASS_COUNTERS.stream().map(c -> coalesce(col(c), lit(0L))).toArray(Column[]::new));
        return requests.withColumn(
                        "reach",
                        explode(udf(cells, DataTypes.createArrayType(reach)).apply(key)))
                .select(col("*"), col("reach.*"))
                .drop("reach")
                .filter(col(CELL_ABOVE).equalTo(0L).or(longest.gt(col(CELL_ABOVE))))
                .withColumn(
                        REQUESTS,
                        when(col(CELL_ABOVE).equalTo(0L), col(REQUESTS)).otherwise(0L));
    }

    private static Stream<RateGrid.Cell> cells(
            RateGrid grid, String provider, String model, long micros, long input, long withoutCache) {
        Instant time = Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
        return grid.cellsOf(new ModelKey(provider, model), time, input, withoutCache).stream();
    }

    private static Column[] labelledColumns(boolean marginal) {
        Stream<Column> counters = COUNTERS.stream()
                .map(counter -> inCell(counter, marginal).multiply(col(WEIGHT)).as(counter));
        return Stream.concat(
                        Stream.of(columns(
                                concat(CELL_KEY, List.of(MINUTE, REQUESTS, OPERATION_ID, STATUS, OCCURRED_AT)))),
                        counters)
                .toArray(Column[]::new);
    }

    /** The part of a request's counter that falls into the row's cell. */
    private static Column inCell(String counter, boolean marginal) {
        if (!marginal) {
            return col(counter);
        }
        if (!CLASS_COUNTERS.contains(counter)) {
            return when(col(CELL_ABOVE).equalTo(0L), col(counter));
        }
        Column beyond = col(counter).minus(col(CELL_ABOVE));
        Column width = col(CELL_UP_TO).minus(col(CELL_ABOVE));
        return when(beyond.lt(0L), lit(0L)).when(beyond.gt(width), width).otherwise(beyond);
    }
}
