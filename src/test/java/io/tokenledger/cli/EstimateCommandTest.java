package io.tokenledger.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tokenledger.rates.RateTables;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The numbers of the pricing article: 0.90 and 3.30 USD per 1,000,000 input and output tokens. */
class EstimateCommandTest {
    private static final List<String> ARTICLE_PRICES = List.of("--input-price", "0.90", "--output-price", "3.30");

    @TempDir
    private Path dir;

    // The article

    @Test
    void fourThousandInputAndAThousandOutputTokensCost69TenThousandths() throws IOException {
        JsonNode estimate = json(article("4000", "1000", "1"));
        assertThat(estimate.path("input_cost_per_request").asText()).isEqualTo("0.0036");
        assertThat(estimate.path("output_cost_per_request").asText()).isEqualTo("0.0033");
        assertThat(estimate.path("cost_per_request").asText()).isEqualTo("0.0069");
        assertThat(estimate.path("currency").asText()).isEqualTo("USD");
        assertThat(estimate.path("batch_cost_per_month").isNull()).isTrue();
    }

    @Test
    void twoMillionRequestsOfThreeAndOneThousandTokensCostTwelveThousandAMonth() throws IOException {
        JsonNode estimate = json(article("3000", "1000", "2000000"));
        assertThat(estimate.path("cost_per_request").asText()).isEqualTo("0.006");
        assertThat(estimate.path("serverless_cost_per_month").asText()).isEqualTo("12000.00");
        assertThat(estimate.path("blended_cost_per_million").asText()).isEqualTo("1.50");
    }

    @Test
    void asAHalfPriceBatchTheyCostSixThousand() throws IOException {
        JsonNode estimate = json(article("3000", "1000", "2000000", "--batch-discount", "0.5"));
        assertThat(estimate.path("serverless_cost_per_month").asText()).isEqualTo("12000.00");
        assertThat(estimate.path("batch_cost_per_month").asText()).isEqualTo("6000.00");
    }

    @ParameterizedTest
    @CsvSource({
        "12000, 8000000000, 1.50",
        "5800, 10000000000, 0.58",
        "1, 3, 333333.333333333333",
        "2, 3, 666666.666666666667",
        "5822.64, 7000000, 831.805714285714",
        "0, 1, 0.00",
        "0.01, 1000000000000, 0.00000001",
    })
    void capacityCostsItsPriceOverTheMillionsOfTokensThatItServes(String cost, String tokens, String perMillion)
            throws IOException {
        JsonNode estimate = json(article("3000", "1000", "1", "--capacity-cost", cost, "--tokens-served", tokens));
        assertThat(estimate.path("capacity_cost_per_million").asText()).isEqualTo(perMillion);
        assertThat(estimate.path("capacity_tokens_served").asText()).isEqualTo(tokens);
    }

    @Test
    void theTableShowsTheArithmetic() {
        String out = Terminal.run(article(
                        "3000",
                        "1000",
                        "2000000",
                        "--batch-discount",
                        "0.5",
                        "--capacity-cost",
                        "5800",
                        "--tokens-served",
                        "10000000000"))
                .answered()
                .out();
        assertThat(out.lines().map(line -> line.replaceAll(" +", " ")))
                .containsExactly(
                        "example",
                        "one request USD",
                        " input 3,000 tokens at 0.90 per 1M 0.0027",
                        " output 1,000 tokens at 3.30 per 1M 0.0033",
                        " together 0.006",
                        "a month 2,000,000 requests USD",
                        " serverless 12000.00",
                        " batch within the completion window 6000.00",
                        "per 1M tokens serverless, this mix 1.50",
                        "per 1M tokens capacity at 5800.00 serving 10,000,000,000 tokens 0.58");
        assertThat(out.lines().map(String::length)).allMatch(length -> length <= 100);
    }

    @Test
    void withoutABatchPriceThereIsNoBatchCost() {
        assertThat(Terminal.run(article("3000", "1000", "1")).answered().out())
                .containsPattern("batch +no batch price +-\n");
    }

    @Test
    void requestsWithoutTokensCostNothingAndHaveNoPricePerMillion() throws IOException {
        JsonNode estimate = json(article("0", "0", "10"));
        assertThat(estimate.path("serverless_cost_per_month").asText()).isEqualTo("0.00");
        assertThat(estimate.path("blended_cost_per_million").isNull()).isTrue();
    }

