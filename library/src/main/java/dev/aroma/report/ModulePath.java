package dev.aroma.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The path of a module taken apart at its layer: {@code encoder.layer}, 3, {@code
 * attention.self.query}.
 *
 * @param stack what holds the layers
 * @param layer number of the layer, from 0
 * @param suffix the module within the layer
 */
public record ModulePath(String stack, int layer, String suffix) {
  private static final Pattern LAYERED = Pattern.compile("(.+?)\\.(\\d{1,6})\\.(.+)");
  private static final Map<String, String> SHORT =
      Map.of("attention", "attn", "self_attn", "attn", "output", "out", "intermediate", "inter");

  /** The parts, or nothing if no part of the path is a number: such a module has no layer. */
  public static Optional<ModulePath> of(String path) {
    Matcher matcher = LAYERED.matcher(path);
    return matcher.matches()
        ? Optional.of(
            new ModulePath(matcher.group(1), Integer.parseInt(matcher.group(2)), matcher.group(3)))
        : Optional.empty();
  }

  /**
   * A short heading for each suffix: its last words, as many as tell it from the others, with
   * {@code dense} left out because it says nothing.
   */
  static Map<String, String> headings(Collection<String> suffixes) {
    Map<String, List<String>> words = new LinkedHashMap<>();
    for (String suffix : suffixes) {
      words.put(suffix, telling(suffix));
    }
    Map<String, String> headings = new LinkedHashMap<>();
    words.forEach((suffix, own) -> headings.put(suffix, heading(own, words.values())));
    boolean clash = headings.values().stream().distinct().count() < headings.size();
    if (clash) {
      headings.replaceAll((suffix, heading) -> suffix);
    }
    return headings;
  }

  private static List<String> telling(String suffix) {
    List<String> words = new ArrayList<>(Arrays.asList(suffix.split("\\.", -1)));
    if (words.size() > 1 && words.get(words.size() - 1).equals("dense")) {
      words.remove(words.size() - 1);
    }
    return words;
  }

  private static String heading(List<String> words, Collection<List<String>> all) {
    int count = 1;
    while (count < words.size() && shared(tail(words, count), all)) {
      count++;
    }
    return String.join(
        ".", tail(words, count).stream().map(word -> SHORT.getOrDefault(word, word)).toList());
  }

  private static boolean shared(List<String> tail, Collection<List<String>> all) {
    return all.stream().filter(words -> tail(words, tail.size()).equals(tail)).count() > 1;
  }

  private static List<String> tail(List<String> words, int count) {
    return words.subList(Math.max(0, words.size() - count), words.size());
  }
}
