package dev.aroma.recipe;

import dev.aroma.input.InputException;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What a person set, from all sources, later ones over earlier ones; not yet checked.
 *
 * <pre>{@code
 * Config config = Config.empty()
 *     .withFile(Path.of("run.yaml"))
 *     .with("train.learning-rate", "5e-4", "--lr")
 *     .withSet("method.rank=2");
 * }</pre>
 */
public final class Config {
  private static final String ANCHOR = "config-yaml";
  private static final long LARGEST_FILE = 1 << 20; // bytes; options, not data

  private final Node.Section root;
  private final List<Problem> problems;

  private Config(Node.Section root, List<Problem> problems) {
    this.root = root;
    this.problems = List.copyOf(problems);
  }

  /** Nothing set: every option has its default. */
  public static Config empty() {
    return new Config(new Node.Section(Map.of(), "nothing given"), List.of());
  }

  /**
   * Lays a YAML file over what is set.
   *
   * @throws InputException if it cannot be read or is no plain YAML map
   */
  public Config withFile(Path file) {
    try {
      if (Files.isRegularFile(file) && Files.size(file) > LARGEST_FILE) {
        throw new InputException(
            "Expected options of at most 1 MiB, found %d bytes (%s)."
                .formatted(Files.size(file), file),
            "Give the YAML file of options, not a data or model file.",
            ANCHOR);
      }
      return withYaml(Files.readString(file), file.toString());
    } catch (CharacterCodingException e) {
      throw new InputException(
          "Expected YAML in UTF-8, found other bytes (" + file + ").",
          "Save the file as UTF-8 text.",
          ANCHOR,
          e);
    } catch (IOException e) {
      throw new InputException(
          "Cannot read the options file %s (%s)."
              .formatted(file, Files.exists(file) ? e.getMessage() : "no such file"),
          "Check the path given to --config; it counts from the current directory.",
          ANCHOR,
          e);
    }
  }

  /**
   * Lays YAML text over what is set.
   *
   * @param source what messages call it
   */
  public Config withYaml(String yaml, String source) {
    List<Problem> found = new ArrayList<>(problems);
    Node.Section section = YamlReader.read(yaml, source, found);
    return new Config(root.merge(section), found);
  }

  /** Lays {@code a.b.c=value} over what is set; {@code --set} in messages. */
  public Config withSet(String assignment) {
    int equals = assignment.indexOf('=');
    if (equals < 1) {
      return withProblem("--set", "found \"" + assignment + "\"; allowed: key=value");
    }
    return with(
        assignment.substring(0, equals).strip(),
        assignment.substring(equals + 1).strip(),
        "--set " + assignment);
  }

  /**
   * Lays one value over what is set.
   *
   * @param key the dotted path, such as {@code train.epochs}
   * @param value as text; {@code [a, b]} and <code>{k: v}</code> are read as YAML, and nothing or
   *     {@code null} brings the default back
   * @param origin where it was given, for messages, such as {@code --epochs}
   */
  public Config with(String key, String value, String origin) {
    List<Problem> found = new ArrayList<>(problems);
    return with(key, value(value, origin, found), origin, found);
  }

  private Config with(String key, Node value, String origin, List<Problem> found) {
    List<String> path = List.of(key.split("\\.", -1));
    if (path.contains("")) {
      return withProblem(origin, "found the key \"" + key + "\"; allowed: words joined by dots");
    }
    Node node = value;
    for (int i = path.size() - 1; i >= 0; i--) {
      node = new Node.Section(Map.of(path.get(i), node), origin);
    }
    return new Config(root.merge((Node.Section) node), found);
  }

  /** Lays a tree, already read, over what is set. */
  Config with(Node.Section section) {
    return new Config(root.merge(section), problems);
  }

  /** Lays another config over this one. */
  public Config with(Config later) {
    List<Problem> found = new ArrayList<>(problems);
    found.addAll(later.problems);
    return new Config(root.merge(later.root), found);
  }

  /**
   * Lays a list over what is set, its elements taken as they are, whatever they contain.
   *
   * @param key the dotted path
   * @param values told as text; null stands for the default
   * @param origin where it was given, for messages
   */
  public Config with(String key, List<?> values, String origin) {
    List<Node> items = new ArrayList<>();
    for (Object value : values) {
      items.add(value == null ? new Node.Empty(origin) : new Node.Scalar(value.toString(), origin));
    }
    return with(key, new Node.Items(items, origin), origin, problems);
  }

  /** Everything but this key of the first level. */
  Config without(String key) {
    return new Config(root.without(key), problems);
  }

  private static Node value(String value, String origin, List<Problem> problems) {
    if (value.startsWith("[") || value.startsWith("{")) {
      return YamlReader.readAny(value, origin, problems);
    }
    return value.isEmpty() || value.equals("null")
        ? new Node.Empty(origin)
        : new Node.Scalar(value, origin);
  }

  private Config withProblem(String key, String text) {
    List<Problem> found = new ArrayList<>(problems);
    found.add(new Problem(key, text));
    return new Config(root, found);
  }

  /** Whether a value is given for this dotted path. */
  public boolean has(String key) {
    Node node = root;
    for (String part : key.split("\\.", -1)) {
      node = node instanceof Node.Section section ? section.entries().get(part) : null;
    }
    return node != null;
  }

  Node.Section root() {
    return root;
  }

  List<Problem> problems() {
    return problems;
  }
}
