package io.tokenledger.scenario;

import static io.tokenledger.usage.Usage.MODEL;
import static io.tokenledger.usage.Usage.PROMPT_ABOVE;
import static io.tokenledger.usage.Usage.PROVIDER;
import static io.tokenledger.usage.Usage.TOKEN_CLASS;
import static org.apache.spark.sql.functions.col;

import io.tokenledger.ledger.Lookup;
import io.tokenledger.model.ServiceTier;
import io.tokenledger.model.TokenClass;
import io.tokenledger.rates.Rate;
import io.tokenledger.rates.RateCard;
import io.tokenledger.rates.RateGrid;
import io.tokenledger.usage.Pools;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.types.DataTypes;

/** The price of a token in every rate cell, tier and class that has one. */
final class Prices {
    static final String RATE = "rate";

    private final List<AppliedRate> applied = new ArrayList<>();
    private final Map<AppliedRate, Integer> indexes = new HashMap<>();
    private final Map<List<Object>, Integer> rates = new HashMap<>();
    private final Map<List<Integer>, BigDecimal> prices = new HashMap<>();

    Prices(RateCard card, RateGrid grid, Pools pools, Collection<CapacityUnit> units) {
        for (RateGrid.Cell cell : grid.cells()) {
            for (TokenClass tokenClass : TokenClass.values()) {
                for (ServiceTier tier : ServiceTier.values()) {
                    card.findOrFallback(cell.model(), tier, tokenClass, cell.from(), cell.promptInside())
                            .ifPresent(rate ->
                                    add(cell, tier.label(), tokenClass, rate.pricePerToken(), AppliedRate.of(rate)));
                }
                units.stream()
                        .filter(unit -> unit.overagePrice() != null)
                        .filter(unit -> unit.pool().equals(pools.byModel().get(cell.model())))
                        .forEach(unit -> add(
                                cell,
                                unit.overage().priceTier(),
                                tokenClass,
                                unit.overagePrice().movePointLeft(6),
                                AppliedRate.overage(unit, cell.model())));
            }
        }
    }

    private void add(RateGrid.Cell cell, String tier, TokenClass tokenClass, BigDecimal price, AppliedRate source) {
        int index = indexes.computeIfAbsent(source, s -> {
            applied.add(s);
            return applied.size() - 1;
        });
        rates.put(
                List.of(
                        cell.model().provider(),
                        cell.model().model(),
                        Tokens.micros(cell.from()),
                        cell.promptAbove(),
                        tier,
                        tokenClass.column()),
                index);
        prices.put(List.of(index), price.setScale(Rate.PER_TOKEN_SCALE));
    }

    AppliedRate applied(int index) {
        return applied.get(index);
    }

    /** For {@link #applied(int)}: the rate that prices a row's tokens; null where none does. */
    Column rate() {
        return new Lookup<>(rates, DataTypes.IntegerType)
                .of(
                        col(PROVIDER),
                        col(MODEL),
                        Tokens.sliceFrom(),
                        col(PROMPT_ABOVE),
                        col(Facts.PRICE_TIER),
                        col(TOKEN_CLASS));
    }

    /** The price of a token by a row's {@code rate}: DECIMAL(19,18), null without a rate. */
    Column price() {
        return new Lookup<>(prices, DataTypes.createDecimalType(Rate.PER_TOKEN_SCALE + 1, Rate.PER_TOKEN_SCALE))
                .of(col(RATE));
    }
}
