package io.tokenledger.scenario;

import static io.tokenledger.model.TokenClass.CACHED_INPUT;
import static io.tokenledger.model.TokenClass.OUTPUT;
import static io.tokenledger.model.TokenClass.UNCACHED_INPUT;
import static io.tokenledger.scenario.Demands.both;
import static io.tokenledger.scenario.Demands.demand;
import static io.tokenledger.scenario.Demands.online;
import static io.tokenledger.scenario.Demands.waiting;
import static org.assertj.core.api.Assertions.assertThat;

import io.tokenledger.model.Month;
import io.tokenledger.model.TokenClass;
import io.tokenledger.scenario.ScenarioSettings.Scaling;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * A unit serves 800 tokens of uncached input a minute and costs 100 a month. The 30 days before February are all of
 * January but its first day: 100 × 30 ÷ 31 = 96.77.
 */
class PurchaseTest {
    private static final Month FEBRUARY = Month.parse("2026-02");
    private static final CapacityUnit UNIT = Units.with("price", "100", "price_per", "month");
    private static final String DECLARED = "throughput of u is declared, not measured";

    /** Two minutes of January that a second unit repays: it serves 800 tokens, worth 60, in each of them. */
    private static final List<PoolDemand.Minute> BUSY_JANUARY =
            List.of(online("2026-01-02T00:00:00Z", 1_600, "120"), online("2026-01-31T23:59:00Z", 1_600, "120"));

    /** The second unit serves 800 tokens, worth 60, once: it does not repay its 100. */
    private static final List<PoolDemand.Minute> QUIET_FEBRUARY =
            List.of(online("2026-02-01T00:00:00Z", 800, "60"), online("2026-02-28T23:59:00Z", 1_600, "120"));

    @Test
    void aGivenNumberIsBoughtWhateverItCosts() {
        Purchase purchase = choice(UNIT, demand(List.of(), QUIET_FEBRUARY)).given(3);
        assertThat(purchase.plan().units()).isEqualTo(3);
        assertThat(purchase.plan().cost()).isEqualByComparingTo("300");
        assertThat(purchase.chosenOn()).isEqualTo("given");
        assertThat(purchase.assumptions()).containsExactly(DECLARED);
        assertThat(purchase.month()).isEqualTo(FEBRUARY);
        assertThat(purchase.pool()).isEqualTo("pool");
    }

    @Test
    void theLadderSaysWhatEachUnitUpToThePeakAndTheNumberBoughtSaves() {
        // The first serves 800 in both minutes: 60 + 60 − 100. The second serves 800 once, the third nothing.
        Purchase purchase = choice(UNIT, demand(List.of(), QUIET_FEBRUARY)).given(3);
        assertThat(purchase.ladder())
                .extracting(r -> r.units() + " " + plain(r.saving()))
                .containsExactly("1 20", "2 -40", "3 -100");
        assertThat(choice(UNIT, demand(List.of(), QUIET_FEBRUARY)).given(1).ladder())
                .hasSize(2);
        assertThat(choice(UNIT, PoolDemand.NONE).given(1).ladder()).isEmpty();
    }

    @Test
    void theOptimumIsWhatWasCheapestInTheDaysBeforeTheMonth() {
        Purchase.Choice choice = choice(UNIT, demand(BUSY_JANUARY, QUIET_FEBRUARY));
        Purchase optimum = choice.optimum(30);
        assertThat(optimum.plan().units()).isEqualTo(2);
        assertThat(optimum.plan().overflow()).isEmpty();
        assertThat(optimum.chosenOn()).isEqualTo("30 days before the month");
        assertThat(optimum.assumptions()).containsExactly(DECLARED);
        // The last day alone holds one of the two minutes: 60 a unit for 100 ÷ 31 = 3.23.
        assertThat(choice.optimum(1).plan().units()).isEqualTo(2);
    }

