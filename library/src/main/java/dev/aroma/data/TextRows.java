package dev.aroma.data;

import dev.aroma.input.InputException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The rows of a person's file as texts and answers; answers are still what the file says.
 *
 * @param file where they come from
 * @param rows in the file's order
 */
record TextRows(Path file, List<Item> rows) {
  /**
   * One example.
   *
   * @param pair null for single texts
   * @param answer as the file has it
   * @param line of the file, for messages
   */
  record Item(String text, String pair, String answer, int line) {}

  static TextRows read(Path file, TaskOptions options) {
    String labels = labelColumn(options);
    List<Item> items = new ArrayList<>();
    RowFiles.read(
        file,
        row -> {
          String pair = options.pairColumn() == null ? null : row.get(options.pairColumn());
          String answer =
              options.regression()
                  ? Double.toString(Answers.number(row, labels))
                  : label(row, labels);
          items.add(new Item(row.get(textColumn(row, options)), pair, answer, row.line()));
        });
    return new TextRows(file, items);
  }

  static String labelColumn(TaskOptions options) {
    return options.labelColumn() == null ? "label" : options.labelColumn();
  }

  private static String textColumn(Row row, TaskOptions options) {
    if (options.textColumn() != null) {
      return options.textColumn();
    }
    return !row.has("text") && row.has("sentence") ? "sentence" : "text";
  }

  private static String label(Row row, String column) {
    String label = row.get(column).strip();
    if (label.isEmpty()) {
      throw new InputException(
          "Expected a label in column \"%s\" of %s, found nothing.".formatted(column, row.where()),
          "Label the row or remove it.",
          "data-label");
    }
    return label;
  }

  /** The different labels: numbers by value where all are numbers, else by their letters. */
  List<String> labels() {
    List<String> labels = rows.stream().map(Item::answer).distinct().sorted().toList();
    boolean numbers = labels.stream().allMatch(l -> Double.isFinite(Answers.parse(l)));
    if (labels.size() < 2) {
      throw new InputException(
          "Expected two different labels or more in %s, found only %s.".formatted(file, labels),
          "Check label-column. To learn a number, ask for regression.",
          "data-one-label");
    }
    return numbers
        ? labels.stream().sorted(Comparator.comparingDouble(Answers::parse)).toList()
        : labels;
  }

  /** Examples with the classes of these labels; of targets where there are none. */
  List<Example> examples(List<String> labels, String column) {
    return rows.stream().map(item -> example(item, labels, column)).toList();
  }

  private Example example(Item item, List<String> labels, String column) {
    if (labels.isEmpty()) {
      return Example.ofTarget(item.text(), item.pair(), Double.parseDouble(item.answer()));
    }
    int label = labels.indexOf(item.answer());
    if (label < 0) {
      throw new InputException(
          "Expected a label that the training file has too, one of %s, in column \"%s\" of %s line %d, found \"%s\"."
              .formatted(labels, column, file, item.line(), item.answer()),
          "Correct the label, or add training examples of it.",
          "data-unseen-label");
    }
    return Example.ofClass(item.text(), item.pair(), label);
  }
}
