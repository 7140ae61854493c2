package io.tokenledger.rates.imports;

import com.fasterxml.jackson.databind.JsonNode;
import io.tokenledger.model.BilledUnit;
import io.tokenledger.model.ServiceTier;
import io.tokenledger.rates.ModelKey;
import io.tokenledger.rates.imports.NotCarriedOver.Reason;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * LiteLLM's price table: US dollars per token or call, field names by a grammar of suffixes: a class, then the prompt
 * length above which the price holds for the whole request, then the tier. {@code 128k} means 128,000, as LiteLLM
 * itself compares.
 */
final class LiteLlm {
    private static final Map<String, BilledUnit> CLASSES = Map.of(
            "input_cost_per_token", BilledUnit.UNCACHED_INPUT,
            "cache_read_input_token_cost", BilledUnit.CACHED_INPUT,
            "input_cost_per_token_cache_hit", BilledUnit.CACHED_INPUT, // the older spelling
            "cache_creation_input_token_cost", BilledUnit.CACHE_WRITE_5M,
            "cache_creation_input_token_cost_above_1hr", BilledUnit.CACHE_WRITE_1H,
            "input_cost_per_audio_token", BilledUnit.AUDIO_INPUT,
            "output_cost_per_token", BilledUnit.OUTPUT,
            "output_cost_per_audio_token", BilledUnit.AUDIO_OUTPUT,
            "output_cost_per_reasoning_token", BilledUnit.REASONING,
            "input_cost_per_request", BilledUnit.REQUESTS);

    private static final Map<String, ServiceTier> TIERS =
            Map.of("priority", ServiceTier.PRIORITY, "flex", ServiceTier.FLEX, "batches", ServiceTier.BATCH);

    private static final Pattern FIELD = Pattern.compile(
            "(?<class>.+?)(_above_(?<bound>\\d{1,9})(?<kilo>k?)_tokens)?(_(?<tier>priority|flex|batches))?");

    /** xAI's page charges prompts that reach the bound, LiteLLM compares so; every other provider's must exceed it. */
    private static final Set<String> INCLUSIVE = Set.of("xai");

    /** Prices by model size, which LiteLLM falls back on for models that it does not know. */
    private static final Pattern SIZE_BUCKET = Pattern.compile(
            "(together|fireworks)-ai-(default|(embedding-|moe-)?(up-to-|above-)?[\\d.]+[bm](-(to-)?[\\d.]+[bm])?)");

    private static final Pattern MULTIPLIER = Pattern.compile(".*uplift_multiplier.*");
    private static final Set<String> WITHOUT_OUTPUT = Set.of("embedding", "rerank", "moderation");

    private final TieredPricing tiered;

    /** @param tiered null where nobody has said it */
    LiteLlm(TieredPricing tiered) {
        this.tiered = tiered;
    }

    List<Entry> entries(JsonNode root) {
        List<Entry> entries = new ArrayList<>();
        root.properties().forEach(property -> entries.add(entry(property.getKey(), property.getValue())));
        return entries;
    }

    private Entry entry(String name, JsonNode fields) {
        String provider = fields.path("litellm_provider").asText("");
        Optional<Reason> noModel = noModel(name, provider);
        if (noModel.isPresent()) {
            Entry entry = new Entry(name, null);
            entry.leave("", "", noModel.get());
            return entry;
        }
        Entry entry = new Entry(name, new ModelKey(provider, model(name, provider)));
        if (WITHOUT_OUTPUT.contains(fields.path("mode").asText())) {
            entry.generatesNothing();
        }
        fields.properties().forEach(field -> read(entry, provider, field.getKey(), field.getValue()));
        if (entry.leaves(Reason.RANGES_NOT_SAID)) {
            entry.leaveAll(Reason.RANGES_NOT_SAID);
        }
        return entry;
    }

    private static Optional<Reason> noModel(String name, String provider) {
        if (SIZE_BUCKET.matcher(name).matches()) {
            return Optional.of(Reason.SIZE_BUCKET);
        }
        return name.equals("sample_spec") || provider.isEmpty() ? Optional.of(Reason.NO_MODEL) : Optional.empty();
    }

    private static String model(String name, String provider) {
        String prefix = provider + "/";
        return name.startsWith(prefix) && name.length() > prefix.length() ? name.substring(prefix.length()) : name;
    }