    @Test
    void hindsightIsWhatWasCheapestInTheMonthItself() {
        Purchase hindsight = choice(UNIT, demand(BUSY_JANUARY, QUIET_FEBRUARY)).hindsight();
        assertThat(hindsight.plan().units()).isEqualTo(1);
        assertThat(hindsight.plan().overflowTokens()).isEqualTo(800);
        assertThat(hindsight.chosenOn()).isEqualTo("the month itself");
        assertThat(hindsight.assumptions()).containsExactly("the number of units is known only afterwards", DECLARED);
    }

    @Test
    void noneIsBoughtWhereNoneRepays() {
        PoolDemand quiet = demand(online("2026-02-01T00:00:00Z", 800, "60"));
        Purchase hindsight = choice(UNIT, quiet).hindsight();
        assertThat(hindsight.plan().units()).isZero();
        assertThat(hindsight.plan().cost()).isEqualByComparingTo("0");
        assertThat(hindsight.plan().overflowTokens()).isEqualTo(800);
        assertThat(hindsight.ladder())
                .extracting(r -> r.units() + " " + plain(r.saving()))
                .containsExactly("1 -40");
    }

    @Test
    void ofEquallyCheapNumbersTheFewestAreBought() {
        PoolDemand even = demand(online("2026-02-01T00:00:00Z", 800, "100"));
        assertThat(choice(UNIT, even).hindsight().plan().units()).isZero();
    }

    @Test
    void workThatCanWaitCountsLikeAnyOther() {
        PoolDemand mixed = demand(
                both(online("2026-02-01T00:00:00Z", 800, "60"), waiting("2026-02-01T00:00:00Z", 800, "60")),
                both(online("2026-02-01T00:01:00Z", 800, "60"), waiting("2026-02-01T00:01:00Z", 800, "60")));
        assertThat(choice(UNIT, mixed).hindsight().plan().units()).isEqualTo(2);
    }

    @Test
    void aWindowThatIsShorterThanTheTermIsSaid() {
        CapacityUnit yearly = Units.with("price", "100", "price_per", "month", "term_days", "365");
        assertThat(choice(yearly, demand(BUSY_JANUARY, List.of())).optimum(30).assumptions())
                .containsExactly("units of u are chosen on 30 days, a shorter time than their term of 365", DECLARED);
        CapacityUnit monthly = Units.with("price", "100", "price_per", "month", "term_days", "30");
        assertThat(choice(monthly, demand(BUSY_JANUARY, List.of())).optimum(30).assumptions())
                .containsExactly(DECLARED);
    }

    @Test
    void withoutDemandBeforeTheMonthNoneIsBoughtAndSaid() {
        Purchase optimum = choice(UNIT, demand(List.of(), QUIET_FEBRUARY)).optimum(30);
        assertThat(optimum.plan().units()).isZero();
        assertThat(optimum.assumptions())
                .containsExactly("units of u are chosen without any demand before the month", DECLARED);
    }

    @Test
    void logsThatBeginLateAreSaid() {
        PoolDemand late = demand(online("2026-01-03T00:01:00Z", 800, "60"));
        assertThat(choice(UNIT, late).optimum(30).assumptions())
                .containsExactly("units of u are chosen on 30 days, the logs begin at 2026-01-03T00:01:00Z", DECLARED);
        PoolDemand aDayLate = demand(online("2026-01-03T00:00:00Z", 800, "60"));
        assertThat(choice(UNIT, aDayLate).optimum(30).assumptions()).containsExactly(DECLARED);
    }

    @Test
    void whatIsOwnedServesFirstAndFurtherUnitsAreChosenOnTheRest() {
        // One is owned, and serves 800 of each minute; a second would serve what is worth 120 in January.
        PoolDemand demand = demand(BUSY_JANUARY, QUIET_FEBRUARY);
        Purchase.Choice choice = choice(UNIT, demand, commitment(1, "2026-01-31T00:00:00Z", null));
        assertThat(choice.owned()).isEqualTo(1);
        Purchase optimum = choice.optimum(30);
        assertThat(optimum.plan().units()).isEqualTo(2);
        assertThat(optimum.plan().sunk()).isEqualByComparingTo("100");
        assertThat(optimum.plan().cost()).isEqualByComparingTo("200");
        // In February it would serve what is worth 60.
        assertThat(choice.hindsight().plan().units()).isEqualTo(1);
        assertThat(choice.hindsight().plan().cost()).isEqualByComparingTo("100");
        // A given number is the number in total; and what is owned serves also where fewer are given.
        assertThat(choice.given(2).plan().cost()).isEqualByComparingTo("200");
        Purchase.Choice three = choice(UNIT, demand, commitment(3, "2026-01-31T00:00:00Z", null));
        assertThat(three.given(2).plan().cost()).isEqualByComparingTo("300");
    }

