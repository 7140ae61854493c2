package io.tokenledger.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tokenledger.SparkTest;
import io.tokenledger.cli.ExplanationText;
import io.tokenledger.ingest.Digests;
import io.tokenledger.model.ExitCode;
import io.tokenledger.model.Failure;
import io.tokenledger.model.Month;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What {@code explain} prints, checked as a person with a calculator would: every line by itself, then the sum, then the
 * cell of the published CSV file. A month with all that can be behind a figure, on ten requests.
 */
class ExplainTest extends SparkTest {
    private static final String NUMBER = "(\\d+(?:\\.\\d+)?)";
    private static final Pattern PRODUCT = Pattern.compile(NUMBER + " x " + NUMBER + " / 1000000 = " + NUMBER + "$");
    private static final Pattern SUM = Pattern.compile("^  sum " + NUMBER + ", rounded " + NUMBER + "$");
    private static final Pattern SHARE = Pattern.compile(NUMBER + " x " + NUMBER + " / " + NUMBER + " = " + NUMBER
            + ", rounded down(?:, \\+ 1 in the last digit by largest remainder = " + NUMBER + ")?$");
    private static final Pattern USED =
            Pattern.compile("^  used " + NUMBER + " x " + NUMBER + " / " + NUMBER + " = " + NUMBER + ", rounded .*");
    private static final Pattern WEIGHT =
            Pattern.compile("^  [a-z_0-9]+ " + NUMBER + " x weight " + NUMBER + " = " + NUMBER + "$");
    private static final Pattern DIFFERENCE =
            Pattern.compile("^  (?:idle|rest) " + NUMBER + " - " + NUMBER + " = " + NUMBER + ".*");
    private static final Pattern TERMS = Pattern.compile("^ +" + NUMBER + " [A-Z]{3}(?: of \\S+:\\d+ x " + NUMBER
            + " %)?(?: x " + NUMBER + " of \\S+)? = " + NUMBER + "$");
    private static final Pattern LADDER = Pattern.compile("^ +together, rounded " + NUMBER + "$");
    private static final Pattern TOTAL = Pattern.compile("^  " + NUMBER + " (.*)$");
    private static final BigDecimal MILLION = BigDecimal.valueOf(1_000_000);
    private static final BigDecimal DIGIT = new BigDecimal("0.000000000001");

    private static final String RATES = """
            provider,model,service_tier,token_class,prompt_tokens_above,band_charges,valid_from,valid_to,price,per_tokens,\
            currency,percent_of_list,contract,contract_scope,volume_tokens_above
            p,m,standard,uncached_input,0,,2026-01-01,2026-08-15,1.25,1000000,EUR,,,,
            p,m,standard,uncached_input,0,,2026-08-15,,1.5,1000000,USD,,,,
            p,m,standard,uncached_input,1000,,2026-01-01,,2.5,1000000,USD,,,,
            p,m,standard,output,0,,2026-01-01,,3.1234567,1000000,USD,,,,
            p,m,standard,requests,0,,2026-01-01,,0.001,1,USD,,,,
            p,m,batch,output,0,,2026-01-01,,1.5,1000000,USD,,,,
            p,m,standard,uncached_input,0,,2026-01-01,,,,,80,big,globex,
            p,m,standard,output,0,,2026-01-01,,,,,90,big,globex,
            p,m,standard,requests,0,,2026-01-01,,,,,100,big,globex,
            p,n,standard,uncached_input,0,,2026-01-01,2026-08-03,9,1000000,USD,,,,
            p,n,standard,uncached_input,0,,2026-08-03,,8,1000000,USD,,,,
            p,n,standard,output,0,,2026-01-01,,2,1000000,USD,,,,
            p,n,standard,output,50,marginal,2026-01-01,,1,1000000,USD,,,,
            p,n,standard,uncached_input,0,,2026-01-01,,0.7,1000000,USD,,vol,,0
            p,n,standard,uncached_input,0,,2026-01-01,,0.3,1000000,USD,,vol,,100
            p,n,standard,output,0,,2026-01-01,,,,,100,vol,,0
            """;

