package io.tokenledger.rates;

import static java.util.stream.Collectors.groupingBy;

import io.tokenledger.model.BilledUnit;
import io.tokenledger.model.Failure;
import io.tokenledger.model.ServiceTier;
import io.tokenledger.rates.ExchangeRates.ExchangeRate;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * All rates of a run, checked: no two overlap, every contract says what becomes of each list price that it touches, every
 * price is exact in the currency of the reports, and none is outside the bounds that a mistaken unit would break.
 */
public final class RateCard {
    private static final BigDecimal HUNDRED = BigDecimal.valueOf(100);

    private final List<Rate> rates;
    private final ExchangeRates exchangeRates;
    private final Map<ModelKey, List<Rate>> byModel;
    private final Map<Key, Schedule> listPrices = new LinkedHashMap<>();
    private final Map<Key, Schedule> companyPrices = new LinkedHashMap<>();
    private final Map<Key, Map<String, Schedule>> tenantPrices = new LinkedHashMap<>();
    private final List<String> warnings = new ArrayList<>();

    private record Key(ModelKey model, ServiceTier tier, BilledUnit unit) {
        static Key of(Rate rate) {
            return new Key(rate.model(), rate.tier(), rate.unit());
        }
    }

    /** What was agreed on, and the contract before it in line that does not say; null without one. */
    private record Agreed(List<Rate> rates, Contract silent) {}

    private RateCard(List<Rate> rates, ExchangeRates exchangeRates) {
        this.rates = List.copyOf(rates);
        this.exchangeRates = exchangeRates;
        this.byModel = rates.stream().collect(groupingBy(Rate::model, LinkedHashMap::new, Collectors.toList()));
        byKey(rate -> rate.contract() == null).forEach((key, of) -> listPrices.put(key, new Schedule(of)));
        byKey(rate -> rate.contract() != null && rate.contract().isCompanyWide())
                .forEach((key, of) -> companyPrices.put(key, new Schedule(of)));
        byKey(rate -> rate.contract() != null && !rate.contract().isCompanyWide())
                .forEach((key, of) -> tenantPrices.put(key, byTenant(of)));
        schedules().forEach(schedule -> warnings.addAll(schedule.gaps()));
        checkContracts();
        checkPrices();
    }

    private static Map<String, Schedule> byTenant(List<Rate> rates) {
        Map<String, Schedule> schedules = new LinkedHashMap<>();
        Set<String> tenants = new TreeSet<>();
        rates.forEach(rate -> tenants.addAll(rate.contract().tenants()));
        for (String tenant : tenants) {
            schedules.put(
                    tenant,
                    new Schedule(rates.stream()
                            .filter(rate -> rate.contract().tenants().contains(tenant))
                            .toList()));
        }
        return schedules;
    }

    private Map<Key, List<Rate>> byKey(Predicate<Rate> of) {
        return rates.stream().filter(of).collect(groupingBy(Key::of, LinkedHashMap::new, Collectors.toList()));
    }

    private List<Schedule> schedules() {
        List<Schedule> schedules = new ArrayList<>(listPrices.values());
        schedules.addAll(companyPrices.values());
        tenantPrices.values().forEach(byTenant -> schedules.addAll(byTenant.values()));
        return schedules;
    }

    /**
     * Reads and checks rate tables whose rates share a currency.
     *
     * @param files name to content; the name is what messages show
     * @throws Failure with exit code 2, naming file and line, when a line cannot be read or contradicts another
     */
    public static RateCard read(Map<String, byte[]> files) {
        return read(files, ExchangeRates.none(null));
    }

    /**
     * Reads and checks rate tables.
     *
     * @param files name to content; the name is what messages show
     * @param exchangeRates what converts prices of other currencies
     * @throws Failure with exit code 2, naming file and line, when a line cannot be read or contradicts another
     */
    public static RateCard read(Map<String, byte[]> files, ExchangeRates exchangeRates) {
        List<Rate> rates = new ArrayList<>();
        files.forEach((file, content) -> rates.addAll(RateTable.read(file, content)));
        if (rates.stream().allMatch(rate -> rate.currency() == null)) {
            throw Failure.configuration("%s: no rate; without one every token is unpriced", files.keySet());
        }
        String currency =
                exchangeRates.currency() != null ? exchangeRates.currency() : onlyCurrency(rates, exchangeRates);
        return new RateCard(rates, new ExchangeRates(currency, exchangeRates.rates()));
    }