    @Test
    void unitsOnTopOfOwnedOnesShareTheMonthlyMinimum() {
        // One is owned, for the minimum of 150. A second makes it 200 and saves the overflow of 80.
        CapacityUnit unit = Units.with("price", "100", "price_per", "month", "minimum_monthly", "150");
        PoolDemand demand = demand(online("2026-02-03T00:00:00Z", 1_600, "160"));
        Purchase hindsight = choice(
                        unit, demand, new Commitment("c", unit, 1, Instant.parse("2026-01-01T00:00:00Z"), null))
                .hindsight();
        assertThat(hindsight.plan().units()).isEqualTo(2);
        assertThat(hindsight.plan().cost()).isEqualByComparingTo("200");
    }

    @Test
    void aCommitmentThatBeginsInTheMonthServesFromThenOn() {
        // It is paid for 14 of 28 days, and the only demand comes after it began: nothing else is worth buying.
        PoolDemand demand = demand(online("2026-02-20T00:00:00Z", 800, "60"));
        Purchase hindsight = choice(
                        UNIT, demand, new Commitment("c", UNIT, 1, Instant.parse("2026-02-15T00:00:00Z"), null))
                .hindsight();
        assertThat(hindsight.plan().cost()).isEqualByComparingTo("50");
        assertThat(hindsight.plan().overflow()).isEmpty();
        // Demand before it began is worth a unit of its own: 50 more for what costs 60 by token.
        PoolDemand both = demand(online("2026-02-02T00:00:00Z", 800, "60"), online("2026-02-20T00:00:00Z", 800, "60"));
        assertThat(choice(UNIT, both, new Commitment("c", UNIT, 1, Instant.parse("2026-02-15T00:00:00Z"), null))
                        .hindsight()
                        .plan()
                        .cost())
                .isEqualByComparingTo("100");
    }

    @Test
    void aUnitThatRefusesTokensIsBoughtForThePeak() {
        CapacityUnit unit = Units.with(
                "price",
                "100",
                "price_per",
                "month",
                "overage_rule",
                "reject",
                "minimum_units",
                "3",
                "step_units",
                "2");
        assertThat(choice(unit, demand(online("2026-02-01T00:00:00Z", 800, "1")))
                        .hindsight()
                        .plan()
                        .units())
                .isEqualTo(3);
        Purchase five =
                choice(unit, demand(online("2026-02-01T00:00:00Z", 2_401, "1"))).hindsight();
        assertThat(five.plan().units()).isEqualTo(5);
        assertThat(five.plan().whyNot()).isEmpty();
        assertThat(five.ladder()).as("fewer would not do").isEmpty();
        // January asked for 1,600: February is more.
        PoolDemand more = demand(BUSY_JANUARY, List.of(online("2026-02-01T00:00:00Z", 4_000, "1")));
        assertThat(choice(unit, more).optimum(30).plan().whyNot())
                .contains(
                        "1600 tokens are refused; at worst the minute 2026-02-01T00:00:00Z needs 5.000000 units of 3");
        assertThat(choice(unit, PoolDemand.NONE).hindsight().plan().units()).isZero();
    }

