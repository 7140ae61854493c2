package io.tokenledger.scenario;

import static io.tokenledger.usage.Usage.MODEL;
import static io.tokenledger.usage.Usage.PROMPT_ABOVE;
import static io.tokenledger.usage.Usage.PROVIDER;
import static io.tokenledger.usage.Usage.SLICE_FROM;
import static io.tokenledger.usage.Usage.TOKEN_CLASS;
import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.col;

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
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** The price of a token in every rate cell, tier and class that has one, as rows to join with. */
final class Prices {
    static final String PRICE = "price_per_token";
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
    private final List<Row> rows = new ArrayList<>();

    Prices(RateCard card, RateGrid grid, Pools pools, Collection<CapacityUnit> units) {
        for (RateGrid.Cell cell : grid.cells()) {
            for (TokenClass tokenClass : TokenClass.values()) {
                for (ServiceTier tier : ServiceTier.values()) {
                    card.findOrFallback(cell.model(), tier, tokenClass, cell.from(), cell.promptInside())
                            .ifPresent(
                                    rate -> add(cell, tier.label(), tokenClass, rate.pricePerToken(), indexOf(rate)));
                }
                units.stream()
                        .filter(unit -> unit.overagePrice() != null)
                        .filter(unit -> unit.pool().equals(pools.byModel().get(cell.model())))
                        .forEach(unit -> add(
                                cell,
                                unit.overage().priceTier(),
                                tokenClass,
                                unit.overagePrice().movePointLeft(6),
                                indexOf(Applied.overage(unit, cell.model()))));
            }
        }
    }

    private int indexOf(Rate rate) {
        return indexOf(Applied.of(rate));
    }

    private int indexOf(Applied price) {
        int index = applied.indexOf(price);
        if (index >= 0) {
            return index;
        }
        applied.add(price);
        return applied.size() - 1;
    }

    private void add(RateGrid.Cell cell, String tier, TokenClass tokenClass, BigDecimal price, int index) {
        rows.add(RowFactory.create(
                cell.model().provider(),
                cell.model().model(),
                cell.from(),
                cell.promptAbove(),
                tier,
                tokenClass.column(),
                price.setScale(Rate.PER_TOKEN_SCALE),
                index));
    }

    Applied applied(int index) {
        return applied.get(index);
    }

    /**
     * Adds {@code price_per_token} DECIMAL(19,18) and {@code rate} (an index for {@link #applied(int)}); both null where
     * no rate prices the tokens.
     *
     * @param served rows with provider, model, slice_from, prompt_tokens_above, price_tier, token_class
     */
    Dataset<Row> add(Dataset<Row> served) {
        StructType schema = new StructType()
                .add("_provider", DataTypes.StringType)
                .add("_model", DataTypes.StringType)
                .add("_slice_from", DataTypes.TimestampType)
                .add("_prompt_above", DataTypes.LongType)
                .add("_tier", DataTypes.StringType)
                .add("_class", DataTypes.StringType)
                .add(PRICE, DataTypes.createDecimalType(Rate.PER_TOKEN_SCALE + 1, Rate.PER_TOKEN_SCALE))
                .add(RATE, DataTypes.IntegerType);
        return served.join(
                        broadcast(served.sparkSession().createDataFrame(rows, schema)),
                        col(PROVIDER)
                                .equalTo(col("_provider"))
                                .and(col(MODEL).equalTo(col("_model")))
                                .and(col(SLICE_FROM).equalTo(col("_slice_from")))
                                .and(col(PROMPT_ABOVE).equalTo(col("_prompt_above")))
                                .and(col(Scenario.PRICE_TIER).equalTo(col("_tier")))
                                .and(col(TOKEN_CLASS).equalTo(col("_class"))),
                        "left")
                .drop("_provider", "_model", "_slice_from", "_prompt_above", "_tier", "_class");
    }
}
