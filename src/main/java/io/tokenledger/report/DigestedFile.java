package io.tokenledger.report;

import io.tokenledger.ingest.Digests;
import java.io.IOException;
import java.io.OutputStream;
import java.security.MessageDigest;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.io.PositionOutputStream;

/**
 * A new file whose bytes are counted and digested on their way out, so that a manifest states what was written rather
 * than what a later read finds.
 */
final class DigestedFile extends PositionOutputStream {
    private final OutputStream out;
    private final MessageDigest digest = Digests.newSha256();
    private long bytes;
    private boolean closed;
    private String sha256;

    private DigestedFile(OutputStream out) {
        this.out = out;
    }

    /**
     * Creates the file and the directories above it.
     *
     * @throws IOException also when the file exists: what an assembly holds is never written twice
     */
    static DigestedFile create(FileSystem fileSystem, Path path) throws IOException {
        return new DigestedFile(Storage.withoutSideFiles(fileSystem).create(path, false));
    }

    @Override
    public void write(int b) throws IOException {
        out.write(b);
        digest.update((byte) b);
        bytes++;
    }

    @Override
    public void write(byte[] buffer, int offset, int length) throws IOException {
        out.write(buffer, offset, length);
        digest.update(buffer, offset, length);
        bytes += length;
    }

    @Override
    public void flush() throws IOException {
        out.flush();
    }

    @Override
    public long getPos() {
        return bytes;
    }

    /** May be called again, as the writer of a format closes the file it was given. */
    @Override
    public void close() throws IOException {
        if (!closed) {
            closed = true;
            out.close();
            sha256 = Digests.hex(digest);
        }
    }

    /** The digest of all bytes as 64 lower-case hex digits; null until the file was closed with success. */
    String sha256() {
        return sha256;
    }
}