    @Test
    void anOveragePriceIsPaidOnlyWhereThereIsAUnit() {
        // 3,000 for 300 by token; with one unit for 100 the overflow of 2,200 costs 2.20. Overflow alone would be 3.
        CapacityUnit unit =
                Units.with("price", "100", "price_per", "month", "overage_rule", "price", "overage_price", "1000");
        Purchase bought = choice(unit, demand(online("2026-02-01T00:00:00Z", 3_000, "300")))
                .hindsight();
        assertThat(bought.plan().units()).isEqualTo(1);
        assertThat(overflowTiers(bought)).containsExactly("2026-02-01T00:00:00Z overage of u");
        Purchase none = choice(unit, demand(online("2026-02-01T00:00:00Z", 3_000, "102")))
                .hindsight();
        assertThat(none.plan().units()).isZero();
        assertThat(overflowTiers(none)).containsExactly("2026-02-01T00:00:00Z standard");
    }

    @Test
    void anOveragePriceIsPaidOnlyInMinutesInWhichThereIsAUnit() {
        CapacityUnit unit =
                Units.with("price", "100", "price_per", "month", "overage_rule", "price", "overage_price", "1000");
        Commitment half = new Commitment("c", unit, 1, Instant.parse("2026-02-15T00:00:00Z"), null);
        PoolDemand demand =
                demand(online("2026-02-01T00:00:00Z", 3_000, "49"), online("2026-02-15T00:00:00Z", 3_000, "300"));
        // By token 49 before the commitment; a unit for that half is 50.
        Purchase none = choice(unit, demand, half).hindsight();
        assertThat(none.plan().cost()).isEqualByComparingTo("50");
        assertThat(overflowTiers(none))
                .containsExactly("2026-02-01T00:00:00Z standard", "2026-02-15T00:00:00Z overage of u");
        // For 53 by token the unit repays: its overflow of 2,200 costs 2.20.
        PoolDemand dearer = demand(online("2026-02-01T00:00:00Z", 3_000, "53"));
        assertThat(choice(unit, dearer, half).hindsight().plan().units()).isEqualTo(1);
    }

    private static List<String> overflowTiers(Purchase purchase) {
        return purchase.plan().overflow().stream()
                .map(o -> o.minute() + " " + purchase.plan().unit().overflowTier(o.units()))
                .toList();
    }

    @Test
    void furtherUnitsByTheHourAreComparedWithUnitsForTheWholeMonth() {
        // Two minutes ask for 1.5 units each, so a second unit by the hour costs 2 × 55; by the month 100.
        CapacityUnit unit = hourly("3300");
        PoolDemand twice =
                demand(online("2026-02-01T00:00:00Z", 1_200, "1"), online("2026-02-01T00:01:00Z", 1_200, "1"));
        Purchase bought = choice(unit, twice).hindsight();
        assertThat(bought.plan().units()).isEqualTo(2);
        assertThat(bought.plan().cost()).isEqualByComparingTo("200");
        Purchase byTheHour = choice(hourly("2700"), twice).hindsight();
        assertThat(byTheHour.plan().units()).isZero();
        assertThat(byTheHour.plan().cost()).isEqualByComparingTo("180");
        assertThat(byTheHour.plan().overflow()).isEmpty();
    }

    @Test
    void requestsLargerThanAnyShapeAreSaid() {
        CapacityUnit unit = Units.readTable(Units.HEADER.strip() + ",shape_input_tokens,shape_output_tokens\n"
                        + "u,replica,pool,1000,1,0.1,1.25,4,0.8,100,month,USD,,standard,,,,,,1000,100\n"
                        + "u,replica,pool,500,1,0.1,1.25,4,0.8,100,month,USD,,standard,,,,,,4000,100\n")
                .get("u");
        PoolDemand small = demand(online("2026-02-01T00:00:00Z", 1_000, "60"));
        assertThat(choice(unit, small).given(1).plan().overflowTokens()).isEqualTo(200);
        assertThat(choice(unit, small).given(1).assumptions()).containsExactly(DECLARED);
        PoolDemand large = demand(online("2026-02-01T00:00:00Z", 4_001, "60"));
        assertThat(choice(unit, large).given(1).plan().overflowTokens()).isEqualTo(3_601);
        assertThat(choice(unit, large).given(1).assumptions())
                .containsExactly(DECLARED, "requests are larger than any shape of u");
    }

