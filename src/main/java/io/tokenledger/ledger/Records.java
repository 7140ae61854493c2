package io.tokenledger.ledger;

import io.tokenledger.model.ExitCode;
import io.tokenledger.model.Failure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.data.parquet.GenericParquetWriter;
import org.apache.iceberg.encryption.EncryptedOutputFile;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.ValidationException;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.io.DataWriter;
import org.apache.iceberg.io.OutputFileFactory;
import org.apache.iceberg.parquet.Parquet;

/** Small tables, read and written on the driver without a Spark job. */
final class Records {
    private Records() {}

    static <T> List<T> read(Table table, Function<Record, T> reader) {
        table.refresh();
        try (CloseableIterable<Record> records = IcebergGenerics.read(table).build()) {
            List<T> values = new ArrayList<>();
            records.forEach(record -> values.add(reader.apply(record)));
            return values;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Adds rows in one commit, on top of the snapshot at which the table was last refreshed.
     *
     * @throws Failure with exit code 6 when another run has added rows since
     */
    static void append(Table table, List<Record> rows) {
        if (rows.isEmpty()) {
            return;
        }
        long base = table.currentSnapshot().snapshotId();
        try {
            table.newRowDelta()
                    .addRows(write(table, rows).toDataFile())
                    .validateFromSnapshot(base)
                    .conflictDetectionFilter(Expressions.alwaysTrue())
                    .validateNoConflictingDataFiles()
                    .commit();
        } catch (ValidationException | CommitFailedException e) {
            throw conflict(table, e);
        }
    }

    static Failure conflict(Table table, RuntimeException cause) {
        return new Failure(
                ExitCode.CONFLICT,
                "Another run has committed to %s since this one began; this one changed nothing there, run again"
                        .formatted(table.name()),
                cause);
    }

    private static DataWriter<Record> write(Table table, List<Record> rows) {
        EncryptedOutputFile file =
                OutputFileFactory.builderFor(table, 0, 0).build().newOutputFile();
        try {
            DataWriter<Record> writer = Parquet.writeData(file.encryptingOutputFile())
                    .forTable(table)
                    .withSpec(table.spec())
                    .createWriterFunc(GenericParquetWriter::create)
                    .build();
            try (writer) {
                writer.write(rows);
            }
            return writer;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
