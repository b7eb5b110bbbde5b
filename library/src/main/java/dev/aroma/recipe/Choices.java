package dev.aroma.recipe;

import dev.aroma.input.Option;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Which records a section may be, by the {@code name} written in it.
 *
 * <p>A component whose type is registered here (an interface such as {@code MethodOptions}) is a
 * section of which the {@code name} key picks the record. Only classes registered by our own code
 * can be picked.
 */
public final class Choices {
  private final Map<Class<?>, Map<String, Class<? extends Record>>> registry;

  private Choices(Map<Class<?>, Map<String, Class<? extends Record>>> registry) {
    this.registry = registry;
  }

  /** No section has a choice. */
  public static Choices none() {
    return new Choices(Map.of());
  }

  /**
   * Adds the records that a component of type {@code type} may be.
   *
   * @param records by name, in the order to list them; a record under two names needs a {@code
   *     name} component to tell which it is
   */
  public Choices with(Class<?> type, Map<String, ? extends Class<? extends Record>> records) {
    Map<String, Class<? extends Record>> copy = new LinkedHashMap<>(records);
    for (Map.Entry<String, Class<? extends Record>> entry : copy.entrySet()) {
      if (!type.isAssignableFrom(entry.getValue())) {
        throw new IllegalArgumentException(entry.getValue() + " is no " + type);
      }
      long uses = copy.values().stream().filter(entry.getValue()::equals).count();
      if (uses > 1 && Component.named(entry.getValue()).isEmpty()) {
        throw new IllegalArgumentException(entry.getValue() + " has two names and none to tell");
      }
    }
    Map<Class<?>, Map<String, Class<? extends Record>>> more = new LinkedHashMap<>(registry);
    more.put(type, copy);
    return new Choices(more);
  }

  /** The records that {@code type} may be, by name; empty if it is no choice. */
  Optional<Map<String, Class<? extends Record>>> of(Class<?> type) {
    return Optional.ofNullable(registry.get(type));
  }

  /** The name by which {@code chosen} is picked for a component of type {@code type}. */
  String nameOf(Class<?> type, Record chosen) {
    Optional<Component> own = Component.named(chosen.getClass());
    if (own.isPresent()) {
      return String.valueOf(own.get().value(chosen));
    }
    return registry.get(type).entrySet().stream()
        .filter(entry -> entry.getValue().equals(chosen.getClass()))
        .map(Map.Entry::getKey)
        .findFirst()
        .orElseThrow(
            () -> new IllegalArgumentException(chosen.getClass() + " has no name as " + type));
  }

  /** The name that holds when none is written; empty if the section may be left out. */
  static Optional<String> defaultName(Option option) {
    return Optional.of(option.def()).filter(text -> !text.isEmpty());
  }
}