    @Test
    void theOptimumIsChosenWithTheShapeOfTheTimeBeforeAndServesWithThatOfTheMonth() {
        CapacityUnit unit = Units.readTable(Units.HEADER.strip() + ",shape_input_tokens,shape_output_tokens\n"
                        + "u,replica,pool,1000,1,0.1,1.25,4,0.8,100,month,USD,,standard,,,,,,1000,100\n"
                        + "u,replica,pool,500,1,0.1,1.25,4,0.8,100,month,USD,,standard,,,,,,4000,100\n")
                .get("u");
        // 1,600 tokens of two requests need two units of 800; in February one request of 1,600 needs four of 400.
        PoolDemand demand = demand(
                List.of(Demands.minute(
                        "2026-01-02T00:00:00Z", Demands.part(2, 1_600, "1000", "1000"), PoolDemand.Part.NONE)),
                List.of(online("2026-02-01T00:00:00Z", 1_600, "1000")));
        assertThat(choice(unit, demand).optimum(30).plan().units()).isEqualTo(2);
        assertThat(choice(unit, demand).optimum(30).plan().overflowTokens()).isEqualTo(800);
        assertThat(choice(unit, demand).hindsight().plan().units()).isEqualTo(4);
    }

    @Test
    void replicasFollowTheDemandOfTheMinutesBefore() {
        // A minute costs 1. Minute 0 asks for two and is worth them, minute 1 for two, minute 2 for none.
        CapacityUnit unit = Units.with("price", "1", "price_per", "minute");
        PoolDemand demand = demand(
                online("2026-02-01T00:00:00Z", 1_600, "20"),
                online("2026-02-01T00:01:00Z", 1_600, "20"),
                online("2026-02-01T00:02:00Z", 1_600, "20"));
        Purchase scaled = choice(unit, demand).scaled(new Scaling(0L, 4L, 1L));
        // Two replicas in minutes 1, 2 and 3; minute 0 overflows whole.
        assertThat(scaled.plan().unitMinutes()).isEqualTo(6);
        assertThat(scaled.plan().units()).isEqualTo(2);
        assertThat(scaled.plan().cost()).isEqualByComparingTo("6");
        assertThat(scaled.plan().overflowTokens()).isEqualTo(1_600);
        assertThat(scaled.chosenOn()).isEqualTo("the demand 1 minutes before, from 0 to 4");
        assertThat(scaled.ladder()).isEmpty();
        assertThat(scaled.assumptions()).containsExactly(DECLARED);
        // At most one: 800 overflow in each of the minutes 1 and 2.
        assertThat(choice(unit, demand).scaled(new Scaling(0L, 1L, 1L)).plan().overflowTokens())
                .isEqualTo(3_200);
        // At least one, also in every idle minute of 40,320.
        assertThat(choice(unit, demand).scaled(new Scaling(1L, 4L, 1L)).plan().unitMinutes())
                .isEqualTo(40_320 + 3);
        // Not worth its minute: 1,600 tokens for 1.90 are 0.95 a replica.
        assertThat(choice(unit, demand(online("2026-02-01T00:00:00Z", 1_600, "1.90")))
                        .scaled(new Scaling(0L, 4L, 1L))
                        .plan()
                        .unitMinutes())
                .isZero();
    }

