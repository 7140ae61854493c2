package io.tokenledger.scenario;

import static io.tokenledger.usage.Usage.ATTRIBUTES;
import static io.tokenledger.usage.Usage.CELL;
import static io.tokenledger.usage.Usage.QUANTITY;
import static io.tokenledger.usage.Usage.UNIT;
import static java.util.Comparator.comparing;
import static java.util.Comparator.naturalOrder;
import static java.util.Comparator.nullsFirst;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.unix_micros;

import io.tokenledger.ledger.Lookup;
import io.tokenledger.model.BilledUnit;
import io.tokenledger.model.LargestRemainder;
import io.tokenledger.model.Money;
import io.tokenledger.model.Month;
import io.tokenledger.model.TokenClass;
import io.tokenledger.rates.MinimumSpend;
import io.tokenledger.rates.RateGrid;
import io.tokenledger.scenario.CostExplanation.CapacityShare;
import io.tokenledger.scenario.CostExplanation.Line;
import io.tokenledger.scenario.CostExplanation.Part;
import io.tokenledger.scenario.CostExplanation.Peak;
import io.tokenledger.scenario.CostExplanation.Rest;
import io.tokenledger.scenario.CostExplanation.Slice;
import io.tokenledger.scenario.CostExplanation.Spent;
import io.tokenledger.scenario.CostExplanation.Step;
import io.tokenledger.scenario.CostExplanation.VolumeShare;
import io.tokenledger.scenario.CostExplanation.Weighted;
import io.tokenledger.usage.Pools;
import io.tokenledger.usage.Usage;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.storage.StorageLevel;

/** Finds cells of {@code scenario_costs} in an evaluation, and takes their costs apart again. */
public final class Explainer implements AutoCloseable {
    private static final String FEE = "fee";
    private static final String UNPRICED = "unpriced";
    private static final int FIRST_PEAK_MINUTES = 3;
    private static final BigDecimal ZERO = BigDecimal.ZERO.setScale(Money.REPORT_SCALE);

    private final Evaluation evaluation;
    private final Workings workings;
    private final Dataset<Row> facts;
    private final TermsOfRates terms;

    /** @param evaluation used until it is closed */
    public Explainer(Evaluation evaluation) {
        this.evaluation = evaluation;
        this.workings = evaluation.workings();
        this.facts = workings.facts().persist(StorageLevel.MEMORY_AND_DISK());
        this.terms = new TermsOfRates(workings.economics().rates());
    }

    @Override
    public void close() {
        facts.unpersist();
    }

    /** The cells that a filter finds, summed over tenants and models: with null for their attributes. */
    public List<CostCell> totals(CostFilter filter) {
        return cells(
                        filter,
                        CostFilter.COLUMNS.stream()
                                .filter(column -> !ATTRIBUTES.contains(column))
                                .toList())
                .collectAsList()
                .stream()
                .map(row -> cell(filter.month(), row))
                .toList();
    }

    /** The cells that a filter finds, in the order of the table. */
    public List<CostCell> cells(CostFilter filter, int most) {
        return cells(filter, CostFilter.COLUMNS).limit(most).collectAsList().stream()
                .map(row -> cell(filter.month(), row))
                .toList();
    }

    private Dataset<Row> cells(CostFilter filter, List<String> key) {
        return evaluation
                .costs()
                .filter(filter.condition())
                .groupBy(Usage.columns(key))
                .agg(
                        sum(Facts.PRICED_COST).cast(Facts.MONEY).as(Facts.PRICED_COST),
                        max(col(Facts.TOTAL_COST).isNull()).as(UNPRICED))
                .orderBy(Usage.columns(key));
    }

    private static CostCell cell(Month month, Row row) {
        BigDecimal priced = row.getAs(Facts.PRICED_COST);
        return new CostCell(
                month,
                text(row, Facts.SCENARIO),
                text(row, Facts.VARIANT),
                text(row, Pools.POOL),
                text(row, Facts.ROW_KIND),
                text(row, Usage.TENANT),
                text(row, Usage.FEATURE),
                text(row, Usage.ENVIRONMENT),
                text(row, Usage.PROVIDER),
                text(row, Usage.MODEL),
                row.<Boolean>getAs(UNPRICED) ? null : priced,
                priced);
    }

