package io.tokenledger.ingest.dialect;

import java.util.List;

/**
 * The response body of Together. It is that of {@link OpenAiChat}; cached tokens are in the prompt, told flat or among its
 * details. For lines of a batch see {@link OpenAiBatch}.
 */
final class Together implements Dialect {
    private static final OpenAiBody BODY = new OpenAiBody("", OpenAiBody.CHAT);

    @Override
    public String name() {
        return "together";
    }

    @Override
    public List<String> pointers() {
        return BODY.pointers();
    }

    @Override
    public List<Outcome> read(CapturedRecord record) throws Rejection {
        return List.of(BODY.read(record));
    }
}
