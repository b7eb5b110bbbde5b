package dev.aroma.data;

import dev.aroma.input.Option;

/**
 * How instructions are told, and what is learned of them.
 *
 * @param prompt a name of {@link PromptTemplate#names}, a file, or text with {instruction}
 * @param loss which tokens are learned
 */
public record InstructionOptions(
    @Option(
            help =
                "The words around an instruction: alpaca, llm-adapters (its form for"
                    + " Commonsense170K), plain, or a text file with {instruction} and {input}.",
            def = "alpaca")
        String prompt,
    @Option(
            help = "Tokens that are learned: those of the answer, or all (as the paper's authors).",
            def = "answer")
        Learned loss) {
  /** As by default. */
  public static final InstructionOptions DEFAULT = new InstructionOptions("alpaca", Learned.ANSWER);

  /** Which tokens the loss counts. */
  public enum Learned {
    /** Those of the answer and the end-of-sequence token after it. */
    ANSWER,
    /** Those of the prompt too. */
    ALL
  }
}
