package dev.aroma;

import dev.aroma.input.InputException;
import dev.aroma.recipe.EngineOptions;
import dev.aroma.recipe.GenerationOptions;
import dev.aroma.recipe.SavedGenerator;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

/**
 * A language model, ready to continue texts.
 *
 * <p>Tokens are chosen as the model's {@code generation_config.json} says, greedily where it says
 * nothing, unless options say otherwise. May be shared by threads: calls wait for one another. Many
 * prompts in one call are one batch, which is faster than many calls and takes more memory. Close
 * it to free the weights.
 */
public final class TextGenerator implements AutoCloseable {
  private final SavedGenerator saved;
  private boolean closed;

  private TextGenerator(SavedGenerator saved) {
    this.saved = saved;
  }

  /**
   * Loads the directory of a run, of a merged model or of a checkpoint, on the best device there
   * is.
   *
   * @throws InputException if it is none of these, or damaged
   */
  public static TextGenerator load(Path directory) {
    return load(directory, "auto", "auto");
  }

  /**
   * Loads the directory of a run, of a merged model or of a checkpoint.
   *
   * @param device {@code auto}, {@code cpu} or {@code cuda}
   * @param precision {@code auto}, {@code fp32} or {@code bf16}
   */
  public static TextGenerator load(Path directory, String device, String precision) {
    EngineOptions engine = new EngineOptions(device, precision);
    return new TextGenerator(
        SavedGenerator.load(directory.toString(), null, engine, message -> {}));
  }

  /**
   * An instruction as a prompt, in the words that the run learned its instructions in.
   *
   * @param input what it is asked about; empty where the instruction says it all
   * @throws InputException if this is no run that learned instructions
   */
  public synchronized String prompt(String instruction, String input) {
    return open().prompt(instruction, input);
  }

  /** What follows a prompt. */
  public String generate(String prompt) {
    return generate(List.of(prompt)).get(0);
  }

  /** What follows each prompt, in their order. */
  public List<String> generate(List<String> prompts) {
    return generate(prompts, GenerationOptions.NONE);
  }

  /** What follows each prompt, in their order. */
  public synchronized List<String> generate(List<String> prompts, GenerationOptions options) {
    return open().generate(prompts, options);
  }

  /** Gives out what follows a prompt piece by piece, as it is written. */
  public void stream(String prompt, Consumer<String> consumer) {
    stream(prompt, GenerationOptions.NONE, consumer);
  }

  /**
   * Gives out what follows a prompt piece by piece, as it is written.
   *
   * @param consumer gets pieces that are not empty; together they are the text
   */
  public synchronized void stream(
      String prompt, GenerationOptions options, Consumer<String> consumer) {
    open().stream(prompt, options, consumer);
  }

  private SavedGenerator open() {
    if (closed) {
      throw new IllegalStateException("This generator is closed");
    }
    return saved;
  }

  /** Frees the weights; a second call does nothing. */
  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      saved.close();
    }
  }
}
