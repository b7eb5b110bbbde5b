package dev.aroma.recipe;

import dev.aroma.input.InputException;
import java.util.List;
import java.util.stream.Collectors;

/** One mistake in a configuration: the key it is about, and what is wrong with it. */
record Problem(String key, String text) {
  private static final String ANCHOR = "config-options";

  static Problem notAllowed(String key, Node found, String allowed) {
    return new Problem(
        key, "found %s (%s); allowed: %s".formatted(found.found(), found.where(), allowed));
  }

  /** All of them in one exception, in the order met. */
  static InputException all(List<Problem> problems) {
    return all(problems, "the options");
  }

  /**
   * All of them.
   *
   * @param where what they are mistakes in
   */
  static InputException all(List<Problem> problems, String where) {
    String count = problems.size() == 1 ? "1 mistake" : problems.size() + " mistakes";
    String lines =
        problems.stream()
            .distinct()
            .map(problem -> "\n  " + problem.key + ": " + problem.text)
            .collect(Collectors.joining());
    return new InputException(
        count + " in " + where + ":" + lines,
        "Correct what is listed and start again; nothing has been written.",
        ANCHOR);
  }
}
