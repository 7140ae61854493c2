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

    /** Of a line that names none: what the providers that have one window document. */
    static final long USUAL_WINDOW_HOURS = 24;

    /** A month: the arrivals of a window before a month decide its figures. */
    private static final long LONGEST_WINDOW_HOURS = 744;

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

        /** The word of the table. */
        public String label() {
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
     * @param windowHours within which a batch completes
     * @param maxRequests of a batch; null without a limit
     * @param maxEnqueuedTokens of all batches of the model at any time; null without a limit
     */
    public record Entry(
            ModelKey model,
            Instant validFrom,
            Instant validTo,
            Answer answer,
            long windowHours,
            Long maxRequests,
            Long maxEnqueuedTokens,
            String place) {
        boolean validAt(Instant time) {
            return !time.isBefore(validFrom) && (validTo == null || time.isBefore(validTo));
        }

        boolean holdsIn(Span span) {
            return validFrom.isBefore(span.to()) && (validTo == null || validTo.isAfter(span.from()));
        }
    }

    /** @throws Failure with exit code 2 when two lines answer for the same model and time */
    public static BatchPolicy read(String file, byte[] content) {
        List<Entry> entries = new ArrayList<>();
        for (CsvTable.Line line : CsvTable.read(file, content, COLUMNS)) {
            line.requireEndAfterStart("valid_from", "valid_to");
            Long window = atLeastOne(line, "window_hours");
            if (window != null && window > LONGEST_WINDOW_HOURS) {
                throw line.refused("window_hours", "1 to " + LONGEST_WINDOW_HOURS + ", or nothing for 24");
            }
            Entry entry = new Entry(
                    ModelKey.of(line),
                    line.instant("valid_from"),
                    line.instantOrNull("valid_to"),
                    line.word("policy", Answer::of, "discounted, list, rejected"),
                    window == null ? USUAL_WINDOW_HOURS : window,
                    atLeastOne(line, "max_requests"),
                    atLeastOne(line, "max_enqueued_tokens"),
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

    private static Long atLeastOne(CsvTable.Line line, String column) {
        Long count = line.countOrNull(column);
        if (count != null && count == 0) {
            throw line.refused(column, "at least 1, or nothing");
        }
        return count;
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

    /** The lines by which a model is accepted, at whatever price, in the order of the table. */
    List<Entry> accepted() {
        return entries.stream().filter(e -> e.answer() != Answer.REJECTED).toList();
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
