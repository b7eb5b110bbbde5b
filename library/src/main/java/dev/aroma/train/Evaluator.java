package dev.aroma.train;

import dev.aroma.data.Batch;
import dev.aroma.data.Batches;
import dev.aroma.data.EncodedSplit;
import dev.aroma.metrics.Metric;
import dev.aroma.model.Inputs;
import dev.aroma.model.SequenceClassifier;
import dev.aroma.tensor.Device;
import dev.aroma.tensor.NoGrad;
import dev.aroma.tensor.Scope;
import dev.aroma.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Scores a classifier on whole splits. */
public final class Evaluator implements Evaluation {
  private final SequenceClassifier model;
  private final List<EncodedSplit> splits;
  private final List<Metric> metrics;
  private final int outputs;
  private final int batchSize;
  private final Device device;

  /**
   * An evaluation that can be repeated.
   *
   * @param model what is scored
   * @param splits the first decides; scores of the others carry their names
   * @param metrics the first decides
   * @param outputs logits an example
   */
  public Evaluator(
      SequenceClassifier model,
      List<EncodedSplit> splits,
      List<Metric> metrics,
      int outputs,
      int batchSize,
      Device device) {
    this.model = model;
    this.splits = List.copyOf(splits);
    this.metrics = List.copyOf(metrics);
    this.outputs = outputs;
    this.batchSize = batchSize;
    this.device = device;
  }

  /**
   * Scores by name: {@code accuracy}, …, and {@code accuracy.dev-mismatched} for further splits.
   */
  @Override
  public Map<String, Double> score() {
    boolean training = model.training();
    model.train(false);
    Map<String, Double> scores = new LinkedHashMap<>();
    for (EncodedSplit split : splits) {
      float[][] logits = logits(split);
      for (Metric metric : metrics) {
        String name = split == splits.get(0) ? metric.title() : metric.title() + "." + split.name();
        scores.put(name, score(metric, split, logits));
      }
    }
    model.train(training);
    return scores;
  }

  @Override
  public String metric() {
    return metrics.get(0).title();
  }

  @Override
  public int examples() {
    return splits.get(0).size();
  }

  private double score(Metric metric, EncodedSplit split, float[][] logits) {
    if (metric.ofClasses()) {
      int[] labels = new int[split.size()];
      int[] predictions = new int[split.size()];
      for (int i = 0; i < labels.length; i++) {
        labels[i] = split.example(i).label();
        predictions[i] = largest(logits[i]);
      }
      return metric.score(labels, predictions);
    }
    double[] targets = new double[split.size()];
    double[] predictions = new double[split.size()];
    for (int i = 0; i < targets.length; i++) {
      targets[i] = split.example(i).target();
      predictions[i] = logits[i][0];
    }
    return metric.score(targets, predictions);
  }

  private float[][] logits(EncodedSplit split) {
    float[][] all = new float[split.size()][];
    Batches batches = Batches.evaluation(split, batchSize, 1);
    for (int i = 0; i < batches.count(); i++) {
      Batch batch = batches.get(i);
      float[] some = logits(model, batch, device);
      for (int row = 0; row < batch.size(); row++) {
        float[] one = new float[outputs];
        System.arraycopy(some, row * outputs, one, 0, outputs);
        all[batch.index()[row]] = one;
      }
    }
    return all;
  }

  /** Logits of one batch, row-major (batch, outputs). */
  public static float[] logits(SequenceClassifier model, Batch batch, Device device) {
    return logits(model::logits, batch, device);
  }

  /** As {@link #logits(SequenceClassifier, Batch, Device)}, by any pass over such a model. */
  public static float[] logits(Function<Inputs, Tensor> pass, Batch batch, Device device) {
    try (Scope scope = Scope.open();
        NoGrad guard = NoGrad.open()) {
      return pass.apply(Feed.inputs(batch, device)).floats();
    }
  }

  /** Index of the largest value, the first of equals. */
  public static int largest(float[] values) {
    int best = 0;
    for (int i = 1; i < values.length; i++) {
      best = values[i] > values[best] ? i : best;
    }
    return best;
  }
}
