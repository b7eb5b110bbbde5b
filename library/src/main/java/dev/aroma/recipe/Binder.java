package dev.aroma.recipe;

import dev.aroma.input.InputException;

/**
 * Turns a {@link Config} into an immutable record whose components carry {@link
 * dev.aroma.input.Option}.
 *
 * <p>A component is an int, long, double, boolean (or their boxed forms, null when there is no
 * default), String, Path, enum, list of strings, another options record, or a type registered in
 * {@link Choices}, whose record the section's {@code name} picks. A section that has a {@code name}
 * may be written as that name alone ({@code method: aroma}), and a list as words joined by commas.
 * An option that is not written, or is null, has its default; without one it is null, a list empty,
 * a record made of its own defaults.
 *
 * <p>An {@link IllegalArgumentException} or {@link InputException} from a record's constructor is
 * reported as a mistake of that section, so records may check options against one another.
 */
public final class Binder {
  private final Choices choices;

  /**
   * @param choices which types are sections with a choice of records
   */
  public Binder(Choices choices) {
    this.choices = choices;
  }

  /**
   * The options that {@code config} says.
   *
   * @throws InputException if anything is wrong, with all of it
   */
  public <T extends Record> T bind(Config config, Class<T> type) {
    Binding binding = new Binding(choices, type, config.problems());
    T bound = binding.record(type, config.root(), "");
    if (!binding.problems().isEmpty()) {
      throw Problem.all(binding.problems());
    }
    return bound;
  }

  /** The options when nothing is set. */
  public <T extends Record> T defaults(Class<T> type) {
    return bind(Config.empty(), type);
  }
}
