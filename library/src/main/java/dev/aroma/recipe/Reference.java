package dev.aroma.recipe;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The list of all options of a record, for {@code --help} and the configuration page. */
public final class Reference {
  /**
   * One option.
   *
   * @param key its path, such as {@code train.epochs}
   * @param choice the name its section must have, such as {@code aroma}, or null
   * @param type int, long, double, boolean, string, path, choice or list
   * @param byDefault the default as written in YAML, or empty
   * @param allowed the range or the words allowed
   * @param help what it does
   */
  public record Entry(
      String key, String choice, String type, String byDefault, String allowed, String help) {}

  private final Choices choices;
  private final List<Entry> entries = new ArrayList<>();

  private Reference(Choices choices) {
    this.choices = choices;
  }

  /**
   * Lists the options of {@code type}, checking each default on the way.
   *
   * @throws IllegalStateException if a default is not allowed: a mistake of ours
   */
  public static Reference of(Choices choices, Class<? extends Record> type) {
    Reference reference = new Reference(choices);
    reference.collect(type, "", null);
    return reference;
  }

  /** All options in the order of the records. */
  public List<Entry> entries() {
    return List.copyOf(entries);
  }

  private void collect(Class<? extends Record> type, String prefix, String choice) {
    for (Component component : Component.of(type)) {
      String key = prefix + component.key();
      Map<String, Class<? extends Record>> records = choices.of(component.type()).orElse(Map.of());
      if (!records.isEmpty()) {
        add(
            key + "." + Node.NAME,
            choice,
            "choice",
            component,
            String.join(", ", records.keySet()));
        records.forEach((name, record) -> collect(record, key + ".", name));
      } else if (component.isSection()) {
        collect(component.type().asSubclass(Record.class), key + ".", choice);
      } else if (choice == null || !component.key().equals(Node.NAME)) {
        scalar(component, key, choice);
      }
    }
  }

  private void scalar(Component component, String key, String choice) {
    Class<?> type = component.isList() ? String.class : component.type();
    ScalarType scalar = new ScalarType(type, component.option());
    String byDefault = component.option().def();
    if (!byDefault.isEmpty() && !component.isList() && scalar.parse(byDefault).isEmpty()) {
      throw new IllegalStateException("The default of " + key + " is not allowed: " + byDefault);
    }
    add(key, choice, component.isList() ? "list" : scalar.name(), component, scalar.allowed());
  }

  private void add(String key, String choice, String type, Component component, String allowed) {
    entries.add(
        new Entry(key, choice, type, component.option().def(), allowed, component.option().help()));
  }

  /** As Markdown: a heading and a table for each section. */
  public String markdown() {
    StringBuilder text = new StringBuilder();
    bySection()
        .forEach(
            (section, options) -> {
              text.append("## ").append(section).append("\n\n");
              text.append("| option | type | default | allowed | what it does |\n");
              text.append("|---|---|---|---|---|\n");
              for (Entry option : options) {
                text.append(
                    "| `%s` | %s | %s | %s | %s |\n"
                        .formatted(
                            option.key(),
                            option.type(),
                            option.byDefault().isEmpty() ? "" : "`" + option.byDefault() + "`",
                            cell(option.allowed()),
                            cell(option.help())));
              }
              text.append('\n');
            });
    return text.toString().stripTrailing() + "\n";
  }

  private static String cell(String text) {
    return text.replace("|", "\\|");
  }

  /** As plain text for a terminal: two lines an option. */
  public String plain() {
    StringBuilder text = new StringBuilder();
    bySection()
        .forEach(
            (section, options) -> {
              text.append(section).append('\n');
              for (Entry option : options) {
                String byDefault =
                    option.byDefault().isEmpty() ? "" : " [" + option.byDefault() + "]";
                text.append("  ").append(option.key()).append(byDefault);
                text.append("  (").append(option.allowed()).append(")\n      ");
                text.append(option.help()).append('\n');
              }
            });
    return text.toString();
  }

  private Map<String, List<Entry>> bySection() {
    Map<String, List<Entry>> sections = new LinkedHashMap<>();
    for (Entry option : entries) {
      int dot = option.key().lastIndexOf('.');
      String section = dot < 0 ? "general" : option.key().substring(0, dot);
      String title = option.choice() == null ? section : section + ": " + option.choice();
      sections.computeIfAbsent(title, absent -> new ArrayList<>()).add(option);
    }
    return sections;
  }
}
