package io.tokenledger.oracle;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * What the calls of a month cost, priced call by call from the rows of the tables: a second reading of the rules, that
 * shares nothing with the first.
 */
final class Oracle {
    private static final List<String> UNITS = List.of(
            "uncached_input",
            "cached_input",
            "cache_write_5m",
            "cache_write_1h",
            "audio_input",
            "output",
            "audio_output",
            "reasoning",
            "web_searches",
            "requests");
    private static final Map<String, String> BILLS_AS = Map.of("cached_input", "uncached_input", "reasoning", "output");
    private static final List<String> DAYS = List.of("mon", "tue", "wed", "thu", "fri", "sat", "sun");

    private final World world;
    private final YearMonth month;
    private final boolean reasoningApart;

    /** Where a token stands: when, in which request, and as which one of its class. */
    private record Place(Instant time, long input, long withoutCache, long position) {}

    private record Tier(long above, BigDecimal price) {}

    /** What prices a token: one tier, unless the price depends on the volume of the month. */
    private record Price(List<Tier> tiers, String rule, String contract, String meter) {
        boolean isByVolume() {
            return tiers.size() > 1 || tiers.get(0).above() > 0;
        }
    }

    /** Tokens of one row of the report whose cost depends on the volume. */
    private record Part(String row, String tokenClass, String cell, long quantity) {}

    /** Tokens that are counted together, and what they cost shared out among them. */
    private record Volume(Instant slice, String rule, String tier, Price price, List<Part> parts) {}

    /** The costs of a row of the report. */
    static final class Costs {
        final Map<String, BigDecimal> exact = new TreeMap<>();
        long unpricedTokens;
        long unpricedCalls;

        private void add(String tokenClass, BigDecimal cost) {
            exact.merge(tokenClass, cost, BigDecimal::add);
        }

        /** Of a token class, or {@code fee}: rounded once. */
        BigDecimal rounded(String tokenClass) {
            return exact.getOrDefault(tokenClass, BigDecimal.ZERO).setScale(12, RoundingMode.HALF_EVEN);
        }

        BigDecimal priced() {
            return exact.keySet().stream().map(this::rounded).reduce(BigDecimal.ZERO.setScale(12), BigDecimal::add);
        }

        boolean isPriced() {
            return unpricedTokens == 0 && unpricedCalls == 0;
        }
    }

    /**
     * @param rows by tenant, feature and model
     * @param shortfalls what is left of each contract's minimum; only where there is any
     */
    record Answer(Map<String, Costs> rows, Map<String, BigDecimal> shortfalls) {}

    Oracle(World world, YearMonth month) {
        this.world = world;
        this.month = month;
        this.reasoningApart =
                world.rates().stream().anyMatch(r -> r.get("token_class").equals("reasoning"));
    }

    /** @param scenario serverless, batch or as-run */
    Answer answer(String scenario) {
        Map<String, Costs> rows = new TreeMap<>();
        Map<String, BigDecimal> spent = new HashMap<>();
        Map<String, List<Volume>> meters = new TreeMap<>();
        for (Call call : world.calls()) {
            if (YearMonth.from(call.time().atZone(world.zone())).equals(month)) {
                String tier = tier(scenario, call);
                UNITS.forEach(unit -> price(call, tier, unit, rows, spent, meters));
            }
        }
        meters.values().forEach(volumes -> share(volumes, rows, spent));
        return new Answer(rows, shortfalls(spent));
    }

    private String tier(String scenario, Call call) {
        String policy = world.batchPolicy().stream()
                .filter(r -> r.get("model").equals(call.model()) && holds(r, call.time()))
                .map(r -> r.get("policy"))
                .findFirst()
                .orElse("none");
        String asBatch = switch (policy) {
            case "discounted" -> "batch";
            case "list" -> "standard";
            default -> null;
        };
        return switch (scenario) {
            case "serverless" -> "standard";
            case "batch" ->
                world.canWait().contains(String.valueOf(call.tenant())) && asBatch != null ? asBatch : "standard";
            case "as-run" -> !call.batch() ? call.tier() : asBatch == null ? "batch" : asBatch;
            default -> throw new IllegalArgumentException(scenario);
        };
    }

    /** The calls or tokens of a unit: those from one position of the class on, to another. */
    private long[] positions(Call call, String unit) {
        long reasoning = reasoningApart ? call.count("reasoning_tokens") : 0;
        return switch (unit) {
            case "requests" ->
                new long[] {0, call.succeeded() && !call.counters().isEmpty() ? 1 : 0};
            case "reasoning" -> new long[] {0, reasoning};
            // Reasoning comes before what it leads to.
            case "output" -> new long[] {reasoning, call.count("output")};
            default -> new long[] {0, call.count(unit)};
        };
    }

