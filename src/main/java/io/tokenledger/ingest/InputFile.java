package io.tokenledger.ingest;

import java.io.Serializable;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;

/**
 * A file as it was listed.
 *
 * @param feed the feed that it belongs to
 * @param path qualified, with scheme
 * @param size bytes
 * @param modified the file system's time, in milliseconds
 */
public record InputFile(String feed, String path, long size, Instant modified) implements Serializable {

    /** The same for the same file with the same content, whichever run lists it; another when the file changes. */
    public long id() {
        String text = String.join("\n", feed, path, Long.toString(size), Long.toString(modified.toEpochMilli()));
        MessageDigest sha256 = Digests.newSha256();
        return ByteBuffer.wrap(sha256.digest(text.getBytes(StandardCharsets.UTF_8)))
                .getLong();
    }
}
