package io.tokenledger.ingest.dialect;

import static io.tokenledger.model.TokenClass.AUDIO_INPUT;
import static io.tokenledger.model.TokenClass.AUDIO_OUTPUT;
import static io.tokenledger.model.TokenClass.CACHED_INPUT;
import static io.tokenledger.model.TokenClass.OUTPUT;
import static io.tokenledger.model.TokenClass.UNCACHED_INPUT;

import io.tokenledger.ingest.dialect.Request.Origin;
import io.tokenledger.ingest.dialect.Request.Status;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The response of {@code generateContent} of Gemini, by Vertex AI or by the Gemini API; also a line of a batch, which has
 * it under {@code response}. A chunk of a stream repeats the counters, so the last one of a response counts; the ones
 * before it may have none.
 *
 * <p>What includes what: {@code promptTokenCount} includes cached and audio tokens, but not {@code
 * toolUsePromptTokenCount}; {@code candidatesTokenCount} includes audio, but not {@code thoughtsTokenCount}, which is
 * output as well. A counter that is 0 is left out.
 *
 * <p>The service tier is {@code trafficType}. For {@code PROVISIONED_THROUGHPUT}, which must not be charged by token
 * again, the feed maps {@code deployment} to {@code /usageMetadata/trafficType} and says its serving mode.
 */
final class Gemini implements Dialect {
    private static final String BATCH_BODY = "/response";
    private static final String USAGE = "/usageMetadata";
    private static final Set<String> AUDIO = Set.of("AUDIO", "4");

    @Override
    public String name() {
        return "gemini";
    }

    @Override
    public List<String> pointers() {
        return Stream.concat(
                        Stream.of("/status", "/processed_time"),
                        Stream.of("", BATCH_BODY)
                                .flatMap(body -> Stream.of(
                                                "/responseId", "/createTime", "/modelVersion", "/error", USAGE + "/**")
                                        .map(name -> body + name)))
                .toList();
    }

    @Override
    public List<Outcome> read(CapturedRecord record) throws Rejection {
        String body = record.hasObject(BATCH_BODY) ? BATCH_BODY : "";
        boolean hasUsage = record.hasObject(body + USAGE);
        String model = record.textOrNone(body + "/modelVersion");
        boolean failed = record.hasError("/error") || record.hasError("/status");
        if (model == null && !failed) {
            if (!hasUsage) {
                return List.of(new OutOfScope("no generated content"));
            }
            throw new Rejection("missing", body + "/modelVersion");
        }
        return List.of(new Request(
                record.textOrNone(body + "/responseId"),
                record.time(body + "/createTime", "/processed_time"),
                null,
                failed ? Status.ERROR : Status.OK,
                model,
                null,
                hasUsage ? trafficType(record.text(body + USAGE + "/trafficType")) : null,
                hasUsage ? usage(record, body + USAGE) : Usage.MISSING,
                Origin.UNKNOWN,
                null));
    }

    /** Some clients write the number of the word. */
    private static String trafficType(String written) {
        return "1".equals(written) ? "ON_DEMAND" : "2".equals(written) ? "PROVISIONED_THROUGHPUT" : written;
    }

    private static Usage usage(CapturedRecord record, String usage) throws Rejection {
        String promptAt = usage + "/promptTokenCount";
        String candidatesAt = usage + "/candidatesTokenCount";
        String totalAt = usage + "/totalTokenCount";
        if (!record.has(promptAt) && !record.has(candidatesAt) && !record.has(totalAt)) {
            return Usage.MISSING;
        }
        Long thoughts = record.counter(usage + "/thoughtsTokenCount");
        long audioPrompt = audio(record, usage + "/promptTokensDetails");
        long audioCached = audio(record, usage + "/cacheTokensDetails");
        audio(record, usage + "/toolUsePromptTokensDetails");
        return new Counts()
                .add(CACHED_INPUT, record.counter(usage + "/cachedContentTokenCount"))
                .add(
                        AUDIO_INPUT,
                        Counts.remainder(
                                audioPrompt, audioCached, "cached audio exceeds audio", usage + "/cacheTokensDetails"))
                .rest(UNCACHED_INPUT, zeroIfAbsent(record.counter(promptAt)), "cached exceeds input", promptAt)
                .add(UNCACHED_INPUT, record.counter(usage + "/toolUsePromptTokenCount"))
                .add(AUDIO_OUTPUT, audio(record, usage + "/candidatesTokensDetails"))
                .rest(OUTPUT, zeroIfAbsent(record.counter(candidatesAt)), "audio exceeds output", candidatesAt)
                .add(OUTPUT, thoughts)
                .usage(
                        thoughts,
                        record.counter(totalAt),
                        totalAt,
                        null,
                        UnknownCounters.below(record, usage, Set.of()));
    }

    /** The audio tokens of a list of counts by modality. */
    private static long audio(CapturedRecord record, String details) throws Rejection {
        long audio = 0;
        for (int i = 0; record.has(details + "/" + i); i++) {
            String modality = record.text(details + "/" + i + "/modality");
            Long count = record.counter(details + "/" + i + "/tokenCount");
            if (modality != null && AUDIO.contains(modality) && count != null) {
                audio += count;
            }
        }
        return audio;
    }

    private static long zeroIfAbsent(Long count) {
        return count == null ? 0 : count;
    }
}
