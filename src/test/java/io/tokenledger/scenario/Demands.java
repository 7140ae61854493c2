package io.tokenledger.scenario;

import io.tokenledger.model.TokenClass;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The demand of a pool, minute by minute, for tests. */
final class Demands {
    private Demands() {}

    static PoolDemand demand(PoolDemand.Minute... minutes) {
        return new PoolDemand(List.of(minutes));
    }

    static PoolDemand demand(List<PoolDemand.Minute> before, List<PoolDemand.Minute> after) {
        return new PoolDemand(Stream.concat(before.stream(), after.stream()).toList());
    }

    /** A minute of uncached input that cannot wait, and what it costs at standard rates. */
    static PoolDemand.Minute online(String at, long tokens, String worth) {
        return minute(at, part(1, tokens, worth, worth), PoolDemand.Part.NONE);
    }

    /** A minute of uncached input that can wait, and what it costs as a batch. */
    static PoolDemand.Minute waiting(String at, long tokens, String worth) {
        return minute(at, PoolDemand.Part.NONE, part(1, tokens, worth, worth));
    }

    /** The work of two minutes that are one. */
    static PoolDemand.Minute both(PoolDemand.Minute online, PoolDemand.Minute waiting) {
        return new PoolDemand.Minute(online.start(), online.online(), waiting.waiting());
    }

    static PoolDemand.Minute minute(String at, PoolDemand.Part online, PoolDemand.Part waiting) {
        return new PoolDemand.Minute(Instant.parse(at), online, waiting);
    }

    static PoolDemand.Part part(long requests, long tokens, String standard, String elsewhere) {
        return tokens == 0
                ? PoolDemand.Part.NONE
                : new PoolDemand.Part(
                        requests,
                        Units.tokens(TokenClass.UNCACHED_INPUT, tokens),
                        Map.of(TokenClass.UNCACHED_INPUT, new BigDecimal(standard)),
                        new BigDecimal(elsewhere));
    }

    /** Tokens at a price each, by class; as a batch at a part of it. */
    static PoolDemand.Part priced(
            Map<TokenClass, Long> tokens, Map<TokenClass, BigDecimal> prices, BigDecimal batchPart) {
        if (tokens.isEmpty()) {
            return PoolDemand.Part.NONE;
        }
        Map<TokenClass, BigDecimal> cost = new EnumMap<>(TokenClass.class);
        tokens.forEach(
                (tokenClass, n) -> cost.put(tokenClass, prices.get(tokenClass).multiply(BigDecimal.valueOf(n))));
        BigDecimal all = cost.values().stream().reduce(BigDecimal.ZERO, BigDecimal::add);
        return new PoolDemand.Part(1, tokens, cost, all.multiply(batchPart));
    }
}
