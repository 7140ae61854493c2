package io.tokenledger.rates;

import static org.assertj.core.api.Assertions.assertThat;

import io.tokenledger.model.BilledUnit;
import io.tokenledger.model.LargestRemainder;
import io.tokenledger.model.ServiceTier;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tag;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;

/**
 * What holds whatever the rates and the requests. That neither the order of requests nor files, partitions, zone and locale
 * change a byte of a report is shown over the whole job by {@code RepeatableTest}.
 */
class RatePropertiesTest {
    private static final ModelKey M = new ModelKey("p", "m");
    private static final Instant START = Instant.parse("2026-06-01T00:00:00Z");
    private static final Instant END = Instant.parse("2026-09-01T00:00:00Z");
    private static final List<BilledUnit> TOKENS =
            List.of(BilledUnit.UNCACHED_INPUT, BilledUnit.CACHED_INPUT, BilledUnit.OUTPUT);
    private static final String HEADER =
            "provider,model,service_tier,token_class,prompt_tokens_above,band_charges,valid_from,valid_to,price,per_tokens,currency";

    /** Tokens of the classes of a request that was sent so many seconds into the summer. */
    record Sent(int seconds, long uncached, long cached, long output) {
        Instant time() {
            return START.plusSeconds(seconds);
        }

        Map<BilledUnit, Long> tokens() {
            return Map.of(
                    BilledUnit.UNCACHED_INPUT, uncached, BilledUnit.CACHED_INPUT, cached, BilledUnit.OUTPUT, output);
        }

        Sent twice() {
            return new Sent(seconds, 2 * uncached, 2 * cached, 2 * output);
        }
    }

    /** A price of a tier and unit, as a line of the table. */
    record Line(ServiceTier tier, BilledUnit unit, String price) {
        String text() {
            return "p,m,%s,%s,,,2026-01-01,,%s,1000000,USD".formatted(tier.label(), unit.label(), price);
        }
    }

    @Provide
    Arbitrary<Sent> sent() {
        Arbitrary<Long> tokens = Arbitraries.longs().between(0, 3_000);
        return Combinators.combine(Arbitraries.integers().between(0, 92 * 86_400 - 1), tokens, tokens, tokens)
                .as(Sent::new);
    }

    @Provide
    Arbitrary<String> price() {
        return Arbitraries.bigDecimals()
                .between(BigDecimal.ZERO, BigDecimal.TEN)
                .ofScale(4)
                .map(BigDecimal::toPlainString);
    }

    @Provide
    Arbitrary<List<Line>> lines() {
        Arbitrary<Line> line = Combinators.combine(
                        Arbitraries.of(ServiceTier.STANDARD, ServiceTier.BATCH),
                        Arbitraries.of(BilledUnit.class),
                        price().filter(p -> new BigDecimal(p).signum() > 0))
                .as(Line::new);
        return line.list()
                .uniqueElements(l -> l.tier() + " " + l.unit())
                .ofMinSize(2)
                .ofMaxSize(12);
    }

    /** Sums per cell × price are what the requests cost one by one: the idea of rate cells. */
    @Property(tries = 100)
    @Tag("E2")
    void partsAddUpToTheirWhole(
            @ForAll("price") String low,
            @ForAll("price") String high,
            @ForAll boolean marginal,
            @ForAll @LongRange(min = 1, max = 3_000) long bound,
            @ForAll @Size(max = 20) List<@From("sent") Sent> requests) {
        RateCard card = banded(low, high, bound, marginal);
        RateGrid grid = grid(card);
        BigDecimal one = BigDecimal.ZERO;
        record Part(int cell, BilledUnit unit) {}
        Map<Part, Long> parts = new HashMap<>();
        for (Sent request : requests) {
            one = one.add(cost(card, grid, request));
            for (RateGrid.Cell cell : cells(grid, request)) {
                request.tokens()
                        .forEach((unit, tokens) ->
                                parts.merge(new Part(cell.id(), unit), inCell(grid, cell, tokens), Long::sum));
            }
        }
        BigDecimal whole = BigDecimal.ZERO;
        long tokens = 0;
        for (Map.Entry<Part, Long> part : parts.entrySet()) {
            RateGrid.Cell cell = grid.cell(part.getKey().cell());
            whole = whole.add(price(card, cell, part.getKey().unit()).multiply(BigDecimal.valueOf(part.getValue())));
            tokens += part.getValue();
        }
        assertThat(whole).isEqualByComparingTo(one);
        assertThat(tokens)
                .as("every token is in one cell")
                .isEqualTo(requests.stream()
                        .mapToLong(r -> r.uncached() + r.cached() + r.output())
                        .sum());
    }

