package io.tokenledger.rates.imports;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.tokenledger.model.BilledUnit;
import io.tokenledger.rates.ModelKey;
import io.tokenledger.rates.TimeWindow;
import io.tokenledger.rates.imports.NotCarriedOver.Reason;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * genai-prices: US dollars per 1,000,000 tokens and per 1,000 calls. A model's prices are one list, or several with a
 * constraint each, of which the last that fits wins. A tier holds for the whole request when its input tokens exceed
 * the start, for every provider: a bound that a page states as "from 200,000" is written here as 199,999.
 */
final class GenAiPrices {
    private static final Map<String, BilledUnit> UNITS = Map.ofEntries(
            Map.entry("input_mtok", BilledUnit.UNCACHED_INPUT),
            Map.entry("cache_read_mtok", BilledUnit.CACHED_INPUT),
            Map.entry("cache_write_mtok", BilledUnit.CACHE_WRITE_5M),
            Map.entry("cache_write_5m_mtok", BilledUnit.CACHE_WRITE_5M),
            Map.entry("cache_write_1h_mtok", BilledUnit.CACHE_WRITE_1H),
            Map.entry("input_audio_mtok", BilledUnit.AUDIO_INPUT),
            Map.entry("output_mtok", BilledUnit.OUTPUT),
            Map.entry("output_audio_mtok", BilledUnit.AUDIO_OUTPUT),
            Map.entry("output_reasoning_mtok", BilledUnit.REASONING),
            Map.entry("requests_kcount", BilledUnit.REQUESTS),
            Map.entry("web_searches_kcount", BilledUnit.WEB_SEARCHES));

    private static final ZoneId UTC = ZoneId.of("UTC");

    private static final Pattern UTC_TIME = Pattern.compile("([01]\\d|2[0-3]):([0-5]\\d)(:00)?(Z|\\+00:00)");

    private GenAiPrices() {}

    static List<Entry> entries(JsonNode root) {
        List<Entry> entries = new ArrayList<>();
        for (JsonNode provider : root) {
            String id = provider.path("id").asText();
            for (JsonNode model : provider.path("models")) {
                entries.add(entry(id, model));
            }
        }
        return entries;
    }

    private static Entry entry(String provider, JsonNode model) {
        String id = model.path("id").asText();
        Entry entry = new Entry(provider + "/" + id, new ModelKey(provider, id));
        JsonNode match = model.path("match");
        if (!match.isMissingNode()
                && !(match.size() == 1 && match.path("equals").asText("").equals(id))) {
            entry.leave("match", match.toString(), Reason.OTHER_NAMES);
        }
        JsonNode variants = model.path("price_variants");
        if (!variants.isMissingNode()) {
            entry.leave("price_variants", variants.toString(), Reason.OTHER_TIER);
        }
        JsonNode prices = model.path("prices");
        if (prices.isArray()) {
            conditional(entry, prices);
        } else {
            prices(entry, "prices", prices, Terms.STANDARD, Period.UNSTATED);
        }
        return entry;
    }

    /**
     * Each list holds from its start until the next dated one. A list with hours wins over those before it, so it holds
     * until a dated one that follows it in the file.
     */
    private static void conditional(Entry entry, JsonNode lists) {
        if (!isDatedInOrder(lists)) {
            entry.leave("prices", lists.toString(), Reason.OTHER_CONDITION);
            return;
        }
        for (int i = 0; i < lists.size(); i++) {
            JsonNode constraint = constraint(lists.get(i));
            String place = "prices[%s]".formatted(i);
            Optional<TimeWindow> hours = hours(constraint);
            LocalDate start = startDate(constraint).orElse(null);
            if (!constraint.isEmpty() && hours.isEmpty() && start == null) {
                entry.leave(place + ".constraint", constraint.toString(), Reason.OTHER_CONDITION);
            } else {
                prices(
                        entry,
                        place,
                        lists.get(i).path("prices"),
                        Terms.STANDARD.during(hours.orElse(null)),
                        new Period(start, nextStart(lists, i)));
            }
        }
    }

