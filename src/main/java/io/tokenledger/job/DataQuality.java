package io.tokenledger.job;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toList;
import static java.util.stream.Collectors.toMap;

import io.tokenledger.ledger.FileEntry;
import io.tokenledger.model.BilledUnit;
import io.tokenledger.model.ExitCode;
import io.tokenledger.model.Failure;
import io.tokenledger.model.Month;
import io.tokenledger.report.Check;
import io.tokenledger.report.Check.Severity;
import io.tokenledger.scenario.Comparison;
import io.tokenledger.scenario.Evaluation;
import io.tokenledger.scenario.RateUse;
import io.tokenledger.scenario.ScenarioKey;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;

/** What is wrong with the data, counted, and how much of it stops a run. */
final class DataQuality {
    private static final String UNKNOWN = "unknown";

    private DataQuality() {}

    /**
     * The checks of each month.
     *
     * @param files every file that the ledger knows. A file counts in the month in which most of its requests fall; one
     *     without any counts in every month, since it may hide some of it
     */
    static List<Check> checks(SortedMap<Month, MonthUsage> months, List<FileEntry> files, Evaluation evaluation) {
        List<Check> checks = new ArrayList<>();
        List<FileEntry> lastReadings = lastReadings(files).toList();
        months.forEach((month, usage) -> {
            checks.addAll(ofRecords(month, ofMonth(month, files), ofMonth(month, lastReadings)));
            checks.addAll(ofUsage(month, usage, evaluation));
        });
        return checks;
    }

    private static List<FileEntry> ofMonth(Month month, List<FileEntry> files) {
        return files.stream()
                .filter(f -> f.month() == null || f.month().equals(month.toString()))
                .toList();
    }

    private static List<Check> ofRecords(Month month, List<FileEntry> files, List<FileEntry> lastReadings) {
        long read = total(files, FileEntry::records);
        long accounted = total(files, FileEntry::accepted)
                + total(files, FileEntry::duplicate)
                + total(files, FileEntry::rejected)
                + total(files, FileEntry::outOfScope);
        return List.of(
                new Check(
                        month,
                        "records_read",
                        read == accounted ? Severity.PASS : Severity.FAIL,
                        read,
                        null,
                        "records in the files of the month: accepted + duplicate + rejected + out of scope"),
                check(month, "records_accepted", Severity.INFO, total(files, FileEntry::accepted), null, "requests"),
                check(
                        month,
                        "records_duplicate",
                        Severity.INFO,
                        total(files, FileEntry::duplicate),
                        null,
                        "requests that the ledger holds already; counted once"),
                check(
                        month,
                        "records_out_of_scope",
                        Severity.INFO,
                        total(files, FileEntry::outOfScope),
                        null,
                        "well-formed records that are no inference call"),
                check(
                        month,
                        "records_rejected",
                        Severity.WARN,
                        total(files, FileEntry::rejected),
                        UNKNOWN,
                        "records that could not be read as a request; see rejected_records"),
                check(
                        month,
                        "identity_conflicts",
                        Severity.WARN,
                        total(files, FileEntry::conflict),
                        UNKNOWN,
                        "requests with the id of another but other content; the first was kept"),
                check(
                        month,
                        "files_unreadable",
                        Severity.WARN,
                        lastReadings.stream().filter(f -> f.error() != null).count(),
                        UNKNOWN,
                        "files that could not be read to their end and were skipped"),
                check(
                        month,
                        "files_without_request",
                        Severity.WARN,
                        lastReadings.stream()
                                .filter(f -> f.error() == null && f.month() == null)
                                .count(),
                        UNKNOWN,
                        "files that hold no request"));
    }

    /** A file that was skipped one night and read the next is fine. */
    static Stream<FileEntry> lastReadings(List<FileEntry> files) {
        return files.stream()
                .filter(f -> !f.isCorrection())
                .collect(toMap(FileEntry::path, f -> f, (earlier, later) -> later))
                .values()
                .stream();
    }

    private static List<Check> ofUsage(Month month, MonthUsage usage, Evaluation evaluation) {
        long unpriced = evaluation.mostUnpriced(month);
        List<RateUse> asInput = usesOfOneScenario(
                month,
                evaluation,
                use -> use.billedAs().equals(BilledUnit.CACHED_INPUT.label())
                        && BilledUnit.UNCACHED_INPUT.label().equals(use.rate().billedUnit()));
        List<RateUse> undiscounted =
                usesOfOneScenario(month, evaluation, use -> use.rate().isBatchAtStandard());
        return List.of(
                check(
                        month,
                        "requests_failed",
                        Severity.INFO,
                        usage.failed(),
                        null,
                        "failed calls; their tokens count as far as the log reports them"),
                check(
                        month,
                        "requests_not_billable",
                        Severity.INFO,
                        usage.notBillable(),
                        null,
                        "answered by a gateway's cache, or failed and not billable by policy"),
                check(
                        month,
                        "usage_missing",
                        Severity.WARN,
                        usage.usageMissing(),
                        UNKNOWN,
                        "requests that succeeded but whose tokens the log does not tell"),
                check(
                        month,
                        "tokens_unpriced",
                        Severity.WARN,
                        unpriced,
                        UNKNOWN,
                        "tokens without a rate in the scenario with the most; see unpriced_usage"),
                check(
                        month,
                        "tokens_unclassified",
                        Severity.WARN,
                        usage.unclassifiedTokens(),
                        UNKNOWN,
                        "tokens that a total holds beyond its parts; priced by no class"),
                check(
                        month,
                        "cached_input_billed_as_input",
                        Severity.INFO,
                        quantity(asInput),
                        cost(asInput),
                        "cached tokens of models without a cached price"),
                check(
                        month,
                        "batch_not_discounted",
                        Severity.INFO,
                        quantity(undiscounted),
                        cost(undiscounted),
                        "tokens of batches at the standard price, since no batch price is known for their class"),
                check(
                        month,
                        "requests_sampled",
                        Severity.INFO,
                        usage.sampledRequests(),
                        null,
                        "requests that lines of a sampled export stand for; rows made from them are marked sampled"));
    }

