package dev.aroma.data;

import dev.aroma.input.InputException;

/** Where a task's data come from. A new task is one implementation and a line in {@link Tasks}. */
public interface TaskSource {
  /** The name by which a person asks for it. */
  String name();

  /** One sentence: what is judged, and what to give. */
  String description();

  /**
   * Reads all of it, without regard to {@link TaskOptions#limit}.
   *
   * @throws InputException when something is missing, malformed or contradictory
   */
  Task load(TaskOptions options);
}
