package io.tokenledger.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.tokenledger.model.BilledUnit;
import io.tokenledger.model.ServiceTier;
import io.tokenledger.rates.ModelKey;
import io.tokenledger.rates.RateCard;
import io.tokenledger.rates.RateTables;
import io.tokenledger.rates.Situation;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VolumeTiersTest {
    private static final List<AppliedRate> TIERS = tiers("10 0", "8 1000", "5 4000");

    @ParameterizedTest
    @CsvSource({
        "0,    999,   999 × 10",
        "0,    1000,  1000 × 10",
        "0,    1001,  1000 × 10 + 1 × 8",
        "1000, 1001,  1 × 8",
        "999,  4001,  1 × 10 + 3000 × 8 + 1 × 5",
        "4000, 9000,  5000 × 5",
        "0,    5000,  1000 × 10 + 3000 × 8 + 1000 × 5",
        "7,    7,     ''"
    })
    void eachTierPaysTheTokensThatTheMonthsCountHasInIt(long from, long to, String steps) {
        assertThat(text(VolumeTiers.steps(TIERS, from, to))).isEqualTo(steps);
    }

    @Test
    void tokensBelowTheFirstTierAreMissing() {
        assertThat(text(VolumeTiers.steps(TIERS.subList(1, 3), 0, 1_500))).isEqualTo("500 × 8");
    }

    @Test
    void howAMonthIsCutIntoSlicesDoesNotChangeWhatItsTokensCostTogether() {
        List<VolumeTiers.Step> whole = VolumeTiers.steps(TIERS, 0, 6_000);
        for (long cut = 0; cut <= 6_000; cut += 250) {
            assertThat(cost(VolumeTiers.steps(TIERS, 0, cut)).add(cost(VolumeTiers.steps(TIERS, cut, 6_000))))
                    .isEqualByComparingTo(cost(whole));
        }
    }

    private static java.math.BigDecimal cost(List<VolumeTiers.Step> steps) {
        return steps.stream().map(VolumeTiers.Step::cost).reduce(java.math.BigDecimal.ZERO, java.math.BigDecimal::add);
    }

    private static String text(List<VolumeTiers.Step> steps) {
        return String.join(
                " + ",
                steps.stream()
                        .map(s -> s.quantity() + " × "
                                + s.rate().pricePerMillion().toPlainString())
                        .toList());
    }

    private static List<AppliedRate> tiers(String... priceAndBound) {
        RateCard card = RateTables.table(
                "provider,model,service_tier,token_class,valid_from,price,volume_tokens_above,per_tokens,currency,contract",
                List.of(priceAndBound).stream()
                        .map(t -> "p,m,standard,output,2026-01-01," + t.replace(' ', ',') + ",1000000,USD,c")
                        .toArray(String[]::new));
        return card
                .prices(
                        new ModelKey("p", "m"),
                        ServiceTier.STANDARD,
                        BilledUnit.OUTPUT,
                        Situation.plain(Instant.parse("2026-07-01T00:00:00Z"), 1),
                        null)
                .stream()
                .map(price -> AppliedRate.of(price, "USD"))
                .toList();
    }
}
