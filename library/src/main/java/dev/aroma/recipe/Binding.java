package dev.aroma.recipe;

import dev.aroma.input.InputException;
import dev.aroma.input.Suggestion;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One binding under way: walks records and the tree side by side and collects what is wrong. */
final class Binding {
  private final Choices choices;
  private final Class<? extends Record> root;
  private final List<Problem> problems;

  Binding(Choices choices, Class<? extends Record> root, List<Problem> problems) {
    this.choices = choices;
    this.root = root;
    this.problems = new ArrayList<>(problems);
  }

  List<Problem> problems() {
    return List.copyOf(problems);
  }

  /** The record, or null if a problem was found in it. */
  <T extends Record> T record(Class<T> type, Node.Section section, String path) {
    int before = problems.size();
    List<String> known = Component.keys(type);
    section
        .entries()
        .forEach(
            (key, node) -> {
              if (!known.contains(key)) {
                problems.add(new UnknownKey(choices, root).problem(path, key, node, known));
              }
            });
    List<Object> values = new ArrayList<>();
    for (Component component : Component.of(type)) {
      values.add(component(component, section, path));
    }
    return problems.size() == before ? construct(type, values, section, path) : null;
  }

  private Object component(Component component, Node.Section section, String path) {
    Node written = section.entries().get(component.key());
    boolean set = written != null && !(written instanceof Node.Empty);
    Node node = set ? written : component.byDefault();
    String key = path.isEmpty() ? component.key() : path + "." + component.key();
    Optional<Map<String, Class<? extends Record>>> records = choices.of(component.type());
    if (records.isPresent()) {
      return choice(component, records.get(), node, key);
    }
    if (component.isSection()) {
      Class<? extends Record> type = component.type().asSubclass(Record.class);
      return section(node, Component.named(type).isPresent(), Component.keys(type), key)
          .map(found -> record(type, found, key))
          .orElse(null);
    }
    if (component.isList()) {
      return list(component, node, key);
    }
    return node instanceof Node.Empty ? null : scalar(component, component.type(), node, key);
  }

  private Object scalar(Component component, Class<?> type, Node node, String key) {
    ScalarType scalar = new ScalarType(type, component.option());
    if (!(node instanceof Node.Scalar value)) {
      problems.add(Problem.notAllowed(key, node, scalar.allowed()));
      return null;
    }
    Optional<Object> parsed = scalar.parse(value.text());
    if (parsed.isEmpty()) {
      String meant = Suggestion.clause(value.text(), scalar.words());
      problems.add(Problem.notAllowed(key, node, scalar.allowed() + meant));
    }
    return parsed.orElse(null);
  }

  private List<Object> list(Component component, Node node, String key) {
    List<Object> values = new ArrayList<>();
    for (Node item : items(node)) {
      Object value = scalar(component, String.class, item, key);
      if (value != null) {
        values.add(value);
      }
    }
    return List.copyOf(values);
  }

  private static List<Node> items(Node node) {
    if (node instanceof Node.Items list) {
      return list.items();
    }
    if (node instanceof Node.Scalar words) {
      return Arrays.stream(words.text().split(","))
          .map(String::strip)
          .filter(word -> !word.isEmpty())
          .<Node>map(word -> new Node.Scalar(word, words.where()))
          .toList();
    }
    return node instanceof Node.Empty ? List.of() : List.of(node);
  }

  /** What is written as a section, its short form spelt out. */
  private Optional<Node.Section> section(Node node, boolean named, List<String> keys, String key) {
    if (node instanceof Node.Section section) {
      return Optional.of(section);
    }
    if (node instanceof Node.Empty) {
      return Optional.of(new Node.Section(Map.of(), node.where()));
    }
    if (named && node instanceof Node.Scalar name) {
      return Optional.of(new Node.Section(Map.of(Node.NAME, name), node.where()));
    }
    problems.add(
        Problem.notAllowed(key, node, "a section with keys of " + String.join(", ", keys)));
    return Optional.empty();
  }

  private Record choice(
      Component component, Map<String, Class<? extends Record>> records, Node node, String key) {
    List<String> names = List.copyOf(records.keySet());
    if (node instanceof Node.Empty) {
      return null;
    }
    Optional<Node.Section> section = section(node, true, List.of(Node.NAME, "…"), key);
    if (section.isEmpty()) {
      return null;
    }
    Node written = section.get().entries().get(Node.NAME);
    Node name = written == null || written instanceof Node.Empty ? component.byDefault() : written;
    String nameKey = key + "." + Node.NAME;
    if (!(name instanceof Node.Scalar text) || !records.containsKey(text.text())) {
      String meant = name instanceof Node.Scalar s ? Suggestion.clause(s.text(), names) : "";
      Node at = name instanceof Node.Empty ? new Node.Empty(section.get().where()) : name;
      problems.add(Problem.notAllowed(nameKey, at, String.join(", ", names) + meant));
      return null;
    }
    Class<? extends Record> type = records.get(text.text());
    Node.Section own = section.get().without(Node.NAME);
    boolean keepsName = Component.named(type).isPresent();
    return record(type, keepsName ? own.with(Node.NAME, name) : own, key);
  }

  private <T extends Record> T construct(
      Class<T> type, List<Object> values, Node.Section section, String path) {
    try {
      Class<?>[] types =
          Arrays.stream(type.getRecordComponents())
              .map(RecordComponent::getType)
              .toArray(Class<?>[]::new);
      Constructor<T> constructor = type.getDeclaredConstructor(types);
      constructor.setAccessible(true);
      return constructor.newInstance(values.toArray());
    } catch (InvocationTargetException e) {
      Throwable cause = e.getCause();
      if (cause instanceof IllegalArgumentException || cause instanceof InputException) {
        String reason = cause.getMessage().lines().findFirst().orElse("");
        String key = path.isEmpty() ? "options" : path;
        problems.add(new Problem(key, "%s (%s)".formatted(reason, section.where())));
        return null;
      }
      throw new IllegalStateException("Cannot make " + type, e);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("Cannot make " + type, e);
    }
  }
}
