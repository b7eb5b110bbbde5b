package dev.aroma.data;

import dev.aroma.input.InputException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Reads rows from TSV, CSV, JSONL and JSON files, told apart by the end of their name; after it
 * {@code .gz} may say that gzip packed them.
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
    String extension = DataFiles.extension(file);
    if (!EXTENSIONS.contains(extension)) {
      throw new InputException(
          "Expected a file named .tsv, .csv, .jsonl, .ndjson or .json, found " + file + ".",
          "Rename it to what it holds.",
          "data-format");
    }
    read(file, RowFormat.of(file), rows);
  }

  /** As {@link #read(Path, Consumer)}, whatever the file is called. */
  public static void read(Path file, RowFormat format, Consumer<Row> rows) {
    read(DataFiles.open(file), file.toString(), format, rows);
  }

  /**
   * As {@link #read(Path, Consumer)}, from an open stream, which is read to its end and closed.
   *
   * @param origin what messages call it
   * @throws InputException when it is malformed, naming the line, or holds no row
   */
  public static void read(InputStream in, String origin, RowFormat format, Consumer<Row> rows) {
    try (BufferedInputStream buffered = new BufferedInputStream(in)) {
      if (format == RowFormat.JSONL && JsonArray.opens(buffered)) {
        JsonArray.read(buffered, origin, rows);
      } else {
        read(new Utf8Lines(buffered, origin), format, rows);
      }
    } catch (IOException e) {
      throw DataFiles.unreadable(origin, e);
    }
  }

  private static void read(Utf8Lines lines, RowFormat format, Consumer<Row> rows) {
    switch (format) {
      case TEXT -> readTexts(lines, rows);
      case TSV -> HeadedTable.read(new TabSeparated(lines), List.of(), false, rows);
      case CSV -> HeadedTable.read(new CommaSeparated(lines), List.of(), false, rows);
      case JSONL -> JsonLines.read(lines, rows);
    }
  }

  private static void readTexts(Utf8Lines lines, Consumer<Row> rows) {
    Map<String, Integer> columns = Map.of(RowFormat.TEXT_COLUMN, 0);
    for (String line = lines.next(); line != null; line = lines.next()) {
      rows.accept(new Row(lines.origin(), lines.number(), columns, List.of(line)));
    }
    if (lines.number() == 0) {
      throw DataFiles.empty(lines.origin(), "an empty file");
    }
  }
}
