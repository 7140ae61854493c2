package io.tokenledger.cli;

import static io.tokenledger.rates.RateTable.MOST_PER_MILLION;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.tokenledger.model.ExitCode;
import io.tokenledger.model.Failure;
import io.tokenledger.rates.imports.Bounds;
import io.tokenledger.rates.imports.NotCarriedOver;
import io.tokenledger.rates.imports.NotCarriedOver.Reason;
import io.tokenledger.rates.imports.PriceFile;
import io.tokenledger.rates.imports.PriceFormat;
import io.tokenledger.rates.imports.RateImport;
import io.tokenledger.rates.imports.Selection;
import io.tokenledger.rates.imports.TieredPricing;
import java.io.IOException;
import java.io.PrintWriter;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** Public price files into a rate table. */
@Command(
        name = "import-rates",
        mixinStandardHelpOptions = true,
        description = {
            "Turns public price files into a rate table, and names everything that it does not carry over.",
            "Prices keep every digit of the file. Several versions of a file become dated prices."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  scripts/tokenledger import-rates --format litellm --provider together_ai=together \\",
            "      prices-2025.json@2025-11-21 prices-2026.json@2026-08-01 --output rates.csv",
            "  scripts/tokenledger import-rates --format portkey --model 'meta-llama/*' \\",
            "      together-ai.json@2026-08-21 --valid-from 2026-01-01 --output rates.csv --json",
            "",
            "Read what is left out before you use the table: such files are often late, sometimes wrong by 10 or 1,000."
        })
final class ImportRatesCommand implements Callable<Integer> {
    private static final int WIDEST_VALUE = 80;

    @Parameters(
            paramLabel = "FILE[@DATE]",
            arity = "1..*",
            converter = Versions.class,
            description = {
                "The versions of the price file, each with the day on which it was retrieved. Default: today in UTC.",
                "A file of Portkey is one provider's, named after it: together-ai.json."
            })
    private List<Version> files;

    @Option(
            names = "--format",
            required = true,
            paramLabel = "FORMAT",
            converter = Formats.class,
            description = "litellm, genai-prices, portkey or models-dev (its api.json).")
    private PriceFormat format;

    @Option(
            names = "--output",
            required = true,
            paramLabel = "FILE",
            description = "The rate table (CSV); an existing file is replaced.")
    private Path output;

    @Option(
            names = "--provider",
            paramLabel = "NAME[=NAME]",
            description =
                    "Only this provider, as the file names it; after = the name that the logs give it. Repeatable.")
    private List<String> providers = List.of();

    @Option(
            names = "--model",
            paramLabel = "GLOB",
            description = "Only these models; * is any text and ? any character. Repeatable.")
    private List<String> models = List.of();

    @Option(
            names = "--valid-from",
            paramLabel = "DATE",
            description = "From when the first version's prices hold. Default: the day on which it was retrieved.")
    private LocalDate validFrom;

    @Option(
            names = "--ceiling",
            paramLabel = "PRICE",
            description = "A model with a price above this, in USD per 1,000,000 tokens, is left out: such a price is "
                    + "mostly in a wrong unit. Default: 250.")
    private BigDecimal ceiling = Bounds.DEFAULT_CEILING;

    @Option(
            names = "--acknowledge",
            paramLabel = "MODEL",
            description = "You have looked at the prices of this model, named as it is reported: take them in spite of "
                    + "--ceiling, and of output that costs less than 0.2 times input. Repeatable.")
    private List<String> acknowledged = List.of();

    @Option(
            names = "--tiered-pricing",
            paramLabel = "RULE",
            converter = Tiers.class,
            description =
                    "How LiteLLM's tiered_pricing is charged, which the file does not say: marginal, each token "
                            + "class climbing the ranges on its own, or whole_request. Without it models with such ranges are left out.")
    private TieredPricing tiered;

    @Option(names = "--json", description = "Print what is left out as JSON.")
    private boolean json;

    @Spec
    private CommandSpec spec;

    /** A file and the day on which it was retrieved, null for today. */
    private record Version(Path file, LocalDate retrieved) {}

