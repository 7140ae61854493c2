package io.tokenledger.rates.imports;

import static io.tokenledger.rates.imports.Imports.file;
import static io.tokenledger.rates.imports.Imports.left;
import static io.tokenledger.rates.imports.Imports.real;
import static io.tokenledger.rates.imports.Imports.rows;
import static org.assertj.core.api.Assertions.assertThat;

import io.tokenledger.rates.imports.NotCarriedOver.Reason;
import java.time.LocalDate;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GenAiPricesTest {
    private static final RateImport.Result REAL =
            Imports.of(PriceFormat.GENAI_PRICES).run(List.of(real("genai-prices.json", "2026-09-23")));

    @Test
    void aPricePerMillionIsWrittenAsItIs() {
        assertThat(rows(REAL, "together/meta-llama/Llama-3.3-70B-Instruct-Turbo"))
                .containsExactly("standard uncached_input 0 2026-09-23 - 0.88", "standard output 0 2026-09-23 - 0.88");
    }

    @Test
    void callsArePricedPerThousand() {
        assertThat(rows(REAL, "perplexity/sonar-pro")).contains("standard requests 0 2026-09-23 - 14 per 1000");
        assertThat(rows(REAL, "perplexity/sonar-deep-research"))
                .contains("standard web_searches 0 2026-09-23 - 5 per 1000", "standard reasoning 0 2026-09-23 - 3");
    }

    @Test
    void aTierHoldsForPromptsThatExceedItsStart() {
        assertThat(rows(REAL, "x-ai/grok-4.3"))
                .as("from 200,000, as xAI's page has it")
                .contains("standard output 0 2026-09-23 - 2.5", "standard output 199999 2026-09-23 - 5");
    }

    @Test
    void aStatedStartIsTheDateOfThePriceAlsoInTheFuture() {
        assertThat(rows(REAL, "openai/o3")).contains("standard uncached_input 0 2025-06-10 - 2");
        assertThat(rows(REAL, "google/gemini-3.6-flash"))
                .contains("standard output 0 2026-09-23 2027-01-01 3.75", "standard output 0 2027-01-01 - 7.5");
    }

    @Test
    void aPriceThatEndedBeforeTheFileIsWrittenOnlyWhenItsStartIsGiven() {
        assertThat(left(REAL, Reason.START_UNKNOWN)).contains("openai/o3 prices[0].input_mtok 10");
        RateImport.Result since = new RateImport(
                        PriceFormat.GENAI_PRICES,
                        Imports.ALL,
                        Imports.BOUNDS,
                        TieredPricing.MARGINAL,
                        LocalDate.parse("2025-04-16"))
                .run(List.of(real("genai-prices.json", "2026-09-23")));
        assertThat(rows(since, "openai/o3"))
                .containsSubsequence(
                        "standard uncached_input 0 2025-04-16 2025-06-10 10",
                        "standard uncached_input 0 2025-06-10 - 2")
                .contains("standard cached_input 0 2025-04-16 - 0.5");
        assertThat(left(since, Reason.START_UNKNOWN)).isEmpty();
    }

    @Test
    void hoursAreAWindowInUtc() {
        assertThat(rows(REAL, "deepseek/deepseek-chat"))
                .contains("standard output 0 2026-09-23 - 0.55", "standard output 0 2026-09-23 - 1.1 00:30 16:30 UTC");
        assertThat(rows(REAL, "deepseek/deepseek-v4-flash"))
                .contains(
                        "standard output 0 2026-08-17 - 0.66",
                        "standard output 0 2026-09-23 - 1.32 01:00 04:00 UTC",
                        "standard output 0 2026-09-23 - 1.32 06:00 10:00 UTC");
    }

    @Test
    void aWindowEndsWithTheDatedPricesThatFollowIt() {
        assertThat(rows(one("""
                [{"prices": {"input_mtok": 1}},
                 {"constraint": {"start_time": "16:30:00Z", "end_time": "00:30:00Z"}, "prices": {"input_mtok": 0.5}},
                 {"constraint": {"start_date": "2027-01-01"}, "prices": {"input_mtok": 2}}]""")))
                .containsExactly(
                        "p/m standard uncached_input 0 2026-09-23 2027-01-01 1",
                        "p/m standard uncached_input 0 2027-01-01 - 2",
                        "p/m standard uncached_input 0 2026-09-23 2027-01-01 0.5 16:30 00:30 UTC");
    }

    @Test
    void aClassThatADatedListDoesNotNameEndsWithIt() {
        assertThat(rows(one("""
                [{"prices": {"input_mtok": 1, "cache_read_mtok": 0.1}},
                 {"constraint": {"start_date": "2027-01-01"}, "prices": {"input_mtok": 1}}]""")))
                .containsExactly(
                        "p/m standard uncached_input 0 2026-09-23 - 1",
                        "p/m standard cached_input 0 2026-09-23 2027-01-01 0.1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"start_time\": \"09:00:00+08:00\", \"end_time\": \"18:00:00+08:00\"}",
                "{\"start_time\": \"09:00:30Z\", \"end_time\": \"18:00:00Z\"}",
                "{\"start_date\": \"soon\"}",
                "{\"start_date\": \"2026-01-01\", \"start_time\": \"09:00:00Z\", \"end_time\": \"18:00:00Z\"}",
                "{\"region\": \"eu\"}",
            })
    void aConditionThatATableCannotExpressIsLeftOutOrKeptWhole(String constraint) {
        RateImport.Result result =
                one("[{\"prices\": {\"input_mtok\": 1}}, {\"constraint\": %s, \"prices\": {\"input_mtok\": 2}}]"
                        .formatted(constraint));
        assertThat(rows(result)).containsExactly("p/m standard uncached_input 0 2026-09-23 - 1");
        assertThat(left(result, Reason.OTHER_CONDITION)).hasSize(1);
    }

    @Test
    void datesOutOfOrderAreNotSortedByGuess() {
        RateImport.Result result =
                Imports.of(PriceFormat.GENAI_PRICES).run(List.of(file("data.json", "2026-09-23", """
                [{"id": "p", "models": [
                  {"id": "n", "match": {"equals": "n"}, "prices": {"input_mtok": 1}},
                  {"id": "m", "match": {"equals": "m"}, "prices": [
                    {"constraint": {"start_date": "2026-02-01"}, "prices": {"input_mtok": 1}},
                    {"constraint": {"start_date": "2026-01-01"}, "prices": {"input_mtok": 2}}]}]}]""")));
        assertThat(rows(result)).containsExactly("p/n standard uncached_input 0 2026-09-23 - 1");
        assertThat(left(result, Reason.OTHER_CONDITION)).hasSize(1);
    }

    @Test
    void onlyTheIdIsTheModelsName() {
        assertThat(left(REAL, Reason.OTHER_NAMES))
                .contains("openai/o3 match {\"or\":[{\"equals\":\"o3\"},{\"equals\":\"o3-2025-04-16\"}]}")
                .noneMatch(line -> line.startsWith("together/"));
        assertThat(rows(REAL, "openai/o3-2025-04-16")).isEmpty();
    }

    private static RateImport.Result one(String prices) {
        return Imports.of(PriceFormat.GENAI_PRICES)
                .run(List.of(file(
                        "data.json",
                        "2026-09-23",
                        "[{\"id\": \"p\", \"models\": [{\"id\": \"m\", \"match\": {\"equals\": \"m\"}, \"prices\": %s}]}]"
                                .formatted(prices))));
    }
}
