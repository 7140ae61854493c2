package io.tokenledger.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImportRatesCommandTest {
    private static final String NOVEMBER = "src/test/resources/price-files/litellm.2025-11-21.json@2025-11-21";
    private static final String AUGUST = "src/test/resources/price-files/litellm.2026-08-01.json@2026-08-01";

    @TempDir
    private Path dir;

    @Test
    void theTableIsWrittenAndWhatIsLeftOutIsNamedOnStandardOutput() throws IOException {
        Terminal terminal = run("--provider", "together_ai=together", NOVEMBER, AUGUST);
        assertThat(terminal.exitCode()).as(terminal.err()).isZero();
        assertThat(Files.readAllLines(table()))
                .hasSize(1 + 8)
                .contains("together,meta-llama/Llama-3.3-70B-Instruct-Turbo,standard,output,2025-11-21,0.88,1000000,"
                        + "USD,litellm: litellm.2026-08-01.json,2026-08-01,");
        assertThat(terminal.out())
                .isEqualTo("together/Qwen/Qwen2.5-72B-Instruct-Turbo: a model without a price of tokens or calls "
                        + "[2025-11-21, 2026-08-01]\n");
        assertThat(terminal.err().lines())
                .containsExactly(
                        table() + ": 8 rows for 4 models",
                        "not carried over: 1",
                        "       1  a model without a price of tokens or calls");
    }

    @Test
    void whatIsLeftOutIsAlsoJson() throws IOException {
        JsonNode json = new ObjectMapper().readTree(run(AUGUST, "--json").out());
        assertThat(json.path("output").asText()).isEqualTo(table().toString());
        assertThat(json.path("format").asText()).isEqualTo("litellm");
        assertThat(json.path("rows").asInt())
                .isEqualTo(Files.readAllLines(table()).size() - 1);
        assertThat(json.path("not_carried_over_by_reason").path("size_bucket").asInt())
                .isEqualTo(2);
        assertThat(json.path("not_carried_over")).anySatisfy(line -> {
            assertThat(line.path("model").asText()).isEqualTo("openai/o1-pro");
            assertThat(line.path("field").asText()).isEqualTo("output_cost_per_token");
            assertThat(line.path("value").asText()).isEqualTo("600 per 1,000,000 tokens");
            assertThat(line.path("reason").asText()).isEqualTo("above_ceiling");
            assertThat(line.path("versions").get(0).asText()).isEqualTo("2026-08-01");
        });
        assertThat(json.path("not_carried_over").size())
                .isEqualTo(Stream.of(json.path("not_carried_over_by_reason"))
                        .flatMap(counts -> counts.properties().stream())
                        .mapToInt(count -> count.getValue().asInt())
                        .sum());
    }

    @Test
    void aNameCannotBreakOutOfItsLine() throws IOException {
        Path file = Files.writeString(dir.resolve("prices.json"), """
                {"p/m": {"litellm_provider": "p", "input_cost_per_token": 1e-06},
                 "p/\\u001b[2Jevil\\nline": {"litellm_provider": "p", "input_cost_per_token": 1e-06}}""");
        Terminal terminal = run(file + "@2026-08-01");
        assertThat(terminal.out().lines()).hasSize(1);
        assertThat(terminal.out()).doesNotContain("\u001b");
    }

    @Test
    void theCeilingAndTheModelsThatWereLookedAtAreTold() throws IOException {
        assertThat(run("--acknowledge", "o1-pro", AUGUST).out()).doesNotContain("o1-pro");
        assertThat(Files.readString(table())).contains("openai,o1-pro,standard,output,2026-08-01,600,");
        assertThat(run("--ceiling", "10", "--model", "gpt-5.?", "--model", "*Llama*", AUGUST)
                        .out())
                .contains("openai/gpt-5.6  output_cost_per_token  30 per 1,000,000 tokens: above the ceiling");
        run("--ceiling", "1001", AUGUST).refused("--ceiling is 1001; expected more than 0 and at most 1000");
        run("--ceiling", "0", AUGUST).refused("--ceiling is 0");
    }

    @Test
    void graduatedPricesCanBeReadAsPricesOfTheWholeRequest() throws IOException {
        run("--tiered-pricing", "whole_request", "--provider", "dashscope", AUGUST);
        assertThat(Files.readString(table())).doesNotContain("marginal").contains(",3.6,1000000,USD,256000,");
        run("--tiered-pricing", "flat", AUGUST).refused("'flat' is no rule; expected one of [marginal, whole_request]");
    }

    @Test
    void wrongArgumentsAreRefused() {
        Terminal.run("import-rates").refused("Missing required", "--format", "--output", "FILE[@DATE]");
        Terminal.run("import-rates", "--format", "csv", "--output", "x.csv", "f.json")
                .refused("'csv' is no format; expected one of [litellm, genai-prices, portkey, models-dev]");
        run("prices.json@August").refused("'prices.json@August' does not end with a date; expected FILE@2026-08-01");
        run("--provider", "=x", AUGUST).refused("--provider is '=x'; expected NAME or NAME=NAME");
        run("--provider", "xai", "--provider", "xai=x", AUGUST).refused("--provider: 'xai' stands twice");
        run("--valid-from", "01/07/2026", AUGUST).refused("--valid-from", "01/07/2026");
        run(dir.resolve("none.json") + "@2026-08-01").refused("No file ", "none.json; check the path");
        run(dir + "/x@y/none.json").refused("No file ", "x@y");
        assertThat(table()).doesNotExist();
    }

    @Test
    void atAnErrorTheOldTableIsLeft() throws IOException {
        Files.writeString(table(), "old");
        run("--provider", "nobody", AUGUST).refused("--provider: no provider 'nobody'");
        assertThat(table()).hasContent("old");
    }

    @Test
    void aTableThatCannotBeWrittenIsAMatterOfStorage() {
        Terminal terminal = Terminal.run(
                "import-rates",
                "--format",
                "litellm",
                "--output",
                dir.resolve("no/dir/rates.csv").toString(),
                AUGUST);
        assertThat(terminal.exitCode()).isEqualTo(7);
        assertThat(terminal.err()).contains("--output: ", "cannot be written");
    }

    @Test
    void theHelpShowsExamples() {
        assertThat(Terminal.run("import-rates", "--help").answered().out())
                .contains("Usage: tokenledger import-rates", "Examples:", "scripts/tokenledger import-rates --format");
        assertThat(Terminal.run("--help").answered().out()).contains("import-rates");
    }

    private Path table() {
        return dir.resolve("rates.csv");
    }

    private Terminal run(String... arguments) {
        return Terminal.run(Stream.concat(
                        Stream.of("import-rates", "--format", "litellm", "--output", table().toString()),
                        Stream.of(arguments))
                .toArray(String[]::new));
    }
}
