package io.tokenledger.oracle;

import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Everything that decides what calls cost: rows of tables, each a map of column to text; a column that is not there is
 * empty.
 *
 * @param canWait the tenants whose work can wait
 */
record World(
        String currency,
        ZoneId zone,
        List<Map<String, String>> rates,
        List<Map<String, String>> exchangeRates,
        List<Map<String, String>> batchPolicy,
        List<Map<String, String>> minimums,
        Set<String> canWait,
        List<Call> calls) {}
