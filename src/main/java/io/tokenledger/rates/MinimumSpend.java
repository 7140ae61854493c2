package io.tokenledger.rates;

import io.tokenledger.model.Failure;
import io.tokenledger.model.Money;
import io.tokenledger.model.Month;
import io.tokenledger.rates.CsvTable.Line;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;

/**
 * The least that a contract costs in a month: what its prices leave of it is paid as well.
 *
 * @param monthly in the currency of the reports
 * @param validFrom inclusive, UTC
 * @param validTo exclusive, UTC; null while it holds
 */
public record MinimumSpend(String contract, BigDecimal monthly, Instant validFrom, Instant validTo) {
    private static final List<String> REQUIRED = List.of("contract", "minimum_monthly", "currency", "valid_from");
    private static final List<String> OPTIONAL = List.of("valid_to", "source", "note");

    /**
     * Reads a table of contracts.
     *
     * @throws Failure with exit code 2 when a contract has no rate, is in another currency than the reports, or has two
     *     minimums at once
     */
    public static List<MinimumSpend> read(String file, byte[] content, RateCard card) {
        List<MinimumSpend> minimums = new ArrayList<>();
        for (Line line : CsvTable.read(file, content, REQUIRED, OPTIONAL)) {
            String contract = line.text("contract");
            if (card.rates().stream()
                    .noneMatch(rate ->
                            rate.contract() != null && rate.contract().name().equals(contract))) {
                throw line.refused("contract", "a contract of the rate tables");
            }
            if (!line.text("currency").equals(card.currency())) {
                throw line.refused("currency", card.currency() + ", the currency of the reports");
            }
            line.requireEndAfterStart("valid_from", "valid_to");
            MinimumSpend minimum = new MinimumSpend(
                    contract,
                    line.decimal("minimum_monthly"),
                    line.instant("valid_from"),
                    line.instantOrNull("valid_to"));
            if (minimums.stream().anyMatch(minimum::overlaps)) {
                throw line.refused("valid_from", "a time after the contract's other minimum ends");
            }
            minimums.add(minimum);
        }
        return List.copyOf(minimums);
    }

    private boolean overlaps(MinimumSpend other) {
        return contract.equals(other.contract)
                && (other.validTo == null || validFrom.isBefore(other.validTo))
                && (validTo == null || other.validFrom.isBefore(validTo));
    }

    /** The minimum of a month, in proportion to the minutes in which it holds; rounded HALF_EVEN to 12 digits. */
    public BigDecimal of(Month month, ZoneId zone) {
        Instant start = validFrom.isAfter(month.start(zone)) ? validFrom : month.start(zone);
        Instant end = validTo != null && validTo.isBefore(month.end(zone)) ? validTo : month.end(zone);
        long minutes = Math.max(0, Duration.between(start, end).toMinutes());
        return monthly.multiply(BigDecimal.valueOf(minutes))
                .divide(BigDecimal.valueOf(month.minutes(zone)), Money.REPORT_SCALE, RoundingMode.HALF_EVEN);
    }
}
