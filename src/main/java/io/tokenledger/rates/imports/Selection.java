package io.tokenledger.rates.imports;

import io.tokenledger.rates.ModelKey;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Which models of the files are asked for.
 *
 * @param providers the providers as the file names them, each with the name that the logs give it; empty is all
 * @param models globs over the model's name, in which {@code *} is any text and {@code ?} any character; empty is all
 */
public record Selection(Map<String, String> providers, List<String> models) {
    public Selection {
        providers = Map.copyOf(providers);
        models = List.copyOf(models);
    }

    boolean isAll() {
        return providers.isEmpty() && models.isEmpty();
    }

    boolean takes(ModelKey model) {
        return takesProvider(model) && (models.isEmpty() || models.stream().anyMatch(glob -> matches(glob, model)));
    }

    boolean takesProvider(ModelKey model) {
        return providers.isEmpty() || providers.containsKey(model.provider());
    }

    static boolean matches(String glob, ModelKey model) {
        String pattern = Pattern.quote(glob).replace("*", "\\E.*\\Q").replace("?", "\\E.\\Q");
        return Pattern.compile(pattern, Pattern.DOTALL).matcher(model.model()).matches();
    }

    ModelKey named(ModelKey model) {
        return new ModelKey(providers.getOrDefault(model.provider(), model.provider()), model.model());
    }
}
