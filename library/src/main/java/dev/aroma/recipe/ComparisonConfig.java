package dev.aroma.recipe;

import dev.aroma.data.Tasks;
import dev.aroma.input.InputException;
import dev.aroma.input.Suggestion;
import dev.aroma.report.PaperTable;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What a person wrote of a comparison, from a file and from options; not yet checked.
 *
 * <p>The file has the keys of a run's config (model, task, train, engine), for all cells, and
 * beside them {@code methods}, {@code seeds}, {@code tasks}, {@code title}, {@code scale-steps} and
 * {@code paper-table}. Of one option written in several places the later of these wins: the file's
 * common part, the method's recipe, the options of the command, the task's entry, the method's
 * entry.
 */
public final class ComparisonConfig {
  private static final List<String> COMMON = List.of("model", "task", "train", "engine");
  private static final List<String> OWN =
      List.of("title", "tasks", "seeds", "methods", "scale-steps", "paper-table");
  private static final String SHIPPED = "/dev/aroma/comparisons/";

  private final String source;
  private final Config below;
  private final Map<String, Node> file;
  private final Config over;
  private final Map<String, String> given;
  private final List<Problem> problems;

  private ComparisonConfig(
      String source,
      Config below,
      Map<String, Node> file,
      Config over,
      Map<String, String> given,
      List<Problem> problems) {
    this.source = source;
    this.below = below;
    this.file = file;
    this.over = over;
    this.given = given;
    this.problems = problems;
  }

  /**
   * Nothing but common options.
   *
   * @param below under everything else, such as a recipe; what it says of a method holds for that
   *     method
   */
  public static ComparisonConfig of(Config below) {
    return new ComparisonConfig(
        "the command line", below, Map.of(), Config.empty(), Map.of(), List.of());
  }

  /** Names of the comparisons that come with the library. */
  public static List<String> shipped() {
    return read("index").lines().filter(line -> !line.isBlank()).toList();
  }

  /**
   * A comparison file, or the name of one that we ship.
   *
   * @throws InputException if it is neither, or no YAML
   */
  public static ComparisonConfig of(String fileOrName) {
    if (Files.isRegularFile(Path.of(fileOrName))) {
      return ofFile(Config.empty().withFile(Path.of(fileOrName)), fileOrName);
    }
    if (!shipped().contains(fileOrName)) {
      throw new InputException(
          "comparison: expected a YAML file or one of %s, found '%s'%s"
              .formatted(shipped(), fileOrName, Suggestion.clause(fileOrName, shipped())),
          "give the path of a file that is there, or a name from the list",
          "compare-file");
    }
    String yaml = read(fileOrName + ".yaml");
    String name = "comparison " + fileOrName;
    return ofFile(Config.empty().withYaml(yaml, name), name);
  }

  /** Whether a name or file is of a comparison, and not of a run: it lists methods. */
  public static boolean isOne(String fileOrName) {
    Path file = Path.of(fileOrName);
    return Files.isRegularFile(file)
        ? Config.empty().withFile(file).root().entries().containsKey("methods")
        : shipped().contains(fileOrName);
  }

  private static ComparisonConfig ofFile(Config read, String source) {
    List<Problem> problems = new ArrayList<>(read.problems());
    Map<String, Node> own = new LinkedHashMap<>();
    Node.Section common = read.root();
    List<String> known = new ArrayList<>(OWN);
    known.addAll(COMMON);
    for (Map.Entry<String, Node> entry : read.root().entries().entrySet()) {
      String key = entry.getKey();
      if (!COMMON.contains(key)) {
        common = common.without(key);
        own.put(key, entry.getValue());
      }
      if (!known.contains(key)) {
        String hint =
            key.equals("method") ? "; did you mean methods?" : Suggestion.clause(key, known);
        problems.add(
            new Problem(
                key,
                "no such key of a comparison (%s)%s; known here: %s"
                    .formatted(entry.getValue().where(), hint, String.join(", ", known))));
      }
    }
    Config below = Config.empty().with(common);
    return new ComparisonConfig(source, below, own, Config.empty(), Map.of(), problems);
  }

  /** Lays options of the command over the file: what {@link Config#with} takes. */
  public ComparisonConfig with(Config options) {
    return new ComparisonConfig(source, below, file, over.with(options), given, problems);
  }

  /**
   * Gives one of the lists anew.
   *
   * @param list {@code methods}, {@code tasks} or {@code seeds}
   * @param text its entries, parted by commas; an entry of the file may be named by its label
   */
  public ComparisonConfig with(String list, String text) {
    Map<String, String> more = new LinkedHashMap<>(given);
    more.put(list, text);
    return new ComparisonConfig(source, below, file, over, more, problems);
  }

  /**
   * Checks everything.
   *
   * @throws InputException with every mistake at once
   */
  public Comparison resolve() {
    List<Problem> found = new ArrayList<>(problems);
    found.addAll(over.problems());
    List<Entry> tasks = entries("task", found);
    List<Entry> methods = entries("method", found);
    List<Long> seeds = seeds(found);
    List<String> scaled = texts("scale-steps", found);
    CellConfigs configs = new CellConfigs(below, over, scaled);
    List<Cell> cells = new ArrayList<>();
    List<String> notes = new ArrayList<>();
    for (Entry task : tasks) {
      List<Entry> present = configs.present(task, methods, notes);
      for (long seed : seeds) {
        for (Entry method : present) {
          RunOptions options = configs.options(task, method, seed, found);
          cells.add(new Cell(task.label(), method.label(), seed, options));
        }
      }
    }
    PaperTable paper = paper(found);
    if (!found.isEmpty()) {
      throw Problem.all(found, source == null ? "the options" : "the options of " + source);
    }
    notes.addAll(CellConfigs.budgets(cells));
    return new Comparison(title(tasks), labels(tasks), labels(methods), seeds, cells, notes, paper);
  }

