package dev.aroma.recipe;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A piece of a configuration as written, and where it stands ({@code run.yaml, line 3}). */
sealed interface Node {
  /** The key that picks the kind of a section, and that a section's short form stands for. */
  String NAME = "name";

  /** File and line, or the command-line option. */
  String where();

  /** What a person would say was found. */
  String found();

  /** One value, still text: the type of the option decides what it means. */
  record Scalar(String text, String where) implements Node {
    private static final int LONGEST_SHOWN = 60;

    @Override
    public String found() {
      String shown = text.strip().replaceAll("\\s+", " ");
      return shown.length() <= LONGEST_SHOWN
          ? '"' + shown + '"'
          : '"' + shown.substring(0, LONGEST_SHOWN) + "…\"";
    }
  }

  /** Nothing written, {@code null} or {@code ~}: the default holds. */
  record Empty(String where) implements Node {
    @Override
    public String found() {
      return "nothing";
    }
  }

  /** A list. */
  record Items(List<Node> items, String where) implements Node {
    public Items {
      items = List.copyOf(items);
    }

    @Override
    public String found() {
      return "a list";
    }
  }

  /** Keys and values in the order written. */
  record Section(Map<String, Node> entries, String where) implements Node {
    public Section {
      entries = Collections.unmodifiableMap(new LinkedHashMap<>(entries));
    }

    @Override
    public String found() {
      return "a section";
    }

    Section with(String key, Node value) {
      Map<String, Node> changed = new LinkedHashMap<>(entries);
      changed.put(key, value);
      return new Section(changed, where);
    }

    Section without(String key) {
      Map<String, Node> changed = new LinkedHashMap<>(entries);
      changed.remove(key);
      return new Section(changed, where);
    }

    /** What stands under a dotted path such as {@code train.max-steps}, or null. */
    Node at(String path) {
      Node node = this;
      for (String key : path.split("\\.", -1)) {
        node = node instanceof Section section ? section.entries.get(key) : null;
      }
      return node;
    }

    /** The text under a dotted path, or null where there is none or something else. */
    String text(String path) {
      return at(path) instanceof Scalar scalar ? scalar.text() : null;
    }

    /**
     * This section with {@code later} laid over it. A single value over a section is that section's
     * {@code name}: {@code --method lora} picks the method and keeps what else is set.
     */
    Section merge(Section later) {
      Section merged = this;
      for (Map.Entry<String, Node> entry : later.entries.entrySet()) {
        Node before = entries.get(entry.getKey());
        merged = merged.with(entry.getKey(), overlay(before, entry.getValue()));
      }
      return merged;
    }

    private static Node overlay(Node before, Node later) {
      if (before instanceof Section section && later instanceof Section over) {
        return section.merge(over);
      }
      if (before instanceof Scalar name && later instanceof Section over) {
        return new Section(Map.of(NAME, name), over.where).merge(over);
      }
      if (before instanceof Section section && later instanceof Scalar name) {
        return section.with(NAME, name);
      }
      return later;
    }
  }
}