    private static final String FEED = """
              - name: app
                paths: ['logs/*']
                dialect: openai-chat
                provider: p
                serving_mode_by_deployment: {gpu: dedicated}
                fields: {tenant: /tenant, deployment: /deployment}
            """;

    @TempDir
    private static Path dir;

    private static TestJob job;
    private static List<Map<String, String>> table;
    private static SortedMap<String, String> published;
    private static Explain explain;

    /** One night, and one explanation of its month, for all tests; the logs are gone by then. */
    @BeforeEach
    void explainAMonth() throws IOException {
        if (job == null) {
            job = job(dir);
            table = job.run(session()).publishes("2026-08 v1").table("2026-08", "scenario_costs");
            Files.delete(job.file("logs/app.jsonl"));
            published = digests();
            explain = explain("2026-08", null);
        }
    }

    @AfterAll
    static void nothingIsWritten() {
        explain.close();
        assertThat(digests()).isEqualTo(published);
    }

    private Explain explain(String month, String warehouse) {
        return new Explain(
                session(),
                new Explain.Options(Month.parse(month), job.file("job.yaml").toString(), warehouse));
    }

    private static TestJob job(Path dir) {
        return new TestJob(dir)
                .feeds(FEED)
                .write("rates.csv", RATES.strip().split("\n"))
                .table(
                        "exchange_rates",
                        "currency,report_currency,rate,valid_from,valid_to,source,retrieved_at,note",
                        "EUR,USD,1.1,2026-01-01,,,,")
                .table(
                        "contracts",
                        "contract,minimum_monthly,currency,valid_from,valid_to,source,note",
                        "vol,10,USD,2026-01-01,,,",
                        "big,0.005,USD,2026-01-01,,,")
                .table(
                        "batch_policy",
                        "provider,model,valid_from,valid_to,policy,window_hours,max_requests,max_enqueued_tokens,source,retrieved_at,note",
                        "p,m,2026-01-01,,discounted,,,,,,")
                .table("batch_eligibility", "tenant,feature,environment,note", "acme,,,")
                .table("pools", "pool,provider,model", "chat,p,m", "even,p,x")
                .table(
                        "capacity_units",
                        "unit,kind,pool,throughput_per_minute,weight_uncached_input,weight_cached_input,weight_cache_write,"
                                + "weight_output,utilisation_ceiling,price,price_per,currency,minimum_monthly,overage_rule,"
                                + "overage_price,throughput_source,price_source,retrieved_at,note",
                        "u,replica,chat,1000,1,0.1,1.25,4,0.8,61,hour,USD,,standard,,,,,",
                        "n,node,chat,1000,1,0.1,1.25,4,0.8,17,hour,USD,,standard,,,,,",
                        "e,node,even,1000,1,0.1,1.25,4,0.8,18,hour,USD,,standard,,,,,")
                .table("commitments", "commitment,pool,unit,units,valid_from,valid_to,note", "c,chat,u,1,2026-01-01,,")
                .scenarios("serverless: {}\nbatch: {}\ndedicated: {units: {u: 1}}\n"
                        + "gpu-cluster: {units: {n: 2, e: 1}, shared_by: peak}\nas-run: {}\n")
                .with("currency: USD\nthresholds: {unpriced_percent: 100}\n")
                .log(
                        "app.jsonl",
                        request("1", "2026-08-01T10:00:10Z", "m", "acme", "app", 901, 300, 71),
                        request("2", "2026-08-16T10:00:10Z", "m", "acme", "app", 333, 0, 7),
                        request("3", "2026-08-16T10:00:20Z", "m", "acme", "app", 2001, 0, 13),
                        request("4", "2026-08-16T10:00:30Z", "m", "globex", "app", 777, 0, 11),
                        request("5", "2026-08-20T00:00:00Z", "m", "globex", "gpu", 101, 0, 3),
                        request("6", "2026-08-20T00:00:00Z", "m", "acme", "gpu", 57, 0, 3),
                        request("7", "2026-08-02T00:00:00Z", "n", "acme", "app", 71, 0, 60),
                        request("8", "2026-08-03T00:00:00Z", "n", "globex", "app", 83, 0, 5),
                        request("9", "2026-08-04T00:00:00Z", "n", "initech", "app", 19, 0, 5),
                        request("10", "2026-08-05T00:00:00Z", "x", "acme", "app", 9, 0, 1),
                        request("11", "2026-08-06T00:00:00Z", "x", "globex", "app", 1, 0, 3),
                        request("12", "2026-08-07T00:00:00Z", "x", "initech", "app", 5, 0, 0));
    }

