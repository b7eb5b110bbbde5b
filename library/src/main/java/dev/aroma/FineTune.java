package dev.aroma;

import dev.aroma.input.InputException;
import dev.aroma.recipe.Config;
import dev.aroma.recipe.FineTuned;
import dev.aroma.recipe.FineTuning;
import dev.aroma.recipe.Recipes;
import dev.aroma.recipe.RunOptions;
import dev.aroma.recipe.Watch;
import java.nio.file.Path;
import java.util.List;

/**
 * Describes a run and runs it; immutable, each method gives a new description.
 *
 * <p>What is set later counts. Options are those of the command: {@code aroma config} lists them.
 * Mistakes in them are all told at once, by {@link #options} or {@link #run}.
 */
public final class FineTune {
  private static final String ORIGIN = "FineTune";

  private final Config config;
  private final Watch watch;

  private FineTune(Config config, Watch watch) {
    this.config = config;
    this.watch = watch;
  }

  /**
   * Begins with a model.
   *
   * @param model {@code embedded}, a Hugging Face directory, or a Hugging Face id
   */
  public static FineTune from(String model) {
    return new FineTune(Config.empty(), Watch.NOBODY).set("model.path", model);
  }

  /**
   * Begins with a recipe.
   *
   * @param recipe a YAML file, or the name of one that we ship
   */
  public static FineTune recipe(String recipe) {
    return new FineTune(Recipes.with(Config.empty(), recipe), Watch.NOBODY);
  }

  /**
   * Lets a run that was cut off go on from its newest checkpoint, on this thread, to the same end
   * as if it had never stopped.
   *
   * @param run its directory
   * @param watcher told of what happens; may stop it again
   * @throws InputException if it is over, its checkpoints are damaged, or its model or data changed
   */
  public static FineTuned resume(Path run, Watch watcher) {
    return FineTuning.resume(run, List.of(ORIGIN, "resume", run.toString()), watcher);
  }

  /** Learns a task whose data are embedded. */
  public FineTune task(String name) {
    return set("task.name", name);
  }

  /**
   * Learns a task.
   *
   * @param name such as {@code mrpc}; {@code text} for files of your own
   * @param data directory of the task's files; for {@code text} also the training file itself
   */
  public FineTune task(String name, Path data) {
    return task(name).set("task.data", data);
  }

  /** Picks the method; options set before for another one are dropped. */
  public FineTune method(String name) {
    return new FineTune(Recipes.withMethod(config, name, ORIGIN + ".method"), watch);
  }

  /**
   * Sets an option.
   *
   * @param key its path, such as {@code train.learning-rate}
   * @param value a number, text or path, read as the command would, or a list of them, whose
   *     elements are taken as they are
   */
  public FineTune set(String key, Object value) {
    String origin = ORIGIN + " " + key;
    Config next =
        value instanceof List<?> list
            ? config.with(key, list, origin)
            : config.with(key, String.valueOf(value), origin);
    return new FineTune(next, watch);
  }

  /** Where the run goes: a new directory; one under {@code runs/} if not given. */
  public FineTune output(Path directory) {
    return set("output", directory);
  }

  /** Has somebody told of what happens, who may also stop the run. */
  public FineTune watchedBy(Watch watcher) {
    return new FineTune(config, watcher);
  }

  /**
   * The options so far, all resolved.
   *
   * @throws InputException with every mistake at once
   */
  public RunOptions options() {
    return Recipes.bind(config);
  }

  /**
   * Runs to the end, on this thread.
   *
   * @throws InputException if something about options, model, data or output is wrong, or if the
   *     loss was not a number
   */
  public FineTuned run() {
    return FineTuning.run(options(), List.of(ORIGIN), watch);
  }
}