    /** What a rule priced, in the scenario where it priced the most: the same tokens stand in each of them. */
    private static List<RateUse> usesOfOneScenario(Month month, Evaluation evaluation, Predicate<RateUse> byRule) {
        return evaluation.ratesApplied().stream()
                .filter(use -> use.month().equals(month) && byRule.test(use))
                .collect(groupingBy(RateUse::scenario, TreeMap::new, toList()))
                .values()
                .stream()
                .max(Comparator.comparing(DataQuality::quantity))
                .orElse(List.of());
    }

    private static long quantity(List<RateUse> uses) {
        return uses.stream().mapToLong(RateUse::quantity).sum();
    }

    private static String cost(List<RateUse> uses) {
        return uses.stream()
                .map(RateUse::cost)
                .reduce(BigDecimal::add)
                .map(cost -> cost.stripTrailingZeros().toPlainString())
                .orElse(null);
    }

    private static Check check(Month month, String name, Severity found, long count, String moneyAtRisk, String note) {
        return count == 0
                ? new Check(month, name, Severity.PASS, 0, null, note)
                : new Check(month, name, found, count, moneyAtRisk, note);
    }

    /** Records by outcome: read = accepted + duplicate + rejected + out_of_scope. */
    static SortedMap<String, Long> counts(List<FileEntry> files) {
        return new TreeMap<>(Map.of(
                "read", total(files, FileEntry::records),
                "accepted", total(files, FileEntry::accepted),
                "duplicate", total(files, FileEntry::duplicate),
                "rejected", total(files, FileEntry::rejected),
                "out_of_scope", total(files, FileEntry::outOfScope)));
    }

    static long total(List<FileEntry> files, ToLongFunction<FileEntry> count) {
        return files.stream().mapToLong(count).sum();
    }

    /** @throws Failure with exit code 3 when more of the records were rejected than the job allows */
    static void requireFewRejected(long rejected, long records, BigDecimal percent, String where) {
        if (exceeds(rejected, records, percent)) {
            throw Failure.of(
                    ExitCode.DATA_QUALITY,
                    "%,d of %,d records were rejected, more than %s %%; nothing was committed. See %s; is the dialect of the feed right? The bound is thresholds.rejected_percent",
                    rejected,
                    records,
                    percent.toPlainString(),
                    where);
        }
    }

    /** @throws Failure with exit code 4 when a scenario of a month has more unpriced tokens than the job allows */
    static void requireFewUnpriced(Evaluation evaluation, BigDecimal percent, String where) {
        record Of(Month month, ScenarioKey scenario) {}
        Map<Of, List<Comparison>> places = evaluation.comparisons().stream()
                .collect(groupingBy(
                        c -> new Of(c.cost().month(), c.cost().scenario()),
                        () -> new TreeMap<>(Comparator.comparing(Of::month).thenComparing(Of::scenario)),
                        toList()));
        places.forEach((of, comparisons) -> {
            long unpriced = comparisons.stream()
                    .mapToLong(c -> c.cost().unpricedTokens())
                    .sum();
            long all = unpriced
                    + comparisons.stream()
                            .mapToLong(c -> c.cost().pricedTokens())
                            .sum();
            if (exceeds(unpriced, all, percent)) {
                List<String> models = evaluation.unpriced().stream()
                        .filter(u ->
                                u.month().equals(of.month()) && u.scenario().equals(of.scenario()))
                        .map(u -> u.provider() + "/" + u.model() + " "
                                + (u.priceTier() == null ? "on capacity without a commitment" : u.priceTier()) + " "
                                + u.billedUnit())
                        .distinct()
                        .limit(5)
                        .toList();
                throw Failure.of(
                        ExitCode.UNPRICED,
                        "%s: %,d of %,d tokens have no rate in scenario %s, more than %s %%; nothing was published. Without a rate: %s. Add the rates or an alias; see %s. The bound is thresholds.unpriced_percent",
                        of.month(),
                        unpriced,
                        all,
                        of.scenario(),
                        percent.toPlainString(),
                        String.join(", ", models),
                        where);
            }
        });
    }

    private static boolean exceeds(long part, long whole, BigDecimal percent) {
        return BigDecimal.valueOf(part)
                        .multiply(BigDecimal.valueOf(100))
                        .compareTo(percent.multiply(BigDecimal.valueOf(whole)))
                > 0;
    }

    /** The warnings of the checks, a line each. */
    static List<String> warnings(List<Check> checks) {
        return checks.stream()
                .filter(c -> c.severity() == Severity.WARN || c.severity() == Severity.FAIL)
                .map(c -> String.format(Locale.ROOT, "%s %s %,d: %s", c.month(), c.name(), c.count(), c.note()))
                .toList();
    }
}