    private static String request(
            String id, String at, String model, String tenant, String deployment, int input, int cached, int output) {
        return """
                {"id":"%s","object":"chat.completion","created":%d,"model":"%s","tenant":"%s","deployment":"%s","usage":\
                {"prompt_tokens":%d,"prompt_tokens_details":{"cached_tokens":%d},"completion_tokens":%d}}""".formatted(id, Instant.parse(at).getEpochSecond(), model, tenant, deployment, input, cached, output);
    }

    @Test
    void theLinesAddUpToThePublishedCellsToTheLastDigit() {
        String acme = check("scenario", "serverless", "tenant", "acme", "model", "m");
        assertThat(acme)
                .contains(
                        "    standard: 601 x 1.375 / 1000000",
                        "rates.csv:2, standard uncached_input, list price",
                        "1.25 EUR x 1.1 of exchange_rates.csv:2 = 1.375",
                        "2026-08-01T00:00:00Z to 2026-08-15T00:00:00Z, input tokens of a request from 0 to 1000",
                        "input tokens of a request beyond 1000",
                        "by the rule: cached_input without a price bills as uncached_input",
                        "    requests standard: 2 x 1000 / 1000000 = 0.002");
        assertThat(check("scenario", "serverless", "tenant", "globex", "model", "m"))
                .contains("1.5 USD of rates.csv:3 x 80 % = 1.2", "rates.csv:8, standard uncached_input, contract big");
        assertThat(check("scenario", "serverless", "tenant", "globex", "model", "n"))
                .contains("with 71 counted before", "beyond 100: 73 x 0.3", "rates.csv:16");
        assertThat(check("scenario", "batch", "tenant", "acme", "model", "m"))
                .contains("uncached_input without a batch price bills at the standard price");
        assertThat(check("scenario", "serverless", "tenant", "acme", "model", "n"))
                .contains("the tokens of each class in a request beyond 50");
        assertThat(check("scenario", "dedicated", "tenant", "acme", "model", "m"))
                .contains(
                        "cost of the units 45384.000000000000: 44640 unit-minutes x 61 per hour / 60 minutes",
                        "on capacity: ",
                        "see capacity",
                        "throughput of u is declared, not measured");
        check("scenario", "dedicated", "row_kind", "idle");
        check("scenario", "as-run", "tenant", "acme", "model", "m");
        assertThat(check("scenario", "serverless", "row_kind", "unallocated"))
                .contains("minimum spend of contract big", "minimum spend of contract vol");
        assertThat(check("scenario", "serverless", "tenant", "acme", "model", "x"))
                .contains("standard: 9 unpriced", "no total_cost");
    }

    @Test
    void aCostThatIsSharedByThePeakRecomputesFromTheTokensOfTheBusiestMinutes() {
        // Requests 2, 3 and 4 share a minute: 3,111 input and 31 output, 3,235 of the 800 that a unit serves.
        assertThat(check("scenario", "gpu-cluster", "tenant", "acme", "model", "m"))
                .contains(
                        "  shared by what was asked for in the busiest minute, 2026-08-16T10:00:00Z, of 4.04375 units\n"
                                + "  uncached_input 2334 x weight 1 = 2334\n"
                                + "  output 20 x weight 4 = 80\n"
                                + "  weighted 2414 of 3235\n");
        assertThat(check("scenario", "gpu-cluster", "tenant", "globex", "model", "m"))
                .contains("  weighted 821 of 3235\n");
        check("scenario", "gpu-cluster", "pool", "chat", "row_kind", "idle");
        // Two minutes of 13; who asked in others pays nothing of what is used.
        assertThat(check("scenario", "gpu-cluster", "tenant", "globex", "model", "x"))
                .contains(
                        "  shared by what was asked for in the 2 busiest minutes, of 0.01625 units each:"
                                + " 2026-08-05T00:00:00Z, 2026-08-06T00:00:00Z\n",
                        "  weighted 13 of 26\n");
        assertThat(check("scenario", "gpu-cluster", "tenant", "initech", "model", "x"))
                .contains("see capacity", "  weighted 0 of 26\n", " x 0 / 26 = 0.000000000000, rounded down\n");
    }

