package io.tokenledger.ingest;

import static org.apache.spark.sql.types.DataTypes.LongType;
import static org.apache.spark.sql.types.DataTypes.StringType;
import static org.apache.spark.sql.types.DataTypes.TimestampType;
import static org.apache.spark.sql.types.DataTypes.createDecimalType;

import io.tokenledger.model.TokenClass;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * The rows of {@link LogReader}: three kinds in one wide schema, so that one pass over the bytes yields all of them.
 * What belongs to another kind is null.
 *
 * <p>Every row:
 *
 * <ul>
 *   <li>{@code kind}: {@link #REQUEST}, {@link #REJECTED} or {@link #FILE}
 *   <li>{@code feed}: the name of the feed
 *   <li>{@code file_id}: {@link InputFile#id()}
 * </ul>
 *
 * <p>A request or a rejected record:
 *
 * <ul>
 *   <li>{@code byte_offset}: where its line begins in the decompressed content; the second record of a line has one
 *       more, and so on, which no other line begins at
 * </ul>
 *
 * <p>A request, as the log tells it; null means that the log does not say:
 *
 * <ul>
 *   <li>{@code request_id}: the provider's id, else the gateway's; never empty
 *   <li>{@code operation_id}: what several attempts of one operation share
 *   <li>{@code occurred_at}: its start; never null
 *   <li>{@code duration_ms}: milliseconds
 *   <li>{@code tenant}, {@code feature}, {@code environment}, {@code region}, {@code deployment}: text of the log
 *   <li>{@code provider}: from the feed, which may say where the record names it; never null
 *   <li>{@code model}: what served; null only for a failed call
 *   <li>{@code requested_model}: what was asked for
 *   <li>{@code service_tier}: the log's own word
 *   <li>{@code status}: {@code ok} or {@code error}; never null
 *   <li>a column per {@link TokenClass}: tokens; disjoint; 0 was reported as 0
 *   <li>{@code reasoning_tokens}: counted inside output
 *   <li>{@code unclassified_tokens}: what the log's total holds beyond its parts
 *   <li>{@code web_searches}: searches that are charged by the piece
 *   <li>{@code cost_reported}, {@code cost_currency}: what the log says it cost, to 18 fraction digits
 *   <li>{@code serving_mode}: how it really ran, as {@code gateway-cache}, where the record itself says so
 * </ul>
 *
 * <p>A rejected record, never with its text:
 *
 * <ul>
 *   <li>{@code reason}: a stable code, and the place where there is one, such as {@code missing: /model}
 *   <li>{@code line_sha256}: hex, of the line without its end
 * </ul>
 *
 * <p>A file, one row each, after its records:
 *
 * <ul>
 *   <li>{@code path}, {@code size} in bytes, {@code modified}: as listed
 *   <li>{@code codec}: {@code gzip} or {@code plain}, by its name
 *   <li>{@code records}: always {@code requests} + {@code rejected} + {@code out_of_scope}; blank lines are no records
 *   <li>{@code file_sha256}: hex, of the bytes as stored; null with an error
 *   <li>{@code month}: {@code YYYY-MM}, the billing month of most of its requests, of equals the earlier; null without
 *       requests
 *   <li>{@code unknown_counters}: a line per counter that its dialect does not know, with the number of requests that
 *       have it, as {@code 12 /usage/video_tokens}; null when there is none
 *   <li>{@code error}: why it could not be read to its end, null when it was. The counts are then those of the
 *       records that were read until then, and the requests must be dropped
 * </ul>
 */
public final class LogRecords {
    public static final String KIND = "kind";
    public static final String FEED = "feed";
    public static final String FILE_ID = "file_id";
    public static final String BYTE_OFFSET = "byte_offset";

    public static final String REQUEST_ID = "request_id";
    public static final String OPERATION_ID = "operation_id";
    public static final String OCCURRED_AT = "occurred_at";
    public static final String DURATION_MS = "duration_ms";
    public static final String TENANT = "tenant";
    public static final String FEATURE = "feature";
    public static final String ENVIRONMENT = "environment";
    public static final String PROVIDER = "provider";
    public static final String MODEL = "model";
    public static final String REQUESTED_MODEL = "requested_model";
    public static final String REGION = "region";
    public static final String DEPLOYMENT = "deployment";
    public static final String SERVICE_TIER = "service_tier";
    public static final String STATUS = "status";
    public static final String REASONING_TOKENS = "reasoning_tokens";
    public static final String UNCLASSIFIED_TOKENS = "unclassified_tokens";
    public static final String WEB_SEARCHES = "web_searches";
    public static final String COST_REPORTED = "cost_reported";
    public static final String COST_CURRENCY = "cost_currency";
    public static final String SERVING_MODE = "serving_mode";

    public static final String REASON = "reason";
    public static final String LINE_SHA256 = "line_sha256";

    public static final String PATH = "path";
    public static final String SIZE = "size";
    public static final String MODIFIED = "modified";
    public static final String CODEC = "codec";
    public static final String RECORDS = "records";
    public static final String REQUESTS = "requests";
    public static final String REJECTED_COUNT = "rejected";
    public static final String OUT_OF_SCOPE = "out_of_scope";
    public static final String FILE_SHA256 = "file_sha256";
    public static final String MONTH = "month";
    public static final String UNKNOWN_COUNTERS = "unknown_counters";
    public static final String ERROR = "error";

    /** Fraction digits of {@code cost_reported}. */
    static final int COST_SCALE = 18;

    /** The kind of a request. */
    public static final String REQUEST = "request";
    /** The kind of a record that could not be read as a request. */
    public static final String REJECTED = "rejected";
    /** The kind of the report on a file. */
    public static final String FILE = "file";

    private static final List<StructField> EVERY_ROW =
            List.of(column(KIND, StringType), column(FEED, StringType), column(FILE_ID, LongType));

    private static final List<StructField> REQUEST_ONLY = requestOnly();

    private static final List<StructField> REJECTED_ONLY =
            List.of(column(REASON, StringType), column(LINE_SHA256, StringType));

    private static final List<StructField> FILE_ONLY = List.of(
            column(PATH, StringType),
            column(SIZE, LongType),
            column(MODIFIED, TimestampType),
            column(CODEC, StringType),
            column(RECORDS, LongType),
            column(REQUESTS, LongType),
            column(REJECTED_COUNT, LongType),
            column(OUT_OF_SCOPE, LongType),
            column(FILE_SHA256, StringType),
            column(MONTH, StringType),
            column(UNKNOWN_COUNTERS, StringType),
            column(ERROR, StringType));

    /** All columns of all kinds. */
    public static final StructType SCHEMA = new StructType(
            Stream.of(EVERY_ROW, List.of(column(BYTE_OFFSET, LongType)), REQUEST_ONLY, REJECTED_ONLY, FILE_ONLY)
                    .flatMap(List::stream)
                    .toArray(StructField[]::new));

    // A lookup in the schema itself is a sixth of the time that a request takes.
    private static final Map<String, Integer> POSITIONS = IntStream.range(0, SCHEMA.size())
            .boxed()
            .collect(Collectors.toMap(i -> SCHEMA.fieldNames()[i], Function.identity()));

    private LogRecords() {}

    /** The position of a column in {@link #SCHEMA}. */
    static int position(String column) {
        return POSITIONS.get(column);
    }

    /** The columns of a request, without {@code kind}. */
    public static List<String> requestColumns() {
        return columns(List.of(FEED, FILE_ID, BYTE_OFFSET), REQUEST_ONLY);
    }

    /** The columns of a rejected record, without {@code kind}. */
    public static List<String> rejectedColumns() {
        return columns(List.of(FEED, FILE_ID, BYTE_OFFSET), REJECTED_ONLY);
    }

    /** The columns of a file, without {@code kind}. */
    public static List<String> fileColumns() {
        return columns(List.of(FEED, FILE_ID), FILE_ONLY);
    }

    private static List<StructField> requestOnly() {
        List<StructField> columns = new ArrayList<>(List.of(
                column(REQUEST_ID, StringType),
                column(OPERATION_ID, StringType),
                column(OCCURRED_AT, TimestampType),
                column(DURATION_MS, LongType),
                column(TENANT, StringType),
                column(FEATURE, StringType),
                column(ENVIRONMENT, StringType),
                column(PROVIDER, StringType),
                column(MODEL, StringType),
                column(REQUESTED_MODEL, StringType),
                column(REGION, StringType),
                column(DEPLOYMENT, StringType),
                column(SERVICE_TIER, StringType),
                column(STATUS, StringType)));
        TokenClass.columns().forEach(name -> columns.add(column(name, LongType)));
        columns.add(column(REASONING_TOKENS, LongType));
        columns.add(column(UNCLASSIFIED_TOKENS, LongType));
        columns.add(column(WEB_SEARCHES, LongType));
        columns.add(column(COST_REPORTED, createDecimalType(38, COST_SCALE)));
        columns.add(column(COST_CURRENCY, StringType));
        columns.add(column(SERVING_MODE, StringType));
        return List.copyOf(columns);
    }

    private static StructField column(String name, DataType type) {
        return new StructField(name, type, true, Metadata.empty());
    }

    private static List<String> columns(List<String> first, List<StructField> rest) {
        return Stream.concat(first.stream(), rest.stream().map(StructField::name))
                .toList();
    }
}
