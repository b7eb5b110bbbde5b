package dev.aroma.recipe;

import dev.aroma.input.InputException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Checks configs without running them, by the code that runs them. */
public final class Validation {
  private Validation() {}

  /**
   * Checks a run.
   *
   * @throws InputException as {@link FineTuning#run} would before its first step
   */
  public static Plan of(RunOptions options) {
    return FineTuning.check(options, Watch.NOBODY);
  }

  /**
   * Checks a comparison: each method on each task, with the first seed.
   *
   * @return by task and method, in the order in which they would run
   * @throws InputException naming every cell that could not begin
   */
  public static Map<String, Plan> of(Comparison comparison) {
    Map<String, Plan> plans = new LinkedHashMap<>();
    List<Problem> problems = new ArrayList<>();
    for (Cell cell : comparison.cells()) {
      if (cell.seed() == comparison.seeds().get(0)) {
        String name = cell.task() + ", " + cell.method();
        try {
          plans.put(name, of(cell.options()));
        } catch (InputException e) {
          String reason = e.getMessage().lines().findFirst().orElse("");
          problems.add(new Problem(name, reason));
        }
      }
    }
    if (!problems.isEmpty()) {
      throw Problem.all(problems, "the comparison's runs");
    }
    return plans;
  }
}
