package dev.aroma.recipe;

import dev.aroma.report.ComparisonPlan;
import java.nio.file.Path;

/**
 * One run of a comparison.
 *
 * @param task its label in the comparison
 * @param method its label in the comparison
 * @param rate the learning rate as it is written, where the method has a choice of them; else null
 * @param seed of the run
 * @param options of the run, without an output directory
 */
public record Cell(String task, String method, String rate, long seed, RunOptions options) {
  /** Its directory under the comparison's {@code cells}. */
  public String name() {
    return planned().name();
  }

  /** What of it stands in the comparison's file. */
  ComparisonPlan.Planned planned() {
    return new ComparisonPlan.Planned(task, method, rate, seed);
  }

  /** As a person reads it. */
  String shown() {
    String of = rate == null ? "" : ", learning rate " + rate;
    return "%s, %s%s, seed %d".formatted(task, method, of, seed);
  }

  /** The options with the directory that the run goes to. */
  RunOptions into(Path directory) {
    return options.withOutput(directory);
  }
}
