package io.tokenledger.ledger;

import static io.tokenledger.Requests.dataset;
import static io.tokenledger.Requests.request;
import static org.apache.spark.sql.functions.col;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tokenledger.SparkTest;
import io.tokenledger.ingest.Feed;
import io.tokenledger.ingest.FileReport;
import io.tokenledger.ingest.LogRecords;
import io.tokenledger.model.ExitCode;
import io.tokenledger.model.Failure;
import io.tokenledger.model.Month;
import io.tokenledger.model.ServingMode;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LedgerTest extends SparkTest {
    private static final CountDownLatch SLOW_RUN_READS = new CountDownLatch(1);
    private static final CountDownLatch FAST_RUN_DONE = new CountDownLatch(1);

    @TempDir
    Path warehouse;

    private SparkSession session;
    private Ledger ledger;

    @BeforeEach
    void openLedger() {
        session = session();
        ledger = Ledger.open(session, warehouse.toString());
    }

    @Test
    void theSameRowsAgainAddNone() {
        List<Row> rows = List.of(
                of(1, "r1", "2026-06-30T23:59:59.999999Z", "output", 1),
                of(1, "r2", "2026-07-01T00:00:00Z", "output", 2),
                of(1, "r3", "2026-08-15T00:00:00Z", "output", 4));
        FileEntry first = commit("n1", rows, report(1, "a", 3)).get(0);
        assertThat(first.accepted()).isEqualTo(3);
        SortedMap<Month, String> before = ledger.contentFingerprints(ledger.snapshot(), ZoneOffset.UTC);

        List<Row> again = List.of(
                of(2, "r1", "2026-06-30T23:59:59.999999Z", "output", 1),
                of(2, "r2", "2026-07-01T00:00:00Z", "output", 2),
                of(2, "r3", "2026-08-15T00:00:00Z", "output", 4));
        FileEntry second = commit("n2", again, report(2, "b", 3)).get(0);

        assertThat(second.accepted()).isZero();
        assertThat(second.duplicate()).isEqualTo(3);
        assertThat(second.conflict()).isZero();
        assertThat(held()).containsExactly("r1 1", "r2 2", "r3 4");
        assertThat(before).containsOnlyKeys(months("2026-06", "2026-07", "2026-08"));
    }

    @Test
    void rowsOfAnotherProviderOrNamespaceWithTheSameIdStay() {
        Feed other = feed("other", "elsewhere", null);
        List<Row> rows = List.of(
                of(1, "r1", "2026-07-01T00:00:00Z", "output", 1),
                of(1, "r1", "2026-07-01T00:00:00Z", "output", 2, "provider", "q"),
                of(1, "r1", "2026-07-01T00:00:00Z", "output", 3, "feed", "other"));
        ledger.commit(
                dataset(session, rows), List.of(report(1, "a", 3)), List.of(feed("live", null, null), other), "n1");
        assertThat(held()).containsExactly("r1 1", "r1 2", "r1 3");
    }

    @Test
    void feedsOfOneNamespaceShareTheirIds() {
        List<Feed> feeds = List.of(feed("live", "traffic", null), feed("other", "traffic", null));
        List<Row> rows = List.of(
                of(1, "r1", "2026-07-01T00:00:00Z", "output", 1),
                of(2, "r1", "2026-07-01T00:00:00Z", "output", 1, "feed", "other"));
        List<FileEntry> entries =
                ledger.commit(dataset(session, rows), List.of(report(1, "a", 1), report(2, "b", 1)), feeds, "n1");
        assertThat(entries).extracting(FileEntry::duplicate).containsExactly(0L, 1L);
        assertThat(held()).containsExactly("r1 1");
    }

    @Test
    void anIdAtAnotherTimeInsideTheLookBackIsAConflictAndTheFirstStays() {
        commit("n1", List.of(of(1, "r1", "2026-07-01T00:00:00Z", "output", 1)), report(1, "a", 1));
        FileEntry entry = commit("n2", List.of(of(2, "r1", "2026-08-05T00:00:00Z", "output", 1)), report(2, "b", 1))
                .get(0);
        assertThat(entry.conflict()).isEqualTo(1);
        assertThat(entry.accepted()).isZero();
        assertThat(held()).containsExactly("r1 1");
    }

    @Test
    void anIdBeyondTheLookBackIsNotSearchedFor() {
        commit("n1", List.of(of(1, "r1", "2026-07-01T00:00:00Z", "output", 1)), report(1, "a", 1));
        commit("n2", List.of(of(2, "r1", "2026-08-05T00:00:00.000001Z", "output", 1)), report(2, "b", 1));
        assertThat(held()).containsExactly("r1 1", "r1 1");
    }

    @Test
    void aFeedThatStopsOnConflictsLeavesTheLedgerAsItWas() {
        commit("n1", List.of(of(1, "r1", "2026-07-01T00:00:00Z", "output", 1)), report(1, "a", 1));
        long before = ledger.snapshot();
        Feed strict = feed("live", null, Feed.OnConflict.STOP);
        List<Row> rows = List.of(of(2, "r1", "2026-07-02T00:00:00Z", "output", 1), of(2, "r2", "2026-07-02T00:00:00Z"));
        assertThatThrownBy(
                        () -> ledger.commit(dataset(session, rows), List.of(report(2, "b", 2)), List.of(strict), "n2"))
                .isInstanceOfSatisfying(
                        Failure.class, f -> assertThat(f.exitCode()).isEqualTo(ExitCode.DATA_QUALITY))
                .hasMessageContaining("nothing was committed");
        assertThat(ledger.snapshot()).isEqualTo(before);
        assertThat(refs()).containsExactly("main");
    }

    @Test
    void rowsWithoutAnIdAreKnownByTheDigestOfTheirFileAndTheirPlaceInIt() {
        List<Row> rows = List.of(
                of(1, null, "2026-07-01T00:00:00Z", "output", 1, "byte_offset", 0),
                of(1, null, "2026-07-01T00:00:00Z", "output", 1, "byte_offset", 100));
        assertThat(commit("n1", rows, report(1, "same", 2)).get(0).accepted()).isEqualTo(2);
        List<Row> reread = List.of(
                of(2, null, "2026-07-01T00:00:00Z", "output", 1, "byte_offset", 0),
                of(2, null, "2026-07-01T00:00:00Z", "output", 1, "byte_offset", 100));
        assertThat(commit("n2", reread, report(2, "same", 2)).get(0).duplicate())
                .isEqualTo(2);
        List<Row> another = List.of(of(3, null, "2026-07-01T00:00:00Z", "output", 1, "byte_offset", 0));
        assertThat(commit("n3", another, report(3, "different", 1)).get(0).accepted())
                .isEqualTo(1);
        assertThat(held()).hasSize(3);
    }

    @Test
    void rowsOfAFileThatAlreadyHasADeletionVectorCanBeSupersededToo() {
        commit(
                "n1",
                List.of(
                        of(1, "r1", "2026-07-01T00:00:00Z", "output", 1),
                        of(1, "r2", "2026-07-01T00:00:00Z", "output", 1),
                        of(1, "r3", "2026-07-01T00:00:00Z", "output", 1)),
                report(1, "a", 3));
        commit("n2", List.of(of(2, "r1", "2026-07-01T00:00:00Z", "output", 10)), report(2, "b", 1));
        assertThat(held()).containsExactly("r1 10", "r2 1", "r3 1");
        commit("n3", List.of(of(3, "r2", "2026-07-01T00:00:00Z", "output", 20)), report(3, "c", 1));
        assertThat(held()).containsExactly("r1 10", "r2 20", "r3 1");
        assertThat(refs()).containsExactly("main");
        assertThat(session.table("ledger.tokenledger.requests.delete_files").count())
                .as("one deletion vector per data file")
                .isEqualTo(1);
    }

    @Test
    void anOldSnapshotStaysAsItWas() {
        commit("n1", List.of(of(1, "r1", "2026-07-01T00:00:00Z", "output", 1)), report(1, "a", 1));
        long first = ledger.snapshot();
        commit("n2", List.of(of(2, "r1", "2026-07-01T00:00:00Z", "output", 9)), report(2, "b", 1));
        assertThat(ledger.requests(first).select("output").first().getLong(0)).isEqualTo(1);
        assertThat(held()).containsExactly("r1 9");
    }

    @Test
    void onlyTheFingerprintsOfTouchedMonthsChange() {
        commit(
                "n1",
                List.of(of(1, "r1", "2026-06-15T00:00:00Z"), of(1, "r2", "2026-07-15T00:00:00Z")),
                report(1, "a", 2));
        ZoneId la = ZoneId.of("America/Los_Angeles");
        long first = ledger.snapshot();
        commit("n2", List.of(of(2, "r3", "2026-07-20T00:00:00Z")), report(2, "b", 1));
        Map<Month, String> before = ledger.contentFingerprints(first, ZoneOffset.UTC);
        Map<Month, String> after = ledger.contentFingerprints(ledger.snapshot(), ZoneOffset.UTC);
        assertThat(after).containsOnlyKeys(months("2026-06", "2026-07"));
        assertThat(after.get(Month.parse("2026-06"))).isEqualTo(before.get(Month.parse("2026-06")));
        assertThat(after.get(Month.parse("2026-07"))).isNotEqualTo(before.get(Month.parse("2026-07")));
        assertThat(ledger.contentFingerprints(first, ZoneOffset.UTC)).isEqualTo(before);
        assertThat(ledger.contentFingerprints(first, la))
                .as("only months that hold requests, in any zone")
                .containsOnlyKeys(months("2026-06", "2026-07"));
    }

    @Test
    void ofTwoRunsOnOneBaseTheSecondToCommitIsTurnedAway() throws InterruptedException {
        commit("n0", List.of(of(1, "r0", "2026-07-01T00:00:00Z", "output", 1)), report(1, "a", 1));
        // The slow run takes its base, then reads until the other run is through.
        Dataset<Row> slowRows = dataset(session, List.of(of(2, "slow", "2026-07-02T00:00:00Z", "output", 2)))
                .map((MapFunction<Row, Row>) LedgerTest::afterTheFastRun, Encoders.row(LogRecords.SCHEMA));
        Ledger slow = Ledger.open(session, warehouse.toString());
        AtomicReference<Throwable> end = new AtomicReference<>();
        Thread run = new Thread(() -> {
            SparkSession.setActiveSession(session);
            try {
                slow.commit(slowRows, List.of(report(2, "b", 1)), List.of(feed("live", null, null)), "slow");
            } catch (RuntimeException e) {
                end.set(e);
            }
        });
        run.start();
        assertThat(SLOW_RUN_READS.await(120, TimeUnit.SECONDS)).isTrue();
        try {
            commit("fast", List.of(of(3, "fast", "2026-07-02T00:00:00Z", "output", 4)), report(3, "c", 1));
        } finally {
            FAST_RUN_DONE.countDown();
        }
        run.join();
        assertThat(end.get())
                .isInstanceOfSatisfying(
                        Failure.class, f -> assertThat(f.exitCode()).isEqualTo(ExitCode.CONFLICT))
                .hasMessage(
                        "Another run has committed to ledger.tokenledger.requests since this one began; this one changed nothing"
                                + " there, run again");
        assertThat(held()).containsExactly("fast 4", "r0 1");
        assertThat(refs()).containsExactly("main");
    }

    private static Row afterTheFastRun(Row row) throws InterruptedException {
        SLOW_RUN_READS.countDown();
        if (!FAST_RUN_DONE.await(120, TimeUnit.SECONDS)) {
            throw new IllegalStateException("The other run did not end");
        }
        return row;
    }

    @Test
    void ofTwoRunsThatPublishOnWhatTheyReadTheSecondIsTurnedAway() {
        commit("n1", List.of(of(1, "r1", "2026-07-01T00:00:00Z", "output", 1)), report(1, "a", 1));
        Ledger other = Ledger.open(session, warehouse.toString());
        assertThat(ledger.publications()).isEmpty();
        assertThat(other.publications()).isEmpty();
        ledger.publish(List.of(publication("run-1", 1)));
        assertThatThrownBy(() -> other.publish(List.of(publication("run-2", 1))))
                .isInstanceOfSatisfying(
                        Failure.class, f -> assertThat(f.exitCode()).isEqualTo(ExitCode.CONFLICT));
        assertThat(other.publications()).containsExactly(publication("run-1", 1));
        assertThat(refs()).containsExactly("2026-07_v0001_run-1", "main");
        other.publish(List.of(publication("run-2", 2)));
        assertThat(ledger.publications()).hasSize(2);
    }

    @Test
    void filesAndRejectsAreNotedAndAReadFileIsNotReadAgain() {
        FileReport report = report(1, "a", 1);
        Row rejected = request(
                "2026-07-01T00:00:00Z",
                "kind",
                "rejected",
                "file_id",
                1,
                "reason",
                "malformed JSON",
                "line_sha256",
                "ff",
                "byte_offset",
                7);
        FileReport withReject = new FileReport(
                report.feed(),
                1,
                report.path(),
                10,
                report.modified(),
                "plain",
                2,
                1,
                1,
                0,
                report.sha256(),
                report.month(),
                report.unknownCounters(),
                Optional.empty());
        Dataset<Row> rows = dataset(session, List.of(of(1, "r1", "2026-07-01T00:00:00Z"), rejected));
        List<FileEntry> entries = ledger.commit(rows, List.of(withReject), List.of(feed("live", null, null)), "n1");
        ledger.note(entries, rows, "n1");
        assertThat(ledger.files()).containsExactlyElementsOf(entries);
        assertThat(entries.get(0).records())
                .isEqualTo(entries.get(0).accepted() + entries.get(0).rejected());
        assertThat(ledger.rejects()
                        .select("run_id", "path", "byte_offset", "reason")
                        .first()
                        .mkString(" "))
                .isEqualTo("n1 file:/logs/1 7 malformed JSON");
    }

    private Publication publication(String run, int version) {
        Map<String, String> totals = new HashMap<>();
        totals.put("serverless", "0.000000000001");
        totals.put("as-run", null);
        return new Publication(
                Month.parse("2026-07"),
                version,
                run,
                "open",
                "new requests",
                Instant.parse("2026-08-01T00:00:00Z"),
                ledger.snapshot(),
                new Publication.Fingerprints("l", "r", "p"),
                totals,
                Map.of("serverless", "0.000000000001", "as-run", "0.000000000000"),
                "2026-07/v0001-" + run);
    }

    private List<FileEntry> commit(String runId, List<Row> rows, FileReport report) {
        // One partition: the rows of a run are in one data file per month.
        return ledger.commit(
                dataset(session, rows).coalesce(1), List.of(report), List.of(feed("live", null, null)), runId);
    }

    private static Row of(long file, String id, String occurredAt, Object... columnsAndValues) {
        List<Object> all = new ArrayList<>(List.of("file_id", file));
        all.add("request_id");
        all.add(id);
        all.addAll(List.of(columnsAndValues));
        return request(occurredAt, all.toArray());
    }

    private static FileReport report(long file, String digest, long requests) {
        return new FileReport(
                "live",
                file,
                "file:/logs/" + file,
                10,
                Instant.parse("2026-07-01T00:00:00Z"),
                "plain",
                requests,
                requests,
                0,
                0,
                Optional.of(digest),
                Optional.of("2026-07"),
                Collections.emptySortedMap(),
                Optional.empty());
    }

    private static Feed feed(String name, String namespace, Feed.OnConflict onConflict) {
        return new Feed(
                name,
                List.of("/logs"),
                "openai-chat",
                "p",
                null,
                namespace,
                ServingMode.SERVERLESS,
                null,
                1,
                null,
                false,
                null,
                onConflict);
    }

    private static Month[] months(String... texts) {
        return java.util.stream.Stream.of(texts).map(Month::parse).toArray(Month[]::new);
    }

    private List<String> held() {
        return ledger
                .requests(ledger.snapshot())
                .orderBy("request_id", "output")
                .select(col("request_id"), col("output"))
                .collectAsList()
                .stream()
                .map(r -> r.mkString(" "))
                .toList();
    }

    private List<String> refs() {
        return session.table("ledger.tokenledger.requests.refs").orderBy("name").select("name").collectAsList().stream()
                .map(r -> r.getString(0))
                .toList();
    }
}
