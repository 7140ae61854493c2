package io.tokenledger.job;

import io.tokenledger.model.Month;
import io.tokenledger.report.Run;
import io.tokenledger.scenario.ScenarioKey;
import java.math.BigDecimal;
import java.util.List;
import java.util.SortedMap;

/**
 * What a nightly run ended with, for whoever waits at the terminal.
 *
 * @param months the current version of every month that the run published; of all months when nothing was new
 * @param out where the reports are
 * @param currency of the totals; null when the run did not come so far
 */
public record NightlyResult(Run run, List<MonthLine> months, String out, String currency) {

    /**
     * A month in the summary.
     *
     * @param totals cost per scenario; null where tokens are unpriced
     * @param pricedTotals the priced part of it
     * @param usage null for months that an earlier run published
     * @param cheapest of each pool that has one, the dearest pool first; none for months that an earlier run published
     */
    public record MonthLine(
            Month month,
            int version,
            SortedMap<String, BigDecimal> totals,
            SortedMap<String, BigDecimal> pricedTotals,
            Tokens usage,
            List<Cheapest> cheapest) {}

    /** The scenario that serves a pool at the lowest cost. */
    public record Cheapest(String pool, ScenarioKey scenario) {}

    /** Tokens of a month. */
    public record Tokens(long input, long output, long unpriced) {}
}
