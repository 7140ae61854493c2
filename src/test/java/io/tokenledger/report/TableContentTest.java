package io.tokenledger.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.junit.jupiter.api.Test;

class TableContentTest {
    private record Item(String name, List<String> notes, Long tokens, BigDecimal cost) {}

    private static final List<Item> ITEMS = List.of(
            new Item("a", List.of("first", "second"), 3L, new BigDecimal("1.5")),
            new Item(null, List.of(), null, null));

    @Test
    void aColumnIsItsNameItsTypeAndItsCellsInTheOrderInWhichItIsDeclared() {
        TableContent content = TableContent.of(
                "items",
                ITEMS,
                List.of(
                        TableColumn.text("month", i -> "2026-08"),
                        TableColumn.money("cost", Item::cost),
                        TableColumn.text("name", Item::name),
                        TableColumn.count("tokens", Item::tokens)));
        assertThat(content.table().name()).isEqualTo("items");
        assertThat(content.table().schema().toDDL())
                .isEqualTo("month STRING,cost DECIMAL(38,12),name STRING,tokens BIGINT");
        assertThat(content.rows())
                .containsExactly(
                        RowFactory.create("2026-08", new BigDecimal("1.5"), "a", 3L),
                        RowFactory.create("2026-08", null, null, null));
    }

    @Test
    void severalTextsAreOneCellAndNoneIsNull() {
        TableContent content = TableContent.of("items", ITEMS, List.of(TableColumn.texts("notes", Item::notes)));
        assertThat(content.rows()).containsExactly(RowFactory.create("first; second"), row(null));
    }

    @Test
    void aTableWithoutRowsStillHasItsColumns() {
        TableContent content = TableContent.of("items", List.<Item>of(), List.of(TableColumn.text("name", Item::name)));
        assertThat(content.rows()).isEmpty();
        assertThat(content.table().schema().fieldNames()).containsExactly("name");
    }

    private static Row row(Object cell) {
        return RowFactory.create(new Object[] {cell});
    }
}
