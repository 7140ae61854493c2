package io.tokenledger.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import io.tokenledger.model.Failure;
import io.tokenledger.model.Month;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * {@code latest.json} in the output directory: the current assembly of each month, for readers that want no Iceberg.
 * The ledger's publications are the truth; this file is made from them and can be made again.
 */
public final class Latest {
    private static final TypeReference<TreeMap<Month, Entry>> ENTRIES = new TypeReference<>() {};

    private Latest() {}

    /**
     * The current assembly of a month.
     *
     * @param version of the month's reports
     * @param path relative to the output directory; see {@link Assembly#relativePath}
     * @param runId the run that made it
     */
    public record Entry(int version, String path, String runId) {

        /** The entry of an assembly that lies where {@link Assembly#directory} puts it. */
        public static Entry of(Month month, int version, String runId) {
            return new Entry(version, Assembly.relativePath(month, version, runId), runId);
        }
    }

    /**
     * Replaces the file as a whole: a reader finds the old entries or the new ones, never a part.
     *
     * @param entries of all months, not only of those just published
     * @throws Failure with exit code 7 when it cannot be written
     */
    public static void write(FileSystem fileSystem, Path out, SortedMap<Month, Entry> entries) {
        Storage.replace(fileSystem, file(out), Json.bytes(entries));
    }

    /**
     * The entries of the file; none when there is no file or it is damaged, since it can be written anew.
     *
     * @throws Failure with exit code 7 when it cannot be read
     */
    public static SortedMap<Month, Entry> read(FileSystem fileSystem, Path out) {
        try (InputStream in = Storage.withoutSideFiles(fileSystem).open(file(out))) {
            return Collections.unmodifiableSortedMap(Json.MAPPER.readValue(in, ENTRIES));
        } catch (FileNotFoundException | JsonProcessingException e) {
            return Collections.emptySortedMap();
        } catch (IOException e) {
            throw Storage.cannot("read", file(out), e);
        }
    }

    private static Path file(Path out) {
        return new Path(out, "latest.json");
    }
}
