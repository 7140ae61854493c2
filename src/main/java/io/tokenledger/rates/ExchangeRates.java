package io.tokenledger.rates;

import io.tokenledger.model.Failure;
import io.tokenledger.rates.CsvTable.Line;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a currency is worth in the currency of the reports, dated.
 *
 * @param currency ISO 4217 code of the reports; null where the rates themselves decide
 */
public record ExchangeRates(String currency, List<ExchangeRate> rates) {
    private static final List<String> REQUIRED = List.of("currency", "report_currency", "rate", "valid_from");
    private static final List<String> OPTIONAL = List.of("valid_to", "source", "retrieved_at", "note");

    /**
     * A line of the table.
     *
     * @param rate units of {@code to} for one unit of {@code from}
     * @param validFrom inclusive, UTC
     * @param validTo exclusive, UTC; null while it holds
     */
    public record ExchangeRate(
            String from,
            String to,
            BigDecimal rate,
            Instant validFrom,
            Instant validTo,
            String source,
            LocalDate retrievedAt,
            String place) {
        boolean validAt(Instant time) {
            return !time.isBefore(validFrom) && (validTo == null || time.isBefore(validTo));
        }

        private boolean overlaps(ExchangeRate other) {
            return from.equals(other.from)
                    && to.equals(other.to)
                    && (other.validTo == null || validFrom.isBefore(other.validTo))
                    && (validTo == null || other.validFrom.isBefore(validTo));
        }
    }

    public static ExchangeRates none(String currency) {
        return new ExchangeRates(currency, List.of());
    }

    /**
     * @param currency of the reports; null where the rates themselves decide
     * @throws Failure with exit code 2 when a line cannot be read, or two lines hold at the same time
     */
    public static ExchangeRates read(String file, byte[] content, String currency) {
        List<ExchangeRate> rates = new ArrayList<>();
        for (Line line : CsvTable.read(file, content, REQUIRED, OPTIONAL)) {
            line.requireEndAfterStart("valid_from", "valid_to");
            if (line.decimal("rate").signum() == 0) {
                throw line.refused("rate", "more than 0");
            }
            ExchangeRate rate = new ExchangeRate(
                    line.text("currency"),
                    line.text("report_currency"),
                    line.decimal("rate").stripTrailingZeros(),
                    line.instant("valid_from"),
                    line.instantOrNull("valid_to"),
                    line.textOrNull("source"),
                    line.dateOrNull("retrieved_at"),
                    line.file() + ":" + line.number());
            rates.stream().filter(rate::overlaps).findFirst().ifPresent(other -> {
                throw Failure.configuration(
                        "%s and %s overlap: two exchange rates from %s to %s; set valid_to of the earlier one",
                        other.place(), rate.place(), rate.from(), rate.to());
            });
            rates.add(rate);
        }
        return new ExchangeRates(currency, List.copyOf(rates));
    }

    /** The rate at a time; empty where there is none. */
    Optional<ExchangeRate> at(String from, Instant time) {
        return rates.stream()
                .filter(rate -> rate.from().equals(from) && rate.to().equals(currency) && rate.validAt(time))
                .findFirst();
    }

    /** The rates from a currency into that of the reports. */
    List<ExchangeRate> from(String other) {
        return rates.stream()
                .filter(rate -> rate.from().equals(other) && rate.to().equals(currency))
                .toList();
    }
}
