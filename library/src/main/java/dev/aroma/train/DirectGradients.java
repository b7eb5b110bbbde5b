package dev.aroma.train;

import dev.aroma.data.Batch;
import dev.aroma.model.DirectPasses;
import dev.aroma.peft.Tuner;
import dev.aroma.tensor.NoGrad;
import dev.aroma.tensor.Tensor;
import java.util.Optional;

/**
 * Gradients of a classifier on the CPU by the model's own passes where it has them, else by
 * autograd. The passes take a large batch in parts: its gradient is the mean of theirs.
 */
final class DirectGradients implements Gradients {
  private final ClassificationLoss objective;
  private final Tuner tuner;
  private Optional<DirectPasses> passes = Optional.empty();
  private boolean fresh = true;

  DirectGradients(ClassificationLoss objective, Tuner tuner) {
    this.objective = objective;
    this.tuner = tuner;
  }

  @Override
  public Tensor add(Batch batch, int parts, long seed) {
    boolean steady = tuner.steady();
    if (steady && fresh) {
      passes = objective.model().directPasses();
      fresh = false;
    }
    if (!steady || passes.isEmpty() || tuner.penalty() != null) {
      return AutogradGradients.backward(objective.loss(batch), tuner, parts, objective::backward);
    }
    return run(passes.get(), batch, parts, seed);
  }

  private Tensor run(DirectPasses direct, Batch batch, int parts, long seed) {
    Tensor loss = null;
    for (int from = 0; from < batch.size(); ) {
      int to = end(batch, from, direct.tokensAtOnce());
      int start = from;
      double share = (double) (to - from) / batch.size();
      Tensor part =
          direct.run(
              Feed.packed(batch, from, to, direct.tokensAtOnce(), seed),
              logits ->
                  Feed.loss(logits, batch, start, to, objective.regression()).mul(share / parts));
      loss = loss == null ? part : loss.add(part);
      from = to;
    }
    return loss.mul(parts);
  }

  /** The example after the last that goes with one: at least that one does. */
  private static int end(Batch batch, int from, int most) {
    int to = from + 1;
    int tokens = Sequences.tokens(batch, from, to);
    while (to < batch.size()) {
      tokens += Sequences.tokens(batch, to, to + 1);
      if (tokens > most) {
        break;
      }
      to++;
    }
    return to;
  }

  @Override
  public void changed() {
    close();
    fresh = true;
  }

  @Override
  public void close() {
    try (NoGrad guard = NoGrad.open()) {
      passes.ifPresent(DirectPasses::close);
      passes = Optional.empty();
    }
  }
}
