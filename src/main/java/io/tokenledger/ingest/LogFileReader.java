package io.tokenledger.ingest;

import io.tokenledger.ingest.dialect.CapturedRecord;
import io.tokenledger.ingest.dialect.Dialect;
import io.tokenledger.ingest.dialect.Dialects;
import io.tokenledger.ingest.dialect.Outcome;
import io.tokenledger.ingest.dialect.RecordScanner;
import io.tokenledger.ingest.dialect.Rejected;
import io.tokenledger.ingest.dialect.Rejection;
import io.tokenledger.ingest.dialect.Request;
import io.tokenledger.model.Month;
import io.tokenledger.model.TokenClass;
import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.RoundingMode;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Queue;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;

/**
 * The rows of one file, read as they are asked for, with a row of kind {@link LogRecords#FILE} at the end. A file that
 * is broken, or that is not the one that was listed, is not an exception but an error in that last row.
 *
 * <p>What no reader can see: a gzip file that was cut exactly between two members is a shorter gzip file.
 */
final class LogFileReader implements Iterator<Row>, Closeable {
    /** How the error of a file begins that is not the one that was listed. */
    static final String CHANGED = "changed while read";

    /** Names of unknown counters that a file's report tells apart. */
    private static final int UNKNOWN_MAX = 64;

    private static final int BUFFER_BYTES = 1 << 16;

    private final InputFile file;
    private final Feed feed;
    private final ZoneId billingZone;
    private final Configuration hadoop;
    private final int lineLimit;

    private final Dialect dialect;
    private final RecordScanner scanner;
    /** Of records without a time of their own; null when there is none. */
    private final Instant fallbackTime;

    private final long fileId;
    private final boolean gzip;
    private final Map<Month, Long> requestsByMonth = new TreeMap<>();

    private RawBytes raw;
    private LineReader lines;
    private long requests;
    private long rejected;
    private long outOfScope;
    private final Queue<Row> rowsOfLine = new ArrayDeque<>();
    private final SortedMap<String, Long> unknownCounters = new TreeMap<>();
    private Row next;
    private boolean ended;

    /** @param lineLimit bytes of the longest line that is not rejected unread */
    LogFileReader(InputFile file, Feed feed, ZoneId billingZone, Configuration hadoop, int lineLimit) {
        this.file = file;
        this.feed = feed;
        this.billingZone = billingZone;
        this.hadoop = hadoop;
        this.lineLimit = lineLimit;
        this.dialect = Dialects.named(feed.dialect());
        this.scanner = new RecordScanner(
                Stream.concat(dialect.pointers().stream(), feed.fields().values().stream())
                        .toList(),
                feed.zone());
        this.fallbackTime = feed.dayInPath() ? DayInPath.of(file.path(), feed.zone()) : null;
        this.fileId = file.id();
        this.gzip = file.path().toLowerCase(Locale.ROOT).endsWith(".gz");
    }

    @Override
    public boolean hasNext() {
        if (next == null && !ended) {
            next = advance();
        }
        return next != null;
    }

