package io.tokenledger.rates.imports;

import com.fasterxml.jackson.databind.JsonNode;
import io.tokenledger.model.BilledUnit;
import io.tokenledger.model.ServiceTier;
import io.tokenledger.rates.Band;
import io.tokenledger.rates.ModelKey;
import io.tokenledger.rates.imports.NotCarriedOver.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A provider's file of Portkey: US cents per token and per call. The standard and batch prices stand twice in many
 * entries, in {@code pricing_config} and in the default region of {@code custom_pricing}; where they differ, the file
 * contradicts itself.
 */
final class Portkey {
    /** From cents to dollars. */
    private static final int CENTS = -2;

    private static final Map<String, BilledUnit> CLASSES = Map.of(
            "request_token", BilledUnit.UNCACHED_INPUT,
            "cache_read_input_token", BilledUnit.CACHED_INPUT,
            "cache_write_input_token", BilledUnit.CACHE_WRITE_5M,
            "request_audio_token", BilledUnit.AUDIO_INPUT,
            "response_token", BilledUnit.OUTPUT,
            "response_audio_token", BilledUnit.AUDIO_OUTPUT);

    /** Audio tokens among the additional units are not tokens in all entries: whisper's are seconds. */
    private static final Map<String, BilledUnit> ADDITIONAL =
            Map.of("cache_write_1h", BilledUnit.CACHE_WRITE_1H, "web_search", BilledUnit.WEB_SEARCHES);

    /** One model's prices by prompt length, as two entries: {@code x-lte-128k} and {@code x-gt-128k}. */
    private static final Pattern NAME_WITH_BAND = Pattern.compile("(?<model>.+)-(?<side>lte|gt)-(?<kilo>\\d{1,6})k");

    private static final Pattern CONTEXT_TIER = Pattern.compile("gt-\\d{1,6}k|lte-\\d{1,6}k");

    private final String provider;

    Portkey(String provider) {
        this.provider = provider;
    }

    List<Entry> entries(JsonNode root) {
        List<Entry> entries = new ArrayList<>();
        root.properties().forEach(model -> entries.add(entry(root, model.getKey(), model.getValue())));
        return entries;
    }

    private Entry entry(JsonNode root, String name, JsonNode model) {
        if (name.equals("default")) {
            Entry entry = new Entry(provider + "/" + name, null);
            entry.leave("", "", Reason.NO_MODEL);
            return entry;
        }
        Matcher banded = NAME_WITH_BAND.matcher(name);
        boolean isPair = banded.matches() && root.has(otherSide(banded));
        Entry entry = new Entry(name, new ModelKey(provider, isPair ? banded.group("model") : name));
        Band band = isPair && banded.group("side").equals("gt")
                ? Terms.exceeding(Long.parseLong(banded.group("kilo")) * 1_000)
                : Terms.ALL_LENGTHS;
        JsonNode config = model.path("pricing_config");
        String currency = config.path("currency").asText("USD");
        if (!currency.equals("USD")) {
            entry.leave("pricing_config.currency", currency, Reason.CURRENCY);
            return entry;
        }
        config.properties().forEach(part -> config(entry, part.getKey(), part.getValue(), band));
        model.path("custom_pricing")
                .path("regions")
                .properties()
                .forEach(region -> region(entry, model.path("custom_pricing"), region.getKey(), region.getValue()));
        return entry;
    }

    private static String otherSide(Matcher banded) {
        String other = banded.group("side").equals("gt") ? "lte" : "gt";
        return "%s-%s-%sk".formatted(banded.group("model"), other, banded.group("kilo"));
    }

    private static void config(Entry entry, String part, JsonNode prices, Band band) {
        switch (part) {
            case "pay_as_you_go" -> prices(entry, part, prices, Terms.STANDARD.in(band));
            case "batch_config" ->
                prices(entry, part, prices, Terms.of(ServiceTier.BATCH).in(band));
            case "currency", "calculate" -> {} // the default, and a formula over the prices
            default -> entry.leave(part, prices.toString(), Reason.OTHER_UNIT);
        }
    }

