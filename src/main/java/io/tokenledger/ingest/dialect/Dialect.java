package io.tokenledger.ingest.dialect;

import java.util.List;

/**
 * The shape of an export. A dialect has no state and knows no feed: the same record always has the same outcome. To add
 * one, copy {@link OpenAiChat} and list it in {@link Dialects}.
 */
public interface Dialect {

    /** The name in job files, such as {@code openai-chat}. */
    String name();

    /** The JSON pointers that {@link #read} looks at; nothing else of a record is kept in memory. */
    List<String> pointers();

    /**
     * What a record is.
     *
     * @param record a well-formed record with the values at {@link #pointers()}
     * @return a request, or out of scope by a rule of this dialect
     * @throws Rejection when the record can be neither
     */
    Outcome read(CapturedRecord record) throws Rejection;
}
