package io.tokenledger.rates.imports;

import static io.tokenledger.rates.imports.Imports.left;
import static io.tokenledger.rates.imports.Imports.real;
import static io.tokenledger.rates.imports.Imports.rows;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ModelsDevTest {
    private static final RateImport.Result RESULT =
            Imports.of(PriceFormat.MODELS_DEV).run(List.of(real("models-dev.json", "2026-07-02")));

    @Test
    void aPricePerMillionIsWrittenAsItIs() {
        assertThat(rows(RESULT, "togetherai/meta-llama/Llama-3.3-70B-Instruct-Turbo"))
                .containsExactly("standard uncached_input 0 2026-07-02 - 0.88", "standard output 0 2026-07-02 - 0.88");
    }

    @Test
    void bothSpellingsOfTheCachedPriceAreRead() {
        assertThat(rows(RESULT, "togetherai/Qwen/Qwen3.5-397B-A17B"))
                .contains("standard cached_input 0 2026-07-02 - 0.35");
        assertThat(rows(RESULT, "anthropic/claude-sonnet-4-5"))
                .contains("standard cached_input 0 2026-07-02 - 0.3", "standard cache_write_5m 0 2026-07-02 - 3.75");
    }

    @Test
    void longContextIsABand() {
        assertThat(rows(RESULT, "anthropic/claude-sonnet-4-5"))
                .contains("standard output 200000 2026-07-02 - 22.5", "standard cached_input 200000 2026-07-02 - 0.6");
        assertThat(rows(RESULT, "xai/grok-4.3"))
                .as("the list of tiers says it with its bound, and xAI's is reached, not exceeded")
                .containsExactly(
                        "standard uncached_input 0 2026-07-02 - 1.25",
                        "standard uncached_input 199999 2026-07-02 - 2.5",
                        "standard cached_input 0 2026-07-02 - 0.2",
                        "standard cached_input 199999 2026-07-02 - 0.4",
                        "standard output 0 2026-07-02 - 2.5",
                        "standard output 199999 2026-07-02 - 5");
    }

    @Test
    void theRestIsNamed() {
        assertThat(left(RESULT))
                .containsExactly(
                        "anthropic/claude-sonnet-4-5 experimental.modes.fast {\"input\":18,\"output\":90} other_tier",
                        "anthropic/claude-sonnet-4-5 per_minute 0.01 other_unit",
                        "togetherai/no/price no_token_price");
    }
}