    @Test
    void scaledReplicasComeOnTopOfThoseThatAreOwned() {
        // Minutes 0, 1 and 2 ask for two and are worth them; a minute costs 1, and a replica needs one to start.
        CapacityUnit unit = Units.with("price", "1", "price_per", "minute");
        PoolDemand demand = demand(
                online("2026-02-01T00:00:00Z", 1_600, "20"),
                online("2026-02-01T00:01:00Z", 1_600, "20"),
                online("2026-02-01T00:02:00Z", 1_600, "20"));
        Scaling upToFour = new Scaling(0L, 4L, 1L);

        // One is owned: a second in minutes 1, 2 and 3; minute 0 overflows what the first has no room for.
        Purchase one = choice(unit, demand, owned(unit, 1, "2026-01-01T00:00:00Z", null))
                .scaled(upToFour);
        assertScaled(one, 2, 40_320 + 3, "40320", "40323", 800);
        assertThat(one.chosenOn()).isEqualTo("the demand 1 minutes before, from 0 to 4, and at least those owned");
        assertThat(one.assumptions())
                .containsExactly("40320 of it is for commitments to u, paid whatever serves the tokens", DECLARED);

        // More than the most: none comes on top. Fewer than the fewest: the rest is always there.
        Commitment three = owned(unit, 3, "2026-01-01T00:00:00Z", null);
        assertScaled(choice(unit, demand, three).scaled(new Scaling(0L, 1L, 0L)), 3, 120_960, "120960", "120960", 0);
        assertScaled(choice(unit, demand, three).scaled(new Scaling(4L, 5L, 0L)), 4, 161_280, "120960", "161280", 0);

        // Owned from minute 2 on: two are scaled in minute 1, one each in the minutes 2 and 3.
        assertScaled(
                choice(unit, demand, owned(unit, 1, "2026-02-01T00:02:00Z", null))
                        .scaled(upToFour),
                2,
                40_318 + 4,
                "40318",
                "40322",
                1_600);
        // Owned up to minute 2: one is scaled in minute 1, two each in the minutes 2 and 3.
        assertScaled(
                choice(unit, demand, owned(unit, 1, "2026-01-01T00:00:00Z", "2026-02-01T00:02:00Z"))
                        .scaled(upToFour),
                2,
                2 + 5,
                "2",
                "7",
                800);
    }

    private static void assertScaled(
            Purchase scaled, long most, long unitMinutes, String sunk, String cost, long overflow) {
        CapacityPlan plan = scaled.plan();
        assertThat(plan.units()).isEqualTo(most);
        assertThat(plan.unitMinutes()).isEqualTo(unitMinutes);
        assertThat(plan.sunk()).isEqualByComparingTo(sunk);
        assertThat(plan.cost()).isEqualByComparingTo(cost);
        assertThat(plan.overflowTokens()).isEqualTo(overflow);
    }

    @Test
    void everyMinuteHasWhatIsCheapestForTheLoadOfTheStartUpBeforeOnTopOfWhatIsOwned() {
        CapacityUnit unit = Units.with("price", "1", "price_per", "minute");
        long seed = System.nanoTime();
        System.out.println("PurchaseTest: scaled, seed " + seed);
        Random random = new Random(seed);
        for (int round = 0; round < 20; round++) {
            long[] tokens = new long[60];
            long[] cents = new long[60];
            List<PoolDemand.Minute> minutes = new ArrayList<>();
            for (int i = 0; i < 60; i++) {
                if (random.nextInt(3) > 0) {
                    tokens[i] = 1 + random.nextInt(5_000);
                    cents[i] = random.nextInt(900);
                    minutes.add(online(
                            minute(i),
                            tokens[i],
                            BigDecimal.valueOf(cents[i], 2).toString()));
                }
            }
            Commitment[] owned = {
                owned(unit, 1 + random.nextInt(3), minute(random.nextInt(60)), null),
                owned(unit, 1 + random.nextInt(3), minute(-5), minute(random.nextInt(60)))
            };
            Scaling scaling = new Scaling((long) random.nextInt(3), 3L + random.nextInt(3), (long) random.nextInt(4));
            long unitMinutes = 0;
            long sunk = 0;
            long overflow = 0;
            for (int t = 0; t < 40_320; t++) {
                Instant now = Instant.parse(minute(t));
                long there = 0;
                for (Commitment c : owned) {
                    boolean runs = !now.isBefore(c.validFrom()) && (c.validTo() == null || now.isBefore(c.validTo()));
                    there += runs ? c.units() : 0;
                }
                int seen = t - scaling.startupMinutes().intValue();
                boolean known = seen >= 0 && seen < 60 && tokens[seen] > 0;
                long best = Math.max(there, scaling.min());
                long least = Long.MAX_VALUE;
                for (long n = best; known && n <= Math.max(there, scaling.max()); n++) {
                    // In cents, times the tokens of the minute.
                    long cost = 100 * (n - there) * tokens[seen] + cents[seen] * Math.max(0, tokens[seen] - 800 * n);
                    if (cost < least) {
                        least = cost;
                        best = n;
                    }
                }
                unitMinutes += best;
                sunk += there;
                overflow += t < 60 ? Math.max(0, tokens[t] - 800 * best) : 0;
            }
            CapacityPlan plan =
                    choice(unit, new PoolDemand(minutes), owned).scaled(scaling).plan();
            String what = "seed " + seed + ", round " + round;
            assertThat(plan.unitMinutes()).as(what).isEqualTo(unitMinutes);
            assertThat(plan.sunk()).as(what).isEqualByComparingTo("" + sunk);
            assertThat(plan.cost()).as(what).isEqualByComparingTo("" + unitMinutes);
            assertThat(plan.overflowTokens()).as(what).isEqualTo(overflow);
        }
    }

