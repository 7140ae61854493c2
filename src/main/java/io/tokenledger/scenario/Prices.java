package io.tokenledger.scenario;

import static io.tokenledger.usage.Usage.MODEL;
import static io.tokenledger.usage.Usage.PROMPT_ABOVE;
import static io.tokenledger.usage.Usage.PROVIDER;
import static io.tokenledger.usage.Usage.TOKEN_CLASS;
import static org.apache.spark.sql.functions.col;

import io.tokenledger.ledger.Lookup;
import io.tokenledger.model.ServiceTier;
import io.tokenledger.model.TokenClass;
import io.tokenledger.rates.ModelKey;
import io.tokenledger.rates.Rate;
import io.tokenledger.rates.RateCard;
import io.tokenledger.rates.RateGrid;
import io.tokenledger.usage.Pools;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
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

    /** A price that made money, for {@code rates_applied}; an overage price has no dates. */
    record Applied(
            String provider,
            String model,
            String priceTier,
            String tokenClass,
            long promptTokensAbove,
            Instant validFrom,
            Instant validTo,
            BigDecimal pricePerMillion,
            String currency,
            String source,
            LocalDate retrievedAt,
            String place) {

        static Applied of(Rate rate) {
            return new Applied(
                    rate.model().provider(),
                    rate.model().model(),
                    rate.tier().label(),
                    rate.tokenClass().column(),
                    rate.promptTokensAbove(),
                    rate.validFrom(),
                    rate.validTo(),
                    rate.pricePerMillion(),
                    rate.currency(),
                    rate.source(),
                    rate.retrievedAt(),
                    rate.place());
        }

        static Applied overage(CapacityUnit unit, ModelKey model) {
            return new Applied(
                    model.provider(),
                    model.model(),
                    unit.overage().priceTier(),
                    null,
                    0,
                    null,
                    null,
                    unit.overagePrice(),
                    unit.currency(),
                    unit.priceSource(),
                    unit.retrievedAt(),
                    "capacity unit " + unit.unit());
        }
    }

    private final List<Applied> applied = new ArrayList<>();
    private final Map<Applied, Integer> indexes = new HashMap<>();
    private final Map<List<Object>, Integer> rates = new HashMap<>();
    private final Map<List<Integer>, BigDecimal> prices = new HashMap<>();

    Prices(RateCard card, RateGrid grid, Pools pools, Collection<CapacityUnit> units) {
        for (RateGrid.Cell cell : grid.cells()) {
            for (TokenClass tokenClass : TokenClass.values()) {
                for (ServiceTier tier : ServiceTier.values()) {
                    card.findOrFallback(cell.model(), tier, tokenClass, cell.from(), cell.promptInside())
                            .ifPresent(rate ->
                                    add(cell, tier.label(), tokenClass, rate.pricePerToken(), Applied.of(rate)));
                }
                units.stream()
                        .filter(unit -> unit.overagePrice() != null)
                        .filter(unit -> unit.pool().equals(pools.byModel().get(cell.model())))
                        .forEach(unit -> add(
                                cell,
                                unit.overage().priceTier(),
                                tokenClass,
                                unit.overagePrice().movePointLeft(6),
                                Applied.overage(unit, cell.model())));
            }
        }
    }

    private void add(RateGrid.Cell cell, String tier, TokenClass tokenClass, BigDecimal price, Applied source) {
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

    Applied applied(int index) {
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