    private void read(Entry entry, String provider, String field, JsonNode value) {
        Matcher words = FIELD.matcher(field);
        BilledUnit unit = words.matches() ? CLASSES.get(words.group("class")) : null;
        if (unit != null) {
            entry.take(unit, terms(provider, words), Period.UNSTATED, field, value, RateKey.digits(unit));
        } else if (field.equals("tiered_pricing")) {
            tieredPricing(entry, value);
        } else if (field.equals("search_context_cost_per_query")) {
            searches(entry, field, value);
        } else if (field.equals("provider_specific_entry")) {
            value.properties().stream()
                    .filter(factor -> factor.getValue().isNumber())
                    .forEach(factor -> entry.leave(
                            field + "." + factor.getKey(), Entry.text(factor.getValue()), Reason.MULTIPLIER));
        } else if (isPrice(field) && !Entry.isMissing(value)) {
            entry.leave(
                    field,
                    Entry.text(value),
                    MULTIPLIER.matcher(field).matches() ? Reason.MULTIPLIER : Reason.OTHER_UNIT);
        }
    }

    private static Terms terms(String provider, Matcher words) {
        Terms terms = words.group("tier") == null ? Terms.STANDARD : Terms.of(TIERS.get(words.group("tier")));
        if (words.group("bound") == null) {
            return terms;
        }
        long bound = Long.parseLong(words.group("bound")) * (words.group("kilo").isEmpty() ? 1 : 1_000);
        return terms.in(INCLUSIVE.contains(provider) ? Terms.reaching(bound) : Terms.exceeding(bound));
    }

    private static boolean isPrice(String field) {
        return !field.startsWith("supports_")
                && (field.contains("cost")
                        || field.contains("price")
                        || field.contains("pricing")
                        || field.contains("uplift")
                        || field.equals("off_peak"));
    }

    /** A list of ranges of tokens that follow each other from 0; the last one is taken to be open. */
    private void tieredPricing(Entry entry, JsonNode ranges) {
        Optional<List<Long>> bounds = bounds(ranges);
        if (bounds.isEmpty()) {
            entry.leave("tiered_pricing", ranges.toString(), Reason.OTHER_CONDITION);
            return;
        }
        if (tiered == null) {
            entry.leave("tiered_pricing", ranges.toString(), Reason.RANGES_NOT_SAID);
            return;
        }
        for (int i = 0; i < ranges.size(); i++) {
            Terms terms = Terms.STANDARD.in(tiered.band(bounds.get().get(i)));
            for (Map.Entry<String, JsonNode> field : ranges.get(i).properties()) {
                String name = "tiered_pricing[%s].%s".formatted(i, field.getKey());
                BilledUnit unit = CLASSES.get(field.getKey());
                if (unit != null) {
                    entry.take(unit, terms, Period.UNSTATED, name, field.getValue(), RateKey.digits(unit));
                } else if (!field.getKey().equals("range")) {
                    entry.leave(name, Entry.text(field.getValue()), Reason.OTHER_UNIT);
                }
            }
        }
    }

    private static Optional<List<Long>> bounds(JsonNode ranges) {
        List<Long> bounds = new ArrayList<>();
        BigDecimal end = BigDecimal.ZERO;
        for (JsonNode range : ranges) {
            Optional<BigDecimal> from = Entry.number(range.path("range").path(0));
            Optional<BigDecimal> to = Entry.number(range.path("range").path(1));
            if (from.isEmpty()
                    || to.isEmpty()
                    || from.get().compareTo(end) != 0
                    || to.get().compareTo(end) <= 0) {
                return Optional.empty();
            }
            try {
                bounds.add(from.get().longValueExact());
            } catch (ArithmeticException e) {
                return Optional.empty();
            }
            end = to.get();
        }
        return bounds.isEmpty() ? Optional.empty() : Optional.of(bounds);
    }

    /** A price by the size of the search context, which no log holds: taken only where all sizes cost the same. */
    private static void searches(Entry entry, String field, JsonNode sizes) {
        Set<Optional<BigDecimal>> different = new HashSet<>();
        sizes.forEach(price -> different.add(Entry.number(price).map(BigDecimal::stripTrailingZeros)));
        if (different.size() == 1) {
            BilledUnit unit = BilledUnit.WEB_SEARCHES;
            entry.take(
                    unit,
                    Terms.STANDARD,
                    Period.UNSTATED,
                    field,
                    sizes.iterator().next(),
                    RateKey.digits(unit));
        } else {
            entry.leave(field, sizes.toString(), Reason.AMBIGUOUS);
        }
    }
}
