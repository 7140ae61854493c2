package io.tokenledger.scenario;

import static java.util.Comparator.comparing;

import io.tokenledger.model.BilledUnit;
import io.tokenledger.model.Money;
import io.tokenledger.model.Month;
import io.tokenledger.model.ServiceTier;
import io.tokenledger.rates.ModelKey;
import io.tokenledger.rates.Price;
import io.tokenledger.rates.RateCard;
import io.tokenledger.rates.RateGrid;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * What the tokens and calls of a model would cost at another model's standard rates: those of a contract of the company,
 * else list. Models without any rate of their own are priced so too. Nothing is said of whether the other model could do the work.
 *
 * @param tokenFactor how many tokens of the other model one token of the model counts as
 * @param tokens of the model itself
 * @param cost rounded once, HALF_EVEN; null where anything has no rate
 * @param pricedCost of what has a rate
 * @param serverlessCost of the model itself in the scenario {@code serverless}; null as {@link ModelUse#serverlessCost}
 * @param difference cost − serverlessCost, so below 0 where the other model is cheaper; null where either is
 * @param assumptions what the cost rests on that is assumed, not measured
 */
public record OtherModelCost(
        Month month,
        String pool,
        ModelKey model,
        ModelKey otherModel,
        BigDecimal tokenFactor,
        long tokens,
        BigDecimal cost,
        BigDecimal pricedCost,
        BigDecimal serverlessCost,
        BigDecimal difference,
        boolean sampled,
        SortedSet<String> assumptions) {

    /**
     * Every model that was used as every other model.
     *
     * @param grid cut wherever a rate of the other models changes
     * @param factors as {@link ScenarioSettings.OtherModels#tokenFactors}
     * @return in the order of month, pool, model and other model
     */
    static List<OtherModelCost> of(
            List<ModelUse> uses,
            List<ModelKey> otherModels,
            Map<String, BigDecimal> factors,
            RateCard card,
            RateGrid grid) {
        return uses.stream()
                .sorted(comparing((ModelUse use) -> use.of().month())
                        .thenComparing(use -> use.of().pool())
                        .thenComparing(use -> use.of().model().toString()))
                .flatMap(use -> otherModels.stream()
                        .filter(other -> !other.equals(use.of().model()))
                        .sorted(comparing(ModelKey::toString))
                        .map(other ->
                                of(use, other, factors.getOrDefault(other.toString(), BigDecimal.ONE), card, grid)))
                .toList();
    }

    private static OtherModelCost of(ModelUse use, ModelKey other, BigDecimal factor, RateCard card, RateGrid grid) {
        BigDecimal exact = BigDecimal.ZERO;
        boolean unpriced = false;
        SortedSet<String> assumptions = new TreeSet<>(List.of(
                counted(use.of().model(), other, factor),
                "provider cache hits stay as they were",
                "context length is not checked"));
        for (ModelUse.Amount amount : use.amounts()) {
            List<Price> prices = card.prices(
                    other,
                    ServiceTier.STANDARD,
                    amount.unit(),
                    grid.cell(amount.cell()).situation(),
                    null);
            if (prices.isEmpty()) {
                // Most models have no fee per call; a call of theirs costs nothing.
                unpriced |= amount.unit() != BilledUnit.REQUESTS || card.chargesCalls(other);
                continue;
            }
            Price price = prices.get(0);
            BigDecimal quantity = BigDecimal.valueOf(amount.quantity());
            exact = exact.add(price.perToken().multiply(amount.unit().isFee() ? quantity : quantity.multiply(factor)));
            assumptions.addAll(assumed(prices));
        }
        if (factor.compareTo(BigDecimal.ONE) != 0 && card.hasBands(other, ServiceTier.STANDARD)) {
            assumptions.add("bands of %s are chosen by the real prompt length, not by tokens as they are counted here"
                    .formatted(other));
        }
        if (card.namesTenants(other)) {
            assumptions.add("prices of %s that contracts give to named tenants are left out".formatted(other));
        }
        if (use.sampled()) {
            assumptions.add(Facts.SAMPLED_FEED);
        }
        BigDecimal priced = exact.setScale(Money.REPORT_SCALE, RoundingMode.HALF_EVEN);
        BigDecimal cost = unpriced ? null : priced;
        BigDecimal serverless = use.serverlessCost();
        return new OtherModelCost(
                use.of().month(),
                use.of().pool(),
                use.of().model(),
                other,
                factor,
                use.tokens(),
                cost,
                priced,
                serverless,
                cost == null || serverless == null ? null : cost.subtract(serverless),
                use.sampled(),
                assumptions);
    }

    private static String counted(ModelKey model, ModelKey other, BigDecimal factor) {
        return "one token of %s counts as %s of %s, since tokenizers differ"
                .formatted(model, factor.stripTrailingZeros().toPlainString(), other);
    }

    private static List<String> assumed(List<Price> prices) {
        Price price = prices.get(0);
        boolean byVolume = prices.size() > 1 || price.rate().volumeAbove() > 0;
        String volume = byVolume
                ? "prices by volume of contract %s count at their first tier"
                        .formatted(price.rate().contract().name())
                : null;
        return Stream.of(price.assumption(), volume)
                .filter(Objects::nonNull)
                .flatMap(text -> Stream.of(text.split("; ")))
                .toList();
    }
}
