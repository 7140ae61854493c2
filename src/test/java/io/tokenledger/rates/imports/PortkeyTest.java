package io.tokenledger.rates.imports;

import static io.tokenledger.rates.imports.Imports.file;
import static io.tokenledger.rates.imports.Imports.left;
import static io.tokenledger.rates.imports.Imports.real;
import static io.tokenledger.rates.imports.Imports.rows;
import static org.assertj.core.api.Assertions.assertThat;

import io.tokenledger.rates.imports.NotCarriedOver.Reason;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class PortkeyTest {
    private static final RateImport.Result REAL = Imports.of(PriceFormat.PORTKEY)
            .run(Stream.of("together-ai", "openai", "anthropic", "google", "bedrock")
                    .map(provider -> real(provider + ".json", "2026-08-21"))
                    .toList());

    @Test
    void centsPerTokenBecomeDollarsPerMillion() {
        assertThat(rows(REAL, "together-ai/meta-llama/Llama-3.3-70B-Instruct-Turbo"))
                .containsExactly("standard uncached_input 0 2026-08-21 - 0.88", "standard output 0 2026-08-21 - 0.88");
        assertThat(rows(REAL, "together-ai/deepseek-ai/DeepSeek-V4-Pro"))
                .containsExactly(
                        "standard uncached_input 0 2026-08-21 - 2.1",
                        "standard cached_input 0 2026-08-21 - 0.2",
                        "standard output 0 2026-08-21 - 4.4");
    }

    @Test
    void aPriceAHundredTimesTooHighIsCaughtByTheCeilingButOneTenTimesTooHighIsNot() {
        assertThat(rows(REAL, "together-ai/MiniMaxAI/MiniMax-M2.5")).isEmpty();
        assertThat(left(REAL, Reason.ABOVE_CEILING))
                .containsExactly(
                        "together-ai/MiniMaxAI/MiniMax-M2.5 pay_as_you_go.request_token 300 per 1,000,000 tokens",
                        "together-ai/MiniMaxAI/MiniMax-M2.5 pay_as_you_go.response_token 1200 per 1,000,000 tokens");
        assertThat(rows(REAL, "together-ai/Qwen/Qwen3.5-397B-A17B"))
                .as("its price is 0.60 and 3.60, which nothing in the file shows")
                .contains("standard uncached_input 0 2026-08-21 - 6");
    }

    @Test
    void theWriteForAnHourAndTheSearchAreAmongTheAdditionalUnits() {
        assertThat(rows(REAL, "anthropic/claude-opus-4-6"))
                .containsExactly(
                        "standard uncached_input 0 2026-08-21 - 5",
                        "standard cached_input 0 2026-08-21 - 0.5",
                        "standard cache_write_5m 0 2026-08-21 - 6.25",
                        "standard cache_write_1h 0 2026-08-21 - 10",
                        "standard output 0 2026-08-21 - 25",
                        "batch uncached_input 0 2026-08-21 - 2.5",
                        "batch output 0 2026-08-21 - 12.5");
        assertThat(rows(REAL, "openai/gpt-5")).contains("standard web_searches 0 2026-08-21 - 10 per 1000");
        assertThat(left(REAL, Reason.OTHER_TIER))
                .singleElement()
                .asString()
                .startsWith("anthropic/claude-opus-4-6 custom_pricing.regions.default.fast {");
    }

    @Test
    void tiersAndPromptLengthsComeFromTheDefaultRegion() {
        assertThat(rows(REAL, "openai/gpt-5.6"))
                .contains(
                        "standard uncached_input 0 2026-08-21 - 5",
                        "standard uncached_input 272000 2026-08-21 - 10",
                        "batch output 0 2026-08-21 - 15",
                        "flex output 0 2026-08-21 - 15",
                        "priority output 0 2026-08-21 - 60");
        assertThat(left(REAL, Reason.REGION))
                .contains("openai/gpt-5.6 custom_pricing.regions us,eu,au,ca,jp,in,sg,kr,gb,ae")
                .contains("bedrock/amazon.nova-micro-v1:0 custom_pricing.regions eu-west-1");
    }

    @Test
    void twoEntriesOfAModelByPromptLengthAreItsBands() {
        assertThat(rows(REAL, "google/gemini-2.5-pro"))
                .contains(
                        "standard uncached_input 0 2026-08-21 - 1.25",
                        "standard uncached_input 128000 2026-08-21 - 2.5",
                        "batch output 128000 2026-08-21 - 7.5");
        assertThat(rows(one(priced("m-gt-128k", "\"request_token\": {\"price\": 1e-4}"))))
                .as("half of a pair is a name like another")
                .containsExactly("acme/m-gt-128k standard uncached_input 0 2026-08-21 - 1");
    }

    @Test
    void aCachePriceOfZeroIsNotGiven() {
        assertThat(rows(REAL, "openai/gpt-5")).noneMatch(row -> row.contains("cache_write"));
        assertThat(left(REAL, Reason.ZERO_NOT_GIVEN)).contains("openai/gpt-5 pay_as_you_go.cache_write_input_token 0");
    }

    @Test
    void tokensOfZeroBesideThePriceOfAnImageAreNotFree() {
        assertThat(rows(REAL, "openai/sora-2")).isEmpty();
        assertThat(rows(REAL, "together-ai/black-forest-labs/FLUX.1-pro")).isEmpty();
        assertThat(left(REAL, Reason.NO_TOKEN_PRICE)).hasSize(3);
    }

    @Test
    void tokensOfZeroBesideNothingAreFree() {
        assertThat(rows(one(priced("m", "\"request_token\": {\"price\": 0}, \"response_token\": {\"price\": 0}"))))
                .containsExactly(
                        "acme/m standard uncached_input 0 2026-08-21 - 0", "acme/m standard output 0 2026-08-21 - 0");
    }

    @Test
    void whereTheTwoPlacesOfAPriceDifferNeitherIsTaken() {
        assertThat(rows(REAL, "openai/gpt-4o-latest"))
                .noneMatch(row -> row.startsWith("standard output") || row.startsWith("standard uncached_input"))
                .contains("batch output 0 2026-08-21 - 5");
        assertThat(left(REAL, Reason.CONTRADICTION))
                .contains("openai/gpt-4o-latest standard output"
                        + " 10 (gpt-4o-latest custom_pricing.regions.default.standard.response_token),"
                        + " 15 (gpt-4o-latest pay_as_you_go.response_token)");
        assertThat(rows(REAL, "openai/gpt-4o-mini"))
                .as("0.00005999999999999999 is 0.00006 but for the noise of a float, and not written")
                .contains("standard output 0 2026-08-21 - 0.6");
    }

    @Test
    void aPriceThatCannotBeWrittenStillContradictsAnother() {
        String entry = """
                "m": {"pricing_config": {
                        "pay_as_you_go": {"request_token": {"price": 1e-4}},
                        "batch_config": {"request_token": {"price": 0.00007499999999999999}}},
                      "custom_pricing": {"regions": {"default": {"execution_modes": {"batch": {"pricing_config":
                        {"pay_as_you_go": {"request_token": {"price": %s}}}}}}}}}""";
        assertThat(rows(one(entry.formatted("0.000075")))).contains("acme/m batch uncached_input 0 2026-08-21 - 0.75");
        RateImport.Result result = one(entry.formatted("0.00015"));
        assertThat(rows(result)).containsExactly("acme/m standard uncached_input 0 2026-08-21 - 1");
        assertThat(left(result, Reason.CONTRADICTION))
                .containsExactly("acme/m batch uncached_input 0.7499999999999999 (m batch_config.request_token),"
                        + " 1.5 (m custom_pricing.regions.default.batch.request_token)");
    }

    @Test
    void theDefaultIsNoModel() {
        assertThat(left(REAL, Reason.NO_MODEL))
                .containsExactly("anthropic/default", "google/default", "openai/default", "together-ai/default");
    }

    @Test
    void anotherCurrencyIsLeftOut() {
        RateImport.Result result = one("""
                "m": {"pricing_config": {"currency": "EUR", "pay_as_you_go": {"request_token": {"price": 1e-4}}}},
                "n": {"pricing_config": {"currency": "USD", "pay_as_you_go": {"request_token": {"price": 1e-4}}}}""");
        assertThat(rows(result)).containsExactly("acme/n standard uncached_input 0 2026-08-21 - 1");
        assertThat(left(result)).containsExactly("acme/m pricing_config.currency EUR currency");
    }

    private static String priced(String model, String prices) {
        return "\"%s\": {\"pricing_config\": {\"pay_as_you_go\": {%s}}}".formatted(model, prices);
    }

    private static RateImport.Result one(String models) {
        return Imports.of(PriceFormat.PORTKEY).run(List.of(file("acme.json", "2026-08-21", "{" + models + "}")));
    }
}
