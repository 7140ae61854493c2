package io.tokenledger.oracle;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/** Rates of every kind for some models, free of overlaps, and the calls of a summer. */
final class RandomWorld {
    static final LocalDate FIRST = LocalDate.of(2026, 6, 1);
    static final int DAYS = 92;
    private static final List<String> TENANTS = java.util.Arrays.asList("acme", "zeta", "omni", "solo", null);
    private static final List<String> HOURS =
            List.of("mon-fri,22:00,06:00,America/New_York", ",16:30,00:30,UTC", "sat sun,,,Asia/Shanghai");
    private final Random random;
    private final List<Map<String, String>> rates = new ArrayList<>();
    private final List<Instant> edges = new ArrayList<>();

    /** What the rates of a model are cut by: few days, hours and bounds each, since every cut multiplies the cells. */
    private List<Instant> days = List.of();

    private String hours = "";
    private List<Long> bounds = List.of();
    private List<String> kinds = List.of();

    private RandomWorld(Random random) {
        this.random = random;
    }

    static World of(long seed, String zone, int models, int calls) {
        return new RandomWorld(new Random(seed)).world(zone, models, calls);
    }

    private World world(String zone, int models, int calls) {
        List<Map<String, String>> policy = new ArrayList<>();
        for (int m = 0; m < models; m++) {
            String model = "m" + m;
            String currency = m % 3 == 1 ? "EUR" : "USD";
            days = List.of(hour(), hour(), hour());
            hours = HOURS.get(random.nextInt(HOURS.size()));
            bounds = random.nextBoolean() ? List.of(0L, 1_000L) : List.of(0L, 500L, 2_000L);
            kinds = new ArrayList<>(List.of("above", "from", "without_cache", "marginal"));
            Collections.shuffle(kinds, random);
            price(model, "standard", currency);
            for (String tier : List.of("batch", "flex", "priority")) {
                if (random.nextInt(3) > 0) {
                    price(model, tier, currency);
                }
            }
            Instant change = instant();
            String before = List.of("discounted", "list", "rejected").get(random.nextInt(3));
            policy.add(
                    row("model", model, "policy", before, "valid_from", "2026-01-01", "valid_to", change.toString()));
            if (random.nextBoolean()) {
                policy.add(row("model", model, "policy", "discounted", "valid_from", change.toString()));
            }
        }
        Instant euro = hour();
        List<Map<String, String>> exchangeRates = List.of(
                row("currency", "EUR", "rate", "1.0875", "valid_from", "2025-01-01", "valid_to", euro.toString()),
                row(
                        "currency",
                        "EUR",
                        "rate",
                        "1.125",
                        "valid_from",
                        euro.plusSeconds(random.nextInt(2) * 86_400L).toString()));
        List<Map<String, String>> minimums = new ArrayList<>();
        for (String contract : List.of("corp", "deal")) {
            if (rates.stream().anyMatch(r -> contract.equals(r.get("contract")))) {
                minimums.add(row(
                        "contract",
                        contract,
                        "minimum_monthly",
                        String.valueOf(random.nextInt(4)),
                        "valid_from",
                        hour().toString()));
            }
        }
        List<Call> sent = new ArrayList<>();
        for (int i = 0; i < calls; i++) {
            sent.add(call("m" + random.nextInt(models)));
        }
        return new World(
                "USD",
                ZoneId.of(zone),
                List.copyOf(rates),
                exchangeRates,
                policy,
                minimums,
                Set.of("acme", "solo"),
                sent);
    }

    /** A price list of a model, and sometimes what contracts make of it. */
    private void price(String model, String tier, String currency) {
        boolean standard = tier.equals("standard");
        List<String> units = new ArrayList<>(List.of("uncached_input", "output"));
        for (String unit : List.of(
                "cached_input", "cache_write_5m", "cache_write_1h", "audio_input", "audio_output", "reasoning")) {
            if (random.nextBoolean()) {
                units.add(unit);
            }
        }
        if (standard) {
            units.add("web_searches");
            if (random.nextBoolean()) {
                units.add("requests");
            }
        }
        for (String unit : units) {
            list(row("model", model, "service_tier", tier, "token_class", unit, "currency", currency));
        }
        if (random.nextInt(2) == 0) {
            contract(model, tier, units, currency, "corp", "");
        }
        if (random.nextInt(3) == 0) {
            contract(model, tier, units, currency, "deal", "acme;zeta");
        }
    }

    private void list(Map<String, String> of) {
        for (String[] dates : dates()) {
            priced(with(of, "valid_from", dates[0], "valid_to", dates[1]), shape(of), List.of(""));
        }
    }

    private void contract(
            String model, String tier, List<String> units, String currency, String contract, String scope) {
        String from = random.nextBoolean() ? "2026-01-01" : instant().toString();
        for (String unit : units) {
            Map<String, String> of = row(
                    "model",
                    model,
                    "service_tier",
                    tier,
                    "token_class",
                    unit,
                    "contract",
                    contract,
                    "contract_scope",
                    scope,
                    "valid_from",
                    from,
                    "valid_to",
                    "");
            if (random.nextBoolean()) {
                rates.add(with(
                        of,
                        "percent_of_list",
                        List.of("87.5", "100", "62.5", "0").get(random.nextInt(4))));
            } else {
                List<String> volumes = random.nextBoolean() ? List.of("", "20000", "60000") : List.of("");
                priced(with(of, "currency", currency), shape(of), volumes);
            }
        }
    }

