package io.tokenledger.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.tokenledger.model.BilledUnit;
import io.tokenledger.model.Failure;
import io.tokenledger.model.Money;
import io.tokenledger.model.ServiceTier;
import io.tokenledger.rates.Band;
import io.tokenledger.rates.Estimate;
import io.tokenledger.rates.Estimate.BatchPrices;
import io.tokenledger.rates.Estimate.Prices;
import io.tokenledger.rates.ModelKey;
import io.tokenledger.rates.Rate;
import io.tokenledger.rates.RateCard;
import io.tokenledger.rates.Situation;
import java.io.IOException;
import java.io.PrintWriter;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** A plan without logs. */
@Command(
        name = "estimate",
        mixinStandardHelpOptions = true,
        description = "What a number of like requests costs: serverless, as a batch, and beside capacity paid by time.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  scripts/tokenledger estimate --model example --input-tokens 3000 --output-tokens 1000 \\",
            "      --requests-per-month 2000000 --input-price 0.90 --output-price 3.30 --batch-discount 0.5",
            "  scripts/tokenledger estimate --model openai/gpt-oss-120b --input-tokens 3000 --output-tokens 1000 \\",
            "      --requests-per-month 2000000 --rates sample-data/rates.csv --on 2026-09-01 --json"
        })
final class EstimateCommand implements Callable<Integer> {
    private static final long MOST_TOKENS = 1_000_000_000_000L;

    @Option(names = "--model", required = true, paramLabel = "M", description = "The model, as in the rate table.")
    private String model;

    @Option(
            names = "--input-tokens",
            required = true,
            paramLabel = "N",
            description = "Input tokens of one request, none of them cached.")
    private long inputTokens;

    @Option(names = "--output-tokens", required = true, paramLabel = "N", description = "Output tokens of one request.")
    private long outputTokens;

    @Option(
            names = "--requests-per-month",
            defaultValue = "1",
            paramLabel = "N",
            description = "Requests of the month. Default: ${DEFAULT-VALUE}.")
    private long requestsPerMonth;

    @ArgGroup(multiplicity = "1")
    private PriceSource priceSource;

    @Option(
            names = "--batch-discount",
            paramLabel = "D",
            description =
                    "What a batch is cheaper by: 0.5 is half price. Default: the batch rates of the table, if any.")
    private BigDecimal batchDiscount;

    @ArgGroup(exclusive = false)
    private Capacity capacity;

    @Option(names = "--json", description = "Print JSON; amounts are decimal text.")
    private boolean json;

    @Spec
    private CommandSpec spec;

    private static final class PriceSource {
        @ArgGroup(exclusive = false, multiplicity = "1")
        private GivenPrices given;

        @ArgGroup(exclusive = false, multiplicity = "1")
        private RateTable table;
    }

    private static final class GivenPrices {
        @Option(
                names = "--input-price",
                required = true,
                paramLabel = "P",
                description = "USD per 1,000,000 input tokens.")
        private BigDecimal input;

        @Option(
                names = "--output-price",
                required = true,
                paramLabel = "P",
                description = "USD per 1,000,000 output tokens.")
        private BigDecimal output;
    }

    private static final class RateTable {
        @Option(names = "--rates", required = true, paramLabel = "FILE", description = "A rate table (CSV).")
        private Path file;

        @Option(
                names = "--on",
                paramLabel = "DATE",
                description = "The day whose prices hold, such as 2026-09-01. Default: today in UTC.")
        private LocalDate day;
    }

    private static final class Capacity {
        @Option(
                names = "--capacity-cost",
                required = true,
                paramLabel = "C",
                description = "What capacity costs in a month.")
        private BigDecimal cost;

        @Option(
                names = "--tokens-served",
                required = true,
                paramLabel = "N",
                description = "Tokens that it serves in a month.")
        private long tokensServed;
    }

