package io.tokenledger.usage;

import io.tokenledger.model.Failure;
import io.tokenledger.rates.CsvTable;
import io.tokenledger.rates.ModelKey;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Other names of models, as declared: the name of an own endpoint, or a dated name. A name that has rates of its own is
 * never replaced.
 *
 * @param models the name in the log to the name in the rate table
 */
public record ModelAliases(Map<ModelKey, String> models) {
    private static final List<String> COLUMNS = List.of("provider", "alias", "model", "note");

    public static final ModelAliases NONE = new ModelAliases(Map.of());

    /** @throws Failure with exit code 2 when an alias is declared twice */
    public static ModelAliases read(String file, byte[] content) {
        Map<ModelKey, String> models = new LinkedHashMap<>();
        for (CsvTable.Line line : CsvTable.read(file, content, COLUMNS)) {
            ModelKey alias = new ModelKey(line.text("provider"), line.text("alias"));
            if (models.put(alias, line.text("model")) != null) {
                throw line.refused("alias", "each alias once");
            }
        }
        return new ModelAliases(Map.copyOf(models));
    }
}
