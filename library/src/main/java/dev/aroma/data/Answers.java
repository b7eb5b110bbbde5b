package dev.aroma.data;

import dev.aroma.input.InputException;
import java.util.List;

/** Reads the answer of a row, and tells what is wrong with it. */
final class Answers {
  private Answers() {}

  /** The target of a regression task, a finite number. */
  static double number(Row row, String column) {
    double value = parse(row.get(column));
    if (!Double.isFinite(value)) {
      throw new InputException(
          "Expected a finite number in column \"%s\" of %s, found \"%s\"."
              .formatted(column, row.where(), row.get(column)),
          "Repair the row. If the column holds classes, do not ask for regression.",
          "data-target");
    }
    return value;
  }

  /** NaN where it is no number. */
  static double parse(String value) {
    try {
      return Double.parseDouble(value.strip());
    } catch (NumberFormatException e) {
      return Double.NaN;
    }
  }

  static InputException unknown(Row row, String column, List<String> allowed) {
    return new InputException(
        "Expected one of %s in column \"%s\" of %s, found \"%s\"."
            .formatted(allowed, column, row.where(), row.get(column)),
        "Check that the file belongs to the task and that the row is whole.",
        "data-label");
  }
}
