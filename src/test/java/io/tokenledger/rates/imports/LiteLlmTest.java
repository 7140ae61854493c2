package io.tokenledger.rates.imports;

import static io.tokenledger.rates.imports.Imports.left;
import static io.tokenledger.rates.imports.Imports.liteLlm;
import static io.tokenledger.rates.imports.Imports.real;
import static io.tokenledger.rates.imports.Imports.rows;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tokenledger.rates.imports.NotCarriedOver.Reason;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LiteLlmTest {
    private static final RateImport.Result REAL =
            Imports.of(PriceFormat.LITELLM).run(List.of(real("litellm.2026-08-01.json", "2026-08-01")));

    // Real entries

    @Test
    void aPricePerTokenIsWrittenPerMillion() {
        assertThat(rows(REAL, "together_ai/meta-llama/Llama-3.3-70B-Instruct-Turbo"))
                .containsExactly("standard uncached_input 0 2026-08-01 - 0.88", "standard output 0 2026-08-01 - 0.88");
        assertThat(rows(REAL, "together_ai/Qwen/Qwen3-235B-A22B-Instruct-2507-tput"))
                .as("the registry's own mistake, 0.60 on the page, is no business of an import")
                .containsExactly("standard uncached_input 0 2026-08-01 - 0.2", "standard output 0 2026-08-01 - 6");
    }

    @Test
    void bandAndTierCombineInTheNamesOfFields() {
        assertThat(rows(REAL, "openai/gpt-5.6"))
                .containsExactly(
                        "standard uncached_input 0 2026-08-01 - 5",
                        "standard uncached_input 272000 2026-08-01 - 10",
                        "standard cached_input 0 2026-08-01 - 0.5",
                        "standard cached_input 272000 2026-08-01 - 1",
                        "standard cache_write_5m 0 2026-08-01 - 6.25",
                        "standard cache_write_5m 272000 2026-08-01 - 12.5",
                        "standard output 0 2026-08-01 - 30",
                        "standard output 272000 2026-08-01 - 45",
                        "batch uncached_input 0 2026-08-01 - 2.5",
                        "batch output 0 2026-08-01 - 15",
                        "flex uncached_input 0 2026-08-01 - 2.5",
                        "flex uncached_input 272000 2026-08-01 - 5",
                        "flex cached_input 0 2026-08-01 - 0.25",
                        "flex cached_input 272000 2026-08-01 - 0.5",
                        "flex cache_write_5m 0 2026-08-01 - 3.125",
                        "flex cache_write_5m 272000 2026-08-01 - 6.25",
                        "flex output 0 2026-08-01 - 15",
                        "flex output 272000 2026-08-01 - 22.5",
                        "priority uncached_input 0 2026-08-01 - 10",
                        "priority cached_input 0 2026-08-01 - 1",
                        "priority cache_write_5m 0 2026-08-01 - 12.5",
                        "priority output 0 2026-08-01 - 60");
    }

    @Test
    void aWriteToTheCacheForAnHourHasAPriceOfItsOwn() {
        assertThat(rows(REAL, "anthropic/claude-sonnet-4-5-20250929"))
                .contains(
                        "standard cache_write_5m 0 2026-08-01 - 3.75",
                        "standard cache_write_5m 200000 2026-08-01 - 7.5",
                        "standard cache_write_1h 0 2026-08-01 - 6",
                        "standard cache_write_1h 200000 2026-08-01 - 12",
                        "standard web_searches 0 2026-08-01 - 10 per 1000");
    }

    @Test
    void audioTokensAndRequestsAreUnitsOfTheirOwn() {
        assertThat(rows(REAL, "openai/gpt-4o-audio-preview"))
                .contains("standard audio_input 0 2026-08-01 - 40", "standard audio_output 0 2026-08-01 - 80");
        assertThat(rows(REAL, "perplexity/pplx-70b-online")).contains("standard requests 0 2026-08-01 - 5 per 1000");
    }

    @Test
    void xAiChargesAPromptThatReachesTheBoundAndOthersOneThatExceedsIt() {
        assertThat(rows(REAL, "xai/grok-4-fast-reasoning"))
                .containsExactly(
                        "standard uncached_input 0 2026-08-01 - 0.2",
                        "standard uncached_input 127999 2026-08-01 - 0.4",
                        "standard cached_input 0 2026-08-01 - 0.05",
                        "standard output 0 2026-08-01 - 0.5",
                        "standard output 127999 2026-08-01 - 1");
        assertThat(rows(REAL, "gemini/gemini-2.5-pro")).contains("standard uncached_input 200000 2026-08-01 - 2.5");
    }

    @Test
    void tieredPricingIsReadAsItIsSaid() {
        assertThat(rows(REAL, "dashscope/qwen-plus-2025-07-28"))
                .containsExactly(
                        "standard uncached_input 0 2026-08-01 - 0.4 marginal",
                        "standard uncached_input 256000 2026-08-01 - 1.2 marginal",
                        "standard output 0 2026-08-01 - 1.2 marginal",
                        "standard output 256000 2026-08-01 - 3.6 marginal",
                        "standard reasoning 0 2026-08-01 - 4 marginal",
                        "standard reasoning 256000 2026-08-01 - 12 marginal");
        RateImport.Result whole = new RateImport(
                        PriceFormat.LITELLM, Imports.ALL, Imports.BOUNDS, TieredPricing.WHOLE_REQUEST, null)
                .run(List.of(real("litellm.2026-08-01.json", "2026-08-01")));
        assertThat(rows(whole, "dashscope/qwen-plus-2025-07-28"))
                .contains("standard output 0 2026-08-01 - 1.2", "standard output 256000 2026-08-01 - 3.6");
    }

    @Test
    void tieredPricingOfWhichNothingIsSaidIsNotGuessed() {
        RateImport.Result unsaid = new RateImport(PriceFormat.LITELLM, Imports.ALL, Imports.BOUNDS, null, null)
                .run(List.of(real("litellm.2026-08-01.json", "2026-08-01")));
        assertThat(rows(unsaid, "dashscope/qwen-plus-2025-07-28")).isEmpty();
        assertThat(left(unsaid, Reason.RANGES_NOT_SAID))
                .anySatisfy(line -> assertThat(line)
                        .startsWith("dashscope/qwen-plus-2025-07-28 ")
                        .contains("tiered_pricing"));
        assertThat(rows(unsaid)).isSubsetOf(rows(REAL)).noneMatch(row -> row.contains("marginal"));
        String ranges = "\"input_cost_per_token\": 1e-06, \"tiered_pricing\": [{\"range\": [0, 10],"
                + " \"output_cost_per_token\": 1e-06}]";
        assertThatThrownBy(() -> liteLlm(ranges, null))
                .hasMessageStartingWith("No price is left to write")
                .hasMessageContaining("say --tiered-pricing");
    }

    @Test
    void theNameIsTheKeyWithoutTheProviderWhereItStartsWithIt() {
        assertThat(rows(REAL))
                .anyMatch(row -> row.startsWith("openai/gpt-5.6 "))
                .anyMatch(row -> row.startsWith("azure/eu/gpt-4o-2024-08-06 "))
                .anyMatch(row -> row.startsWith("oci/xai.grok-3 "));
    }

    @Test
    void aFreeModelIsPricedAtZeroAndAModelWithoutPriceIsLeftOut() {
        assertThat(rows(REAL, "together_ai/meta-llama/Llama-3.3-70B-Instruct-Turbo-Free"))
                .containsExactly("standard uncached_input 0 2026-08-01 - 0", "standard output 0 2026-08-01 - 0");
        assertThat(Imports.lines(REAL))
                .filteredOn(row -> row.get("price").equals("0"))
                .isNotEmpty()
                .allMatch(row -> row.get("note").equals("0 in the source"));
        assertThat(rows(REAL, "together_ai/Qwen/Qwen2.5-72B-Instruct-Turbo")).isEmpty();
        assertThat(left(REAL, Reason.NO_TOKEN_PRICE))
                .containsExactly(
                        "openai/1024-x-1024/dall-e-2 input_cost_per_pixel output_cost_per_pixel",
                        "together_ai/Qwen/Qwen2.5-72B-Instruct-Turbo");
    }

    @Test
    void anEmbeddingModelPutsOutNothingForNothingButAChatModelDoesNot() {
        assertThat(rows(REAL, "openai/text-embedding-3-small")).contains("standard output 0 2026-08-01 - 0");
        assertThat(rows(REAL, "azure_ai/model_router")).containsExactly("standard uncached_input 0 2026-08-01 - 0.14");
        assertThat(left(REAL, Reason.ZERO_OUTPUT))
                .containsExactly("azure_ai/model_router output_cost_per_token 0 per 1,000,000 tokens");
    }

    @Test
    void whatIsNoModelIsLeftOut() {
        assertThat(left(REAL, Reason.NO_MODEL)).containsExactly("fallback_generalizations", "sample_spec");
        assertThat(left(REAL, Reason.SIZE_BUCKET)).containsExactly("fireworks-ai-default", "together-ai-up-to-4b");
    }

    @Test
    void binaryNoiseThatDoesNotFitIsLeftOutAndNeverRounded() {
        assertThat(rows(REAL, "databricks/databricks-claude-3-7-sonnet")).isEmpty();
        assertThat(rows(REAL, "databricks/databricks-gpt-5"))
                .containsExactly("standard uncached_input 0 2026-08-01 - 1.24999");
        assertThat(left(REAL, Reason.TOO_MANY_DIGITS))
                .containsExactly(
                        "databricks/databricks-claude-3-7-sonnet input_cost_per_token 0.0000029999900000000002",
                        "databricks/databricks-claude-3-7-sonnet output_cost_per_token 0.000015000020000000002",
                        "databricks/databricks-gpt-5 output_cost_per_token 0.000009999990000000002");
    }

    @Test
    void multipliersAndPricesOfOtherUnitsAreLeftOut() {
        assertThat(left(REAL, Reason.MULTIPLIER))
                .contains(
                        "anthropic/claude-opus-4-8 provider_specific_entry.fast 2",
                        "openai/gpt-5.6 regional_processing_uplift_multiplier_eu 1.1");
        assertThat(left(REAL, Reason.OTHER_UNIT))
                .contains("perplexity/sonar-deep-research citation_cost_per_token 0.000002");
    }

    @Test
    void aSearchThatCostsByItsContextIsAmbiguous() {
        assertThat(rows(REAL, "perplexity/sonar")).noneMatch(row -> row.contains("web_searches"));
        assertThat(left(REAL, Reason.AMBIGUOUS))
                .singleElement()
                .asString()
                .startsWith("perplexity/sonar search_context_cost_per_query {");
    }

    // The grammar

    @ParameterizedTest
    @CsvSource({
        "input_cost_per_token,                                       standard uncached_input 0",
        "output_cost_per_token,                                      standard output 0",
        "cache_read_input_token_cost,                                standard cached_input 0",
        "input_cost_per_token_cache_hit,                             standard cached_input 0",
        "cache_creation_input_token_cost,                            standard cache_write_5m 0",
        "cache_creation_input_token_cost_above_1hr,                  standard cache_write_1h 0",
        "cache_creation_input_token_cost_above_1hr_above_200k_tokens,standard cache_write_1h 200000",
        "cache_read_input_token_cost_above_272k_tokens_priority,     priority cached_input 272000",
        "input_cost_per_audio_token_priority,                        priority audio_input 0",
        "output_cost_per_audio_token,                                standard audio_output 0",
        "output_cost_per_reasoning_token,                            standard reasoning 0",
        "input_cost_per_token_batches,                               batch uncached_input 0",
        "output_cost_per_token_above_128k_tokens_flex,               flex output 128000",
        "input_cost_per_token_above_500_tokens,                      standard uncached_input 500",
    })
    void aFieldIsAClassABandAndATier(String field, String words) {
        assertThat(rows(liteLlm("\"%s\": 3e-07".formatted(field)), "p/m")).containsExactly(words + " 2026-08-01 - 0.3");
    }

    @ParameterizedTest
    @CsvSource({
        "3e-07, 0.3",
        "0.0000003, 0.3",
        "\"3e-7\", 0.3",
        "\"0.0000003\", 0.3",
        "0.00000000000000000001e6, 0.00000001",
        "1.24999e-06, 1.24999",
        "1E-18, 0.000000000001",
        "0, 0",
        "0.0, 0",
        "0e-99, 0",
        "0.00025, 250",
    })
    void aNumberIsExactFromItsText(String number, String price) {
        assertThat(rows(liteLlm("\"input_cost_per_token\": " + number), "p/m"))
                .containsExactly("standard uncached_input 0 2026-08-01 - " + price);
    }

    @ParameterizedTest
    @CsvSource({
        "\"free\",       NO_NUMBER",
        "\"1_000\",      NO_NUMBER",
        "-1e-06,         NO_NUMBER",
        "true,           NO_NUMBER",
        "1e400,          NO_NUMBER",
        "1e-400,         NO_NUMBER",
        "1e999999999,    NO_NUMBER",
        "1e-19,          TOO_MANY_DIGITS",
    })
    void whatIsNoPriceIsLeftOut(String value, Reason reason) {
        RateImport.Result result =
                liteLlm("\"input_cost_per_token\": %s, \"output_cost_per_token\": 1e-06".formatted(value));
        assertThat(rows(result)).containsExactly("p/m standard output 0 2026-08-01 - 1");
        assertThat(result.notCarriedOver().firstKey().reason()).isEqualTo(reason);
    }

    @Test
    void aNullIsAMissingPrice() {
        RateImport.Result result = liteLlm("\"input_cost_per_token\": null, \"output_cost_per_token\": 1e-06");
        assertThat(rows(result)).hasSize(1);
        assertThat(left(result)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"range\": [1, 10], \"input_cost_per_token\": 1e-06}",
                "{\"range\": [0, 0], \"input_cost_per_token\": 1e-06}",
                "{\"range\": [0], \"input_cost_per_token\": 1e-06}",
                "{\"input_cost_per_token\": 1e-06}",
                "{\"range\": [0, 10.5], \"input_cost_per_token\": 1e-06},"
                        + "{\"range\": [10.5, 20], \"input_cost_per_token\": 2e-06}",
                "{\"range\": [0, 10], \"input_cost_per_token\": 1e-06},"
                        + "{\"range\": [20, 30], \"input_cost_per_token\": 2e-06}",
                "",
            })
    void rangesThatDoNotFollowEachOtherAreLeftOut(String ranges) {
        RateImport.Result result =
                liteLlm("\"output_cost_per_token\": 1e-06, \"tiered_pricing\": [%s]".formatted(ranges));
        assertThat(rows(result)).containsExactly("p/m standard output 0 2026-08-01 - 1");
        assertThat(left(result, Reason.OTHER_CONDITION)).hasSize(1);
    }

    @Test
    void reasoningAtThePriceOfOutputIsNoPriceOfItsOwn() {
        String output = "\"output_cost_per_token\": 3e-06, \"output_cost_per_reasoning_token\": ";
        assertThat(rows(liteLlm(output + "3e-06"), "p/m")).containsExactly("standard output 0 2026-08-01 - 3");
        assertThat(rows(liteLlm(output + "4e-06"), "p/m")).hasSize(2);
        assertThat(rows(liteLlm(output + "3e-06, \"output_cost_per_token_above_200k_tokens\": 6e-06"), "p/m"))
                .as("above the bound only output is dearer")
                .hasSize(3);
    }

    @Test
    void aBoundAtWhichNoPriceChangesIsNone() {
        assertThat(rows(
                        liteLlm("\"input_cost_per_token\": 3e-06, \"input_cost_per_token_above_128k_tokens\": 3.0e-06,"
                                + "\"input_cost_per_token_above_200k_tokens\": 6e-06"),
                        "p/m"))
                .containsExactly(
                        "standard uncached_input 0 2026-08-01 - 3", "standard uncached_input 200000 2026-08-01 - 6");
    }
}
