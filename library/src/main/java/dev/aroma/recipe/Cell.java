package dev.aroma.recipe;

import dev.aroma.train.TrainOptions;

/**
 * One run of a comparison.
 *
 * @param task its label in the comparison
 * @param method its label in the comparison
 * @param seed of the run
 * @param options of the run, without an output directory
 */
public record Cell(String task, String method, long seed, RunOptions options) {
  /** Its directory under the comparison's {@code cells}. */
  public String name() {
    return name(task, method, seed);
  }

  static String name(String task, String method, long seed) {
    return task + "-" + method + "-" + seed;
  }

  /** What every method of a task should have alike, for a fair comparison. */
  String budget() {
    TrainOptions train = options.train();
    return "max-steps %s, epochs %s, batch-size %d, accumulate %d, max-length %d"
        .formatted(
            train.maxSteps() == null ? "-" : train.maxSteps(),
            train.epochs() == null ? "-" : train.epochs(),
            train.batchSize(),
            train.accumulate(),
            options.task().maxLength());
  }
}
