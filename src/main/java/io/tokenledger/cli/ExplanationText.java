package io.tokenledger.cli;

import io.tokenledger.job.Explain;
import io.tokenledger.scenario.CostCell;
import io.tokenledger.scenario.CostExplanation;
import io.tokenledger.scenario.CostExplanation.CapacityShare;
import io.tokenledger.scenario.CostExplanation.Line;
import io.tokenledger.scenario.CostExplanation.Part;
import io.tokenledger.scenario.CostExplanation.Peak;
import io.tokenledger.scenario.CostExplanation.RateTerms;
import io.tokenledger.scenario.CostExplanation.Rest;
import io.tokenledger.scenario.CostExplanation.Slice;
import io.tokenledger.scenario.CostExplanation.Spent;
import io.tokenledger.scenario.CostExplanation.Step;
import io.tokenledger.scenario.CostExplanation.VolumeShare;
import io.tokenledger.scenario.CostFilter;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * An explanation as a person with a calculator reads it: a calculation to a line, its figures in full and without
 * separators, so that they can be copied. In ASCII, since the terminal of a night may be of any charset.
 */
public final class ExplanationText {
    private final List<String> lines = new ArrayList<>();

    /** Volumes that stand above already. */
    private final Set<List<Slice>> ladders = new HashSet<>();

    private ExplanationText() {}

    public static List<String> lines(Explain.Answer answer) {
        ExplanationText text = new ExplanationText();
        if (answer.explanation() == null) {
            text.several(answer);
        } else {
            text.explanation(answer.explanation());
            text.published(answer.published());
        }
        return text.lines.stream().map(Summary::oneLine).toList();
    }

    private void add(int indent, String format, Object... values) {
        lines.add("  ".repeat(indent) + (values.length == 0 ? format : format.formatted(values)));
    }

    // Several cells

    private void several(Explain.Answer answer) {
        add(
                0,
                "%s: %s cells match; costs in %s",
                answer.month(),
                answer.more() ? "more than 20" : "several",
                answer.currency());
        add(0, "");
        add(0, "together");
        answer.totals()
                .forEach(cell -> add(
                        1, "%s  %s", cost(cell), options(cell, List.of("scenario", "variant", "pool", "row_kind"))));
        if (!answer.cells().isEmpty()) {
            add(0, "");
            add(0, answer.more() ? "the first 20" : "each");
            List<String> telling = CostFilter.COLUMNS.stream()
                    .filter(answer.values()::containsKey)
                    .toList();
            answer.cells().forEach(cell -> add(1, "%s  %s", cost(cell), options(cell, telling)));
        }
        add(0, "");
        add(0, "narrow by");
        answer.values()
                .forEach((column, values) -> add(
                        1,
                        "%s %s",
                        Explain.flag(column),
                        values.stream().map(ExplanationText::quoted).collect(Collectors.joining(", "))));
    }

    private static String cost(CostCell cell) {
        return cell.totalCost() != null
                ? full(cell.totalCost())
                : "none (priced part %s)".formatted(full(cell.pricedCost()));
    }

    private static String options(CostCell cell, List<String> columns) {
        return columns.stream()
                .map(column -> Explain.flag(column) + " " + quoted(cell.value(column)))
                .collect(Collectors.joining(" "));
    }

    /** As a shell takes it. */
    private static String quoted(String value) {
        if (value == null) {
            return "''";
        }
        return value.matches("[A-Za-z0-9._/:@+-]+") ? value : "'" + value.replace("'", "'\\''") + "'";
    }

    // One cell

    private void explanation(CostExplanation explanation) {
        CostCell cell = explanation.cell();
        add(0, "%s %s", cell.month(), options(cell, CostFilter.COLUMNS));
        add(
                0,
                "costs in %s; prices per 1000000 tokens or calls; times UTC, the first one inclusive",
                explanation.currency());
        if (explanation.assumptions() != null) {
            add(0, "assumed: %s", explanation.assumptions());
        }
        explanation.parts().forEach(this::part);
        explanation.capacity().forEach(this::capacity);
        explanation.minimums().forEach(this::rest);
        total(explanation);
    }

