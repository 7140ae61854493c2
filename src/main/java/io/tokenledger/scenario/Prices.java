package io.tokenledger.scenario;

import static io.tokenledger.usage.Usage.CELL;
import static io.tokenledger.usage.Usage.MODEL;
import static io.tokenledger.usage.Usage.PROVIDER;
import static io.tokenledger.usage.Usage.TENANT;
import static io.tokenledger.usage.Usage.UNIT;
import static org.apache.spark.sql.functions.col;

import io.tokenledger.ledger.Lookup;
import io.tokenledger.model.BilledUnit;
import io.tokenledger.model.ServiceTier;
import io.tokenledger.rates.ModelKey;
import io.tokenledger.rates.Rate;
import io.tokenledger.rates.RateCard;
import io.tokenledger.rates.RateGrid;
import io.tokenledger.usage.Pools;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.types.DataTypes;

/** The price of everything in every rate cell that has tokens, by tier and contract. */
final class Prices {
    static final String RATE = "rate";

    private final List<List<AppliedRate>> applied = new ArrayList<>();
    private final Map<List<AppliedRate>, Integer> indexes = new HashMap<>();
    private final Map<List<Object>, Integer> rates = new HashMap<>();
    private final Map<List<Integer>, BigDecimal> prices = new HashMap<>();
    private final Map<List<Object>, String> payers = new HashMap<>();
    private final Map<List<Integer>, BigDecimal> firstPrices = new HashMap<>();
    private final Map<List<String>, Boolean> chargingCalls = new HashMap<>();
    private final SortedMap<Integer, RateGrid.Cell> cells = new TreeMap<>();

    /** @param cells those of every row that is priced by this, and no more: a rate card has many that nothing falls into */
    Prices(RateCard card, Collection<RateGrid.Cell> cells, Pools pools, Collection<CapacityUnit> units) {
        cells.forEach(cell -> this.cells.put(cell.id(), cell));
        card.models().stream()
                .filter(card::chargesCalls)
                .forEach(model -> chargingCalls.put(List.of(model.provider(), model.model()), true));
        Map<ModelKey, Set<String>> named = card.namedTenants();
        named.forEach((model, tenants) ->
                tenants.forEach(tenant -> payers.put(List.of(model.provider(), model.model(), tenant), tenant)));
        for (RateGrid.Cell cell : cells) {
            if (cell.model() == null) {
                continue;
            }
            Set<String> tenants = new HashSet<>(named.getOrDefault(cell.model(), Set.of()));
            tenants.add(null);
            for (BilledUnit unit : BilledUnit.values()) {
                for (ServiceTier tier : ServiceTier.values()) {
                    for (String tenant : tenants) {
                        add(
                                cell,
                                tier.label(),
                                unit,
                                tenant,
                                card.prices(cell.model(), tier, unit, cell.situation(), tenant).stream()
                                        .map(price -> AppliedRate.of(price, card.currency()))
                                        .toList());
                    }
                }
                units.stream()
                        .filter(capacity -> capacity.overagePrice() != null
                                && unit.tokenClass()
                                        .filter(capacity.served()::contains)
                                        .isPresent())
                        .filter(capacity ->
                                capacity.pool().equals(pools.byModel().get(cell.model())))
                        .forEach(capacity -> tenants.forEach(tenant -> add(
                                cell,
                                capacity.overflowTier(),
                                unit,
                                tenant,
                                List.of(AppliedRate.overage(capacity, cell.model())))));
            }
        }
    }

    private void add(RateGrid.Cell cell, String tier, BilledUnit unit, String tenant, List<AppliedRate> price) {
        if (price.isEmpty()) {
            return;
        }
        int index = indexes.computeIfAbsent(price, p -> {
            applied.add(p);
            return applied.size() - 1;
        });
        rates.put(Arrays.asList(cell.id(), tier, unit.label(), tenant), index);
        firstPrices.put(List.of(index), price.get(0).perToken().setScale(Rate.PER_TOKEN_SCALE));
        if (!isVolume(index)) {
            prices.put(List.of(index), price.get(0).perToken().setScale(Rate.PER_TOKEN_SCALE));
        }
    }

    /** What prices by this index of {@code rate}: one, or the volume tiers of a contract in rising order. */
    List<AppliedRate> applied(int index) {
        return applied.get(index);
    }

    /** The cells in which this index prices something, in the order of the grid. */
    List<RateGrid.Cell> cells(int index) {
        return rates.entrySet().stream()
                .filter(rate -> rate.getValue() == index)
                .map(rate -> (Integer) rate.getKey().get(0))
                .distinct()
                .sorted()
                .map(cells::get)
                .toList();
    }

    /** Whether the price depends on the volume of the month, so that no token has one of its own. */
    boolean isVolume(int index) {
        List<AppliedRate> price = applied.get(index);
        return price.size() > 1 || price.get(0).volumeAbove() > 0;
    }

    /** The indexes of prices that depend on the volume of the month. */
    List<Integer> volumes() {
        return indexes.values().stream().filter(this::isVolume).sorted().toList();
    }

    /** For {@link #applied(int)}: the rate that prices a row; null where none does. */
    Column rate() {
        return rate(col(Facts.PRICE_TIER));
    }

    private Column rate(Column tier) {
        return new Lookup<>(rates, DataTypes.IntegerType).of(col(CELL), tier, col(UNIT), payer());
    }

    /** Whether a row's model charges by the call. */
    Column chargesCalls() {
        return new Lookup<>(chargingCalls, DataTypes.BooleanType)
                .of(col(PROVIDER), col(MODEL))
                .isNotNull();
    }

    /** The tenant, where a contract names it; null for all others, who pay the same. */
    Column payer() {
        return new Lookup<>(payers, DataTypes.StringType).of(col(PROVIDER), col(MODEL), col(TENANT));
    }

    /** In the order of the grid. */
    Collection<RateGrid.Cell> cells() {
        return cells.values();
    }

    /** Null where nothing falls into it. */
    RateGrid.Cell cell(int id) {
        return cells.get(id);
    }

    /** The price at a tier, or by volume the first one: what a token is worth before the volume of a month is known. */
    Column firstPrice(Column tier) {
        return new Lookup<>(firstPrices, DataTypes.createDecimalType(Rate.PER_TOKEN_SCALE + 1, Rate.PER_TOKEN_SCALE))
                .of(rate(tier));
    }

    /** Whether the price at a tier depends on the volume of the month. */
    Column isVolume(Column tier) {
        Map<List<Integer>, Boolean> volumes = new HashMap<>();
        volumes().forEach(index -> volumes.put(List.of(index), true));
        return new Lookup<>(volumes, DataTypes.BooleanType).of(rate(tier)).isNotNull();
    }

    /** The price of a token or call by a row's {@code rate}: DECIMAL(19,18); null without a rate and by volume. */
    Column price() {
        return new Lookup<>(prices, DataTypes.createDecimalType(Rate.PER_TOKEN_SCALE + 1, Rate.PER_TOKEN_SCALE))
                .of(col(RATE));
    }

    /** The rules that led to rates that are not a row's own. */
    Rules rules() {
        Map<Integer, List<String>> rules = new HashMap<>();
        for (int index = 0; index < applied.size(); index++) {
            if (applied.get(index).get(0).assumption() != null) {
                rules.put(index, List.of(applied.get(index).get(0).assumption().split("; ")));
            }
        }
        return new Rules(rules);
    }
}
