package io.tokenledger.scenario;

import static io.tokenledger.scenario.Units.decimal;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tokenledger.model.ExitCode;
import io.tokenledger.model.Failure;
import io.tokenledger.model.TokenClass;
import java.time.LocalDate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CapacityUnitTest {
    private static final String GOOD = "u,replica,pool,1000,1,0.1,1.25,4,0.8,60,hour,USD,,standard,,,,,\n";

    @Test
    void everyColumnIsRead() {
        CapacityUnit unit = Units.read(
                "h100,replica,chat,12345.5,1,0.125,1.25,4,0.85,5.49,hour,EUR,1000,price,0.77,bench,list,2026-06-30,\"a, b\"\n");
        assertThat(unit.unit()).isEqualTo("h100");
        assertThat(unit.kind()).isEqualTo(CapacityUnit.Kind.REPLICA);
        assertThat(unit.pool()).isEqualTo("chat");
        assertThat(unit.throughput().perMinute()).isEqualByComparingTo("12345.5");
        assertThat(unit.utilisationCeiling()).isEqualByComparingTo("0.85");
        assertThat(unit.price().ofUnit()).isEqualByComparingTo("5.49");
        assertThat(unit.price().per()).isEqualTo(UnitPrice.Per.HOUR);
        assertThat(unit.currency()).isEqualTo("EUR");
        assertThat(unit.price().minimumMonthly()).isEqualByComparingTo("1000");
        assertThat(unit.overage()).isEqualTo(CapacityUnit.Overage.PRICE);
        assertThat(unit.overagePrice()).isEqualByComparingTo("0.77");
        assertThat(unit.throughputSource()).isEqualTo("bench");
        assertThat(unit.priceSource()).isEqualTo("list");
        assertThat(unit.retrievedAt()).isEqualTo(LocalDate.of(2026, 6, 30));
        assertThat(unit.note()).isEqualTo("a, b");
        assertThat(unit.weights())
                .containsOnlyKeys(TokenClass.values())
                .hasEntrySatisfying(TokenClass.CACHED_INPUT, w -> assertThat(w).isEqualByComparingTo("0.125"))
                .hasEntrySatisfying(
                        TokenClass.CACHE_WRITE_5M, w -> assertThat(w).isEqualByComparingTo("1.25"))
                .hasEntrySatisfying(
                        TokenClass.CACHE_WRITE_1H, w -> assertThat(w).isEqualByComparingTo("1.25"))
                .hasEntrySatisfying(TokenClass.AUDIO_INPUT, w -> assertThat(w).isEqualByComparingTo("1"))
                .hasEntrySatisfying(TokenClass.AUDIO_OUTPUT, w -> assertThat(w).isEqualByComparingTo("4"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "u,replica,    | u,lease,           | kind is 'lease'; expected one of [replica, ptu, gsu, bundle, model-unit, node]",
                ",1000,1,      | ,0,1,              | throughput_per_minute is '0'; expected more than 0 weighted tokens",
                ",0.8,60       | ,0,60              | utilisation_ceiling is '0'; expected a decimal above 0, at most 1",
                ",0.8,60       | ,1.01,60           | utilisation_ceiling is '1.01'; expected a decimal above 0, at most 1",
                ",hour,        | ,week,             | price_per is 'week'; expected one of minute, hour, day, month",
                ",standard,    | ,queue,            | overage_rule is 'queue'; expected one of standard, price, hourly, reject",
                ",standard,,   | ,standard,1,       | overage_price is '1'; expected a price if, and only if, overage_rule is price",
                ",standard,,   | ,price,,           | overage_price is ''; expected a price if, and only if, overage_rule is price",
                ",0.1,1.25     | ,0.1234,1.25       | weight_cached_input is '0.1234'; expected at most 3 fraction digits",
                ",USD,         | ,,                 | currency is empty",
                "u,replica,pool| u,replica,         | pool is empty"
            })
    void whatCannotBeUsedIsRefusedAtItsLine(String good, String bad, String message) {
        assertThat(GOOD).contains(good);
        assertRefused(GOOD.replaceFirst(java.util.regex.Pattern.quote(good), bad), message);
    }

    @Test
    void aUnitThatStandsTwiceIsRefused() {
        assertRefused(GOOD + GOOD, "unit is 'u'; expected each unit once");
    }

    @Test
    void anOveragePriceThatNoReportCouldShowExactlyIsRefused() {
        // Per token it has more than the 18 fraction digits that prices have; a rate like it is refused too.
        assertRefused(GOOD.replace(",standard,,", ",price,0.0000000000001,"), "overage_price");
    }

    @Test
    void anOveragePriceOfAMistakenUnitIsRefusedLikeARate() {
        // 20,000,000 per 1,000,000 tokens is 20 per token, beyond the digits that a price may have.
        assertRefused(GOOD.replace(",standard,,", ",price,20000000,"), "overage_price");
    }

    @Test
    void theOptionalColumnsAreRead() {
        CapacityUnit unit = Units.with(
                "kind",
                "node",
                "gpus",
                "8",
                "storage_monthly",
                "500",
                "network_monthly",
                "0.5",
                "minimum_units",
                "3",
                "step_units",
                "2",
                "term_days",
                "30",
                "overage_rule",
                "hourly",
                "overage_price_per_unit_hour",
                "1.25");
        assertThat(unit.kind()).isEqualTo(CapacityUnit.Kind.NODE);
        assertThat(unit.price().gpus()).isEqualTo(8);
        assertThat(unit.price().storageMonthly()).isEqualByComparingTo("500");
        assertThat(unit.price().networkMonthly()).isEqualByComparingTo("0.5");
        assertThat(unit.minimumUnits()).isEqualTo(3);
        assertThat(unit.stepUnits()).isEqualTo(2);
        assertThat(unit.termDays()).isEqualTo(30);
        assertThat(unit.overage()).isEqualTo(CapacityUnit.Overage.HOURLY);
        assertThat(unit.overagePricePerUnitHour()).isEqualByComparingTo("1.25");
        assertThat(unit.overagePrice()).isNull();
    }

    @Test
    void withoutTheOptionalColumnsAUnitIsSoldOneByOneWithoutATerm() {
        CapacityUnit unit = Units.with();
        assertThat(unit.minimumUnits()).isEqualTo(1);
        assertThat(unit.stepUnits()).isEqualTo(1);
        assertThat(unit.termDays()).isNull();
        assertThat(unit.price().gpus()).isEqualTo(1);
        assertThat(unit.price().storageMonthly()).isEqualByComparingTo("0");
        assertThat(unit.served()).containsOnly(TokenClass.values());
        assertThat(unit.throughput().shape()).isNull();
    }

    @Test
    void whatIsSoldInStepsIsSoldFromTheFirstStep() {
        assertThat(Units.with("step_units", "5").minimumUnits()).isEqualTo(5);
    }

    @ParameterizedTest
    @CsvSource({
        "gpus,            0,    gpus is '0'; expected at least 1",
        "minimum_units,   0,    minimum_units is '0'; expected at least 1",
        "step_units,      0,    step_units is '0'; expected at least 1",
        "term_days,       0,    term_days is '0'; expected at least 1",
        "minimum_units,   1.5,  minimum_units is '1.5'; expected a whole number",
        "serves,          both, serves is 'both'; expected one of all",
        "serves,          input, weight_output is '4'; expected nothing",
        "input_tokens_per_minute, 100, throughput_per_minute is '1000'; expected nothing where input_tokens_per_minute",
        "shape_input_tokens, 1000, shape_output_tokens is empty",
        "overage_rule,    hourly, overage_price_per_unit_hour is ''; expected a price if",
        "overage_price_per_unit_hour, 1, overage_price_per_unit_hour is '1'; expected a price if",
        "throughput_per_minute, '', throughput_per_minute is empty"
    })
    void anOptionalCellThatCannotBeUsedIsRefused(String column, String cell, String message) {
        assertTableRefused(Units.table(column, cell), message);
    }

    @Test
    void onlyABundleServesOneSide() {
        assertTableRefused(
                Units.table("kind", "ptu", "serves", "input", "weight_output", ""),
                "serves is 'input'; expected nothing: only a bundle serves one side alone");
        CapacityUnit bundle = Units.with("kind", "bundle", "serves", "input", "weight_output", "");
        assertThat(bundle.served())
                .containsOnly(
                        TokenClass.UNCACHED_INPUT,
                        TokenClass.CACHED_INPUT,
                        TokenClass.CACHE_WRITE_5M,
                        TokenClass.CACHE_WRITE_1H,
                        TokenClass.AUDIO_INPUT);
    }

    @Test
    void aUnitWithoutAnyWeightIsRefusedBecauseItWouldServeEverything() {
        assertTableRefused(
                Units.table(
                        "weight_uncached_input",
                        "0",
                        "weight_cached_input",
                        "0",
                        "weight_cache_write",
                        "0",
                        "weight_output",
                        "0"),
                "unit is 'u'; expected a weight above 0");
    }

    @Test
    void aUnitWithTwoLimitsNeedsBoth() {
        String[] one = {"throughput_per_minute", "", "input_tokens_per_minute", "600", "output_tokens_per_minute", ""};
        assertTableRefused(Units.table(one), "output_tokens_per_minute is empty");
        one[5] = "0";
        assertTableRefused(Units.table(one), "output_tokens_per_minute is '0'; expected more than 0 tokens");
    }

    /** Limits of 600 and 400 are 1,200 in one measure: an input token weighs 2 of it, an output token 3. */
    @Test
    void twoLimitsAreOneMeasureAndTheFullerSideCounts() {
        CapacityUnit unit = twoLimits();
        assertThat(unit.throughput().perMinute()).isEqualByComparingTo("1200");
        assertThat(unit.weights().get(TokenClass.UNCACHED_INPUT)).isEqualByComparingTo("2");
        assertThat(unit.weights().get(TokenClass.CACHED_INPUT)).isEqualByComparingTo("0.2");
        assertThat(unit.weights().get(TokenClass.OUTPUT)).isEqualByComparingTo("3");
        // 300 of 600 × 0.8, and 320 of 400 × 0.8: the output is full.
        assertThat(unit.load(Units.tokens(TokenClass.UNCACHED_INPUT, 300, TokenClass.OUTPUT, 320)))
                .isEqualByComparingTo("1");
        assertThat(unit.load(Units.tokens(TokenClass.UNCACHED_INPUT, 960, TokenClass.OUTPUT, 320)))
                .isEqualByComparingTo("2");
        assertThat(unit.unitsFor(Units.tokens(TokenClass.UNCACHED_INPUT, 961), 0))
                .isEqualTo(3);
    }

    @Test
    void theLoadIsRoundedToNineDigitsButTheUnitsNeededAreExact() {
        CapacityUnit unit = Units.with("throughput_per_minute", "3", "utilisation_ceiling", "1");
        assertThat(unit.load(Units.tokens(TokenClass.UNCACHED_INPUT, 2)).toPlainString())
                .isEqualTo("0.666666667");
        CapacityUnit huge = Units.with("throughput_per_minute", "10000000000000", "utilisation_ceiling", "1");
        assertThat(huge.load(Units.tokens(TokenClass.UNCACHED_INPUT, 10_000_000_000_001L)))
                .isEqualByComparingTo("1");
        assertThat(huge.unitsFor(Units.tokens(TokenClass.UNCACHED_INPUT, 10_000_000_000_001L), 0))
                .isEqualTo(2);
    }

    @Test
    void aUnitHasALinePerShape() {
        CapacityUnit unit = Units.readTable(shapes("8000,1000,500,60", "1000,8000,400,60", "1000,1000,1000,60"))
                .get("u");
        assertThat(unit.throughputs())
                .extracting(Throughput::shape)
                .containsExactly(
                        new Throughput.Shape(1_000, 1_000),
                        new Throughput.Shape(1_000, 8_000),
                        new Throughput.Shape(8_000, 1_000));
        assertThat(unit.forRequests(2, 1_000, 3_000).capacityPerMinute(1)).isEqualByComparingTo("320");
        assertThat(unit.forRequests(2, 3_000, 1_000).capacityPerMinute(1)).isEqualByComparingTo("400");
    }

    @Test
    void linesOfAUnitThatContradictEachOtherAreRefused() {
        assertTableRefused(
                shapes("1000,1000,1000,60", "8000,1000,500,61"),
                "units.csv:3: unit is 'u'; expected lines of a unit that differ in nothing but shape");
        assertTableRefused(
                shapes("1000,1000,1000,60", "1000,1000,500,60"),
                "units.csv:3: unit is 'u'; expected each shape of a unit once");
        assertTableRefused(
                shapes("1000,1000,1000,60", ",,500,60"), "units.csv:3: unit is 'u'; expected each unit once");
    }

    @Test
    void capacityIsThroughputTimesCeilingTimesUnits() {
        assertThat(Units.unit("pool", "1", "hour").capacityPerMinute(3)).isEqualByComparingTo("2400");
    }

    @Test
    void tokensAreWeightedByTheirClass() {
        assertThat(Units.unit("pool", "1", "hour")
                        .throughput()
                        .weighted(Units.tokens(
                                TokenClass.UNCACHED_INPUT, 7,
                                TokenClass.CACHED_INPUT, 5,
                                TokenClass.CACHE_WRITE_1H, 2,
                                TokenClass.AUDIO_OUTPUT, 3)))
                .isEqualByComparingTo(decimal("22.0"));
    }

    private static CapacityUnit twoLimits() {
        return Units.with(
                "kind",
                "model-unit",
                "throughput_per_minute",
                "",
                "input_tokens_per_minute",
                "600",
                "output_tokens_per_minute",
                "400",
                "weight_output",
                "1");
    }

    /** Lines of a unit by shape_input_tokens, shape_output_tokens, throughput_per_minute and price. */
    private static String shapes(String... lines) {
        StringBuilder table = new StringBuilder();
        for (String line : lines) {
            String[] cells = line.split(",");
            String whole = Units.table(
                    "shape_input_tokens",
                    cells[0],
                    "shape_output_tokens",
                    cells[1],
                    "throughput_per_minute",
                    cells[2],
                    "price",
                    cells[3]);
            table.append(table.isEmpty() ? whole : whole.substring(whole.indexOf('\n') + 1));
        }
        return table.toString();
    }

    private static void assertRefused(String lines, String message) {
        assertTableRefused(Units.HEADER + lines, message);
    }

    private static void assertTableRefused(String table, String message) {
        assertThatThrownBy(() -> Units.readTable(table))
                .isInstanceOfSatisfying(
                        Failure.class, f -> assertThat(f.exitCode()).isEqualTo(ExitCode.CONFIGURATION))
                .hasMessageContaining(message);
    }
}
