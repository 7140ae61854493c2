package io.tokenledger.job;

import static java.util.Comparator.comparingInt;

import io.tokenledger.ingest.Digests;
import io.tokenledger.ledger.FileEntry;
import io.tokenledger.ledger.Ledger;
import io.tokenledger.ledger.Publication;
import io.tokenledger.ledger.Publication.Fingerprints;
import io.tokenledger.model.Month;
import io.tokenledger.report.Assembly;
import io.tokenledger.report.Latest;
import io.tokenledger.report.Manifest;
import io.tokenledger.report.TableContent;
import io.tokenledger.report.TableWriter;
import io.tokenledger.report.WrittenFile;
import io.tokenledger.scenario.Evaluation;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * From computed tables to published months. The directories of the new assemblies are written first; the commit of their
 * publications, all months at once, is what makes them current; {@code latest.json} follows and can be rebuilt.
 */
final class Publishing {
    private static final Logger LOG = LoggerFactory.getLogger(Publishing.class);

    private final JobInputs inputs;
    private final Ledger ledger;
    private final RunFolder folder;
    private final Clock clock;
    private final List<Publication> published;

    /** Looks at what is published now; another run that publishes after this makes {@link #publish} fail. */
    Publishing(JobInputs inputs, Ledger ledger, RunFolder folder, Clock clock) {
        this.inputs = inputs;
        this.ledger = ledger;
        this.folder = folder;
        this.clock = clock;
        this.published = ledger.publications();
    }

    /** The current publication of each month. */
    SortedMap<Month, Publication> current() {
        return current(published);
    }

    static SortedMap<Month, Publication> current(List<Publication> published) {
        SortedMap<Month, Publication> current = new TreeMap<>();
        published.stream().sorted(comparingInt(Publication::version)).forEach(p -> current.put(p.month(), p));
        return current;
    }

    /** The months whose ledger content, rates or policies differ from those of their current publication. */
    SortedMap<Month, Fingerprints> touched(long snapshot) {
        SortedMap<Month, Publication> current = current();
        SortedMap<Month, Fingerprints> touched = new TreeMap<>();
        String policies = inputs.policiesFingerprint();
        SortedMap<Month, String> contents =
                ledger.contentFingerprints(snapshot, inputs.job().billingZone());
        contents.keySet().forEach(month -> {
            Fingerprints now = new Fingerprints(content(contents, month), inputs.ratesFingerprint(month), policies);
            Publication last = current.get(month);
            if (last == null || !last.fingerprints().equals(now)) {
                touched.put(month, now);
            }
        });
        return touched;
    }

    /** What a month is computed from: its own requests, and those before it that its figures depend on. */
    private String content(SortedMap<Month, String> contents, Month month) {
        List<String> own = inputs.withMonthsBefore(List.of(month)).stream()
                .map(contents::get)
                .filter(Objects::nonNull)
                .toList();
        return own.size() == 1 ? own.get(0) : Digests.sha256(String.join("\n", own));
    }

    /**
     * Writes an assembly per month and publishes them.
     *
     * @param months with the fingerprints of what they were computed from
     * @param files all that the ledger knows
     */
    List<Publication> publish(
            long snapshot,
            SortedMap<Month, Fingerprints> months,
            List<TableContent> tables,
            Evaluation evaluation,
            List<FileEntry> files,
            SortedMap<String, String> code) {
        Instant publishedAt = clock.instant();
        SortedMap<Month, Publication> current = current();
        SortedMap<Month, Publication> assemblies = new TreeMap<>();
        SortedMap<Month, Path> directories = new TreeMap<>();
        months.forEach((month, fingerprints) -> {
            Publication last = current.get(month);
            int version = last == null ? 1 : last.version() + 1;
            assemblies.put(
                    month,
                    new Publication(
                            month,
                            version,
                            folder.runId(),
                            "open",
                            reason(last, fingerprints),
                            publishedAt,
                            snapshot,
                            fingerprints,
                            text(evaluation.totals(month)),
                            text(evaluation.pricedTotals(month)),
                            Assembly.relativePath(month, version, folder.runId())));
            directories.put(month, Assembly.directory(folder.out(), month, version, folder.runId()));
        });
        List<WrittenFile> written = write(tables, directories);
        directories.forEach((month, directory) -> {
            SortedMap<String, String> stored = Assembly.writeInputs(folder.fileSystem(), directory, inputs.files());
            List<WrittenFile> ofMonth =
                    written.stream().filter(f -> f.month().equals(month)).toList();
            Assembly.writeManifest(
                    folder.fileSystem(),
                    directory,
                    manifest(assemblies.get(month), evaluation, ofMonth, stored, files, code));
        });
        List<Publication> publications = List.copyOf(assemblies.values());
        ledger.publish(publications);
        writeLatest(Stream.concat(published.stream(), publications.stream()).toList());
        return publications;
    }

    private List<WrittenFile> write(List<TableContent> tables, SortedMap<Month, Path> directories) {
        TableWriter writer = new TableWriter(folder.fileSystem());
        List<WrittenFile> written = new ArrayList<>();
        for (TableContent table : tables) {
            LOG.info("Writing {}", table.table().name());
            written.addAll(writer.write(table.table(), table.rows().iterator(), directories));
        }
        return written;
    }

    private Manifest manifest(
            Publication assembly,
            Evaluation evaluation,
            List<WrittenFile> written,
            SortedMap<String, String> stored,
            List<FileEntry> files,
            SortedMap<String, String> code) {
        List<FileEntry> ofMonth = files.stream()
                .filter(f -> assembly.month().toString().equals(f.month()))
                .toList();
        return new Manifest(
                Manifest.SCHEMA_VERSION,
                assembly.month(),
                assembly.version(),
                assembly.runId(),
                assembly.publishedAt(),
                assembly.state(),
                assembly.reason(),
                inputs.job().billingZone(),
                assembly.ledgerSnapshot(),
                assembly.fingerprints(),
                inputs.economics().rates().currency(),
                evaluation.totals(assembly.month()),
                evaluation.pricedTotals(assembly.month()),
                DataQuality.counts(ofMonth),
                written,
                stored,
                code);
    }

    /** Makes {@code latest.json} say again what the ledger's publications say. */
    void repairLatest() {
        writeLatest(published);
    }

    private void writeLatest(List<Publication> all) {
        SortedMap<Month, Latest.Entry> latest = new TreeMap<>();
        current(all).forEach((month, p) -> latest.put(month, Latest.Entry.of(month, p.version(), p.runId())));
        if (!latest.equals(Latest.read(folder.fileSystem(), folder.out()))) {
            Latest.write(folder.fileSystem(), folder.out(), latest);
        }
    }

    private static String reason(Publication last, Fingerprints now) {
        if (last == null) {
            return "first publication";
        }
        List<String> changed = new ArrayList<>();
        if (!last.fingerprints().ledger().equals(now.ledger())) {
            changed.add("requests");
        }
        if (!last.fingerprints().rates().equals(now.rates())) {
            changed.add("rates");
        }
        if (!last.fingerprints().policies().equals(now.policies())) {
            changed.add("policies");
        }
        return "changed: " + String.join(", ", changed);
    }

    private static SortedMap<String, String> text(SortedMap<String, BigDecimal> totals) {
        SortedMap<String, String> text = new TreeMap<>();
        totals.forEach((scenario, total) -> text.put(scenario, total == null ? null : total.toPlainString()));
        return text;
    }
}
