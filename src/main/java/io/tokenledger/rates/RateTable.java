package io.tokenledger.rates;

import io.tokenledger.model.BilledUnit;
import io.tokenledger.model.Failure;
import io.tokenledger.model.ServiceTier;
import io.tokenledger.rates.CsvTable.Line;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.DayOfWeek;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.format.ResolverStyle;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A rate table as finance keeps it: what each column means, and the bounds that a mistaken unit would break. */
public final class RateTable {
    /** The columns that every rate table has. */
    public static final List<String> REQUIRED = List.of(
            "provider", "model", "service_tier", "token_class", "valid_from", "price", "per_tokens", "currency");

    /** The columns that a table may leave out; they then say nothing. */
    public static final List<String> OPTIONAL = List.of(
            "valid_to",
            "prompt_tokens_above",
            "prompt_tokens_from",
            "band_counts",
            "band_charges",
            "days",
            "time_from",
            "time_to",
            "time_zone",
            "volume_tokens_above",
            "percent_of_list",
            "contract",
            "contract_scope",
            "source",
            "retrieved_at",
            "note");

    /**
     * The most that 1,000,000 tokens may cost. The dearest list price known is 600; public price files hold mistakes of
     * a factor of 10 to 1,000 (cents for dollars, thousands for millions).
     */
    public static final BigDecimal MOST_PER_MILLION = BigDecimal.valueOf(1_000);

    /** The most that a call may cost; the dearest known, a deep research search, is below 1. */
    public static final BigDecimal MOST_PER_CALL = BigDecimal.valueOf(5);

    private static final BigDecimal MOST_PERCENT = BigDecimal.valueOf(1_000);
    private static final int PERCENT_SCALE = 6;
    private static final Set<Long> PER_TOKENS = new TreeSet<>(Set.of(1L, 1_000L, 1_000_000L));
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("HH:mm", Locale.ROOT).withResolverStyle(ResolverStyle.STRICT);

    private RateTable() {}

    /** @throws Failure with exit code 2, naming file and line, when a line cannot be read for certain */
    static List<Rate> read(String file, byte[] content) {
        return CsvTable.read(file, content, REQUIRED, OPTIONAL).stream()
                .map(RateTable::rate)
                .toList();
    }

    private static Rate rate(Line line) {
        line.requireEndAfterStart("valid_from", "valid_to");
        BigDecimal percent = percentOfList(line);
        Rate rate = new Rate(
                ModelKey.of(line),
                line.word("service_tier", ServiceTier::of, tiers()),
                line.word("token_class", BilledUnit::of, BilledUnit.labels()),
                band(line),
                window(line),
                volumeAbove(line),
                line.instant("valid_from"),
                line.instantOrNull("valid_to"),
                percent == null ? line.decimal("price") : null,
                percent,
                percent == null ? line.count("per_tokens") : 1,
                percent == null ? line.text("currency") : null,
                contract(line),
                line.textOrNull("source"),
                line.dateOrNull("retrieved_at"),
                line.textOrNull("note"),
                line.file() + ":" + line.number());
        if (percent == null) {
            checkPrice(line, rate);
        }
        return rate;
    }

    private static List<String> tiers() {
        return Arrays.stream(ServiceTier.values()).map(ServiceTier::label).toList();
    }

    private static void checkPrice(Line line, Rate rate) {
        if (!PER_TOKENS.contains(rate.perTokens())) {
            throw line.refused("per_tokens", "one of " + PER_TOKENS);
        }
        if (rate.unit().isFee()) {
            if (rate.pricePerToken().compareTo(MOST_PER_CALL) > 0) {
                throw line.refused("price", "at most " + MOST_PER_CALL + " a call; is per_tokens wrong?");
            }
        } else if (rate.pricePerMillion().compareTo(MOST_PER_MILLION) > 0) {
            throw line.refused(
                    "price", "at most " + MOST_PER_MILLION + " per 1,000,000 tokens; is per_tokens or the unit wrong?");
        }
        if (rate.pricePerToken().scale() > Rate.PER_TOKEN_SCALE) {
            throw line.refused("price", "at most " + Rate.PER_TOKEN_SCALE + " fraction digits per token");
        }
    }

    private static BigDecimal percentOfList(Line line) {
        BigDecimal percent = line.decimalOrNull("percent_of_list");
        if (percent == null) {
            return null;
        }
        if (line.textOrNull("contract") == null) {
            throw line.refused("percent_of_list", "nothing without a contract: a list price is a price");
        }
        for (String column : List.of("price", "per_tokens", "currency")) {
            if (line.textOrNull(column) != null) {
                throw line.refused(column, "nothing beside percent_of_list: a row states one or the other");
            }
        }
        if (percent.compareTo(MOST_PERCENT) > 0 || percent.stripTrailingZeros().scale() > PERCENT_SCALE) {
            throw line.refused(
                    "percent_of_list",
                    "a percentage such as 85, at most %s, with at most %s fraction digits"
                            .formatted(MOST_PERCENT, PERCENT_SCALE));
        }
        return percent;
    }

