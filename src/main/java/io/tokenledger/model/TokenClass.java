package io.tokenledger.model;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The disjoint kinds of tokens that are priced. Every token of a request is in exactly one of them; what a provider's
 * total holds beyond its parts is counted apart, as {@code unclassified_tokens}.
 */
public enum TokenClass {
    UNCACHED_INPUT(Direction.INPUT),
    CACHED_INPUT(Direction.INPUT),
    CACHE_WRITE_5M(Direction.INPUT),
    CACHE_WRITE_1H(Direction.INPUT),
    AUDIO_INPUT(Direction.INPUT),
    OUTPUT(Direction.OUTPUT),
    AUDIO_OUTPUT(Direction.OUTPUT);

    /** Which of the two totals a class belongs to. */
    public enum Direction {
        INPUT,
        OUTPUT
    }

    private final Direction direction;

    TokenClass(Direction direction) {
        this.direction = direction;
    }

    public Direction direction() {
        return direction;
    }

    /** The name in rate tables and the name of its column everywhere, such as {@code uncached_input}. */
    public String column() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The class with this {@link #column()}, or empty. */
    public static Optional<TokenClass> of(String column) {
        return Stream.of(values()).filter(c -> c.column().equals(column)).findFirst();
    }

    /** The column names of all classes, in the order of reports. */
    public static List<String> columns() {
        return Arrays.stream(values()).map(TokenClass::column).toList();
    }

    /** The column names of the classes that make up {@code input_tokens} or {@code output_tokens}. */
    public static List<String> columns(Direction direction) {
        return Arrays.stream(values())
                .filter(c -> c.direction == direction)
                .map(TokenClass::column)
                .toList();
    }
}
