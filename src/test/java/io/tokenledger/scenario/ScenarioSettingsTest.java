package io.tokenledger.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tokenledger.model.Failure;
import io.tokenledger.scenario.ScenarioSettings.NoParameters;
import io.tokenledger.scenario.ScenarioSettings.Replicas;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ScenarioSettingsTest {

    @Test
    void onlyTheNamedScenariosAreComputedInTheOrderOfReports() {
        assertThat(new ScenarioSettings(null, null, new Replicas(Map.of("u", 1)), new NoParameters()).names())
                .containsExactly(ScenarioName.DEDICATED, ScenarioName.AS_RUN);
        assertThat(new ScenarioSettings(new NoParameters(), new NoParameters(), null, null).names())
                .containsExactly(ScenarioName.SERVERLESS, ScenarioName.BATCH);
    }

    @Test
    void aJobWithoutAScenarioIsRefused() {
        assertThatThrownBy(() -> new ScenarioSettings(null, null, null, null))
                .isInstanceOf(Failure.class)
                .hasMessage("scenarios: none is named; expected serverless, batch, dedicated or as-run");
    }

    @Test
    void replicasAreAtLeastOneOfAtLeastOneUnit() {
        assertThatThrownBy(() -> new Replicas(Map.of()))
                .isInstanceOf(Failure.class)
                .hasMessageContaining("no replicas");
        assertThatThrownBy(() -> new Replicas(null)).isInstanceOf(Failure.class).hasMessageContaining("no replicas");
        assertThatThrownBy(() -> new Replicas(Map.of("u", 0)))
                .isInstanceOf(Failure.class)
                .hasMessage("scenarios.dedicated.replicas: u is 0; expected a number of at least 1");
        Map<String, Integer> empty = new HashMap<>();
        empty.put("u", null);
        assertThatThrownBy(() -> new Replicas(empty))
                .isInstanceOf(Failure.class)
                .hasMessageContaining("u is null");
    }

    @Test
    void scenariosAreNamedAsInJobFilesAndColumns() {
        assertThat(Stream.of(ScenarioName.values()).map(ScenarioName::label))
                .containsExactly("serverless", "batch", "dedicated", "as-run");
        assertThat(Stream.of(ScenarioName.values()).map(ScenarioName::costColumn))
                .containsExactly("serverless_cost", "batch_cost", "dedicated_cost", "as_run_cost");
    }
}