    private static String text(Row row, String column) {
        return List.of(row.schema().fieldNames()).contains(column) ? row.getAs(column) : null;
    }

    /** The values of a column among the cells that match all other conditions of a filter, null among them; sorted. */
    public List<String> values(CostFilter filter, String column, int most) {
        return evaluation
                .costs()
                .filter(filter.without(column).condition())
                .select(column)
                .distinct()
                .orderBy(column)
                .limit(most)
                .collectAsList()
                .stream()
                .map(row -> row.getString(0))
                .toList();
    }

    /**
     * The arithmetic of a cell.
     *
     * @param cell as {@link #cells} finds it
     * @throws IllegalStateException when the parts do not come to the cost: a defect
     */
    public CostExplanation explain(CostCell cell) {
        CostExplanation explanation = switch (cell.rowKind()) {
            case Facts.USAGE_ROW -> ofUsage(cell);
            case Facts.IDLE_ROW -> ofIdle(cell);
            case Facts.UNALLOCATED_ROW -> ofUnallocated(cell);
            default -> throw new IllegalArgumentException(cell.rowKind());
        };
        if (explanation.pricedCost().compareTo(cell.pricedCost()) != 0) {
            throw new IllegalStateException("%s costs %s, but its parts come to %s"
                    .formatted(cell, cell.pricedCost(), explanation.pricedCost()));
        }
        return explanation;
    }

    private CostExplanation ofUsage(CostCell cell) {
        Dataset<Row> ofPool = facts.filter(is(cell, Facts.SCENARIO)
                .and(is(cell, Facts.VARIANT))
                .and(is(cell, Pools.POOL))
                .and(CostFilter.is(Usage.MONTH, cell.month().toString())));
        List<Row> ofCell = ofPool.filter(hasAttributes(cell)).collectAsList();
        Row cost = evaluation.costs().filter(cell.filter().condition()).first();
        return explanation(cell, parts(cell, ofCell), shares(cell, ofCell, ofPool), List.of(), cost);
    }

    private CostExplanation ofIdle(CostCell cell) {
        List<CapacityShare> idle = charges(cell).stream()
                .map(charge -> share(cell, charge, null, List.of(), ZERO, ZERO, null, charge.idle()))
                .toList();
        return explanation(cell, List.of(), idle, List.of(), null);
    }

    private CostExplanation ofUnallocated(CostCell cell) {
        List<Rest> rests = workings.shortfalls().stream()
                .filter(s -> s.month().equals(cell.month()) && s.scenario().equals(cell.key()))
                .map(this::rest)
                .toList();
        return explanation(cell, List.of(), List.of(), rests, null);
    }

    /** @param cost the row of a cell of usage */
    private CostExplanation explanation(
            CostCell cell, List<Part> parts, List<CapacityShare> capacity, List<Rest> minimums, Row cost) {
        return new CostExplanation(
                cell,
                workings.economics().rates().currency(),
                parts,
                capacity,
                minimums,
                cost == null ? null : cost.getAs(Facts.ASSUMPTIONS));
    }

    private static Column is(CostCell cell, String column) {
        return CostFilter.is(column, cell.value(column));
    }

    private static Column hasAttributes(CostCell cell) {
        return ATTRIBUTES.stream()
                .map(attribute -> is(cell, attribute))
                .reduce(Column::and)
                .orElseThrow();
    }

    // Tokens and fees

