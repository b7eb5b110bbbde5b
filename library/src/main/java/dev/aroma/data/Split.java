package dev.aroma.data;

import java.util.List;

/**
 * A part of a task's data.
 *
 * @param name {@code train}, {@code dev}, {@code dev-matched}, …
 * @param examples in the order of their file
 */
public record Split(String name, List<Example> examples) {
  /** Copies the list. */
  public Split {
    examples = List.copyOf(examples);
  }

  /** The number of examples. */
  public int size() {
    return examples.size();
  }

  /** How many examples each of the first {@code classes} classes has. */
  public int[] labelCounts(int classes) {
    int[] counts = new int[classes];
    examples.forEach(e -> counts[e.label()]++);
    return counts;
  }

  /**
   * A random sample of at most {@code limit} examples in the same order; all of them for 0. It is
   * the same sample on every machine and for every seed of a run, so that runs compare; a smaller
   * sample is part of a larger one.
   */
  public Split limited(int limit) {
    return limit == 0 || limit >= size() ? this : new Split(name, Sample.of(examples, limit));
  }
}
