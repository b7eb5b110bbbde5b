package dev.aroma.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RowFilesTest {
  @TempDir Path directory;

  @Test
  void quotesAreTextInTsv() throws Exception {
    List<Row> rows = rows("a.tsv", "text\tlabel\nsay \"hi\tx\n\"open\ty\n");
    assertThat(rows).extracting(r -> r.get("text")).containsExactly("say \"hi", "\"open");
    assertThat(rows).extracting(Row::line).containsExactly(2, 3);
  }

  @Test
  void csvQuotesHoldCommasLineBreaksAndQuotes() throws Exception {
    List<Row> rows =
        rows(
            "a.csv",
            "\uFEFFtext,label\r\n\"a, \"\"b\"\"\r\n\r\nc\",x\r\nplain 5\" thing,\"\"\r\n,y\r\n");
    assertThat(rows)
        .extracting(Row::fields)
        .containsExactly(
            List.of("a, \"b\"\n\nc", "x"), List.of("plain 5\" thing", ""), List.of("", "y"));
    assertThat(rows).extracting(Row::line).containsExactly(2, 5, 6);
  }

  @Test
  void jsonLinesKeepTheirOwnKeysAndNullIsAbsent() throws Exception {
    List<Row> rows =
        rows(
            "a.jsonl",
            """
            {"text": "tab\\tand \\"quote\\"", "label": 3}

            {"label": true, "text": null, "more": [1]}
            """);
    assertThat(rows.get(0).get("text")).isEqualTo("tab\tand \"quote\"");
    assertThat(rows.get(0).get("label")).isEqualTo("3");
    assertThat(rows.get(1).line()).isEqualTo(3);
    assertThat(rows.get(1).has("text")).isFalse();
    assertThat(rows.get(1).get("label")).isEqualTo("true");
    assertThat(rows.get(1).get("more")).isEqualTo("[1]");
  }

  @Test
  void blankLinesArePassedOver() throws Exception {
    assertThat(rows("a.tsv", "text\tlabel\n\na\tb\n\n\n")).hasSize(1);
    assertThat(rows("b.tsv", "text\n\na\n")).hasSize(2); // one column: it may be empty
  }

  @Test
  void aWrongColumnListsThoseThatAreThere() throws Exception {
    Row row = rows("a.tsv", "first\tsecond\na\tb\n").get(0);
    Refusals.refused("data-column", () -> row.get("third"))
        .hasMessageContaining("column \"third\"")
        .hasMessageContaining("a.tsv line 2")
        .hasMessageContaining("[first, second]");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a.tsv", "a.csv", "a.jsonl"})
  void anEmptyFileIsRefused(String name) {
    refused("data-empty", name, "").hasMessageContaining(name);
  }

  @Test
  void aFileWithAHeaderOnlyIsRefused() {
    refused("data-empty", "a.tsv", "text\tlabel\n").hasMessageContaining("no rows but the header");
  }

  @Test
  void raggedLinesNameBothCounts() {
    refused("data-ragged", "a.tsv", "text\tlabel\na\tb\nc\n")
        .hasMessageContaining("Expected 2 columns in")
        .hasMessageContaining("a.tsv line 3")
        .hasMessageContaining("found 1.");
    refused("data-ragged", "a.csv", "text,label\na,b,c\n").hasMessageContaining("found 3.");
  }

  @Test
  void unbalancedQuotesNameTheLineThatOpensThem() {
    refused("data-quotes", "a.csv", "text,label\na,b\n\"c,d\ne,f\n")
        .hasMessageContaining("opens a field in line 3 of")
        .hasMessageContaining("the end of the file");
    refused("data-quotes", "b.csv", "text,label\n\"a\"b,c\n")
        .hasMessageContaining("Expected a comma")
        .hasMessageContaining("found \"b\" in line 2");
  }

  @Test
  void malformedJsonNamesTheLine() {
    refused("data-json", "a.jsonl", "{\"text\": \"a\"}\n{\"text\": }\n")
        .hasMessageContaining("a.jsonl line 2")
        .hasMessageContaining("column 10");
    refused("data-json", "b.jsonl", "[\n{\"text\": \"a\"}\n7]\n").hasMessageContaining("line 3");
    refused("data-json", "c.jsonl", "\"a\"\n").hasMessageContaining("another value: \"a\"");
    refused("data-json", "d.jsonl", "{\"a\": 1} {\"a\": 2}\n");
    refused("data-json", "e.jsonl", "{\"a\": 1, \"a\": 2}\n").hasMessageContaining("Duplicate");
  }

  @Test
  void aColumnThatIsThereTwiceIsRefused() {
    refused("data-column", "a.tsv", "text\ttext\na\tb\n").hasMessageContaining("\"text\" twice");
  }

  @Test
  void otherKindsOfFilesAreRefused() {
    refused("data-format", "a.xlsx", "PK").hasMessageContaining("a.xlsx");
  }

  private List<Row> rows(String name, String content) throws IOException {
    Path file = Files.writeString(directory.resolve(name), content);
    List<Row> rows = new ArrayList<>();
    RowFiles.read(file, rows::add);
    return rows;
  }

  private AbstractThrowableAssert<?, ? extends Throwable> refused(
      String anchor, String name, String content) {
    return Refusals.refused(anchor, () -> rows(name, content));
  }
}