    private List<Part> parts(CostCell cell, List<Row> facts) {
        Map<String, List<Line>> lines = new TreeMap<>(comparing((String name) -> rank(name)));
        facts.stream()
                .sorted(comparing((Row f) -> unit(f))
                        .thenComparing(
                                f -> gridCell(f) == null ? 0 : gridCell(f).id())
                        .thenComparing(f -> f.<String>getAs(Facts.PRICE_TIER), nullsFirst(naturalOrder())))
                .forEach(fact -> lines.computeIfAbsent(
                                unit(fact).tokenClass().map(TokenClass::column).orElse(FEE), name -> new ArrayList<>())
                        .add(line(cell, fact)));
        List<Part> parts = new ArrayList<>();
        lines.forEach((name, of) -> {
            BigDecimal exact = of.stream()
                    .map(Line::cost)
                    .filter(cost -> cost != null)
                    .reduce(BigDecimal::add)
                    .orElse(null);
            parts.add(new Part(
                    name,
                    of,
                    exact,
                    exact == null ? null : exact.setScale(Money.REPORT_SCALE, RoundingMode.HALF_EVEN)));
        });
        return parts;
    }

    /** Classes in the order of reports, fees last. */
    private static int rank(String part) {
        int rank = TokenClass.columns().indexOf(part);
        return rank < 0 ? TokenClass.values().length : rank;
    }

    private static BilledUnit unit(Row fact) {
        return BilledUnit.of(fact.<String>getAs(UNIT)).orElseThrow();
    }

    /** Null for a model without any rate, in a job without other models. */
    private RateGrid.Cell gridCell(Row fact) {
        Integer id = fact.getAs(CELL);
        return id == null ? null : workings.grid().cell(id);
    }

    private Line line(CostCell cell, Row fact) {
        RateGrid.Cell cellOfGrid = gridCell(fact);
        Integer rate = fact.getAs(Prices.RATE);
        boolean byVolume = rate != null && workings.prices().isVolume(rate);
        BigDecimal cost = fact.getAs(Facts.COST);
        Instant start = cell.month().start(workings.economics().billingZone());
        Instant end = cell.month().end(workings.economics().billingZone());
        return new Line(
                unit(fact).label(),
                fact.getAs(Facts.PRICE_TIER),
                cellOfGrid == null ? null : later(cellOfGrid.from(), start),
                cellOfGrid == null ? null : earlier(cellOfGrid.to(), end),
                cellOfGrid == null ? List.of() : within(cellOfGrid),
                fact.<Long>getAs(QUANTITY),
                fact.getAs(Facts.WEIGHTED) != null,
                rate == null || byVolume
                        ? null
                        : terms.of(workings.prices().applied(rate).get(0), unit(fact), cellOfGrid),
                byVolume && cost != null ? volume(cell, fact, rate, cellOfGrid) : null,
                byVolume && cost != null ? cost.setScale(Money.REPORT_SCALE) : cost);
    }

    private static Instant later(Instant a, Instant b) {
        return a.isAfter(b) ? a : b;
    }

    private static Instant earlier(Instant a, Instant b) {
        return a.isBefore(b) ? a : b;
    }

    /** What else than time the cell is cut by. */
    private List<String> within(RateGrid.Cell cell) {
        RateGrid.Axes axes = workings.grid().axesOf(cell);
        List<String> within = new ArrayList<>();
        if (!cell.open().isEmpty()) {
            within.add("hours "
                    + String.join(
                            " and ",
                            cell.open().stream().map(Object::toString).sorted().toList()));
        } else if (axes.openings().stream().anyMatch(open -> !open.isEmpty())) {
            within.add("all other hours");
        }
        interval("input tokens of a request", cell.inputAbove(), axes.inputs(), within);
        interval("input tokens of a request without cache", cell.withoutCacheAbove(), axes.withoutCache(), within);
        interval("the tokens of each class in a request", cell.classAbove(), axes.classTokens(), within);
        return within;
    }

    private static void interval(String what, long above, List<Long> bounds, List<String> within) {
        int next = bounds.indexOf(above) + 1;
        if (bounds.size() > 1) {
            within.add(
                    next == bounds.size()
                            ? "%s beyond %s".formatted(what, above)
                            : "%s from %s to %s".formatted(what, above == 0 ? 0 : above + 1, bounds.get(next)));
        }
    }