    private static void region(Entry entry, JsonNode custom, String region, JsonNode prices) {
        String place = "custom_pricing.regions." + region;
        if (!region.equals("default")) {
            entry.leave("custom_pricing.regions", region, Reason.REGION);
            return;
        }
        prices.path("execution_modes").properties().forEach(mode -> {
            String of = place + "." + mode.getKey();
            Optional<ServiceTier> tier = ServiceTier.of(mode.getKey());
            if (tier.isEmpty()) {
                entry.leave(of, mode.getValue().toString(), Reason.OTHER_TIER);
                return;
            }
            payAsYouGo(entry, of, mode.getValue(), Terms.of(tier.get()));
            mode.getValue().path("context_tiers").properties().forEach(context -> {
                String name = of + "." + context.getKey();
                Optional<Band> band = contextBand(custom.path("context_tier_map"), context.getKey());
                if (band.isEmpty()) {
                    entry.leave(name, context.getValue().toString(), Reason.OTHER_CONDITION);
                } else {
                    payAsYouGo(
                            entry,
                            name,
                            context.getValue(),
                            Terms.of(tier.get()).in(band.get()));
                }
            });
        });
    }

    private static void payAsYouGo(Entry entry, String place, JsonNode mode, Terms terms) {
        prices(entry, place, mode.path("pricing_config").path("pay_as_you_go"), terms);
    }

    /** The map states the input tokens above which a tier of that name begins. */
    private static Optional<Band> contextBand(JsonNode map, String tier) {
        return map.properties().stream()
                .filter(bound -> bound.getValue().asText().equals(tier)
                        && CONTEXT_TIER.matcher(tier).matches())
                .filter(bound -> bound.getKey().matches("\\d{1,9}"))
                .map(bound -> Terms.exceeding(Long.parseLong(bound.getKey())))
                .findFirst();
    }

    private static void prices(Entry entry, String place, JsonNode prices, Terms terms) {
        boolean pricesOthers = prices.has("image") || prices.has("additional_units");
        boolean tokensAreFree = isZero(prices.path("request_token")) && isZero(prices.path("response_token"));
        prices.properties().forEach(field -> {
            String name = place + "." + field.getKey();
            BilledUnit unit = CLASSES.get(field.getKey());
            if (field.getKey().equals("additional_units")) {
                field.getValue()
                        .properties()
                        .forEach(extra -> price(
                                entry,
                                ADDITIONAL.get(extra.getKey()),
                                terms,
                                name + "." + extra.getKey(),
                                extra.getValue(),
                                true));
            } else {
                boolean zeroIsNotGiven = isCache(unit) || (pricesOthers && tokensAreFree);
                price(entry, unit, terms, name, field.getValue(), zeroIsNotGiven);
            }
        });
    }

    private static boolean isCache(BilledUnit unit) {
        return unit == BilledUnit.CACHED_INPUT || unit == BilledUnit.CACHE_WRITE_5M;
    }

    private static boolean isZero(JsonNode field) {
        return Entry.number(field.path("price"))
                .filter(price -> price.signum() == 0)
                .isPresent();
    }

    private static void price(
            Entry entry, BilledUnit unit, Terms terms, String name, JsonNode field, boolean zeroIsNotGiven) {
        JsonNode price = field.path("price");
        if (unit == null) {
            entry.leave(name, Entry.text(price.isMissingNode() ? field : price), Reason.OTHER_UNIT);
        } else if (zeroIsNotGiven && isZero(field)) {
            entry.leave(name, "0", Reason.ZERO_NOT_GIVEN);
        } else {
            entry.take(unit, terms, Period.UNSTATED, name, price, RateKey.digits(unit) + CENTS);
        }
    }
}
