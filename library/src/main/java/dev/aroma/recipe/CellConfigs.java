package dev.aroma.recipe;

import dev.aroma.data.Tasks;
import dev.aroma.input.InputException;
import dev.aroma.input.Suggestion;
import dev.aroma.peft.Methods;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** The config of each cell, put together from the parts of a comparison. */
final class CellConfigs {
  private static final String MAX_STEPS = "max-steps";

  private final Config below;
  private final Config over;
  private final List<String> scaled;

  /**
   * @param below the file's common part
   * @param over options of the command
   * @param scaled options that count steps, and shrink where a recipe's run is cut short
   */
  CellConfigs(Config below, Config over, List<String> scaled) {
    this.below = below;
    this.over = over;
    this.scaled = scaled;
  }

  /**
   * The methods that can run: one whose recipe this build lacks, or that comes from a recipe and is
   * not registered, is left out with a note.
   */
  List<Entry> present(Entry task, List<Entry> methods, List<String> notes) {
    List<Entry> present = new ArrayList<>();
    for (Entry method : methods) {
      String recipe = recipe(task, method);
      boolean registered = Methods.options().containsKey(method.name());
      if (recipe == null || (registered && Recipes.shipped().contains(recipe)) || isFile(recipe)) {
        present.add(method);
      } else {
        String lack = registered ? "recipe " + recipe : "method " + method.name();
        notes.add(
            "%s on %s is left out: this build has no %s"
                .formatted(method.label(), task.label(), lack));
      }
    }
    return present;
  }

  private static boolean isFile(String recipe) {
    return recipe.contains("/") || recipe.endsWith(".yaml");
  }

  private static String recipe(Entry task, Entry method) {
    return method.recipe() == null ? null : method.recipe().replace("{task}", task.name());
  }

  /** The options of one cell, or null if there are problems. */
  RunOptions options(Entry task, Entry method, long seed, List<Problem> problems) {
    try {
      String recipe = recipe(task, method);
      Config base = recipe == null ? below : Recipes.with(below, recipe);
      Config config = base.with(over);
      config = config.with("task.name", task.name(), "the comparison's task");
      config = config.with(task.overlay());
      config = Recipes.withMethod(config, method.name(), method.overlay().where());
      config = shrunk(config, steps(base), steps(config)).with(method.overlay());
      config = config.with("train.seed", String.valueOf(seed), "the comparison's seeds");
      knownTask(task, problems);
      return Recipes.bind(located(config, task.name()), problems);
    } catch (InputException e) {
      String reason = e.getMessage().lines().findFirst().orElse("");
      problems.add(new Problem("methods." + method.label(), reason));
      return null;
    }
  }

  private static void knownTask(Entry task, List<Problem> problems) {
    try {
      Tasks.require(task.name());
    } catch (InputException e) {
      String hint = Suggestion.clause(task.name(), Tasks.names());
      problems.add(
          new Problem(
              "tasks",
              "found \"%s\"; allowed: %s%s"
                  .formatted(task.name(), String.join(", ", Tasks.names()), hint)));
    }
  }

  /** {@code {task}} in the data path, or a directory of the task's name in it. */
  private static Config located(Config config, String task) {
    if (!(config.root().entries().get("task") instanceof Node.Section section)
        || !(section.entries().get("data") instanceof Node.Scalar data)) {
      return config;
    }
    String text = data.text().replace("{task}", task);
    String found = below(Path.of(text), task);
    return found.equals(data.text()) ? config : config.with("task.data", found, data.where());
  }

  private static String below(Path data, String task) {
    if (!Files.isDirectory(data)) {
      return data.toString();
    }
    try (Stream<Path> inside = Files.list(data)) {
      return inside
          .filter(Files::isDirectory)
          .filter(path -> ComparisonConfig.sameTask(path.getFileName().toString(), task))
          .findFirst()
          .orElse(data)
          .toString();
    } catch (IOException e) {
      return data.toString(); // whoever reads the data will tell
    }
  }

  private static double steps(Config config) {
    Node train = config.root().entries().get("train");
    Node steps = train instanceof Node.Section s ? s.entries().get(MAX_STEPS) : null;
    boolean number = steps instanceof Node.Scalar text && text.text().matches("\\d{1,9}");
    return number ? Double.parseDouble(((Node.Scalar) steps).text()) : Double.NaN;
  }

  private Config shrunk(Config config, double before, double after) {
    if (!(after < before)) {
      return config;
    }
    Config result = config;
    for (String key : scaled) {
      Node node = config.root();
      for (String word : key.split("\\.", -1)) {
        node = node instanceof Node.Section section ? section.entries().get(word) : null;
      }
      if (node instanceof Node.Scalar number && number.text().matches("[1-9]\\d{0,8}")) {
        long less = Math.max(1, Math.round(Long.parseLong(number.text()) * after / before));
        result = result.with(key, String.valueOf(less), number.where());
      }
    }
    return result;
  }

  /** Notes on tasks whose methods do not share one budget. */
  static List<String> budgets(List<Cell> cells) {
    Map<String, Map<String, Set<String>>> byTask = new LinkedHashMap<>();
    for (Cell cell : cells) {
      byTask
          .computeIfAbsent(cell.task(), absent -> new LinkedHashMap<>())
          .computeIfAbsent(cell.budget(), absent -> new LinkedHashSet<>())
          .add(cell.method());
    }
    List<String> notes = new ArrayList<>();
    byTask.forEach(
        (task, budgets) -> {
          if (budgets.size() > 1) {
            List<String> parts = new ArrayList<>();
            budgets.forEach((b, who) -> parts.add(String.join(", ", who) + ": " + b));
            notes.add("not one budget on " + task + ": " + String.join("; ", parts));
          }
        });
    return notes;
  }
}
