package dev.aroma.report;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Where each adapted module stands on a map of layers × matrices.
 *
 * @param headings of the matrices, by suffix of the module path, in the order of the model
 * @param rows by the layer's label, in order: the module at each suffix
 * @param others modules without a layer
 */
public record RankLayout(
    Map<String, String> headings, Map<String, Map<String, String>> rows, List<String> others) {
  /** Wraps what it is given. */
  public RankLayout {
    headings = Collections.unmodifiableMap(headings);
    rows = Collections.unmodifiableMap(rows);
    others = List.copyOf(others);
  }

  /** Of these module paths. Layers of several stacks are told apart by the stack's name. */
  public static RankLayout of(Collection<String> modules) {
    Set<String> suffixes = new LinkedHashSet<>();
    List<String> others = new ArrayList<>();
    // Stack, layer, suffix: the module there.
    Map<String, TreeMap<Integer, Map<String, String>>> stacks = new LinkedHashMap<>();
    for (String module : modules) {
      ModulePath.of(module)
          .ifPresentOrElse(
              path -> {
                suffixes.add(path.suffix());
                stacks
                    .computeIfAbsent(path.stack(), absent -> new TreeMap<>())
                    .computeIfAbsent(path.layer(), absent -> new LinkedHashMap<>())
                    .put(path.suffix(), module);
              },
              () -> others.add(module));
    }
    Map<String, Map<String, String>> rows = new LinkedHashMap<>();
    stacks.forEach(
        (stack, layers) ->
            layers.forEach(
                (layer, row) ->
                    rows.put(stacks.size() > 1 ? stack + "." + layer : "" + layer, row)));
    return new RankLayout(ModulePath.headings(suffixes), rows, others);
  }

  /** The modules of one matrix, from the first layer to the last that has it. */
  public List<String> column(String suffix) {
    return rows.values().stream()
        .filter(row -> row.containsKey(suffix))
        .map(row -> row.get(suffix))
        .toList();
  }

  /**
   * A short name of every module, in the order of the map: layer and matrix, or its path where it
   * has no layer.
   */
  public Map<String, String> names() {
    Map<String, String> names = new LinkedHashMap<>();
    rows.forEach(
        (layer, row) ->
            row.forEach(
                (suffix, module) ->
                    names.put(module, "layer %s %s".formatted(layer, headings.get(suffix)))));
    others.forEach(module -> names.put(module, module));
    return names;
  }
}