    private static String onlyCurrency(List<Rate> rates, ExchangeRates exchangeRates) {
        List<Rate> priced =
                rates.stream().filter(rate -> rate.currency() != null).toList();
        Rate first = priced.get(0);
        for (Rate rate : priced) {
            if (!rate.currency().equals(first.currency())) {
                throw Failure.configuration(
                        "%s: currency is %s, but %s has %s; name the currency of the reports in the job file (currency:)"
                                + " and a table of exchange rates",
                        rate.place(), rate.currency(), first.place(), first.currency());
            }
        }
        return first.currency();
    }

    /** A contract that priced some classes of a model and left others unsaid would leave its reader guessing. */
    private void checkContracts() {
        Map<String, Contract> byName = new HashMap<>();
        for (Rate rate : rates) {
            Contract contract = rate.contract();
            if (contract == null) {
                continue;
            }
            Contract other = byName.putIfAbsent(contract.name(), contract);
            if (other != null && !other.equals(contract)) {
                throw Failure.configuration(
                        "%s: contract_scope of contract '%s' is %s here and %s elsewhere; a contract has one scope",
                        rate.place(),
                        contract.name(),
                        new TreeSet<>(contract.tenants()),
                        new TreeSet<>(other.tenants()));
            }
            for (Map.Entry<Key, Schedule> list : listPrices.entrySet()) {
                Key key = list.getKey();
                if (!key.model().equals(rate.model())
                        || key.tier() != rate.tier()
                        || list.getValue().rates().stream().noneMatch(rate::meets)) {
                    continue;
                }
                List<Rate> agreed = rates.stream()
                        .filter(r -> contract.equals(r.contract()) && Key.of(r).equals(key))
                        .toList();
                if (agreed.isEmpty()) {
                    throw Failure.configuration(
                            "%s: contract '%s' prices %s, but not %s, which has a list price; add a row for it"
                                    + " (percent_of_list 100 keeps the list price)",
                            rate.place(),
                            contract.name(),
                            rate.subject(),
                            key.unit().label());
                }
                if (!span(agreed, rate, list.getValue().rates())) {
                    warnings.add("%s: contract '%s' prices %s at times at which it does not price %s; the list price"
                                    .formatted(
                                            rate.place(),
                                            contract.name(),
                                            rate.subject(),
                                            key.unit().label())
                            + " holds for it then");
                }
            }
        }
    }

    /** Whether agreed prices begin and end no nearer than a rate does, as far as there is a list price. */
    private static boolean span(List<Rate> agreed, Rate rate, List<Rate> list) {
        Instant from = Collections.max(List.of(rate.validFrom(), begin(list)));
        Instant end = Collections.min(List.of(end(rate), end(list)));
        return !begin(agreed).isAfter(from) && !end(agreed).isBefore(end);
    }

    private static Instant begin(List<Rate> rates) {
        return Collections.min(rates.stream().map(Rate::validFrom).toList());
    }

    private static Instant end(List<Rate> rates) {
        return Collections.max(rates.stream().map(RateCard::end).toList());
    }

    private static Instant end(Rate rate) {
        return rate.validTo() == null ? Instant.MAX : rate.validTo();
    }

    /** Whatever a price can become must be exact. */
    private void checkPrices() {
        for (Rate rate : rates) {
            if (rate.price() != null) {
                checkDigits(rate, rate, BigDecimal.ONE);
                continue;
            }
            Schedule list = listPrices.get(Key.of(rate));
            if (list == null) {
                throw Failure.configuration(
                        "%s: percent_of_list of %s, which has no list price; add one, or state a price",
                        rate.place(), rate.subject());
            }
            list.rates()
                    .forEach(of -> checkDigits(rate, of, rate.percentOfList().divide(HUNDRED)));
        }
    }

