package io.tokenledger.ingest.dialect;

import static io.tokenledger.model.TokenClass.CACHED_INPUT;
import static io.tokenledger.model.TokenClass.CACHE_WRITE_1H;
import static io.tokenledger.model.TokenClass.CACHE_WRITE_5M;
import static io.tokenledger.model.TokenClass.OUTPUT;
import static io.tokenledger.model.TokenClass.UNCACHED_INPUT;

import java.util.Set;

/**
 * A usage object in the shape of Anthropic.
 *
 * <p>What includes what: {@code input_tokens} include no cached tokens; cache reads and writes come beside them; {@code
 * output_tokens} include thinking. {@code cache_creation_input_tokens} are the sum of the writes for five minutes and for
 * an hour; what they hold beyond the split counts as for five minutes.
 */
final class AnthropicUsage {

    private AnthropicUsage() {}

    /**
     * The usage in the object at a pointer, which was asked for with {@code /**}.
     *
     * @throws Rejection when its counters contradict each other
     */
    static Usage read(CapturedRecord record, String usage) throws Rejection {
        String details = usage + "/output_tokens_details";
        String creation = usage + "/cache_creation";
        record.hasObject(details);
        record.hasObject(creation);
        Long fiveMinutes = record.counter(creation + "/ephemeral_5m_input_tokens");
        Long hour = record.counter(creation + "/ephemeral_1h_input_tokens");
        String writesAt = usage + "/cache_creation_input_tokens";
        Long writes = record.counter(writesAt);
        Long unsplit = null;
        if (writes != null) {
            long split = (fiveMinutes == null ? 0 : fiveMinutes) + (hour == null ? 0 : hour);
            unsplit = Counts.remainder(writes, split, "cache writes exceed their total", writesAt);
        }
        String outputAt = usage + "/output_tokens";
        Long output = record.counter(outputAt);
        Long thinking = record.counter(details + "/thinking_tokens");
        if (output != null && thinking != null) {
            Counts.remainder(output, thinking, "reasoning exceeds output", outputAt);
        }
        return new Counts()
                .add(UNCACHED_INPUT, record.counter(usage + "/input_tokens"))
                .add(CACHED_INPUT, record.counter(usage + "/cache_read_input_tokens"))
                .add(CACHE_WRITE_5M, fiveMinutes)
                .add(CACHE_WRITE_5M, unsplit)
                .add(CACHE_WRITE_1H, hour)
                .othersAreKnown(UNCACHED_INPUT)
                .add(OUTPUT, output)
                .othersAreKnown(OUTPUT)
                .usage(
                        thinking,
                        record.counter(usage + "/server_tool_use/web_search_requests"),
                        UnknownCounters.below(record, usage, Set.of()));
    }
}
