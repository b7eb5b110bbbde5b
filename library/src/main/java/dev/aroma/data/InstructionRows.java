package dev.aroma.data;

import dev.aroma.input.InputException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads instructions from JSON (an array of objects, or an object a line), CSV or TSV: {@code
 * instruction}, {@code output}, and where there is one {@code input}. Other keys are not read.
 */
final class InstructionRows {
  private InstructionRows() {}

  static List<Instruction> read(Path file, PromptTemplate template) {
    List<Instruction> found = new ArrayList<>();
    RowFiles.read(file, row -> found.add(of(row, template)));
    return found;
  }

  /**
   * One instruction.
   *
   * @param template which must have a place for its input
   */
  static Instruction of(Row row, PromptTemplate template) {
    String input = row.has("input") ? row.get("input") : "";
    if (!input.isBlank() && !template.takesInput()) {
      throw new InputException(
          "Expected a prompt template with {input} for %s, which has one; found the template %s without it."
              .formatted(row.where(), template.name()),
          "Put {input} into the template (task.instructions.prompt), or take the input out of the data.",
          "prompt-template");
    }
    return new Instruction(required(row, "instruction"), input, required(row, "output"));
  }

  private static String required(Row row, String key) {
    String value = row.has(key) ? row.get(key) : "";
    if (value.isBlank()) {
      throw new InputException(
          "Expected the key \"%s\" with text in %s, found %s."
              .formatted(key, row.where(), row.has(key) ? "nothing in it" : row.columns().keySet()),
          "A row is {\"instruction\": \"…\", \"input\": \"…\", \"output\": \"…\"}; input may be left out.",
          "instruction-rows");
    }
    return value;
  }
}