    @Override
    public Integer call() throws IOException {
        checkNumbers();
        Prices prices = priceSource.given == null ? fromTable(priceSource.table) : given(priceSource.given);
        if (batchDiscount != null) {
            prices = prices.withBatchDiscount(batchDiscount);
        }
        Estimate estimate = new Estimate(inputTokens, outputTokens, requestsPerMonth, prices);
        PrintWriter terminal = spec.commandLine().getOut();
        if (json) {
            terminal.println(new ObjectMapper()
                    .enable(SerializationFeature.INDENT_OUTPUT)
                    .writeValueAsString(values(estimate)));
        } else {
            table(estimate).forEach(terminal::println);
        }
        terminal.flush();
        return 0;
    }

    private void checkNumbers() {
        if (inputTokens < 0 || outputTokens < 0 || requestsPerMonth < 0) {
            throw refused("Tokens and requests must not be negative");
        }
        if (inputTokens > MOST_TOKENS || outputTokens > MOST_TOKENS) {
            throw refused("A request has at most " + MOST_TOKENS + " input and as many output tokens");
        }
        if (batchDiscount != null && (batchDiscount.signum() < 0 || batchDiscount.compareTo(BigDecimal.ONE) > 0)) {
            throw refused("--batch-discount is " + batchDiscount + "; expected 0 to 1, such as 0.5 for half price");
        }
        if (capacity != null && (capacity.cost.signum() < 0 || capacity.tokensServed <= 0)) {
            throw refused("--capacity-cost must not be negative and --tokens-served must be more than 0");
        }
        if (priceSource.given != null
                && (priceSource.given.input.signum() < 0 || priceSource.given.output.signum() < 0)) {
            throw refused("Prices must not be negative");
        }
    }

    private ParameterException refused(String message) {
        return new ParameterException(spec.commandLine(), message);
    }

    private static Prices given(GivenPrices prices) {
        return new Prices(prices.input, prices.output, "USD", Optional.empty());
    }

    private Prices fromTable(RateTable table) throws IOException {
        RateCard card = RateCard.read(Map.of(table.file.toString(), content(table.file)));
        List<ModelKey> named = card.models().stream()
                .filter(key -> key.model().equals(model) || key.toString().equals(model))
                .toList();
        if (named.isEmpty()) {
            throw Failure.configuration(
                    "%s: no rate for model '%s'; it knows %s",
                    table.file,
                    model,
                    card.models().stream().map(ModelKey::toString).sorted().toList());
        }
        if (named.size() > 1) {
            throw Failure.configuration(
                    "%s: '%s' is offered by several providers: %s; name one as provider/model",
                    table.file, model, named);
        }
        if (card.rates().stream()
                .anyMatch(rate ->
                        rate.model().equals(named.get(0)) && rate.band().counts() == Band.Counts.CLASS_TOKENS)) {
            throw Failure.configuration(
                    "%s: '%s' has marginal bands, which an estimate of equal requests does not price; run nightly on logs",
                    table.file, model);
        }
        LocalDate day = table.day == null ? LocalDate.now(ZoneOffset.UTC) : table.day;
        Instant time = day.atStartOfDay(ZoneOffset.UTC).toInstant();
        ModelKey key = named.get(0);
        Optional<BigDecimal> batchInput = price(card, key, ServiceTier.BATCH, BilledUnit.UNCACHED_INPUT, time);
        Optional<BigDecimal> batchOutput = price(card, key, ServiceTier.BATCH, BilledUnit.OUTPUT, time);
        return new Prices(
                required(price(card, key, ServiceTier.STANDARD, BilledUnit.UNCACHED_INPUT, time), "input", day, table),
                required(price(card, key, ServiceTier.STANDARD, BilledUnit.OUTPUT, time), "output", day, table),
                card.currency(),
                batchInput.flatMap(in -> batchOutput.map(out -> new BatchPrices(in, out))));
    }

    private Optional<BigDecimal> price(RateCard card, ModelKey key, ServiceTier tier, BilledUnit unit, Instant time) {
        return card.find(key, tier, unit, Situation.plain(time, inputTokens)).map(Rate::pricePerMillion);
    }

