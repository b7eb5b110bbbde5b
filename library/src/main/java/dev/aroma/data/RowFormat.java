package dev.aroma.data;

import dev.aroma.input.InputException;
import java.nio.file.Path;

/** How rows are written in a file. */
public enum RowFormat {
  /** A text a line, as it is; its column is called {@link #TEXT_COLUMN}. */
  TEXT,
  /** Fields between tabs, no quoting, a header. */
  TSV,
  /** RFC 4180, with a header. */
  CSV,
  /** A JSON object a line, or an array of objects. */
  JSONL;

  /** The only column of {@link #TEXT}. */
  public static final String TEXT_COLUMN = "text";

  /**
   * The format that the end of the file's name says.
   *
   * @throws InputException if it says none
   */
  public static RowFormat of(Path file) {
    return switch (DataFiles.extension(file)) {
      case "txt", "text" -> TEXT;
      case "tsv" -> TSV;
      case "csv" -> CSV;
      case "jsonl", "ndjson", "json" -> JSONL;
      default -> throw unknown(file);
    };
  }

  private static InputException unknown(Path file) {
    return new InputException(
        "Expected a file named .txt, .tsv, .csv, .jsonl, .ndjson or .json, found " + file + ".",
        "Rename it to what it holds.",
        "data-format");
  }
}
