package io.tokenledger.ingest;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;

/** A file's bytes as stored, counted and digested on the way, so that no file is read twice for its digest. */
final class RawBytes extends FilterInputStream {
    private final MessageDigest sha256 = Digests.newSha256();
    private long count;

    RawBytes(InputStream in) {
        super(in);
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        int read = super.read(bytes, offset, length);
        if (read > 0) {
            sha256.update(bytes, offset, read);
            count += read;
        }
        return read;
    }

    /** Bytes that pass unseen would be missing from the digest. */
    @Override
    public long skip(long bytes) {
        throw new UnsupportedOperationException();
    }

    @Override
    public boolean markSupported() {
        return false;
    }

    long count() {
        return count;
    }

    /** The digest of all bytes, in hex. To be asked for once, at the end. */
    String sha256() {
        return Digests.hex(sha256);
    }
}