    /** Whether the plain list, if any, comes first among those without hours, and the dated ones follow in order. */
    private static boolean isDatedInOrder(JsonNode lists) {
        LocalDate last = null;
        boolean plain = false;
        for (JsonNode list : lists) {
            JsonNode constraint = constraint(list);
            Optional<LocalDate> start = startDate(constraint);
            if (start.isPresent()) {
                if (last != null && !last.isBefore(start.get())) {
                    return false;
                }
                last = start.get();
            } else if (constraint.isEmpty()) {
                if (plain || last != null) {
                    return false;
                }
                plain = true;
            }
        }
        return true;
    }

    private static LocalDate nextStart(JsonNode lists, int index) {
        for (int i = index + 1; i < lists.size(); i++) {
            Optional<LocalDate> start = startDate(constraint(lists.get(i)));
            if (start.isPresent()) {
                return start.get();
            }
        }
        return null;
    }

    private static JsonNode constraint(JsonNode list) {
        JsonNode constraint = list.path("constraint");
        return Entry.isMissing(constraint) ? JsonNodeFactory.instance.objectNode() : constraint;
    }

    private static Optional<LocalDate> startDate(JsonNode constraint) {
        if (!hasOnly(constraint, "start_date")) {
            return Optional.empty();
        }
        try {
            return Optional.ofNullable(constraint.path("start_date").textValue())
                    .map(LocalDate::parse);
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    private static Optional<TimeWindow> hours(JsonNode constraint) {
        Matcher from = UTC_TIME.matcher(constraint.path("start_time").asText());
        Matcher to = UTC_TIME.matcher(constraint.path("end_time").asText());
        return from.matches() && to.matches() && hasOnly(constraint, "start_time", "end_time")
                ? Optional.of(new TimeWindow(TimeWindow.EVERY_DAY, time(from), time(to), UTC))
                : Optional.empty();
    }

    private static LocalTime time(Matcher time) {
        return LocalTime.of(Integer.parseInt(time.group(1)), Integer.parseInt(time.group(2)));
    }

    /** A condition that is understood in part is not understood; {@code type} only says which kind it is. */
    private static boolean hasOnly(JsonNode constraint, String... fields) {
        Set<String> known = Set.of(fields);
        return constraint.properties().stream()
                .map(Map.Entry::getKey)
                .allMatch(field -> field.equals("type") || known.contains(field));
    }

    private static void prices(Entry entry, String place, JsonNode prices, Terms terms, Period period) {
        for (Map.Entry<String, JsonNode> field : prices.properties()) {
            String name = place + "." + field.getKey();
            BilledUnit unit = UNITS.get(field.getKey());
            JsonNode value = field.getValue();
            if (unit == null) {
                if (!Entry.isMissing(value)) {
                    entry.leave(name, Entry.text(value), Reason.OTHER_UNIT);
                }
            } else if (value.isObject()) {
                tiers(entry, unit, name, value, terms, period);
            } else {
                entry.take(unit, terms, period, name, value, 0);
            }
        }
    }

    private static void tiers(Entry entry, BilledUnit unit, String place, JsonNode tiered, Terms terms, Period period) {
        entry.take(unit, terms, period, place + ".base", tiered.path("base"), 0);
        for (JsonNode tier : tiered.path("tiers")) {
            Optional<BigDecimal> start = Entry.number(tier.path("start"));
            if (start.isEmpty()
                    || start.get().signum() == 0
                    || start.get().stripTrailingZeros().scale() > 0) {
                entry.leave(place + ".tiers", tier.toString(), Reason.OTHER_CONDITION);
            } else {
                Terms above = terms.in(Terms.exceeding(start.get().longValueExact()));
                entry.take(unit, above, period, place + ".tiers", tier.path("price"), 0);
            }
        }
    }
}
