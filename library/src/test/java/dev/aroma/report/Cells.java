package dev.aroma.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Cells of a comparison with plain numbers. */
public final class Cells {
  private Cells() {}

  /** A cell that went well; a method without parameters has no ranks. */
  public static CellResult cell(
      String task, String method, long seed, double score, double parameters) {
    return cell(task, method, 5e-4, seed, score, parameters);
  }

  /** One that was trained at this learning rate. */
  public static CellResult cell(
      String task, String method, double rate, long seed, double score, double parameters) {
    return cell(task, method, rate, seed, score, parameters, Map.of("accuracy", score));
  }

  /** The same with all its scores. */
  static CellResult cell(
      String task,
      String method,
      double rate,
      long seed,
      double score,
      double parameters,
      Map<String, Double> scores) {
    Map<String, Integer> ranks = parameters == 0 ? Map.of() : Map.of("a", 1, "b", 3);
    Map<String, Double> effective = parameters == 0 ? Map.of() : Map.of("a", 1.0, "b", 2.5);
    Result result =
        new Result(
            task,
            method,
            scores.containsKey("loss") ? "loss" : "accuracy",
            score,
            score + 0.01,
            scores,
            400,
            100,
            Stopped.MAX_STEPS,
            20,
            160,
            new Result.Parameters((long) parameters, parameters, (long) parameters, 10, 1000),
            ranks,
            effective,
            ranks.values().stream().mapToInt(Integer::intValue).sum(),
            seed);
    return new CellResult(task, method, rate, seed, result, 2.5, 1467.2, 1L << 30, null);
  }

  /** Two tasks, three methods, two seeds; one cell failed. */
  static List<CellResult> some() {
    List<CellResult> cells = new ArrayList<>();
    for (String task : List.of("mrpc", "rte")) {
      for (long seed = 0; seed < 2; seed++) {
        cells.add(cell(task, "aroma", seed, 0.85 + 0.02 * seed, 165_888));
        cells.add(cell(task, "lora-r8", seed, 0.86, 1_327_104));
        cells.add(
            seed == 1 && task.equals("rte")
                ? CellResult.failed(task, "head", 5e-4, seed, "the loss was NaN,\n \"really\"")
                : cell(task, "head", seed, 0.7, 0));
      }
    }
    return cells;
  }
}
