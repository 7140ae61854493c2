package io.tokenledger.job;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tokenledger.SparkTest;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every cell of the sample's reports, computed a second time by another engine from the raw logs: {@code
 * oracle/oracle.sql} on DuckDB. Job and oracle share no code, so what both say is not an accident of one of them.
 */
class OracleTest extends SparkTest {
    /** Words of the job's own, and a scenario that is proved elsewhere. */
    private static final Set<String> NOT_OF_THE_ORACLE = Set.of("assumptions", "assumption", "best_mix_cost");

    private static final Set<String> OF_SCENARIOS =
            Set.of("scenario_costs", "scenario_comparison", "capacity_plan", "rates_applied", "unpriced_usage");

    private static Connection oracle;

    private SampleRun run;

    @BeforeEach
    void runBoth() throws SQLException, IOException {
        run = SampleRun.with(spark());
        if (oracle == null) {
            oracle = DriverManager.getConnection("jdbc:duckdb:");
            execute("set variable sample_data = '" + SampleRun.SAMPLE_DATA + "'");
            execute(
                    "create table best_mix as select month, pool, total_cost - sunk_cost as avoidable from read_parquet("
                            + files("parquet/scenario_comparison.parquet")
                            + ") where scenario = 'best-mix' and variant = 'optimum' and total_cost is not null");
            for (String statement : sql().split(";\n")) {
                execute(statement);
            }
        }
    }

    @AfterAll
    static void close() throws SQLException {
        oracle.close();
        oracle = null;
    }

    @Test
    void theOracleUnderstandsTheSample() throws SQLException {
        assertThat(rows("""
                select line, price from (select row_number() over () + 1 as line, * from rate_text)
                where not regexp_full_match(price, '\\d{1,4}(\\.\\d{1,6})?') or per_tokens <> '1000000'
                    or prompt_tokens_above <> '0' or contract is not null"""))
                .as("rates that the oracle's exact arithmetic does not cover")
                .isEmpty();
        assertThat(rows("select * from unit_text where overage_rule <> 'standard' or price_per <> 'minute'"))
                .as("capacity units that the oracle does not know")
                .isEmpty();
        assertThat(rows("""
                select feed, id from record where kind = 'request' group by feed, id
                having id is null or count(distinct text) > 1"""))
                .as("requests without an id, or whose repetitions differ")
                .isEmpty();
    }

    @Test
    void theOracleCountsWhatTheSamplesMakerCounted() throws SQLException {
        var total = SampleRun.json(SampleRun.SAMPLE_DATA.resolve("expected-totals.json"))
                .at("/lines/total");
        assertThat(rows("""
                select (select count(*) from record), (select count(*) from request),
                    (select count(*) from record where kind = 'request') - (select count(*) from request),
                    (select count(*) from record where kind = 'out_of_scope')"""))
                .as("lines, requests, repeated lines, lines out of scope")
                .containsExactly(List.of(
                        total.path("lines").asText(),
                        total.path("accepted").asText(),
                        total.path("duplicates").asText(),
                        total.path("out_of_scope").asText()));
    }

    @Test
    void theOracleFindsTheDemandThatTheSamplesMakerFound() throws SQLException {
        var demand = SampleRun.json(SampleRun.SAMPLE_DATA.resolve("expected-totals.json"))
                .path("demand");
        for (String month : SampleRun.MONTHS) {
            var expected = demand.path("months").path(month);
            execute("""
                    create or replace temp table minute_load as
                    select distinct minute, load, load > capacity as overflows from demand where month = '%s'""".formatted(month));
            var all = rows("""
                    select cast(sum(load) as decimal(38, 0)) * cast('0.001' as decimal(3, 3)), count(*),
                        count(*) filter (overflows) from minute_load""").get(0);
            assertThat(new BigDecimal(all.get(0)))
                    .as("%s: weighted tokens", month)
                    .isEqualByComparingTo(expected.path("weighted_tokens").asText());
            assertThat(all.subList(1, 3))
                    .as("%s: minutes with demand, and with overflow", month)
                    .containsExactly(
                            expected.path("minutes_with_demand").asText(),
                            expected.path("minutes_with_overflow").asText());
            assertThat(load(expected.path("a_minute_with_overflow"), true))
                    .as("%s: the load of a minute with overflow", month)
                    .isEqualByComparingTo(expected.at("/a_minute_with_overflow/weighted_tokens")
                            .asText());
            assertThat(load(expected.path("a_minute_with_idle_capacity"), false))
                    .as("%s: the load of a minute with idle capacity", month)
                    .isEqualByComparingTo(expected.at("/a_minute_with_idle_capacity/weighted_tokens")
                            .asText());
        }
    }

