package io.tokenledger.ingest;

import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.Arrays;

/**
 * Cuts bytes into lines that end with LF or CRLF, without copying them. A last line without an end counts; a UTF-8
 * byte-order mark at the very start belongs to no line. A line over the limit is skipped in bounded memory and has a
 * digest but no bytes. After an exception the reader is of no further use.
 */
final class LineReader {
    private static final int INITIAL_CAPACITY = 1 << 16;

    private final InputStream in;
    private final int limit;

    private byte[] buffer = new byte[INITIAL_CAPACITY];
    /** Where in the content the buffer begins. */
    private long bufferOffset;
    /** The bytes that were read and belong to no line yet are [position, filled). */
    private int position;

    private int filled;

    private long offset;
    private int start;
    private int length;
    private MessageDigest digestOfTooLong;

    /** @param limit bytes of the longest line that is kept, without its end */
    LineReader(InputStream in, int limit) {
        this.in = in;
        this.limit = limit;
    }

    /** Moves to the next line; false when there is none. */
    boolean next() throws IOException {
        if (bufferOffset == 0 && position == 0) {
            skipByteOrderMark();
        }
        digestOfTooLong = null;
        offset = bufferOffset + position;
        int scanned = position;
        while (true) {
            int lineEnd = indexOfLineEnd(scanned);
            if (lineEnd >= 0) {
                return take(lineEnd, lineEnd + 1);
            }
            // One byte more than the limit may be the CR of a line end.
            if (filled - position > limit + 1) {
                return skipRest();
            }
            scanned = filled - position;
            if (!fill()) {
                return filled > position && take(filled, filled);
            }
            scanned += position;
        }
    }

    /** Where the line begins, in bytes from the start of the content. */
    long offset() {
        return offset;
    }

    /** Whether the line is over the limit; then only {@link #offset()} and {@link #sha256()} are known. */
    boolean tooLong() {
        return digestOfTooLong != null;
    }

    /** Holds the line from {@link #start()} for {@link #length()} bytes, until the next call of {@link #next()}. */
    byte[] buffer() {
        return buffer;
    }

    int start() {
        return start;
    }

    int length() {
        return length;
    }

    /** The digest of the line without its end, in hex. To be asked for once per line. */
    String sha256() {
        MessageDigest sha256 = digestOfTooLong;
        if (sha256 == null) {
            sha256 = Digests.newSha256();
            sha256.update(buffer, start, length);
        }
        return Digests.hex(sha256);
    }

    private void skipByteOrderMark() throws IOException {
        while (filled < 3 && fill()) {}
        if (filled >= 3 && buffer[0] == (byte) 0xEF && buffer[1] == (byte) 0xBB && buffer[2] == (byte) 0xBF) {
            position = 3;
        }
    }

    private int indexOfLineEnd(int from) {
        for (int i = from; i < filled; i++) {
            if (buffer[i] == '\n') {
                return i;
            }
        }
        return -1;
    }

    /** Makes [position, end) the line, without a CR at its end. */
    private boolean take(int end, int next) {
        boolean carriageReturn = end < next && end > position && buffer[end - 1] == '\r';
        start = position;
        length = end - position - (carriageReturn ? 1 : 0);
        position = next;
        if (length > limit) {
            digestOfTooLong = Digests.newSha256();
            digestOfTooLong.update(buffer, start, length);
        }
        return true;
    }

    /** Digests the line to its end, holding back a CR until it is known not to be part of the line end. */
    private boolean skipRest() throws IOException {
        MessageDigest sha256 = Digests.newSha256();
        while (true) {
            int lineEnd = indexOfLineEnd(position);
            int end = lineEnd >= 0 ? lineEnd : filled;
            boolean heldBack = end > position && buffer[end - 1] == '\r';
            sha256.update(buffer, position, end - position - (heldBack ? 1 : 0));
            position = lineEnd >= 0 ? lineEnd + 1 : end - (heldBack ? 1 : 0);
            if (lineEnd >= 0) {
                break;
            }
            if (!fill()) {
                sha256.update(buffer, position, filled - position);
                position = filled;
                break;
            }
        }
        digestOfTooLong = sha256;
        return true;
    }

    /** Reads more bytes behind those of the current line; false at the end of the content. */
    private boolean fill() throws IOException {
        if (position > 0) {
            System.arraycopy(buffer, position, buffer, 0, filled - position);
            bufferOffset += position;
            filled -= position;
            position = 0;
        }
        if (filled == buffer.length) {
            buffer = Arrays.copyOf(buffer, Math.min(2 * buffer.length, Math.max(limit + 3, buffer.length + 1)));
        }
        int read = in.read(buffer, filled, buffer.length - filled);
        filled += Math.max(0, read);
        return read > 0;
    }
}
