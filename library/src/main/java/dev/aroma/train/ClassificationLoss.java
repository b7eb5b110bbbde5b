package dev.aroma.train;

import dev.aroma.data.Batch;
import dev.aroma.model.SequenceClassifier;
import dev.aroma.tensor.Device;
import dev.aroma.tensor.Tensor;

/**
 * Cross-entropy of the right classes, or the squared error of a regression.
 *
 * @param model whose parameters get the gradients
 * @param device where the model is
 * @param regression whether the one output is a number
 */
public record ClassificationLoss(SequenceClassifier model, Device device, boolean regression)
    implements Objective {
  @Override
  public Tensor loss(Batch batch) {
    Tensor logits = model.logits(Feed.inputs(batch, device)); // (batch, outputs)
    return Feed.loss(logits, batch, regression);
  }
}
