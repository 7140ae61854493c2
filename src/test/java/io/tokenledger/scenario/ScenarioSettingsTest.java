package io.tokenledger.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tokenledger.model.Failure;
import io.tokenledger.rates.ModelKey;
import io.tokenledger.rates.RateTables;
import io.tokenledger.scenario.ScenarioSettings.Batches;
import io.tokenledger.scenario.ScenarioSettings.Bought;
import io.tokenledger.scenario.ScenarioSettings.NoParameters;
import io.tokenledger.scenario.ScenarioSettings.Number;
import io.tokenledger.scenario.ScenarioSettings.Scaling;
import io.tokenledger.usage.BatchEligibility;
import io.tokenledger.usage.Pools;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ScenarioSettingsTest {

    private static final NoParameters YES = new NoParameters();

    @Test
    void onlyTheNamedScenariosAreComputedInTheOrderOfReports() {
        assertThat(new ScenarioSettings(null, null, units("u", "1"), null, null, null, null, YES).names())
                .containsExactly(ScenarioName.DEDICATED, ScenarioName.AS_RUN);
        assertThat(new ScenarioSettings(YES, new Batches(null), null, null, units("n", "optimum"), null, null, null)
                        .names())
                .containsExactly(ScenarioName.SERVERLESS, ScenarioName.BATCH, ScenarioName.GPU_CLUSTER);
    }

    @Test
    void aJobWithoutAScenarioIsRefused() {
        assertThatThrownBy(() -> new ScenarioSettings(null, null, null, null, null, null, null, null))
                .isInstanceOf(Failure.class)
                .hasMessage("scenarios: none is named; expected serverless, batch, dedicated, provisioned, gpu-cluster,"
                        + " best-mix or as-run");
    }

    @Test
    void whatIsBoughtIsAtLeastOneUnitOrAsManyAsWereCheapest() {
        assertThat(units("u", "3").units().get("u").given()).isEqualTo(3);
        assertThat(units("u", "optimum").units().get("u").given()).isNull();
        assertThat(units("u", "optimum").hasOptimum()).isTrue();
        assertThat(units("u", "3").hasOptimum()).isFalse();
        for (String number : List.of("0", "-1", "two", "1.5", "")) {
            assertThatThrownBy(() -> Number.of(number))
                    .isInstanceOf(Failure.class)
                    .hasMessage("'%s' is no number of units; expected one of at least 1, or optimum", number);
        }
        assertThatThrownBy(() -> new Bought(new TreeMap<>(), null, null, null))
                .isInstanceOf(Failure.class)
                .hasMessageContaining("no units");
    }

    @Test
    void scalingNeedsAMostAndUnitsOfItsScenario() {
        Scaling scaling = new Scaling(null, 4L, null);
        assertThat(scaling.min()).isEqualTo(1);
        assertThat(scaling.startupMinutes()).isEqualTo(20);
        assertThatThrownBy(() -> new Scaling(3L, 2L, 5L))
                .isInstanceOf(Failure.class)
                .hasMessageContaining("expected max");
        assertThatThrownBy(() -> new Scaling(1L, null, 5L)).isInstanceOf(Failure.class);
        assertThatThrownBy(() -> new Bought(
                        new TreeMap<>(Map.of("u", Number.of("1"))), null, new TreeMap<>(Map.of("v", scaling)), null))
                .isInstanceOf(Failure.class)
                .hasMessageContaining("expected units of this scenario, [u]");
    }

    @Test
    void onlyUnitsThatAreSoldByTheMinuteScale() {
        assertThat(scaling()).isNotNull();
        assertThat(scaling("price_per", "minute")).isNotNull();
        assertNotScaling("price_per day", "price_per", "day");
        assertNotScaling("price_per month", "price_per", "month");
        assertNotScaling("term_days 30", "term_days", "30");
        assertNotScaling("minimum_units 15", "minimum_units", "15");
        assertNotScaling("minimum_units 5, step_units 5", "step_units", "5");
        assertNotScaling("minimum_monthly 100", "minimum_monthly", "100");
        assertNotScaling(
                "price_per month, term_days 30, minimum_units 15",
                "price_per",
                "month",
                "term_days",
                "30",
                "minimum_units",
                "15");
    }

    private static void assertNotScaling(String found, String... columnsAndCells) {
        assertThatThrownBy(() -> scaling(columnsAndCells))
                .isInstanceOf(Failure.class)
                .hasMessage("scenarios.dedicated.scaling: unit 'u' has " + found
                        + "; expected a unit that comes and goes by"
                        + " the minute: one by one, price_per minute or hour, no term_days, no minimum_monthly");
    }

    private static Economics scaling(String... columnsAndCells) {
        Bought scaling = new Bought(
                new TreeMap<>(Map.of("u", Number.OPTIMUM)),
                null,
                new TreeMap<>(Map.of("u", new Scaling(null, 4L, null))),
                null);
        return new Economics(
                RateTables.card("p m standard uncached_input 0 2026-01-01 - 1"),
                List.of(),
                new Pools(Map.of(new ModelKey("p", "m"), "pool")),
                BatchEligibility.NONE,
                BatchPolicy.NONE,
                Map.of("u", Units.with(columnsAndCells)),
                List.of(),
                new ScenarioSettings(null, null, scaling, null, null, null, null, null),
                ZoneOffset.UTC);
    }

    @Test
    void batchesFinishAfterAnHourAtTheEarliest() {
        assertThatThrownBy(() -> new Batches(0L))
                .isInstanceOf(Failure.class)
                .hasMessage("turnaround_hours is 0; expected at least 1, or no such key");
    }

    @Test
    void aTrailingWindowIsADayToAYearLong() {
        for (int days : new int[] {0, 401}) {
            assertThatThrownBy(() -> new Bought(new TreeMap<>(Map.of("u", Number.OPTIMUM)), days, null, null))
                    .isInstanceOf(Failure.class)
                    .hasMessage("trailing_days is %d; expected 1 to 400", days);
        }
        assertThat(units("u", "optimum").trailingDays()).isEqualTo(30);
    }

    @Test
    void scenariosAreNamedAsInJobFilesAndColumns() {
        assertThat(Stream.of(ScenarioName.values()).map(ScenarioName::label))
                .containsExactly(
                        "serverless", "batch", "dedicated", "provisioned", "gpu-cluster", "best-mix", "as-run");
        assertThat(Stream.of(ScenarioName.values()).map(ScenarioName::costColumn))
                .containsExactly(
                        "serverless_cost",
                        "batch_cost",
                        "dedicated_cost",
                        "provisioned_cost",
                        "gpu_cluster_cost",
                        "best_mix_cost",
                        "as_run_cost");
    }

    private static Bought units(String unit, String number) {
        return new Bought(new TreeMap<>(Map.of(unit, Number.of(number))), null, null, null);
    }
}
