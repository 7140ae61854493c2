package io.tokenledger.report;

import io.tokenledger.model.Money;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Collection;
import java.util.function.Function;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;

/**
 * A column of a table whose rows are items of a list.
 *
 * @param cell from an item to the cell; null where there is nothing to say
 */
record TableColumn<T>(String name, DataType type, Function<T, ?> cell) {

    static <T> TableColumn<T> text(String name, Function<T, String> cell) {
        return new TableColumn<>(name, DataTypes.StringType, cell);
    }

    /** Texts in one cell; null where there is none. */
    static <T> TableColumn<T> texts(String name, Function<T, Collection<String>> cell) {
        return text(name, cell.andThen(texts -> texts.isEmpty() ? null : String.join("; ", texts)));
    }

    static <T> TableColumn<T> count(String name, Function<T, Long> cell) {
        return new TableColumn<>(name, DataTypes.LongType, cell);
    }

    /** An amount, or a price, in the currency of its row. */
    static <T> TableColumn<T> money(String name, Function<T, BigDecimal> cell) {
        return new TableColumn<>(name, DataTypes.createDecimalType(38, Money.REPORT_SCALE), cell);
    }

    /** Capacity units, a share of them, or any other ratio. */
    static <T> TableColumn<T> ratio(String name, Function<T, BigDecimal> cell) {
        return new TableColumn<>(name, DataTypes.createDecimalType(18, 6), cell);
    }

    static <T> TableColumn<T> percent(String name, Function<T, BigDecimal> cell) {
        return new TableColumn<>(name, DataTypes.createDecimalType(10, 6), cell);
    }

    static <T> TableColumn<T> flag(String name, Function<T, Boolean> cell) {
        return new TableColumn<>(name, DataTypes.BooleanType, cell);
    }

    static <T> TableColumn<T> time(String name, Function<T, Instant> cell) {
        return new TableColumn<>(name, DataTypes.TimestampType, cell);
    }

    static <T> TableColumn<T> day(String name, Function<T, LocalDate> cell) {
        return new TableColumn<>(name, DataTypes.DateType, cell);
    }
}