    @Test
    void severalCellsAreListedWithTheirTotalsAndHowToNarrow() {
        String listed = String.join("\n", lines(explain, "scenario", "serverless", "model", "m"));
        assertThat(listed)
                .contains(
                        "2026-08: several cells match; costs in USD",
                        "--tenant acme, globex",
                        cell("scenario", "serverless", "tenant", "acme", "model", "m") + "  --tenant acme",
                        cell("scenario", "serverless", "tenant", "globex", "model", "m") + "  --tenant globex");
        assertThat(String.join("\n", lines(explain, "scenario", "serverless")))
                .contains(
                        "together", "none (priced part 0.000000000000)  --scenario serverless --variant '' --pool even")
                .doesNotContain("\neach\n");
        assertThat(String.join("\n", lines(explain))).contains("more than 20 cells match", "the first 20");

        assertRefused(
                () -> lines(explain, "tenant", "acmee", "model", "m"),
                "2026-08: no cell of scenario_costs has --model m --tenant acmee",
                "--tenant acme, globex");
        assertRefused(
                () -> explain("2026-07", null),
                "2026-07: the ledger holds no request of this month; it holds requests of [2026-08]");
        assertRefused(() -> explain("2026-08", job.file("elsewhere").toString()), "warehouse: no ledger in");
        assertThat(job.file("elsewhere")).doesNotExist();
    }

    @Test
    void aFigureThatIsPublishedOtherwiseIsSaid() {
        job.write("rates.csv", RATES.replace("3.1234567", "3.5").strip().split("\n"));
        try (Explain dearer = explain("2026-08", null)) {
            List<String> lines = lines(dearer, "scenario", "serverless", "tenant", "acme", "model", "m");
            assertThat(lines.get(lines.size() - 1)).startsWith("published otherwise in 2026-08/v0001-");
        } finally {
            job.write("rates.csv", RATES.strip().split("\n"));
        }
    }

    /** Explains the one cell, checks every line, and that the total is that of the table. */
    private static String check(String... columnsAndValues) {
        List<String> lines = lines(explain, columnsAndValues);
        String text = String.join("\n", lines);
        checkCalculations(lines);
        List<MatchResult> total = lines.subList(lines.indexOf("total"), lines.size()).stream()
                .map(TOTAL::matcher)
                .filter(Matcher::find)
                .map(Matcher::toMatchResult)
                .toList();
        BigDecimal sum = total.subList(0, total.size() - 1).stream()
                .map(m -> new BigDecimal(m.group(1)))
                .reduce(BigDecimal.ZERO, BigDecimal::add);
        MatchResult last = total.get(total.size() - 1);
        assertThat(sum).as(text).isEqualByComparingTo(last.group(1));
        assertThat(last.group(1) + " " + last.group(2))
                .isEqualTo(cell(columnsAndValues) + " "
                        + (lines.contains("  no total_cost, since something is unpriced")
                                ? "priced_cost"
                                : "total_cost"));
        assertThat(text).contains("published the same in 2026-08/v0001-");
        return text;
    }

