package io.tokenledger.rates;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Rate tables for tests, written in few words. */
public final class RateTables {
    public static final String HEADER =
            "provider,model,service_tier,token_class,prompt_tokens_above,valid_from,valid_to,price,per_tokens,currency,contract,contract_scope,source,retrieved_at,note\n";

    private RateTables() {}

    /**
     * A card of lines {@code provider model tier class above from to price}, where {@code to} may be {@code -}; prices
     * are USD per 1,000,000 tokens.
     */
    public static RateCard card(String... lines) {
        return read(Stream.of(lines).map(RateTables::line).collect(Collectors.joining()));
    }

    /** A card of whole lines of the table. */
    static RateCard read(String lines) {
        return RateCard.read(Map.of("rates.csv", (HEADER + lines).getBytes(StandardCharsets.UTF_8)));
    }

    /** A card of lines with the columns of the header. */
    public static RateCard table(String header, String... lines) {
        return RateCard.read(Map.of("rates.csv", bytes(header, lines)));
    }

    public static byte[] bytes(String header, String... lines) {
        return (header + "\n" + String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8);
    }

    /** All cells of a grid, by their id. */
    static List<RateGrid.Cell> cells(RateGrid grid) {
        return IntStream.range(0, grid.size()).mapToObj(grid::cell).toList();
    }

    static String line(String words) {
        String[] w = words.trim().split("\\s+");
        return String.join(
                        ",", w[0], w[1], w[2], w[3], w[4], w[5], w[6].equals("-") ? "" : w[6], w[7], "1000000", "USD")
                + ",,,,,\n";
    }
}
