package io.tokenledger.usage;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Whether the tokens that a failed call reports are charged. A failed call without usage costs nothing either way. */
public enum FailedCalls {
    /** Providers charge what they report; the default. */
    @JsonProperty("billable")
    BILLABLE,
    @JsonProperty("not-billable")
    NOT_BILLABLE
}
