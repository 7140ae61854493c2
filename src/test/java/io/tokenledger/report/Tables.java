package io.tokenledger.report;

import io.tokenledger.model.Month;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;

/** Small tables, and the local file system as the writers get it. */
final class Tables {
    static final Month AUGUST = Month.parse("2026-08");
    static final Month SEPTEMBER = Month.parse("2026-09");

    /** A column of every type. */
    static final ReportTable EVERY_TYPE = new ReportTable(
            "every_type",
            StructType.fromDDL("month string, tenant string, requests bigint, units int, cheapest boolean, "
                    + "first_seen timestamp, valid_from date, cost decimal(38,12), ratio decimal(9,4)"));

    static final Row FULL = RowFactory.create(
            "2026-08",
            "acme",
            -3L,
            2,
            true,
            Instant.parse("2026-08-13T00:00:00Z"),
            LocalDate.parse("2026-08-01"),
            new BigDecimal("41207.12"),
            new BigDecimal("-0.5"));

    static final Row EMPTY = RowFactory.create("2026-08", null, null, null, null, null, null, null, null);

    static final ReportTable NAMES = new ReportTable("names", StructType.fromDDL("month string, tenant string"));

    private Tables() {}

    static FileSystem local() throws IOException {
        return FileSystem.getLocal(new Configuration());
    }

    static org.apache.hadoop.fs.Path hadoop(Path path) {
        return new org.apache.hadoop.fs.Path(path.toUri());
    }

    static SortedMap<Month, org.apache.hadoop.fs.Path> assemblies(Path out, Month... months) {
        SortedMap<Month, org.apache.hadoop.fs.Path> directories = new TreeMap<>();
        for (Month month : months) {
            directories.put(month, hadoop(out.resolve(month.toString())));
        }
        return directories;
    }

    /** Writes the rows of August; returns the directory of its assembly. */
    static Path writeAugust(Path out, ReportTable table, Row... rows) throws IOException {
        new TableWriter(local()).write(table, List.of(rows).iterator(), assemblies(out, AUGUST));
        return out.resolve("2026-08");
    }

    static List<String> filesUnder(Path directory) throws IOException {
        try (var files = Files.walk(directory)) {
            return files.filter(Files::isRegularFile)
                    .map(file -> directory.relativize(file).toString())
                    .sorted()
                    .toList();
        }
    }

    static String golden(String name) throws IOException {
        try (var in = Tables.class.getResourceAsStream("/report/" + name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /** Two totals; unlike {@code Map.of}, with nulls. */
    static SortedMap<String, BigDecimal> totals(
            String scenario, BigDecimal total, String other, BigDecimal otherTotal) {
        SortedMap<String, BigDecimal> totals = new TreeMap<>();
        totals.put(scenario, total);
        totals.put(other, otherTotal);
        return totals;
    }
}
