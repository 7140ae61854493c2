package io.tokenledger.scenario;

import io.tokenledger.model.Failure;
import io.tokenledger.model.TokenClass;
import io.tokenledger.model.TokenClass.Direction;
import io.tokenledger.rates.CsvTable.Line;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What one capacity unit serves in a minute at full load, in weighted tokens.
 *
 * <p>Most units have one limit, and every token takes its weight of it. A unit with a limit for input and another for
 * output is brought to one measure, the least common multiple of the two: a token weighs as much of that as it takes of
 * its own side, and what a minute takes is the fuller side.
 *
 * @param shape the requests for which it holds; null where it holds for all
 * @param perMinute weighted tokens, more than 0
 * @param weights of a token of each class that the unit serves, at most {@link #WEIGHT_SCALE} fraction digits; 0 for
 *     tokens that are served and take no capacity. Classes that are not here are not served
 * @param apart whether input and output have a limit each
 * @param stretched whether it is used for requests that are larger than its shape, so that it overstates the capacity
 */
public record Throughput(
        Shape shape, BigDecimal perMinute, Map<TokenClass, BigDecimal> weights, boolean apart, boolean stretched) {

    static final List<String> COLUMNS = List.of(
            "throughput_per_minute",
            "weight_uncached_input",
            "weight_cached_input",
            "weight_cache_write",
            "weight_output");
    static final List<String> OPTIONAL_COLUMNS = List.of(
            "input_tokens_per_minute",
            "output_tokens_per_minute",
            "serves",
            "shape_input_tokens",
            "shape_output_tokens");

    static final int WEIGHT_SCALE = 3;

    /** Mean tokens of a request. */
    public record Shape(long inputTokens, long outputTokens) {

        /** Whether requests with these sums are on average no larger, neither in input nor in output. */
        boolean holds(long requests, long inputTokensOfAll, long outputTokensOfAll) {
            return inputTokensOfAll <= Math.multiplyExact(inputTokens, requests)
                    && outputTokensOfAll <= Math.multiplyExact(outputTokens, requests);
        }
    }

    /** @throws Failure with exit code 2, naming file and line */
    static Throughput read(Line line) {
        Set<Direction> served = served(line);
        Map<TokenClass, BigDecimal> weights = weights(line, served);
        BigDecimal perMinute = line.decimalOrNull("throughput_per_minute");
        Long input = line.countOrNull("input_tokens_per_minute");
        Long output = line.countOrNull("output_tokens_per_minute");
        if (input == null && output == null) {
            if (line.decimal("throughput_per_minute").signum() == 0) {
                throw line.refused("throughput_per_minute", "more than 0 weighted tokens");
            }
            return new Throughput(shape(line), perMinute, weights, false, false);
        }
        if (perMinute != null || served.size() < Direction.values().length) {
            throw line.refused(
                    "throughput_per_minute",
                    "nothing where input_tokens_per_minute and output_tokens_per_minute limit both sides");
        }
        return new Throughput(
                shape(line), leastCommonMultiple(input, output, line), apart(weights, input, output), true, false);
    }

    private static Set<Direction> served(Line line) {
        String serves = line.textOrNull("serves");
        return switch (serves == null ? "all" : serves) {
            case "all" -> EnumSet.allOf(Direction.class);
            case "input" -> EnumSet.of(Direction.INPUT);
            case "output" -> EnumSet.of(Direction.OUTPUT);
            default -> throw line.refused("serves", "one of all, input, output, or nothing for all");
        };
    }

    /** Audio tokens take as much as text of the same direction: the table has no weight of their own. */
    private static Map<TokenClass, BigDecimal> weights(Line line, Set<Direction> served) {
        Map<TokenClass, BigDecimal> weights = new EnumMap<>(TokenClass.class);
        for (TokenClass tokenClass : TokenClass.values()) {
            String column = switch (tokenClass) {
                case UNCACHED_INPUT, AUDIO_INPUT -> "weight_uncached_input";
                case CACHED_INPUT -> "weight_cached_input";
                case CACHE_WRITE_5M, CACHE_WRITE_1H -> "weight_cache_write";
                case OUTPUT, AUDIO_OUTPUT -> "weight_output";
            };
            if (served.contains(tokenClass.direction())) {
                BigDecimal weight = line.decimal(column).stripTrailingZeros();
                if (weight.scale() > WEIGHT_SCALE) {
                    throw line.refused(column, "at most " + WEIGHT_SCALE + " fraction digits");
                }
                weights.put(tokenClass, weight);
            } else if (line.textOrNull(column) != null) {
                throw line.refused(column, "nothing, because the unit does not serve these tokens");
            }
        }
        if (weights.values().stream().allMatch(weight -> weight.signum() == 0)) {
            throw line.refused("unit", "a weight above 0: it would serve any number of tokens");
        }
        return Collections.unmodifiableMap(weights);
    }

    private static Shape shape(Line line) {
        Long input = line.countOrNull("shape_input_tokens");
        Long output = line.countOrNull("shape_output_tokens");
        if (input == null && output == null) {
            return null;
        }
        return new Shape(line.count("shape_input_tokens"), line.count("shape_output_tokens"));
    }

    private static BigDecimal leastCommonMultiple(Long input, Long output, Line line) {
        for (String side : List.of("input_tokens_per_minute", "output_tokens_per_minute")) {
            if (line.count(side) == 0) {
                throw line.refused(side, "more than 0 tokens");
            }
        }
        BigInteger in = BigInteger.valueOf(input);
        BigInteger out = BigInteger.valueOf(output);
        return new BigDecimal(in.multiply(out).divide(in.gcd(out)));
    }

    private static Map<TokenClass, BigDecimal> apart(Map<TokenClass, BigDecimal> weights, long input, long output) {
        BigInteger common = BigInteger.valueOf(input).gcd(BigInteger.valueOf(output));
        Map<TokenClass, BigDecimal> apart = new EnumMap<>(TokenClass.class);
        weights.forEach((tokenClass, weight) -> {
            long otherSide = tokenClass.direction() == Direction.INPUT ? output : input;
            apart.put(
                    tokenClass,
                    weight.multiply(new BigDecimal(BigInteger.valueOf(otherSide).divide(common))));
        });
        return Collections.unmodifiableMap(apart);
    }

    Throughput forLargerRequests() {
        return new Throughput(shape, perMinute, weights, apart, true);
    }

    /** The weight of some tokens, by which a cost is shared out; tokens that are not served weigh nothing. */
    BigDecimal weighted(Map<TokenClass, Long> tokens) {
        return weighted(tokens, Direction.INPUT).add(weighted(tokens, Direction.OUTPUT));
    }

    /** How many weighted tokens of the capacity of a minute some tokens take. */
    BigDecimal taken(Map<TokenClass, Long> tokens) {
        return apart ? weighted(tokens, Direction.INPUT).max(weighted(tokens, Direction.OUTPUT)) : weighted(tokens);
    }

    private BigDecimal weighted(Map<TokenClass, Long> tokens, Direction direction) {
        BigDecimal sum = BigDecimal.ZERO;
        for (Map.Entry<TokenClass, Long> entry : tokens.entrySet()) {
            BigDecimal weight = weights.get(entry.getKey());
            if (weight != null && entry.getKey().direction() == direction) {
                sum = sum.add(weight.multiply(BigDecimal.valueOf(entry.getValue())));
            }
        }
        return sum;
    }
}
