package io.tokenledger.scenario;

import io.tokenledger.model.BilledUnit;
import io.tokenledger.rates.ExchangeRates.ExchangeRate;
import io.tokenledger.rates.Rate;
import io.tokenledger.rates.RateCard;
import io.tokenledger.rates.RateGrid;
import io.tokenledger.scenario.CostExplanation.RateTerms;
import java.util.Optional;

/** How an applied rate came about: looked up again in the rate card, since only who asks for it needs it. */
record TermsOfRates(RateCard card) {

    /**
     * @param billed what is paid by it
     * @param cell in which it holds
     */
    RateTerms of(AppliedRate applied, BilledUnit billed, RateGrid.Cell cell) {
        Optional<Rate> rate = card.rates().stream()
                .filter(r -> r.place().equals(applied.place()))
                .findFirst();
        Optional<Rate> list = rate.filter(r -> r.percentOfList() != null)
                .flatMap(r -> card.find(r.model(), r.tier(), r.unit(), cell.situation()));
        Optional<Rate> priced = list.isPresent() ? list : rate;
        Optional<ExchangeRate> exchange = priced.flatMap(r -> exchange(r.currency(), cell));
        return new RateTerms(
                applied.pricePerMillion(),
                applied.place(),
                applied.rateTier(),
                applied.billedUnit(),
                applied.contract(),
                applied.percentOfList(),
                list.map(Rate::place).orElse(null),
                priced.map(Rate::pricePerMillion).orElse(applied.pricePerMillion()),
                priced.map(Rate::currency).orElse(applied.currency()),
                applied.exchangeRate(),
                exchange.map(ExchangeRate::place).orElse(null),
                applied.source(),
                applied.retrievedAt() == null ? null : applied.retrievedAt().toString(),
                rule(applied, billed));
    }

    private Optional<ExchangeRate> exchange(String currency, RateGrid.Cell cell) {
        return card.exchangeRates().rates().stream()
                .filter(e -> e.from().equals(currency)
                        && e.to().equals(card.currency())
                        && !cell.from().isBefore(e.validFrom())
                        && (e.validTo() == null || cell.from().isBefore(e.validTo())))
                .findFirst();
    }

    private static String rule(AppliedRate applied, BilledUnit billed) {
        return applied.assumption() == null
                        && billed == BilledUnit.REASONING
                        && !billed.label().equals(applied.billedUnit())
                ? "reasoning is output"
                : applied.assumption();
    }
}