    /** Where the doubled request is charged at the same bands: without any, or as a whole on the same side of the bound. */
    @Property(tries = 100)
    void twiceTheTokensCostTwiceAsMuchAtTheSameBands(
            @ForAll("price") String low,
            @ForAll("price") String high,
            @ForAll @LongRange(min = 1, max = 6_000) long bound,
            @ForAll("sent") Sent sent) {
        RateCard plain = banded(low, low, bound, false);
        assertThat(cost(plain, grid(plain), sent.twice()))
                .isEqualByComparingTo(cost(plain, grid(plain), sent).multiply(BigDecimal.valueOf(2)));
        RateCard banded = banded(low, high, bound, false);
        long input = sent.uncached() + sent.cached();
        if (input > bound || 2 * input <= bound) {
            assertThat(cost(banded, grid(banded), sent.twice()))
                    .isEqualByComparingTo(cost(banded, grid(banded), sent).multiply(BigDecimal.valueOf(2)));
        }
    }

    @Property(tries = 100)
    @Tag("B12")
    void aLaterPriceLeavesEarlierRequestsAsTheyWere(
            @ForAll("price") String price,
            @ForAll("price") String later,
            @ForAll @IntRange(max = 92 * 86_400) int change,
            @ForAll("sent") Sent sent) {
        Instant from = START.plusSeconds(change);
        List<String> before = new ArrayList<>();
        List<String> after = new ArrayList<>();
        for (BilledUnit unit : TOKENS) {
            String line = "p,m,standard," + unit.label() + ",,,%s,%s,%s,1000000,USD";
            before.add(line.formatted("2026-01-01", "", price));
            after.add(line.formatted("2026-01-01", from, price));
            after.add(line.formatted(from, "", later));
        }
        RateCard old = card(before);
        RateCard updated = card(after);
        BigDecimal cost = cost(updated, grid(updated), sent);
        BigDecimal expected = sent.time().isBefore(from)
                ? cost(old, grid(old), sent)
                : cost(old, grid(old), sent, new BigDecimal(later).movePointLeft(6));
        assertThat(cost).isEqualByComparingTo(expected);
    }

    /**
     * For prices without bands, windows and contracts: a row of those narrows another, which then holds alone. Reasoning is
     * left out, since without a price of its own it is output by definition.
     */
    @Property(tries = 200)
    @Tag("B1")
    void removingARateNeverLowersACostInSilence(@ForAll("lines") List<Line> lines, @ForAll Random random) {
        RateCard card = card(lines.stream().map(Line::text).toList());
        List<Line> fewer = new ArrayList<>(lines);
        Line removed = fewer.remove(random.nextInt(fewer.size()));
        RateCard less = card(fewer.stream().map(Line::text).toList());
        for (ServiceTier tier : ServiceTier.values()) {
            for (BilledUnit unit : BilledUnit.values()) {
                List<Price> before = card.prices(M, tier, unit, Situation.plain(START, 1), null);
                List<Price> after = less.prices(M, tier, unit, Situation.plain(START, 1), null);
                if (after.isEmpty() || unit == BilledUnit.REASONING) {
                    continue;
                }
                assertThat(before).as("%s %s without %s", tier, unit, removed).isNotEmpty();
                boolean lower = after.get(0).perToken().compareTo(before.get(0).perToken()) < 0;
                assertThat(lower && after.get(0).assumption() == null)
                        .as("%s %s lower and unsaid without %s", tier, unit, removed)
                        .isFalse();
            }
        }
    }