    private BigDecimal required(Optional<BigDecimal> price, String what, LocalDate day, RateTable table) {
        return price.orElseThrow(() -> Failure.configuration(
                "%s: no %s price for model '%s' on %s; choose a day with --on", table.file, what, model, day));
    }

    private static byte[] content(Path file) throws IOException {
        try {
            return Files.readAllBytes(file);
        } catch (NoSuchFileException e) {
            throw Failure.configuration("--rates: no file %s; check the path", file);
        } catch (IOException e) {
            throw Failure.configuration("--rates: %s cannot be read: %s; expected a CSV file", file, e.getMessage());
        }
    }

    private Map<String, Object> values(Estimate estimate) {
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("model", model);
        values.put("currency", estimate.prices().currency());
        values.put("input_tokens", inputTokens);
        values.put("output_tokens", outputTokens);
        values.put("requests_per_month", requestsPerMonth);
        values.put("input_price_per_million", text(estimate.prices().input()));
        values.put("output_price_per_million", text(estimate.prices().output()));
        values.put("input_cost_per_request", text(estimate.inputCost().amount()));
        values.put("output_cost_per_request", text(estimate.outputCost().amount()));
        values.put("cost_per_request", text(estimate.requestCost().amount()));
        values.put("serverless_cost_per_month", text(estimate.serverless().amount()));
        values.put(
                "batch_cost_per_month",
                estimate.batch().map(m -> text(m.amount())).orElse(null));
        values.put(
                "blended_cost_per_million",
                estimate.blendedPerMillion().map(m -> text(m.amount())).orElse(null));
        if (capacity != null) {
            values.put("capacity_cost_per_month", text(capacity.cost));
            values.put("capacity_tokens_served", capacity.tokensServed);
            values.put(
                    "capacity_cost_per_million",
                    text(capacityPerMillion(estimate).amount()));
        }
        return values;
    }

    private Money capacityPerMillion(Estimate estimate) {
        return Estimate.perMillion(new Money(capacity.cost, estimate.prices().currency()), capacity.tokensServed);
    }

    private List<String> table(Estimate estimate) {
        String currency = estimate.prices().currency();
        List<String> lines = new java.util.ArrayList<>();
        lines.add(model);
        lines.add(row("one request", "", currency));
        lines.add(row(
                "  input",
                String.format(
                        Locale.ROOT,
                        "%,d tokens at %s per 1M",
                        inputTokens,
                        text(estimate.prices().input())),
                text(estimate.inputCost().amount())));
        lines.add(row(
                "  output",
                String.format(
                        Locale.ROOT,
                        "%,d tokens at %s per 1M",
                        outputTokens,
                        text(estimate.prices().output())),
                text(estimate.outputCost().amount())));
        lines.add(row("  together", "", text(estimate.requestCost().amount())));
        lines.add(row("a month", String.format(Locale.ROOT, "%,d requests", requestsPerMonth), currency));
        lines.add(row("  serverless", "", text(estimate.serverless().amount())));
        lines.add(row(
                "  batch",
                estimate.batch().isPresent() ? "within the completion window" : "no batch price",
                estimate.batch().map(m -> text(m.amount())).orElse("-")));
        estimate.blendedPerMillion()
                .ifPresent(m -> lines.add(row("per 1M tokens", "serverless, this mix", text(m.amount()))));
        if (capacity != null) {
            lines.add(row(
                    "per 1M tokens",
                    String.format(
                            Locale.ROOT,
                            "capacity at %s serving %,d tokens",
                            text(capacity.cost),
                            capacity.tokensServed),
                    text(capacityPerMillion(estimate).amount())));
        }
        return lines;
    }

    private static String row(String what, String how, String amount) {
        return String.format(Locale.ROOT, "%-14s %-46s %20s", what, how, amount).stripTrailing();
    }

    /** Plain, exact, with the two digits that money has at least. */
    private static String text(BigDecimal amount) {
        BigDecimal exact = amount.stripTrailingZeros();
        return (exact.scale() < 2 ? exact.setScale(2) : exact).toPlainString();
    }
}