    @Override
    public Row next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        Row row = next;
        next = null;
        return row;
    }

    @Override
    public void close() {
        try {
            if (raw != null) {
                raw.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(file.path(), e);
        }
    }

    private Row advance() {
        String error;
        try {
            if (lines == null) {
                open();
            }
            while (rowsOfLine.isEmpty() && lines.next()) {
                readLine();
            }
            if (!rowsOfLine.isEmpty()) {
                return rowsOfLine.remove();
            }
            error = change();
            if (error == null && raw.count() != file.size()) {
                error = CHANGED + ": " + raw.count() + " bytes were read, listed as " + file.size();
            }
        } catch (IOException e) {
            // A file that someone changes looks broken; that it changed is what its owner must know.
            String change = change();
            error = change != null ? change : problem(e);
        }
        ended = true;
        return report(error);
    }

    private void open() throws IOException {
        Path path = new Path(file.path());
        raw = new RawBytes(path.getFileSystem(hadoop).open(path));
        BufferedInputStream bytes = new BufferedInputStream(raw, BUFFER_BYTES);
        bytes.mark(2);
        int first = bytes.read();
        boolean gzipMagic = first == 0x1F && bytes.read() == 0x8B;
        bytes.reset();
        if (gzip && first < 0) {
            throw new IOException("ends before its first gzip header");
        }
        if (gzip && !gzipMagic) {
            throw new IOException("named .gz, but does not begin as gzip");
        }
        if (!gzip && gzipMagic) {
            throw new IOException("begins as gzip, but is not named .gz");
        }
        lines = new LineReader(gzip ? decompressed(bytes) : bytes, lineLimit);
    }

    /** All members, one after the other; throws at what follows them and is no member. */
    private static InputStream decompressed(InputStream bytes) throws IOException {
        return GzipCompressorInputStream.builder()
                .setInputStream(bytes)
                .setDecompressConcatenated(true)
                .get();
    }

    private void readLine() {
        if (lines.tooLong()) {
            reject("line longer than " + lineLimit + " bytes", 0);
            return;
        }
        if (blank(lines.buffer(), lines.start(), lines.length())) {
            return;
        }
        try {
            int index = 0;
            for (CapturedRecord object : scanner.scan(lines.buffer(), lines.start(), lines.length())) {
                for (CapturedRecord captured : dialect.records(object)) {
                    for (Outcome outcome : outcomes(captured)) {
                        take(outcome, captured, index++);
                    }
                }
            }
        } catch (Rejection e) {
            reject(e.reason(), 0);
        }
    }

    private List<Outcome> outcomes(CapturedRecord captured) {
        try {
            return dialect.read(captured);
        } catch (Rejection e) {
            return List.of(new Rejected(e.reason()));
        }
    }

    /** @param index which outcome of its line it is */
    private void take(Outcome outcome, CapturedRecord captured, int index) {
        if (outcome instanceof Request request) {
            try {
                accept(request, captured, index);
            } catch (Rejection e) {
                reject(e.reason(), index);
            }
        } else if (outcome instanceof Rejected rejection) {
            reject(rejection.reason(), index);
        } else {
            outOfScope++;
        }
    }

    private static boolean blank(byte[] bytes, int start, int length) {
        for (int i = start; i < start + length; i++) {
            if (bytes[i] != ' ' && bytes[i] != '\t' && bytes[i] != '\r') {
                return false;
            }
        }
        return true;
    }

    private void accept(Request request, CapturedRecord captured, int index) throws Rejection {
        Instant occurredAt = occurredAt(request, captured);
        rowsOfLine.add(row(request, occurredAt, captured, index));
        requests++;
        requestsByMonth.merge(Month.at(occurredAt, billingZone), 1L, Long::sum);
        for (String name : request.usage().unknownCounters()) {
            boolean room = unknownCounters.size() < UNKNOWN_MAX || unknownCounters.containsKey(name);
            unknownCounters.merge(room ? name : "others", 1L, Long::sum);
        }
    }

    private Instant occurredAt(Request request, CapturedRecord captured) throws Rejection {
        String mapped = feed.fields().get(LogRecords.OCCURRED_AT);
        Instant time = mapped == null ? request.occurredAt() : captured.time(mapped);
        if (time == null && fallbackTime == null) {
            throw mapped == null ? new Rejection("missing time") : new Rejection("missing", mapped);
        }
        return time == null ? fallbackTime : time;
    }

    private Row row(Request request, Instant occurredAt, CapturedRecord captured, int index) throws Rejection {
        Cells cells = new Cells(LogRecords.REQUEST)
                .set(LogRecords.BYTE_OFFSET, lines.offset() + index)
                .set(LogRecords.REQUEST_ID, request.requestId())
                .set(LogRecords.OPERATION_ID, request.origin().operationId())
                .set(LogRecords.OCCURRED_AT, occurredAt)
                .set(LogRecords.DURATION_MS, request.durationMs())
                .set(LogRecords.TENANT, request.origin().tenant())
                .set(LogRecords.FEATURE, request.origin().feature())
                .set(LogRecords.ENVIRONMENT, request.origin().environment())
                .set(LogRecords.PROVIDER, feed.provider())
                .set(LogRecords.MODEL, request.model())
                .set(LogRecords.REQUESTED_MODEL, request.requestedModel())
                .set(LogRecords.REGION, request.origin().region())
                .set(LogRecords.DEPLOYMENT, request.origin().deployment())
                .set(LogRecords.SERVICE_TIER, request.serviceTier())
                .set(LogRecords.STATUS, request.status().label())
                .set(LogRecords.REASONING_TOKENS, request.usage().reasoningTokens())
                .set(LogRecords.UNCLASSIFIED_TOKENS, request.usage().unclassifiedTokens())
                .set(LogRecords.WEB_SEARCHES, request.usage().webSearches());
        for (Map.Entry<TokenClass, Long> count : request.usage().tokens().entrySet()) {
            cells.set(count.getKey().column(), count.getValue());
        }
        if (request.costReported() != null) {
            cells.set(
                    LogRecords.COST_REPORTED,
                    request.costReported().amount().setScale(LogRecords.COST_SCALE, RoundingMode.HALF_EVEN));
            cells.set(LogRecords.COST_CURRENCY, request.costReported().currency());
        }
        if (request.servingMode() != null) {
            cells.set(LogRecords.SERVING_MODE, request.servingMode().label());
        }
        for (Map.Entry<String, String> field : feed.fields().entrySet()) {
            switch (field.getKey()) {
                case LogRecords.OCCURRED_AT -> {}
                case LogRecords.PROVIDER -> {
                    String named = captured.textOrNone(field.getValue());
                    cells.set(LogRecords.PROVIDER, named == null ? feed.provider() : named);
                }
                case LogRecords.DURATION_MS -> cells.set(field.getKey(), captured.counter(field.getValue()));
                default -> cells.set(field.getKey(), captured.text(field.getValue()));
            }
        }
        return cells.row();
    }

    private void reject(String reason, int index) {
        rejected++;
        rowsOfLine.add(new Cells(LogRecords.REJECTED)
                .set(LogRecords.BYTE_OFFSET, lines.offset() + index)
                .set(LogRecords.REASON, reason)
                .set(LogRecords.LINE_SHA256, lines.sha256())
                .row());
    }

    private Row report(String error) {
        return new Cells(LogRecords.FILE)
                .set(LogRecords.PATH, file.path())
                .set(LogRecords.SIZE, file.size())
                .set(LogRecords.MODIFIED, file.modified())
                .set(LogRecords.CODEC, gzip ? "gzip" : "plain")
                .set(LogRecords.RECORDS, requests + rejected + outOfScope)
                .set(LogRecords.REQUESTS, requests)
                .set(LogRecords.REJECTED_COUNT, rejected)
                .set(LogRecords.OUT_OF_SCOPE, outOfScope)
                .set(LogRecords.FILE_SHA256, error == null ? raw.sha256() : null)
                .set(LogRecords.MONTH, mainMonth())
                .set(LogRecords.UNKNOWN_COUNTERS, FileReport.text(unknownCounters))
                .set(LogRecords.ERROR, error)
                .row();
    }

    private String mainMonth() {
        Month main = null;
        for (Map.Entry<Month, Long> month : requestsByMonth.entrySet()) {
            if (main == null || month.getValue() > requestsByMonth.get(main)) {
                main = month.getKey();
            }
        }
        return main == null ? null : main.toString();
    }

    /** How the file differs from its listing, or null. To be asked when its bytes are used up. */
    private String change() {
        try {
            FileStatus now = InputSnapshot.status(file, hadoop);
            if (InputSnapshot.differs(file, now)) {
                return CHANGED + ": " + InputSnapshot.describe(now.getLen(), InputSnapshot.modified(now))
                        + ", listed as " + InputSnapshot.describe(file.size(), file.modified());
            }
        } catch (FileNotFoundException e) {
            return CHANGED + ": it is gone";
        } catch (IOException e) {
            return problem(e);
        }
        return null;
    }

    private String problem(IOException e) {
        boolean cutOff = gzip && e instanceof EOFException;
        return "cannot be read to its end: " + (cutOff ? "cut off inside its gzip data" : e.getMessage());
    }

    /** The cells of one row, set by column. */
    private final class Cells {
        private final Object[] values = new Object[LogRecords.SCHEMA.size()];

        private Cells(String kind) {
            set(LogRecords.KIND, kind);
            set(LogRecords.FEED, feed.name());
            set(LogRecords.FILE_ID, fileId);
        }

        private Cells set(String column, Object value) {
            values[LogRecords.position(column)] = value;
            return this;
        }

        private Row row() {
            return RowFactory.create(values);
        }
    }
}
