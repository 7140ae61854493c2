package io.tokenledger.rates.imports;

import java.math.BigDecimal;

/**
 * A price as a file states it.
 *
 * @param amount in US dollars for 1,000,000 tokens or 1,000 calls, exact, without trailing zeros
 * @param entry the entry of the file, for messages
 * @param field the field of the entry, for messages
 */
record FoundPrice(RateKey key, Period period, BigDecimal amount, String entry, String field) {}
