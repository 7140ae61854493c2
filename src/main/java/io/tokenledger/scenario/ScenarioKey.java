package io.tokenledger.scenario;

import static java.util.Comparator.comparing;
import static java.util.Comparator.naturalOrder;
import static java.util.Comparator.nullsFirst;

import java.util.Comparator;

/**
 * A scenario and which of its variants; in the order of reports.
 *
 * @param variant null for a scenario that has only one
 */
public record ScenarioKey(ScenarioName scenario, String variant) implements Comparable<ScenarioKey> {
    private static final Comparator<ScenarioKey> ORDER =
            comparing(ScenarioKey::scenario).thenComparing(ScenarioKey::variant, nullsFirst(naturalOrder()));

    static ScenarioKey of(ScenarioName scenario) {
        return new ScenarioKey(scenario, null);
    }

    @Override
    public int compareTo(ScenarioKey other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return variant == null ? scenario.label() : scenario.label() + " (" + variant + ")";
    }
}
