package io.tokenledger.rates.imports;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.Comparator;

/**
 * A row of the table.
 *
 * @param validTo exclusive; null while the price holds
 * @param amount in US dollars for 1,000,000 tokens or 1,000 calls
 * @param source the last file that showed the price
 * @param retrieved when that file was retrieved
 */
record RateRow(
        RateKey key, LocalDate validFrom, LocalDate validTo, BigDecimal amount, String source, LocalDate retrieved) {
    static final Comparator<RateRow> ORDER = Comparator.comparing(RateRow::key).thenComparing(RateRow::validFrom);

    boolean isFree() {
        return amount.signum() == 0;
    }
}
