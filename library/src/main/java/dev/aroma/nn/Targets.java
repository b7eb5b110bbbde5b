package dev.aroma.nn;

import dev.aroma.input.InputException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * Finds the layers that a method adapts, by name pattern.
 *
 * <p>A pattern is the last part of a path, on a border of its dots ({@code query}, {@code
 * attention.output.dense}), or a regular expression for the whole path between slashes ({@code
 * /.*layer\.[0-5]\..*query/}). The head is never a target.
 */
public final class Targets {
  private Targets() {}

  /**
   * The matching layers by path, in the order of the tree.
   *
   * @param root the model
   * @param patterns at least one; each must match something
   * @param head paths of the head's modules, which are left out with all below them
   * @throws InputException if a pattern matches nothing
   */
  public static Map<String, Linear> find(Module root, List<String> patterns, List<String> head) {
    return find(Linear.class, "method.target-modules", root, patterns, head);
  }

  /**
   * The matching layers of any type.
   *
   * @param type of the layers
   * @param option key of the patterns, for messages
   */
  public static <L extends Layer> Map<String, L> find(
      Class<L> type, String option, Module root, List<String> patterns, List<String> head) {
    if (patterns.isEmpty()) {
      throw new InputException(
          option + ": expected at least one name, found none",
          "name the layers to adapt, or leave the option out for the default",
          "target-modules");
    }
    Map<String, L> all = new LinkedHashMap<>(root.modules(type));
    all.keySet().removeIf(path -> head.stream().anyMatch(h -> within(path, h)));
    Map<String, L> found = new LinkedHashMap<>();
    List<Pattern> compiled = patterns.stream().map(pattern -> compile(option, pattern)).toList();
    List<String> unused = new ArrayList<>(patterns);
    all.forEach(
        (path, layer) -> {
          for (int i = 0; i < compiled.size(); i++) {
            if (compiled.get(i).matcher(path).matches()) {
              found.put(path, layer);
              unused.remove(patterns.get(i));
            }
          }
        });
    if (!unused.isEmpty()) {
      throw new InputException(
          "%s: %s match no %s layer".formatted(option, unused, kind(type)),
          "layers of this model end in: " + endings(all),
          "target-modules");
    }
    return found;
  }

  private static String kind(Class<? extends Layer> type) {
    return type == Linear.class ? "linear" : "normalisation";
  }

  private static boolean within(String path, String module) {
    return path.equals(module) || path.startsWith(module + ".");
  }

  private static Pattern compile(String option, String pattern) {
    if (pattern.length() < 2 || !pattern.startsWith("/") || !pattern.endsWith("/")) {
      return Pattern.compile("(.*\\.)?" + Pattern.quote(pattern));
    }
    try {
      return Pattern.compile(pattern.substring(1, pattern.length() - 1));
    } catch (PatternSyntaxException e) {
      throw new InputException(
          "%s: %s is no regular expression: %s".formatted(option, pattern, e.getDescription()),
          "mend it, or leave out the slashes to give the end of a path",
          "target-modules",
          e);
    }
  }

  private static List<String> endings(Map<String, ? extends Layer> all) {
    return all.keySet().stream()
        .map(path -> path.replaceFirst("^.*\\.\\d+\\.", ""))
        .distinct()
        .limit(20)
        .toList();
  }
}