    @Test
    void amountsAreExactHoweverSmallOrLarge() throws IOException {
        JsonNode estimate = json(arguments(
                "--input-tokens",
                "1",
                "--output-tokens",
                "0",
                "--requests-per-month",
                "1000000000000",
                "--input-price",
                "0.000001",
                "--output-price",
                "0"));
        assertThat(estimate.path("cost_per_request").asText()).isEqualTo("0.000000000001");
        assertThat(estimate.path("serverless_cost_per_month").asText()).isEqualTo("1.00");
    }

    // A rate table

    @Test
    void pricesComeFromARateTableAsTheyStoodOnADay() throws IOException {
        Path rates = rates(
                "p,m,standard,uncached_input,0,2026-01-01,2026-08-13,0.88,1000000,USD,,,,,",
                "p,m,standard,uncached_input,0,2026-08-13,,1.04,1000000,USD,,,,,",
                "p,m,standard,output,0,2026-01-01,,0.00000104,1,USD,,,,,",
                "p,m,batch,uncached_input,0,2026-08-13,,0.52,1000000,USD,,,,,",
                "p,m,batch,output,0,2026-08-13,,0.52,1000000,USD,,,,,");
        JsonNode before = json(priced(rates, "m", "2026-08-12"));
        assertThat(before.path("input_price_per_million").asText()).isEqualTo("0.88");
        assertThat(before.path("output_price_per_million").asText()).isEqualTo("1.04");
        assertThat(before.path("batch_cost_per_month").isNull()).isTrue();

        JsonNode after = json(priced(rates, "p/m", "2026-08-13"));
        assertThat(after.path("input_price_per_million").asText()).isEqualTo("1.04");
        assertThat(after.path("serverless_cost_per_month").asText()).isEqualTo("4160.00");
        assertThat(after.path("batch_cost_per_month").asText()).isEqualTo("2080.00");
    }

    @Test
    void aLongPromptIsPricedByItsBand() throws IOException {
        Path rates = rates(
                "p,m,standard,uncached_input,0,2026-01-01,,1,1000000,USD,,,,,",
                "p,m,standard,uncached_input,3999,2026-01-01,,2,1000000,USD,,,,,",
                "p,m,standard,output,0,2026-01-01,,3,1000000,USD,,,,,");
        assertThat(json(priced(rates, "m", "2026-08-12"))
                        .path("input_price_per_million")
                        .asText())
                .isEqualTo("1.00");
        assertThat(json(arguments(
                                "--input-tokens",
                                "4000",
                                "--output-tokens",
                                "1",
                                "--model",
                                "m",
                                "--rates",
                                rates.toString(),
                                "--on",
                                "2026-08-12"))
                        .path("input_price_per_million")
                        .asText())
                .isEqualTo("2.00");
    }

    @Test
    void aModelOrDayWithoutRateIsRefusedWithWhatThereIs() throws IOException {
        Path rates = rates(
                "p,m,standard,uncached_input,0,2026-01-01,,1,1000000,USD,,,,,",
                "q,m,standard,uncached_input,0,2026-01-01,,1,1000000,USD,,,,,",
                "q,only,standard,uncached_input,0,2026-01-01,,1,1000000,USD,,,,,");
        Terminal.run(priced(rates, "gpt-9", "2026-08-12"))
                .refused("rates.csv: no rate for model 'gpt-9'; it knows [p/m, q/m, q/only]");
        Terminal.run(priced(rates, "m", "2026-08-12"))
                .refused("'m' is offered by several providers", "p/m", "q/m", "name one as provider/model");
        Terminal.run(priced(rates, "only", "2025-12-31"))
                .refused("no input price for model 'only' on 2025-12-31; choose a day with --on");
        Terminal.run(priced(rates, "only", "2026-08-12")).refused("no output price for model 'only' on 2026-08-12");
    }

    @Test
    void aRateTableThatCannotBeReadIsRefused() throws IOException {
        Terminal.run(priced(dir.resolve("none.csv"), "m", "2026-08-12"))
                .refused("--rates: no file ", "none.csv; check the path");
        Terminal.run(priced(rates("p,m,standard,output,0,2026-01-01,,dear,1000000,USD,,,,,"), "m", "2026-08-12"))
                .refused("rates.csv:2: price is 'dear'; expected a decimal");
    }

