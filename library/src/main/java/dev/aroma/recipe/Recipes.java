package dev.aroma.recipe;

import dev.aroma.input.InputException;
import dev.aroma.peft.MethodOptions;
import dev.aroma.peft.Methods;
import dev.aroma.report.RunDirectory;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** From text to {@link RunOptions} and back, and the recipes that we ship. */
public final class Recipes {
  /** The recipe of a run that names no task, model or config: the embedded model and task. */
  public static final String QUICKSTART = "quickstart";

  private static final String METHOD = "method";
  private static final String DEFAULT_METHOD = defaultMethod();
  private static final Choices CHOICES =
      Choices.none().with(MethodOptions.class, Methods.options());

  private Recipes() {}

  /**
   * Checks a config and gives its options; paths are made absolute, so that a run can be used from
   * anywhere.
   *
   * @throws InputException with every mistake at once
   */
  public static RunOptions bind(Config config) {
    return ResolvedPaths.of(new Binder(CHOICES).bind(config, RunOptions.class));
  }

  /** As {@link #bind(Config)}, but mistakes go to a list, and the options are then null. */
  static RunOptions bind(Config config, List<Problem> problems) {
    Binding binding = new Binding(CHOICES, RunOptions.class, config.problems());
    RunOptions bound = binding.record(RunOptions.class, config.root(), "");
    problems.addAll(binding.problems());
    return binding.problems().isEmpty() ? ResolvedPaths.of(bound) : null;
  }

  /**
   * What a run was started with.
   *
   * @throws InputException if the directory holds no run
   */
  public static RunOptions options(Path run) {
    return bind(config(RunDirectory.open(run)));
  }

  /** What a run was started with, for other options to be laid over. */
  static Config config(RunDirectory run) {
    return Config.empty().withYaml(run.readConfig(), run.path().resolve("config.yaml").toString());
  }

  /**
   * What a run says of model and task, to go on from.
   *
   * @throws InputException if the directory holds no run
   */
  public static Config modelAndTask(Path run) {
    Config config = config(RunDirectory.open(run));
    for (String other : List.of(METHOD, "train", "engine", "output")) {
      config = config.without(other);
    }
    return config;
  }

  /** Every resolved value as YAML, which binds to equal options. */
  public static String yaml(RunOptions options) {
    return new ConfigWriter(CHOICES).yaml(options);
  }

  /** Every option by its path, as text. */
  static Map<String, String> flat(RunOptions options) {
    return new ConfigWriter(CHOICES).flat(options);
  }

  /** Every option there is. */
  public static Reference reference() {
    return Reference.of(CHOICES, RunOptions.class);
  }

  /** The same options with another directory of the run; null for a new one under runs/. */
  public static RunOptions withOutput(RunOptions options, Path output) {
    return options.withOutput(output == null ? null : output.toAbsolutePath().normalize());
  }

  /** The name by which a run's method is chosen. */
  public static String methodName(RunOptions options) {
    return CHOICES.nameOf(MethodOptions.class, (Record) options.method());
  }

  /** Names of the recipes that come with the library. */
  public static List<String> shipped() {
    return Shipped.RECIPES.names();
  }

  /**
   * Lays a recipe over a config: a file, or the name of one that we ship.
   *
   * @throws InputException if it is neither
   */
  public static Config with(Config config, String recipe) {
    return Shipped.RECIPES.over(config, recipe);
  }

  /**
   * The command that runs a shipped recipe as it is meant: the comment in its first line.
   *
   * @param recipe a name of {@link #shipped}
   */
  public static String command(String recipe) {
    return comment(recipe, 0);
  }

  /**
   * What a shipped recipe does: the comment in its second line.
   *
   * @param recipe a name of {@link #shipped}
   */
  public static String summary(String recipe) {
    return comment(recipe, 1);
  }

  private static String comment(String recipe, int line) {
    return Shipped.RECIPES
        .text(recipe)
        .lines()
        .skip(line)
        .findFirst()
        .orElse("")
        .replaceFirst("^#\\s*", "");
  }

  /**
   * Picks the method. What a config says of another one is dropped: it was meant for that one, and
   * an option of the same name may mean something else here.
   */
  public static Config withMethod(Config config, String name, String origin) {
    Config fitting = methodOf(config).equals(name) ? config : config.without(METHOD);
    return fitting.with(METHOD + "." + Node.NAME, name, origin);
  }

  /** The name as written, which need not be a known one; the default where none is. */
  private static String methodOf(Config config) {
    Node written = config.root().entries().get(METHOD);
    Node name = written instanceof Node.Section s ? s.entries().get(Node.NAME) : written;
    return name instanceof Node.Scalar text ? text.text() : DEFAULT_METHOD;
  }

  private static String defaultMethod() {
    return Component.of(RunOptions.class).stream()
        .filter(component -> component.key().equals(METHOD))
        .map(component -> ((Node.Scalar) component.byDefault()).text())
        .findFirst()
        .orElseThrow();
  }
}
