package io.tokenledger.ingest.dialect;

import java.util.List;

/**
 * A row of LiteLLM's table {@code LiteLLM_SpendLogs}: {@link LiteLlm}. Its metadata is an object or the text of one; its
 * times have no zone and are UTC.
 */
final class LiteLlmSpend implements Dialect {
    private static final String ID = "/request_id";
    private static final String COST = "/spend";

    @Override
    public String name() {
        return "litellm-spend";
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