    private VolumeShare volume(CostCell cell, Row fact, int rate, RateGrid.Cell cellOfGrid) {
        String meter = workings.prices().applied(rate).get(0).volumeMeter();
        List<VolumeTiers.Charge> charges = workings.volumes().stream()
                .filter(c -> Bill.key(c.scenario(), c.variant()).equals(cell.key())
                        && c.month().equals(cell.month().toString())
                        && workings.prices()
                                .applied(c.rate())
                                .get(0)
                                .volumeMeter()
                                .equals(meter))
                .toList();
        VolumeTiers.Charge own = charges.stream()
                .filter(c -> c.rate() == rate && c.slice().equals(cellOfGrid.from()))
                .findFirst()
                .orElseThrow();
        long ofAll = own.steps().stream().mapToLong(VolumeTiers.Step::quantity).sum();
        Instant start = cell.month().start(workings.economics().billingZone());
        return new VolumeShare(
                workings.prices().applied(rate).get(0).contract(),
                charges.stream()
                        .map(c -> new Slice(
                                later(c.slice(), start),
                                c.counted(),
                                c.steps().stream()
                                        .map(s -> new Step(
                                                s.rate().volumeAbove(),
                                                s.quantity(),
                                                terms.of(s.rate(), unit(fact), cellAt(c)),
                                                s.cost()))
                                        .toList(),
                                c.cost()))
                        .toList(),
                own.cost(),
                ofAll,
                LargestRemainder.floor(
                        own.cost(),
                        BigDecimal.valueOf(fact.<Long>getAs(QUANTITY)),
                        BigDecimal.valueOf(ofAll),
                        Money.REPORT_SCALE));
    }

    /** A rate cell of a charge's slice in which its price holds. */
    private RateGrid.Cell cellAt(VolumeTiers.Charge charge) {
        return workings.prices().cells(charge.rate()).stream()
                .filter(cell -> cell.from().equals(charge.slice()))
                .findFirst()
                .orElseThrow();
    }

    // Capacity

    private Scenario scenario(CostCell cell) {
        return workings.scenarios().stream()
                .filter(scenario -> scenario.key().equals(cell.key()))
                .findFirst()
                .orElseThrow();
    }

    private List<CapacityCharge> charges(CostCell cell) {
        return scenario(cell).charges().stream()
                .filter(charge ->
                        charge.month().equals(cell.month()) && charge.pool().equals(cell.pool()))
                .toList();
    }

    /** The shares in the units of the pool that served tokens of the cell, or are shared out by some that it asked for. */
    private List<CapacityShare> shares(CostCell cell, List<Row> facts, Dataset<Row> ofPool) {
        List<CapacityShare> shares = new ArrayList<>();
        List<CapacityCharge> charges = charges(cell);
        for (int number = 0; number < charges.size(); number++) {
            CapacityCharge charge = charges.get(number);
            List<Weighted> served = tokens(charge, facts);
            Optional<Dataset<Row>> others = scenario(cell).shareWeights(number);
            if (others.isEmpty() && weighted(served).signum() > 0) {
                shares.add(share(cell, charge, null, served, weights(charge, ofPool)));
            } else if (others.isPresent()) {
                CapacityPlan plan = plans(cell, charge).findFirst().orElseThrow();
                List<Weighted> asked = askedFor(cell, charge, plan.peakMinutes());
                if (weighted(served).add(weighted(asked)).signum() > 0) {
                    shares.add(share(cell, charge, peak(plan), asked, weights(cell, others.get())));
                }
            }
        }
        return shares;
    }

