package dev.aroma.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/**
 * A place where the cost of a step is measured: the base point, AROMA of rank 1 on all modules,
 * with one thing changed.
 *
 * @param series what is changed, as {@link #SERIES} has it
 * @param x how much of it there is
 * @param layers blocks of the model
 * @param modules adapted modules, all of them live
 * @param options that differ from the base point's, for {@link TimedTraining}
 */
record CostPoint(String series, int x, int layers, int modules, List<String> options) {
  /** Linear layers of a block that are adapted, in the order in which a forward pass meets them. */
  static final List<String> KINDS =
      List.of(
          "attention.self.query",
          "attention.self.key",
          "attention.self.value",
          "attention.output.dense",
          "intermediate.dense",
          "output.dense");

  /** All series but that of the rank so far, which is one run; in the order they are measured. */
  static final List<String> SERIES =
      List.of("modules", "length", "batch", "layers", "freeze-lowest", "freeze-top", "lora-rank");

  private static final Map<String, List<Integer>> USUAL =
      Map.of(
          "length", List.of(32, 64, 128, 256, 512),
          "batch", List.of(1, 2, 4, 8, 16, 32, 64, 128),
          "layers", List.of(2, 4, 8, 12, 24),
          "lora-rank", List.of(1, 2, 4, 8, 16, 32, 64));

  /**
   * The points of a series.
   *
   * @param layers blocks of the base point's model
   * @param values of x; null for the usual ones
   */
  static List<CostPoint> of(String series, int layers, List<Integer> values) {
    int all = KINDS.size() * layers;
    List<Integer> at = values == null ? usual(series, layers) : values;
    IntFunction<CostPoint> point =
        switch (series) {
          case "modules" -> x -> adapted(series, layers, byKind(layers).subList(0, x));
          case "freeze-lowest" ->
              x -> adapted(series, layers, byDepth(layers).subList(all - x, all));
          case "freeze-top" -> x -> adapted(series, layers, byDepth(layers).subList(0, x));
          case "length", "batch" ->
              x -> new CostPoint(series, x, layers, all, List.of("--" + series, "" + x));
          case "layers" -> x -> new CostPoint(series, x, x, KINDS.size() * x, List.of());
          case "lora-rank" ->
              x ->
                  new CostPoint(
                      series, x, layers, all, List.of("--method", "lora", "--rank", "" + x));
          default ->
              throw new IllegalArgumentException(
                  "--set: expected some of rank, freeze and %s, found %s"
                      .formatted(SERIES, series));
        };
    return at.stream().map(point::apply).toList();
  }

  private static List<Integer> usual(String series, int layers) {
    return switch (series) {
      case "modules" -> IntStream.rangeClosed(1, KINDS.size()).mapToObj(k -> k * layers).toList();
      case "freeze-lowest", "freeze-top" -> List.of(6 * layers, 4 * layers, 2 * layers, layers, 1);
      default -> USUAL.getOrDefault(series, List.of(0)); // 0 meets the refusal of unknown ones
    };
  }

  private static CostPoint adapted(String series, int layers, List<String> modules) {
    return new CostPoint(
        series,
        modules.size(),
        layers,
        modules.size(),
        List.of("--target-modules", String.join(",", modules)));
  }

  /** The queries of all blocks, then the keys, and so on. */
  private static List<String> byKind(int layers) {
    List<String> modules = new ArrayList<>();
    KINDS.forEach(
        kind -> IntStream.range(0, layers).forEach(layer -> modules.add(path(layer, kind))));
    return modules;
  }

  /** From the bottom to the top. */
  private static List<String> byDepth(int layers) {
    List<String> modules = new ArrayList<>();
    IntStream.range(0, layers)
        .forEach(layer -> KINDS.forEach(kind -> modules.add(path(layer, kind))));
    return modules;
  }

  private static String path(int layer, String kind) {
    return "layer." + layer + "." + kind;
  }
}