    @Override
    public Integer call() throws IOException {
        if (ceiling.signum() <= 0 || ceiling.compareTo(MOST_PER_MILLION) > 0) {
            throw refused(
                    "--ceiling is %s; expected more than 0 and at most %s, which is the most that a rate table may hold"
                            .formatted(ceiling.toPlainString(), MOST_PER_MILLION));
        }
        RateImport job = new RateImport(
                format,
                new Selection(renames(), models),
                new Bounds(ceiling, Set.copyOf(acknowledged)),
                tiered,
                validFrom);
        List<PriceFile> read = new ArrayList<>();
        for (Version version : files) {
            LocalDate retrieved = version.retrieved() == null ? LocalDate.now(ZoneOffset.UTC) : version.retrieved();
            read.add(new PriceFile(version.file().getFileName().toString(), retrieved, content(version.file())));
        }
        RateImport.Result result = job.run(read);
        write(result.table());
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(new ObjectMapper()
                    .enable(SerializationFeature.INDENT_OUTPUT)
                    .writeValueAsString(values(result)));
        } else {
            result.notCarriedOver().forEach((what, versions) -> out.println(line(what, versions)));
        }
        out.flush();
        PrintWriter err = spec.commandLine().getErr();
        summary(result).forEach(err::println);
        err.flush();
        return ExitCode.OK.number();
    }

    private ParameterException refused(String message) {
        return new ParameterException(spec.commandLine(), message);
    }

    private Map<String, String> renames() {
        Map<String, String> renames = new TreeMap<>();
        for (String provider : providers) {
            String[] names = provider.split("=", 2);
            if (names[0].isBlank() || names[names.length - 1].isBlank()) {
                throw refused("--provider is '%s'; expected NAME or NAME=NAME, such as together_ai=together"
                        .formatted(provider));
            }
            if (renames.put(names[0], names[names.length - 1]) != null) {
                throw refused("--provider: '%s' stands twice".formatted(names[0]));
            }
        }
        return renames;
    }

    private static byte[] content(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (NoSuchFileException e) {
            throw Failure.configuration("No file %s; check the path", file);
        } catch (IOException e) {
            throw Failure.configuration("%s cannot be read: %s; expected a JSON file", file, e.getMessage());
        }
    }

    private void write(byte[] table) {
        try {
            Files.write(output, table);
        } catch (IOException e) {
            throw new Failure(
                    ExitCode.STORAGE,
                    "--output: %s cannot be written: %s; check the directory".formatted(output, e.getMessage()),
                    e);
        }
    }

    private Map<Reason, Long> counts(RateImport.Result result) {
        Map<Reason, Long> counts = new TreeMap<>();
        result.notCarriedOver().keySet().forEach(what -> counts.merge(what.reason(), 1L, Long::sum));
        return counts;
    }

    private Map<String, Object> values(RateImport.Result result) {
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("output", output.toString());
        values.put("format", format.label());
        values.put("models", result.models());
        values.put("rows", result.rows());
        Map<String, Long> counts = new LinkedHashMap<>();
        counts(result).forEach((reason, count) -> counts.put(reason.label(), count));
        values.put("not_carried_over_by_reason", counts);
        List<Map<String, Object>> lines = new ArrayList<>();
        result.notCarriedOver().forEach((what, versions) -> {
            Map<String, Object> line = new LinkedHashMap<>();
            line.put("model", what.model());
            line.put("field", what.field());
            line.put("value", what.value());
            line.put("reason", what.reason().label());
            line.put("versions", versions.stream().map(LocalDate::toString).toList());
            lines.add(line);
        });
        values.put("not_carried_over", lines);
        return values;
    }

    private String line(NotCarriedOver what, SortedSet<LocalDate> versions) {
        String value = what.value().length() <= WIDEST_VALUE
                ? what.value()
                : what.value().substring(0, WIDEST_VALUE) + "…";
        List<String> parts = Stream.of(what.model(), what.field(), value)
                .filter(part -> !part.isEmpty())
                .toList();
        String of = files.size() == 1 ? "" : " " + versions;
        return Summary.oneLine(String.join("  ", parts)) + ": " + what.reason().text() + of;
    }

    private List<String> summary(RateImport.Result result) {
        List<String> lines = new ArrayList<>();
        lines.add(String.format(Locale.ROOT, "%s: %,d rows for %,d models", output, result.rows(), result.models()));
        if (!result.notCarriedOver().isEmpty()) {
            lines.add(String.format(
                    Locale.ROOT,
                    "not carried over: %,d",
                    result.notCarriedOver().size()));
        }
        counts(result).entrySet().stream()
                .sorted(Map.Entry.<Reason, Long>comparingByValue(Comparator.reverseOrder())
                        .thenComparing(Map.Entry.comparingByKey()))
                .forEach(count -> lines.add(String.format(
                        Locale.ROOT,
                        "%,8d  %s",
                        count.getValue(),
                        count.getKey().text())));
        return lines;
    }

    private static final class Versions implements ITypeConverter<Version> {
        @Override
        public Version convert(String text) {
            int at = text.lastIndexOf('@');
            if (at <= 0 || text.indexOf('/', at) >= 0) {
                return new Version(Path.of(text), null);
            }
            try {
                return new Version(Path.of(text.substring(0, at)), LocalDate.parse(text.substring(at + 1)));
            } catch (DateTimeException e) {
                throw new TypeConversionException(
                        "'" + text + "' does not end with a date; expected FILE@2026-08-01, or FILE without '@'");
            }
        }
    }

    private static final class Formats implements ITypeConverter<PriceFormat> {
        @Override
        public PriceFormat convert(String label) {
            return PriceFormat.of(label)
                    .orElseThrow(() -> new TypeConversionException("'" + label + "' is no format; expected one of "
                            + Stream.of(PriceFormat.values())
                                    .map(PriceFormat::label)
                                    .toList()));
        }
    }

    private static final class Tiers implements ITypeConverter<TieredPricing> {
        @Override
        public TieredPricing convert(String label) {
            return TieredPricing.of(label)
                    .orElseThrow(() -> new TypeConversionException("'" + label + "' is no rule; expected one of "
                            + Stream.of(TieredPricing.values())
                                    .map(TieredPricing::label)
                                    .toList()));
        }
    }
}
