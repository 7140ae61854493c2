package io.tokenledger.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MoneyTest {

    @Test
    @Tag("E1")
    void productsAndSumsAreExact() {
        // 10^13 tokens at 1E-9, and the price of which binary floats make 0.0005715000000000001.
        assertThat(usd("0.000000001").times(10_000_000_000_000L).amount()).isEqualByComparingTo("10000");
        assertThat(usd("0.0000003").times(1905).amount()).isEqualByComparingTo("0.0005715");
        assertThat(usd("0.1").plus(usd("0.2")).amount()).isEqualByComparingTo("0.3");
        assertThat(usd("0.000000150123").times(999_999_999_999L).amount()).isEqualByComparingTo("150122.999999849877");
        assertThat(usd("123456789012345678901234567890.000000000000000001")
                        .times(new BigDecimal("0.000000000000000001"))
                        .amount()
                        .toPlainString())
                .isEqualTo("123456789012.345678901234567890000000000000000001");
    }

    @Test
    @Tag("E1")
    void aSumDoesNotDependOnTheOrder() {
        Money one = usd("1E+20").plus(usd("1E-18")).plus(usd("-1E+20"));
        Money other = usd("-1E+20").plus(usd("1E+20")).plus(usd("1E-18"));
        assertThat(one.amount()).isEqualByComparingTo(other.amount()).isEqualByComparingTo("1E-18");
    }

    @ParameterizedTest
    @CsvSource({
        "0.0000000000005,      0.000000000000",
        "0.0000000000015,      0.000000000002",
        "0.0000000000025,      0.000000000002",
        "0.00000000000250001,  0.000000000003",
        "0.0000000000024999,   0.000000000002",
        "-0.0000000000015,     -0.000000000002",
        "41207.12,             41207.120000000000"
    })
    void aReportRoundsHalfEvenToTwelveDigits(String exact, String shown) {
        assertThat(usd(exact).rounded().amount()).isEqualTo(new BigDecimal(shown));
    }

    @Test
    @Tag("E2")
    void roundingOnceDiffersFromRoundingEachPart() {
        Money part = usd("0.0000000000005");
        assertThat(part.times(3).rounded().amount()).isEqualTo(new BigDecimal("0.000000000002"));
        assertThat(part.rounded().times(3).amount()).isEqualByComparingTo("0");
    }

    @Test
    void anotherCurrencyIsRefused() {
        assertThatThrownBy(() -> usd("1").plus(new Money(BigDecimal.ONE, "EUR")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Cannot add EUR to USD");
    }

    @Test
    void zeroIsNothingOfItsCurrency() {
        assertThat(Money.zero("EUR").plus(new Money(new BigDecimal("0.07"), "EUR")))
                .isEqualTo(new Money(new BigDecimal("0.07"), "EUR"));
    }

    private static Money usd(String amount) {
        return new Money(new BigDecimal(amount), "USD");
    }
}
