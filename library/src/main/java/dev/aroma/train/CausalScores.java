package dev.aroma.train;

import dev.aroma.data.Batch;
import dev.aroma.model.CausalModel;
import dev.aroma.tensor.DType;
import dev.aroma.tensor.Device;
import dev.aroma.tensor.NoGrad;
import dev.aroma.tensor.Ops;
import dev.aroma.tensor.Scope;
import dev.aroma.tensor.Tensor;

/** How probable a model finds the learned tokens of a batch, without gradients. */
public final class CausalScores {
  private CausalScores() {}

  /**
   * Logarithms of the tokens' probabilities, added up over each row.
   *
   * @return a number for each row of the batch, 0 where a row has no label
   */
  public static double[] logProbabilities(CausalModel model, Batch batch, Device device) {
    Labelled labelled = Labelled.of(batch);
    float[] each = each(model, batch, labelled, device);
    double[] sums = new double[batch.size()];
    for (int i = 0; i < each.length; i++) {
      sums[(int) (labelled.cells()[i] / batch.length())] += each[i];
    }
    return sums;
  }

  /** Number of tokens that {@link #logProbabilities} counts. */
  static int count(Batch batch) {
    return Labelled.of(batch).count();
  }

  private static float[] each(CausalModel model, Batch batch, Labelled labelled, Device device) {
    float[] all = new float[labelled.count()];
    long rows = Math.max(1, CausalLoss.SCORES_AT_ONCE / model.vocabularySize());
    try (Scope scope = Scope.open();
        NoGrad guard = NoGrad.open()) {
      Tensor states = labelled.select(model.states(Feed.unmasked(batch, device)), device);
      Tensor labels = labelled.labels(device).unsqueeze(1); // (labels, 1)
      for (long from = 0; from < all.length; from += rows) {
        long size = Math.min(rows, all.length - from);
        float[] some = each(model, states.narrow(0, from, size), labels.narrow(0, from, size));
        System.arraycopy(some, 0, all, (int) from, some.length);
      }
    }
    return all;
  }

  private static float[] each(CausalModel model, Tensor states, Tensor labels) {
    try (Scope scope = Scope.open()) {
      Tensor scores = model.scores(states).to(DType.F32); // (labels, vocabulary)
      return Ops.logSoftmax(scores).gather(labels).floats();
    }
  }
}
