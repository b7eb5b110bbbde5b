package dev.aroma.recipe;

import dev.aroma.input.InputException;
import dev.aroma.peft.MethodOptions;
import dev.aroma.peft.Methods;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

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

  /** Every resolved value as YAML, which binds to equal options. */
  public static String yaml(RunOptions options) {
    return new ConfigWriter(CHOICES).yaml(options);
  }

  /** Every option there is. */
  public static Reference reference() {
    return Reference.of(CHOICES, RunOptions.class);
  }

  /** The same options with another directory of the run; null for a new one under runs/. */
  public static RunOptions withOutput(RunOptions options, Path output) {
    return Cell.withOutput(options, output == null ? null : output.toAbsolutePath().normalize());
  }

  /** The name by which a run's method is chosen. */
  public static String methodName(RunOptions options) {
    return CHOICES.nameOf(MethodOptions.class, (Record) options.method());
  }

  /** Names of the recipes that come with the library. */
  public static List<String> shipped() {
    return read("index").lines().filter(line -> !line.isBlank()).toList();
  }

  /**
   * Lays a recipe over a config: a file, or the name of one that we ship.
   *
   * @throws InputException if it is neither
   */
  public static Config with(Config config, String recipe) {
    if (Files.isRegularFile(Path.of(recipe))) {
      return config.withFile(Path.of(recipe));
    }
    if (!shipped().contains(recipe)) {
      throw new InputException(
          "recipe: expected a YAML file or one of %s, found '%s'".formatted(shipped(), recipe),
          "give the path of a file that is there, or a name from the list",
          "recipes");
    }
    return config.withYaml(read(recipe + ".yaml"), "recipe " + recipe);
  }

  /**
   * What a shipped recipe does: the comment in its first line.
   *
   * @param recipe a name of {@link #shipped}
   */
  public static String summary(String recipe) {
    return read(recipe + ".yaml").lines().findFirst().orElse("").replaceFirst("^#\\s*", "");
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

  private static String read(String name) {
    try (InputStream in = Recipes.class.getResourceAsStream("/dev/aroma/recipes/" + name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read our own recipe " + name, e);
    }
  }
}
