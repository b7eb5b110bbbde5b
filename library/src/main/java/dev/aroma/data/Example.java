package dev.aroma.data;

/**
 * One text to judge, or a pair of texts, with the right answer.
 *
 * @param text the text, never null
 * @param pair the second text, or null where the task has single texts
 * @param label index of the right class, 0 and up; -1 in a regression task
 * @param target the right value of a regression task; NaN in a classification task
 */
public record Example(String text, String pair, int label, double target) {
  /** An example of a classification task. */
  public static Example ofClass(String text, String pair, int label) {
    return new Example(text, pair, label, Double.NaN);
  }

  /** An example of a regression task. */
  public static Example ofTarget(String text, String pair, double target) {
    return new Example(text, pair, -1, target);
  }
}
