package dev.aroma.recipe;

import dev.aroma.data.Tasks;
import dev.aroma.input.InputException;
import dev.aroma.input.Suggestion;
import dev.aroma.peft.Methods;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The config of each cell, put together from the parts of a comparison. */
final class CellConfigs {
  private static final String RATE = "train.learning-rate";

  private final Config below;
  private final Config over;
  private final boolean scaled;

  /**
   * @param below the file's common part
   * @param over options of the command
   * @param scaled whether what counts steps shrinks where a recipe's run is cut short
   */
  CellConfigs(Config below, Config over, boolean scaled) {
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

  /** The cells of a method on a task with one seed: one, or one a learning rate to choose from. */
  List<Cell> cells(Entry task, Entry method, long seed, List<Problem> problems) {
    try {
      knownTask(task, problems);
      Config config = config(task, method);
      config = config.with("train.seed", String.valueOf(seed), "the comparison's seeds");
      List<Cell> cells = new ArrayList<>();
      for (Node rate : rates(config, problems)) {
        String text = rate instanceof Node.Scalar scalar ? scalar.text() : null;
        Config tried = text == null ? config : config.with(RATE, text, rate.where());
        RunOptions options = Recipes.bind(tried, problems);
        requireAnother(cells, options, rate, problems);
        cells.add(new Cell(task.label(), method.label(), text, seed, options));
      }
      return cells;
    } catch (InputException e) {
      String reason = e.getMessage().lines().findFirst().orElse("");
      problems.add(new Problem("methods." + method.label(), reason));
      return List.of();
    }
  }

  private Config config(Entry task, Entry method) {
    String recipe = recipe(task, method);
    Config base = recipe == null ? below : Recipes.with(below, recipe);
    Config config = base.with(over);
    config = config.with("task.name", task.name(), "the comparison's task");
    config = config.with(task.overlay());
    config = Recipes.withMethod(config, method.name(), method.overlay().where());
    config = scaled ? StepScale.fit(base, config, method.name()) : config;
    return located(config.with(method.overlay()), task.name());
  }

  /** The learning rates to choose from; nothing written as one where there is no choice. */
  private static List<Node> rates(Config config, List<Problem> problems) {
    Node written = config.root().at(RATE);
    if (!(written instanceof Node.Items list)) {
      return List.of(new Node.Empty("no choice"));
    }
    for (Node rate : list.items()) {
      if (!(rate instanceof Node.Scalar)) {
        problems.add(Problem.notAllowed(RATE, rate, "numbers"));
      }
    }
    if (list.items().isEmpty()) {
      problems.add(new Problem(RATE, "found an empty list (%s)".formatted(list.where())));
    }
    return list.items().stream().filter(Node.Scalar.class::isInstance).toList();
  }

  private static void requireAnother(
      List<Cell> cells, RunOptions options, Node rate, List<Problem> problems) {
    if (options != null && cells.stream().anyMatch(cell -> options.equals(cell.options()))) {
      problems.add(
          new Problem(
              RATE, "%s is there twice (%s); keep one".formatted(rate.found(), rate.where())));
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
    if (!(config.root().at("task.data") instanceof Node.Scalar data)) {
      return config;
    }
    try {
      String found = below(Path.of(data.text().replace("{task}", task)), task);
      return found.equals(data.text()) ? config : config.with("task.data", found, data.where());
    } catch (InvalidPathException e) {
      return config; // whoever binds the options will tell
    }
  }

  private static String below(Path data, String task) {
    if (!Files.isDirectory(data)) {
      return data.toString();
    }
    try (Stream<Path> inside = Files.list(data)) {
      return inside
          .filter(Files::isDirectory)
          .filter(path -> Tasks.same(path.getFileName().toString(), task))
          .findFirst()
          .orElse(data)
          .toString();
    } catch (IOException e) {
      return data.toString(); // whoever reads the data will tell
    }
  }
}