  private static List<String> labels(List<Entry> entries) {
    return entries.stream().map(Entry::label).toList();
  }

  private String title(List<Entry> tasks) {
    return file.get("title") instanceof Node.Scalar text
        ? text.text()
        : "Methods on " + String.join(", ", labels(tasks));
  }

  private List<Entry> entries(String kind, List<Problem> found) {
    String list = kind + "s";
    List<Entry> entries = new ArrayList<>();
    List<Node> inFile = items(file.get(list), found);
    inFile.forEach(node -> add(entries, Entry.of(kind, node, found)));
    if (given.containsKey(list)) {
      List<Entry> chosen = new ArrayList<>();
      for (Node node : MethodText.entries(given.get(list), "--" + list, found)) {
        add(chosen, sameInFile(node, entries).orElseGet(() -> Entry.of(kind, node, found)));
      }
      entries.clear();
      entries.addAll(chosen);
    }
    if (entries.isEmpty() && kind.equals("task")) {
      add(entries, commonTask());
    }
    if (entries.isEmpty() && found.isEmpty()) {
      found.add(
          new Problem(list, "found none; say --methods aroma,head or write them in the file"));
    }
    Entry.requireDistinct(list, entries, found);
    return entries;
  }

  private static void add(List<Entry> entries, Entry entry) {
    if (entry != null) {
      entries.add(entry);
    }
  }

  /** A name alone may be the label of an entry of the file, which then holds with its options. */
  private static Optional<Entry> sameInFile(Node node, List<Entry> inFile) {
    Node.Section section = (Node.Section) node;
    if (section.entries().size() > 1) {
      return Optional.empty();
    }
    String name = ((Node.Scalar) section.entries().get(Node.NAME)).text();
    return inFile.stream().filter(entry -> entry.label().equals(name)).findFirst();
  }

  private static List<Node> items(Node node, List<Problem> found) {
    if (node instanceof Node.Items list) {
      return list.items().stream().flatMap(item -> item(item, found).stream()).toList();
    }
    return node == null || node instanceof Node.Empty ? List.of() : item(node, found);
  }

  private static List<Node> item(Node node, List<Problem> found) {
    return node instanceof Node.Scalar text
        ? MethodText.entries(text.text(), text.where(), found)
        : List.of(node);
  }

  /** Without a list of tasks there is the one that the common options name. */
  private Entry commonTask() {
    Node task = below.with(over).root().entries().get("task");
    Node name = task instanceof Node.Section section ? section.entries().get(Node.NAME) : task;
    String text = name instanceof Node.Scalar scalar ? scalar.text() : Tasks.names().get(0);
    return new Entry(text, label(text), null, new Node.Section(Map.of(), "the task"));
  }

  private static String label(String task) {
    return task.replaceAll("[^A-Za-z0-9._-]+", "_");
  }

  private List<Long> seeds(List<Problem> found) {
    List<Long> seeds = new ArrayList<>();
    String where = given.containsKey("seeds") ? "--seeds" : "seeds";
    for (String text : texts("seeds", found)) {
      if (!text.matches("-?\\d{1,18}")) {
        found.add(
            new Problem(where, "found \"" + text + "\"; allowed: whole numbers parted by commas"));
      } else if (seeds.contains(Long.parseLong(text))) {
        found.add(new Problem(where, "the seed " + text + " is there twice; keep one"));
      } else {
        seeds.add(Long.parseLong(text));
      }
    }
    return seeds.isEmpty() ? List.of(0L) : seeds;
  }

  private List<String> texts(String key, List<Problem> found) {
    Node node = file.get(key);
    if (given.containsKey(key)) {
      node = new Node.Scalar(given.get(key), "--" + key);
    }
    List<Node> items =
        node instanceof Node.Items list ? list.items() : node == null ? List.of() : List.of(node);
    List<String> texts = new ArrayList<>();
    for (Node item : items) {
      if (item instanceof Node.Scalar text) {
        texts.addAll(Arrays.asList(text.text().strip().split("\\s*,\\s*")));
      } else if (!(item instanceof Node.Empty)) {
        found.add(Problem.notAllowed(key, item, "a list of values"));
      }
    }
    return texts;
  }

  private PaperTable paper(List<Problem> found) {
    Node node = file.get("paper-table");
    if (!(node instanceof Node.Scalar text)) {
      return null;
    }
    Optional<PaperTable> table =
        text.text().matches("\\d")
            ? PaperTable.of(Integer.parseInt(text.text()))
            : Optional.empty();
    if (table.isEmpty()) {
      found.add(Problem.notAllowed("paper-table", node, "2, 4 or 5"));
    }
    return table.orElse(null);
  }

  /** Whether two spellings mean one task. */
  static boolean sameTask(String one, String other) {
    return plain(one).equals(plain(other));
  }

  private static String plain(String name) {
    return name.toLowerCase(Locale.ROOT).replace("-", "").replace("_", "");
  }

  private static String read(String name) {
    try (InputStream in = ComparisonConfig.class.getResourceAsStream(SHIPPED + name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read our own comparison " + name, e);
    }
  }
}
