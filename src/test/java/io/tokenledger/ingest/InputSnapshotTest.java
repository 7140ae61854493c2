package io.tokenledger.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tokenledger.ingest.InputSnapshot.Ignored;
import io.tokenledger.model.ExitCode;
import io.tokenledger.model.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InputSnapshotTest {
    private static final Configuration HADOOP = new Configuration();

    @TempDir
    Path dir;

    @Test
    void globsAndDirectoriesAreListedOnceSortedByPath() throws IOException {
        write("b/2.jsonl", "22");
        write("a/1.jsonl", "1");
        write("a/3.jsonl.gz", "333");
        write("a/3.txt", "");
        InputSnapshot snapshot = list(feed("x", "b", "a/*.jsonl*", "a/1*"));
        assertThat(snapshot.files())
                .extracting(InputFile::path)
                .containsExactly(uri("a/1.jsonl"), uri("a/3.jsonl.gz"), uri("b/2.jsonl"));
        assertThat(snapshot.files()).extracting(InputFile::size).containsExactly(1L, 3L, 2L);
        assertThat(snapshot.ignored()).isEmpty();
    }

    @Test
    void namesThatWritersGiveToUnfinishedFilesAreIgnoredAndListed() throws IOException {
        write("in/ok.jsonl", "");
        write("in/_2026-01.jsonl", "");
        write("in/.hidden", "");
        write("in/sum.crc", "");
        write("in/late.jsonl._COPYING_", "");
        write("in/more/deep.jsonl", "");
        InputSnapshot snapshot = list(feed("x", "in"));
        assertThat(snapshot.files()).extracting(InputFile::path).containsExactly(uri("in/ok.jsonl"));
        assertThat(snapshot.ignored())
                .containsExactly(
                        new Ignored("x", uri("in/.hidden"), "name begins with '.'"),
                        new Ignored("x", uri("in/_2026-01.jsonl"), "name begins with '_'"),
                        new Ignored("x", uri("in/late.jsonl._COPYING_"), "name ends with '_COPYING_'"),
                        new Ignored("x", uri("in/more"), "a directory inside a directory"),
                        new Ignored("x", uri("in/sum.crc"), "name ends with 'crc'"));
    }

    @Test
    void aFileThatIsNamedExactlyIsReadWhateverItsName() throws IOException {
        write("in/_2026-01.jsonl", "");
        InputSnapshot snapshot = list(feed("x", "in/_2026-01.jsonl", "in/*"));
        assertThat(snapshot.files()).hasSize(1);
        assertThat(snapshot.ignored()).isEmpty();
    }

    @Test
    void aFileOfTwoFeedsIsRefusedBecauseItsRequestsWouldCountTwice() throws IOException {
        write("in/a.jsonl", "");
        fails(
                () -> list(feed("x", "in/*"), feed("y", "in/a*")),
                ExitCode.CONFIGURATION,
                "feeds 'x' and 'y': paths: both match " + uri("in/a.jsonl"));
    }

    @Test
    void aFeedWithoutAFileIsNoEmptyFeed() throws IOException {
        fails(
                () -> list(feed("x", "in/*.jsonl", "gone")),
                ExitCode.DATA_QUALITY,
                "feed 'x': no file matches " + dir + "/in/*.jsonl, " + dir
                        + "/gone; check that the export has arrived");
        write("in/_a.jsonl", "");
        assertThatThrownBy(() -> list(feed("x", "in/*.jsonl")))
                .hasMessageContaining("ignored: [" + uri("in/_a.jsonl") + " (name begins with '_')]");
    }

    @Test
    void anUnknownFileSystemIsReportedWithThePath() {
        fails(
                () -> InputSnapshot.list(List.of(absoluteFeed("x", "nosuch://bucket/a")), HADOOP),
                ExitCode.STORAGE,
                "nosuch://bucket/a: cannot be listed: ");
    }

    @Test
    void anUnchangedInputPassesTheSecondLook() throws IOException {
        write("in/a.jsonl", "a");
        InputSnapshot snapshot = list(feed("x", "in/*"));
        write("in/later.jsonl", "arrived after the listing, so it is for the next run");
        assertThatCode(() -> snapshot.requireUnchanged(HADOOP)).doesNotThrowAnyException();
    }

    @Test
    void aFileThatGrewWasTouchedOrIsGoneStopsTheRun() throws IOException {
        Path file = write("in/a.jsonl", "a");
        Files.setLastModifiedTime(file, FileTime.from(Instant.parse("2026-03-01T00:00:00Z")));
        InputSnapshot snapshot = list(feed("x", "in/*"));
        ThrowingCallable look = () -> snapshot.requireUnchanged(HADOOP);

        Files.setLastModifiedTime(file, FileTime.from(Instant.parse("2026-03-02T00:00:00Z")));
        fails(
                look,
                ExitCode.INPUT_CHANGED,
                "feed 'x': " + uri("in/a.jsonl") + " changed while it was read: found 1 bytes of 2026-03-02T00:00:00Z,"
                        + " expected 1 bytes of 2026-03-01T00:00:00Z");
        write("in/a.jsonl", "ab");
        fails(look, ExitCode.INPUT_CHANGED, "feed 'x': " + uri("in/a.jsonl") + " changed while it was read: found 2");
        Files.delete(file);
        fails(look, ExitCode.INPUT_CHANGED, "feed 'x': " + uri("in/a.jsonl") + " changed while it was read: found no");
    }

    @Test
    void theIdOfAFileIsTheSameInEveryRunAndAnotherWhenItChanges() {
        Instant modified = Instant.parse("2026-03-01T00:00:00Z");
        InputFile file = new InputFile("x", "file:/in/a.jsonl", 5, modified);
        assertThat(file.id()).isEqualTo(new InputFile("x", "file:/in/a.jsonl", 5, modified).id());
        // The first 16 hex digits of: printf 'x\nfile:/in/a.jsonl\n5\n1772323200000' | sha256sum
        assertThat(Long.toHexString(file.id())).isEqualTo("43c48968b1e1eb08");
        assertThat(List.of(
                        file.id(),
                        new InputFile("y", "file:/in/a.jsonl", 5, modified).id(),
                        new InputFile("x", "file:/in/b.jsonl", 5, modified).id(),
                        new InputFile("x", "file:/in/a.jsonl", 6, modified).id(),
                        new InputFile("x", "file:/in/a.jsonl", 5, modified.plusMillis(1)).id()))
                .doesNotHaveDuplicates();
    }

    private InputSnapshot list(Feed... feeds) {
        return InputSnapshot.list(List.of(feeds), HADOOP);
    }

    private Feed feed(String name, String... paths) {
        return absoluteFeed(
                name, List.of(paths).stream().map(p -> dir + "/" + p).toArray(String[]::new));
    }

    private static Feed absoluteFeed(String name, String... paths) {
        return new Feed(
                name, List.of(paths), "openai-chat", "openai", Map.of(), null, null, null, 1, null, false, null, null);
    }

    private String uri(String path) {
        return "file:" + dir.resolve(path);
    }

    private Path write(String path, String text) throws IOException {
        Path file = dir.resolve(path);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, text);
    }

    private static void fails(ThrowingCallable call, ExitCode code, String message) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        Failure.class, f -> assertThat(f.exitCode()).isEqualTo(code))
                .hasMessageStartingWith(message);
    }
}
