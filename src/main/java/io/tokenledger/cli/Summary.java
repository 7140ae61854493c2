package io.tokenledger.cli;

import io.tokenledger.job.NightlyResult;
import io.tokenledger.job.NightlyResult.MonthLine;
import io.tokenledger.report.Run;
import io.tokenledger.scenario.ScenarioName;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The end of a nightly run in at most 25 lines: what a person reads before opening a file. */
final class Summary {
    private static final int MOST_LINES = 25;
    private static final int MOST_MONTHS = 6;
    private static final int MOST_POOLS = 3;
    private static final int MOST_WARNINGS = 5;

    /** They lead, in a column each also where a job has none of them. */
    private static final Set<ScenarioName> LEADING =
            EnumSet.of(ScenarioName.SERVERLESS, ScenarioName.BATCH, ScenarioName.DEDICATED);

    private Summary() {}

    static List<String> lines(NightlyResult result) {
        Run run = result.run();
        List<MonthLine> months = last(MOST_MONTHS, result.months());
        List<String> lines = new ArrayList<>();
        lines.add(String.format(
                Locale.ROOT,
                "%s  exit %d  run %s  %d s",
                run.status().name().replace('_', ' '),
                run.exitCode().number(),
                run.runId(),
                Duration.between(run.startedAt(), run.finishedAt()).toSeconds()));
        if (run.message() != null) {
            lines.add("cause    " + oneLine(run.message()));
        }
        costs(months, result.currency(), result.months().size() - months.size(), lines);
        months.stream().filter(m -> m.usage() != null).forEach(m -> lines.add(tokens(m)));
        List<String> rest = new ArrayList<>();
        records(run.records(), rest);
        warnings(run.warnings(), rest);
        if (result.out() != null) {
            rest.add("files    " + result.out()
                    + (result.months().isEmpty() ? "" : "/latest.json names the current version of each month"));
            rest.add("record   " + result.out() + "/runs/" + run.runId() + "/run.json");
        }
        lines.addAll(last(Math.max(0, MOST_LINES - lines.size() - rest.size()), cheapest(months)));
        lines.addAll(rest);
        return lines;
    }

    private static <T> List<T> last(int most, List<T> all) {
        return all.subList(Math.max(0, all.size() - most), all.size());
    }

    /** @param earlier how many months there are before these */
    private static void costs(List<MonthLine> months, String currency, int earlier, List<String> lines) {
        if (months.isEmpty()) {
            return;
        }
        List<String> scenarios = Stream.of(ScenarioName.values())
                .filter(scenario -> LEADING.contains(scenario)
                        || months.stream().anyMatch(m -> m.totals().containsKey(scenario.label())))
                .map(ScenarioName::label)
                .toList();
        StringBuilder header = new StringBuilder(String.format(Locale.ROOT, "%-8s %-5s", "month", ""));
        for (String scenario : scenarios) {
            String unit = scenario.equals(scenarios.get(0)) ? " " + currency : "";
            header.append(String.format(Locale.ROOT, " %16s", scenario + unit));
        }
        lines.add(header.toString());
        for (MonthLine month : months) {
            StringBuilder line =
                    new StringBuilder(String.format(Locale.ROOT, "%-8s v%04d", month.month(), month.version()));
            scenarios.forEach(s -> line.append(String.format(Locale.ROOT, " %16s", cost(month, s))));
            lines.add(line.toString());
        }
        if (earlier > 0) {
            lines.add("         and " + earlier + " earlier months");
        }
        if (months.stream().anyMatch(m -> m.totals().containsValue(null))) {
            lines.add("         * the priced part: some tokens have no rate, so there is no total");
        }
    }

    private static String cost(MonthLine month, String scenario) {
        if (!month.totals().containsKey(scenario)) {
            return "-";
        }
        BigDecimal total = month.totals().get(scenario);
        BigDecimal shown = total == null ? month.pricedTotals().get(scenario) : total;
        return shown == null ? "unpriced" : money(shown) + (total == null ? "*" : " ");
    }

    private static String money(BigDecimal amount) {
        return String.format(Locale.ROOT, "%,.2f", amount.setScale(2, RoundingMode.HALF_EVEN));
    }

    private static String tokens(MonthLine month) {
        return String.format(
                Locale.ROOT,
                "tokens   %s  in %,d  out %,d  unpriced %,d",
                month.month(),
                month.usage().input(),
                month.usage().output(),
                month.usage().unpriced());
    }

    /** A line per month in which scenarios compete. */
    private static List<String> cheapest(List<MonthLine> months) {
        return months.stream()
                .filter(m -> m.totals().size() > 1 && !m.cheapest().isEmpty())
                .map(Summary::cheapest)
                .toList();
    }

    private static String cheapest(MonthLine month) {
        int more = month.cheapest().size() - MOST_POOLS;
        return month.cheapest().stream()
                .limit(MOST_POOLS)
                .map(c -> oneLine(c.pool()) + " " + c.scenario())
                .collect(Collectors.joining(
                        ", ", "cheapest " + month.month() + "  ", more > 0 ? ", and " + more + " more" : ""));
    }

    private static void records(Map<String, Long> records, List<String> lines) {
        if (records.isEmpty()) {
            return;
        }
        lines.add(String.format(
                Locale.ROOT,
                "records  read %,d = accepted %,d + duplicate %,d + rejected %,d + out of scope %,d",
                records.get("read"),
                records.get("accepted"),
                records.get("duplicate"),
                records.get("rejected"),
                records.get("out_of_scope")));
    }

    private static void warnings(List<String> warnings, List<String> lines) {
        warnings.stream().limit(MOST_WARNINGS).forEach(w -> lines.add("warning  " + oneLine(w)));
        if (warnings.size() > MOST_WARNINGS) {
            lines.add("warning  and " + (warnings.size() - MOST_WARNINGS) + " more; see the run record");
        }
    }

    /** Names out of logs may hold line ends and terminal codes. */
    static String oneLine(String text) {
        return text.replaceAll("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]", " ");
    }
}