    /** Bounds, and hours or none, that a key has all the time. */
    private record Shape(List<Long> bounds, String bands, String hours) {}

    private final Map<String, Shape> shapes = new HashMap<>();

    private Shape shape(Map<String, String> of) {
        String key = of.get("model") + of.get("service_tier") + of.get("token_class") + of.get("contract");
        boolean fee = Set.of("requests", "web_searches").contains(of.get("token_class"));
        return shapes.computeIfAbsent(
                key,
                k -> new Shape(
                        fee || random.nextInt(3) == 0 ? List.of(0L) : bounds,
                        kinds.get(random.nextInt(2)),
                        random.nextInt(3) == 0 ? hours : ""));
    }

    private void priced(Map<String, String> of, Shape shape, List<String> volumes) {
        for (String volume : volumes) {
            for (long bound : shape.bounds()) {
                for (String hours : shape.hours().isEmpty() ? List.of("") : List.of(shape.hours(), "")) {
                    Map<String, String> row = with(of, "volume_tokens_above", volume);
                    if (bound > 0) {
                        row.put(
                                shape.bands().equals("from") ? "prompt_tokens_from" : "prompt_tokens_above",
                                String.valueOf(bound));
                        row.put("band_charges", shape.bands().equals("marginal") ? "marginal" : "whole_request");
                        row.put("band_counts", shape.bands().equals("without_cache") ? "without_cache" : "");
                    }
                    if (!hours.isEmpty()) {
                        String[] h = hours.split(",");
                        row.putAll(row("days", h[0], "time_from", h[1], "time_to", h[2], "time_zone", h[3]));
                    }
                    boolean thousand = random.nextBoolean();
                    row.put("per_tokens", thousand ? "1000" : "1000000");
                    row.put("price", (thousand ? "0.0" : random.nextInt(9) + ".") + (1_000 + random.nextInt(9_000)));
                    rates.add(row);
                }
            }
        }
    }

    /** Once and for all, with a change, with a gap, or only from some day on. */
    private List<String[]> dates() {
        String change = instant().toString();
        String later = Instant.parse(change).plusSeconds(3 * 86_400).toString();
        return switch (random.nextInt(6)) {
            case 0 -> List.of(new String[] {"2025-01-01", change}, new String[] {change, ""});
            case 1 -> List.of(new String[] {"2025-01-01", change}, new String[] {later, ""});
            case 2 -> List.<String[]>of(new String[] {change, ""});
            default -> List.<String[]>of(new String[] {"2025-01-01", ""});
        };
    }

    private Instant instant() {
        return days.get(random.nextInt(days.size()));
    }

    private Instant hour() {
        Instant instant = Instant.parse(FIRST + "T00:00:00Z").plusSeconds(random.nextInt(DAYS * 24) * 3_600L);
        edges.add(instant);
        return instant;
    }

    private Call call(String model) {
        Instant time = random.nextInt(4) == 0
                ? edges.get(random.nextInt(edges.size())).plusNanos(1_000L * (random.nextInt(3) - 1))
                : Instant.parse(FIRST + "T00:00:00Z").plusSeconds(random.nextInt(DAYS * 86_400));
        Map<String, Long> counters = new HashMap<>();
        if (random.nextInt(20) > 0) {
            for (String column : List.of(
                    "uncached_input",
                    "cached_input",
                    "cache_write_5m",
                    "cache_write_1h",
                    "audio_input",
                    "output",
                    "audio_output")) {
                counters.put(column, random.nextInt(3) == 0 ? 0L : tokens());
            }
            counters.put("reasoning_tokens", Math.min(counters.get("output"), tokens()));
            counters.put("web_searches", (long) random.nextInt(3));
        }
        return new Call(
                time,
                TENANTS.get(random.nextInt(TENANTS.size())),
                random.nextBoolean() ? "chat" : "search",
                model,
                List.of("standard", "flex", "priority").get(random.nextInt(3)),
                random.nextInt(4) == 0,
                random.nextInt(10) > 0,
                random.nextInt(5) == 0 ? 3 : 1,
                counters);
    }

    private long tokens() {
        return random.nextBoolean()
                ? List.of(499L, 500L, 501L, 999L, 1_000L, 1_001L, 2_000L, 2_001L)
                        .get(random.nextInt(8))
                : random.nextInt(4_000);
    }

    static Map<String, String> row(String... columnsAndTexts) {
        Map<String, String> row = new LinkedHashMap<>();
        for (int i = 0; i < columnsAndTexts.length; i += 2) {
            row.put(columnsAndTexts[i], columnsAndTexts[i + 1]);
        }
        return row;
    }

    private static Map<String, String> with(Map<String, String> row, String... columnsAndTexts) {
        Map<String, String> copy = new LinkedHashMap<>(row);
        copy.putAll(row(columnsAndTexts));
        return copy;
    }
}
