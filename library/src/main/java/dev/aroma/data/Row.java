package dev.aroma.data;

import dev.aroma.input.InputException;
import java.util.List;
import java.util.Map;

/**
 * One record of a TSV, CSV or JSONL file.
 *
 * @param file the file's name, for messages
 * @param line the line on which it starts, from 1
 * @param columns index of each column in {@code fields}, in the file's order
 * @param fields the values
 */
public record Row(String file, int line, Map<String, Integer> columns, List<String> fields) {
  /** Whether there is such a column. */
  public boolean has(String column) {
    return columns.containsKey(column);
  }

  /**
   * The value in this column.
   *
   * @throws InputException when there is no such column; it lists those that are there
   */
  public String get(String column) {
    Integer index = columns.get(column);
    if (index == null) {
      throw new InputException(
          "Expected a column \"%s\" in %s, found the columns %s."
              .formatted(column, where(), columns.keySet()),
          "Name the right ones with text-column, pair-column and label-column, or give the official file.",
          "data-column");
    }
    return fields.get(index);
  }

  /** File and line, for messages. */
  public String where() {
    return file + " line " + line;
  }
}
