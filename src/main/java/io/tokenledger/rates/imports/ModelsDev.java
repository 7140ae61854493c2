package io.tokenledger.rates.imports;

import com.fasterxml.jackson.databind.JsonNode;
import io.tokenledger.model.BilledUnit;
import io.tokenledger.rates.Band;
import io.tokenledger.rates.ModelKey;
import io.tokenledger.rates.imports.NotCarriedOver.Reason;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The API of models.dev: US dollars per 1,000,000 tokens, a provider's models by id. Its sources are TOML files with
 * the same fields; only the JSON that is built from them is read.
 */
final class ModelsDev {
    private static final Map<String, BilledUnit> CLASSES = Map.of(
            "input", BilledUnit.UNCACHED_INPUT,
            "cache_read", BilledUnit.CACHED_INPUT,
            "cached_input", BilledUnit.CACHED_INPUT, // a spelling that the schema drops and some files have
            "cache_write", BilledUnit.CACHE_WRITE_5M,
            "input_audio", BilledUnit.AUDIO_INPUT,
            "output", BilledUnit.OUTPUT,
            "output_audio", BilledUnit.AUDIO_OUTPUT,
            "reasoning", BilledUnit.REASONING);

    private ModelsDev() {}

    static List<Entry> entries(JsonNode root) {
        List<Entry> entries = new ArrayList<>();
        root.properties()
                .forEach(provider -> provider.getValue()
                        .path("models")
                        .properties()
                        .forEach(model -> entries.add(entry(provider.getKey(), model.getKey(), model.getValue()))));
        return entries;
    }

    private static Entry entry(String provider, String id, JsonNode model) {
        Entry entry = new Entry(provider + "/" + id, new ModelKey(provider, id));
        JsonNode cost = model.path("cost");
        cost.properties().forEach(field -> read(entry, cost, field.getKey(), field.getValue()));
        model.path("experimental").path("modes").properties().forEach(mode -> {
            if (mode.getValue().has("cost")) {
                entry.leave(
                        "experimental.modes." + mode.getKey(),
                        mode.getValue().get("cost").toString(),
                        Reason.OTHER_TIER);
            }
        });
        return entry;
    }

    private static void read(Entry entry, JsonNode cost, String field, JsonNode value) {
        if (field.equals("tiers")) {
            for (int i = 0; i < value.size(); i++) {
                tier(entry, "tiers[%s]".formatted(i), value.get(i));
            }
        } else if (field.equals("context_over_200k")) {
            // The older field repeats the first of the tiers, whose bound need not be 200,000.
            if (!cost.has("tiers")) {
                prices(entry, field, value, band(entry, 200_000));
            }
        } else {
            price(entry, "", field, value, Terms.ALL_LENGTHS);
        }
    }

    private static void tier(Entry entry, String place, JsonNode tier) {
        Optional<BigDecimal> size = Entry.number(tier.path("tier").path("size"));
        if (!tier.path("tier").path("type").asText().equals("context")
                || size.isEmpty()
                || size.get().scale() > 0) {
            entry.leave(place, tier.toString(), Reason.OTHER_CONDITION);
        } else {
            prices(entry, place, tier, band(entry, size.get().longValueExact()));
        }
    }

    /** xAI's page charges prompts that reach the bound; every other provider's must exceed it. */
    private static Band band(Entry entry, long bound) {
        return entry.model().provider().equals("xai") ? Terms.reaching(bound) : Terms.exceeding(bound);
    }

    private static void prices(Entry entry, String place, JsonNode prices, Band band) {
        prices.properties().stream()
                .filter(field -> !field.getKey().equals("tier"))
                .forEach(field -> price(entry, place + ".", field.getKey(), field.getValue(), band));
    }

    private static void price(Entry entry, String place, String field, JsonNode value, Band band) {
        BilledUnit unit = CLASSES.get(field);
        if (unit != null) {
            entry.take(unit, Terms.STANDARD.in(band), Period.UNSTATED, place + field, value, 0);
        } else if (!Entry.isMissing(value)) {
            entry.leave(place + field, Entry.text(value), Reason.OTHER_UNIT);
        }
    }
}
