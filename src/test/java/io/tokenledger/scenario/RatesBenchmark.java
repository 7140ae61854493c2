package io.tokenledger.scenario;

import io.tokenledger.model.BilledUnit;
import io.tokenledger.model.ServiceTier;
import io.tokenledger.rates.ModelKey;
import io.tokenledger.rates.RateCard;
import io.tokenledger.rates.RateGrid;
import io.tokenledger.rates.RateTables;
import io.tokenledger.usage.Pools;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Supplier;

/**
 * How many rate cells rates make over three months, and how long the grid and a request take. The rates are spread as in a
 * public price file: all models price input and output, one in four cached input, one in ten cache writes, one in twenty
 * batches and long prompts, one in a hundred hours of the day and marginal bands; prices change once in a year or two.
 *
 * <p>Last, every model of an imported card priced as every other: what the grid and the prices of the models that occur
 * take.
 */
public final class RatesBenchmark {
    private static final String HEADER =
            "provider,model,service_tier,token_class,prompt_tokens_above,band_charges,time_from,time_to,time_zone,valid_from,valid_to,price,per_tokens,currency";
    private static final Instant FROM = Instant.parse("2026-08-01T00:00:00Z");
    private static final Instant TO = Instant.parse("2026-11-01T00:00:00Z");
    private static final int LOOKUPS = 1_000_000;
    private static final int IMPORTED_MODELS = 2_600;
    private static final int USED_MODELS = 40;

    private RatesBenchmark() {}

    public static void main(String[] arguments) throws IOException {
        measure(10_000); // the first round warms up
        System.out.println("rates   models   cells   priced keys   card ms   grid ms   ns per lookup");
        for (int size : List.of(1, 100, 10_000)) {
            System.out.println(measure(size));
        }
        measureOtherModels();
    }

    private static void measureOtherModels() throws IOException {
        Random random = new Random(1);
        List<String> lines = new ArrayList<>();
        for (int model = 0; model < IMPORTED_MODELS; model++) {
            addModel(model, random, lines);
        }
        RateCard card = RateTables.table(HEADER, lines.toArray(String[]::new));
        RateGrid first = RateGrid.of(card, Map.of(), card.models(), FROM, TO); // it warms up, too
        long withGrid = heap();
        int serialized = serialized(first);
        first = null;
        long withoutGrid = heap();
        Timed<RateGrid> grid = timed(() -> RateGrid.of(card, Map.of(), card.models(), FROM, TO));
        List<RateGrid.Cell> occurring = occurring(
                grid.result(), card.models().stream().limit(USED_MODELS).toArray(ModelKey[]::new));
        long before = heap();
        Timed<Prices> prices = timed(() -> new Prices(card, occurring, Pools.NONE, List.of()));
        long withPrices = heap();
        System.out.printf(
                Locale.ROOT,
                "%s rates of %s models, each priced as all others: %s cells%n"
                        + "grid   %.0f ms, %.1f MB of heap, %.2f MB serialized%n"
                        + "prices of the %s cells that %s requests of %s models fall into: %.0f ms, %.1f MB of heap%n",
                lines.size(),
                IMPORTED_MODELS,
                grid.result().size(),
                grid.nanos() / 1e6,
                (withGrid - withoutGrid) / 1e6,
                serialized / 1e6,
                prices.result().cells().size(),
                LOOKUPS,
                USED_MODELS,
                prices.nanos() / 1e6,
                (withPrices - before) / 1e6);
    }

    private static List<RateGrid.Cell> occurring(RateGrid grid, ModelKey[] models) {
        int[] ids = new int[LOOKUPS];
        Random random = new Random(2);
        Arrays.setAll(ids, i -> lookup(grid, models, random));
        return Arrays.stream(ids).distinct().sorted().mapToObj(grid::cell).toList();
    }

    private static long heap() {
        for (int i = 0; i < 5; i++) {
            System.gc();
        }
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    private static int serialized(RateGrid grid) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(grid);
        }
        return bytes.size();
    }

    private static String measure(int size) {
        String[] lines = lines(size, new Random(size));
        Timed<RateCard> card = timed(() -> RateTables.table(HEADER, lines));
        Timed<RateGrid> grid = timed(() -> RateGrid.of(card.result(), Map.of(), Set.of(), FROM, TO));
        ModelKey[] models = card.result().models().toArray(ModelKey[]::new);
        Timed<Long> lookups = timed(() -> lookups(grid.result(), models));
        return String.format(
                Locale.ROOT,
                "%5d %8d %7d %13d %9.1f %9.1f %15.0f",
                size,
                models.length,
                grid.result().size(),
                (long) grid.result().size() * ServiceTier.values().length * BilledUnit.values().length,
                card.nanos() / 1e6,
                grid.nanos() / 1e6,
                (double) lookups.nanos() / LOOKUPS);
    }

    /** The sum of cells only keeps the lookups from being left out. */
    private static long lookups(RateGrid grid, ModelKey[] models) {
        Random random = new Random(1);
        long sum = 0;
        for (int i = 0; i < LOOKUPS; i++) {
            sum += lookup(grid, models, random);
        }
        return sum;
    }

    private static int lookup(RateGrid grid, ModelKey[] models, Random random) {
        long input = random.nextInt(300_000);
        return grid.cellsOf(
                        models[random.nextInt(models.length)],
                        FROM.plusSeconds(random.nextInt(92 * 86_400)),
                        input,
                        input)
                .get(0)
                .id();
    }

    private record Timed<T>(T result, long nanos) {}

    private static <T> Timed<T> timed(Supplier<T> work) {
        long start = System.nanoTime();
        T result = work.get();
        return new Timed<>(result, System.nanoTime() - start);
    }

    private static String[] lines(int size, Random random) {
        List<String> lines = new ArrayList<>();
        for (int model = 0; lines.size() < size; model++) {
            addModel(model, random, lines);
        }
        return lines.subList(0, size).toArray(String[]::new);
    }

    private static void addModel(int model, Random random, List<String> lines) {
        List<String> prices = new ArrayList<>(List.of("standard,uncached_input,,,,,", "standard,output,,,,,"));
        if (random.nextInt(4) == 0) {
            prices.add("standard,cached_input,,,,,");
        }
        if (random.nextInt(10) == 0) {
            prices.add("standard,cache_write_5m,,,,,");
        }
        if (random.nextInt(20) == 0) {
            prices.addAll(List.of("batch,uncached_input,,,,,", "batch,output,,,,,"));
        }
        if (random.nextInt(20) == 0) {
            prices.addAll(List.of("standard,uncached_input,200000,,,,", "standard,output,200000,,,,"));
        } else if (random.nextInt(100) == 0) {
            prices.add("standard,uncached_input,128000,marginal,,,");
        }
        if (random.nextInt(100) == 0) {
            prices.addAll(List.of("standard,uncached_input,,,16:30,00:30,UTC", "standard,output,,,16:30,00:30,UTC"));
        }
        LocalDate change = LocalDate.of(2025, 3, 1).plusDays(random.nextInt(730));
        for (String price : prices) {
            lines.add("p,m%d,%s,2025-01-01,%s,%d.25,1000000,USD".formatted(model, price, change, random.nextInt(20)));
            lines.add("p,m%d,%s,%s,,%d.75,1000000,USD".formatted(model, price, change, random.nextInt(20)));
        }
    }
}
