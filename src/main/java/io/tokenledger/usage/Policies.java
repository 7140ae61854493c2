package io.tokenledger.usage;

import io.tokenledger.ingest.Feed;
import java.time.ZoneId;
import java.util.List;

/**
 * What turns the log's own words into usage.
 *
 * @param feeds their serving modes and requests per line
 * @param billingZone the zone whose calendar months are reported
 */
public record Policies(List<Feed> feeds, ModelAliases aliases, FailedCalls failedCalls, ZoneId billingZone) {}
