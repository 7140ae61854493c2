package io.tokenledger.ledger;

import io.tokenledger.model.ExitCode;
import io.tokenledger.model.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.SupportsNamespaces;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.AlreadyExistsException;
import org.apache.iceberg.spark.Spark3Util;
import org.apache.spark.sql.SparkSession;

/**
 * The Iceberg catalog of the ledger, under the name {@value #NAME}. A catalog that Spark's configuration declares under
 * this name is used as it is (REST, Glue, Hive, a shared database); without one it is a SQLite file beside the tables,
 * so that of two runs on one machine one wins.
 */
final class Catalog {
    static final String NAME = "ledger";

    private static final String KEY = "spark.sql.catalog." + NAME;

    private Catalog() {}

    /**
     * @param warehouse directory of the embedded catalog and its tables, on the local file system; unused when Spark's
     *     configuration declares the catalog
     * @throws Failure with exit code 7 when the directory cannot be made
     */
    static org.apache.iceberg.catalog.Catalog open(SparkSession session, String warehouse) {
        if (!session.conf().contains(KEY)) {
            embed(session, warehouse);
        }
        return Spark3Util.loadIcebergCatalog(session, NAME);
    }

    /**
     * Likewise, for readers: nothing is made.
     *
     * @throws Failure with exit code 2 when there is no ledger
     */
    static org.apache.iceberg.catalog.Catalog openExisting(SparkSession session, String warehouse) {
        if (!session.conf().contains(KEY) && !Files.exists(file(warehouse))) {
            throw Failure.configuration(
                    "warehouse: no ledger in %s; check the path, or run nightly first", directory(warehouse));
        }
        org.apache.iceberg.catalog.Catalog catalog = open(session, warehouse);
        for (Tables table : Tables.values()) {
            if (!catalog.tableExists(name(table))) {
                throw Failure.configuration(
                        "warehouse: the catalog has no table %s; check the path, or run nightly first", name(table));
            }
        }
        return catalog;
    }

    private static Path file(String warehouse) {
        return directory(warehouse).resolve("catalog.sqlite");
    }

    private static Path directory(String warehouse) {
        org.apache.hadoop.fs.Path place = new org.apache.hadoop.fs.Path(warehouse);
        String scheme = place.toUri().getScheme();
        if (scheme != null && !scheme.equals("file")) {
            throw Failure.configuration(
                    "warehouse: %s is not on a local disk, where the embedded catalog lives; declare a catalog by Spark's"
                            + " configuration: %s=org.apache.iceberg.spark.SparkCatalog and %s.type, %s.warehouse",
                    warehouse, KEY, KEY, KEY);
        }
        return Path.of(place.toUri().getPath()).toAbsolutePath().normalize();
    }

    private static TableIdentifier name(Tables table) {
        return TableIdentifier.of(Tables.NAMESPACE, table.tableName());
    }

    private static void embed(SparkSession session, String warehouse) {
        Path directory = directory(warehouse);
        try {
            // SQLite does not make the directory of its file, and dies with a long trace without it.
            Files.createDirectories(directory);
        } catch (IOException e) {
            throw new Failure(
                    ExitCode.STORAGE,
                    "warehouse: cannot make the directory %s: %s; check the path and its permissions"
                            .formatted(directory, e),
                    e);
        }
        Map.of(
                        "", "org.apache.iceberg.spark.SparkCatalog",
                        ".type", "jdbc",
                        ".uri", "jdbc:sqlite:" + file(warehouse) + "?busy_timeout=20000",
                        ".jdbc.schema-version", "V1",
                        ".warehouse", directory.toUri().toString(),
                        ".cache-enabled", "false")
                .forEach((key, value) -> session.conf().set(KEY + key, value));
    }

    /**
     * The table, made when it is not there. A new table starts with an empty snapshot, so that the first run too has a
     * base against which its commit is validated.
     */
    static Table table(org.apache.iceberg.catalog.Catalog catalog, Tables table) {
        TableIdentifier name = name(table);
        if (catalog.tableExists(name)) {
            return withBase(catalog.loadTable(name));
        }
        Namespace namespace = Namespace.of(Tables.NAMESPACE);
        try {
            if (catalog instanceof SupportsNamespaces namespaces && !namespaces.namespaceExists(namespace)) {
                namespaces.createNamespace(namespace);
            }
            catalog.createTable(name, table.schema(), table.spec(), table.properties());
        } catch (AlreadyExistsException e) {
            // Another run makes the ledger at the same time.
        }
        return withBase(catalog.loadTable(name));
    }

    private static Table withBase(Table table) {
        if (table.currentSnapshot() == null) {
            table.newAppend().commit();
        }
        return table;
    }
}