    private void price(
            Call call,
            String tier,
            String unit,
            Map<String, Costs> rows,
            Map<String, BigDecimal> spent,
            Map<String, List<Volume>> meters) {
        boolean fee = unit.equals("requests") || unit.equals("web_searches");
        String tokenClass = fee ? "fee" : unit.equals("reasoning") ? "output" : unit;
        long[] positions = positions(call, unit);
        List<Long> bounds = fee ? List.of(0L) : bounds(call.model(), "class");
        for (int i = 0; i < bounds.size(); i++) {
            long from = Math.max(positions[0], bounds.get(i));
            long to = i + 1 < bounds.size() ? Math.min(positions[1], bounds.get(i + 1)) : positions[1];
            if (to <= from) {
                continue;
            }
            long quantity = (to - from) * call.weight();
            Place place = new Place(call.time(), call.input(), call.withoutCache(), bounds.get(i) + 1);
            Price price = find(call, tier, unit, place);
            if (price == null) {
                boolean charges = world.rates().stream()
                        .anyMatch(r -> r.get("token_class").equals("requests")
                                && r.get("model").equals(call.model()));
                if (!unit.equals("requests") || charges) {
                    Costs costs = rows.computeIfAbsent(call.row(), r -> new Costs());
                    costs.unpricedTokens += fee ? 0 : quantity;
                    costs.unpricedCalls += fee ? quantity : 0;
                }
                continue;
            }
            rows.computeIfAbsent(call.row(), r -> new Costs());
            if (price.isByVolume()) {
                volume(meters, call, tier, price)
                        .parts()
                        .add(new Part(call.row(), tokenClass, cell(call, bounds.get(i)) + "|" + unit, quantity));
            } else {
                BigDecimal cost = price.tiers().get(0).price().multiply(BigDecimal.valueOf(quantity));
                rows.get(call.row()).add(tokenClass, cost);
                if (price.contract() != null) {
                    spent.merge(price.contract(), cost, BigDecimal::add);
                }
            }
        }
    }

    private Volume volume(Map<String, List<Volume>> meters, Call call, String tier, Price price) {
        Instant slice = changes(call.model()).floor(call.time());
        List<Volume> volumes = meters.computeIfAbsent(price.meter(), m -> new ArrayList<>());
        for (Volume volume : volumes) {
            if (volume.slice().equals(slice)
                    && volume.rule().equals(price.rule())
                    && volume.tier().equals(tier)) {
                return volume;
            }
        }
        Volume volume = new Volume(slice, price.rule(), tier, price, new ArrayList<>());
        volumes.add(volume);
        return volume;
    }

    /** Counts a meter from the start of the month on, and shares out what each volume costs. */
    private static void share(List<Volume> volumes, Map<String, Costs> rows, Map<String, BigDecimal> spent) {
        long counted = 0;
        for (Volume volume : volumes.stream()
                .sorted(Comparator.comparing(Volume::slice).thenComparing(Volume::rule))
                .toList()) {
            long quantity = volume.parts().stream().mapToLong(Part::quantity).sum();
            BigDecimal cost = BigDecimal.ZERO;
            for (long token = counted; token < counted + quantity; ) {
                long next = counted + quantity;
                BigDecimal price = null;
                for (Tier tier : volume.price().tiers()) {
                    if (tier.above() <= token) {
                        price = tier.price();
                    } else {
                        next = Math.min(next, tier.above());
                    }
                }
                cost = cost.add(price.multiply(BigDecimal.valueOf(next - token)));
                token = next;
            }
            counted += quantity;
            spent.merge(volume.price().contract(), cost, BigDecimal::add);
            shareOut(cost.setScale(12, RoundingMode.HALF_EVEN), quantity, volume.parts(), rows);
        }
    }

