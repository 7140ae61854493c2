package io.tokenledger.scenario;

import io.tokenledger.model.TokenClass;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;

/** Capacity units for tests. */
final class Units {
    static final String HEADER =
            "unit,kind,pool,throughput_per_minute,weight_uncached_input,weight_cached_input,weight_cache_write,weight_output,"
                    + "utilisation_ceiling,price,price_per,currency,minimum_monthly,overage_rule,overage_price,"
                    + "throughput_source,price_source,retrieved_at,note\n";

    private Units() {}

    /** 1,000 weighted tokens a minute, 80 % of them planned with; input 1, cached 0.1, cache write 1.25, output 4. */
    static CapacityUnit unit(String pool, String price, String pricePer) {
        return read("u,replica,%s,1000,1,0.1,1.25,4,0.8,%s,%s,USD,,standard,,,,,\n".formatted(pool, price, pricePer));
    }

    static CapacityUnit withMinimum(String minimum) {
        return read("u,replica,pool,1000,1,0.1,1.25,4,0.8,60,hour,USD,%s,standard,,,,,\n".formatted(minimum));
    }

    /** The first unit of some whole lines. */
    static CapacityUnit read(String lines) {
        return readAll(lines).values().iterator().next();
    }

    static Map<String, CapacityUnit> readAll(String lines) {
        return readTable(HEADER + lines);
    }

    /**
     * A unit by the columns that matter: those of {@link #unit} for a price of 60 an hour, others replaced or added.
     *
     * @param columnsAndCells in turn
     */
    static CapacityUnit with(String... columnsAndCells) {
        return readTable(table(columnsAndCells)).values().iterator().next();
    }

    /** A header and one line, as {@link #with}. */
    static String table(String... columnsAndCells) {
        Map<String, String> cells = new LinkedHashMap<>();
        String[] columns = HEADER.strip().split(",");
        String[] usual = "u,replica,pool,1000,1,0.1,1.25,4,0.8,60,hour,USD,,standard,,,,,".split(",", -1);
        for (int i = 0; i < columns.length; i++) {
            cells.put(columns[i], usual[i]);
        }
        for (int i = 0; i < columnsAndCells.length; i += 2) {
            cells.put(columnsAndCells[i], columnsAndCells[i + 1]);
        }
        return String.join(",", cells.keySet()) + "\n" + String.join(",", cells.values()) + "\n";
    }

    static Map<String, CapacityUnit> readTable(String table) {
        return CapacityUnit.read("units.csv", table.getBytes(StandardCharsets.UTF_8));
    }

    /** Classes and counts in turn. */
    static Map<TokenClass, Long> tokens(Object... classesAndCounts) {
        Map<TokenClass, Long> tokens = new EnumMap<>(TokenClass.class);
        for (int i = 0; i < classesAndCounts.length; i += 2) {
            tokens.put((TokenClass) classesAndCounts[i], ((Number) classesAndCounts[i + 1]).longValue());
        }
        return tokens;
    }

    static BigDecimal decimal(String text) {
        return new BigDecimal(text);
    }
}
