package io.tokenledger.rates.imports;

import com.fasterxml.jackson.databind.JsonNode;
import io.tokenledger.model.BilledUnit;
import io.tokenledger.rates.ModelKey;
import io.tokenledger.rates.imports.NotCarriedOver.Reason;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What a price file states of one model, gathered while it is read. */
final class Entry {
    private static final Pattern NUMBER = Pattern.compile("\\d{1,40}(\\.\\d{1,60})?([eE][+-]?\\d{1,3})?");

    /** Numbers further from 1 than this are no prices, and would be long to write out. */
    private static final int MOST_DIGITS = 60;

    private final String name;
    private final ModelKey model;
    private final List<FoundPrice> prices = new ArrayList<>();
    private final List<FoundPrice> unwritable = new ArrayList<>();
    private final List<NotCarriedOver> left = new ArrayList<>();
    private boolean generates = true;

    /**
     * @param name of the entry in the file
     * @param model null where the entry is no model
     */
    Entry(String name, ModelKey model) {
        this.name = name;
        this.model = model;
    }

    String name() {
        return name;
    }

    ModelKey model() {
        return model;
    }

    List<FoundPrice> prices() {
        return prices;
    }

    /** Prices that were left for their digits: not written, but what contradicts them is not to be trusted either. */
    List<FoundPrice> unwritable() {
        return unwritable;
    }

    List<NotCarriedOver> left() {
        return left;
    }

    /** Whether its answers are tokens, so that a price of 0 for output would be free text. */
    boolean generates() {
        return generates;
    }

    /** For an embedding model and the like: it puts out no tokens. */
    void generatesNothing() {
        generates = false;
    }

    /**
     * Takes a price when it is a number that can be written exactly; leaves it, with the reason, otherwise. A missing
     * or null value is neither.
     *
     * @param unitDigits how many digits the decimal point moves from the file's unit to the written one
     */
    void take(BilledUnit unit, Terms terms, Period period, String field, JsonNode value, int unitDigits) {
        if (isMissing(value)) {
            return;
        }
        Optional<BigDecimal> number = number(value);
        if (number.isEmpty()) {
            leave(field, text(value), Reason.NO_NUMBER);
            return;
        }
        BigDecimal amount = plain(number.get().movePointRight(unitDigits));
        FoundPrice price = new FoundPrice(new RateKey(model, unit, terms), period, amount, name, field);
        if (price.isWritable()) {
            prices.add(price);
        } else {
            unwritable.add(price);
            leave(field, text(value), Reason.TOO_MANY_DIGITS);
        }
    }

    void leave(String field, String value, Reason reason) {
        left.add(new NotCarriedOver(model == null ? name : model.toString(), field, value, reason));
    }

    boolean leaves(Reason reason) {
        return left.stream().anyMatch(what -> what.reason() == reason);
    }

    /** The same under the name that the logs give the model. */
    Entry as(ModelKey other) {
        Entry entry = new Entry(name, other);
        entry.generates = generates;
        prices.forEach(price -> entry.prices.add(price.of(other)));
        unwritable.forEach(price -> entry.unwritable.add(price.of(other)));
        left.forEach(what -> entry.leave(what.field(), what.value(), what.reason()));
        return entry;
    }

    /** Leaves the model as a whole: one line that names its fields. */
    void leaveAll(Reason reason) {
        String fields = Stream.concat(
                        prices.stream().map(FoundPrice::field), left.stream().map(NotCarriedOver::field))
                .filter(field -> !field.equals("match"))
                .sorted()
                .collect(Collectors.joining(" "));
        prices.clear();
        unwritable.clear();
        left.clear();
        leave("", fields, reason);
    }

    /** Leaves a price that was taken. */
    void leave(FoundPrice price, Reason reason) {
        prices.remove(price);
        String per = price.key().unit().isFee() ? " per 1,000 calls" : " per 1,000,000 tokens";
        leave(price.field(), price.amount().toPlainString() + per, reason);
    }

    static boolean isMissing(JsonNode value) {
        return value == null || value.isNull() || value.isMissingNode();
    }

    /** The decimal that a number, or a text such as {@code 3e-7}, states; empty when it is none or negative. */
    static Optional<BigDecimal> number(JsonNode value) {
        BigDecimal number = null;
        if (value.isNumber()) {
            number = value.decimalValue();
        } else if (value.isTextual() && NUMBER.matcher(value.textValue()).matches()) {
            number = new BigDecimal(value.textValue());
        }
        return Optional.ofNullable(number).filter(n -> n.signum() >= 0 && isWritable(n));
    }

    private static boolean isWritable(BigDecimal number) {
        return number.signum() == 0
                || (Math.abs((long) number.scale()) <= MOST_DIGITS && number.precision() <= MOST_DIGITS);
    }

    /** The value as a message shows it: a number in plain digits, anything else as JSON. */
    static String text(JsonNode value) {
        return number(value).map(BigDecimal::toPlainString).orElseGet(value::toString);
    }

    private static BigDecimal plain(BigDecimal amount) {
        BigDecimal stripped = amount.stripTrailingZeros();
        return stripped.scale() < 0 ? stripped.setScale(0) : stripped;
    }
}