    /** Parts of equal remainder are served in the order of tenant, feature and model. */
    private static void shareOut(BigDecimal cost, long quantity, List<Part> parts, Map<String, Costs> rows) {
        record Row(String row, String tokenClass, String cell) {}
        record Share(Row row, BigDecimal floor, BigDecimal cut) {}
        Map<Row, Long> quantities = new HashMap<>();
        parts.forEach(p -> quantities.merge(new Row(p.row(), p.tokenClass(), p.cell()), p.quantity(), Long::sum));
        BigDecimal all = BigDecimal.valueOf(quantity);
        List<Share> shares = new ArrayList<>();
        BigDecimal left = cost;
        for (Map.Entry<Row, Long> row : quantities.entrySet()) {
            BigDecimal whole = cost.multiply(BigDecimal.valueOf(row.getValue()));
            BigDecimal floor = whole.divide(all, 12, RoundingMode.DOWN);
            shares.add(new Share(row.getKey(), floor, whole.subtract(floor.multiply(all))));
            left = left.subtract(floor);
        }
        shares.sort(Comparator.comparing(Share::cut)
                .reversed()
                .thenComparing(share -> share.row().row(), Oracle::nullsFirst));
        for (Share share : shares) {
            BigDecimal digit = left.signum() > 0 ? new BigDecimal("0.000000000001") : BigDecimal.ZERO;
            left = left.subtract(digit);
            rows.get(share.row().row())
                    .add(share.row().tokenClass(), share.floor().add(digit));
        }
    }

    /** Rows in their order, the text {@code null} standing for none. */
    private static int nullsFirst(String one, String other) {
        String[] a = one.split(" ");
        String[] b = other.split(" ");
        for (int i = 0; i < a.length; i++) {
            int order =
                    a[i].equals(b[i]) ? 0 : a[i].equals("null") ? -1 : b[i].equals("null") ? 1 : a[i].compareTo(b[i]);
            if (order != 0) {
                return order;
            }
        }
        return 0;
    }

    /** Null where nothing prices it. */
    private Price find(Call call, String tier, String unit, Place place) {
        boolean batched = tier.equals("batch")
                && UNITS.stream().anyMatch(u -> inUse(rows(call.model(), "batch", u, list()), place));
        List<String> units = BILLS_AS.containsKey(unit) ? List.of(unit, BILLS_AS.get(unit)) : List.of(unit);
        for (String asUnit : units) {
            for (String asTier : batched ? List.of("batch", "standard") : List.of(tier)) {
                for (Predicate<Map<String, String>> payer : List.of(tenant(call.tenant()), company(), list())) {
                    List<Map<String, String>> rows = rows(call.model(), asTier, asUnit, payer);
                    if (inUse(rows, place)) {
                        return price(rows, place, rule(tier, unit, asTier, asUnit));
                    }
                }
            }
        }
        return null;
    }

    private static String rule(String tier, String unit, String asTier, String asUnit) {
        List<String> rules = new ArrayList<>();
        if (!asUnit.equals(unit) && !unit.equals("reasoning")) {
            rules.add(unit + " without a price bills as " + asUnit);
        }
        if (!asTier.equals(tier)) {
            rules.add(unit + " without a " + tier + " price bills at the " + asTier + " price");
        }
        return String.join("; ", rules);
    }

    private static Predicate<Map<String, String>> list() {
        return row -> text(row, "contract").isEmpty();
    }

    private static Predicate<Map<String, String>> company() {
        return row ->
                !text(row, "contract").isEmpty() && text(row, "contract_scope").isEmpty();
    }

    private static Predicate<Map<String, String>> tenant(String tenant) {
        return row -> List.of(text(row, "contract_scope").split(";")).contains(String.valueOf(tenant));
    }

    private List<Map<String, String>> rows(
            String model, String tier, String unit, Predicate<Map<String, String>> payer) {
        return world.rates().stream()
                .filter(r -> r.get("model").equals(model)
                        && r.get("service_tier").equals(tier)
                        && r.get("token_class").equals(unit))
                .filter(payer)
                .toList();
    }

    private static boolean inUse(List<Map<String, String>> rows, Place place) {
        return highestBand(rows, place) >= 0;
    }

    /** Of the bands that a place reaches, between its first price and its last; -1 for none. */
    private static long highestBand(List<Map<String, String>> rows, Place place) {
        long highest = -1;
        for (Map<String, String> row : rows) {
            long bound = bound(row);
            long counted = switch (counts(row)) {
                case "class" -> place.position();
                case "without_cache" -> place.withoutCache();
                default -> place.input();
            };
            List<Map<String, String>> band =
                    rows.stream().filter(r -> bound(r) == bound).toList();
            boolean begun = band.stream().anyMatch(r -> !place.time().isBefore(time(r, "valid_from")));
            boolean ended = band.stream()
                    .noneMatch(
                            r -> text(r, "valid_to").isEmpty() || place.time().isBefore(time(r, "valid_to")));
            if ((bound == 0 || counted > bound) && begun && !ended) {
                highest = Math.max(highest, bound);
            }
        }
        return highest;
    }

