package dev.aroma.data;

import dev.aroma.input.InputException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * Reads rows from TSV, CSV and JSONL files, told apart by the end of their name.
 *
 * <p>Rows are handed on one by one; nothing but the current one is kept.
 */
public final class RowFiles {
  static final List<String> EXTENSIONS = List.of("tsv", "csv", "jsonl", "ndjson", "json");

  private RowFiles() {}

  /**
   * Hands every row of the file to {@code rows}, in order.
   *
   * @throws InputException when the file is missing, empty, malformed or of another kind; it names
   *     the line
   */
  public static void read(Path file, Consumer<Row> rows) {
    String extension = extension(file);
    if (!EXTENSIONS.contains(extension)) {
      throw new InputException(
          "Expected a file named .tsv, .csv, .jsonl, .ndjson or .json, found " + file + ".",
          "Rename it to what it holds.",
          "data-format");
    }
    try (Utf8Lines lines = new Utf8Lines(file)) {
      switch (extension) {
        case "tsv" -> HeadedTable.read(new TabSeparated(lines), List.of(), false, rows);
        case "csv" -> HeadedTable.read(new CommaSeparated(lines), List.of(), false, rows);
        default -> JsonLines.read(lines, rows);
      }
    }
  }

  private static String extension(Path file) {
    String name = file.getFileName().toString();
    return name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
  }
}
