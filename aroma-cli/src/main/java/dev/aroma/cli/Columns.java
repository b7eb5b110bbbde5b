package dev.aroma.cli;

import dev.aroma.data.Row;

/**
 * Which columns of an input to classify.
 *
 * @param text of the first text; null for {@code text}, or {@code sentence} where there is none
 * @param pair of the second text; null where texts are single
 */
record Columns(String text, String pair) {
  void addTo(Predictions predictions, Row row) {
    predictions.add(row.get(textOf(row)), pair == null ? null : row.get(pair), row.where());
  }

  private String textOf(Row row) {
    if (text != null) {
      return text;
    }
    return !row.has("text") && row.has("sentence") ? "sentence" : "text";
  }
}
