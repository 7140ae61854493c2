package io.tokenledger.report;

import static io.tokenledger.report.Tables.AUGUST;
import static io.tokenledger.report.Tables.SEPTEMBER;
import static io.tokenledger.report.Tables.filesUnder;
import static io.tokenledger.report.Tables.hadoop;
import static io.tokenledger.report.Tables.local;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tokenledger.model.ExitCode;
import io.tokenledger.model.Failure;
import io.tokenledger.model.Month;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LatestTest {
    private static final SortedMap<Month, Latest.Entry> FIRST =
            new TreeMap<>(Map.of(AUGUST, Latest.Entry.of(AUGUST, 1, "run-1")));
    private static final SortedMap<Month, Latest.Entry> SECOND = new TreeMap<>(
            Map.of(SEPTEMBER, Latest.Entry.of(SEPTEMBER, 1, "run-2"), AUGUST, Latest.Entry.of(AUGUST, 2, "run-2")));

    @TempDir
    Path out;

    @Test
    void itNamesTheAssemblyOfEachMonth() throws IOException {
        Latest.write(local(), hadoop(out), SECOND);

        assertThat(out.resolve("latest.json")).content().isEqualTo("""
                {
                  "2026-08": {
                    "version": 2,
                    "path": "2026-08/v0002-run-2",
                    "run_id": "run-2"
                  },
                  "2026-09": {
                    "version": 1,
                    "path": "2026-09/v0001-run-2",
                    "run_id": "run-2"
                  }
                }
                """);
    }

    @Test
    void withoutAFileThereAreNoEntries() throws IOException {
        assertThat(Latest.read(local(), hadoop(out.resolve("never-written")))).isEmpty();
    }

    @Test
    void aNewFileReplacesTheOldOneAndLeavesNothingBeside() throws IOException {
        Latest.write(local(), hadoop(out), FIRST);
        Latest.write(local(), hadoop(out), SECOND);

        assertThat(Latest.read(local(), hadoop(out))).isEqualTo(SECOND);
        assertThat(filesUnder(out)).containsExactly("latest.json");
    }

    @ParameterizedTest
    @ValueSource(strings = {"file", "store"})
    void itIsReplacedWhereARenameRefusesAnExistingTarget(String scheme) throws IOException {
        try (RefusingRename files = new RefusingRename(scheme)) {
            Latest.write(files, hadoop(out), FIRST);
            Latest.write(files, hadoop(out), SECOND);
        }

        assertThat(Latest.read(local(), hadoop(out))).isEqualTo(SECOND);
        assertThat(filesUnder(out)).filteredOn(file -> !file.endsWith(".crc")).containsExactly("latest.json");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"2026-08\": {\"versi", "{\"August\": null}", "[]"})
    void aDamagedFileNamesNothingAndIsWrittenAnew(String content) throws IOException {
        Files.writeString(out.resolve("latest.json"), content);

        assertThat(Latest.read(local(), hadoop(out))).isEmpty();

        Latest.write(local(), hadoop(out), FIRST);
        assertThat(Latest.read(local(), hadoop(out))).isEqualTo(FIRST);
    }

    @Test
    void aStorageErrorNamesTheFile() throws IOException {
        Path file = Files.writeString(out.resolve("file"), "no directory");

        assertThatThrownBy(() -> Latest.write(local(), hadoop(file), FIRST))
                .isInstanceOfSatisfying(
                        Failure.class, f -> assertThat(f.exitCode()).isEqualTo(ExitCode.STORAGE))
                .hasMessageContaining(file + "/latest.json");
    }

    /** Local files under another scheme, whose rename behaves like that of HDFS or an object store. */
    private static final class RefusingRename extends RawLocalFileSystem {
        private final String scheme;

        RefusingRename(String scheme) throws IOException {
            this.scheme = scheme;
            initialize(URI.create("file:///"), new Configuration());
        }

        @Override
        public URI getUri() {
            return URI.create(scheme + ":///");
        }

        @Override
        protected void checkPath(org.apache.hadoop.fs.Path path) {}

        @Override
        public boolean rename(org.apache.hadoop.fs.Path from, org.apache.hadoop.fs.Path to) throws IOException {
            return !exists(to) && super.rename(from, to);
        }
    }
}
