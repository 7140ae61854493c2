package io.tokenledger.rates;

import static io.tokenledger.rates.RateTables.cells;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tokenledger.model.BilledUnit;
import io.tokenledger.model.Failure;
import io.tokenledger.model.ServiceTier;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RateGridTest {
    private static final ModelKey M = new ModelKey("p", "m");
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final Instant END = Instant.parse("2026-11-01T00:00:00Z");
    private static final String COLUMNS =
            "provider,model,service_tier,token_class,prompt_tokens_above,prompt_tokens_from,"
                    + "band_counts,band_charges,days,time_from,time_to,time_zone,volume_tokens_above,valid_from,valid_to,price,"
                    + "percent_of_list,per_tokens,currency,contract,contract_scope";

    @Test
    void aModelWithOneOpenPriceIsCutWhereItBegins() {
        Instant july = Instant.parse("2026-07-01T00:00:00Z");
        assertThat(cells(grid(RateTables.card("p m standard output 0 2026-07-01 - 1"))))
                .containsExactly(
                        new RateGrid.Cell(0, M, START, july, Set.of(), 0, 0, 0),
                        new RateGrid.Cell(1, M, july, END, Set.of(), 0, 0, 0));
    }

    @Test
    void theCutsOfAllRatesOfAModelAndOfItsPoliciesCount() {
        RateCard card = RateTables.card(
                "p m standard output 0 2026-01-01 2026-07-01 1",
                "p m batch uncached_input 200000 2026-02-01 - 1",
                "p other standard output 99 2025-01-01 - 1");
        Instant policy = Instant.parse("2026-03-01T00:00:00Z");
        List<RateGrid.Cell> cells = cells(RateGrid.of(card, Map.of(M, Set.of(policy)), Set.of(), START, END)).stream()
                .filter(c -> c.model().equals(M))
                .toList();
        assertThat(cells)
                .extracting(RateGrid.Cell::from)
                .containsOnly(
                        START, Instant.parse("2026-02-01T00:00:00Z"), policy, Instant.parse("2026-07-01T00:00:00Z"));
        assertThat(cells).extracting(RateGrid.Cell::inputAbove).containsOnly(0L, 200_000L);
        assertThat(cells).hasSize(8);
    }

    @Test
    void aPolicyOfAModelWithoutRatesMakesNoCell() {
        RateGrid grid = RateGrid.of(
                RateTables.card("p m standard output 0 2026-07-01 - 1"),
                Map.of(new ModelKey("p", "unknown"), Set.of(Instant.parse("2026-02-01T00:00:00Z"))),
                Set.of(),
                START,
                END);
        assertThat(cells(grid)).extracting(RateGrid.Cell::model).containsOnly(M);
        assertThat(grid.cellsOf(new ModelKey("p", "unknown"), START, 1, 1)).isEmpty();
    }

    @Test
    void cutsOutsideTheSpanOfTheGridMakeNoCell() {
        RateCard card = RateTables.card(
                "p m standard output 0 2024-01-01 2025-07-01 1", "p m standard output 0 2025-07-01 - 2");
        assertThat(cells(grid(card))).hasSize(1);
    }

    @Test
    void tokensThatMayBePricedAsAnotherModelAreCutByItsRatesToo() {
        RateCard card =
                RateTables.card("p m standard output 0 2025-01-01 - 1", "q n standard output 128000 2026-05-01 - 2");
        RateGrid grid = RateGrid.of(card, Map.of(), Set.of(new ModelKey("q", "n")), START, END);
        assertThat(cells(grid)).filteredOn(c -> M.equals(c.model())).hasSize(4);
    }

    @Test
    void aModelWithoutRatesHasCellsOnlyToBePricedAsAnotherModel() {
        RateCard card =
                RateTables.card("p m standard output 0 2025-01-01 - 1", "q n standard output 128000 2026-05-01 - 2");
        ModelKey unknown = new ModelKey("p", "unknown");
        RateGrid grid = RateGrid.of(card, Map.of(), Set.of(new ModelKey("q", "n")), START, END);
        assertThat(grid.has(unknown)).isFalse();
        assertThat(grid.cellsOf(unknown, Instant.parse("2026-06-01T00:00:00Z"), 128_001, 128_001))
                .containsExactly(new RateGrid.Cell(
                        grid.size() - 1, null, Instant.parse("2026-05-01T00:00:00Z"), END, Set.of(), 128_000, 0, 0));
        assertThat(grid(card).cellsOf(unknown, START, 1, 1)).isEmpty();
    }

    @Test
    void modelsThatArePricedAsEachOtherShareWhatTheyAreCutBy() throws IOException {
        List<ModelKey> models = IntStream.range(0, 2_000)
                .mapToObj(i -> new ModelKey("p", "m" + i))
                .toList();
        RateCard card = RateTables.card(models.stream()
                .map(m -> "p %s standard output %s %s - 1"
                        .formatted(
                                m.model(),
                                Math.floorMod(m.hashCode(), 10) * 1_000,
                                LocalDate.of(2026, 1, 1).plusDays(Math.floorMod(m.hashCode(), 200))))
                .toArray(String[]::new));
        RateGrid grid = RateGrid.of(card, Map.of(), models, START, END);
        assertThat(grid.size()).isGreaterThan(1_000_000);
        ByteArrayOutputStream serialized = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(serialized)) {
            out.writeObject(grid);
        }
        assertThat(serialized.size()).as("it travels with every task").isLessThan(200_000);
    }

    @Test
    void moreCellsThanCanBeNumberedAreRefused() {
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < 250; i++) {
            lines.add("p,dates,standard,output,,,%s,%s,1,1000000,USD"
                    .formatted(START.plusSeconds(i), START.plusSeconds(i + 1)));
            lines.add("p,prompts,standard,output,%s,,2026-01-01,,1,1000000,USD".formatted(i));
            lines.add("p,marginal,standard,output,%s,%s,2026-01-01,,1,1000000,USD"
                    .formatted(i, i == 0 ? "" : "marginal"));
            lines.add("p,m%s,standard,output,,,2026-01-01,,1,1000000,USD".formatted(i));
        }
        RateCard card = RateTables.table(
                "provider,model,service_tier,token_class,prompt_tokens_above,band_charges,valid_from,valid_to,price,per_tokens,currency",
                lines.toArray(String[]::new));
        assertThatThrownBy(() -> RateGrid.of(card, Map.of(), card.models(), START, END))
                .isInstanceOf(Failure.class)
                .hasMessageContaining("too many rate cells")
                .hasMessageContaining("cut at 251 times")
                .hasMessageContaining("what-if-model");
    }

    @Test
    void hoursOfTheWeekAreCellsOfTheirOwnHoweverOftenTheyComeBack() {
        RateCard card = RateTables.table(
                "provider,model,service_tier,token_class,days,time_from,time_to,time_zone,valid_from,price,per_tokens,currency",
                "p,m,standard,output,,,,,2026-01-01,2,1000000,USD",
                "p,m,standard,output,mon-fri,22:00,06:00,Asia/Kolkata,2026-01-01,1,1000000,USD",
                "p,m,batch,output,sat sun,,,UTC,2026-01-01,0.5,1000000,USD");
        assertThat(cells(grid(card)))
                .as("neither, the night, the weekend, and the night that reaches into Saturday")
                .hasSize(4);
    }

    @Test
    void everythingThatCanPriceATokenIsConstantInsideItsCell() {
        for (int round = 0; round < 60; round++) {
            long seed = System.nanoTime();
            System.out.println("RateGridTest: seed " + seed);
            Random random = new Random(seed);
            RandomRates rates = new RandomRates(random);
            RateCard card = RateTables.table(COLUMNS, rates.lines().toArray(String[]::new));
            RateGrid grid = grid(card);
            List<TimeWindow> windows = card.rates().stream()
                    .map(Rate::window)
                    .filter(w -> w != null)
                    .toList();
            for (int point = 0; point < 100; point++) {
                Instant time = rates.time();
                long input = rates.tokens();
                long withoutCache = Math.min(input, rates.tokens());
                long classToken = Math.max(1, rates.tokens());
                List<RateGrid.Cell> cells = grid.cellsOf(M, time, input, withoutCache);
                RateGrid.Cell cell = cells.stream()
                        .filter(c -> classToken > c.classAbove() && classToken <= grid.classUpTo(c))
                        .findFirst()
                        .orElseThrow();
                assertThat(grid.cell(cell.id())).isEqualTo(cell);
                assertThat(time).isBetween(cell.from(), cell.to());
                Situation real = new Situation(time, Situation.open(windows, time), input, withoutCache, classToken);
                for (ServiceTier tier : ServiceTier.values()) {
                    for (BilledUnit unit : BilledUnit.values()) {
                        for (String tenant : new String[] {null, "a", "b"}) {
                            assertThat(amounts(card.prices(M, tier, unit, cell.situation(), tenant)))
                                    .as("seed %d: %s %s of %s, %s", seed, tier, unit, tenant, real)
                                    .isEqualTo(amounts(card.prices(M, tier, unit, real, tenant)));
                        }
                    }
                }
            }
        }
    }

    private static List<String> amounts(List<Price> prices) {
        return prices.stream()
                .map(p -> p.rate().place() + " " + p.perToken() + " " + p.exchange())
                .toList();
    }

    private static RateGrid grid(RateCard card) {
        return RateGrid.of(card, Map.of(), Set.of(), START, END);
    }

    /** Lines of a rate table with everything in it that a rate can depend on, free of overlaps. */
    private static final class RandomRates {
        private static final List<Long> BOUNDS = List.of(0L, 1L, 1_000L, 200_000L);
        private final Random random;
        private final List<String> lines = new ArrayList<>();
        private final List<Instant> edges = new ArrayList<>(List.of(START));

        RandomRates(Random random) {
            this.random = random;
            for (ServiceTier tier : ServiceTier.values()) {
                for (BilledUnit unit : List.of(
                        BilledUnit.UNCACHED_INPUT, BilledUnit.CACHED_INPUT, BilledUnit.OUTPUT, BilledUnit.REASONING)) {
                    add(tier, unit, ",");
                    if (random.nextInt(3) == 0) {
                        add(tier, unit, "company-" + tier + ",");
                    }
                    if (random.nextInt(3) == 0) {
                        add(tier, unit, "of-a-" + tier + ",a");
                    }
                }
            }
            // What a contract leaves unsaid it keeps, by a row of its own.
            List<String> said = lines.stream().filter(l -> !l.endsWith(",,")).toList();
            for (String line : said) {
                String[] cells = line.split(",", -1);
                String contract = cells[19] + "," + cells[20];
                if (cells[19].isEmpty()) {
                    continue;
                }
                for (BilledUnit unit : BilledUnit.values()) {
                    String key = "p,m," + cells[2] + "," + unit.label() + ",";
                    boolean listed = lines.stream().anyMatch(l -> l.startsWith(key) && l.endsWith(",,"));
                    boolean there = lines.stream().anyMatch(l -> l.startsWith(key) && l.endsWith(contract));
                    if (listed && !there) {
                        lines.add(key + ",,,,,,,,,2025-01-01,,,100,,," + contract);
                    }
                }
            }
        }

        private void add(ServiceTier tier, BilledUnit unit, String contract) {
            String counts = List.of("all_input,", "without_cache,", ",marginal").get(random.nextInt(3));
            String window = List.of(
                            "mon-fri,22:00,06:00,America/New_York", ",00:30,16:30,UTC", "sat sun,,,Asia/Kolkata")
                    .get(random.nextInt(3));
            for (long bound : BOUNDS) {
                LocalDate from = LocalDate.of(2026, 1, 1).plusDays(random.nextInt(60));
                for (int i = random.nextInt(3); i > 0; i--) {
                    LocalDate to = from.plusDays(1 + random.nextInt(40));
                    edges.add(Instant.parse(from + "T00:00:00Z"));
                    edges.add(Instant.parse(to + "T00:00:00Z"));
                    for (String hours : random.nextBoolean() ? List.of(window, ",,,") : List.of(",,,")) {
                        lines.add("p,m,%s,%s,%d,,%s,%s,,%s,%s,%d.%d,,1000000,USD,%s"
                                .formatted(
                                        tier.label(),
                                        unit.label(),
                                        bound,
                                        bound == 0 ? "," : counts,
                                        hours,
                                        from,
                                        to,
                                        random.nextInt(900),
                                        random.nextInt(1_000_000),
                                        contract));
                    }
                    from = random.nextBoolean() ? to : to.plusDays(3);
                }
            }
            if (lines.isEmpty()) {
                lines.add("p,m,standard,output,,,,,,,,,,2025-01-01,2025-02-01,1,,1000000,USD,,");
            }
        }

        List<String> lines() {
            return lines;
        }

        Instant time() {
            Instant time = random.nextBoolean()
                    ? edges.get(random.nextInt(edges.size())).plusNanos(1_000L * (random.nextInt(3) - 1))
                    : START.plusSeconds(random.nextInt(290 * 86_400));
            return time.isBefore(START) ? START : time;
        }

        long tokens() {
            return random.nextBoolean()
                    ? Math.max(0, BOUNDS.get(random.nextInt(BOUNDS.size())) + random.nextInt(3) - 1)
                    : random.nextInt(400_000);
        }
    }
}
