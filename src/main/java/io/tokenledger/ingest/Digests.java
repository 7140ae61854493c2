package io.tokenledger.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256 as everything that is recorded shows it: 64 lower-case hex digits. */
public final class Digests {

    private Digests() {}

    /** Of a text in UTF-8. */
    public static String sha256(String text) {
        return sha256(text.getBytes(UTF_8));
    }

    /** Of a content in memory. */
    public static String sha256(byte[] content) {
        MessageDigest digest = newSha256();
        digest.update(content);
        return hex(digest);
    }

    /** For a content that passes by; {@link #hex} ends it. */
    public static MessageDigest newSha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }

    /** What was digested so far; the digest begins anew. */
    public static String hex(MessageDigest digest) {
        return HexFormat.of().formatHex(digest.digest());
    }
}
