package io.tokenledger.report;

import static io.tokenledger.report.TableColumn.count;
import static io.tokenledger.report.TableColumn.flag;
import static io.tokenledger.report.TableColumn.money;
import static io.tokenledger.report.TableColumn.ratio;
import static io.tokenledger.report.TableColumn.text;
import static io.tokenledger.report.TableColumn.texts;

import io.tokenledger.scenario.CapacityReport;
import io.tokenledger.scenario.commitment.Rung;
import java.math.BigDecimal;
import java.util.List;

/** How bought capacity would be used, and what each unit of it saves. */
public final class CapacityTables {

    private record Step(CapacityReport report, Rung rung) {}

    private CapacityTables() {}

    /** How bought capacity would be used. The logs hold no durations to judge a service level by. */
    public static TableContent capacityPlan(List<CapacityReport> reports) {
        return TableContent.of(
                "capacity_plan",
                reports,
                List.of(
                        text("month", r -> r.month().toString()),
                        text("pool", r -> r.pool()),
                        text("scenario", r -> r.scenario().scenario().label()),
                        text("variant", r -> r.scenario().variant()),
                        text("unit", r -> r.unit().unit()),
                        count("units", r -> r.units()),
                        money("unit_price", r -> r.unit().price().ofUnit()),
                        text("price_per", r -> r.unit().price().per().label()),
                        ratio("peak_units", r -> r.peakUnits()),
                        ratio("p99_units", r -> r.p99Units()),
                        ratio("mean_units", r -> r.meanUnits()),
                        ratio("utilisation", r -> r.utilisation()),
                        ratio("coverage", r -> r.coverage()),
                        count("overflow_tokens", r -> r.overflowTokens()),
                        money("overflow_cost", r -> r.overflowCost()),
                        money("capacity_cost", r -> r.capacityCost()),
                        money("idle_cost", r -> r.idleCost()),
                        ratio("break_even_load", r -> r.breakEvenLoad()),
                        money("break_even_unit_price", r -> r.breakEvenUnitPrice()),
                        text("slo", r -> "not assessed"),
                        text("chosen_on", r -> r.purchase().chosenOn()),
                        money("sunk_cost", r -> r.purchase().plan().sunk()),
                        flag("sampled", r -> r.sampled()),
                        texts("assumptions", r -> r.purchase().assumptions()),
                        text("throughput_source", r -> r.unit().throughputSource()),
                        text("price_source", r -> r.unit().priceSource()),
                        text("currency", r -> r.unit().currency())));
    }

    /**
     * What each further unit of a pool saves by itself on the month's demand, against paying by token; bought or not. The
     * tokens of a minute are divisible here, so a sum can differ from the plan by less than a token per minute and class.
     */
    public static TableContent capacityLadder(List<CapacityReport> reports) {
        List<Step> steps = reports.stream()
                .flatMap(report -> report.purchase().ladder().stream().map(rung -> new Step(report, rung)))
                .toList();
        return TableContent.of(
                "capacity_ladder",
                steps,
                List.of(
                        text("month", s -> s.report().month().toString()),
                        text("pool", s -> s.report().pool()),
                        text("scenario", s -> s.report().scenario().scenario().label()),
                        text("variant", s -> s.report().scenario().variant()),
                        text("unit", s -> s.report().unit().unit()),
                        count("units", s -> s.rung().units().longValueExact()),
                        money("capacity_cost", s -> s.rung().cost()),
                        money("served_value", s -> s.rung().servedValue()),
                        money("saving", s -> s.rung().saving()),
                        ratio("utilisation", s -> s.rung().utilisation()),
                        ratio("break_even_load", s -> s.rung().breakEvenLoad()),
                        flag(
                                "bought",
                                s -> s.rung()
                                                .units()
                                                .compareTo(BigDecimal.valueOf(
                                                        s.report().units()))
                                        <= 0),
                        text("currency", s -> s.report().unit().currency())));
    }
}
