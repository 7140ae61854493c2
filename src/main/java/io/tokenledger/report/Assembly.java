package io.tokenledger.report;

import io.tokenledger.ingest.Digests;
import io.tokenledger.model.Failure;
import io.tokenledger.model.Month;
import java.io.IOException;
import java.util.Collections;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * One published version of a month's reports: a directory that never changes, with {@code csv/}, {@code parquet/},
 * {@code inputs/} and {@code manifest.json}. A directory without manifest was never finished. Nothing in it is
 * overwritten: an existing file is a {@link Failure} with exit code 7.
 */
public final class Assembly {
    private Assembly() {}

    /**
     * Where it lies below the output directory, such as {@code 2026-08/v0001-20260901T020000Z}.
     *
     * @throws IllegalArgumentException when the version is below 1 or the run id is no plain file name
     */
    public static String relativePath(Month month, int version, String runId) {
        if (version < 1) {
            throw new IllegalArgumentException("Versions start at 1, not at " + version);
        }
        return String.format(Locale.ROOT, "%s/v%04d-%s", month, version, Storage.requireFileName(runId));
    }

    /** {@link #relativePath} under an output directory. */
    public static Path directory(Path out, Month month, int version, String runId) {
        return new Path(out, relativePath(month, version, runId));
    }

    /**
     * Keeps the files that the reports were computed from, byte for byte, under {@code inputs/}. Of a path only the last
     * name stays, because directories tell about the machine; of two files with one name the later in the order of the
     * map gets a number.
     *
     * @param inputs content by path or name
     * @return SHA-256 by the name under {@code inputs/}, as {@link Manifest#inputs()} wants it
     * @throws Failure with exit code 7 when a file exists or cannot be written
     */
    public static SortedMap<String, String> writeInputs(
            FileSystem fileSystem, Path dir, SortedMap<String, byte[]> inputs) {
        // Some file systems take Rates.csv and rates.csv for the same file.
        SortedMap<String, String> digests = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        for (Map.Entry<String, byte[]> input : inputs.entrySet()) {
            String name = unique(baseName(input.getKey()), digests);
            writeFile(fileSystem, new Path(dir, "inputs/" + name), input.getValue());
            digests.put(name, Digests.sha256(input.getValue()));
        }
        return Collections.unmodifiableSortedMap(digests);
    }

    /**
     * Writes {@code manifest.json}, the last file of an assembly.
     *
     * @throws Failure with exit code 7 when it exists or cannot be written
     */
    public static void writeManifest(FileSystem fileSystem, Path dir, Manifest manifest) {
        writeFile(fileSystem, new Path(dir, "manifest.json"), Json.bytes(manifest));
    }

    private static void writeFile(FileSystem fileSystem, Path path, byte[] content) {
        try (DigestedFile file = DigestedFile.create(fileSystem, path)) {
            file.write(content);
        } catch (IOException e) {
            throw Storage.cannot("write", path, e);
        }
    }

    private static String baseName(String path) {
        String name = path.substring(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1)
                .replaceAll("[^A-Za-z0-9._-]", "_");
        // Readers of Hadoop file systems take a leading dot or underscore for a hidden file.
        return name.matches("[A-Za-z0-9].*") ? name : "input" + name;
    }

    private static String unique(String name, SortedMap<String, ?> taken) {
        int dot = name.lastIndexOf('.') < 0 ? name.length() : name.lastIndexOf('.');
        String candidate = name;
        for (int number = 2; taken.containsKey(candidate); number++) {
            candidate = name.substring(0, dot) + "-" + number + name.substring(dot);
        }
        return candidate;
    }
}
