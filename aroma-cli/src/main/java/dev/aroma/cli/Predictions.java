package dev.aroma.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.aroma.input.InputException;
import dev.aroma.recipe.Prediction;
import dev.aroma.recipe.SavedClassifier;
import java.util.ArrayList;
import java.util.List;

/** Gathers texts, classifies them a chunk at a time, and prints what came out. */
final class Predictions {
  private static final int CHUNK = 256; // enough to sort by length, few enough to answer soon

  private final SavedClassifier classifier;
  private final Terminal terminal;
  private final List<String> texts = new ArrayList<>();
  private final List<String> pairs = new ArrayList<>();
  private int empty;
  private int answered;
  private String firstEmpty;

  Predictions(SavedClassifier classifier, Terminal terminal) {
    this.classifier = classifier;
    this.terminal = terminal;
  }

  /**
   * Takes a text.
   *
   * @param pair its second text; null for all or none
   * @param where it stands, for messages
   */
  void add(String text, String pair, String where) {
    if (text.isBlank()) {
      firstEmpty = firstEmpty == null ? where : firstEmpty;
      empty++;
      return;
    }
    texts.add(text);
    if (pair != null) {
      pairs.add(pair);
    }
    if (texts.size() == CHUNK) {
      flush();
    }
  }

  /** Answers the rest and tells what was left out. */
  void end() {
    flush();
    if (answered == 0) {
      throw new InputException(
          "Expected a text, found only empty ones (%d).".formatted(empty),
          "Give one text a line, or the right --text-column.",
          "predict-input");
    }
    if (empty > 0) {
      terminal.err().printf("aroma: left out %d empty texts, the first in %s%n", empty, firstEmpty);
    }
  }

  private void flush() {
    if (texts.isEmpty()) {
      return;
    }
    List<String> seconds = pairs.isEmpty() ? null : pairs;
    List<Prediction> predictions = classifier.classify(texts, seconds);
    for (int i = 0; i < predictions.size(); i++) {
      String pair = seconds == null ? null : seconds.get(i);
      terminal.json(json(texts.get(i), pair, predictions.get(i)));
    }
    terminal.flush();
    answered += texts.size();
    texts.clear();
    pairs.clear();
  }

  private static ObjectNode json(String text, String pair, Prediction prediction) {
    ObjectNode json = JsonNodeFactory.instance.objectNode().put("text", text);
    if (pair != null) {
      json.put("pair", pair);
    }
    if (prediction.label() == null) {
      return json.put("value", prediction.value());
    }
    json.put("label", prediction.label());
    json.put("probability", prediction.probabilities().get(prediction.label()));
    ObjectNode all = json.putObject("probabilities");
    prediction.probabilities().forEach(all::put);
    return json;
  }
}