    @Property(tries = 50)
    void theOrderOfTheLinesChangesNoPrice(@ForAll("lines") List<Line> lines, @ForAll Random random) {
        List<Line> shuffled = new ArrayList<>(lines);
        Collections.shuffle(shuffled, random);
        RateCard one = card(lines.stream().map(Line::text).toList());
        RateCard other = card(shuffled.stream().map(Line::text).toList());
        for (ServiceTier tier : ServiceTier.values()) {
            for (BilledUnit unit : BilledUnit.values()) {
                assertThat(other.prices(M, tier, unit, Situation.plain(START, 1), null).stream()
                                .map(Price::perToken))
                        .containsExactlyElementsOf(one.prices(M, tier, unit, Situation.plain(START, 1), null).stream()
                                .map(Price::perToken)
                                .toList());
            }
        }
    }

    @Property(tries = 10)
    @Tag("E3")
    void sharesAddUpForThousandsOfSharers(
            @ForAll @LongRange(max = 1_000_000_000_000L) long cost,
            @ForAll @IntRange(min = 1, max = 10_000) int sharers,
            @ForAll Random random) {
        BigDecimal whole = BigDecimal.valueOf(cost, 12);
        List<BigDecimal> weights = new ArrayList<>(List.of(BigDecimal.ONE));
        for (int i = 1; i < sharers; i++) {
            weights.add(BigDecimal.valueOf(random.nextInt(1_000)));
        }
        assertThat(LargestRemainder.split(whole, weights, 12).stream().reduce(BigDecimal.ZERO, BigDecimal::add))
                .isEqualByComparingTo(whole);
    }

    private static RateCard banded(String low, String high, long bound, boolean marginal) {
        List<String> lines = new ArrayList<>();
        for (BilledUnit unit : TOKENS) {
            String line = "p,m,standard," + unit.label() + ",%s,%s,2026-01-01,,%s,1000000,USD";
            lines.add(line.formatted("", "", low));
            lines.add(line.formatted(bound, marginal ? "marginal" : "", high));
        }
        return card(lines);
    }

    private static RateCard card(List<String> lines) {
        return RateTables.table(HEADER, lines.toArray(String[]::new));
    }

    private static RateGrid grid(RateCard card) {
        return RateGrid.of(card, Map.of(), Set.of(), START, END);
    }

    private static List<RateGrid.Cell> cells(RateGrid grid, Sent sent) {
        return grid.cellsOf(M, sent.time(), sent.uncached() + sent.cached(), sent.uncached());
    }

    private static long inCell(RateGrid grid, RateGrid.Cell cell, long tokens) {
        return Math.max(0, Math.min(tokens, grid.classUpTo(cell)) - cell.classAbove());
    }

    private static BigDecimal price(RateCard card, RateGrid.Cell cell, BilledUnit unit) {
        return card.prices(M, ServiceTier.STANDARD, unit, cell.situation(), null)
                .get(0)
                .perToken();
    }

    private static BigDecimal cost(RateCard card, RateGrid grid, Sent sent) {
        return cost(card, grid, sent, null);
    }

    /** @param instead of the card's prices; null for those */
    private static BigDecimal cost(RateCard card, RateGrid grid, Sent sent, BigDecimal instead) {
        BigDecimal cost = BigDecimal.ZERO;
        for (RateGrid.Cell cell : cells(grid, sent)) {
            for (Map.Entry<BilledUnit, Long> unit : sent.tokens().entrySet()) {
                BigDecimal price = instead == null ? price(card, cell, unit.getKey()) : instead;
                cost = cost.add(price.multiply(BigDecimal.valueOf(inCell(grid, cell, unit.getValue()))));
            }
        }
        return cost;
    }
}