    /** Null where one of its tiers has no price at the time. */
    private Price price(List<Map<String, String>> rows, Place place, String rule) {
        List<Tier> tiers = new ArrayList<>();
        Map<String, String> first = null;
        for (long volume : new TreeSet<>(rows.stream().map(Oracle::volume).toList())) {
            List<Map<String, String>> tier =
                    rows.stream().filter(r -> volume(r) == volume).toList();
            Map<String, String> row = row(tier, place);
            if (row == null) {
                continue;
            }
            BigDecimal price = perToken(row, place);
            if (price == null) {
                return null;
            }
            first = first == null ? row : first;
            tiers.add(new Tier(volume, price));
        }
        if (tiers.isEmpty()) {
            return null;
        }
        String contract = text(first, "contract");
        String meter = String.join(
                "|",
                contract,
                first.get("model"),
                first.get("service_tier"),
                first.get("token_class"),
                bound(first) + counts(first),
                window(first));
        return new Price(tiers, rule, contract.isEmpty() ? null : contract, meter);
    }

    /** The row that holds at a place: of the highest band, the one whose hours are now, else the one for all hours. */
    private static Map<String, String> row(List<Map<String, String>> rows, Place place) {
        long band = highestBand(rows, place);
        List<Map<String, String>> holding = rows.stream()
                .filter(r -> bound(r) == band && holds(r, place.time()))
                .filter(r -> window(r).isEmpty() || isOpen(r, place.time()))
                .sorted(Comparator.comparing(r -> window(r).isEmpty()))
                .toList();
        return holding.isEmpty() ? null : holding.get(0);
    }

    private BigDecimal perToken(Map<String, String> row, Place place) {
        if (!text(row, "percent_of_list").isEmpty()) {
            List<Map<String, String>> listed =
                    rows(row.get("model"), row.get("service_tier"), row.get("token_class"), list());
            Map<String, String> list = inUse(listed, place) ? row(listed, place) : null;
            BigDecimal price = list == null ? null : perToken(list, place);
            return price == null
                    ? null
                    : price.multiply(new BigDecimal(row.get("percent_of_list"))).movePointLeft(2);
        }
        BigDecimal price = new BigDecimal(row.get("price")).divide(new BigDecimal(row.get("per_tokens")));
        if (row.get("currency").equals(world.currency())) {
            return price;
        }
        return world.exchangeRates().stream()
                .filter(r -> r.get("currency").equals(row.get("currency")) && holds(r, place.time()))
                .map(r -> price.multiply(new BigDecimal(r.get("rate"))))
                .findFirst()
                .orElse(null);
    }

    /** What makes tokens of one call differ for some price of the model: they are summed and shared out apart. */
    private String cell(Call call, long classBound) {
        return changes(call.model()).floor(call.time())
                + "|"
                + world.rates().stream()
                        .filter(r -> r.get("model").equals(call.model())
                                && !window(r).isEmpty())
                        .filter(r -> isOpen(r, call.time()))
                        .map(Oracle::window)
                        .collect(Collectors.toCollection(TreeSet::new))
                + "|"
                + reached(bounds(call.model(), "all_input"), call.input())
                + "|"
                + reached(bounds(call.model(), "without_cache"), call.withoutCache())
                + "|"
                + classBound
                + "|"
                + (call.weight() > 1);
    }

    private static long reached(List<Long> bounds, long tokens) {
        return bounds.stream()
                .filter(b -> b == 0 || tokens > b)
                .mapToLong(b -> b)
                .max()
                .orElse(0);
    }

    private List<Long> bounds(String model, String counts) {
        TreeSet<Long> bounds = new TreeSet<>(List.of(0L));
        world.rates().stream()
                .filter(r -> r.get("model").equals(model) && counts(r).equals(counts))
                .forEach(r -> bounds.add(bound(r)));
        return List.copyOf(bounds);
    }

    /** The times between which nothing of a model changes. */
    private TreeSet<Instant> changes(String model) {
        TreeSet<Instant> changes = new TreeSet<>(List.of(Instant.EPOCH));
        List<Map<String, String>> dated = new ArrayList<>(
                world.rates().stream().filter(r -> r.get("model").equals(model)).toList());
        List<String> currencies = dated.stream().map(r -> text(r, "currency")).toList();
        world.batchPolicy().stream().filter(r -> r.get("model").equals(model)).forEach(dated::add);
        world.exchangeRates().stream()
                .filter(r -> currencies.contains(r.get("currency")))
                .forEach(dated::add);
        for (Map<String, String> row : dated) {
            changes.add(time(row, "valid_from"));
            if (!text(row, "valid_to").isEmpty()) {
                changes.add(time(row, "valid_to"));
            }
        }
        return changes;
    }

