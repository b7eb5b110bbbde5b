package dev.aroma.recipe;

import dev.aroma.input.InputException;
import dev.aroma.input.Suggestion;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * YAML files that come with the library and are asked for by name, as {@code index} lists them.
 *
 * @param what one of them is called in messages
 * @param directory their resource directory
 * @param anchor of the page on names that are wrong
 */
record Shipped(String what, String directory, String anchor) {
  /** Configs of runs. */
  static final Shipped RECIPES = new Shipped("recipe", "/dev/aroma/recipes/", "recipes");

  /** Comparisons. */
  static final Shipped COMPARISONS =
      new Shipped("comparison", "/dev/aroma/comparisons/", "compare-file");

  /** The names, in the order to show them. */
  List<String> names() {
    return read("index").lines().filter(line -> !line.isBlank()).toList();
  }

  /** One of them, whole. */
  String text(String name) {
    return read(name + ".yaml");
  }

  /**
   * Lays a file of a person, or one of ours by name, over a config.
   *
   * @throws InputException if it is neither
   */
  Config over(Config below, String fileOrName) {
    if (Files.isRegularFile(Path.of(fileOrName))) {
      return below.withFile(Path.of(fileOrName));
    }
    if (!names().contains(fileOrName)) {
      throw new InputException(
          "%s: expected a YAML file or one of %s, found '%s'%s"
              .formatted(what, names(), fileOrName, Suggestion.clause(fileOrName, names())),
          "give the path of a file that is there, or a name from the list",
          anchor);
    }
    return below.withYaml(text(fileOrName), what + " " + fileOrName);
  }

  private String read(String file) {
    try (InputStream in = Shipped.class.getResourceAsStream(directory + file)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read our own " + what + " " + file, e);
    }
  }
}
