package io.tokenledger.scenario;

import io.tokenledger.model.Failure;
import io.tokenledger.rates.ModelKey;
import io.tokenledger.rates.RateCard;
import java.util.Comparator;
import java.util.List;

/** The models of {@code what-if-model}: what the same tokens would cost at their rates. */
final class OtherModels {
    private OtherModels() {}

    /** @throws Failure with exit code 2 when a model has no rate */
    static List<ModelKey> of(ScenarioSettings.OtherModels settings, RateCard rates) {
        if (settings.models().isEmpty()) {
            return rates.models().stream()
                    .sorted(Comparator.comparing(ModelKey::toString))
                    .toList();
        }
        return settings.models().stream()
                .map(name -> rates.models().stream()
                        .filter(model -> model.toString().equals(name))
                        .findFirst()
                        .orElseThrow(() -> Failure.configuration(
                                "scenarios.what-if-model.models: '%s' has no rate; expected provider/model as in the rate"
                                        + " tables",
                                name)))
                .toList();
    }
}