    private static void checkCalculations(List<String> lines) {
        BigDecimal sum = BigDecimal.ZERO;
        BigDecimal slice = BigDecimal.ZERO;
        for (String line : lines) {
            boolean ofPart = line.matches(" {4}\\S.*");
            for (BigDecimal[] n : numbers(PRODUCT, line)) {
                assertThat(n[0].multiply(n[1])).as(line).isEqualByComparingTo(n[2].multiply(MILLION));
                sum = ofPart ? sum.add(n[2]) : sum;
                slice = ofPart ? slice : slice.add(n[2]);
            }
            for (BigDecimal[] n : numbers(SHARE, line)) {
                assertThat(n[0].multiply(n[1]).divide(n[2], 12, RoundingMode.DOWN))
                        .as(line)
                        .isEqualTo(n[3]);
                assertThat(n[4] == null ? n[3] : n[4]).as(line).isEqualTo(n[4] == null ? n[3] : n[3].add(DIGIT));
                sum = ofPart ? sum.add(n[4] == null ? n[3] : n[4]) : sum;
            }
            for (BigDecimal[] n : numbers(SUM, line)) {
                assertThat(sum).as(line).isEqualByComparingTo(n[0]);
                assertThat(sum.setScale(12, RoundingMode.HALF_EVEN)).as(line).isEqualTo(n[1]);
                sum = BigDecimal.ZERO;
            }
            for (BigDecimal[] n : numbers(LADDER, line)) {
                assertThat(slice.setScale(12, RoundingMode.HALF_EVEN)).as(line).isEqualTo(n[0]);
                slice = BigDecimal.ZERO;
            }
            for (BigDecimal[] n : numbers(USED, line)) {
                assertThat(n[0].multiply(n[1]).divide(n[2], 12, RoundingMode.HALF_EVEN))
                        .as(line)
                        .isEqualTo(n[3]);
            }
            for (BigDecimal[] n : numbers(WEIGHT, line)) {
                assertThat(n[0].multiply(n[1])).as(line).isEqualByComparingTo(n[2]);
            }
            for (BigDecimal[] n : numbers(DIFFERENCE, line)) {
                assertThat(n[0].subtract(n[1]).setScale(12, RoundingMode.HALF_EVEN))
                        .as(line)
                        .isEqualTo(n[2]);
            }
            for (BigDecimal[] n : numbers(TERMS, line)) {
                BigDecimal percent = n[1] == null ? BigDecimal.valueOf(100) : n[1];
                BigDecimal exchange = n[2] == null ? BigDecimal.ONE : n[2];
                assertThat(n[0].multiply(percent).movePointLeft(2).multiply(exchange))
                        .as(line)
                        .isEqualByComparingTo(n[3]);
            }
        }
        assertThat(sum).as("lines without a sum").isZero();
    }

    /** The groups of a pattern, null where one is left out; none where the line is another. */
    private static List<BigDecimal[]> numbers(Pattern pattern, String line) {
        Matcher found = pattern.matcher(line);
        if (!found.find()) {
            return List.of();
        }
        BigDecimal[] numbers = new BigDecimal[found.groupCount()];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = found.group(i + 1) == null ? null : new BigDecimal(found.group(i + 1));
        }
        return List.<BigDecimal[]>of(numbers);
    }

    /** The cost in the table: the priced part, summed where rows have one key. */
    private static String cell(String... columnsAndValues) {
        return table.stream()
                .filter(row -> wanted(columnsAndValues).entrySet().stream()
                        .allMatch(e -> row.get(e.getKey()).equals(e.getValue())))
                .map(row -> new BigDecimal(row.get("priced_cost")))
                .reduce(BigDecimal::add)
                .orElseThrow()
                .toPlainString();
    }

    private static List<String> lines(Explain explain, String... columnsAndValues) {
        return ExplanationText.lines(explain.answer(wanted(columnsAndValues)));
    }

    private static Map<String, String> wanted(String... columnsAndValues) {
        Map<String, String> wanted = new HashMap<>();
        for (int i = 0; i < columnsAndValues.length; i += 2) {
            wanted.put(columnsAndValues[i], columnsAndValues[i + 1]);
        }
        return wanted;
    }

    private static SortedMap<String, String> digests() {
        SortedMap<String, String> digests = new TreeMap<>();
        for (String directory : List.of("out", "warehouse")) {
            job.filesUnder(directory).forEach((name, content) -> digests.put(name, Digests.sha256(content)));
        }
        return digests;
    }

    private static void assertRefused(Runnable explain, String... saying) {
        assertThatThrownBy(explain::run)
                .isInstanceOfSatisfying(
                        Failure.class, failure -> assertThat(failure.exitCode()).isEqualTo(ExitCode.CONFIGURATION))
                .hasMessageContainingAll(saying);
    }
}
