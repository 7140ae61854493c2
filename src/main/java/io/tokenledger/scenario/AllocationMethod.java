package io.tokenledger.scenario;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * How the used part of a fixed cost is shared out. Whichever it is, the idle part stands on a row of its own, and the
 * shares add up to the used part to the last digit.
 */
public enum AllocationMethod {
    /** By the weighted tokens that the capacity served in the month: who uses more pays more. */
    @JsonProperty("served")
    SERVED,
    /**
     * By the weighted tokens that were asked for in the pool's busiest minute, or minutes where several are equally busy:
     * the peak is what capacity is bought for, so who is not there pays nothing.
     */
    @JsonProperty("peak")
    PEAK
}
