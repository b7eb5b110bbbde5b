package dev.aroma.recipe;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The inverse of {@link Binder}: options as YAML, every resolved value written. */
public final class ConfigWriter {
  private static final YAMLMapper YAML =
      YAMLMapper.builder()
          .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
          .disable(YAMLGenerator.Feature.SPLIT_LINES)
          .enable(YAMLGenerator.Feature.INDENT_ARRAYS_WITH_INDICATOR)
          .build();

  private final Choices choices;

  /**
   * @param choices the choices that the options were bound with
   */
  public ConfigWriter(Choices choices) {
    this.choices = choices;
  }

  /**
   * YAML that binds to a record equal to {@code options}.
   *
   * @throws IllegalArgumentException if an option that has a default is null: YAML has no way to
   *     say so
   */
  public String yaml(Record options) {
    try {
      return YAML.writeValueAsString(tree(options));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Cannot write " + options.getClass(), e);
    }
  }

  /** Every option by its path, as text. */
  Map<String, String> flat(Record options) {
    Map<String, String> flat = new LinkedHashMap<>();
    flatten("", tree(options), flat);
    return flat;
  }

  private static void flatten(String path, Object value, Map<String, String> flat) {
    if (value instanceof Map<?, ?> map) {
      map.forEach((key, v) -> flatten(path.isEmpty() ? "" + key : path + "." + key, v, flat));
    } else {
      flat.put(path, String.valueOf(value));
    }
  }

  private Map<String, Object> tree(Record options) {
    Map<String, Object> tree = new LinkedHashMap<>();
    for (Component component : Component.of(options.getClass())) {
      Object value = component.value(options);
      if (value == null && !component.option().def().isEmpty()) {
        throw new IllegalArgumentException(component.key() + " has a default and must not be null");
      }
      tree.put(component.key(), value(component, value));
    }
    return tree;
  }

  private Object value(Component component, Object value) {
    if (value instanceof Record section) {
      if (choices.of(component.type()).isEmpty()) {
        return tree(section);
      }
      Map<String, Object> chosen = new LinkedHashMap<>();
      chosen.put(Node.NAME, choices.nameOf(component.type(), section));
      chosen.putAll(tree(section));
      return chosen;
    }
    boolean plain =
        value == null
            || value instanceof Number
            || value instanceof Boolean
            || value instanceof List<?>;
    return plain ? value : ScalarType.format(value);
  }
}