    private static Band band(Line line) {
        Long above = line.countOrNull("prompt_tokens_above");
        Long from = line.countOrNull("prompt_tokens_from");
        if (above != null && from != null) {
            throw line.refused("prompt_tokens_from", "nothing beside prompt_tokens_above: a row has one bound");
        }
        if (from != null && from == 0) {
            throw line.refused("prompt_tokens_from", "at least 1; leave it empty for every request");
        }
        long bound = from != null ? from - 1 : Optional.ofNullable(above).orElse(0L);
        return new Band(bound, counts(line));
    }

    private static Band.Counts counts(Line line) {
        boolean marginal = line.textOrNull("band_charges") != null
                && line.word(
                        "band_charges",
                        word -> Stream.of("whole_request", "marginal")
                                .filter(word::equals)
                                .findFirst()
                                .map("marginal"::equals),
                        "whole_request, marginal");
        String counts = line.textOrNull("band_counts");
        if (marginal) {
            if (counts != null) {
                throw line.refused("band_counts", "nothing beside marginal: each class counts its own tokens");
            }
            return Band.Counts.CLASS_TOKENS;
        }
        return counts == null
                ? Band.Counts.ALL_INPUT
                : line.word("band_counts", Band.Counts::ofWholeRequest, "all_input, without_cache");
    }

    private static TimeWindow window(Line line) {
        String days = line.textOrNull("days");
        LocalTime from = time(line, "time_from");
        LocalTime to = time(line, "time_to");
        String zone = line.textOrNull("time_zone");
        if ((from == null) != (to == null)) {
            throw line.refused(from == null ? "time_from" : "time_to", "a time such as 16:30; a window has both ends");
        }
        if (days == null && from == null) {
            if (zone != null) {
                throw line.refused("time_zone", "nothing without days or times");
            }
            return null;
        }
        if (zone == null) {
            throw line.refused("time_zone", "the vendor's zone, such as UTC or Asia/Shanghai");
        }
        return new TimeWindow(
                days == null ? TimeWindow.EVERY_DAY : days(line, days),
                from == null ? LocalTime.MIDNIGHT : from,
                to == null ? LocalTime.MIDNIGHT : to,
                zone(line, zone));
    }

    private static LocalTime time(Line line, String column) {
        try {
            String text = line.textOrNull(column);
            return text == null ? null : LocalTime.parse(text, TIME);
        } catch (DateTimeException e) {
            throw line.refused(column, "a time such as 16:30");
        }
    }

    private static ZoneId zone(Line line, String zone) {
        try {
            return ZoneId.of(zone);
        } catch (DateTimeException e) {
            throw line.refused("time_zone", "a zone such as UTC or Asia/Shanghai");
        }
    }

    private static Set<DayOfWeek> days(Line line, String text) {
        Set<DayOfWeek> days = EnumSet.noneOf(DayOfWeek.class);
        for (String part : text.split(" +")) {
            String[] ends = part.split("-", -1);
            Optional<DayOfWeek> first = day(ends[0]);
            Optional<DayOfWeek> last = day(ends[ends.length - 1]);
            if (ends.length > 2 || first.isEmpty() || last.isEmpty()) {
                throw line.refused("days", "weekdays such as 'mon-fri' or 'sat sun'");
            }
            for (DayOfWeek day = first.get(); days.add(day) && day != last.get(); day = day.plus(1)) {}
            days.add(last.get());
        }
        return days;
    }

    private static Optional<DayOfWeek> day(String text) {
        return Stream.of(DayOfWeek.values())
                .filter(day ->
                        day.name().substring(0, 3).toLowerCase(Locale.ROOT).equals(text))
                .findFirst();
    }

    private static long volumeAbove(Line line) {
        Long above = line.countOrNull("volume_tokens_above");
        if (above != null && line.textOrNull("contract") == null) {
            throw line.refused("volume_tokens_above", "nothing without a contract: a volume is counted per contract");
        }
        return above == null ? 0 : above;
    }

    private static Contract contract(Line line) {
        String name = line.textOrNull("contract");
        String scope = line.textOrNull("contract_scope");
        if (name == null) {
            if (scope != null) {
                throw line.refused("contract_scope", "nothing without the name of a contract");
            }
            return null;
        }
        Set<String> tenants = scope == null
                ? Set.of()
                : Arrays.stream(scope.split(";", -1)).map(String::strip).collect(Collectors.toUnmodifiableSet());
        if (tenants.contains("")) {
            throw line.refused("contract_scope", "tenants separated by ';', or nothing for the whole company");
        }
        return new Contract(name, tenants);
    }
}
