package io.tokenledger.rates.imports;

import static java.util.stream.Collectors.groupingBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.tokenledger.model.Failure;
import io.tokenledger.rates.ModelKey;
import io.tokenledger.rates.imports.NotCarriedOver.Reason;
import java.io.IOException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Price files turned into a rate table.
 *
 * @param format of all files
 * @param tiered how LiteLLM's ranges are charged; null where nobody says it, so that models with them are left out
 * @param validFrom from when the first version's prices hold; null for the day it was retrieved
 */
public record RateImport(
        PriceFormat format, Selection selection, Bounds bounds, TieredPricing tiered, LocalDate validFrom) {

    /** Prices stay decimals from the text on, and a key that stands twice is not resolved by chance. */
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
            .build();

    private static final Pattern UNSAFE = Pattern.compile("(?s)[=+\\-@].*|.*\\p{Cc}.*|");

    /**
     * What came of an import.
     *
     * @param table the rate table
     * @param models how many models it has
     * @param rows how many rows
     * @param notCarriedOver what is not in it, each once, with the versions that state it
     */
    public record Result(
            byte[] table, int models, int rows, SortedMap<NotCarriedOver, SortedSet<LocalDate>> notCarriedOver) {}

    /**
     * Reads the files, in any order.
     *
     * @throws Failure with exit code 2 when a file is not of the format, two versions have the same date, or something
     *     that was asked for is in no file
     */
    public Result run(List<PriceFile> files) {
        SortedMap<NotCarriedOver, SortedSet<LocalDate>> left = new TreeMap<>();
        List<RateRow> rows = new ArrayList<>();
        Set<ModelKey> seen = new HashSet<>();
        for (List<PriceFile> series : series(files).values()) {
            List<PriceVersion> versions = new ArrayList<>();
            for (PriceFile file : series) {
                List<Entry> entries = entries(file);
                entries.stream().filter(entry -> entry.model() != null).forEach(entry -> seen.add(entry.model()));
                PriceVersion version = PriceVersion.of(file.retrieved(), source(file), checked(entries));
                version.left().forEach(what -> note(left, what, file.retrieved()));
                versions.add(version);
            }
            checkValidFrom(series.get(0));
            History history = History.of(versions, validFrom);
            history.withoutStart()
                    .forEach(price ->
                            note(left, startUnknown(price), series.get(0).retrieved()));
            rows.addAll(history.rows());
        }
        checkAskedFor(seen);
        if (rows.isEmpty()) {
            throw Failure.configuration(
                    "No price is left to write; of what was found, the first is: %s",
                    left.isEmpty() ? "nothing" : left.firstKey().reason().text());
        }
        rows.sort(RateRow.ORDER);
        checkOneSeriesPerModel(rows);
        int models =
                (int) rows.stream().map(row -> row.key().model()).distinct().count();
        return new Result(RateTableWriter.bytes(rows), models, rows.size(), left);
    }

    private static void note(
            SortedMap<NotCarriedOver, SortedSet<LocalDate>> left, NotCarriedOver what, LocalDate version) {
        left.computeIfAbsent(what, w -> new TreeSet<>()).add(version);
    }

    private static NotCarriedOver startUnknown(FoundPrice price) {
        return new NotCarriedOver(
                price.key().model().toString(), price.field(), price.amount().toPlainString(), Reason.START_UNKNOWN);
    }

    /** The versions that follow each other: all files, or those of one provider where a file is one provider's. */
    private Map<String, List<PriceFile>> series(List<PriceFile> files) {
        Map<String, List<PriceFile>> series = files.stream()
                .sorted(Comparator.comparing(PriceFile::retrieved))
                .collect(groupingBy(this::seriesOf, TreeMap::new, Collectors.toList()));
        series.values().forEach(versions -> {
            for (int i = 1; i < versions.size(); i++) {
                PriceFile earlier = versions.get(i - 1);
                PriceFile later = versions.get(i);
                if (earlier.retrieved().equals(later.retrieved())) {
                    throw Failure.configuration(
                            "%s and %s are both of %s; give each version its own date, as FILE@2026-08-01",
                            earlier.name(), later.name(), later.retrieved());
                }
            }
        });
        return series;
    }

    private String seriesOf(PriceFile file) {
        return format == PriceFormat.PORTKEY ? file.name().replaceFirst("\\.json$", "") : "";
    }

    private List<Entry> entries(PriceFile file) {
        JsonNode root;
        try {
            root = MAPPER.readTree(file.content());
        } catch (JsonProcessingException e) {
            throw Failure.configuration(
                    "%s:%d: not readable as JSON: %s",
                    file.name(), e.getLocation() == null ? 0 : e.getLocation().getLineNr(), e.getOriginalMessage());
        } catch (NumberFormatException e) { // of an exponent that no decimal has; without a place
            throw Failure.configuration("%s: not readable as JSON: %s", file.name(), e.getMessage());
        } catch (IOException e) {
            throw Failure.configuration("%s: %s", file.name(), e.getMessage());
        }
        List<Entry> entries = format.hasShape(root) ? format.entries(root, seriesOf(file), tiered) : List.of();
        if (entries.stream().allMatch(entry -> entry.prices().isEmpty() && !entry.leaves(Reason.RANGES_NOT_SAID))) {
            throw Failure.configuration(
                    "%s: no price of the format %s; expected %s; is --format right?",
                    file.name(), format.label(), format.shape());
        }
        return entries;
    }

    private String source(PriceFile file) {
        return format.label() + ": " + file.name();
    }

    /** The entries that are asked for, with the providers' names of the logs, without what is not believed. */
    private List<Entry> checked(List<Entry> entries) {
        List<Entry> checked = new ArrayList<>();
        for (Entry entry : entries) {
            if (entry.model() == null) {
                if (selection.isAll()) {
                    checked.add(entry);
                }
            } else if (selection.takes(entry.model())) {
                Entry named = entry.as(selection.named(entry.model()));
                bounds.check(named);
                checked.add(withoutUseless(named));
            }
        }
        return checked;
    }

    private static Entry withoutUseless(Entry entry) {
        if (isUnsafe(entry.model().provider()) || isUnsafe(entry.model().model())) {
            entry.leaveAll(Reason.UNSAFE_NAME);
        } else if (entry.prices().isEmpty() && entry.left().stream().allMatch(RateImport::isNoTokenPrice)) {
            entry.leaveAll(Reason.NO_TOKEN_PRICE);
        }
        return entry;
    }

    /** A table of rates is read by the job, so a name cannot be guarded with an apostrophe as in a report. */
    private static boolean isUnsafe(String name) {
        return UNSAFE.matcher(name).matches() || !name.equals(name.strip());
    }

    private static boolean isNoTokenPrice(NotCarriedOver what) {
        return what.reason() == Reason.OTHER_UNIT
                || what.reason() == Reason.OTHER_NAMES
                || what.reason() == Reason.ZERO_NOT_GIVEN;
    }

    private void checkValidFrom(PriceFile first) {
        if (validFrom != null && validFrom.isAfter(first.retrieved())) {
            throw Failure.configuration(
                    "--valid-from is %s, after the first version %s of %s; it is the day from which that version's "
                            + "prices held",
                    validFrom, first.name(), first.retrieved());
        }
    }

    private void checkAskedFor(Set<ModelKey> seen) {
        SortedSet<String> providers =
                seen.stream().map(ModelKey::provider).collect(Collectors.toCollection(TreeSet::new));
        for (String provider : new TreeSet<>(selection.providers().keySet())) {
            if (!providers.contains(provider)) {
                throw Failure.configuration(
                        "--provider: no provider '%s' in the files; they have %s", provider, providers);
            }
        }
        for (String glob : selection.models()) {
            if (seen.stream().noneMatch(m -> selection.takesProvider(m) && Selection.matches(glob, m))) {
                throw Failure.configuration(
                        "--model: no model '%s' in the files; a glob such as '*/Llama-3.3-70B*' matches parts", glob);
            }
        }
        for (String name : new TreeSet<>(bounds.acknowledged())) {
            if (seen.stream().map(selection::named).noneMatch(m -> Bounds.isName(name, m))) {
                throw Failure.configuration(
                        "--acknowledge: no model '%s' in the files; name it as it is reported, as model or provider/model",
                        name);
            }
        }
    }

    /** Two series that are given one provider's name would state one model twice. */
    private static void checkOneSeriesPerModel(List<RateRow> rows) {
        Map<RateKey, RateRow> last = new HashMap<>();
        for (RateRow row : rows) {
            RateRow before = last.put(row.key(), row);
            if (before != null && (before.validTo() == null || before.validTo().isAfter(row.validFrom()))) {
                throw Failure.configuration(
                        "%s and %s both price %s; import them into tables of their own, or under names of their own",
                        before.source(), row.source(), row.key().model());
            }
        }
    }
}
