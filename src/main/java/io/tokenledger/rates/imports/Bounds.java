package io.tokenledger.rates.imports;

import static io.tokenledger.rates.RateTable.MOST_PER_MILLION;

import io.tokenledger.model.BilledUnit;
import io.tokenledger.model.ServiceTier;
import io.tokenledger.rates.ModelKey;
import io.tokenledger.rates.imports.NotCarriedOver.Reason;
import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a price in a wrong unit breaks. Public price files hold prices that are 10 to 1,000 times too high, so a price
 * above the ceiling, or an output price far below the input price, is not believed until somebody has looked at it. A
 * wrong unit is seldom in one field alone: the model is left out whole.
 *
 * @param ceiling the most that 1,000,000 tokens may cost in US dollars, at most what a rate table may hold; prices of
 *     long prompts and of the priority tier may reach that
 * @param acknowledged models, as {@code model} or {@code provider/model} of the table, that somebody has looked at:
 *     only the bounds of the rate table hold for them
 */
public record Bounds(BigDecimal ceiling, Set<String> acknowledged) {
    /**
     * Above the list prices of text (180, but for 600 of o1-pro) and of audio tokens (220), and below the mistakes that
     * are known: 300 and 1,200 for MiniMax-M2.5, whose price is 0.30 and 1.20.
     */
    public static final BigDecimal DEFAULT_CEILING = BigDecimal.valueOf(250);

    private static final BigDecimal MOST_PER_THOUSAND_CALLS = BigDecimal.valueOf(10_000);
    private static final BigDecimal LEAST_RATIO = new BigDecimal("0.2");

    public Bounds {
        acknowledged = Set.copyOf(acknowledged);
    }

    static boolean isName(String name, ModelKey model) {
        return name.equals(model.model()) || name.equals(model.toString());
    }

    /** Moves what is not believed from the entry's prices to what it leaves. */
    void check(Entry entry) {
        boolean believed = acknowledged.stream().anyMatch(name -> isName(name, entry.model()));
        List<FoundPrice> tooHigh = entry.prices().stream()
                .filter(price -> price.amount().compareTo(most(price.key(), believed)) > 0)
                .toList();
        List<FoundPrice> tooLow = believed
                ? List.of()
                : entry.prices().stream()
                        .filter(price -> inputBeside(price, entry)
                                .filter(input -> price.amount().compareTo(input.multiply(LEAST_RATIO)) < 0)
                                .isPresent())
                        .toList();
        tooLow.stream()
                .filter(price -> price.amount().signum() == 0 && entry.generates())
                .forEach(price -> entry.leave(price, Reason.ZERO_OUTPUT));
        tooHigh.forEach(price -> entry.leave(price, Reason.ABOVE_CEILING));
        List<FoundPrice> far =
                tooLow.stream().filter(price -> price.amount().signum() > 0).toList();
        far.forEach(price -> entry.leave(price, Reason.BELOW_RATIO));
        if (!far.isEmpty()
                || tooHigh.stream().anyMatch(price -> !price.key().unit().isFee())) {
            entry.prices().removeIf(price -> !price.key().unit().isFee());
        }
    }

    /** A wrong unit shows in the price of any request; long prompts and priority may cost several times it. */
    private BigDecimal most(RateKey key, boolean believed) {
        if (key.unit().isFee()) {
            return MOST_PER_THOUSAND_CALLS;
        }
        boolean isDearer = key.terms().band().above() > 0 || key.terms().tier() == ServiceTier.PRIORITY;
        return believed || isDearer ? MOST_PER_MILLION : ceiling.min(MOST_PER_MILLION);
    }

    /** The input price under the same terms as an output price; empty for any other price. */
    private static Optional<BigDecimal> inputBeside(FoundPrice output, Entry entry) {
        if (output.key().unit() != BilledUnit.OUTPUT) {
            return Optional.empty();
        }
        return entry.prices().stream()
                .filter(price -> price.key().unit() == BilledUnit.UNCACHED_INPUT)
                .filter(price -> price.key().terms().equals(output.key().terms()))
                .filter(price -> price.period().equals(output.period()))
                .map(FoundPrice::amount)
                .findFirst();
    }
}
