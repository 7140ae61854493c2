package io.tokenledger.cli;

import io.tokenledger.job.NightlyResult;
import io.tokenledger.job.NightlyResult.MonthLine;
import io.tokenledger.report.Run;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The end of a nightly run in at most 25 lines: what a person reads before opening a file. */
final class Summary {
    private static final int MOST_MONTHS = 6;
    private static final int MOST_WARNINGS = 5;
    private static final List<String> SCENARIOS = List.of("serverless", "batch", "dedicated", "as-run");

    private Summary() {}

    static List<String> lines(NightlyResult result) {
        Run run = result.run();
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
        months(result, lines);
        records(run.records(), lines);
        warnings(run.warnings(), lines);
        if (result.out() != null) {
            lines.add("files    " + result.out()
                    + (result.months().isEmpty() ? "" : "/latest.json names the current version of each month"));
            lines.add("record   " + result.out() + "/runs/" + run.runId() + "/run.json");
        }
        return lines;
    }

    private static void months(NightlyResult result, List<String> lines) {
        List<MonthLine> months = result.months();
        if (months.isEmpty()) {
            return;
        }
        lines.add(String.format(
                Locale.ROOT,
                "%-8s %-5s %16s %16s %16s %16s",
                "month",
                "",
                "serverless " + result.currency(),
                "batch",
                "dedicated",
                "as-run"));
        List<MonthLine> shown = months.subList(Math.max(0, months.size() - MOST_MONTHS), months.size());
        shown.forEach(month -> lines.add(costs(month)));
        if (shown.size() < months.size()) {
            lines.add("         and " + (months.size() - shown.size()) + " earlier months");
        }
        if (shown.stream().anyMatch(m -> m.totals().containsValue(null))) {
            lines.add("         * the priced part: some tokens have no rate, so there is no total");
        }
        shown.stream().filter(m -> m.usage() != null).forEach(m -> lines.add(tokens(m)));
    }

    private static String costs(MonthLine month) {
        StringBuilder line =
                new StringBuilder(String.format(Locale.ROOT, "%-8s v%04d", month.month(), month.version()));
        for (String scenario : SCENARIOS) {
            line.append(String.format(Locale.ROOT, " %16s", cost(month, scenario)));
        }
        return line.toString();
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
