package dev.aroma.data;

/** Where a task of instructions comes from: beside {@link TaskSource}, for models that write. */
public interface InstructionSource {
  /** The name by which a person asks for it. */
  String name();

  /** One sentence: what is learned, and what to give. */
  String description();

  /**
   * Reads all of it, without regard to {@link TaskOptions#limit}.
   *
   * @throws dev.aroma.input.InputException when something is missing, malformed or contradictory
   */
  InstructionTask load(TaskOptions options);
}