    private static String minute(long i) {
        return Instant.parse("2026-02-01T00:00:00Z").plusSeconds(60 * i).toString();
    }

    private static Commitment owned(CapacityUnit unit, long units, String from, String to) {
        return new Commitment("c of " + from, unit, units, Instant.parse(from), to == null ? null : Instant.parse(to));
    }

    /**
     * What a plan costs with its overflow paid by whole tokens. The choice counts overflow in parts of a token, so a
     * number that is cheapest can be dearer by at most half a token of each class and minute, on each of the two sides.
     */
    @Test
    void hindsightIsNeverDearerThanAnyOtherNumberButForPartsOfTokens() {
        long seed = System.nanoTime();
        System.out.println("PurchaseTest: hindsight, seed " + seed);
        Random random = new Random(seed);
        for (int round = 0; round < 100; round++) {
            Map<TokenClass, BigDecimal> prices = prices(random);
            CapacityUnit unit = randomUnit(random);
            List<PoolDemand.Minute> january = minutes(random, "2026-01-03T00:00:00Z", prices);
            List<PoolDemand.Minute> february = minutes(random, "2026-02-01T00:00:00Z", prices);
            Commitment[] owned = random.nextBoolean()
                    ? new Commitment[] {
                        new Commitment(
                                "c",
                                unit,
                                1 + random.nextInt(3),
                                Instant.parse(random.nextBoolean() ? "2026-01-01T00:00:00Z" : "2026-02-01T00:03:00Z"),
                                random.nextBoolean() ? null : Instant.parse("2026-02-12T00:00:00Z"))
                    }
                    : new Commitment[0];
            Purchase.Choice choice = choice(unit, demand(january, february), owned);
            BigDecimal bound = february.stream()
                    .flatMap(m -> m.all().tokens().keySet().stream())
                    .map(c -> overflowPrice(unit, prices.get(c)).max(prices.get(c)))
                    .reduce(new BigDecimal("0.000000001"), BigDecimal::add);
            Purchase hindsight = choice.hindsight();
            BigDecimal least = cost(hindsight.plan(), prices);
            TreeSet<Long> others =
                    new TreeSet<>(List.of(choice.optimum(30).plan().units(), choice.owned()));
            for (long n = 0; n < 8; n++) {
                others.add(choice.owned() + unit.minimumUnits() + n * unit.stepUnits());
            }
            for (long n : others) {
                assertThat(least)
                        .as(
                                "seed %d, round %d: %d units, %d against %d",
                                seed, round, n, hindsight.plan().units(), n)
                        .isLessThanOrEqualTo(
                                cost(choice.given(n).plan(), prices).add(bound));
            }
            for (Purchase purchase : List.of(hindsight, choice.optimum(30), choice.given(2))) {
                assertThat(purchase.plan()
                                .charge()
                                .used()
                                .add(purchase.plan().charge().idle()))
                        .isEqualByComparingTo(purchase.plan().cost());
            }
        }
    }

