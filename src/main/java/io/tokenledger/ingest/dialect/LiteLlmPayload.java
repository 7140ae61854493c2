package io.tokenledger.ingest.dialect;

import java.util.List;

/** LiteLLM's {@code StandardLoggingPayload}, which its callbacks write to files and buckets: {@link LiteLlm}. */
final class LiteLlmPayload implements Dialect {
    private static final String ID = "/id";
    private static final String COST = "/response_cost";

    @Override
    public String name() {
        return "litellm-payload";
    }

    @Override
    public List<String> pointers() {
        return LiteLlm.pointers(ID, COST);
    }

    @Override
    public List<Outcome> read(CapturedRecord record) throws Rejection {
        return List.of(LiteLlm.read(record, ID, COST));
    }
}
