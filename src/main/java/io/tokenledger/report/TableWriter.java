package io.tokenledger.report;

import io.tokenledger.model.Failure;
import io.tokenledger.model.Month;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Row;

/**
 * Writes report tables, one CSV and one Parquet file per table and month. Rows are taken one at a time and let go, so
 * a Spark job can stream a table of any length through the driver.
 */
public final class TableWriter {
    private final FileSystem fileSystem;

    /** @param fileSystem the one that holds all the assemblies */
    public TableWriter(FileSystem fileSystem) {
        this.fileSystem = fileSystem;
    }

    /**
     * Writes {@code csv/<name>.csv} and {@code parquet/<name>.parquet} for each month; a month without rows gets files
     * with columns and no rows. The months of a table come in one pass, because asking Spark once per month would
     * compute the table once per month.
     *
     * @param table a table whose first column is {@link ReportTable#MONTH}
     * @param rows sorted by month; their order within a month is the order in the files
     * @param assemblyDirs the directory of each month's new assembly
     * @return the files in the order of the months, CSV before Parquet
     * @throws IllegalStateException when a row is of no month of the map, comes after a row of a later month, or has
     *     other columns than the table; files may then be incomplete
     * @throws Failure with exit code 7 when a file exists or cannot be written
     */
    public List<WrittenFile> write(ReportTable table, Iterator<Row> rows, SortedMap<Month, Path> assemblyDirs) {
        if (!table.isMonthly()) {
            throw new IllegalArgumentException(
                    "Report table " + table.name() + " does not begin with the text column " + ReportTable.MONTH);
        }
        MonthRows remaining = new MonthRows(table, rows);
        List<WrittenFile> files = new ArrayList<>();
        for (Map.Entry<Month, Path> assembly : assemblyDirs.entrySet()) {
            files.addAll(writeMonth(table, remaining, assembly.getKey(), assembly.getValue()));
        }
        if (remaining.month() != null) {
            throw new IllegalStateException("Report table " + table.name() + " has a row of " + remaining.month()
                    + " that is out of order or of no month to be written, which are " + assemblyDirs.keySet());
        }
        return List.copyOf(files);
    }

    private List<WrittenFile> writeMonth(ReportTable table, MonthRows remaining, Month month, Path assembly) {
        String csvPath = "csv/" + table.name() + ".csv";
        String parquetPath = "parquet/" + table.name() + ".parquet";
        try (DigestedFile csv = DigestedFile.create(fileSystem, new Path(assembly, csvPath));
                DigestedFile parquet = DigestedFile.create(fileSystem, new Path(assembly, parquetPath))) {
            long count = 0;
            try (CsvRows csvRows = CsvRows.to(csv, table);
                    ParquetRows parquetRows = ParquetRows.to(parquet, table)) {
                for (; month.toString().equals(remaining.month()); count++) {
                    Row row = remaining.next();
                    csvRows.write(row);
                    parquetRows.write(row);
                }
            }
            return List.of(
                    new WrittenFile(month, csvPath, csv.getPos(), count, csv.sha256()),
                    new WrittenFile(month, parquetPath, parquet.getPos(), count, parquet.sha256()));
        } catch (IOException e) {
            throw Storage.cannot("write table " + table.name() + " under", assembly, e);
        }
    }

    /** Writes a table of any columns as one CSV file. */
    static void writeCsv(FileSystem fileSystem, Path path, ReportTable table, Iterator<Row> rows) {
        try (DigestedFile file = DigestedFile.create(fileSystem, path);
                CsvRows csv = CsvRows.to(file, table)) {
            while (rows.hasNext()) {
                Row row = rows.next();
                table.check(row);
                csv.write(row);
            }
        } catch (IOException e) {
            throw Storage.cannot("write", path, e);
        }
    }

    /** An iterator that tells the month of the row to come. */
    private static final class MonthRows {
        private final ReportTable table;
        private final Iterator<Row> rows;
        private Row next;

        MonthRows(ReportTable table, Iterator<Row> rows) {
            this.table = table;
            this.rows = rows;
            advance();
        }

        /** The month of the row to come, {@code "null"} where it has none; null after the last row. */
        String month() {
            return next == null ? null : String.valueOf(next.get(0));
        }

        Row next() {
            Row row = next;
            advance();
            return row;
        }

        private void advance() {
            next = rows.hasNext() ? rows.next() : null;
            if (next != null) {
                table.check(next);
            }
        }
    }
}
