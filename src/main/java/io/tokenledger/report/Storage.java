package io.tokenledger.report;

import io.tokenledger.model.ExitCode;
import io.tokenledger.model.Failure;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Locale;
import java.util.UUID;
import org.apache.hadoop.fs.ChecksumFileSystem;
import org.apache.hadoop.fs.FileContext;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Options.Rename;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.UnsupportedFileSystemException;

/** How this package treats the file system under the output directory. */
final class Storage {
    private Storage() {}

    /**
     * The same files without Hadoop's checksums beside them: a local {@code .x.crc} would be a file of the assembly that
     * no manifest names, and the manifest's digests are stronger. The file system itself is left as it is, because
     * Hadoop shares it with everything else in the process.
     */
    static FileSystem withoutSideFiles(FileSystem fileSystem) {
        return fileSystem instanceof ChecksumFileSystem checked ? checked.getRawFileSystem() : fileSystem;
    }

    /**
     * Writes a whole file under a temporary name and renames it over the one that is there, so that a reader finds the
     * old content or the new one. On file systems that can only delete and rename, a reader may find none for a moment.
     *
     * @throws Failure with exit code 7 when it cannot be written; the old content is left
     */
    static void replace(FileSystem fileSystem, Path path, byte[] content) {
        FileSystem files = withoutSideFiles(fileSystem);
        Path temporary = new Path(path.getParent(), "." + path.getName() + "." + UUID.randomUUID() + ".tmp");
        try {
            try {
                try (OutputStream out = files.create(temporary, false)) {
                    out.write(content);
                }
                renameOver(files, temporary, path);
            } finally {
                files.delete(temporary, false);
            }
        } catch (IOException e) {
            throw cannot("write", path, e);
        }
    }

    private static void renameOver(FileSystem files, Path from, Path to) throws IOException {
        // A local rename replaces at once. Elsewhere it is refused while the target exists.
        if (files.rename(from, to)) {
            return;
        }
        try {
            FileContext.getFileContext(files.getUri(), files.getConf()).rename(from, to, Rename.OVERWRITE);
        } catch (UnsupportedFileSystemException e) {
            files.delete(to, false);
            if (!files.rename(from, to)) {
                throw new IOException("renaming " + from.getName() + " to " + to.getName() + " was refused", e);
            }
        }
    }

    /** A storage error as the end of the command, with exit code 7. */
    static Failure cannot(String verb, Path path, IOException cause) {
        return new Failure(
                ExitCode.STORAGE,
                String.format(
                        Locale.ROOT,
                        "Cannot %s %s: %s. Check that the output directory can be reached, has room and may be "
                                + "written by this user, then run again",
                        verb,
                        path,
                        cause.getMessage()),
                cause);
    }

    /** @throws IllegalArgumentException when the text could mean another directory than one of that name */
    static String requireFileName(String text) {
        if (!text.matches("[A-Za-z0-9][A-Za-z0-9._-]*")) {
            throw new IllegalArgumentException("'" + text + "' cannot be part of a path");
        }
        return text;
    }
}