    private void part(Part part) {
        add(0, "");
        add(0, part.name());
        String where = null;
        for (Line line : part.lines()) {
            String here = where(line);
            if (!here.equals(where)) {
                add(1, here);
                where = here;
            }
            line(line, part.name());
        }
        if (part.exact() != null) {
            add(1, "sum %s, rounded %s", plain(part.exact()), full(part.cost()));
        }
    }

    private static String where(Line line) {
        if (line.from() == null) {
            return "the whole month";
        }
        List<String> where = new ArrayList<>(List.of(line.from() + " to " + line.to()));
        where.addAll(line.within());
        return String.join(", ", where);
    }

    private void line(Line line, String part) {
        String what = (line.billedUnit().equals(part) ? "" : line.billedUnit() + " ")
                + (line.priceTier() == null ? "on capacity" : line.priceTier());
        if (line.rate() != null) {
            add(2, "%s: %s", what, product(line.quantity(), line.rate(), line.cost()));
            terms(3, line.rate());
        } else if (line.volume() != null) {
            volume(what, line);
        } else {
            add(
                    2,
                    "%s: %s%s",
                    what,
                    line.quantity(),
                    line.onCapacity() ? ", see capacity" : " unpriced: no price holds");
        }
    }

    private static String product(long quantity, RateTerms rate, BigDecimal cost) {
        return "%s x %s / 1000000 = %s".formatted(quantity, plain(rate.pricePerMillion()), plain(cost));
    }

    private void terms(int indent, RateTerms rate) {
        add(indent, "%s", origin(rate));
        if (rate.percentOfList() != null || rate.exchangeRate() != null) {
            StringBuilder product =
                    new StringBuilder("%s %s".formatted(plain(rate.tablePrice()), rate.tableCurrency()));
            if (rate.percentOfList() != null) {
                product.append(" of %s x %s %%".formatted(rate.listPlace(), plain(rate.percentOfList())));
            }
            if (rate.exchangeRate() != null) {
                product.append(" x %s of %s".formatted(plain(rate.exchangeRate()), rate.exchangePlace()));
            }
            add(indent, "%s = %s", product, plain(rate.pricePerMillion()));
        }
    }

    private static String origin(RateTerms rate) {
        List<String> origin = new ArrayList<>(List.of(rate.place()));
        if (rate.tier() != null) {
            origin.add(rate.tier() + " " + rate.billedUnit());
        }
        origin.add(
                rate.contract() != null
                        ? "contract " + rate.contract()
                        : rate.tier() == null ? "overage price" : "list price");
        if (rate.source() != null) {
            origin.add("read in " + rate.source() + (rate.retrievedAt() == null ? "" : " on " + rate.retrievedAt()));
        }
        if (rate.rule() != null) {
            origin.add("by the rule: " + rate.rule());
        }
        return String.join(", ", origin);
    }

    private void volume(String what, Line line) {
        VolumeShare volume = line.volume();
        add(
                2,
                "%s: %s x %s / %s = %s",
                what,
                full(volume.whole()),
                line.quantity(),
                volume.quantityOfAll(),
                share(volume.floor(), line.cost()));
        if (!ladders.add(volume.ladder())) {
            return;
        }
        add(
                3,
                "contract %s counts all who use it in the order of time; a time's cost is shared by tokens:",
                volume.contract());
        for (Slice slice : volume.ladder()) {
            add(3, "from %s, with %s counted before", slice.from(), slice.counted());
            for (Step step : slice.steps()) {
                add(4, "beyond %s: %s", step.volumeAbove(), product(step.quantity(), step.rate(), step.cost()));
                terms(5, step.rate());
            }
            add(4, "together, rounded %s", full(slice.cost()));
        }
    }

    /** A share by largest remainder. */
    private static String share(BigDecimal floor, BigDecimal share) {
        return floor.compareTo(share) == 0
                ? full(share) + ", rounded down"
                : "%s, rounded down, + 1 in the last digit by largest remainder = %s"
                        .formatted(full(floor), full(share));
    }

