package dev.aroma.peft;

import dev.aroma.nn.Parameter;
import dev.aroma.nn.State;
import dev.aroma.tensor.NoGrad;
import dev.aroma.tensor.Scope;
import dev.aroma.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Which components of all layers matter most: a component's score is that of its E and the means
 * over its row of A and its column of B.
 */
final class Allocation implements AutoCloseable {
  private final List<AdaLoraModule> modules;
  private final List<Part> parts = new ArrayList<>();

  /** Parameters of one kind and one shape, each the part of a module. */
  private record Part(List<Integer> owners, Importance importance, int meanOver) {}

  Allocation(List<AdaLoraModule> modules, double beta1, double beta2) {
    this.modules = modules;
    add(AdaLoraModule::a, 2, beta1, beta2); // (count, r, in): mean over in
    add(AdaLoraModule::b, 1, beta1, beta2); // (count, out, r): mean over out
    add(AdaLoraModule::e, 2, beta1, beta2); // (count, r, 1)
  }

  private void add(
      Function<AdaLoraModule, Parameter> kind, int meanOver, double beta1, double beta2) {
    Map<String, List<Integer>> byShape = new LinkedHashMap<>();
    for (int i = 0; i < modules.size(); i++) {
      String shape = Arrays.toString(kind.apply(modules.get(i)).shape());
      byShape.computeIfAbsent(shape, key -> new ArrayList<>()).add(i);
    }
    for (List<Integer> owners : byShape.values()) {
      List<Parameter> alike = owners.stream().map(modules::get).map(kind).toList();
      parts.add(new Part(owners, new Importance(alike, beta1, beta2), meanOver));
    }
  }

  /** Takes in the present values and gradients. */
  void update() {
    parts.forEach(part -> part.importance().update());
  }

  /**
   * What a budget keeps: all but those at or below the k-th smallest score, k being the number of
   * components above the budget.
   *
   * @param budget components to keep in all; with equal scores fewer are kept
   * @return for each module, for each of its components, whether it is kept
   */
  boolean[][] choose(int budget) {
    float[][] scores = scores();
    int components = Arrays.stream(scores).mapToInt(one -> one.length).sum();
    float[] sorted = new float[components];
    int at = 0;
    for (float[] one : scores) {
      System.arraycopy(one, 0, sorted, at, one.length);
      at += one.length;
    }
    Arrays.sort(sorted);
    int over = components - budget;
    float threshold = over <= 0 ? Float.NEGATIVE_INFINITY : sorted[over - 1];
    boolean[][] kept = new boolean[scores.length][];
    for (int i = 0; i < scores.length; i++) {
      kept[i] = new boolean[scores[i].length];
      for (int k = 0; k < kept[i].length; k++) {
        kept[i][k] = scores[i][k] > threshold;
      }
    }
    return kept;
  }

  /** Scores of the components of each module. */
  private float[][] scores() {
    float[][] sums = new float[modules.size()][];
    try (Scope scope = Scope.open();
        NoGrad guard = NoGrad.open()) {
      for (Part part : parts) {
        Tensor means = part.importance().scores().mean(part.meanOver(), false); // (count, r)
        float[] flat = means.floats();
        int rank = (int) means.size(1);
        for (int i = 0; i < part.owners().size(); i++) {
          add(sums, part.owners().get(i), Arrays.copyOfRange(flat, i * rank, (i + 1) * rank));
        }
      }
    }
    return sums;
  }

  private static void add(float[][] sums, int module, float[] more) {
    if (sums[module] == null) {
      sums[module] = more;
      return;
    }
    for (int k = 0; k < more.length; k++) {
      sums[module][k] += more[k];
    }
  }

  void save(State state) {
    for (int i = 0; i < parts.size(); i++) {
      parts.get(i).importance().save(state.part("" + i));
    }
  }

  void restore(State state) {
    for (int i = 0; i < parts.size(); i++) {
      parts.get(i).importance().restore(state.part("" + i));
    }
  }

  @Override
  public void close() {
    parts.forEach(part -> part.importance().close());
  }
}
