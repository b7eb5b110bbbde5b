package dev.aroma.recipe;

import dev.aroma.data.Tasks;
import dev.aroma.input.InputException;
import dev.aroma.input.Suggestion;
import dev.aroma.report.PaperTable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

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
    return Shipped.COMPARISONS.names();
  }

  /**
   * A comparison file, or the name of one that we ship.
   *
   * @throws InputException if it is neither, or no YAML
   */
  public static ComparisonConfig of(String fileOrName) {
    return ofFile(Shipped.COMPARISONS.over(Config.empty(), fileOrName), fileOrName);
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
    List<String> known = new ArrayList<>(ComparisonLists.KEYS);
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
    ComparisonLists lists = new ComparisonLists(file, given, found);
    List<Entry> tasks = lists.entries("task");
    List<Entry> methods = lists.entries("method");
    tasks = tasks.isEmpty() ? List.of(commonTask()) : tasks;
    if (methods.isEmpty() && found.isEmpty()) {
      String advice = "found none; say --methods aroma,head or write them in the file";
      found.add(new Problem("methods", advice));
    }
    List<Long> seeds = lists.seeds();
    CellConfigs configs = new CellConfigs(below, over, lists.scaleSteps());
    List<Cell> cells = new ArrayList<>();
    List<String> notes = new ArrayList<>();
    for (Entry task : tasks) {
      List<Entry> present = configs.present(task, methods, notes);
      for (long seed : seeds) {
        present.forEach(method -> cells.addAll(configs.cells(task, method, seed, found)));
      }
    }
    if (found.isEmpty()) {
      requireDistinct(cells, found);
    }
    PaperTable paper = lists.paper();
    if (!found.isEmpty()) {
      throw Problem.all(found, source == null ? "the options" : "the options of " + source);
    }
    notes.addAll(Budgets.notes(cells));
    String title = lists.title() != null ? lists.title() : title(tasks);
    return new Comparison(title, labels(tasks), labels(methods), seeds, cells, notes, paper);
  }

  private static void requireDistinct(List<Cell> cells, List<Problem> problems) {
    Set<String> names = new HashSet<>();
    for (Cell cell : cells) {
      if (!names.add(cell.name().toLowerCase(Locale.ROOT))) {
        problems.add(
            new Problem("methods", "two cells are called " + cell.name() + "; label one anew"));
      }
    }
  }

  private static List<String> labels(List<Entry> entries) {
    return entries.stream().map(Entry::label).toList();
  }

  private static String title(List<Entry> tasks) {
    return "Methods on " + String.join(", ", labels(tasks));
  }

  /** Without a list of tasks there is the one that the common options name. */
  private Entry commonTask() {
    Node.Section root = below.with(over).root();
    String nested = root.text("task." + Node.NAME);
    String name = nested != null ? nested : root.text("task");
    String text = name != null ? name : Tasks.names().get(0);
    String label = text.replaceAll("[^A-Za-z0-9._-]+", "_");
    return new Entry(text, label, null, new Node.Section(Map.of(), "the task"));
  }
}
