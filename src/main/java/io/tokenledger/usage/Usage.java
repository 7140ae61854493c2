package io.tokenledger.usage;

import static io.tokenledger.ingest.LogRecords.DEPLOYMENT;
import static io.tokenledger.ingest.LogRecords.FEED;
import static io.tokenledger.ingest.LogRecords.OCCURRED_AT;
import static io.tokenledger.ingest.LogRecords.OPERATION_ID;
import static io.tokenledger.ingest.LogRecords.STATUS;
import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat_ws;
import static org.apache.spark.sql.functions.count_distinct;
import static org.apache.spark.sql.functions.date_format;
import static org.apache.spark.sql.functions.date_trunc;
import static org.apache.spark.sql.functions.from_utc_timestamp;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.lower;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.raise_error;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.when;

import io.tokenledger.ingest.Feed;
import io.tokenledger.model.Month;
import io.tokenledger.model.ServiceTier;
import io.tokenledger.model.ServingMode;
import io.tokenledger.model.TokenClass;
import io.tokenledger.model.TokenClass.Direction;
import io.tokenledger.rates.ModelKey;
import io.tokenledger.rates.RateGrid;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
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
    public static final String SLICE_FROM = "slice_from";
    public static final String PROMPT_ABOVE = "prompt_tokens_above";
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
    public static final String TOKEN_CLASS = "token_class";
    public static final String TOKENS = "tokens";

    /** Who is charged, for what, where, and by which model: the attributes of every report row. */
    public static final List<String> ATTRIBUTES = List.of(TENANT, FEATURE, ENVIRONMENT, PROVIDER, MODEL);

    /** The key of a rate cell. */
    public static final List<String> CELL_KEY = concat(
            List.of(MONTH),
            ATTRIBUTES,
            List.of(SERVING_MODE, SERVICE_TIER, BILLABLE, SAMPLED, SLICE_FROM, PROMPT_ABOVE));

    private static final List<String> COUNTERS = concat(TokenClass.columns(), List.of(REASONING, UNCLASSIFIED));

    private Usage() {}

    /**
     * Requests with everything that policies say of them.
     *
     * @param requests rows of the ledger
     * @return a row per request: the columns of {@link #CELL_KEY} (times UTC; {@code slice_from} and {@code
     *     prompt_tokens_above} null for a model without any rate), {@code minute}, {@code requests} (1, or what the line
     *     stands for), {@code operation_id}, {@code status}, {@code occurred_at}, and every token counter times {@code
     *     requests}, null where the log reported none
     */
    public static Dataset<Row> labelled(
            Dataset<Row> requests, Policies policies, RateGrid grid, Collection<Month> months) {
        Dataset<Row> labels = withModelNames(requests.filter(within(months, policies)), policies.aliases(), grid)
                .withColumn(MONTH, month(policies))
                .withColumn(MINUTE, date_trunc("minute", col(OCCURRED_AT)))
                .withColumn(SERVING_MODE, perFeed(policies.feeds(), Usage::servingMode))
                .withColumn(REQUESTS, perFeed(policies.feeds(), feed -> lit(feed.requestsPerLine())))
                .withColumn(SAMPLED, col(REQUESTS).gt(1))
                .withColumn(SERVICE_TIER, serviceTier())
                .withColumn(BILLABLE, billable(policies.failedCalls()));
        return withCells(labels, grid).select(labelledColumns());
    }

    /**
     * Tokens per rate cell.
     *
     * @return {@link #CELL_KEY}, {@code requests}, {@code failed_requests}, {@code usage_missing_requests} (succeeded,
     *     but the log holds no usage), {@code requests_without_operation}, each token class, {@code reasoning_tokens}
     *     and {@code unclassified_tokens} (null where no request reported it), {@code first_seen}, {@code last_seen}
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
     * One row per cell and token class that has tokens: what scenarios serve and price.
     *
     * @param cells rate cells, or any rows with a column per token class
     * @return the other columns of the input, {@code token_class}, {@code tokens} (more than 0)
     */
    public static Dataset<Row> byTokenClass(Dataset<Row> cells) {
        List<String> kept = Arrays.stream(cells.columns())
                .filter(c -> !TokenClass.columns().contains(c))
                .toList();
        String pairs = TokenClass.columns().stream()
                .map(c -> "'" + c + "', " + c)
                .collect(
                        Collectors.joining(", ", "stack(" + TokenClass.columns().size() + ", ", ")"));
        return cells.selectExpr(Stream.concat(kept.stream(), Stream.of(pairs + " as (token_class, tokens)"))
                        .toArray(String[]::new))
                .filter(col(TOKENS).gt(0));
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
        Instant start = months.stream()
                .map(m -> m.start(policies.billingZone()))
                .min(Instant::compareTo)
                .orElse(RateGrid.END);
        Instant end = months.stream()
                .map(m -> m.end(policies.billingZone()))
                .max(Instant::compareTo)
                .orElse(RateGrid.END);
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
        Set<ModelKey> priced = grid.cells().stream().map(RateGrid.Cell::model).collect(Collectors.toSet());
        List<Row> rows = aliases.models().entrySet().stream()
                .filter(alias -> !priced.contains(alias.getKey()))
                .map(alias -> RowFactory.create(
                        alias.getKey().provider(), alias.getKey().model(), alias.getValue()))
                .toList();
        StructType schema = new StructType()
                .add("alias_provider", DataTypes.StringType)
                .add("alias", DataTypes.StringType)
                .add("named", DataTypes.StringType);
        return requests.join(
                        broadcast(requests.sparkSession().createDataFrame(rows, schema)),
                        col(PROVIDER)
                                .equalTo(col("alias_provider"))
                                .and(col(MODEL).equalTo(col("alias"))),
                        "left")
                .withColumn(MODEL, coalesce(col("named"), col(MODEL)))
                .drop("alias_provider", "alias", "named");
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

    private static Column servingMode(Feed feed) {
        Column mode = lit(feed.servingMode().label());
        for (Map.Entry<String, ServingMode> deployment :
                feed.servingModeByDeployment().entrySet()) {
            mode = when(
                            col(DEPLOYMENT).equalTo(deployment.getKey()),
                            lit(deployment.getValue().label()))
                    .otherwise(mode);
        }
        return mode;
    }

    /**
     * The log's tier in our words: a provider's default is standard, its fast lane is priority (OpenAI bills {@code fast}
     * as priority), and whatever ran as a batch is batch, since no line of a batch says so itself. Any other word stays
     * as it is and finds no rate.
     */
    private static Column serviceTier() {
        Column tier = lower(col(SERVICE_TIER));
        return when(col(SERVING_MODE).equalTo(ServingMode.BATCH.label()), ServiceTier.BATCH.label())
                .when(tier.isNull().or(tier.isin("default", "auto", "")), ServiceTier.STANDARD.label())
                .when(tier.equalTo("fast"), ServiceTier.PRIORITY.label())
                .otherwise(tier);
    }

    private static Column billable(FailedCalls failedCalls) {
        Column called = col(SERVING_MODE).notEqual(ServingMode.GATEWAY_CACHE.label());
        return failedCalls == FailedCalls.BILLABLE
                ? called
                : called.and(col(STATUS).equalTo("ok"));
    }

    private static Dataset<Row> withCells(Dataset<Row> requests, RateGrid grid) {
        StructType schema = new StructType()
                .add("cell_provider", DataTypes.StringType)
                .add("cell_model", DataTypes.StringType)
                .add(SLICE_FROM, DataTypes.TimestampType)
                .add("slice_to", DataTypes.TimestampType)
                .add(PROMPT_ABOVE, DataTypes.LongType)
                .add("prompt_tokens_up_to", DataTypes.LongType);
        List<Row> rows = grid.cells().stream()
                .map(cell -> RowFactory.create(
                        cell.model().provider(),
                        cell.model().model(),
                        cell.from(),
                        cell.to(),
                        cell.promptAbove(),
                        cell.promptUpTo()))
                .toList();
        Column prompt = coalesce(total(Direction.INPUT), lit(0L));
        Column inside = col(PROVIDER)
                .equalTo(col("cell_provider"))
                .and(col(MODEL).equalTo(col("cell_model")))
                .and(col(OCCURRED_AT).geq(col(SLICE_FROM)))
                .and(col(OCCURRED_AT).lt(col("slice_to")))
                .and(col(PROMPT_ABOVE).equalTo(0L).or(prompt.gt(col(PROMPT_ABOVE))))
                .and(prompt.leq(col("prompt_tokens_up_to")));
        return requests.join(broadcast(requests.sparkSession().createDataFrame(rows, schema)), inside, "left");
    }

    private static Column[] labelledColumns() {
        Stream<Column> counters = COUNTERS.stream()
                .map(counter -> col(counter).multiply(col(REQUESTS)).as(counter));
        return Stream.concat(
                        Stream.of(columns(
                                concat(CELL_KEY, List.of(MINUTE, REQUESTS, OPERATION_ID, STATUS, OCCURRED_AT)))),
                        counters)
                .toArray(Column[]::new);
    }
}