    private static BigDecimal overflowPrice(CapacityUnit unit, BigDecimal standard) {
        return unit.overage() == CapacityUnit.Overage.PRICE
                ? unit.overagePrice().movePointLeft(6)
                : standard;
    }

    private static BigDecimal cost(CapacityPlan plan, Map<TokenClass, BigDecimal> prices) {
        return plan.overflow().stream()
                .map(o -> (o.units() == 0
                                ? prices.get(o.tokenClass())
                                : overflowPrice(plan.unit(), prices.get(o.tokenClass())))
                        .multiply(BigDecimal.valueOf(o.overflow())))
                .reduce(plan.cost(), BigDecimal::add);
    }

    private static Map<TokenClass, BigDecimal> prices(Random random) {
        Map<TokenClass, BigDecimal> prices = new EnumMap<>(TokenClass.class);
        Stream.of(UNCACHED_INPUT, CACHED_INPUT, OUTPUT)
                .forEach(c -> prices.put(c, BigDecimal.valueOf(1 + random.nextInt(300), 6)));
        return prices;
    }

    private static CapacityUnit randomUnit(Random random) {
        List<String> cells =
                new ArrayList<>(List.of("price", thousandths(50 + random.nextInt(500)), "price_per", "month"));
        switch (random.nextInt(4)) {
            case 0 ->
                cells.addAll(
                        List.of("overage_rule", "price", "overage_price", Integer.toString(10 + random.nextInt(90))));
            case 1 ->
                cells.addAll(List.of(
                        "overage_rule",
                        "hourly",
                        "overage_price_per_unit_hour",
                        thousandths(100 + random.nextInt(9_000))));
            case 2 ->
                cells.addAll(List.of(
                        "minimum_units",
                        Integer.toString(1 + random.nextInt(4)),
                        "step_units",
                        Integer.toString(1 + random.nextInt(3))));
            default -> cells.addAll(List.of("minimum_monthly", thousandths(random.nextInt(1_000))));
        }
        return Units.with(cells.toArray(String[]::new));
    }

    private static List<PoolDemand.Minute> minutes(Random random, String from, Map<TokenClass, BigDecimal> prices) {
        List<PoolDemand.Minute> minutes = new ArrayList<>();
        for (int i = 0; i < random.nextInt(12); i++) {
            String at = Instant.parse(from).plusSeconds(60L * i).toString();
            minutes.add(Demands.minute(
                    at,
                    Demands.priced(someTokens(random), prices, BigDecimal.ONE),
                    Demands.priced(random.nextBoolean() ? Map.of() : someTokens(random), prices, BigDecimal.ONE)));
        }
        return minutes;
    }

    private static Map<TokenClass, Long> someTokens(Random random) {
        Map<TokenClass, Long> tokens = new EnumMap<>(TokenClass.class);
        tokens.put(UNCACHED_INPUT, 1L + random.nextInt(3_000));
        if (random.nextBoolean()) {
            tokens.put(CACHED_INPUT, 1L + random.nextInt(3_000));
        }
        if (random.nextBoolean()) {
            tokens.put(OUTPUT, 1L + random.nextInt(600));
        }
        return tokens;
    }

    private static String thousandths(long n) {
        return BigDecimal.valueOf(n, 3).toPlainString();
    }

    private static CapacityUnit hourly(String price) {
        return Units.with(
                "price", "100", "price_per", "month", "overage_rule", "hourly", "overage_price_per_unit_hour", price);
    }

    private static Purchase.Choice choice(CapacityUnit unit, PoolDemand demand, Commitment... commitments) {
        return new Purchase.Choice(unit, List.of(commitments), FEBRUARY, ZoneOffset.UTC, demand);
    }

    private static Commitment commitment(long units, String from, String to) {
        return new Commitment("c", UNIT, units, Instant.parse(from), to == null ? null : Instant.parse(to));
    }

    private static String plain(BigDecimal amount) {
        return amount.signum() == 0 ? "0" : amount.stripTrailingZeros().toPlainString();
    }
}
