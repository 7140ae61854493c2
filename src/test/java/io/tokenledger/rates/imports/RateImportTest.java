package io.tokenledger.rates.imports;

import static io.tokenledger.rates.imports.Imports.file;
import static io.tokenledger.rates.imports.Imports.left;
import static io.tokenledger.rates.imports.Imports.real;
import static io.tokenledger.rates.imports.Imports.rows;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tokenledger.model.ExitCode;
import io.tokenledger.model.Failure;
import io.tokenledger.rates.RateCard;
import io.tokenledger.rates.RateTable;
import io.tokenledger.rates.imports.NotCarriedOver.Reason;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.assertj.core.api.AbstractThrowableAssert;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class RateImportTest {
    private static final PriceFile NOVEMBER = real("litellm.2025-11-21.json", "2025-11-21");
    private static final PriceFile AUGUST = real("litellm.2026-08-01.json", "2026-08-01");
    private static final RateImport LITELLM = Imports.of(PriceFormat.LITELLM);
    private static final RateImport.Result BOTH = LITELLM.run(List.of(NOVEMBER, AUGUST));

    // History

    @Test
    void aPriceIsValidFromTheFirstVersionThatShowsItToTheFirstThatShowsAnother() {
        assertThat(rows(BOTH, "mistral/mistral-large-latest"))
                .containsExactly(
                        "standard uncached_input 0 2025-11-21 2026-08-01 2",
                        "standard uncached_input 0 2026-08-01 - 0.5",
                        "standard output 0 2025-11-21 2026-08-01 6",
                        "standard output 0 2026-08-01 - 1.5");
    }

    @Test
    void anUnchangedPriceIsOneRowThatNamesTheLastVersion() {
        assertThat(rows(BOTH, "together_ai/meta-llama/Llama-3.3-70B-Instruct-Turbo"))
                .containsExactly("standard uncached_input 0 2025-11-21 - 0.88", "standard output 0 2025-11-21 - 0.88");
        assertThat(Imports.lines(BOTH))
                .filteredOn(row -> row.get("model").equals("meta-llama/Llama-3.3-70B-Instruct-Turbo"))
                .allSatisfy(row -> {
                    assertThat(row).containsEntry("retrieved_at", "2026-08-01");
                    assertThat(row).containsEntry("source", "litellm: litellm.2026-08-01.json");
                });
        assertThat(Imports.lines(BOTH))
                .filteredOn(row -> row.get("valid_to").equals("2026-08-01"))
                .isNotEmpty()
                .allSatisfy(row -> assertThat(row)
                        .containsEntry("retrieved_at", "2025-11-21")
                        .containsEntry("source", "litellm: litellm.2025-11-21.json"));
    }

    @Test
    void aPriceEndsWithTheVersionThatHasItNoMore() {
        assertThat(rows(BOTH, "vertex_ai-language-models/gemini-1.5-flash"))
                .contains(
                        "standard uncached_input 0 2025-11-21 2026-08-01 0.075",
                        "standard uncached_input 128000 2025-11-21 2026-08-01 1");
        assertThat(rows(BOTH, "databricks/databricks-claude-3-7-sonnet"))
                .as("what August states cannot be written, so nothing is known from then on")
                .containsExactly(
                        "standard uncached_input 0 2025-11-21 2026-08-01 2.5",
                        "standard output 0 2025-11-21 2026-08-01 17.857");
    }

    @Test
    void aPriceThatComesBackLeavesAGap() {
        assertThat(rows(LITELLM.run(List.of(
                        version("2026-01-01", "1e-06"),
                        version("2026-02-01", "null"),
                        version("2026-03-01", "1e-06"),
                        version("2026-04-01", "1.0e-06")))))
                .contains(
                        "p/m standard uncached_input 0 2026-01-01 2026-02-01 1",
                        "p/m standard uncached_input 0 2026-03-01 - 1");
    }

    @Test
    void theFirstVersionsPricesMayHoldFromAnEarlierDay() {
        RateImport since = new RateImport(
                PriceFormat.LITELLM,
                Imports.ALL,
                Imports.BOUNDS,
                TieredPricing.MARGINAL,
                LocalDate.parse("2025-01-01"));
        assertThat(rows(since.run(List.of(version("2026-02-01", "2e-06"), version("2026-01-01", "1e-06")))))
                .contains(
                        "p/m standard uncached_input 0 2025-01-01 2026-02-01 1",
                        "p/m standard uncached_input 0 2026-02-01 - 2",
                        "p/m standard output 0 2025-01-01 - 1");
        assertRefused(() -> new RateImport(
                                PriceFormat.LITELLM,
                                Imports.ALL,
                                Imports.BOUNDS,
                                TieredPricing.MARGINAL,
                                LocalDate.parse("2026-01-02"))
                        .run(List.of(version("2026-01-01", "1e-06"))))
                .hasMessageStartingWith(
                        "--valid-from is 2026-01-02, after the first version prices.json of 2026-01-01");
    }

    @Test
    void whatALaterVersionStatesOfThePastCounts() {
        RateImport.Result result = Imports.of(PriceFormat.GENAI_PRICES)
                .run(List.of(dated("2026-01-15", "{\"input_mtok\": 1}"), dated("2026-06-15", """
                        [{"prices": {"input_mtok": 1}},
                         {"constraint": {"start_date": "2026-03-01"}, "prices": {"input_mtok": 2}}]""")));
        assertThat(rows(result))
                .containsExactly(
                        "p/m standard uncached_input 0 2026-01-15 2026-03-01 1",
                        "p/m standard uncached_input 0 2026-03-01 - 2");
        assertThat(left(result)).isEmpty();
    }

    @Test
    void aChangeThatIsAnnouncedTakesPlaceUnlessALaterVersionTakesItBack() {
        PriceFile announced = dated("2026-01-15", """
                [{"prices": {"input_mtok": 1}},
                 {"constraint": {"start_date": "2026-07-01"}, "prices": {"input_mtok": 2}}]""");
        assertThat(rows(Imports.of(PriceFormat.GENAI_PRICES)
                        .run(List.of(announced, dated("2026-06-15", "{\"input_mtok\": 1}")))))
                .containsExactly("p/m standard uncached_input 0 2026-01-15 - 1");
        assertThat(rows(Imports.of(PriceFormat.GENAI_PRICES)
                        .run(List.of(announced, dated("2026-08-15", "{\"input_mtok\": 1}")))))
                .containsExactly(
                        "p/m standard uncached_input 0 2026-01-15 2026-07-01 1",
                        "p/m standard uncached_input 0 2026-07-01 2026-08-15 2",
                        "p/m standard uncached_input 0 2026-08-15 - 1");
    }

    @Test
    void theOrderOfTheFilesDoesNotMatter() {
        RateImport.Result reversed = LITELLM.run(List.of(AUGUST, NOVEMBER));
        assertThat(reversed.table()).isEqualTo(BOTH.table());
        assertThat(reversed.notCarriedOver()).isEqualTo(BOTH.notCarriedOver());
    }

    @Test
    void twoVersionsOfOneDateAreRefused() {
        assertRefused(() -> LITELLM.run(List.of(NOVEMBER, real("litellm.2026-08-01.json", "2025-11-21"))))
                .hasMessage("litellm.2025-11-21.json and litellm.2026-08-01.json are both of 2025-11-21; "
                        + "give each version its own date, as FILE@2026-08-01");
    }

    @Test
    void providersInFilesOfTheirOwnHaveVersionsOfTheirOwn() {
        RateImport portkey = Imports.of(PriceFormat.PORTKEY);
        assertThat(rows(portkey.run(List.of(
                        real("anthropic.json", "2026-08-21"),
                        real("bedrock.json", "2026-08-21"),
                        real("anthropic.json", "2026-09-21")))))
                .contains("anthropic/claude-2.1 standard output 0 2026-08-21 - 24")
                .contains("bedrock/amazon.nova-micro-v1:0 standard output 0 2026-08-21 - 0.14");
        assertRefused(() -> portkey.run(
                        List.of(real("anthropic.json", "2026-08-21"), real("anthropic.json", "2026-08-21"))))
                .hasMessageContaining("are both of 2026-08-21");
    }

    // Contradictions

    @Test
    void whereTwoEntriesPriceOneModelDifferentlyNeitherIsTaken() {
        assertThat(rows(BOTH, "deepseek/deepseek-chat"))
                .contains("standard output 0 2026-08-01 - 0.42")
                .noneMatch(row -> row.contains("output 0 2025-11-21"));
        assertThat(left(BOTH, Reason.CONTRADICTION))
                .contains("deepseek/deepseek-chat standard output 1.1 (deepseek/deepseek-chat output_cost_per_token), "
                        + "1.7 (deepseek-chat output_cost_per_token)");
    }

    @Test
    void twoEntriesThatSayTheSameAreOne() {
        RateImport.Result result = LITELLM.run(List.of(file("prices.json", "2026-08-01", """
                {"m": {"litellm_provider": "p", "input_cost_per_token": 1e-06, "input_cost_per_token_cache_hit": 1e-07},
                 "p/m": {"litellm_provider": "p", "input_cost_per_token": 0.000001, "cache_read_input_token_cost": 1e-07}}""")));
        assertThat(rows(result))
                .containsExactly(
                        "p/m standard uncached_input 0 2026-08-01 - 1", "p/m standard cached_input 0 2026-08-01 - 0.1");
        assertThat(left(result)).isEmpty();
    }

    @Test
    void aKeyThatStandsTwiceInAnObjectIsRefused() {
        assertRefused(() -> LITELLM.run(List.of(file("prices.json", "2026-08-01", """
                {"m": {"litellm_provider": "p", "input_cost_per_token": 1e-06, "input_cost_per_token": 2e-06}}"""))))
                .hasMessageContaining("prices.json:1: not readable as JSON: Duplicate field 'input_cost_per_token'");
    }

    // Bounds

    @Test
    void aModelAboveTheCeilingIsLeftOutWhole() {
        assertThat(rows(BOTH, "openai/o1-pro")).isEmpty();
        assertThat(rows(BOTH, "wandb/meta-llama/Llama-3.3-70B-Instruct")).isEmpty();
        assertThat(left(BOTH, Reason.ABOVE_CEILING))
                .containsExactly(
                        "openai/o1-pro output_cost_per_token 600 per 1,000,000 tokens",
                        "openai/o1-pro output_cost_per_token_batches 300 per 1,000,000 tokens",
                        "wandb/meta-llama/Llama-3.3-70B-Instruct input_cost_per_token 71000 per 1,000,000 tokens",
                        "wandb/meta-llama/Llama-3.3-70B-Instruct output_cost_per_token 71000 per 1,000,000 tokens");
    }

    @Test
    void longPromptsAndPriorityMayCostMore() {
        assertThat(rows(BOTH, "openai/gpt-5.4-pro")).contains("standard output 272000 2026-08-01 - 270");
    }

    @ParameterizedTest
    @ValueSource(strings = {"o1-pro", "openai/o1-pro"})
    void anAcknowledgedModelIsTakenUpToTheBoundOfTheTable(String name) {
        RateImport.Result result = bounded(Imports.ceiling("250", name)).run(List.of(AUGUST));
        assertThat(rows(result, "openai/o1-pro")).contains("standard output 0 2026-08-01 - 600");
        assertThat(rows(
                        bounded(Imports.ceiling("250", "meta-llama/Llama-3.3-70B-Instruct"))
                                .run(List.of(AUGUST)),
                        "wandb/meta-llama/Llama-3.3-70B-Instruct"))
                .as("no rate table may hold 71,000")
                .isEmpty();
    }

    @Test
    void aModelIsAcknowledgedByTheNameUnderWhichItIsReported() {
        RateImport.Result result = new RateImport(
                        PriceFormat.LITELLM,
                        new Selection(Map.of("openai", "azure"), List.of("o1-pro")),
                        Imports.ceiling("250", "azure/o1-pro"),
                        TieredPricing.MARGINAL,
                        null)
                .run(List.of(AUGUST));
        assertThat(rows(result, "azure/o1-pro")).contains("standard output 0 2026-08-01 - 600");
    }

    @Test
    void theCeilingItselfIsAllowed() {
        assertThat(rows(bounded(Imports.ceiling("1")).run(List.of(version("2026-01-01", "1e-06")))))
                .hasSize(2);
        assertThat(rows(bounded(Imports.ceiling("1.1")).run(List.of(version("2026-01-01", "1e-06")))))
                .hasSize(2);
        assertRefused(() -> bounded(Imports.ceiling("0.9")).run(List.of(version("2026-01-01", "1e-06"))))
                .hasMessageContaining("No price is left to write");
    }

    @Test
    void anOutputPriceFarBelowTheInputPriceIsNotBelieved() {
        assertThat(rows(BOTH, "oci/xai.grok-3"))
                .containsExactly("standard uncached_input 0 2026-08-01 - 3", "standard output 0 2026-08-01 - 15");
        assertThat(left(BOTH, Reason.BELOW_RATIO))
                .containsExactly("oci/xai.grok-3 output_cost_per_token 0.15 per 1,000,000 tokens");
        assertThat(rows(bounded(Imports.ceiling("250", "xai.grok-3")).run(List.of(NOVEMBER)), "oci/xai.grok-3"))
                .contains("standard output 0 2025-11-21 - 0.15");
        assertThat(rows(LITELLM.run(List.of(version("2026-01-01", "5e-06")))))
                .as("exactly 0.2 times")
                .hasSize(2);
    }

    @Test
    void aFeeAboveTheBoundOfTheTableIsLeftOutAloneWithoutTheTokens() {
        RateImport.Result result = Imports.liteLlm("\"input_cost_per_token\": 1e-06, \"input_cost_per_request\": 10.5");
        assertThat(rows(result)).containsExactly("p/m standard uncached_input 0 2026-08-01 - 1");
        assertThat(left(result)).containsExactly("p/m input_cost_per_request 10500 per 1,000 calls above_ceiling");
    }

    // What is asked for

    @Test
    void onlyTheProvidersAskedForAreTakenUnderTheNamesOfTheLogs() {
        RateImport.Result result =
                selecting(Map.of("together_ai", "together"), List.of()).run(List.of(AUGUST));
        assertThat(rows(result))
                .isNotEmpty()
                .allMatch(row -> row.startsWith("together/"))
                .contains("together/deepseek-ai/DeepSeek-V3.1 standard output 0 2026-08-01 - 1.7");
        assertThat(left(result)).containsExactly("together/Qwen/Qwen2.5-72B-Instruct-Turbo no_token_price");
    }

    @Test
    void onlyTheModelsAskedForAreTaken() {
        assertThat(selecting(Map.of(), List.of("*/Llama-3.3-70B*Turbo", "gpt-5.?"))
                        .run(List.of(AUGUST))
                        .models())
                .isEqualTo(2);
        assertThat(rows(selecting(Map.of("openai", "openai"), List.of("gpt-5.6"))
                        .run(List.of(AUGUST))))
                .isNotEmpty()
                .allMatch(row -> row.startsWith("openai/gpt-5.6 "));
    }

    @Test
    void whatIsAskedForAndNotThereIsRefused() {
        assertRefused(() -> selecting(Map.of("togther", "together"), List.of()).run(List.of(AUGUST)))
                .hasMessageStartingWith("--provider: no provider 'togther' in the files; they have [anthropic, azure,");
        assertRefused(() -> selecting(Map.of(), List.of("gpt-5.6", "gpt-9")).run(List.of(AUGUST)))
                .hasMessageStartingWith("--model: no model 'gpt-9' in the files");
        assertRefused(() -> bounded(Imports.ceiling("250", "o1-prö")).run(List.of(AUGUST)))
                .hasMessageStartingWith("--acknowledge: no model 'o1-prö' in the files");
        assertRefused(() ->
                        selecting(Map.of("openai", "openai"), List.of("o1-pro")).run(List.of(AUGUST)))
                .hasMessageStartingWith(
                        "No price is left to write; of what was found, the first is: above the ceiling");
    }

    @Test
    void twoFilesThatPriceOneModelUnderOneNameAreRefused() {
        RateImport both = new RateImport(
                PriceFormat.PORTKEY,
                new Selection(Map.of("anthropic", "x", "copy", "x"), List.of()),
                Imports.BOUNDS,
                TieredPricing.MARGINAL,
                null);
        PriceFile original = real("anthropic.json", "2026-08-21");
        assertRefused(() -> both.run(
                        List.of(original, new PriceFile("copy.json", original.retrieved(), original.content()))))
                .hasMessageContaining("both price x/claude-2.1");
    }

    // Names

    @ParameterizedTest
    @ValueSource(strings = {"=cmd", "+1", "-x", "@cf/meta/llama", "a\\tb", "a\\nb", " a", "\\u2003a", "a\\u0000"})
    void aNameThatASpreadsheetWouldRunOrATableWouldChangeIsLeftOut(String name) {
        RateImport.Result result = LITELLM.run(List.of(file("prices.json", "2026-08-01", """
                {"p/%s": {"litellm_provider": "p", "input_cost_per_token": 1e-06},
                 "p/m": {"litellm_provider": "p", "input_cost_per_token": 1e-06}}""".formatted(name))));
        assertThat(result.models()).isEqualTo(1);
        assertThat(result.notCarriedOver().keySet())
                .extracting(NotCarriedOver::reason)
                .containsExactly(Reason.UNSAFE_NAME);
    }

    @Test
    void aNameIsNeverChanged() {
        RateImport.Result result = LITELLM.run(List.of(file("prices.json", "2026-08-01", """
                {"p/a, \\"b\\"": {"litellm_provider": "p", "input_cost_per_token": 1e-06}}""")));
        assertThat(new String(result.table(), StandardCharsets.UTF_8)).contains("\np,\"a, \"\"b\"\"\",standard,");
    }

    // Files

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "{}",
                "null",
                "7",
                "{\"sample_spec\": {}}",
                "{\"p\": {\"models\": {\"m\": {\"cost\": {\"input\": 1}}}}}"
            })
    void aFileOfAnotherShapeIsRefused(String json) {
        assertRefused(() -> LITELLM.run(List.of(file("prices.json", "2026-08-01", json))))
                .hasMessage("prices.json: no price of the format litellm; expected one object, a key per model, as "
                        + "model_prices_and_context_window.json; is --format right?");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{", "{\"a\": 1}}", "{\"a\": 0x1}", "{\"a\": NaN}", "{\"a\": 1} {}"})
    void aFileThatIsNoJsonIsRefusedWithItsLine(String json) {
        assertRefused(() -> LITELLM.run(List.of(file("prices.json", "2026-08-01", "\n" + json))))
                .hasMessageStartingWith("prices.json:2: not readable as JSON: ");
    }

    @Test
    void anExponentThatNoDecimalHasIsRefused() {
        assertRefused(() -> LITELLM.run(List.of(version("2026-01-01", "1e99999999999"))))
                .hasMessageStartingWith("prices.json: not readable as JSON: ")
                .hasMessageContaining("1e99999999999");
    }

    @Test
    void everyFormatRefusesTheOthers() {
        PriceFile genai = real("genai-prices.json", "2026-09-23");
        for (PriceFormat format : PriceFormat.values()) {
            List<PriceFile> others = Stream.of(
                            AUGUST, real("openai.json", "2026-08-21"), genai, real("models-dev.json", "2026-07-02"))
                    .toList();
            int own = List.of(
                            PriceFormat.LITELLM, PriceFormat.PORTKEY, PriceFormat.GENAI_PRICES, PriceFormat.MODELS_DEV)
                    .indexOf(format);
            for (int i = 0; i < others.size(); i++) {
                if (i != own) {
                    PriceFile other = others.get(i);
                    assertRefused(() -> Imports.of(format).run(List.of(other)))
                            .hasMessageContaining("is --format right?");
                }
            }
        }
    }

    // The table

    @Test
    void columnsThatATableMayLeaveOutAreThereOnlyWhereARowFillsThem() {
        String required = String.join(",", RateTable.REQUIRED);
        assertThat(header(selecting(Map.of("mistral", "mistral"), List.of()).run(List.of(AUGUST))))
                .isEqualTo(required + ",source,retrieved_at");
        assertThat(header(BOTH))
                .isEqualTo(required + ",valid_to,prompt_tokens_above,band_charges,source,retrieved_at,note");
        assertThat(header(Imports.of(PriceFormat.GENAI_PRICES).run(List.of(real("genai-prices.json", "2026-09-23")))))
                .contains(",time_from,time_to,time_zone,");
    }

    @Test
    void rowsAreSorted() {
        assertThat(Imports.lines(BOTH).stream()
                        .map(row -> row.get("provider") + "\n" + row.get("model"))
                        .toList())
                .isSorted();
    }

    @ParameterizedTest
    @MethodSource("tablesOfAllFormats")
    void theTableIsReadByTheReaderOfRateTables(RateImport job, List<PriceFile> files) {
        RateImport.Result result = job.run(files);
        RateCard card = RateCard.read(Map.of("rates.csv", result.table()));
        assertThat(card.rates()).hasSize(result.rows());
        assertThat(card.models()).hasSize(result.models());
        assertThat(card.currency()).isEqualTo("USD");
    }

    static Stream<Arguments> tablesOfAllFormats() {
        return Stream.of(
                Arguments.of(LITELLM, List.of(NOVEMBER, AUGUST)),
                Arguments.of(
                        new RateImport(
                                PriceFormat.LITELLM, Imports.ALL, Imports.BOUNDS, TieredPricing.WHOLE_REQUEST, null),
                        List.of(NOVEMBER, AUGUST)),
                Arguments.of(
                        Imports.of(PriceFormat.PORTKEY),
                        Stream.of("anthropic.json", "bedrock.json", "google.json", "openai.json", "together-ai.json")
                                .map(name -> real(name, "2026-08-21"))
                                .toList()),
                Arguments.of(Imports.of(PriceFormat.GENAI_PRICES), List.of(real("genai-prices.json", "2026-09-23"))),
                Arguments.of(Imports.of(PriceFormat.MODELS_DEV), List.of(real("models-dev.json", "2026-07-02"))));
    }

    private static String header(RateImport.Result result) {
        return new String(result.table(), StandardCharsets.UTF_8)
                .lines()
                .findFirst()
                .orElseThrow();
    }

    private static RateImport bounded(Bounds bounds) {
        return new RateImport(PriceFormat.LITELLM, Imports.ALL, bounds, TieredPricing.MARGINAL, null);
    }

    private static RateImport selecting(Map<String, String> providers, List<String> models) {
        return new RateImport(
                PriceFormat.LITELLM,
                new Selection(providers, models),
                new Bounds(Bounds.DEFAULT_CEILING, Set.of()),
                TieredPricing.MARGINAL,
                null);
    }

    private static PriceFile version(String date, String input) {
        return file(
                "prices.json",
                date,
                "{\"p/m\": {\"litellm_provider\": \"p\", \"input_cost_per_token\": %s, \"output_cost_per_token\": 1e-06}}"
                        .formatted(input));
    }

    private static PriceFile dated(String date, String prices) {
        return file(
                "data.json",
                date,
                "[{\"id\": \"p\", \"models\": [{\"id\": \"m\", \"match\": {\"equals\": \"m\"}, \"prices\": %s}]}]"
                        .formatted(prices));
    }

    private static AbstractThrowableAssert<?, ?> assertRefused(ThrowingCallable call) {
        return assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        Failure.class, f -> assertThat(f.exitCode()).isEqualTo(ExitCode.CONFIGURATION));
    }
}
