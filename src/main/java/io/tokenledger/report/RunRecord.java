package io.tokenledger.report;

import io.tokenledger.model.Failure;
import java.util.Iterator;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Row;

/**
 * {@code runs/<run id>/} in the output directory, which every run leaves whatever its exit: {@code run.json}, and what
 * kept it from a clean end as tables beside it.
 */
public final class RunRecord {
    private RunRecord() {}

    /** @throws IllegalArgumentException when the run id is no plain file name */
    public static Path directory(Path out, String runId) {
        return new Path(out, "runs/" + Storage.requireFileName(runId));
    }

    /** The content of {@code run.json}: UTF-8. */
    public static byte[] json(Run run) {
        return Json.bytes(run);
    }

    /**
     * Writes {@code run.json}, or replaces what an earlier step of the same run wrote.
     *
     * @throws Failure with exit code 7 when it cannot be written
     */
    public static void write(FileSystem fileSystem, Path out, Run run) {
        Storage.replace(fileSystem, new Path(directory(out, run.runId()), "run.json"), json(run));
    }

    /**
     * Writes {@code <name>.csv}; no file when there are no rows. The columns are any, in the CSV of the reports.
     *
     * @param dir the {@link #directory} of the run
     * @throws IllegalStateException when a row has other columns than the table
     * @throws Failure with exit code 7 when the file exists or cannot be written
     */
    public static void writeTable(FileSystem fileSystem, Path dir, ReportTable table, Iterator<Row> rows) {
        if (rows.hasNext()) {
            TableWriter.writeCsv(fileSystem, new Path(dir, table.name() + ".csv"), table, rows);
        }
    }
}
