package dev.aroma.recipe;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import dev.aroma.input.InputException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.yaml.snakeyaml.error.MarkedYAMLException;

/**
 * Reads YAML to {@link Node}s, token by token.
 *
 * <p>Only plain data is taken: one document of maps, lists and values. Anchors and aliases are
 * refused, which also disarms a document that unfolds to billions of values, and tags are not
 * looked at, so nothing in a file can name a class. Duplicate keys are collected as problems.
 */
final class YamlReader {
  private static final YAMLFactory YAML = new YAMLFactory();
  private static final String ANCHOR = "config-yaml";
  private static final int DEEPEST = 20;

  private final YAMLParser parser;
  private final String source;
  private final List<Problem> problems;

  private YamlReader(YAMLParser parser, String source, List<Problem> problems) {
    this.parser = parser;
    this.source = source;
    this.problems = problems;
  }

  /**
   * The map that {@code yaml} holds; an empty document is an empty map.
   *
   * @param source what to call it in messages, such as the file's name
   * @param problems gets what is wrong but does not hinder reading on
   */
  static Node.Section read(String yaml, String source, List<Problem> problems) {
    Node node = readAny(yaml, source, problems);
    if (node instanceof Node.Section section) {
      return section;
    }
    if (node instanceof Node.Empty) {
      return new Node.Section(Map.of(), source);
    }
    throw new InputException(
        "Expected a map of options (key: value), found %s (%s)."
            .formatted(node.found(), node.where()),
        "Begin with a key such as \"task:\" in the first column.",
        ANCHOR);
  }

  /** Whatever {@code yaml} holds. */
  static Node readAny(String yaml, String source, List<Problem> problems) {
    try (YAMLParser parser = YAML.createParser(yaml)) {
      return new YamlReader(parser, source, problems).document();
    } catch (JsonProcessingException e) {
      throw notYaml(e, source);
    } catch (IOException e) {
      throw new InputException(
          "Cannot read %s: %s".formatted(source, e.getMessage()), "Check the file.", ANCHOR, e);
    }
  }

  private static InputException notYaml(JsonProcessingException e, String source) {
    String reason = e.getOriginalMessage().lines().findFirst().orElse("unreadable");
    int line = e.getLocation() == null ? 1 : e.getLocation().getLineNr();
    if (e.getCause() instanceof MarkedYAMLException marked && marked.getProblemMark() != null) {
      reason = marked.getProblem();
      line = marked.getProblemMark().getLine() + 1;
    }
    return new InputException(
        "This is no YAML (%s, line %d): %s".formatted(source, line, reason),
        reason.contains("(TAB)")
            ? "Indent with spaces: YAML allows no tabs there."
            : "Check indentation, colons, quotes and brackets around that line.",
        ANCHOR,
        e);
  }

  private Node document() throws IOException {
    if (parser.nextToken() == null) {
      return new Node.Empty(source);
    }
    Node root = node(here(), 0);
    if (parser.nextToken() != null) {
      throw refused("a second document (%s)", "Keep one document a file.");
    }
    return root;
  }

  private String here() {
    return source + ", line " + parser.currentTokenLocation().getLineNr();
  }

  private Node node(String where, int depth) throws IOException {
    if (parser.isCurrentAlias() || parser.getObjectId() != null) {
      throw refused("a YAML anchor or alias (%s)", "Write the value out where it is used.");
    }
    if (depth > DEEPEST) {
      throw refused(
          "values nested more than " + DEEPEST + " deep (%s)", "Options are not nested so.");
    }
    JsonToken token = parser.currentToken();
    if (token == JsonToken.START_OBJECT) {
      return section(where, depth);
    }
    if (token == JsonToken.START_ARRAY) {
      List<Node> items = new ArrayList<>();
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        items.add(node(here(), depth + 1));
      }
      return new Node.Items(items, where);
    }
    return token == JsonToken.VALUE_NULL
        ? new Node.Empty(where)
        : new Node.Scalar(parser.getText(), where);
  }

  private Node section(String where, int depth) throws IOException {
    Map<String, Node> entries = new LinkedHashMap<>();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String key = parser.currentName();
      String keyAt = here();
      parser.nextToken();
      Node before = entries.put(key, node(keyAt, depth + 1));
      if (before != null) {
        problems.add(
            new Problem(
                key, "written twice (%s and %s); keep one".formatted(before.where(), keyAt)));
      }
    }
    return new Node.Section(entries, where);
  }

  private InputException refused(String what, String advice) {
    return new InputException(
        "Expected plain YAML of keys, values and lists, found " + what.formatted(here()) + ".",
        advice,
        ANCHOR);
  }
}
