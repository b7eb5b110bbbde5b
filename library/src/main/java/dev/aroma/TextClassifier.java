package dev.aroma;

import dev.aroma.input.InputException;
import dev.aroma.recipe.EngineOptions;
import dev.aroma.recipe.Prediction;
import dev.aroma.recipe.SavedClassifier;
import java.nio.file.Path;
import java.util.List;

/**
 * A trained classifier, ready to answer.
 *
 * <p>May be shared by threads: calls wait for one another, since one forward pass already uses all
 * cores. Many texts in one call are faster than many calls. Close it to free the weights.
 */
public final class TextClassifier implements AutoCloseable {
  private final SavedClassifier saved;
  private boolean closed;

  private TextClassifier(SavedClassifier saved) {
    this.saved = saved;
  }

  /**
   * Loads the directory of a run or of a merged model, on the best device there is.
   *
   * @throws InputException if it is neither, or damaged
   */
  public static TextClassifier load(Path directory) {
    return load(directory, "auto", "auto");
  }

  /**
   * Loads the directory of a run or of a merged model.
   *
   * @param device {@code auto}, {@code cpu} or {@code cuda}
   * @param precision {@code auto}, {@code fp32} or {@code bf16}
   */
  public static TextClassifier load(Path directory, String device, String precision) {
    return new TextClassifier(
        SavedClassifier.load(directory, new EngineOptions(device, precision)));
  }

  /** What it says of a text. */
  public Prediction classify(String text) {
    return classify(List.of(text)).get(0);
  }

  /** What it says of a pair of texts. */
  public Prediction classify(String text, String pair) {
    return classify(List.of(text), List.of(pair)).get(0);
  }

  /** What it says of each text, in their order. */
  public synchronized List<Prediction> classify(List<String> texts) {
    return open().classify(texts, null);
  }

  /** What it says of each pair: text i with pair i. */
  public synchronized List<Prediction> classify(List<String> texts, List<String> pairs) {
    if (texts.size() != pairs.size()) {
      throw new IllegalArgumentException(
          "Expected a pair for each text, found %d and %d".formatted(texts.size(), pairs.size()));
    }
    return open().classify(texts, pairs);
  }

  /** Names of the classes in the order of the probabilities; empty for a regression. */
  public List<String> labels() {
    return saved.labels();
  }

  private SavedClassifier open() {
    if (closed) {
      throw new IllegalStateException("This classifier is closed");
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
