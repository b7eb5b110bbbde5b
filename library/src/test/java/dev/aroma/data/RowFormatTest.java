package dev.aroma.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aroma.input.InputException;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RowFormatTest {
  private static List<Row> rows(RowFormat format, byte[] bytes) {
    List<Row> rows = new ArrayList<>();
    RowFiles.read(new ByteArrayInputStream(bytes), "input", format, rows::add);
    return rows;
  }

  private static List<Row> rows(RowFormat format, String text) {
    return rows(format, text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void endOfTheNameTellsTheFormat() {
    assertThat(RowFormat.of(Path.of("a/b.TXT"))).isEqualTo(RowFormat.TEXT);
    assertThat(RowFormat.of(Path.of("b.tsv"))).isEqualTo(RowFormat.TSV);
    assertThat(RowFormat.of(Path.of("b.x.csv"))).isEqualTo(RowFormat.CSV);
    assertThat(RowFormat.of(Path.of("b.ndjson"))).isEqualTo(RowFormat.JSONL);
    assertThatThrownBy(() -> RowFormat.of(Path.of("b.parquet")))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("b.parquet")
        .hasMessageContaining("#data-format");
  }

  @Test
  void everyLineOfTextIsARowAsItIs() {
    List<Row> rows = rows(RowFormat.TEXT, "a \"b\", c\n\nlast\twithout end");
    assertThat(rows)
        .extracting(row -> row.get(RowFormat.TEXT_COLUMN))
        .containsExactly("a \"b\", c", "", "last\twithout end");
    assertThat(rows.get(2).where()).isEqualTo("input line 3");
  }

  @Test
  void streamsAreReadInEveryFormat() {
    assertThat(rows(RowFormat.CSV, "text\n\"a, b\"\n").get(0).get("text")).isEqualTo("a, b");
    assertThat(rows(RowFormat.TSV, "id\ttext\n1\ta\n").get(0).get("text")).isEqualTo("a");
    assertThat(rows(RowFormat.JSONL, "{\"text\": 1}\n").get(0).get("text")).isEqualTo("1");
  }

  @Test
  void emptyAndForeignBytesAreRefusedWithTheirLine() {
    assertThatThrownBy(() -> rows(RowFormat.TEXT, "")).isInstanceOf(InputException.class);
    byte[] latin = {'o', 'k', '\n', (byte) 0xE9, '\n'};
    assertThatThrownBy(() -> rows(RowFormat.TEXT, latin))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("line 2");
  }
}
