package dev.aroma.train;

import dev.aroma.data.Batch;
import dev.aroma.model.DirectPasses;
import dev.aroma.peft.Tuner;
import dev.aroma.tensor.NoGrad;
import dev.aroma.tensor.Rng;
import dev.aroma.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Gradients of a classifier on the CPU by the model's own passes where it has them, else by
 * autograd. The passes take a batch in parts: its gradient is the mean of theirs.
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
    int size = batch.size();
    int count = Math.min(direct.parts(Sequences.tokens(batch, 0, size)), size);
    List<DirectPasses.Part> all = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      // as many sequences each, not tokens: oneDNN writes kernels for each number of both
      all.add(part(batch, i * size / count, (i + 1) * size / count, parts, Rng.at(seed, i)));
    }
    return direct.run(all).mul(parts);
  }

  private DirectPasses.Part part(Batch batch, int from, int to, int parts, long seed) {
    double share = (double) (to - from) / batch.size() / parts;
    return new DirectPasses.Part(
        Feed.packed(batch, from, to, seed),
        logits -> Feed.loss(logits, batch, from, to, objective.regression()).mul(share));
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
