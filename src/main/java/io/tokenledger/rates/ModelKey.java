package io.tokenledger.rates;

import io.tokenledger.rates.CsvTable.Line;
import java.io.Serializable;

/** A model of a provider, by its exact name: never lower-cased, never guessed from a part of it. */
public record ModelKey(String provider, String model) implements Serializable {

    public static ModelKey of(Line line) {
        return new ModelKey(line.text("provider"), line.text("model"));
    }

    @Override
    public String toString() {
        return provider + "/" + model;
    }
}
