package io.tokenledger.scenario;

import io.tokenledger.model.Month;
import java.math.BigDecimal;
import java.util.Map;
import java.util.TreeMap;

/**
 * A cell of {@code scenario_costs}: its key, in which all but scenario and row kind can be null, and its cost. Idle units
 * of one pool, and contracts whose minimums are not spent, have one key; they are one cell here.
 *
 * @param totalCost null if anything is unpriced
 * @param pricedCost the priced part
 */
public record CostCell(
        Month month,
        String scenario,
        String variant,
        String pool,
        String rowKind,
        String tenant,
        String feature,
        String environment,
        String provider,
        String model,
        BigDecimal totalCost,
        BigDecimal pricedCost) {

    /** Asks for this cell alone. */
    public CostFilter filter() {
        Map<String, String> key = new TreeMap<>();
        CostFilter.COLUMNS.forEach(column -> key.put(column, value(column)));
        return new CostFilter(month, key);
    }

    /** @param column of {@link CostFilter#COLUMNS} */
    public String value(String column) {
        return switch (column) {
            case "scenario" -> scenario;
            case "variant" -> variant;
            case "pool" -> pool;
            case "row_kind" -> rowKind;
            case "tenant" -> tenant;
            case "feature" -> feature;
            case "environment" -> environment;
            case "provider" -> provider;
            case "model" -> model;
            default -> throw new IllegalArgumentException(column);
        };
    }

    ScenarioKey key() {
        return Bill.key(scenario, variant);
    }
}
