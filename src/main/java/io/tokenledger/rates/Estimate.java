package io.tokenledger.rates;

import io.tokenledger.model.Money;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Optional;

/**
 * A month planned without logs: every request alike. All amounts are exact, but for quotients, which are rounded
 * HALF_EVEN to 12 fraction digits.
 *
 * @param inputTokens of one request
 * @param outputTokens of one request
 * @param requestsPerMonth how many of them
 * @param prices what the tokens cost
 */
public record Estimate(long inputTokens, long outputTokens, long requestsPerMonth, Prices prices) {
    private static final BigDecimal MILLION = BigDecimal.valueOf(1_000_000);

    /**
     * Prices per 1,000,000 tokens.
     *
     * @param batch what the same tokens cost as a batch; empty where there is no batch price
     */
    public record Prices(BigDecimal input, BigDecimal output, String currency, Optional<BatchPrices> batch) {

        /** The same prices with a discount for batches, 0 to 1: 0.5 is half price. */
        public Prices withBatchDiscount(BigDecimal discount) {
            BigDecimal paid = BigDecimal.ONE.subtract(discount);
            return new Prices(
                    input, output, currency, Optional.of(new BatchPrices(input.multiply(paid), output.multiply(paid))));
        }
    }

    /** Prices of a batch per 1,000,000 tokens. */
    public record BatchPrices(BigDecimal input, BigDecimal output) {}

    public Money inputCost() {
        return cost(inputTokens, prices.input());
    }

    public Money outputCost() {
        return cost(outputTokens, prices.output());
    }

    /** T_in ÷ 1M × P_in + T_out ÷ 1M × P_out. */
    public Money requestCost() {
        return inputCost().plus(outputCost());
    }

    /** The request's cost times the requests of the month. */
    public Money serverless() {
        return requestCost().times(requestsPerMonth);
    }

    /** The month as batches; empty where there is no batch price. */
    public Optional<Money> batch() {
        return prices.batch()
                .map(batch -> cost(inputTokens, batch.input())
                        .plus(cost(outputTokens, batch.output()))
                        .times(requestsPerMonth));
    }

    /** Serverless cost per 1,000,000 tokens of this mix; empty without tokens. */
    public Optional<Money> blendedPerMillion() {
        long tokens = Math.addExact(inputTokens, outputTokens);
        return tokens == 0 ? Optional.empty() : Optional.of(perMillion(requestCost(), tokens));
    }

    /** What capacity costs per 1,000,000 tokens that it serves: cost ÷ (tokens ÷ 1,000,000). */
    public static Money perMillion(Money cost, long tokensServed) {
        BigDecimal quotient = cost.amount()
                .movePointRight(6)
                .divide(BigDecimal.valueOf(tokensServed), Money.REPORT_SCALE, RoundingMode.HALF_EVEN);
        return new Money(quotient, cost.currency());
    }

    private Money cost(long tokens, BigDecimal pricePerMillion) {
        return new Money(BigDecimal.valueOf(tokens).multiply(pricePerMillion).divide(MILLION), prices.currency());
    }
}
