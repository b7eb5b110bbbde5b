package dev.aroma.recipe;

import dev.aroma.report.PaperTable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The keys that a comparison has besides those of a run, read: its lists of tasks, methods and
 * seeds, its title and its switches.
 *
 * @param file what the file says under them
 * @param given what the command says in their place, as text
 * @param problems where mistakes go
 */
record ComparisonLists(Map<String, Node> file, Map<String, String> given, List<Problem> problems) {
  /** The keys. */
  static final List<String> KEYS =
      List.of("title", "tasks", "seeds", "methods", "scale-steps", "paper-table");

  /** The title, or null. */
  String title() {
    return file.get("title") instanceof Node.Scalar text ? text.text() : null;
  }

  /**
   * Tasks or methods.
   *
   * @param kind {@code task} or {@code method}
   */
  List<Entry> entries(String kind) {
    String list = kind + "s";
    List<Entry> entries = new ArrayList<>();
    for (Node node : items(file.get(list))) {
      Entry.of(kind, node, problems).ifPresent(entries::add);
    }
    if (given.containsKey(list)) {
      List<Entry> chosen = new ArrayList<>();
      for (Node node : MethodText.entries(given.get(list), "--" + list, problems)) {
        sameInFile(node, entries).or(() -> Entry.of(kind, node, problems)).ifPresent(chosen::add);
      }
      entries = chosen;
    }
    Entry.requireDistinct(list, entries, problems);
    return entries;
  }

  /** A name alone may be the label of an entry of the file, which then holds with its options. */
  private static Optional<Entry> sameInFile(Node node, List<Entry> inFile) {
    Node.Section section = (Node.Section) node;
    if (section.entries().size() > 1) {
      return Optional.empty();
    }
    String name = section.text(Node.NAME);
    return inFile.stream().filter(entry -> entry.label().equals(name)).findFirst();
  }

  private List<Node> items(Node node) {
    if (node instanceof Node.Items list) {
      return list.items().stream().flatMap(item -> item(item).stream()).toList();
    }
    return node == null || node instanceof Node.Empty ? List.of() : item(node);
  }

  private List<Node> item(Node node) {
    return node instanceof Node.Scalar text
        ? MethodText.entries(text.text(), text.where(), problems)
        : List.of(node);
  }

  /** The seeds; 0 alone where none are named. */
  List<Long> seeds() {
    List<Long> seeds = new ArrayList<>();
    String where = given.containsKey("seeds") ? "--seeds" : "seeds";
    for (String text : seedTexts()) {
      if (!text.matches("-?\\d{1,18}")) {
        problems.add(
            new Problem(where, "found \"" + text + "\"; allowed: whole numbers parted by commas"));
      } else if (seeds.contains(Long.parseLong(text))) {
        problems.add(new Problem(where, "the seed " + text + " is there twice; keep one"));
      } else {
        seeds.add(Long.parseLong(text));
      }
    }
    return seeds.isEmpty() ? List.of(0L) : seeds;
  }

  private List<String> seedTexts() {
    if (given.containsKey("seeds")) {
      return List.of(given.get("seeds").strip().split("\\s*,\\s*"));
    }
    Node node = file.get("seeds");
    List<Node> items =
        node instanceof Node.Items list ? list.items() : node == null ? List.of() : List.of(node);
    List<String> texts = new ArrayList<>();
    for (Node item : items) {
      if (item instanceof Node.Scalar text) {
        texts.addAll(Arrays.asList(text.text().strip().split("\\s*,\\s*")));
      } else if (!(item instanceof Node.Empty)) {
        problems.add(Problem.notAllowed("seeds", item, "a list of values"));
      }
    }
    return texts;
  }

  /** Whether what counts steps shrinks where a run is cut short. */
  boolean scaleSteps() {
    Node node = file.get("scale-steps");
    if (node == null || node instanceof Node.Empty) {
      return false;
    }
    String text = node instanceof Node.Scalar scalar ? scalar.text() : "";
    if (!text.equals("true") && !text.equals("false")) {
      problems.add(Problem.notAllowed("scale-steps", node, "true or false"));
    }
    return text.equals("true");
  }

  /** The paper's table to show beside ours, or null. */
  PaperTable paper() {
    if (!(file.get("paper-table") instanceof Node.Scalar text)) {
      return null;
    }
    Optional<PaperTable> table =
        text.text().matches("\\d")
            ? PaperTable.of(Integer.parseInt(text.text()))
            : Optional.empty();
    if (table.isEmpty()) {
      problems.add(Problem.notAllowed("paper-table", text, "2, 4 or 5"));
    }
    return table.orElse(null);
  }
}