    @Test
    void aDirectoryIsNoRateTable() {
        Terminal.run(priced(dir, "m", "2026-08-12")).refused(dir.toString());
    }

    // Arguments

    @Test
    void wrongArgumentsAreRefusedOnStandardError() {
        Terminal.run("estimate").refused("Missing required", "--model", "Usage: tokenledger estimate");
        Terminal.run(arguments("--input-tokens", "1", "--output-tokens", "1")).refused("--input-price", "--rates");
        Terminal.run(arguments("--input-tokens", "1", "--output-tokens", "1", "--input-price", "1"))
                .refused("--output-price");
        Terminal.run(article("1", "1", "1", "--rates", "r.csv")).refused("mutually exclusive");
        Terminal.run(article("1,000", "1", "1")).refused("--input-tokens", "'1,000' is not a long");
        Terminal.run(article("-1", "1", "1")).refused("Tokens and requests must not be negative");
        Terminal.run(article("1", "1", "-1")).refused("Tokens and requests must not be negative");
        Terminal.run(article("1", "1", "1", "--batch-discount", "50"))
                .refused("--batch-discount is 50; expected 0 to 1, such as 0.5 for half price");
        Terminal.run(article("1", "1", "1", "--capacity-cost", "5")).refused("--tokens-served");
        Terminal.run(article("1", "1", "1", "--capacity-cost", "5", "--tokens-served", "0"))
                .refused("--tokens-served must be more than 0");
        Terminal.run(article("1", "1", "1", "--output")).refused("--output");
        Terminal.run(arguments(
                        "--input-tokens", "1", "--output-tokens", "1", "--input-price", "-1", "--output-price", "1"))
                .refused("Prices must not be negative");
        Terminal.run(arguments(
                        "--input-tokens", "1", "--output-tokens", "1", "--input-price", "0,90", "--output-price", "1"))
                .refused("--input-price", "0,90");
        Terminal.run(priced(dir.resolve("r.csv"), "m", "01/07/2026")).refused("--on", "01/07/2026");
    }

    @Test
    void numbersBeyondAnyLogAreRefusedAndNoDefect() {
        Terminal.run(article("9223372036854775807", "1", "1")).refused("--input-tokens");
    }

    @Test
    void theHelpShowsExamples() {
        String help = Terminal.run("estimate", "--help").answered().out();
        assertThat(help)
                .contains("Usage: tokenledger estimate", "Examples:")
                .contains("scripts/tokenledger estimate --model example --input-tokens 3000 --output-tokens 1000")
                .contains("--rates sample-data/rates.csv --on 2026-09-01 --json");
    }

    private static String[] article(String input, String output, String requests, String... more) {
        return arguments(Stream.of(
                        Stream.of("--input-tokens", input, "--output-tokens", output, "--requests-per-month", requests),
                        ARTICLE_PRICES.stream(),
                        Stream.of(more))
                .flatMap(s -> s)
                .toArray(String[]::new));
    }

    private static String[] priced(Path rates, String model, String day) {
        return arguments(
                "--model",
                model,
                "--input-tokens",
                "3000",
                "--output-tokens",
                "1000",
                "--requests-per-month",
                "1000000",
                "--rates",
                rates.toString(),
                "--on",
                day);
    }

    /** A model is named when the arguments do not. */
    private static String[] arguments(String... arguments) {
        List<String> model = List.of(arguments).contains("--model") ? List.of() : List.of("--model", "example");
        return Stream.of(Stream.of("estimate"), model.stream(), Stream.of(arguments))
                .flatMap(s -> s)
                .toArray(String[]::new);
    }

    private static JsonNode json(String[] arguments) throws IOException {
        String[] withJson =
                Stream.concat(Stream.of(arguments), Stream.of("--json")).toArray(String[]::new);
        return new ObjectMapper().readTree(Terminal.run(withJson).answered().out());
    }

    private Path rates(String... lines) throws IOException {
        return Files.writeString(dir.resolve("rates.csv"), RateTables.HEADER + String.join("\n", lines) + "\n");
    }
}
