package io.tokenledger.scenario.commitment;

import java.math.BigDecimal;

/**
 * Work that may wait: what is eligible for batch.
 *
 * @param arrival minute of the span, from 0
 * @param window minutes in which it has to be served, that of its arrival included, at least 1; what reaches beyond the
 *     span is cut, as nothing is known of the load there
 * @param load unit-minutes, not negative, at most {@link LoadCurve#LOAD_SCALE} fraction digits
 * @param unitValue what a unit-minute of it costs elsewhere, not negative
 */
public record WaitingWork(long arrival, long window, BigDecimal load, BigDecimal unitValue) {
    public WaitingWork {
        if (arrival < 0 || window < 1 || load.signum() < 0 || unitValue.signum() < 0) {
            throw new IllegalArgumentException("Work of minute " + arrival + ": window " + window + ", load " + load
                    + ", unit value " + unitValue + "; expected a window of at least 1, and nothing below 0");
        }
    }

    /** Exclusive. */
    long deadline(long span) {
        return Math.min(span, arrival + window);
    }
}
