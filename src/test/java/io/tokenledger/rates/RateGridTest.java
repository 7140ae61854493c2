package io.tokenledger.rates;

import static org.assertj.core.api.Assertions.assertThat;

import io.tokenledger.model.ServiceTier;
import io.tokenledger.model.TokenClass;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RateGridTest {
    private static final ModelKey M = new ModelKey("p", "m");

    @Test
    void aModelWithOneOpenPriceIsCutWhereItBegins() {
        RateGrid grid = RateGrid.of(RateTables.card("p m standard output 0 2026-07-01 - 1"), Map.of());
        Instant july = Instant.parse("2026-07-01T00:00:00Z");
        assertThat(grid.cells())
                .containsExactly(
                        new RateGrid.Cell(M, RateGrid.BEGINNING, july, 0, Long.MAX_VALUE),
                        new RateGrid.Cell(M, july, RateGrid.END, 0, Long.MAX_VALUE));
    }

    @Test
    void theCutsOfAllRatesOfAModelAndOfItsPoliciesCount() {
        RateCard card = RateTables.card(
                "p m standard output 0 2026-01-01 2026-07-01 1",
                "p m batch uncached_input 200000 2026-02-01 - 1",
                "p other standard output 99 2025-01-01 - 1");
        Instant policy = Instant.parse("2026-03-01T00:00:00Z");
        List<RateGrid.Cell> cells = RateGrid.of(card, Map.of(M, Set.of(policy))).cells().stream()
                .filter(c -> c.model().equals(M))
                .toList();
        assertThat(cells)
                .extracting(RateGrid.Cell::from)
                .containsOnly(
                        RateGrid.BEGINNING,
                        Instant.parse("2026-01-01T00:00:00Z"),
                        Instant.parse("2026-02-01T00:00:00Z"),
                        policy,
                        Instant.parse("2026-07-01T00:00:00Z"));
        assertThat(cells).extracting(RateGrid.Cell::promptAbove).containsOnly(0L, 200_000L);
        assertThat(cells).hasSize(10);
    }

    @Test
    void aPolicyOfAModelWithoutRatesMakesNoCell() {
        RateGrid grid = RateGrid.of(
                RateTables.card("p m standard output 0 2026-07-01 - 1"),
                Map.of(new ModelKey("p", "unknown"), Set.of(Instant.parse("2026-01-01T00:00:00Z"))));
        assertThat(grid.cells()).extracting(RateGrid.Cell::model).containsOnly(M);
    }

    @Test
    void cellsTileTimeAndPromptLengthAndEveryRateIsConstantInside() {
        for (int round = 0; round < 40; round++) {
            long seed = System.nanoTime();
            System.out.println("RateGridTest: seed " + seed);
            Random random = new Random(seed);
            List<String> lines = new ArrayList<>();
            List<Long> bounds = List.of(0L, 1L, 1_000L, 200_000L);
            List<Instant> edges = new ArrayList<>();
            for (ServiceTier tier : ServiceTier.values()) {
                for (TokenClass tokenClass :
                        List.of(TokenClass.UNCACHED_INPUT, TokenClass.CACHED_INPUT, TokenClass.OUTPUT)) {
                    for (long bound : bounds) {
                        LocalDate from = LocalDate.of(2026, 1, 1).plusDays(random.nextInt(60));
                        for (int window = random.nextInt(4); window > 0; window--) {
                            LocalDate to = from.plusDays(1 + random.nextInt(40));
                            edges.add(Instant.parse(from + "T00:00:00Z"));
                            edges.add(Instant.parse(to + "T00:00:00Z"));
                            lines.add("p m %s %s %d %s %s %d"
                                    .formatted(
                                            tier.label(), tokenClass.column(), bound, from, to, random.nextInt(1_000)));
                            from = random.nextBoolean() ? to : to.plusDays(3);
                        }
                    }
                }
            }
            if (lines.isEmpty()) {
                continue;
            }
            RateCard card = RateTables.card(lines.toArray(String[]::new));
            RateGrid grid = RateGrid.of(card, Map.of());
            for (int point = 0; point < 200; point++) {
                Instant time = random.nextBoolean()
                        ? edges.get(random.nextInt(edges.size())).plusNanos(1_000L * (random.nextInt(3) - 1))
                        : Instant.parse("2025-12-01T00:00:00Z").plusSeconds(random.nextInt(300 * 86_400));
                long prompt = random.nextBoolean()
                        ? Math.max(0, bounds.get(random.nextInt(bounds.size())) + random.nextInt(3) - 1)
                        : random.nextInt(400_000);
                List<RateGrid.Cell> holding = grid.cells().stream()
                        .filter(c -> holds(c, time, prompt))
                        .toList();
                assertThat(holding).as("seed %d: %s, %d", seed, time, prompt).hasSize(1);
                RateGrid.Cell cell = holding.get(0);
                assertThat(holds(cell, cell.from(), cell.promptInside())).isTrue();
                for (ServiceTier tier : ServiceTier.values()) {
                    for (TokenClass tokenClass : TokenClass.values()) {
                        assertThat(card.findOrFallback(M, tier, tokenClass, cell.from(), cell.promptInside()))
                                .as("seed %d: %s %s %s, %d", seed, tier, tokenClass, time, prompt)
                                .isEqualTo(card.findOrFallback(M, tier, tokenClass, time, prompt));
                    }
                }
            }
        }
    }

    private static boolean holds(RateGrid.Cell cell, Instant time, long prompt) {
        return !time.isBefore(cell.from())
                && time.isBefore(cell.to())
                && (cell.promptAbove() == 0 || prompt > cell.promptAbove())
                && prompt <= cell.promptUpTo();
    }
}