    private void checkDigits(Rate rate, Rate priced, BigDecimal factor) {
        boolean foreign = !priced.currency().equals(exchangeRates.currency());
        List<ExchangeRate> exchanges = exchangeRates.from(priced.currency());
        if (foreign && exchanges.isEmpty()) {
            throw Failure.configuration(
                    "%s: currency is %s, but the reports are in %s and no exchange rate converts it; add one",
                    priced.place(), priced.currency(), exchangeRates.currency());
        }
        List<BigDecimal> factors =
                foreign ? exchanges.stream().map(e -> e.rate().multiply(factor)).toList() : List.of(factor);
        for (BigDecimal times : factors) {
            BigDecimal perToken = priced.pricePerToken().multiply(times).stripTrailingZeros();
            if (perToken.compareTo(BigDecimal.TEN) >= 0) {
                throw Failure.configuration(
                        "%s: the price per call, %s %s, is 10 or more; such a cost would not be exact",
                        rate.place(), perToken.toPlainString(), exchangeRates.currency());
            }
            if (perToken.scale() > Rate.PER_TOKEN_SCALE) {
                throw Failure.configuration(
                        "%s: the price per token, %s times %s, has more than %d fraction digits; use a shorter"
                                + " percentage or exchange rate",
                        rate.place(),
                        priced.pricePerToken().toPlainString(),
                        times.toPlainString(),
                        Rate.PER_TOKEN_SCALE);
            }
        }
    }

    /** In the order of the files and their lines. */
    public List<Rate> rates() {
        return rates;
    }

    /** The currency of the reports. */
    public String currency() {
        return exchangeRates.currency();
    }

    public ExchangeRates exchangeRates() {
        return exchangeRates;
    }

    /** Gaps between the dates of neighbouring prices: their tokens are unpriced. */
    public List<String> warnings() {
        return List.copyOf(warnings);
    }

    /** The models that have a rate of any kind. */
    public Set<ModelKey> models() {
        return Collections.unmodifiableSet(byModel.keySet());
    }

    /** The units that any rate prices. */
    public Set<BilledUnit> units() {
        Set<BilledUnit> units = EnumSet.noneOf(BilledUnit.class);
        rates.forEach(rate -> units.add(rate.unit()));
        return units;
    }

    /**
     * Whether a model charges by the call, in any tier and at any time: then a call without a price is unpriced, where
     * one of another model costs nothing.
     */
    public boolean chargesCalls(ModelKey model) {
        return of(model).stream().anyMatch(rate -> rate.unit() == BilledUnit.REQUESTS);
    }

    /** Whether a contract of named tenants prices anything of a model. */
    public boolean namesTenants(ModelKey model) {
        return of(model).stream()
                .anyMatch(rate ->
                        rate.contract() != null && !rate.contract().tenants().isEmpty());
    }

    /** The tenants that contracts name, by model: all others pay the same. */
    public Map<ModelKey, Set<String>> namedTenants() {
        Map<ModelKey, Set<String>> named = new HashMap<>();
        tenantPrices.forEach((key, byTenant) ->
                named.computeIfAbsent(key.model(), m -> new HashSet<>()).addAll(byTenant.keySet()));
        return named;
    }

    /** Whether any price of a model depends on the length of a prompt, or on the tokens of a class in it. */
    public boolean hasBands(ModelKey model, ServiceTier tier) {
        return of(model).stream()
                .anyMatch(rate -> rate.tier() == tier && rate.band().above() > 0);
    }

    Collection<Rate> of(ModelKey model) {
        return byModel.getOrDefault(model, List.of());
    }

    /**
     * The list price of a token, or empty: exact by model, tier and unit, without any rule for what has no price of its
     * own.
     */
    public Optional<Rate> find(ModelKey model, ServiceTier tier, BilledUnit unit, Situation situation) {
        return Optional.ofNullable(listPrices.get(new Key(model, tier, unit)))
                .flatMap(schedule -> schedule.at(situation))
                .flatMap(found -> found.stream().findFirst());
    }

