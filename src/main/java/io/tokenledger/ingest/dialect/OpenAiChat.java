package io.tokenledger.ingest.dialect;

import java.util.List;

/**
 * The response body of a chat completion of OpenAI or Azure, and of the many providers that answer in its shape; also of
 * a completion, of embeddings and of a run of an assistant, whose usage is the same. What includes what: {@link
 * OpenAiUsage}. Embeddings have no time of their own.
 *
 * <p>A stream is its last chunk; an interrupted one has no usage, and is out of scope chunk by chunk.
 */
final class OpenAiChat implements Dialect {
    private static final OpenAiBody BODY = new OpenAiBody("", OpenAiBody.CHAT);

    @Override
    public String name() {
        return "openai-chat";
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
