package dev.aroma.recipe;

import dev.aroma.io.Digests;
import dev.aroma.peft.Methods;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;

/**
 * A task or a method in a comparison's list, with what it has of its own.
 *
 * @param name of the task or method
 * @param label that tells it from the others of its list
 * @param recipe to lie below its own options, {@code {task}} standing for the task; or null
 * @param overlay what it lays over the common options
 */
record Entry(String name, String label, String recipe, Node.Section overlay) {
  private static final List<String> SECTIONS = List.of("model", "task", "train", "engine");
  private static final String LABEL = "[A-Za-z0-9][A-Za-z0-9._-]*";
  private static final String RATE = "lr";
  private static final int LONGEST = 40;

  /**
   * Reads one.
   *
   * @param kind {@code task} or {@code method}, where keys without a section go
   * @return nothing if a problem was found
   */
  static Optional<Entry> of(String kind, Node node, List<Problem> problems) {
    if (node instanceof Node.Scalar text) {
      return of(kind, new Node.Section(Map.of(Node.NAME, text), text.where()), problems);
    }
    String list = kind + "s";
    if (!(node instanceof Node.Section section)) {
      problems.add(Problem.notAllowed(list, node, "a name, or a section with the key name"));
      return Optional.empty();
    }
    int before = problems.size();
    String name = text(section, Node.NAME, list, problems);
    String label = text(section, "label", list, problems);
    String recipe = text(section, "recipe", list, problems);
    if (name == null) {
      problems.add(new Problem(list, "an entry without name (%s)".formatted(section.where())));
      return Optional.empty();
    }
    Node.Section own = section.without(Node.NAME).without("label").without("recipe");
    Node.Section overlay = new Node.Section(Map.of(), section.where());
    for (Map.Entry<String, Node> option : own.entries().entrySet()) {
      overlay = overlay.merge(nested(path(kind, name, option.getKey()), option.getValue()));
    }
    String chosen = label == null ? label(name, own) : label;
    if (!chosen.matches(LABEL) || chosen.length() > LONGEST) {
      String allowed = "up to " + LONGEST + " letters, digits, dots, hyphens and underscores";
      problems.add(
          new Problem(
              list + ".label",
              "found \"%s\" (%s); allowed: %s".formatted(chosen, section.where(), allowed)));
    }
    return problems.size() == before
        ? Optional.of(new Entry(name, chosen, recipe, overlay))
        : Optional.empty();
  }

  private static String text(
      Node.Section section, String key, String list, List<Problem> problems) {
    Node node = section.entries().get(key);
    if (node == null || node instanceof Node.Empty) {
      return null;
    }
    if (node instanceof Node.Scalar scalar) {
      return scalar.text();
    }
    problems.add(Problem.notAllowed(list + "." + key, node, "text"));
    return null;
  }

  private static Node.Section nested(String path, Node value) {
    List<String> words = List.of(path.split("\\.", -1));
    Node node = value;
    for (int i = words.size() - 1; i >= 0; i--) {
      node = new Node.Section(Map.of(words.get(i), node), value.where());
    }
    return (Node.Section) node;
  }

  /** The path in a config that a key of an entry means. */
  static String path(String kind, String name, String key) {
    if (SECTIONS.contains(key.replaceFirst("\\..*", ""))) {
      return key;
    }
    Class<? extends Record> type = kind.equals("method") ? Methods.options().get(name) : null;
    List<String> known = type == null ? List.of() : Component.keys(type);
    if (known.contains(key)) {
      return kind + "." + key;
    }
    if (key.equals(RATE)) {
      return "train.learning-rate";
    }
    return kind + "." + unabbreviated(key, known);
  }

  /**
   * A key whose words begin the words of one option, in any order, where {@code r} is the rank:
   * {@code r-init} for {@code initial-rank}. Only for keys with the word {@code r}.
   */
  private static String unabbreviated(String key, List<String> known) {
    List<String> words = Arrays.asList(key.split("-"));
    if (!words.contains("r")) {
      return key;
    }
    List<String> meant = new ArrayList<>();
    for (String option : known) {
      List<String> left = new ArrayList<>(Arrays.asList(option.split("-")));
      boolean all = left.size() == words.size();
      for (String word : words) {
        String begin = word.equals("r") ? "rank" : word;
        all &= left.remove(left.stream().filter(w -> w.startsWith(begin)).findFirst().orElse(""));
      }
      if (all) {
        meant.add(option);
      }
    }
    return meant.size() == 1 ? meant.get(0) : key;
  }

  /** The name and what was set beside it: {@code lora-r8-lr0.001}. */
  private static String label(String name, Node.Section own) {
    Map<String, String> values = new LinkedHashMap<>();
    flatten("", own, values);
    StringJoiner label = new StringJoiner("-").add(name);
    values.forEach((key, value) -> label.add(brief(key) + value));
    String text = label.toString().replaceAll("[^A-Za-z0-9._-]+", "_");
    return text.length() <= LONGEST
        ? text
        : name + "-" + Digests.sha256(label.toString()).substring(0, 6);
  }

  private static void flatten(String prefix, Node node, Map<String, String> values) {
    if (node instanceof Node.Section section) {
      section
          .entries()
          .forEach(
              (key, value) -> flatten(prefix.isEmpty() ? key : prefix + "." + key, value, values));
    } else if (node instanceof Node.Items list) {
      if (brief(prefix).equals(RATE)) {
        return; // a choice of learning rates: the same method with each
      }
      StringJoiner items = new StringJoiner("+");
      list.items().forEach(item -> items.add(item instanceof Node.Scalar s ? s.text() : "…"));
      values.put(prefix, items.toString());
    } else {
      values.put(prefix, node instanceof Node.Scalar scalar ? scalar.text() : "");
    }
  }

  private static String brief(String key) {
    String last = key.substring(key.lastIndexOf('.') + 1);
    return switch (last) {
      case "rank" -> "r";
      case "learning-rate" -> RATE;
      default -> last;
    };
  }

  /** A problem if an own list has two of one label; case is not enough to tell files apart. */
  static void requireDistinct(String list, List<Entry> entries, List<Problem> problems) {
    List<String> seen = new ArrayList<>();
    for (Entry entry : entries) {
      if (seen.contains(entry.label().toLowerCase(Locale.ROOT))) {
        problems.add(
            new Problem(
                list, "two entries are called \"" + entry.label() + "\"; give one a label"));
      }
      seen.add(entry.label().toLowerCase(Locale.ROOT));
    }
  }
}
