package io.tokenledger.scenario;

import io.tokenledger.model.Failure;
import io.tokenledger.rates.CsvTable;
import io.tokenledger.rates.ModelKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * What a provider does with batches of a model, dated. Providers discount some models, take others at list price and
 * refuse the rest, so a batch price is never assumed: a model without a line is not accepted.
 */
public record BatchPolicy(List<Entry> entries) {
    public static final BatchPolicy NONE = new BatchPolicy(List.of());

    private static final List<String> COLUMNS = List.of(
            "provider",
            "model",
            "valid_from",
            "valid_to",
            "policy",
            "window_hours",
            "max_requests",
            "max_enqueued_tokens",
            "source",
            "retrieved_at",
            "note");

    /** The three answers of a provider. */
    public enum Answer {
        /** Accepted, at the rates of the batch tier. */
        DISCOUNTED,
        /** Accepted, at standard rates. */
        LIST,
        /** Refused. */
        REJECTED;

        String label() {
            return name().toLowerCase(Locale.ROOT);
        }

        static Optional<Answer> of(String label) {
            return Stream.of(values()).filter(a -> a.label().equals(label)).findFirst();
        }
    }

    /**
     * A line of the table.
     *
     * @param validFrom inclusive, UTC
     * @param validTo exclusive, UTC; null while it holds
     */
    public record Entry(ModelKey model, Instant validFrom, Instant validTo, Answer answer, String place) {
        boolean validAt(Instant time) {
            return !time.isBefore(validFrom) && (validTo == null || time.isBefore(validTo));
        }
    }

    /** @throws Failure with exit code 2 when two lines answer for the same model and time */
    public static BatchPolicy read(String file, byte[] content) {
        List<Entry> entries = new ArrayList<>();
        for (CsvTable.Line line : CsvTable.read(file, content, COLUMNS)) {
            line.requireEndAfterStart("valid_from", "valid_to");
            line.countOrNull("window_hours");
            line.countOrNull("max_requests");
            line.countOrNull("max_enqueued_tokens");
            Entry entry = new Entry(
                    ModelKey.of(line),
                    line.instant("valid_from"),
                    line.instantOrNull("valid_to"),
                    line.word("policy", Answer::of, "discounted, list, rejected"),
                    line.file() + ":" + line.number());
            for (Entry other : entries) {
                if (other.model().equals(entry.model()) && overlap(other, entry)) {
                    throw Failure.configuration(
                            "%s and %s overlap: two batch policies for %s",
                            other.place(), entry.place(), entry.model());
                }
            }
            entries.add(entry);
        }
        return new BatchPolicy(List.copyOf(entries));
    }

    private static boolean overlap(Entry a, Entry b) {
        return (b.validTo() == null || a.validFrom().isBefore(b.validTo()))
                && (a.validTo() == null || b.validFrom().isBefore(a.validTo()));
    }

    Optional<Answer> at(ModelKey model, Instant time) {
        return entries.stream()
                .filter(e -> e.model().equals(model) && e.validAt(time))
                .map(Entry::answer)
                .findFirst();
    }

    /** The times at which a policy begins or ends: breakpoints of the rate grid. */
    public Map<ModelKey, Set<Instant>> changes() {
        Map<ModelKey, Set<Instant>> changes = new HashMap<>();
        for (Entry entry : entries) {
            Collection<Instant> times = changes.computeIfAbsent(entry.model(), m -> new TreeSet<>());
            times.add(entry.validFrom());
            if (entry.validTo() != null) {
                times.add(entry.validTo());
            }
        }
        return changes;
    }
}