    private Map<String, BigDecimal> shortfalls(Map<String, BigDecimal> spent) {
        Map<String, BigDecimal> minimums = new TreeMap<>();
        Instant start = month.atDay(1).atStartOfDay(world.zone()).toInstant();
        Instant end = month.plusMonths(1).atDay(1).atStartOfDay(world.zone()).toInstant();
        for (Map<String, String> row : world.minimums()) {
            long held = 0;
            for (Instant minute = start; minute.isBefore(end); minute = minute.plus(Duration.ofMinutes(1))) {
                held += holds(row, minute) ? 1 : 0;
            }
            BigDecimal minimum = new BigDecimal(row.get("minimum_monthly"))
                    .multiply(BigDecimal.valueOf(held))
                    .divide(BigDecimal.valueOf(Duration.between(start, end).toMinutes()), 12, RoundingMode.HALF_EVEN);
            minimums.merge(row.get("contract"), minimum, BigDecimal::add);
        }
        Map<String, BigDecimal> rests = new TreeMap<>();
        minimums.forEach((contract, minimum) -> {
            BigDecimal rest = minimum.subtract(spent.getOrDefault(contract, BigDecimal.ZERO))
                    .setScale(12, RoundingMode.HALF_EVEN);
            if (rest.signum() > 0) {
                rests.put(contract, rest);
            }
        });
        return rests;
    }

    private static String text(Map<String, String> row, String column) {
        return row.getOrDefault(column, "");
    }

    private static boolean holds(Map<String, String> row, Instant time) {
        return !time.isBefore(time(row, "valid_from"))
                && (text(row, "valid_to").isEmpty() || time.isBefore(time(row, "valid_to")));
    }

    private static Instant time(Map<String, String> row, String column) {
        String text = row.get(column);
        return text.contains("T")
                ? Instant.parse(text)
                : LocalDate.parse(text).atStartOfDay().toInstant(ZoneOffset.UTC);
    }

    private static long volume(Map<String, String> row) {
        return text(row, "volume_tokens_above").isEmpty() ? 0 : Long.parseLong(row.get("volume_tokens_above"));
    }

    private static long bound(Map<String, String> row) {
        if (!text(row, "prompt_tokens_from").isEmpty()) {
            return Long.parseLong(row.get("prompt_tokens_from")) - 1;
        }
        return text(row, "prompt_tokens_above").isEmpty() ? 0 : Long.parseLong(row.get("prompt_tokens_above"));
    }

    private static String counts(Map<String, String> row) {
        if (text(row, "band_charges").equals("marginal")) {
            return "class";
        }
        return text(row, "band_counts").isEmpty() ? "all_input" : row.get("band_counts");
    }

    /** Empty for all hours. */
    private static String window(Map<String, String> row) {
        return text(row, "time_zone").isEmpty()
                ? ""
                : text(row, "days") + " " + text(row, "time_from") + " " + text(row, "time_to") + " "
                        + text(row, "time_zone");
    }

    private static boolean isOpen(Map<String, String> row, Instant time) {
        ZonedDateTime local = time.atZone(ZoneId.of(row.get("time_zone")));
        LocalTime clock = local.toLocalTime();
        LocalTime from = text(row, "time_from").isEmpty() ? LocalTime.MIDNIGHT : LocalTime.parse(row.get("time_from"));
        LocalTime to = text(row, "time_to").isEmpty() ? LocalTime.MIDNIGHT : LocalTime.parse(row.get("time_to"));
        boolean overnight = !from.isBefore(to);
        boolean sinceToday = clock.compareTo(from) >= 0 && (overnight || clock.compareTo(to) < 0);
        boolean sinceYesterday = overnight && clock.compareTo(to) < 0;
        return sinceToday && isOn(row, local.getDayOfWeek())
                || sinceYesterday && isOn(row, local.minusDays(1).getDayOfWeek());
    }

    private static boolean isOn(Map<String, String> row, DayOfWeek day) {
        String days = text(row, "days");
        int today = day.getValue() - 1;
        for (String part : days.split(" ")) {
            String[] ends = part.split("-");
            if (days.isEmpty() || DAYS.indexOf(ends[0]) <= today && today <= DAYS.indexOf(ends[ends.length - 1])) {
                return true;
            }
        }
        return false;
    }
}
