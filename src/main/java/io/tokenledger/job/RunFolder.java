package io.tokenledger.job;

import io.tokenledger.report.ReportTable;
import io.tokenledger.report.Run;
import io.tokenledger.report.RunRecord;
import java.util.Iterator;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Row;

/** Where a run leaves its record, beside the assemblies. */
record RunFolder(FileSystem fileSystem, Path out, String runId) {

    /** The path of a file of the record, for messages. */
    String file(String name) {
        return new Path(RunRecord.directory(out, runId), name).toString();
    }

    void write(Run run) {
        RunRecord.write(fileSystem, out, run);
    }

    /** Writes a table of the record; none when there are no rows. */
    void write(ReportTable table, Iterator<Row> rows) {
        RunRecord.writeTable(fileSystem, RunRecord.directory(out, runId), table, rows);
    }
}
