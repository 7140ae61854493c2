import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;

/**
 * Writes three months of sample request logs, and the totals that a job must find in them.
 *
 * <p>Real: the input and output tokens of every request, and the order of the requests, from the Azure LLM inference
 * trace of 2023 (CC-BY-4.0); the skew between tenants, from the largest clients of a ServeGen model. Assigned by the
 * rules below, with a fixed seed: time, request id, tenant, feature, environment, model, deployment and cached tokens.
 * Put in on purpose, and counted: failed calls, repeats, late requests, lines that cannot be read or are out of scope.
 *
 * <p>Runs in the project root with the folder of the trace as its argument. The same trace gives the same bytes.
 */
public final class MakeSampleData {
    private static final long SEED = 20231116;
    private static final Path SAMPLE_DATA = Path.of("sample-data");

    // Each month holds this share of the trace, so traffic grows and the last month is exactly the trace.
    private static final Map<YearMonth, Double> MONTHS = new TreeMap<>(
            Map.of(YearMonth.of(2026, 8), 0.80, YearMonth.of(2026, 9), 0.90, YearMonth.of(2026, 10), 1.00));

    private static final double BATCH_SHARE = 0.10;
    private static final double STAGING_SHARE = 0.10;
    private static final double SECOND_MODEL_SHARE = 0.25;
    private static final double ENDPOINT_SHARE = 0.34;
    private static final double GATEWAY_CACHE_SHARE = 0.01;
    private static final double UNPRICED_SHARE = 0.01;
    private static final double CACHED_SHARE_WITH_PRICE = 0.45;
    private static final double CACHED_SHARE_WITHOUT_PRICE = 0.03;
    private static final int CACHE_BLOCK = 64;

    private static final int OVERLAP_LINES = 30;
    private static final int RETRY_MAX_SECONDS = 20;

    private static final String LLAMA = "meta-llama/Llama-3.3-70B-Instruct-Turbo";
    private static final String LLAMA_ON_ENDPOINT = "acme/Llama-3.3-70B-Instruct-Turbo-4f2a91c0";
    private static final String GPT_OSS = "openai/gpt-oss-120b";
    private static final String MINIMAX_OLD = "MiniMaxAI/MiniMax-M2.7";
    private static final String MINIMAX_NEW = "MiniMaxAI/MiniMax-M3";
    private static final String GLM_OLD = "zai-org/GLM-5.1";
    private static final String GLM_NEW = "zai-org/GLM-5.2";
    private static final String UNPRICED = "arcee-ai/maestro-reasoning";

    // A model is used from the day on which its price was first seen.
    private static final long MINIMAX_CHANGE = startOfDay(LocalDate.of(2026, 8, 13));
    private static final long GLM_CHANGE = startOfDay(LocalDate.of(2026, 8, 21));

    private static final Set<String> MODELS_WITH_CACHED_PRICE = Set.of(MINIMAX_OLD, MINIMAX_NEW, GLM_NEW);
    private static final String POOL = "llama-70b";
    private static final Set<String> POOL_MODELS = Set.of(LLAMA, LLAMA_ON_ENDPOINT);

    private static final String ENDPOINT = "llama-endpoint";
    private static final String GATEWAY_CACHE = "edge-cache";

    private static final double WEEKEND_WEIGHT = 0.75;
    private static final double[] OFFICE_HOURS = {
        0.6, 0.5, 0.5, 0.5, 0.5, 0.6, 0.8, 1.0, 1.2, 1.4, 1.4, 1.3, 1.3, 1.4, 1.4, 1.4, 1.3, 1.2, 1.1, 1.0, 0.9, 0.8,
        0.7, 0.6
    };
    private static final double[] NIGHT_HOURS = {
        2, 4, 4, 4, 2, 0.1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0.1, 1
    };

    /** A folder of logs. Its files begin on the given days of the month; a line stands for some number of requests. */
    private enum Feed {
        ASSISTANT(500, OFFICE_HOURS, 9, 4, 1, 11, 21),
        CODE(1, OFFICE_HOURS, 13, 2, 1),
        BATCH(1, NIGHT_HOURS, 0, 0, 1);

        final int requestsPerLine;
        final double[] hourWeights;
        final int failedCallsPerFile;
        final int lateRequests;
        final int[] fileStarts;

        Feed(int requestsPerLine, double[] hourWeights, int failedCallsPerFile, int lateRequests, int... fileStarts) {
            this.requestsPerLine = requestsPerLine;
            this.hourWeights = hourWeights;
            this.failedCallsPerFile = failedCallsPerFile;
            this.lateRequests = lateRequests;
            this.fileStarts = fileStarts;
        }

