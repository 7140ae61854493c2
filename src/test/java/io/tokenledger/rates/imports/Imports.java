package io.tokenledger.rates.imports;

import io.tokenledger.rates.imports.NotCarriedOver.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** Imports for tests, and their tables in few words. */
final class Imports {
    static final Selection ALL = new Selection(Map.of(), List.of());
    static final Bounds BOUNDS = new Bounds(Bounds.DEFAULT_CEILING, Set.of());

    private Imports() {}

    static RateImport of(PriceFormat format) {
        return new RateImport(format, ALL, BOUNDS, TieredPricing.MARGINAL, null);
    }

    static PriceFile file(String name, String date, String json) {
        return new PriceFile(name, LocalDate.parse(date), json.getBytes(StandardCharsets.UTF_8));
    }

    /** An excerpt of a real file. */
    static PriceFile real(String name, String date) {
        try (InputStream file = Imports.class.getResourceAsStream("/price-files/" + name)) {
            return new PriceFile(name, LocalDate.parse(date), file.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A LiteLLM file of one entry {@code p/m} with the provider {@code p}. */
    static RateImport.Result liteLlm(String fields) {
        return liteLlm(fields, TieredPricing.MARGINAL);
    }

    static RateImport.Result liteLlm(String fields, TieredPricing tiered) {
        return new RateImport(PriceFormat.LITELLM, ALL, BOUNDS, tiered, null)
                .run(List.of(file(
                        "prices.json",
                        "2026-08-01",
                        "{\"p/m\": {\"litellm_provider\": \"p\", %s}}".formatted(fields))));
    }

    /** Rows in the words {@code provider/model tier class bound from to price}. */
    static List<String> rows(RateImport.Result result) {
        return lines(result).stream().map(Imports::words).toList();
    }

    static List<String> rows(RateImport.Result result, String model) {
        return rows(result).stream()
                .filter(row -> row.startsWith(model + " "))
                .map(row -> row.substring(model.length() + 1))
                .toList();
    }

    private static String words(Map<String, String> row) {
        String above = row.getOrDefault("prompt_tokens_above", "");
        String to = row.getOrDefault("valid_to", "");
        List<String> words = new ArrayList<>(Stream.of(
                        row.get("provider") + "/" + row.get("model"),
                        row.get("service_tier"),
                        row.get("token_class"),
                        above.isEmpty() ? "0" : above,
                        row.get("valid_from"),
                        to.isEmpty() ? "-" : to,
                        row.get("price"),
                        row.get("per_tokens").equals("1000000") ? "" : "per " + row.get("per_tokens"),
                        row.getOrDefault("band_charges", ""),
                        row.getOrDefault("time_from", ""),
                        row.getOrDefault("time_to", ""),
                        row.getOrDefault("time_zone", ""))
                .filter(word -> !word.isEmpty())
                .toList());
        return String.join(" ", words);
    }

    /** The table by column; no name in these tests holds a comma. */
    static List<Map<String, String>> lines(RateImport.Result result) {
        List<String> lines =
                new String(result.table(), StandardCharsets.UTF_8).lines().toList();
        String[] header = lines.get(0).split(",");
        return lines.stream()
                .skip(1)
                .map(line -> {
                    String[] cells = line.split(",", -1);
                    Map<String, String> row = new HashMap<>();
                    for (int i = 0; i < header.length; i++) {
                        row.put(header[i], cells[i]);
                    }
                    return row;
                })
                .toList();
    }

    /** What is left out, in the words {@code model field value reason}. */
    static List<String> left(RateImport.Result result) {
        return result.notCarriedOver().keySet().stream()
                .map(what -> Stream.of(
                                what.model(),
                                what.field(),
                                what.value(),
                                what.reason().label())
                        .filter(word -> !word.isEmpty())
                        .reduce((a, b) -> a + " " + b)
                        .orElseThrow())
                .toList();
    }

    static List<String> left(RateImport.Result result, Reason reason) {
        return left(result).stream()
                .filter(line -> line.endsWith(" " + reason.label()))
                .map(line -> line.substring(0, line.length() - reason.label().length() - 1))
                .toList();
    }

    static Bounds ceiling(String ceiling, String... acknowledged) {
        return new Bounds(new BigDecimal(ceiling), Set.of(acknowledged));
    }
}
