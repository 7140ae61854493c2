package io.tokenledger.scenario;

import static io.tokenledger.usage.Usage.FIRST_SEEN;
import static io.tokenledger.usage.Usage.LAST_SEEN;
import static io.tokenledger.usage.Usage.MODEL;
import static io.tokenledger.usage.Usage.MONTH;
import static io.tokenledger.usage.Usage.PROVIDER;
import static io.tokenledger.usage.Usage.QUANTITY;
import static io.tokenledger.usage.Usage.UNIT;
import static java.util.Comparator.comparing;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.sum;

import io.tokenledger.model.Money;
import io.tokenledger.model.Month;
import io.tokenledger.rates.MinimumSpend;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * What rates earned in each month and scenario, and what no rate priced.
 *
 * @param uses in the order of month, scenario and rate
 * @param unpriced likewise
 */
record Bill(List<RateUse> uses, List<Unpriced> unpriced) {

    /**
     * The rest of a contract's minimum spend, which its prices left.
     *
     * @param cost at the scale of reports, more than 0
     */
    record Shortfall(Month month, ScenarioKey scenario, String contract, BigDecimal cost) {}

    /**
     * In one pass over the facts: the result is as small as models × rates.
     *
     * @param facts as {@link Facts#of}, priced
     * @param volumes what is priced by volume
     */
    static Bill of(Dataset<Row> facts, List<VolumeTiers.Charge> volumes, Prices prices) {
        List<Row> rows = facts.groupBy(
                        col(MONTH),
                        col(Facts.SCENARIO),
                        col(Facts.VARIANT),
                        col(PROVIDER),
                        col(MODEL),
                        col(Facts.PRICE_TIER),
                        col(UNIT),
                        col(Prices.RATE),
                        Facts.priced().as(Facts.PRICED))
                .agg(sum(QUANTITY), sum(Facts.COST), min(FIRST_SEEN), max(LAST_SEEN))
                .collectAsList();
        return new Bill(uses(rows, volumes, prices), unpriced(rows));
    }

    private static List<RateUse> uses(List<Row> rows, List<VolumeTiers.Charge> volumes, Prices prices) {
        Stream<RateUse> byToken = rows.stream()
                .filter(row -> !row.isNullAt(7) && !prices.isVolume(row.getInt(7)))
                .map(row -> new RateUse(
                        Month.parse(row.getString(0)),
                        key(row.getString(1), row.getString(2)),
                        prices.applied(row.getInt(7)).get(0),
                        row.getString(6),
                        row.getLong(9),
                        row.getDecimal(10)));
        Stream<RateUse> byVolume = volumes.stream()
                .flatMap(charge -> charge.steps().stream()
                        .map(step -> new RateUse(
                                Month.parse(charge.month()),
                                key(charge.scenario(), charge.variant()),
                                step.rate(),
                                step.rate().billedUnit(),
                                step.quantity(),
                                step.cost())));
        return Stream.concat(byToken, byVolume)
                .sorted(comparing(RateUse::month)
                        .thenComparing(RateUse::scenario)
                        .thenComparing(r -> r.rate().provider())
                        .thenComparing(r -> r.rate().model())
                        .thenComparing(r -> r.rate().priceTier())
                        .thenComparing(RateUse::billedAs)
                        .thenComparing(r -> r.rate().place())
                        .thenComparing(r -> r.rate().pricePerMillion()))
                .toList();
    }

    private static List<Unpriced> unpriced(List<Row> rows) {
        return rows.stream()
                .filter(row -> !row.getBoolean(8))
                .map(row -> new Unpriced(
                        Month.parse(row.getString(0)),
                        key(row.getString(1), row.getString(2)),
                        row.getString(3),
                        row.getString(4),
                        row.getString(5),
                        row.getString(6),
                        row.getLong(9),
                        row.getInstant(11),
                        row.getInstant(12)))
                .sorted(comparing(Unpriced::month)
                        .thenComparing(Unpriced::scenario)
                        .thenComparing(u -> String.valueOf(u.provider()))
                        .thenComparing(u -> String.valueOf(u.model()))
                        .thenComparing(u -> String.valueOf(u.priceTier()))
                        .thenComparing(Unpriced::billedUnit))
                .toList();
    }

    static ScenarioKey key(String scenario, String variant) {
        return new ScenarioKey(
                Stream.of(ScenarioName.values())
                        .filter(name -> name.label().equals(scenario))
                        .findFirst()
                        .orElseThrow(),
                variant);
    }

    /** What is left of each contract's minimum: also where a scenario uses nothing of the contract. */
    List<Shortfall> shortfalls(
            List<MinimumSpend> minimums, Collection<ScenarioKey> scenarios, Collection<Month> months, ZoneId zone) {
        Map<List<Object>, BigDecimal> spent = new HashMap<>();
        uses.stream()
                .filter(use -> use.rate().contract() != null)
                .forEach(use -> spent.merge(
                        List.of(use.month(), use.scenario(), use.rate().contract()), use.cost(), BigDecimal::add));
        List<Shortfall> shortfalls = new ArrayList<>();
        for (Month month : months) {
            for (ScenarioKey scenario : scenarios) {
                minimums.stream()
                        .map(MinimumSpend::contract)
                        .distinct()
                        .sorted()
                        .forEach(contract -> {
                            BigDecimal minimum = minimums.stream()
                                    .filter(m -> m.contract().equals(contract))
                                    .map(m -> m.of(month, zone))
                                    .reduce(BigDecimal.ZERO, BigDecimal::add);
                            BigDecimal rest = minimum.subtract(
                                            spent.getOrDefault(List.of(month, scenario, contract), BigDecimal.ZERO))
                                    .setScale(Money.REPORT_SCALE, RoundingMode.HALF_EVEN);
                            if (rest.signum() > 0) {
                                shortfalls.add(new Shortfall(month, scenario, contract, rest));
                            }
                        });
            }
        }
        return shortfalls;
    }
}