        String folder() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private enum Feature {
        CHAT(Feed.ASSISTANT),
        SEARCH_ANSWERS(Feed.ASSISTANT),
        DOCUMENT_SUMMARY(Feed.ASSISTANT),
        CODE_COMPLETION(Feed.CODE),
        CODE_REVIEW(Feed.CODE),
        NIGHTLY_SUMMARIES(Feed.BATCH);

        final Feed feed;

        Feature(Feed feed) {
            this.feed = feed;
        }

        static Feature labelled(String label) {
            return valueOf(label.toUpperCase(Locale.ROOT).replace('-', '_'));
        }

        String label() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    private enum SecondModel {
        NONE,
        GPT_OSS,
        MINIMAX
    }

    private record Tenant(
            int weight,
            String name,
            SecondModel secondModel,
            boolean endpoint,
            boolean staging,
            List<Feature> features) {
        static Tenant parse(String line) {
            String[] fields = line.split(" *\\| *");
            List<Feature> features =
                    Arrays.stream(fields[5].split(" ")).map(Feature::labelled).toList();
            return new Tenant(
                    Integer.parseInt(fields[0]),
                    fields[1],
                    SecondModel.valueOf(fields[2]),
                    fields[3].equals("yes"),
                    fields[4].equals("yes"),
                    features);
        }

        List<Feature> featuresIn(Feed feed) {
            return features.stream().filter(feature -> feature.feed == feed).toList();
        }
    }

    // The weights are the requests a day of the 24 largest of 73 deepseek-r1 clients in ServeGen (github.com/alibaba/
    // ServeGen, commit f891d11, Apache-2.0): the largest sends 29 % of all 1,383,669. The names are invented; some are
    // awkward on purpose. Columns: weight, name, second model, uses the endpoint, has a staging environment, features.
    private static final List<Tenant> TENANTS =
            """
            395572 | Brightwater Retail      | NONE    | yes | no  | chat search-answers
            108696 | Kestrel Logistics       | GPT_OSS | no  | no  | chat document-summary
             92449 | Larkfield Health        | MINIMAX | no  | no  | chat document-summary nightly-summaries
             68084 | Pinemark Software       | NONE    | no  | yes | chat code-completion code-review
             61182 | =acme-labs              | NONE    | no  | yes | chat code-review
             56190 | Oakhurst Insurance      | GPT_OSS | no  | no  | document-summary nightly-summaries
             48017 | Z\u00fcrcher Textwerk       | MINIMAX | no  | no  | search-answers document-summary
             41230 | Tidemill Energy         | NONE    | no  | no  | chat nightly-summaries
             33072 | Hollis, Barr & Partners | NONE    | no  | no  | document-summary nightly-summaries
             32682 | Ferrow Systems          | NONE    | no  | yes | code-completion code-review
             32669 | Quillon Media           | GPT_OSS | no  | no  | chat nightly-summaries
             30411 | Sandpiper Travel        | MINIMAX | no  | no  | chat search-answers
             27928 | Graymoor Bank           | NONE    | yes | no  | chat code-completion
             26885 | Vellum Tooling          | NONE    | no  | no  | code-completion
             26080 | Copperfen Legal         | MINIMAX | no  | no  | document-summary
             25322 | Harbourline Freight     | NONE    | no  | no  | chat
             23919 | Mossgate Studios        | GPT_OSS | no  | yes | chat
             18571 | Tarnbrook Council       | NONE    | no  | no  | search-answers
             16835 | Wrenfield University    | NONE    | no  | no  | search-answers document-summary
             16558 | Ironvale Robotics       | NONE    | no  | no  | code-completion code-review
             15594 | Silvercreek Foods       | NONE    | no  | no  | chat
             13376 | Emberly Games           | NONE    | no  | yes | chat code-review
             13168 | Dunmore Analytics       | NONE    | no  | no  | nightly-summaries
             11943 | Fallowmere Pharma       | NONE    | no  | no  | document-summary
            """.lines().map(line -> Tenant.parse(line.strip())).toList();

    // ---- What is written ------------------------------------------------------------------------------------------

    /** A request of the trace. Months with a greater share than its own hold it, so a fuller month adds requests. */
    private record TraceRow(int input, int output, double share) {}

    private record Usage(int input, int cached, int output) {}

    /** One API call; {@code deployment} and {@code operationId} may be null, and {@code usage} is, of a failed call. */
    private record Call(
            String id,
            long created,
            String model,
            String tenant,
            String feature,
            String environment,
            String deployment,
            String operationId,
            Usage usage) {
        boolean failed() {
            return usage == null;
        }

        YearMonth month() {
            return YearMonth.from(Instant.ofEpochSecond(created).atOffset(ZoneOffset.UTC));
        }

        Call withId(String newId) {
            return new Call(newId, created, model, tenant, feature, environment, deployment, operationId, usage);
        }

        Call withOperation(String newOperationId) {
            return new Call(id, created, model, tenant, feature, environment, deployment, newOperationId, usage);
        }

        Call withUsage(Usage newUsage) {
            return new Call(id, created, model, tenant, feature, environment, deployment, operationId, newUsage);
        }

        /** The first attempt of this call: it failed some seconds earlier and got no response id. */
        Call failedAttempt(String requestId, long secondsEarlier) {
            return new Call(
                    requestId,
                    created - secondsEarlier,
                    model,
                    tenant,
                    feature,
                    environment,
                    deployment,
                    operationId,
                    null);
        }
    }

    /** A line of a log: a call, or (then {@code call} is null) a text that a job must count as {@code kind}. */
    private record Line(String text, Call call, String kind) {
        static Line of(Call call) {
            return new Line(LogJson.of(call), call, null);
        }

        boolean isOutOfScope() {
            return OUT_OF_SCOPE.equals(kind);
        }
    }

    private record LogFile(Feed feed, YearMonth month, LocalDate from, LocalDate to, List<Line> lines) {
        String path() {
            String name = feed.fileStarts.length == 1 ? month.toString() : from + "_" + to;
            return "logs/" + feed.folder() + "/" + name + ".jsonl.gz";
        }
    }

    private static final String OUT_OF_SCOPE = "out_of_scope";

    /** A line that no request can be read from, made from a sound call that is nowhere else in the logs. */
    private enum Flaw {
        TRUNCATED_JSON,
        NOT_JSON,
        NEGATIVE_COUNTER,
        TEXT_COUNTER,
        FRACTIONAL_COUNTER,
        CACHED_ABOVE_INPUT;

        String kind() {
            return name().toLowerCase(Locale.ROOT);
        }

        String text(Call sound) {
            String json = LogJson.of(sound);
            Usage usage = sound.usage();
            String counter = "\"prompt_tokens\":";
            return switch (this) {
                case TRUNCATED_JSON -> json.substring(0, json.indexOf(counter) + counter.length());
                case NOT_JSON -> "export interrupted, resumed";
                case NEGATIVE_COUNTER -> LogJson.of(sound.withUsage(new Usage(-usage.input(), 0, usage.output())));
                case TEXT_COUNTER -> json.replace(counter + usage.input(), counter + "\"" + usage.input() + "\"");
                case FRACTIONAL_COUNTER -> json.replace(counter + usage.input(), counter + usage.input() + ".5");
                case CACHED_ABOVE_INPUT ->
                    LogJson.of(sound.withUsage(new Usage(usage.input(), usage.input() + CACHE_BLOCK, usage.output())));
            };
        }
    }

    /** Where a flawed or out-of-scope line goes: the feed, which of its files, and after how many lines. */
    private record Insertion(Feed feed, int file, int afterLines, Flaw flaw) {}

    private static final List<Insertion> INSERTIONS = List.of(
            new Insertion(Feed.ASSISTANT, 1, 812, Flaw.NEGATIVE_COUNTER),
            new Insertion(Feed.ASSISTANT, 4, 2047, Flaw.TRUNCATED_JSON),
            new Insertion(Feed.ASSISTANT, 6, 400, null),
            new Insertion(Feed.ASSISTANT, 7, 1303, Flaw.CACHED_ABOVE_INPUT),
            new Insertion(Feed.CODE, 0, 3555, Flaw.TEXT_COUNTER),
            new Insertion(Feed.CODE, 1, 120, null),
            new Insertion(Feed.CODE, 2, 5001, Flaw.FRACTIONAL_COUNTER),
            new Insertion(Feed.BATCH, 1, 640, Flaw.NOT_JSON));

    private static final String MODEL_LIST =
            "{\"object\":\"list\",\"data\":[{\"id\":\"" + LLAMA + "\",\"object\":\"model\"}]}";

    /** Calls in the shape of stored OpenAI chat completions. No text here needs an escape. */
    private static final class LogJson {
        static String of(Call call) {
            StringBuilder json = new StringBuilder(400);
            json.append(call.failed() ? "{\"request_id\":\"" : "{\"id\":\"").append(call.id());
            json.append("\",\"object\":\"chat.completion\",\"created\":").append(call.created());
            json.append(",\"model\":\"").append(call.model()).append('"');
            if (!call.failed()) {
                json.append(",\"service_tier\":\"default\"");
            }
            json.append(",\"metadata\":").append(metadata(call));
            if (call.failed()) {
                json.append(",\"error\":{\"message\":\"The model is overloaded. Try again later.\"");
                json.append(",\"type\":\"server_error\",\"code\":\"overloaded\"}");
            } else {
                json.append(",\"usage\":").append(usage(call.usage()));
            }
            return json.append('}').toString();
        }

        private static String metadata(Call call) {
            Map<String, String> metadata = new LinkedHashMap<>();
            metadata.put("tenant", call.tenant());
            metadata.put("feature", call.feature());
            metadata.put("environment", call.environment());
            metadata.put("deployment", call.deployment());
            metadata.put("operation_id", call.operationId());
            return metadata.entrySet().stream()
                    .filter(entry -> entry.getValue() != null)
                    .map(entry -> "\"" + entry.getKey() + "\":\"" + entry.getValue() + "\"")
                    .collect(Collectors.joining(",", "{", "}"));
        }

        private static String usage(Usage usage) {
            String counters = "\"prompt_tokens\":" + usage.input()
                    + ",\"completion_tokens\":" + usage.output()
                    + ",\"total_tokens\":" + (usage.input() + usage.output());
            return usage.cached() == 0
                    ? "{" + counters + "}"
                    : "{" + counters + ",\"prompt_tokens_details\":{\"cached_tokens\":" + usage.cached() + "}}";
        }
    }

    // ---- From the trace to log files ------------------------------------------------------------------------------

    private final SplittableRandom random = new SplittableRandom(SEED);
    private final Totals totals;

    private MakeSampleData(Totals totals) {
        this.totals = totals;
    }

    public static void main(String[] args) throws IOException {
        Path traceDir = Path.of(args[0]);
        Totals totals = new Totals(CapacityUnit.read(SAMPLE_DATA.resolve("capacity_units.csv")));
        new MakeSampleData(totals).make(traceDir);
        Files.writeString(SAMPLE_DATA.resolve("expected-totals.json"), totals.toJson());
    }

    private void make(Path traceDir) throws IOException {
        for (Map.Entry<Feed, List<TraceRow>> entry : readTrace(traceDir).entrySet()) {
            List<LogFile> files = logFiles(entry.getKey(), entry.getValue());
            delayRequests(files);
            repeatLastLines(files);
            insertFlaws(files);
            for (LogFile file : files) {
                write(file);
                totals.add(file);
            }
        }
    }

    private Map<Feed, List<TraceRow>> readTrace(Path traceDir) throws IOException {
        Map<Feed, List<TraceRow>> trace = new EnumMap<>(Feed.class);
        for (TraceRow row : readTrace(traceDir.resolve("AzureLLMInferenceTrace_conv.csv"), 19_366)) {
            Feed feed = random.nextDouble() < BATCH_SHARE ? Feed.BATCH : Feed.ASSISTANT;
            trace.computeIfAbsent(feed, any -> new ArrayList<>()).add(row);
        }
        trace.put(Feed.CODE, readTrace(traceDir.resolve("AzureLLMInferenceTrace_code.csv"), 8_819));
        return trace;
    }

    private List<TraceRow> readTrace(Path csv, int expectedRows) throws IOException {
        List<TraceRow> rows = new ArrayList<>();
        List<String> lines = Files.readAllLines(csv);
        for (String line : lines.subList(1, lines.size())) {
            String[] fields = line.split(",");
            rows.add(new TraceRow(Integer.parseInt(fields[1]), Integer.parseInt(fields[2]), random.nextDouble()));
        }
        if (rows.size() != expectedRows) {
            throw new IOException(csv + " has " + rows.size() + " rows, not the " + expectedRows + " of the trace");
        }
        return rows;
    }

    private List<LogFile> logFiles(Feed feed, List<TraceRow> trace) {
        List<LogFile> files = new ArrayList<>();
        MONTHS.forEach((month, share) -> {
            List<Call> calls = calls(
                    feed, trace.stream().filter(row -> row.share() < share).toList(), month);
            for (int i = 0; i < feed.fileStarts.length; i++) {
                LocalDate from = month.atDay(feed.fileStarts[i]);
                LocalDate to =
                        i + 1 < feed.fileStarts.length ? month.atDay(feed.fileStarts[i + 1] - 1) : month.atEndOfMonth();
                files.add(new LogFile(feed, month, from, to, lines(feed, calls, from, to)));
            }
        });
        return files;
    }

    private List<Call> calls(Feed feed, List<TraceRow> rows, YearMonth month) {
        DayShape shape = new DayShape(month, feed.hourWeights);
        List<Call> calls = new ArrayList<>();
        for (int i = 0; i < rows.size(); i++) {
            long created = shape.secondAt((i + random.nextDouble()) / rows.size());
            calls.add(call(feed, rows.get(i), created));
        }
        return calls;
    }

    private List<Line> lines(Feed feed, List<Call> calls, LocalDate from, LocalDate to) {
        long start = startOfDay(from);
        long end = startOfDay(to.plusDays(1));
        List<Call> ofFile = calls.stream()
                .filter(call -> call.created() >= start && call.created() < end)
                .collect(Collectors.toCollection(ArrayList::new));
        addFailedAttempts(feed, ofFile, start);
        return ofFile.stream().map(Line::of).collect(Collectors.toCollection(ArrayList::new));
    }

    private Call call(Feed feed, TraceRow row, long created) {
        Tenant tenant = drawTenant(feed);
        List<Feature> features = tenant.featuresIn(feed);
        Feature feature = features.get(random.nextInt(features.size()));
        boolean staging = tenant.staging() && random.nextDouble() < STAGING_SHARE;
        String model = model(tenant, feature, created);
        String deployment = deployment(feed, tenant, model, staging);
        int cached = GATEWAY_CACHE.equals(deployment) ? 0 : cachedTokens(feed, model, row.input());
        return new Call(
                "chatcmpl-" + hex(24),
                created,
                ENDPOINT.equals(deployment) ? LLAMA_ON_ENDPOINT : model,
                tenant.name(),
                feature.label(),
                staging ? "staging" : "production",
                deployment,
                null,
                new Usage(row.input(), cached, row.output()));
    }

    private Tenant drawTenant(Feed feed) {
        List<Tenant> ofFeed = TENANTS.stream()
                .filter(tenant -> !tenant.featuresIn(feed).isEmpty())
                .toList();
        int draw = random.nextInt(ofFeed.stream().mapToInt(Tenant::weight).sum());
        for (Tenant tenant : ofFeed) {
            draw -= tenant.weight();
            if (draw < 0) {
                return tenant;
            }
        }
        throw new IllegalStateException("a draw below the sum of all weights falls to a tenant");
    }

    private String model(Tenant tenant, Feature feature, long created) {
        return switch (feature) {
            case NIGHTLY_SUMMARIES -> LLAMA;
            case CODE_COMPLETION -> GPT_OSS;
            case CODE_REVIEW ->
                random.nextDouble() < UNPRICED_SHARE ? UNPRICED : created < GLM_CHANGE ? GLM_OLD : GLM_NEW;
            case CHAT, SEARCH_ANSWERS, DOCUMENT_SUMMARY -> assistantModel(tenant, created);
        };
    }

    private String assistantModel(Tenant tenant, long created) {
        if (tenant.secondModel() == SecondModel.NONE || random.nextDouble() >= SECOND_MODEL_SHARE) {
            return LLAMA;
        }
        if (tenant.secondModel() == SecondModel.GPT_OSS) {
            return GPT_OSS;
        }
        return created < MINIMAX_CHANGE ? MINIMAX_OLD : MINIMAX_NEW;
    }

    private String deployment(Feed feed, Tenant tenant, String model, boolean staging) {
        if (feed != Feed.ASSISTANT) {
            return null;
        }
        if (random.nextDouble() < GATEWAY_CACHE_SHARE) {
            return GATEWAY_CACHE;
        }
        boolean mayUseEndpoint = tenant.endpoint() && model.equals(LLAMA) && !staging;
        return mayUseEndpoint && random.nextDouble() < ENDPOINT_SHARE ? ENDPOINT : null;
    }

    private int cachedTokens(Feed feed, String model, int input) {
        double share = MODELS_WITH_CACHED_PRICE.contains(model) ? CACHED_SHARE_WITH_PRICE : CACHED_SHARE_WITHOUT_PRICE;
        if (feed == Feed.BATCH || random.nextDouble() >= share) {
            return 0;
        }
        return (int) (input * random.nextDouble()) / CACHE_BLOCK * CACHE_BLOCK;
    }

    /** Some calls, spread over the file, turn out to be the retry of a failed one with the same operation id. */
    private void addFailedAttempts(Feed feed, List<Call> calls, long start) {
        int step = calls.size() / (feed.failedCallsPerFile + 1);
        for (int n = feed.failedCallsPerFile; n > 0; n--) {
            int i = nextServerless(calls, n * step);
            Call retry = calls.get(i).withOperation("op_" + hex(16));
            calls.set(i, retry);
            long earlier = Math.min(random.nextLong(1, RETRY_MAX_SECONDS + 1), retry.created() - start);
            calls.add(i, retry.failedAttempt("req_" + hex(24), earlier));
        }
        calls.sort(Comparator.comparingLong(Call::created));
    }

    private static int nextServerless(List<Call> calls, int from) {
        int i = from;
        while (calls.get(i).deployment() != null || calls.get(i).model().equals(UNPRICED)) {
            i++;
        }
        return i;
    }

    /** Moves a few requests of the last days of the first month into the first file of the next month. */
    private static void delayRequests(List<LogFile> files) {
        Feed feed = files.get(0).feed();
        LogFile punctual = files.get(feed.fileStarts.length - 1);
        LogFile late = files.get(feed.fileStarts.length);
        for (int n = 1; n <= feed.lateRequests; n++) {
            int i = punctual.lines().size() - OVERLAP_LINES * (n + 1);
            while (punctual.lines().get(i).call().operationId() != null) {
                i--;
            }
            late.lines().add(0, punctual.lines().remove(i));
        }
    }

    /** Exports overlap: the last lines of a file come again at the head of the next. */
    private static void repeatLastLines(List<LogFile> files) {
        for (int i = files.size() - 1; i > 0; i--) {
            List<Line> before = files.get(i - 1).lines();
            files.get(i).lines().addAll(0, before.subList(before.size() - OVERLAP_LINES, before.size()));
        }
    }

    private void insertFlaws(List<LogFile> files) {
        for (Insertion insertion : INSERTIONS) {
            if (insertion.feed() == files.get(0).feed()) {
                List<Line> lines = files.get(insertion.file()).lines();
                lines.add(insertion.afterLines(), insertedLine(insertion, lines));
            }
        }
    }

    private Line insertedLine(Insertion insertion, List<Line> lines) {
        if (insertion.flaw() == null) {
            return new Line(MODEL_LIST, null, OUT_OF_SCOPE);
        }
        int i = insertion.afterLines();
        while (lines.get(i).call().failed()) {
            i++;
        }
        Call sound = lines.get(i).call().withId("chatcmpl-" + hex(24));
        return new Line(insertion.flaw().text(sound), null, insertion.flaw().kind());
    }

    private String hex(int digits) {
        StringBuilder hex = new StringBuilder(digits);
        for (int i = 0; i < digits; i++) {
            hex.append(Character.forDigit(random.nextInt(16), 16));
        }
        return hex.toString();
    }

    private static long startOfDay(LocalDate day) {
        return day.atStartOfDay().toEpochSecond(ZoneOffset.UTC);
    }

    private static void write(LogFile file) throws IOException {
        Path path = SAMPLE_DATA.resolve(file.path());
        Files.createDirectories(path.getParent());
        try (OutputStream out = new BufferedOutputStream(new SmallestGzip(Files.newOutputStream(path)))) {
            for (Line line : file.lines()) {
                out.write((line.text() + "\n").getBytes(StandardCharsets.UTF_8));
            }
        }
    }

    private static final class SmallestGzip extends GZIPOutputStream {
        SmallestGzip(OutputStream out) throws IOException {
            super(out);
            def.setLevel(Deflater.BEST_COMPRESSION);
        }
    }

    /** The traffic of a month over its hours, with quieter nights (or days) and weekends. */
    private static final class DayShape {
        private static final int SECONDS_PER_HOUR = 3600;

        private final long start;
        private final double[] weightUpToHour;

        DayShape(YearMonth month, double[] hourWeights) {
            start = startOfDay(month.atDay(1));
            weightUpToHour = new double[month.lengthOfMonth() * 24 + 1];
            for (int hour = 0; hour < weightUpToHour.length - 1; hour++) {
                DayOfWeek day = month.atDay(1 + hour / 24).getDayOfWeek();
                double dayWeight = day.compareTo(DayOfWeek.SATURDAY) >= 0 ? WEEKEND_WEIGHT : 1;
                weightUpToHour[hour + 1] = weightUpToHour[hour] + dayWeight * hourWeights[hour % 24];
            }
        }

        /** The epoch second before which the given fraction of the month's traffic has come. */
        long secondAt(double fraction) {
            double target = fraction * weightUpToHour[weightUpToHour.length - 1];
            int found = Arrays.binarySearch(weightUpToHour, target);
            int hour = found >= 0 ? found : -found - 2;
            double weight = weightUpToHour[hour + 1] - weightUpToHour[hour];
            double ofHour = weight == 0 ? 0 : (target - weightUpToHour[hour]) / weight;
            return start + (long) ((hour + ofHour) * SECONDS_PER_HOUR);
        }
    }

    // ---- What a job must find -------------------------------------------------------------------------------------

    /** The unit that the pool can be served on, from capacity_units.csv. */
    private record CapacityUnit(
            String name,
            BigDecimal perMinute,
            BigDecimal uncachedWeight,
            BigDecimal cachedWeight,
            BigDecimal outputWeight) {
        static CapacityUnit read(Path csv) throws IOException {
            List<String> lines = Files.readAllLines(csv);
            List<String> header = List.of(lines.get(0).split(","));
            String[] unit = lines.stream()
                    .map(line -> line.split(","))
                    .filter(fields -> fields[header.indexOf("pool")].equals(POOL))
                    .findFirst()
                    .orElseThrow(() -> new IOException(csv + " has no unit for the pool " + POOL));
            BigDecimal throughput = new BigDecimal(unit[header.indexOf("throughput_per_minute")]);
            return new CapacityUnit(
                    unit[header.indexOf("unit")],
                    throughput.multiply(new BigDecimal(unit[header.indexOf("utilisation_ceiling")])),
                    new BigDecimal(unit[header.indexOf("weight_uncached_input")]),
                    new BigDecimal(unit[header.indexOf("weight_cached_input")]),
                    new BigDecimal(unit[header.indexOf("weight_output")]));
        }

        BigDecimal load(Usage usage) {
            return uncachedWeight
                    .multiply(BigDecimal.valueOf(usage.input() - usage.cached()))
                    .add(cachedWeight.multiply(BigDecimal.valueOf(usage.cached())))
                    .add(outputWeight.multiply(BigDecimal.valueOf(usage.output())));
        }
    }

    /** Requests and tokens, each line counted once, whatever number of requests it stands for. */
    private static final class Sums {
        private long requests;
        private long failedCalls;
        private long input;
        private long cached;
        private long output;

        void add(Call call) {
            requests++;
            if (call.failed()) {
                failedCalls++;
            } else {
                input += call.usage().input();
                cached += call.usage().cached();
                output += call.usage().output();
            }
        }

        Map<String, Object> asMap() {
            Map<String, Object> map = new LinkedHashMap<>();
            map.put("requests", requests);
            map.put("failed_calls", failedCalls);
            map.put("input_tokens", input);
            map.put("cached_tokens", cached);
            map.put("output_tokens", output);
            return map;
        }
    }

    /** The lines of a file, or of all files of a month, by what becomes of them. */
    private static final class LineCounts {
        private long lines;
        private long accepted;
        private long duplicates;
        private long outOfScope;
        private final Map<String, Object> rejected = new TreeMap<>();

        void add(Line line, boolean repeated) {
            lines++;
            if (line.isOutOfScope()) {
                outOfScope++;
            } else if (line.call() == null) {
                rejected.merge(line.kind(), 1L, (a, b) -> (Long) a + (Long) b);
            } else if (repeated) {
                duplicates++;
            } else {
                accepted++;
            }
        }

        Map<String, Object> asMap() {
            Map<String, Object> map = new LinkedHashMap<>();
            map.put("lines", lines);
            map.put("accepted", accepted);
            map.put("duplicates", duplicates);
            map.put("rejected", rejected);
            map.put("out_of_scope", outOfScope);
            return map;
        }
    }

    /** The accepted requests that were created in a month (or in any), and the load of the pool. */
    private static final class RequestTotals {
        private final Sums all = new Sums();
        private final Sums unpriced = new Sums();
        private final Map<String, Sums> byFeed = new TreeMap<>();
        private final Map<String, Sums> byModel = new TreeMap<>();
        private final Map<String, Sums> byDeployment = new TreeMap<>();
        private final TreeMap<Long, BigDecimal> loadByMinute = new TreeMap<>();
        private long late;

        void add(Call call, LogFile file, CapacityUnit unit) {
            all.add(call);
            sums(byFeed, file.feed().folder()).add(call);
            sums(byModel, call.model()).add(call);
            if (call.deployment() != null) {
                sums(byDeployment, call.deployment()).add(call);
            }
            if (call.model().equals(UNPRICED)) {
                unpriced.add(call);
            }
            if (!call.month().equals(file.month())) {
                late++;
            }
            boolean usesPool = POOL_MODELS.contains(call.model()) && !GATEWAY_CACHE.equals(call.deployment());
            if (usesPool && !call.failed()) {
                BigDecimal load = unit.load(call.usage()).multiply(BigDecimal.valueOf(file.feed().requestsPerLine));
                loadByMinute.merge(Math.floorDiv(call.created(), 60L), load, BigDecimal::add);
            }
        }

        private static Sums sums(Map<String, Sums> group, String key) {
            return group.computeIfAbsent(key, any -> new Sums());
        }

        Map<String, Object> asMap() {
            Map<String, Object> map = new LinkedHashMap<>(all.asMap());
            map.put("late_requests", late);
            map.put("unpriced", unpriced.asMap());
            map.put("feeds", asMap(byFeed));
            map.put("models", asMap(byModel));
            map.put("deployments", asMap(byDeployment));
            return map;
        }

        private static Map<String, Object> asMap(Map<String, Sums> group) {
            Map<String, Object> map = new TreeMap<>();
            group.forEach((key, sums) -> map.put(key, sums.asMap()));
            return map;
        }
    }

    /** Collects what a job must find, from the lines as they are written. */
    private static final class Totals {
        private final CapacityUnit unit;
        private final Set<String> seenIds = new HashSet<>();
        private final RequestTotals allRequests = new RequestTotals();
        private final Map<YearMonth, RequestTotals> requestsByMonth = new TreeMap<>();
        private final LineCounts allLines = new LineCounts();
        private final Map<YearMonth, LineCounts> linesByMonth = new TreeMap<>();
        private final Map<String, LineCounts> linesByFile = new TreeMap<>();
        private final List<Object> late = new ArrayList<>();
        private final List<Object> rejected = new ArrayList<>();
        private final List<Object> outOfScope = new ArrayList<>();

        Totals(CapacityUnit unit) {
            this.unit = unit;
        }

        void add(LogFile file) {
            for (int i = 0; i < file.lines().size(); i++) {
                Line line = file.lines().get(i);
                boolean repeated =
                        line.call() != null && !seenIds.add(line.call().id());
                allLines.add(line, repeated);
                linesByMonth
                        .computeIfAbsent(file.month(), any -> new LineCounts())
                        .add(line, repeated);
                linesByFile
                        .computeIfAbsent(file.path(), any -> new LineCounts())
                        .add(line, repeated);
                if (line.call() == null) {
                    (line.isOutOfScope() ? outOfScope : rejected).add(place(file, i, "kind", line.kind()));
                } else if (!repeated) {
                    addRequest(line.call(), file, i);
                }
            }
        }

        private void addRequest(Call call, LogFile file, int index) {
            allRequests.add(call, file, unit);
            requestsByMonth
                    .computeIfAbsent(call.month(), any -> new RequestTotals())
                    .add(call, file, unit);
            if (!call.month().equals(file.month())) {
                late.add(place(file, index, "id", call.id()));
            }
        }

        private static Map<String, Object> place(LogFile file, int index, String key, String value) {
            Map<String, Object> place = new LinkedHashMap<>();
            place.put("file", file.path());
            place.put("line", index + 1);
            place.put(key, value);
            return place;
        }

        String toJson() {
            Map<String, Object> json = new LinkedHashMap<>();
            json.put("seed", SEED);
            json.put(
                    "requests_per_line",
                    Arrays.stream(Feed.values())
                            .collect(Collectors.toMap(
                                    Feed::folder, feed -> feed.requestsPerLine, (a, b) -> a, TreeMap::new)));
            json.put("lines", counts(allLines, linesByMonth));
            json.put("requests", requests());
            json.put("demand", demand());
            json.put("late_requests", late);
            json.put("rejected", rejected);
            json.put("out_of_scope", outOfScope);
            Map<String, Object> files = new TreeMap<>();
            linesByFile.forEach((path, counts) -> files.put(path, counts.asMap()));
            json.put("files", files);
            return PrettyJson.of(json);
        }

        private static Map<String, Object> counts(LineCounts all, Map<YearMonth, LineCounts> byMonth) {
            Map<String, Object> map = new LinkedHashMap<>();
            byMonth.forEach((month, counts) -> map.put(month.toString(), counts.asMap()));
            map.put("total", all.asMap());
            return map;
        }

        private Map<String, Object> requests() {
            Map<String, Object> map = new LinkedHashMap<>();
            requestsByMonth.forEach((month, sums) -> map.put(month.toString(), sums.asMap()));
            map.put("total", allRequests.asMap());
            return map;
        }

        private Map<String, Object> demand() {
            Map<String, Object> demand = new LinkedHashMap<>();
            demand.put("pool", POOL);
            demand.put("unit", unit.name());
            demand.put("units", 1);
            demand.put("capacity_per_minute", unit.perMinute());
            Map<String, Object> months = new LinkedHashMap<>();
            requestsByMonth.forEach((month, sums) -> months.put(month.toString(), demand(sums.loadByMinute)));
            demand.put("months", months);
            return demand;
        }

        private Map<String, Object> demand(TreeMap<Long, BigDecimal> loadByMinute) {
            Map<String, Object> map = new LinkedHashMap<>();
            map.put("weighted_tokens", loadByMinute.values().stream().reduce(BigDecimal.ZERO, BigDecimal::add));
            map.put("minutes_with_demand", loadByMinute.size());
            map.put(
                    "minutes_with_overflow",
                    loadByMinute.values().stream().filter(this::isOverflow).count());
            map.put("a_minute_with_overflow", firstMinute(loadByMinute, true));
            map.put("a_minute_with_idle_capacity", firstMinute(loadByMinute, false));
            return map;
        }

        private boolean isOverflow(BigDecimal load) {
            return load.compareTo(unit.perMinute()) > 0;
        }

        private Map<String, Object> firstMinute(TreeMap<Long, BigDecimal> loadByMinute, boolean overflow) {
            Map.Entry<Long, BigDecimal> first = loadByMinute.entrySet().stream()
                    .filter(entry -> isOverflow(entry.getValue()) == overflow)
                    .findFirst()
                    .orElseThrow();
            Map<String, Object> map = new LinkedHashMap<>();
            map.put("minute", Instant.ofEpochSecond(first.getKey() * 60).toString());
            map.put("weighted_tokens", first.getValue());
            return map;
        }
    }

    /** Maps, lists, texts that need no escape, and numbers; two spaces an indent. */
    private static final class PrettyJson {
        static String of(Object value) {
            return of(value, "\n") + "\n";
        }

        private static String of(Object value, String lineStart) {
            String inner = lineStart + "  ";
            if (value instanceof Map<?, ?> map) {
                return map.isEmpty()
                        ? "{}"
                        : map.entrySet().stream()
                                .map(entry -> "\"" + entry.getKey() + "\": " + of(entry.getValue(), inner))
                                .collect(Collectors.joining("," + inner, "{" + inner, lineStart + "}"));
            }
            if (value instanceof List<?> list) {
                return list.stream()
                        .map(element -> of(element, inner))
                        .collect(Collectors.joining("," + inner, "[" + inner, lineStart + "]"));
            }
            if (value instanceof BigDecimal number) {
                return number.stripTrailingZeros().toPlainString();
            }
            return value instanceof String ? "\"" + value + "\"" : value.toString();
        }
    }
}
