package dev.aroma.data;

import dev.aroma.input.InputException;
import dev.aroma.input.Suggestion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The words around an instruction, up to where the answer begins.
 *
 * <p>{@code {instruction}} and {@code {input}} stand for the parts of an {@link Instruction}. Where
 * there is no input, the paragraph (the lines between two blank ones) that holds {@code {input}}
 * and not the instruction is left out.
 *
 * @param name what it was asked for by
 * @param withInput for instructions with an input
 * @param withoutInput for instructions that say it all
 */
public record PromptTemplate(String name, String withInput, String withoutInput) {
  private static final String INSTRUCTION = "{instruction}";
  private static final String INPUT = "{input}";
  private static final Pattern PLACE = Pattern.compile("\\{(\\w+)}");
  private static final long LARGEST = 1 << 16; // characters of a template
  private static final String ANCHOR = "prompt-template";

  /** Stanford Alpaca's (Taori et al. 2023). */
  private static final String ALPACA_WITH_INPUT =
      """
      Below is an instruction that describes a task, paired with an input that provides further context. Write a response that appropriately completes the request.

      ### Instruction:
      {instruction}

      ### Input:
      {input}

      ### Response:
      """;

  private static final String ALPACA =
      """
      Below is an instruction that describes a task. Write a response that appropriately completes the request.

      ### Instruction:
      {instruction}

      ### Response:
      """;

  private static final Map<String, PromptTemplate> KNOWN = new LinkedHashMap<>();

  static {
    know("alpaca", ALPACA_WITH_INPUT, ALPACA);
    know("llm-adapters", adapters(ALPACA_WITH_INPUT), adapters(ALPACA));
    know("plain", "{instruction}\n{input}\n", "{instruction}\n");
  }

  private static void know(String name, String withInput, String withoutInput) {
    KNOWN.put(name, new PromptTemplate(name, withInput, withoutInput));
  }

  /**
   * The prompt of LLM-Adapters (Hu et al. 2023, arXiv 2304.01933), by which Commonsense170K is
   * trained and judged: Alpaca's words, indented by accident.
   */
  private static String adapters(String alpaca) {
    String indent = " ".repeat(16);
    return alpaca
        .replace("request.\n", "request. \n")
        .replaceAll("(?m)^(?=###|\\{)", indent)
        .concat(indent);
  }

  /** Names of the templates that need no file. */
  public static List<String> names() {
    return List.copyOf(KNOWN.keySet());
  }

  /**
   * A template by name, from a file, or from its own text.
   *
   * @param asked a name of {@link #names}, text that holds {@code {instruction}}, or a file's path
   * @throws InputException if it is none of these, or its placeholders are wrong
   */
  public static PromptTemplate of(String asked) {
    if (KNOWN.containsKey(asked)) {
      return KNOWN.get(asked);
    }
    if (PLACE.matcher(asked).find()) {
      return ofText(asked, asked);
    }
    return ofText(asked, read(asked));
  }

  private static PromptTemplate ofText(String name, String text) {
    List<String> found = PLACE.matcher(text).results().map(hit -> hit.group()).toList();
    List<String> unknown =
        found.stream().filter(place -> !List.of(INSTRUCTION, INPUT).contains(place)).toList();
    if (!found.contains(INSTRUCTION) || !unknown.isEmpty()) {
      throw new InputException(
          "Expected {instruction} and, if you like, {input} in the prompt template %s, found %s."
              .formatted(name, found.isEmpty() ? "no placeholder" : String.join(", ", found)),
          "The answer follows the template's end and has no placeholder.",
          ANCHOR);
    }
    return new PromptTemplate(name, text, withoutInput(text));
  }

  private static String withoutInput(String text) {
    List<String> kept = new ArrayList<>();
    for (String paragraph : text.split("(?<=\n)\n", -1)) {
      if (!paragraph.contains(INPUT) || paragraph.contains(INSTRUCTION)) {
        kept.add(paragraph);
      }
    }
    return String.join("\n", kept);
  }

  private static String read(String asked) {
    try {
      Path file = Path.of(asked);
      if (Files.isRegularFile(file) && Files.size(file) <= LARGEST) {
        return Files.readString(file);
      }
    } catch (IOException | InvalidPathException e) {
      throw unknown(asked, e);
    }
    throw unknown(asked, null);
  }

  private static InputException unknown(String asked, Exception cause) {
    return new InputException(
        "Expected a prompt template: one of %s, a text file of at most 64 KiB, or text with {instruction}; found '%s'%s."
            .formatted(
                String.join(", ", names()), asked, Suggestion.clause(asked, List.copyOf(names()))),
        "Check task.instructions.prompt; a path counts from the current directory.",
        ANCHOR,
        cause);
  }

  /** Whether inputs have a place in it. */
  public boolean takesInput() {
    return withInput.contains(INPUT);
  }

  /** The prompt: everything before the answer. */
  public String prompt(Instruction instruction) {
    String template = instruction.input().isBlank() ? withoutInput : withInput;
    return PLACE
        .matcher(template)
        .replaceAll(
            hit ->
                Matcher.quoteReplacement(
                    switch (hit.group()) {
                      case INSTRUCTION -> instruction.instruction();
                      case INPUT -> instruction.input();
                      default -> hit.group();
                    }));
  }
}
