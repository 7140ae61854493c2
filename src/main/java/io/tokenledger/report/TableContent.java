package io.tokenledger.report;

import io.tokenledger.usage.Usage;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;

/**
 * A table ready to be written. Tables that grow with tenants are Datasets; those bounded by models are lists.
 *
 * @param rows sorted by month, then by the other columns that name a row
 */
public record TableContent(ReportTable table, Iterable<Row> rows) {

    /**
     * One sorted stream: the rows go through the driver one after the other anyway.
     *
     * @param rows with the columns of the table
     */
    static TableContent of(String name, Dataset<Row> rows, List<String> key) {
        Dataset<Row> sorted = rows.repartition(1).sortWithinPartitions(Usage.columns(key));
        return new TableContent(new ReportTable(name, sorted.schema()), sorted::toLocalIterator);
    }

    /** @param sorted an item per row */
    static <T> TableContent of(String name, List<T> sorted, List<TableColumn<T>> columns) {
        StructType schema = new StructType();
        for (TableColumn<T> column : columns) {
            schema = schema.add(column.name(), column.type());
        }
        List<Row> rows = sorted.stream().map(item -> row(item, columns)).toList();
        return new TableContent(new ReportTable(name, schema), rows);
    }

    private static <T> Row row(T item, List<TableColumn<T>> columns) {
        return RowFactory.create(
                columns.stream().map(column -> column.cell().apply(item)).toArray());
    }
}
