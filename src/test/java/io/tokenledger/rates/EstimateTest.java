package io.tokenledger.rates;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tokenledger.model.Money;
import io.tokenledger.rates.Estimate.BatchPrices;
import io.tokenledger.rates.Estimate.Prices;
import java.math.BigDecimal;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class EstimateTest {
    private static final Prices LLAMA =
            new Prices(new BigDecimal("1.04"), new BigDecimal("1.04"), "USD", Optional.empty());

    @Test
    void aRequestCostsItsInputAndItsOutput() {
        Estimate estimate = new Estimate(2_000, 500, 1_000_000, prices("0.30", "0.90"));
        // 2,000 ÷ 1M × 0.30 = 0.0006; 500 ÷ 1M × 0.90 = 0.00045
        assertThat(estimate.inputCost().amount()).isEqualByComparingTo("0.0006");
        assertThat(estimate.outputCost().amount()).isEqualByComparingTo("0.00045");
        assertThat(estimate.requestCost().amount()).isEqualByComparingTo("0.00105");
        assertThat(estimate.serverless()).satisfies(m -> {
            assertThat(m.amount()).isEqualByComparingTo("1050");
            assertThat(m.currency()).isEqualTo("USD");
        });
        // 0.00105 ÷ 2,500 × 1M
        assertThat(estimate.blendedPerMillion().orElseThrow().amount()).isEqualByComparingTo("0.42");
    }

    @Test
    void onlyADeclaredBatchPriceGivesABatchCost() {
        assertThat(new Estimate(1_000, 1_000, 10, LLAMA).batch()).isEmpty();
        assertThat(new Estimate(1_000, 1_000, 1_000, LLAMA.withBatchDiscount(new BigDecimal("0.5")))
                        .batch()
                        .map(Money::amount))
                .hasValueSatisfying(a -> assertThat(a).isEqualByComparingTo("1.04"));
        Prices own = new Prices(
                new BigDecimal("1"),
                new BigDecimal("2"),
                "USD",
                Optional.of(new BatchPrices(new BigDecimal("0.7"), new BigDecimal("0.1"))));
        assertThat(new Estimate(1_000_000, 1_000_000, 3, own).batch().map(Money::amount))
                .hasValueSatisfying(a -> assertThat(a).isEqualByComparingTo("2.4"));
    }

    @Test
    void amountsAreExactHoweverSmallThePrice() {
        Estimate estimate = new Estimate(999_999_999_999L, 0, 1, prices("0.150123", "1"));
        assertThat(estimate.requestCost().amount()).isEqualByComparingTo("150122.999999849877");
        assertThat(new Estimate(1, 0, 3, prices("0.000000000001", "1"))
                        .serverless()
                        .amount())
                .isEqualByComparingTo("0.000000000000000003");
    }

    @Test
    void quotientsAreRoundedHalfEvenToTwelveDigits() {
        // 1 × 1 ÷ 3 and 2 × 1 ÷ 3 per million
        assertThat(Estimate.perMillion(new Money(new BigDecimal("0.000001"), "USD"), 3)
                        .amount())
                .isEqualTo(new BigDecimal("0.333333333333"));
        assertThat(Estimate.perMillion(new Money(new BigDecimal("0.000002"), "USD"), 3)
                        .amount())
                .isEqualTo(new BigDecimal("0.666666666667"));
        assertThat(Estimate.perMillion(new Money(new BigDecimal("4320.00"), "USD"), 21_600_000_000L)
                        .amount())
                .isEqualByComparingTo("0.2");
    }

    @Test
    void withoutTokensThereIsNoPricePerMillion() {
        Estimate nothing = new Estimate(0, 0, 100, LLAMA);
        assertThat(nothing.serverless().amount()).isEqualByComparingTo("0");
        assertThat(nothing.blendedPerMillion()).isEmpty();
    }

    @Test
    @Tag("E6")
    void moreTokensThanALongHoldsAreRefusedRatherThanWrapped() {
        assertThatThrownBy(() -> new Estimate(Long.MAX_VALUE, 1, 1, LLAMA).blendedPerMillion())
                .isInstanceOf(ArithmeticException.class);
    }

    private static Prices prices(String input, String output) {
        return new Prices(new BigDecimal(input), new BigDecimal(output), "USD", Optional.empty());
    }
}
