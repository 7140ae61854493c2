package io.tokenledger.scenario;

import io.tokenledger.model.Failure;
import io.tokenledger.rates.ModelKey;
import io.tokenledger.rates.RateCard;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** The models of {@code what-if-model}: what the same tokens would cost at their rates. */
final class OtherModels {
    private OtherModels() {}

    /** @throws Failure with exit code 2 when a model has no rate, or a factor is for none of the models */
    static List<ModelKey> of(ScenarioSettings.OtherModels settings, RateCard rates) {
        List<ModelKey> models = models(settings, rates);
        Set<String> unused = new TreeSet<>(settings.tokenFactors().keySet());
        models.forEach(model -> unused.remove(model.toString()));
        if (!unused.isEmpty()) {
            throw Failure.configuration(
                    "scenarios.what-if-model.token_factors: %s; expected only models that the tokens are priced as: those"
                            + " of models or, where it is empty, of the rate tables",
                    unused);
        }
        return models;
    }

    private static List<ModelKey> models(ScenarioSettings.OtherModels settings, RateCard rates) {
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
