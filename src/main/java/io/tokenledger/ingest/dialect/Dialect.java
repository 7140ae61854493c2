package io.tokenledger.ingest.dialect;

import java.util.List;

/**
 * The shape of an export. A dialect has no state and knows no feed: the same record always has the same outcomes. To add
 * one, copy {@link OpenAiResponses} and list it in {@link Dialects}.
 */
public interface Dialect {

    /** The name in job files, such as {@code openai-chat}. */
    String name();

    /**
     * The JSON pointers that {@link #read} looks at; nothing else of a record is kept in memory. One that ends in
     * {@code /**} stands for everything below it.
     */
    List<String> pointers();

    /**
     * The records that an object of a line holds: mostly itself. A feed maps its fields from these, and each is read by
     * itself.
     */
    default List<CapturedRecord> records(CapturedRecord line) {
        return List.of(line);
    }

    /**
     * What a record is: mostly one request, or out of scope by a rule of this dialect; several, always in the same
     * order, when it tells of several calls. What some of these cannot be read as is {@link Rejected}.
     *
     * @param record a well-formed record with the values at {@link #pointers()}
     * @throws Rejection when the record as a whole cannot be read
     */
    List<Outcome> read(CapturedRecord record) throws Rejection;
}
