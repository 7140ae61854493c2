package io.tokenledger.rates;

import static java.util.Comparator.comparing;
import static java.util.stream.Collectors.groupingBy;

import io.tokenledger.model.Failure;
import io.tokenledger.model.ServiceTier;
import io.tokenledger.model.TokenClass;
import io.tokenledger.rates.CsvTable.Line;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * All rates of a run, checked: no two overlap, all share a currency, none is outside the bounds that a mistaken unit
 * would break.
 */
public final class RateCard {
    /** The columns of a rate table. */
    public static final List<String> COLUMNS = List.of(
            "provider",
            "model",
            "service_tier",
            "token_class",
            "prompt_tokens_above",
            "valid_from",
            "valid_to",
            "price",
            "per_tokens",
            "currency",
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

    private static final Set<Long> PER_TOKENS = new TreeSet<>(Set.of(1L, 1_000L, 1_000_000L));

    private final List<Rate> rates;
    private final Map<Key, List<Rate>> byKey;
    private final String currency;
    private final List<String> warnings;

    private record Key(ModelKey model, ServiceTier tier, TokenClass tokenClass) {
        static Key of(Rate rate) {
            return new Key(rate.model(), rate.tier(), rate.tokenClass());
        }
    }

    private RateCard(List<Rate> rates) {
        this.rates = List.copyOf(rates);
        this.byKey = rates.stream().collect(groupingBy(Key::of, LinkedHashMap::new, Collectors.toList()));
        this.currency = onlyCurrency(rates);
        this.warnings = new ArrayList<>();
        byKey.values().forEach(this::checkDates);
    }

    /**
     * Reads and checks rate tables.
     *
     * @param files name to content; the name is what messages show
     * @throws Failure with exit code 2, naming file and line, when a line cannot be read or contradicts another
     */
    public static RateCard read(Map<String, byte[]> files) {
        List<Rate> rates = new ArrayList<>();
        files.forEach((file, content) -> CsvTable.read(file, content, COLUMNS).forEach(line -> rates.add(rate(line))));
        if (rates.isEmpty()) {
            throw Failure.configuration("%s: no rate; without one every token is unpriced", files.keySet());
        }
        return new RateCard(rates);
    }

    private static Rate rate(Line line) {
        if (line.textOrNull("contract") != null || line.textOrNull("contract_scope") != null) {
            throw line.refused("contract", "nothing: contract prices are not supported, only list prices");
        }
        Rate rate = new Rate(
                ModelKey.of(line),
                line.word("service_tier", ServiceTier::of, labels()),
                line.word("token_class", TokenClass::of, TokenClass.columns()),
                Optional.ofNullable(line.countOrNull("prompt_tokens_above")).orElse(0L),
                line.instant("valid_from"),
                line.instantOrNull("valid_to"),
                line.decimal("price"),
                line.count("per_tokens"),
                line.text("currency"),
                line.textOrNull("source"),
                line.dateOrNull("retrieved_at"),
                line.textOrNull("note"),
                line.file() + ":" + line.number());
        if (!PER_TOKENS.contains(rate.perTokens())) {
            throw line.refused("per_tokens", "one of " + PER_TOKENS);
        }
        line.requireEndAfterStart("valid_from", "valid_to");
        if (rate.pricePerMillion().compareTo(MOST_PER_MILLION) > 0) {
            throw line.refused(
                    "price", "at most " + MOST_PER_MILLION + " per 1,000,000 tokens; is per_tokens or the unit wrong?");
        }
        if (rate.pricePerToken().scale() > Rate.PER_TOKEN_SCALE) {
            throw line.refused("price", "at most " + Rate.PER_TOKEN_SCALE + " fraction digits per token");
        }
        return rate;
    }

    private static List<String> labels() {
        return Arrays.stream(ServiceTier.values()).map(ServiceTier::label).toList();
    }

    private static String onlyCurrency(List<Rate> rates) {
        Rate first = rates.get(0);
        for (Rate rate : rates) {
            if (!rate.currency().equals(first.currency())) {
                throw Failure.configuration(
                        "%s: currency is %s, but %s has %s; a rate card has one currency",
                        rate.place(), rate.currency(), first.place(), first.currency());
            }
        }
        return first.currency();
    }

    private void checkDates(List<Rate> sameKey) {
        sameKey.stream()
                .collect(groupingBy(Rate::promptTokensAbove, LinkedHashMap::new, Collectors.toList()))
                .values()
                .forEach(band -> {
                    List<Rate> dated =
                            band.stream().sorted(comparing(Rate::validFrom)).toList();
                    for (int i = 1; i < dated.size(); i++) {
                        checkNeighbours(dated.get(i - 1), dated.get(i));
                    }
                });
    }

    private void checkNeighbours(Rate earlier, Rate later) {
        if (earlier.overlaps(later)) {
            throw Failure.configuration(
                    "%s and %s overlap: two prices for %s %s %s from %s; set valid_to of the earlier one to %s",
                    earlier.place(),
                    later.place(),
                    later.model(),
                    later.tier().label(),
                    later.tokenClass().column(),
                    later.validFrom(),
                    later.validFrom());
        }
        if (earlier.validTo().isBefore(later.validFrom())) {
            warnings.add("%s and %s leave a gap: no price for %s %s %s from %s to %s"
                    .formatted(
                            earlier.place(),
                            later.place(),
                            later.model(),
                            later.tier().label(),
                            later.tokenClass().column(),
                            earlier.validTo(),
                            later.validFrom()));
        }
    }

    public List<Rate> rates() {
        return rates;
    }

    public String currency() {
        return currency;
    }

    /** Gaps between the dates of neighbouring prices: their tokens are unpriced. */
    public List<String> warnings() {
        return List.copyOf(warnings);
    }

    /** The models that have a rate of any kind. */
    public Set<ModelKey> models() {
        return rates.stream().map(Rate::model).collect(Collectors.toSet());
    }

    Collection<Rate> of(ModelKey model) {
        return rates.stream().filter(r -> r.model().equals(model)).toList();
    }

    /**
     * The rate that prices a token, or empty: exact by model, tier and class, valid at the time, of the highest
     * prompt-length bound that the request exceeds.
     */
    public Optional<Rate> find(
            ModelKey model, ServiceTier tier, TokenClass tokenClass, Instant time, long promptTokens) {
        List<Rate> inBands = byKey.getOrDefault(new Key(model, tier, tokenClass), List.of()).stream()
                .filter(rate -> rate.promptTokensAbove() == 0 || promptTokens > rate.promptTokensAbove())
                .toList();
        OptionalLong highest = inBands.stream()
                .filter(rate -> isInUse(rate.promptTokensAbove(), inBands, time))
                .mapToLong(Rate::promptTokensAbove)
                .max();
        return inBands.stream()
                .filter(rate -> highest.isPresent() && rate.promptTokensAbove() == highest.getAsLong())
                .filter(rate -> rate.validAt(time))
                .findFirst();
    }

    /** From the first price of a band to the end of its last: in a gap between them its tokens have no price. */
    private static boolean isInUse(long band, List<Rate> rates, Instant time) {
        List<Rate> ofBand =
                rates.stream().filter(r -> r.promptTokensAbove() == band).toList();
        return ofBand.stream().anyMatch(r -> !time.isBefore(r.validFrom()))
                && ofBand.stream().anyMatch(r -> r.validTo() == null || time.isBefore(r.validTo()));
    }

    /**
     * The rate that prices a token, after the declared rule for a class without a price of its own: cached input bills
     * as uncached input, because a provider that prints no cached price charges the whole prompt at the input price.
     */
    public Optional<Rate> findOrFallback(
            ModelKey model, ServiceTier tier, TokenClass tokenClass, Instant time, long promptTokens) {
        Optional<Rate> own = find(model, tier, tokenClass, time, promptTokens);
        List<Rate> ofClass = byKey.getOrDefault(new Key(model, tier, tokenClass), List.of());
        boolean priced = ofClass.stream().anyMatch(rate -> isInUse(rate.promptTokensAbove(), ofClass, time));
        return own.isPresent() || priced || tokenClass != TokenClass.CACHED_INPUT
                ? own
                : find(model, tier, TokenClass.UNCACHED_INPUT, time, promptTokens);
    }
}