    /**
     * What a token costs: the price of a contract that names the tenant, else of one of the company, else the list
     * price; a contract that is silent on the unit leaves it to the next in line, and the price says so. Where the unit
     * has no price at the tier, the declared rules hold, in this order: a batch pays the standard price of what the
     * provider prints no batch price for (discounts for caching and for batches do not stack unless both are printed);
     * then the unit bills as {@link BilledUnit#billsAs()}. A gap between two prices is no such case: its tokens are
     * unpriced.
     *
     * @param tenant who is charged; null where the log does not say
     * @return in the order of {@link Rate#volumeAbove()}, one unless a contract has volume tiers; empty where unpriced
     */
    public List<Price> prices(ModelKey model, ServiceTier tier, BilledUnit unit, Situation situation, String tenant) {
        List<Key> candidates = new ArrayList<>();
        List<BilledUnit> units = new ArrayList<>(List.of(unit));
        unit.billsAs().ifPresent(units::add);
        boolean batched = tier == ServiceTier.BATCH && hasTier(model, tier, situation, tenant);
        for (BilledUnit candidate : units) {
            candidates.add(new Key(model, tier, candidate));
            if (batched) {
                candidates.add(new Key(model, ServiceTier.STANDARD, candidate));
            }
        }
        for (Key key : candidates) {
            Optional<Agreed> found = agreed(key, situation, tenant);
            if (found.isPresent()) {
                List<Rate> agreed = found.get().rates();
                List<Price> prices = agreed.stream()
                        .map(rate ->
                                price(tier, unit, rate, situation, found.get().silent()))
                        .filter(Objects::nonNull)
                        .toList();
                // Without one of its volume tiers, the tokens beyond the volume would be priced as those before it.
                return prices.size() == agreed.size() ? prices : List.of();
            }
        }
        return List.of();
    }

    private boolean hasTier(ModelKey model, ServiceTier tier, Situation situation, String tenant) {
        return Stream.of(BilledUnit.values())
                .anyMatch(unit ->
                        agreed(new Key(model, tier, unit), situation, tenant).isPresent());
    }

    private Optional<Agreed> agreed(Key key, Situation situation, String tenant) {
        List<Function<Key, Schedule>> passed = new ArrayList<>();
        for (Function<Key, Schedule> prices : inLine(tenant)) {
            Optional<List<Rate>> found = at(prices.apply(key), situation);
            if (found.isPresent()) {
                return Optional.of(new Agreed(found.get(), silent(passed, key, situation)));
            }
            passed.add(prices);
        }
        return Optional.empty();
    }

    /** Whose prices count first. */
    private List<Function<Key, Schedule>> inLine(String tenant) {
        return List.of(
                key -> tenant == null
                        ? null
                        : tenantPrices.getOrDefault(key, Map.of()).get(tenant),
                companyPrices::get,
                listPrices::get);
    }

    /** The first contract that prices anything else of the model at the tier; null without one. */
    private static Contract silent(List<Function<Key, Schedule>> passed, Key key, Situation situation) {
        return passed.stream()
                .flatMap(prices -> Stream.of(BilledUnit.values())
                        .map(unit -> prices.apply(new Key(key.model(), key.tier(), unit))))
                .flatMap(schedule -> at(schedule, situation).stream())
                .flatMap(List::stream)
                .map(Rate::contract)
                .findFirst()
                .orElse(null);
    }

    private static Optional<List<Rate>> at(Schedule schedule, Situation situation) {
        return schedule == null ? Optional.empty() : schedule.at(situation);
    }

    /** Null where the list price or the exchange rate that it needs is missing at the time. */
    private Price price(ServiceTier tier, BilledUnit unit, Rate rate, Situation situation, Contract silent) {
        Rate list = null;
        BigDecimal factor = BigDecimal.ONE;
        if (rate.percentOfList() != null) {
            list = find(rate.model(), rate.tier(), rate.unit(), situation).orElse(null);
            if (list == null) {
                return null;
            }
            factor = rate.percentOfList().divide(HUNDRED);
        }
        Rate priced = list == null ? rate : list;
        ExchangeRate exchange = null;
        if (!priced.currency().equals(currency())) {
            exchange = exchangeRates.at(priced.currency(), situation.time()).orElse(null);
            if (exchange == null) {
                return null;
            }
            factor = factor.multiply(exchange.rate());
        }
        BigDecimal perToken = priced.pricePerToken().multiply(factor).stripTrailingZeros();
        return new Price(tier, unit, rate, list, exchange, silent, perToken);
    }

    /** All times at which a price of a model can change, windows apart. */
    Set<Instant> changes(ModelKey model) {
        Set<Instant> changes = new TreeSet<>();
        Set<String> currencies = new HashSet<>();
        for (Rate rate : of(model)) {
            changes.add(rate.validFrom());
            if (rate.validTo() != null) {
                changes.add(rate.validTo());
            }
            currencies.add(rate.currency());
        }
        exchangeRates.rates().stream()
                .filter(exchange -> currencies.contains(exchange.from()))
                .forEach(exchange -> {
                    changes.add(exchange.validFrom());
                    if (exchange.validTo() != null) {
                        changes.add(exchange.validTo());
                    }
                });
        return changes;
    }
}
