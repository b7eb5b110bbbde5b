package dev.aroma.recipe;

import dev.aroma.data.Batch;
import dev.aroma.data.Batches;
import dev.aroma.data.EncodedSplit;
import dev.aroma.data.Example;
import dev.aroma.data.Split;
import dev.aroma.text.TextTokenizer;
import dev.aroma.train.Evaluator;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Texts to predictions, in batches of like lengths. */
final class Predictor {
  private static final int BATCH = 32;

  private final Function<Batch, float[]> model;
  private final TextTokenizer tokenizer;
  private final Labels labels;

  /**
   * A predictor.
   *
   * @param model gives a batch's logits, row-major (batch, outputs)
   */
  Predictor(Function<Batch, float[]> model, TextTokenizer tokenizer, Labels labels) {
    this.model = model;
    this.tokenizer = tokenizer;
    this.labels = labels;
  }

  List<Prediction> classify(List<String> texts, List<String> pairs) {
    List<Example> examples = new ArrayList<>();
    for (int i = 0; i < texts.size(); i++) {
      examples.add(Example.ofTarget(texts.get(i), pairs == null ? null : pairs.get(i), 0));
    }
    EncodedSplit split = EncodedSplit.of(new Split("input", examples), tokenizer);
    Prediction[] predictions = new Prediction[texts.size()];
    Batches batches = Batches.evaluation(split, BATCH, 1);
    for (int i = 0; i < batches.count(); i++) {
      Batch batch = batches.get(i);
      float[] logits = model.apply(batch);
      for (int row = 0; row < batch.size(); row++) {
        int from = row * labels.outputs();
        predictions[batch.index()[row]] =
            prediction(Arrays.copyOfRange(logits, from, from + labels.outputs()));
      }
    }
    return List.of(predictions);
  }

  private Prediction prediction(float[] logits) {
    if (labels.regression()) {
      return new Prediction(null, Map.of(), logits[0]);
    }
    double[] probabilities = softmax(logits);
    Map<String, Double> byLabel = new LinkedHashMap<>();
    for (int i = 0; i < logits.length; i++) {
      byLabel.put(labels.names().get(i), probabilities[i]);
    }
    String label = labels.names().get(Evaluator.largest(logits));
    return new Prediction(label, Collections.unmodifiableMap(byLabel), Double.NaN);
  }

  private static double[] softmax(float[] logits) {
    double largest = logits[Evaluator.largest(logits)];
    double[] values = new double[logits.length];
    double sum = 0;
    for (int i = 0; i < values.length; i++) {
      values[i] = Math.exp(logits[i] - largest);
      sum += values[i];
    }
    for (int i = 0; i < values.length; i++) {
      values[i] /= sum;
    }
    return values;
  }
}
