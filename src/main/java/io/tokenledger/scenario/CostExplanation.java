package io.tokenledger.scenario;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;

/**
 * The arithmetic behind a cell of {@code scenario_costs}: what {@code parts}, {@code capacity} and {@code minimums} come
 * to is its priced cost, to the last digit. Amounts are in the currency of the reports.
 *
 * @param parts of the tokens and the fees of a cell of usage
 * @param capacity its shares of units that are paid by time, or what of them stood idle
 * @param minimums what minimum spends of contracts leave to pay
 * @param assumptions what the cost rests on that is assumed, not measured; null where nothing is
 */
public record CostExplanation(
        CostCell cell,
        String currency,
        List<Part> parts,
        List<CapacityShare> capacity,
        List<Rest> minimums,
        String assumptions) {

    /**
     * A token class, or all fees: what is rounded together.
     *
     * @param name of the token class, or {@code fee}
     * @param exact the sum of the lines that have a price; null where none has
     * @param cost the same rounded HALF_EVEN to the scale of reports
     */
    public record Part(String name, List<Line> lines, BigDecimal exact, BigDecimal cost) {}

    /**
     * What of a part was asked for in one rate cell and is paid at one price list.
     *
     * @param priceTier null where capacity serves
     * @param from inclusive, UTC: in this time every price is constant; null for a model without any rate, unless its
     *     tokens are priced as other models' as well
     * @param to exclusive
     * @param within the hours, prompt lengths and places in the request that the cell holds; empty where nothing else
     *     decides a price
     * @param quantity tokens or calls
     * @param onCapacity whether units that are paid by time serve it
     * @param rate null on capacity, by volume and where unpriced
     * @param volume null but where a contract prices by volume
     * @param cost quantity × price; by volume, the share at the scale of reports; null on capacity and where unpriced
     */
    public record Line(
            String billedUnit,
            String priceTier,
            Instant from,
            Instant to,
            List<String> within,
            long quantity,
            boolean onCapacity,
            RateTerms rate,
            VolumeShare volume,
            BigDecimal cost) {}

    /**
     * A price and how it came about: {@code tablePrice}, times the percentage of the contract, times the exchange rate.
     *
     * @param pricePerMillion per 1,000,000 tokens or calls, exact
     * @param place file and line of the rate, or the capacity unit
     * @param tier of the rate; null for a unit's overage price
     * @param billedUnit of the rate; null for a unit's overage price
     * @param contract null for a list price
     * @param percentOfList null where the rate is a price
     * @param listPlace file and line of the list price that it is a percentage of; null where the rate is a price
     * @param tablePrice per 1,000,000, as the rate or its list price says
     * @param exchangeRate null where the table is in the currency of the reports
     * @param exchangePlace file and line; null likewise
     * @param source where the price was read; null when the table does not say
     * @param retrievedAt when; null when the table does not say
     * @param rule that led to this rate; null where it is the unit's own
     */
    public record RateTerms(
            BigDecimal pricePerMillion,
            String place,
            String tier,
            String billedUnit,
            String contract,
            BigDecimal percentOfList,
            String listPlace,
            BigDecimal tablePrice,
            String tableCurrency,
            BigDecimal exchangeRate,
            String exchangePlace,
            String source,
            String retrievedAt,
            String rule) {}

    /**
     * The part of a volume's cost that a line has: {@code whole} × quantity ÷ {@code quantityOfAll} by largest remainder.
     *
     * @param ladder all that the contract counts together in the month, in the order in which it is counted
     * @param whole what the line's time slice cost all who asked in it
     * @param floor the proportional share rounded down; the cost is that, or one last digit more
     */
    public record VolumeShare(
            String contract, List<Slice> ladder, BigDecimal whole, long quantityOfAll, BigDecimal floor) {}

    /**
     * What a contract counted in a time slice.
     *
     * @param counted in the month before it
     * @param cost of the steps, rounded HALF_EVEN to the scale of reports
     */
    public record Slice(Instant from, long counted, List<Step> steps, BigDecimal cost) {}

    /** What a volume tier took of a slice. */
    public record Step(long volumeAbove, long quantity, RateTerms rate, BigDecimal cost) {}

    /**
     * The units of a pool in the month, and what the cell has to do with them.
     *
     * @param costOf how the whole cost came about, in words
     * @param cost of the units
     * @param served weighted tokens
     * @param capacity weighted tokens that could have been served
     * @param used the part of the cost that is shared out: cost × served ÷ capacity, rounded HALF_EVEN
     * @param idle the rest
     * @param peak the minutes whose tokens share; null where those that were served in the month do, and for an idle cell
     * @param tokens of the cell that share, by class; empty for an idle cell
     * @param weighted these tokens, by their weights
     * @param weightedOfAll of all cells that share; 0 for an idle cell
     * @param floor used × weighted ÷ weightedOfAll, rounded down; null for an idle cell
     * @param share of the cell: the floor, or one last digit more; for an idle cell what is idle
     */
    public record CapacityShare(
            String unit,
            String costOf,
            BigDecimal cost,
            BigDecimal served,
            BigDecimal capacity,
            BigDecimal used,
            BigDecimal idle,
            Peak peak,
            List<Weighted> tokens,
            BigDecimal weighted,
            BigDecimal weightedOfAll,
            BigDecimal floor,
            BigDecimal share) {}

    /**
     * The busiest minutes of a pool's unit.
     *
     * @param minutes how many are equally busy, at least 1
     * @param first at most three of them, in order of time
     * @param units that each would have needed
     */
    public record Peak(int minutes, List<Instant> first, BigDecimal units) {}

    /** Tokens of a class, and how much of a unit's capacity they take. */
    public record Weighted(String tokenClass, long tokens, BigDecimal weight, BigDecimal weighted) {}

    /**
     * What the month of a contract leaves to pay.
     *
     * @param minimum of the month
     * @param spent by each of its prices
     * @param cost minimum less all that was spent, rounded HALF_EVEN to the scale of reports
     */
    public record Rest(String contract, BigDecimal minimum, List<Spent> spent, BigDecimal cost) {}

    /** What a price of a contract earned in the month; the cost is exact. */
    public record Spent(
            String place,
            String model,
            String billedUnit,
            long quantity,
            BigDecimal pricePerMillion,
            BigDecimal cost) {}

    /** The sum of everything. */
    public BigDecimal pricedCost() {
        BigDecimal sum = BigDecimal.ZERO;
        for (Part part : parts) {
            sum = part.cost() == null ? sum : sum.add(part.cost());
        }
        for (CapacityShare share : capacity) {
            sum = sum.add(share.share());
        }
        for (Rest rest : minimums) {
            sum = sum.add(rest.cost());
        }
        return sum;
    }
}