    private static BigDecimal load(JsonNode minute, boolean overflows) throws SQLException {
        String start = minute.path("minute").asText().replace("T", " ").replace("Z", "");
        var found = rows("select load from minute_load where minute = timestamp '%s' and overflows = %s"
                .formatted(start, overflows));
        assertThat(found).as("minute %s, overflow %s", start, overflows).hasSize(1);
        return new BigDecimal(found.get(0).get(0)).movePointLeft(3);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "usage",
                "monthly_costs",
                "scenario_costs",
                "scenario_comparison",
                "capacity_plan",
                "rates_applied"
            })
    void theParquetFilesHoldTheOraclesColumnsAndTypes(String table) throws SQLException {
        Map<String, String> expected = new LinkedHashMap<>();
        columns(table)
                .forEach((name, type) ->
                        expected.put(name, type.equals("TIMESTAMP") ? "TIMESTAMP WITH TIME ZONE" : type));
        Map<String, String> found = new LinkedHashMap<>();
        rows("select column_name, column_type from (describe from " + parquet(table) + ")")
                .forEach(row -> found.put(row.get(0), row.get(1)));
        found.keySet().removeAll(NOT_OF_THE_ORACLE);
        assertThat(found.entrySet()).as("columns of %s", table).containsExactlyElementsOf(expected.entrySet());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "usage",
                "monthly_costs",
                "scenario_costs",
                "scenario_comparison",
                "capacity_plan",
                "unpriced_usage",
                "rejected_records"
            })
    @Tag("E5")
    void everyCellIsTheOraclesToTheLastDigitInCsvAndInParquet(String table) throws SQLException {
        assertSame(table, table, new ArrayList<>(columns(table).keySet()));
    }

    @Test
    void everyRateThatMadeMoneyIsTheOraclesToTheLastDigit() throws SQLException {
        List<String> columns = new ArrayList<>(columns("rates_applied").keySet());
        columns.remove("rate_table_line");
        assertSame("rates_applied", "rates_applied", columns);
    }

    @Test
    @Tag("B17")
    void everyRateThatMadeMoneyNamesItsLineInTheRateTable() throws SQLException {
        assertSame(
                "rates_applied",
                "rates_applied",
                new ArrayList<>(columns("rates_applied").keySet()));
    }

    @Test
    void tokensWithoutARateWereSeenWhenTheyWereSeen() throws SQLException {
        assertSame(
                "unpriced_times",
                "unpriced_usage",
                new ArrayList<>(columns("unpriced_times").keySet()));
    }

    @Test
    @Tag("E5")
    void aWrongLastDigitWouldBeSeen() throws SQLException {
        execute("""
                create or replace table wrong_digit as
                select * replace (total_cost + case when row_number() over (order by total_cost desc nulls last) = 1
                    then cast('0.000000000001' as decimal(12, 12)) else 0 end as total_cost)
                from scenario_costs""");
        List<String> columns = new ArrayList<>(columns("scenario_costs").keySet());
        assertThat(differences(oracleText("wrong_digit", columns), parquetText("scenario_costs", columns)))
                .as("the one changed row, as the oracle has it and as the job has it")
                .hasSize(2);
    }

    private void assertSame(String expected, String table, List<String> columns) throws SQLException {
        assertThat(rows("from " + expected).size())
                .as("rows of the oracle's %s", expected)
                .isPositive();
        assertThat(differences(oracleText(expected, columns), parquetText(table, columns)))
                .as("rows of %s.parquet that differ", table)
                .isEmpty();
        assertThat(differences(guarded(expected, columns), csvText(table, columns)))
                .as("rows of %s.csv that differ", table)
                .isEmpty();
    }

    /** Rows that only one of two selections has, multiple rows counted. */
    private List<List<String>> differences(String ofOracle, String ofJob) throws SQLException {
        return rows("""
                with oracle as (%s), job as (%s)
                select 'only the oracle has', * from (from oracle except all from job)
                union all select 'only the job has', * from (from job except all from oracle)
                order by all limit 20""".formatted(ofOracle, ofJob));
    }

    private String oracleText(String table, List<String> columns) throws SQLException {
        Map<String, String> types = columns(table);
        return "select "
                + columns.stream().map(c -> text(c, types.get(c), c)).collect(Collectors.joining(", ")) + " from "
                + table;
    }

    /** As in CSV, where a text that a spreadsheet would run has an apostrophe in front. */
    private String guarded(String table, List<String> columns) throws SQLException {
        Map<String, String> types = columns(table);
        return "select "
                + columns.stream()
                        .map(c -> types.get(c).equals("VARCHAR")
                                ? "case when regexp_matches(%1$s, '^[=+@\\t\\r\\n-]') then '''' || %1$s else %1$s end as %1$s"
                                        .formatted(c)
                                : text(c, types.get(c), c))
                        .collect(Collectors.joining(", "))
                + " from " + table;
    }

    private String parquetText(String table, List<String> columns) throws SQLException {
        Map<String, String> types = columns("unpriced_usage".equals(table) ? unpriced(columns) : table);
        return "select "
                + columns.stream()
                        .map(c -> text(c, types.get(c), "make_timestamp(epoch_us(" + c + "))"))
                        .collect(Collectors.joining(", "))
                + " from " + parquet(table);
    }

    private static String unpriced(List<String> columns) {
        return columns.contains("quantity") ? "unpriced_usage" : "unpriced_times";
    }

    private String csvText(String table, List<String> columns) {
        return "select " + String.join(", ", columns) + " from " + csv(table);
    }

    private static String text(String column, String type, String timestamp) {
        return type.equals("TIMESTAMP")
                ? "strftime(" + timestamp + ", '%Y-%m-%dT%H:%M:%SZ') as " + column
                : "cast(" + column + " as varchar) as " + column;
    }

    private String parquet(String table) {
        return ofTheOracle(table, "read_parquet(" + files("parquet/" + table + ".parquet") + ")");
    }

    private String csv(String table) {
        return ofTheOracle(
                table,
                "read_csv(" + files("csv/" + table + ".csv")
                        + ", header = true, all_varchar = true, delim = ',', quote = '\"', escape = '\"', nullstr = '',"
                        + " allow_quoted_nulls = false)");
    }

    private static String ofTheOracle(String table, String rows) {
        return OF_SCENARIOS.contains(table)
                ? "(from " + rows + " where scenario in ('serverless', 'batch', 'dedicated', 'as-run'))"
                : rows;
    }

    private String files(String path) {
        return SampleRun.MONTHS.stream()
                .map(month -> "'" + run.assembly(month).resolve(path) + "'")
                .collect(Collectors.joining(", ", "[", "]"));
    }

    private static Map<String, String> columns(String table) throws SQLException {
        Map<String, String> columns = new LinkedHashMap<>();
        rows("select column_name, column_type from (describe " + table + ")")
                .forEach(row -> columns.put(row.get(0), row.get(1)));
        return columns;
    }

    private static void execute(String sql) throws SQLException {
        if (!sql.isBlank()) {
            try (Statement statement = oracle.createStatement()) {
                statement.execute(sql);
            }
        }
    }

    private static List<List<String>> rows(String sql) throws SQLException {
        try (Statement statement = oracle.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            List<List<String>> rows = new ArrayList<>();
            while (result.next()) {
                List<String> row = new ArrayList<>();
                for (int i = 1; i <= result.getMetaData().getColumnCount(); i++) {
                    row.add(result.getString(i));
                }
                rows.add(row);
            }
            return rows;
        }
    }

    private static String sql() throws IOException {
        try (var in = OracleTest.class.getResourceAsStream("/oracle/oracle.sql")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
