package io.tokenledger.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.tokenledger.job.NightlyResult;
import io.tokenledger.job.NightlyResult.Cheapest;
import io.tokenledger.job.NightlyResult.MonthLine;
import io.tokenledger.job.NightlyResult.Tokens;
import io.tokenledger.model.ExitCode;
import io.tokenledger.model.Month;
import io.tokenledger.report.Run;
import io.tokenledger.scenario.ScenarioKey;
import io.tokenledger.scenario.ScenarioName;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class SummaryTest {
    private static final SortedMap<String, Long> RECORDS = new TreeMap<>(
            Map.of("read", 1_234L, "accepted", 1_200L, "duplicate", 20L, "rejected", 4L, "out_of_scope", 10L));

    @Test
    void aPublishedMonthIsALineOfExactCosts() {
        MonthLine august = new MonthLine(
                Month.parse("2026-08"),
                3,
                totals("serverless", "41207.125", "batch", "20603.565", "dedicated", "5800", "as-run", "0"),
                totals("serverless", "41207.125", "batch", "20603.565", "dedicated", "5800", "as-run", "0"),
                new Tokens(3_000_000_000L, 1_000_000L, 0),
                List.of());
        assertThat(lines(Run.Status.PUBLISHED, null, List.of(august), List.of()))
                .containsExactly(
                        "PUBLISHED  exit 0  run r1  75 s",
                        "month            serverless USD            batch        dedicated           as-run",
                        "2026-08  v0003       41,207.12        20,603.56         5,800.00             0.00 ",
                        "tokens   2026-08  in 3,000,000,000  out 1,000,000  unpriced 0",
                        "records  read 1,234 = accepted 1,200 + duplicate 20 + rejected 4 + out of scope 10",
                        "files    out/latest.json names the current version of each month",
                        "record   out/runs/r1/run.json");
    }

    @Test
    void everyScenarioOfTheJobHasAColumnAndServerlessBatchAndDedicatedLead() {
        SortedMap<String, BigDecimal> costs =
                totals("serverless", "7", "provisioned", "4", "gpu-cluster", "5", "best-mix", "3", "as-run", "6");
        assertThat(lines(Run.Status.PUBLISHED, null, List.of(month("2026-08", costs)), List.of()))
                .extracting(line -> line.replaceAll(" +", " ").strip())
                .contains(
                        "month serverless USD batch dedicated provisioned gpu-cluster best-mix as-run",
                        "2026-08 v0001 7.00 - - 4.00 5.00 3.00 6.00");
    }

    @Test
    void aScenarioThatOnlySomeMonthsHaveIsADashInTheOthers() {
        List<MonthLine> months = List.of(
                month("2026-08", totals("serverless", "7")),
                month("2026-09", totals("serverless", "8", "as-run", "6")));
        assertThat(lines(Run.Status.NOTHING_NEW, null, months, List.of()))
                .extracting(line -> line.replaceAll(" +", " ").strip())
                .contains(
                        "month serverless USD batch dedicated as-run",
                        "2026-08 v0001 7.00 - - -",
                        "2026-09 v0001 8.00 - - 6.00");
    }

    @Test
    void theCheapestScenarioOfThreePoolsIsNamedAndTheOthersAreCounted() {
        SortedMap<String, BigDecimal> costs = totals("serverless", "7", "dedicated", "5");
        ScenarioKey serverless = new ScenarioKey(ScenarioName.SERVERLESS, null);
        MonthLine august = month(
                "2026-08",
                costs,
                new Cheapest("chat", new ScenarioKey(ScenarioName.DEDICATED, "scaled")),
                new Cheapest("p/m", serverless),
                new Cheapest("p/\u001b[2Jn", serverless),
                new Cheapest("p/o", serverless));
        assertThat(lines(Run.Status.PUBLISHED, null, List.of(august), List.of()))
                .contains("cheapest 2026-08  chat dedicated (scaled), p/m serverless, p/ [2Jn serverless, and 1 more");
    }

    @Test
    void aLoneScenarioIsNotCalledTheCheapest() {
        MonthLine august = month(
                "2026-08",
                totals("serverless", "7"),
                new Cheapest("chat", new ScenarioKey(ScenarioName.SERVERLESS, null)));
        assertThat(lines(Run.Status.PUBLISHED, null, List.of(august), List.of()))
                .noneSatisfy(line -> assertThat(line).startsWith("cheapest"));
    }

    @Test
    void theCheapestOfEarlierMonthsGiveWayToWarnings() {
        assertThat(lines(Run.Status.PUBLISHED, null, months(5, true), warnings(30)))
                .hasSize(25)
                .filteredOn(line -> line.startsWith("cheapest"))
                .containsExactly(
                        "cheapest 2026-02  chat batch",
                        "cheapest 2026-03  chat batch",
                        "cheapest 2026-04  chat batch",
                        "cheapest 2026-05  chat batch");
    }

    @Test
    void withUnpricedTokensThePricedPartIsMarkedAndExplained() {
        MonthLine august = new MonthLine(
                Month.parse("2026-08"),
                1,
                totals("serverless", null, "as-run", "12"),
                totals("serverless", "10.5", "as-run", "12"),
                new Tokens(10, 20, 7),
                List.of());
        assertThat(lines(Run.Status.PUBLISHED, null, List.of(august), List.of()))
                .anySatisfy(line ->
                        assertThat(line.replaceAll(" +", " ").strip()).isEqualTo("2026-08 v0001 10.50* - - 12.00"))
                .anySatisfy(line -> assertThat(line).contains("* the priced part: some tokens have no rate"))
                .anySatisfy(line -> assertThat(line).endsWith("unpriced 7"));
    }

    @Test
    void noAmountIsCutHoweverLarge() {
        String large = "123456789012345678901234.005";
        MonthLine august = new MonthLine(
                Month.parse("2026-08"), 12_345, totals("serverless", large, "batch", large), totals(), null, List.of());
        assertThat(String.join("\n", lines(Run.Status.PUBLISHED, null, List.of(august), List.of())))
                .contains("v12345 123,456,789,012,345,678,901,234.00  123,456,789,012,345,678,901,234.00 ");
    }

    @Test
    void aFailedRunShowsItsCauseAndItsRecord() {
        assertThat(lines(Run.Status.FAILED, "rates.csv:7: price is 'x';\n expected a decimal", List.of(), List.of()))
                .containsExactly(
                        "FAILED  exit 2  run r1  75 s",
                        "cause    rates.csv:7: price is 'x';  expected a decimal",
                        "records  read 1,234 = accepted 1,200 + duplicate 20 + rejected 4 + out of scope 10",
                        "files    out",
                        "record   out/runs/r1/run.json");
    }

    @Test
    void aRunThatFoundNothingNewShowsTheMonthsAsTheyAre() {
        MonthLine august = new MonthLine(
                Month.parse("2026-08"), 2, totals("serverless", "1.5"), totals("serverless", "1.5"), null, List.of());
        assertThat(lines(Run.Status.NOTHING_NEW, null, List.of(august), List.of()))
                .startsWith("NOTHING NEW  exit 0  run r1  75 s")
                .anySatisfy(
                        line -> assertThat(line).startsWith("2026-08  v0002").contains("1.50"))
                .noneSatisfy(line -> assertThat(line).startsWith("tokens"));
    }

    @Test
    void theLastSixMonthsAndTheFirstFiveWarningsAreShownAndTheRestIsCounted() {
        List<String> lines = lines(Run.Status.PUBLISHED, null, months(20, true), warnings(30));
        assertThat(lines)
                .filteredOn(l -> l.startsWith("20"))
                .hasSize(6)
                .anySatisfy(l -> assertThat(l).startsWith("2027-08"));
        assertThat(lines).anySatisfy(l -> assertThat(l.strip()).isEqualTo("and 14 earlier months"));
        assertThat(lines).filteredOn(l -> l.startsWith("warning  w")).hasSize(5);
        assertThat(lines).contains("warning  and 25 more; see the run record");
    }

    @Test
    void manyPricedMonthsAndWarningsTakeAtMost25Lines() {
        assertThat(lines(Run.Status.PUBLISHED, null, months(20, true), warnings(30)))
                .hasSizeLessThanOrEqualTo(25);
    }

    @Test
    void manyUnpricedMonthsAndWarningsTakeAtMost25Lines() {
        assertThat(lines(Run.Status.PUBLISHED, null, months(20, false), warnings(30)))
                .hasSizeLessThanOrEqualTo(25);
    }

    @Test
    void namesOutOfLogsCannotDriveTheTerminal() {
        assertThat(lines(Run.Status.FAILED, "model \u001b[2Jx\r\n\u0000y", List.of(), List.of("a\u0007\u007fb\tc")))
                .contains("cause    model  [2Jx   y", "warning  a  b c");
    }

    @Test
    void norByControlCharactersBeyondAscii() {
        // U+009B alone begins a terminal code; U+202E turns the rest of the line around.
        assertThat(String.join(
                        "\n", lines(Run.Status.FAILED, "x\u009b2Jy", List.of(), List.of("a\u0085b\u2028c\u202ed"))))
                .doesNotContain("\u009b", "\u0085", "\u2028", "\u202e");
    }

    private static MonthLine month(String month, SortedMap<String, BigDecimal> totals, Cheapest... cheapest) {
        return new MonthLine(Month.parse(month), 1, totals, totals, null, List.of(cheapest));
    }

    private static List<MonthLine> months(int number, boolean priced) {
        return IntStream.range(0, number)
                .mapToObj(i -> new MonthLine(
                        new Month(java.time.YearMonth.of(2026, 1).plusMonths(i)),
                        1,
                        totals("serverless", priced ? "1" : null, "batch", "1"),
                        totals("serverless", "1", "batch", "1"),
                        new Tokens(1, 1, priced ? 0 : 1),
                        List.of(new Cheapest("chat", new ScenarioKey(ScenarioName.BATCH, null)))))
                .toList();
    }

    private static List<String> warnings(int number) {
        return IntStream.range(0, number).mapToObj(i -> "w" + i).toList();
    }

    private static List<String> lines(
            Run.Status status, String message, List<MonthLine> months, List<String> warnings) {
        Run run = new Run(
                Run.SCHEMA_VERSION,
                "r1",
                status,
                status == Run.Status.FAILED ? ExitCode.CONFIGURATION : ExitCode.OK,
                message,
                Instant.parse("2026-10-05T02:00:00Z"),
                Instant.parse("2026-10-05T02:01:15.9Z"),
                "job.yaml",
                RECORDS,
                List.of(),
                warnings,
                new TreeMap<>());
        List<String> lines = Summary.lines(new NightlyResult(run, months, "out", months.isEmpty() ? null : "USD"));
        assertThat(lines).allSatisfy(line -> assertThat(line).doesNotContain("\n"));
        return lines;
    }

    private static SortedMap<String, BigDecimal> totals(String... scenarioAndAmount) {
        SortedMap<String, BigDecimal> totals = new TreeMap<>();
        List<String> pairs = Stream.of(scenarioAndAmount).toList();
        for (int i = 0; i < pairs.size(); i += 2) {
            String amount = scenarioAndAmount[i + 1];
            totals.put(scenarioAndAmount[i], amount == null ? null : new BigDecimal(amount));
        }
        return totals;
    }
}