    private static BigDecimal weighted(List<Weighted> tokens) {
        return tokens.stream().map(Weighted::weighted).reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    private Stream<CapacityPlan> plans(CostCell cell, CapacityCharge charge) {
        return scenario(cell).purchases().stream()
                .map(Purchase::plan)
                .filter(plan ->
                        plan.month().equals(charge.month()) && plan.unit().equals(charge.unit()));
    }

    private static Peak peak(CapacityPlan plan) {
        return new Peak(
                plan.peakMinutes().size(),
                plan.peakMinutes().stream().limit(FIRST_PEAK_MINUTES).toList(),
                plan.peakUnits());
    }

    /** What the cell asked a unit for in some minutes, whether it was served or not. */
    private List<Weighted> askedFor(CostCell cell, CapacityCharge charge, SortedSet<Instant> minutes) {
        Map<List<Long>, Boolean> wanted = new HashMap<>();
        minutes.forEach(minute -> wanted.put(List.of(ChronoUnit.MICROS.between(Instant.EPOCH, minute)), true));
        Row row = workings.economics()
                .pools()
                .withPool(workings.labelled().filter(col(Usage.BILLABLE)))
                .filter(is(cell, Pools.POOL))
                .filter(hasAttributes(cell))
                .filter(new Lookup<>(wanted, DataTypes.BooleanType).of(unix_micros(col(Usage.MINUTE))))
                .groupBy()
                .sum(TokenClass.columns().toArray(String[]::new))
                .first();
        List<Weighted> asked = new ArrayList<>();
        for (TokenClass tokenClass : charge.weights().keySet()) {
            int column = TokenClass.columns().indexOf(tokenClass.column());
            if (!row.isNullAt(column) && row.getLong(column) > 0) {
                BigDecimal weight = charge.weights().get(tokenClass);
                asked.add(new Weighted(
                        tokenClass.column(),
                        row.getLong(column),
                        weight,
                        weight.multiply(BigDecimal.valueOf(row.getLong(column)))));
            }
        }
        return asked;
    }

    private CapacityShare share(
            CostCell cell, CapacityCharge charge, Peak peak, List<Weighted> tokens, Dataset<Row> weights) {
        BigDecimal ofAll = weights.agg(sum(Facts.WEIGHTED)).first().getDecimal(0);
        BigDecimal share = Allocation.share(
                        weights.withColumn("used", lit(charge.used()).cast(Facts.MONEY)),
                        List.of(Pools.POOL),
                        "used",
                        Facts.WEIGHTED,
                        ATTRIBUTES,
                        Money.REPORT_SCALE,
                        "part")
                .filter(hasAttributes(cell))
                .collectAsList()
                .stream()
                .map(row -> row.<BigDecimal>getAs("part"))
                .findFirst()
                .orElse(ZERO);
        BigDecimal floor = LargestRemainder.floor(charge.used(), weighted(tokens), ofAll, Money.REPORT_SCALE);
        return share(cell, charge, peak, tokens, weighted(tokens), ofAll, floor, share);
    }

    private static List<Weighted> tokens(CapacityCharge charge, List<Row> facts) {
        Map<TokenClass, Long> quantities = new EnumMap<>(TokenClass.class);
        Map<TokenClass, BigDecimal> weighted = new EnumMap<>(TokenClass.class);
        for (Row fact : facts) {
            TokenClass tokenClass = unit(fact).tokenClass().orElse(null);
            if (fact.getAs(Facts.WEIGHTED) != null && charge.weights().containsKey(tokenClass)) {
                quantities.merge(tokenClass, fact.<Long>getAs(QUANTITY), Math::addExact);
                weighted.merge(tokenClass, fact.<BigDecimal>getAs(Facts.WEIGHTED), BigDecimal::add);
            }
        }
        return quantities.entrySet().stream()
                .map(e -> new Weighted(
                        e.getKey().column(),
                        e.getValue(),
                        charge.weights().get(e.getKey()),
                        weighted.get(e.getKey()).stripTrailingZeros()))
                .toList();
    }

    /** The weighted tokens of all cells that share in a charge. */
    private static Dataset<Row> weights(CapacityCharge charge, Dataset<Row> ofPool) {
        Object[] classes =
                charge.weights().keySet().stream().map(TokenClass::column).toArray();
        return ofPool.filter(
                        col(Facts.WEIGHTED).isNotNull().and(Usage.tokenClass().isin(classes)))
                .groupBy(Usage.columns(Usage.concat(List.of(Pools.POOL), ATTRIBUTES)))
                .agg(sum(Facts.WEIGHTED).as(Facts.WEIGHTED))
                .filter(col(Facts.WEIGHTED).gt(0));
    }

    /** The weights of a month and pool among those of {@link Scenario#shareWeights}. */
    private static Dataset<Row> weights(CostCell cell, Dataset<Row> weights) {
        return weights.filter(is(cell, Pools.POOL)
                        .and(CostFilter.is(Usage.MONTH, cell.month().toString())))
                .withColumn(Facts.WEIGHTED, col(Facts.SHARE_WEIGHT).cast(Facts.WEIGHTS));
    }

    private CapacityShare share(
            CostCell cell,
            CapacityCharge charge,
            Peak peak,
            List<Weighted> tokens,
            BigDecimal weighted,
            BigDecimal ofAll,
            BigDecimal floor,
            BigDecimal share) {
        return new CapacityShare(
                charge.unit().unit(),
                costOf(cell, charge),
                charge.cost(),
                charge.served(),
                charge.capacity(),
                charge.used(),
                charge.idle(),
                peak,
                tokens,
                weighted,
                ofAll,
                floor,
                share);
    }

    /** In figures where units × time × price is all there is to the cost, else in words. */
    private String costOf(CostCell cell, CapacityCharge charge) {
        BigDecimal overage =
                plans(cell, charge).map(CapacityPlan::overageCost).reduce(BigDecimal.ZERO, BigDecimal::add);
        String further = overage.signum() == 0 ? "" : " + further units by the hour " + overage.toPlainString();
        BigDecimal units = charge.cost().subtract(overage);
        UnitPrice price = charge.unit().price();
        String product = product(cell.month(), charge, units);
        if (overage.signum() == 0 && product != null) {
            return product;
        }
        return price.minimumMonthly() != null && units.compareTo(price.minimumMonthly()) == 0
                ? "the monthly minimum of the units" + further
                : "the month's units, storage, network and commitments" + further;
    }

    /** Null where the product is not the cost. */
    private String product(Month month, CapacityCharge charge, BigDecimal cost) {
        UnitPrice price = charge.unit().price();
        BigDecimal minutes = charge.capacity()
                .divide(charge.unit().capacityPerMinute(1), Money.REPORT_SCALE, RoundingMode.HALF_EVEN);
        BigDecimal minutesPaid = BigDecimal.valueOf(
                switch (price.per()) {
                    case MINUTE -> 1;
                    case HOUR -> 60;
                    case DAY -> 24 * 60;
                    case MONTH -> month.minutes(workings.economics().billingZone());
                });
        BigDecimal product =
                price.ofUnit().multiply(minutes).divide(minutesPaid, Money.REPORT_SCALE, RoundingMode.HALF_EVEN);
        return product.compareTo(cost) != 0
                ? null
                : "%s unit-minutes x %s per %s%s"
                        .formatted(
                                minutes.stripTrailingZeros().toPlainString(),
                                price.ofUnit().stripTrailingZeros().toPlainString(),
                                price.per().label(),
                                minutesPaid.equals(BigDecimal.ONE) ? "" : " / " + minutesPaid + " minutes");
    }

    // Minimum spend

    private Rest rest(Bill.Shortfall shortfall) {
        BigDecimal minimum = workings.economics().minimumSpends().stream()
                .filter(m -> m.contract().equals(shortfall.contract()))
                .map((MinimumSpend m) ->
                        m.of(shortfall.month(), workings.economics().billingZone()))
                .reduce(BigDecimal.ZERO, BigDecimal::add);
        List<Spent> spent = evaluation.ratesApplied().stream()
                .filter(use -> use.month().equals(shortfall.month())
                        && use.scenario().equals(shortfall.scenario())
                        && shortfall.contract().equals(use.rate().contract()))
                .map(use -> new Spent(
                        use.rate().place(),
                        use.rate().provider() + "/" + use.rate().model(),
                        use.billedAs(),
                        use.quantity(),
                        use.rate().pricePerMillion(),
                        use.cost()))
                .toList();
        return new Rest(shortfall.contract(), minimum, spent, shortfall.cost());
    }
}
