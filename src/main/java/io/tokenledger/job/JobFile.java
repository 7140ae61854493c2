package io.tokenledger.job;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.tokenledger.ingest.Feed;
import io.tokenledger.model.Failure;
import io.tokenledger.model.ServingMode;
import io.tokenledger.scenario.ScenarioSettings;
import io.tokenledger.scenario.ScenarioSettings.Number;
import io.tokenledger.usage.FailedCalls;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.yaml.snakeyaml.error.MarkedYAMLException;

/**
 * What a run is to do. Paths are relative to the directory of the job file, unless they begin with {@code /} or a scheme.
 *
 * @param billingZone whose calendar months are reported; default UTC
 * @param currency of the reports; null where all rates share one
 * @param failedCalls whether tokens of failed calls are charged; default billable
 * @param thresholds when a run stops instead of publishing
 * @param warehouse where the embedded ledger is; default {@code warehouse}
 * @param out where reports go; default {@code out}
 */
public record JobFile(
        List<Feed> feeds,
        Tables tables,
        ZoneId billingZone,
        String currency,
        FailedCalls failedCalls,
        ScenarioSettings scenarios,
        Thresholds thresholds,
        String warehouse,
        String out) {

    static final String DEFAULT_OUT = "out";
    static final String DEFAULT_WAREHOUSE = "warehouse";

    /** The tables beside the job file; each but {@code rates} may be left out. */
    public record Tables(
            @JsonFormat(with = JsonFormat.Feature.ACCEPT_SINGLE_VALUE_AS_ARRAY)
            List<String> rates,

            String exchangeRates,
            String contracts,
            String modelAliases,
            String batchPolicy,
            String batchEligibility,
            String pools,
            String capacityUnits,
            String commitments) {
        public Tables {
            if (rates == null || rates.isEmpty()) {
                throw Failure.configuration("tables.rates: missing; expected the path of a rate table");
            }
            rates = List.copyOf(rates);
            rates.forEach(path -> requirePath("rates", path));
            requirePath("exchange_rates", exchangeRates);
            requirePath("contracts", contracts);
            requirePath("model_aliases", modelAliases);
            requirePath("batch_policy", batchPolicy);
            requirePath("batch_eligibility", batchEligibility);
            requirePath("pools", pools);
            requirePath("capacity_units", capacityUnits);
            requirePath("commitments", commitments);
        }
    }

    private static void requirePath(String table, String path) {
        if (path != null && path.isBlank()) {
            throw Failure.configuration("tables.%s: the path is empty; expected a file, or no such key", table);
        }
    }

    /**
     * Shares in percent, 0 to 100.
     *
     * @param unpricedPercent of a month's tokens in a scenario: above it the run ends with exit code 4; default 1
     * @param rejectedPercent of the records that a run reads: above it the run ends with exit code 3; default 1
     */
    public record Thresholds(BigDecimal unpricedPercent, BigDecimal rejectedPercent) {
        static final Thresholds DEFAULT = new Thresholds(null, null);

        public Thresholds {
            unpricedPercent = percent("unpriced_percent", unpricedPercent);
            rejectedPercent = percent("rejected_percent", rejectedPercent);
        }

        private static BigDecimal percent(String key, BigDecimal value) {
            if (value == null) {
                return BigDecimal.ONE;
            }
            if (value.signum() < 0 || value.compareTo(BigDecimal.valueOf(100)) > 0) {
                throw Failure.configuration("thresholds.%s: %s; expected a percentage from 0 to 100", key, value);
            }
            return value;
        }
    }

    public JobFile {
        if (feeds == null || feeds.isEmpty()) {
            throw Failure.configuration("feeds: none; expected at least one");
        }
        feeds = List.copyOf(feeds);
        Set<String> names = new HashSet<>();
        for (Feed feed : feeds) {
            if (!names.add(feed.name())) {
                throw Failure.configuration("feeds: two are named '%s'; give each a name of its own", feed.name());
            }
        }
        if (tables == null) {
            throw Failure.configuration("tables: missing; expected at least rates");
        }
        if (scenarios == null) {
            throw Failure.configuration("scenarios: missing; expected for example {serverless: {}}");
        }
        billingZone = billingZone == null ? ZoneId.of("UTC") : billingZone;
        failedCalls = failedCalls == null ? FailedCalls.BILLABLE : failedCalls;
        thresholds = thresholds == null ? Thresholds.DEFAULT : thresholds;
        warehouse = warehouse == null ? DEFAULT_WAREHOUSE : warehouse;
        out = out == null ? DEFAULT_OUT : out;
    }

    /**
     * Reads a job file.
     *
     * @param file the name that messages show
     * @throws Failure with exit code 2, naming file and line
     */
    public static JobFile read(String file, byte[] content) {
        ObjectMapper mapper = mapper();
        try {
            JsonNode tree = mapper.readTree(content);
            if (tree == null || tree.isMissingNode() || tree.isNull()) {
                throw Failure.configuration("%s: the file is empty; see jobs/sample.yaml for an example", file);
            }
            new KnownKeys(file, content, mapper).check(tree);
            return mapper.treeToValue(tree, JobFile.class);
        } catch (JsonMappingException e) {
            String problem = e.getCause() instanceof Failure failure ? failure.getMessage() : e.getOriginalMessage();
            String path = path(e);
            throw Failure.configuration(
                    "%s:%d: %s%s",
                    file,
                    KnownKeys.line(content, mapper, pointer(e)),
                    path.isEmpty() ? "" : path + ": ",
                    firstLine(problem));
        } catch (JsonProcessingException e) {
            throw Failure.configuration("%s:%d: %s", file, line(e), firstLine(e.getOriginalMessage()));
        } catch (IOException e) {
            throw Failure.configuration("%s: %s", file, e.getMessage());
        }
    }

    /** Where a job file that cannot be read as a whole wants its output: every run leaves a record, whatever its exit. */
    static String outOf(byte[] content) {
        try {
            JsonNode out = new YAMLMapper().readTree(content).path("out");
            return out.isTextual() && !out.asText().isBlank() ? out.asText() : DEFAULT_OUT;
        } catch (IOException e) {
            return DEFAULT_OUT;
        }
    }

    private static ObjectMapper mapper() {
        YAMLFactory yaml = YAMLFactory.builder()
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .build();
        SimpleModule words = new SimpleModule()
                .addDeserializer(
                        ServingMode.class,
                        new Word<>(
                                ServingMode.class,
                                text -> ServingMode.of(text)
                                        .orElseThrow(() -> Failure.configuration(
                                                "'%s' is no serving mode; expected one of %s",
                                                text,
                                                Arrays.stream(ServingMode.values())
                                                        .map(ServingMode::label)
                                                        .toList()))))
                .addDeserializer(Number.class, new Word<>(Number.class, Number::of))
                .addDeserializer(ZoneId.class, new Word<>(ZoneId.class, JobFile::zone));
        return YAMLMapper.builder(yaml)
                .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
                .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                .addModule(words)
                .build();
    }

    private static ZoneId zone(String text) {
        try {
            return ZoneId.of(text);
        } catch (DateTimeException e) {
            throw Failure.configuration("'%s' is no time zone; expected a name such as UTC or Europe/Berlin", text);
        }
    }

    private static final class Word<T> extends StdDeserializer<T> {
        private final transient Function<String, T> reader;

        Word(Class<T> type, Function<String, T> reader) {
            super(type);
            this.reader = reader;
        }

        @Override
        public T deserialize(JsonParser parser, DeserializationContext context) throws IOException {
            String text = parser.getText();
            try {
                return reader.apply(text);
            } catch (Failure e) {
                throw JsonMappingException.from(parser, e.getMessage());
            }
        }
    }

    /** The place of a mistake in the text; the parser's own is that of the construct around it. */
    private static int line(JsonProcessingException e) {
        if (e.getCause() instanceof MarkedYAMLException marked && marked.getProblemMark() != null) {
            return marked.getProblemMark().getLine() + 1;
        }
        JsonLocation location = e.getLocation();
        return location == null ? 1 : location.getLineNr();
    }

    private static String firstLine(String message) {
        return message.lines().findFirst().orElse("");
    }

    private static String path(JsonMappingException e) {
        return e.getPath().stream()
                .map(step -> step.getFieldName() == null ? "[" + step.getIndex() + "]" : step.getFieldName())
                .collect(Collectors.joining("."))
                .replace(".[", "[");
    }

    private static JsonPointer pointer(JsonMappingException e) {
        JsonPointer pointer = JsonPointer.empty();
        for (JsonMappingException.Reference step : e.getPath()) {
            pointer = step.getFieldName() == null
                    ? pointer.appendIndex(step.getIndex())
                    : pointer.appendProperty(step.getFieldName());
        }
        return pointer;
    }
}
