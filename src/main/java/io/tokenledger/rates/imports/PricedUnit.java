package io.tokenledger.rates.imports;

import java.util.Locale;

/** What a price is for: tokens of a class, priced per 1,000,000, or calls, priced per 1,000. */
enum PricedUnit {
    UNCACHED_INPUT(6),
    CACHED_INPUT(6),
    CACHE_WRITE_5M(6),
    CACHE_WRITE_1H(6),
    AUDIO_INPUT(6),
    OUTPUT(6),
    AUDIO_OUTPUT(6),
    REASONING(6),
    REQUESTS(3),
    WEB_SEARCHES(3);

    private final int digits;

    PricedUnit(int digits) {
        this.digits = digits;
    }

    /** The word in the column {@code token_class}. */
    String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    boolean isFee() {
        return digits == 3;
    }

    /** How many digits the decimal point moves from the price of one to the price that is written. */
    int digits() {
        return digits;
    }

    String perTokens() {
        return isFee() ? "1000" : "1000000";
    }
}