    private void capacity(CapacityShare capacity) {
        add(0, "");
        add(0, "capacity %s", capacity.unit());
        add(1, "cost of the units %s: %s", full(capacity.cost()), capacity.costOf());
        if (capacity.idle().signum() == 0) {
            add(1, "used %s: all of it", full(capacity.used()));
        } else {
            add(
                    1,
                    "used %s x %s / %s = %s, rounded (weighted tokens: served / could have been served)",
                    full(capacity.cost()),
                    plain(capacity.served()),
                    plain(capacity.capacity()),
                    full(capacity.used()));
        }
        if (capacity.floor() == null) {
            add(1, "idle %s - %s = %s", full(capacity.cost()), full(capacity.used()), full(capacity.idle()));
            return;
        }
        if (capacity.peak() != null) {
            peak(capacity.peak());
        }
        capacity.tokens()
                .forEach(t -> add(
                        1,
                        "%s %s x weight %s = %s",
                        t.tokenClass(),
                        t.tokens(),
                        plain(t.weight()),
                        plain(t.weighted())));
        add(1, "weighted %s of %s", plain(capacity.weighted()), plain(capacity.weightedOfAll()));
        add(
                1,
                "share %s x %s / %s = %s",
                full(capacity.used()),
                plain(capacity.weighted()),
                plain(capacity.weightedOfAll()),
                share(capacity.floor(), capacity.share()));
    }

    private void peak(Peak peak) {
        String minutes = peak.first().stream().map(Instant::toString).collect(Collectors.joining(", "));
        if (peak.minutes() == 1) {
            add(1, "shared by what was asked for in the busiest minute, %s, of %s units", minutes, plain(peak.units()));
        } else {
            add(
                    1,
                    "shared by what was asked for in the %s busiest minutes, of %s units each: %s%s",
                    peak.minutes(),
                    plain(peak.units()),
                    minutes,
                    peak.minutes() > peak.first().size() ? " and so on" : "");
        }
    }

    private void rest(Rest rest) {
        add(0, "");
        add(0, "minimum spend of contract %s", rest.contract());
        BigDecimal spent = BigDecimal.ZERO;
        for (Spent by : rest.spent()) {
            add(
                    1,
                    "%s, %s %s: %s x %s / 1000000 = %s",
                    by.place(),
                    by.model(),
                    by.billedUnit(),
                    by.quantity(),
                    plain(by.pricePerMillion()),
                    plain(by.cost()));
            spent = spent.add(by.cost());
        }
        add(1, "spent %s", plain(spent));
        add(1, "rest %s - %s = %s, rounded", full(rest.minimum()), plain(spent), full(rest.cost()));
    }

    private void total(CostExplanation explanation) {
        CostCell cell = explanation.cell();
        add(0, "");
        add(0, "total");
        explanation.parts().stream()
                .filter(part -> part.cost() != null)
                .forEach(part -> add(1, "%s %s", full(part.cost()), part.name()));
        explanation.capacity().forEach(c -> add(1, "%s capacity %s", full(c.share()), c.unit()));
        explanation.minimums().forEach(m -> add(1, "%s minimum spend of contract %s", full(m.cost()), m.contract()));
        add(1, "%s %s", full(cell.pricedCost()), cell.totalCost() == null ? "priced_cost" : "total_cost");
        if (cell.totalCost() == null) {
            add(1, "no total_cost, since something is unpriced");
        }
    }

    private void published(Explain.Published published) {
        add(0, "");
        if (published == null) {
            add(0, "the month is not published");
        } else if (!published.found()) {
            add(0, "published in %s, which is not in the job file's out; not compared", published.path());
        } else if (published.agrees()) {
            add(0, "published the same in %s", published.path());
        } else {
            add(
                    0,
                    "published otherwise in %s: %s; ledger, tables or job file have changed since, and the next nightly run"
                            + " publishes the month anew",
                    published.path(),
                    published.pricedCost() == null
                            ? "no such cell"
                            : published.totalCost() != null
                                    ? full(published.totalCost())
                                    : "no total, priced part " + full(published.pricedCost()));
        }
    }

    /** With all digits of a report. */
    private static String full(BigDecimal amount) {
        return amount.toPlainString();
    }

    private static String plain(BigDecimal amount) {
        return amount.signum() == 0 ? "0" : amount.stripTrailingZeros().toPlainString();
    }
}
