package io.tokenledger.rates.imports;

import java.util.Comparator;
import java.util.Locale;

/**
 * Something that a file states and the table does not hold.
 *
 * @param model as {@code provider/model}, or the entry's name where it is no model
 * @param field where it stands in the entry
 * @param value as the file states it
 */
public record NotCarriedOver(String model, String field, String value, Reason reason)
        implements Comparable<NotCarriedOver> {
    private static final Comparator<NotCarriedOver> ORDER = Comparator.comparing(NotCarriedOver::model)
            .thenComparing(NotCarriedOver::field)
            .thenComparing(NotCarriedOver::value)
            .thenComparing(NotCarriedOver::reason);

    @Override
    public int compareTo(NotCarriedOver other) {
        return ORDER.compare(this, other);
    }

    /** Why it is not carried over. */
    public enum Reason {
        NO_MODEL("a description or a fallback, no model"),
        SIZE_BUCKET("a price by model size, no model"),
        NO_TOKEN_PRICE("a model without a price of tokens or calls"),
        OTHER_UNIT("not a price of tokens of a class, of requests or of web searches"),
        MULTIPLIER("a multiplier, no price"),
        NO_NUMBER("not a number of at least 0"),
        CURRENCY("not in US dollars"),
        TOO_MANY_DIGITS("more than 18 fraction digits per token: it would have to be rounded"),
        ABOVE_CEILING("above the ceiling: a wrong unit? The model is left out; see --ceiling and --acknowledge"),
        BELOW_RATIO("output costs less than 0.2 times input: a wrong unit? The model is left out; see --acknowledge"),
        ZERO_OUTPUT("0 beside a priced input: not given, or free? See --acknowledge"),
        ZERO_NOT_GIVEN("0 stands for not given in this format"),
        CONTRADICTION("the file states different prices for the same; none is taken"),
        AMBIGUOUS("different prices that nothing in the log tells apart"),
        REGION("a price by region; the standard price is taken"),
        OTHER_TIER("a price list of another tier than standard, batch, flex or priority"),
        OTHER_CONDITION("a condition that a rate table cannot express"),
        RANGES_NOT_SAID("the file does not say whether its ranges are marginal or for the whole request; say"
                + " --tiered-pricing"),
        OTHER_NAMES("names beside the model's id; declare them as model aliases"),
        START_UNKNOWN("ended before the first version, and its start is not stated; see --valid-from"),
        UNSAFE_NAME("a name that a spreadsheet would run or a table would change");

        private final String text;

        Reason(String text) {
            this.text = text;
        }

        /** The word in JSON. */
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }

        /** The sentence that a person reads. */
        public String text() {
            return text;
        }
    }
}
