package io.tokenledger.oracle;

import java.time.Instant;
import java.util.Map;

/**
 * A request as the oracle sees it.
 *
 * @param tier the log's service tier
 * @param batch whether it ran as a batch
 * @param weight how many requests the line stands for
 * @param counters tokens and calls by column; empty where the log holds no usage
 */
record Call(
        Instant time,
        String tenant,
        String feature,
        String model,
        String tier,
        boolean batch,
        boolean succeeded,
        long weight,
        Map<String, Long> counters) {

    long count(String column) {
        return counters.getOrDefault(column, 0L);
    }

    /** Everything that was sent. */
    long input() {
        return withoutCache() + count("cached_input") + count("cache_write_5m") + count("cache_write_1h");
    }

    long withoutCache() {
        return count("uncached_input") + count("audio_input");
    }

    String row() {
        return tenant + " " + feature + " " + model;
    }
}
