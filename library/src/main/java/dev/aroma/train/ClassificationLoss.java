package dev.aroma.train;

import dev.aroma.data.Batch;
import dev.aroma.model.SequenceClassifier;
import dev.aroma.peft.Tuner;
import dev.aroma.tensor.Device;
import dev.aroma.tensor.Ops;
import dev.aroma.tensor.Tensor;
import java.util.function.Consumer;

/**
 * Cross-entropy of the right classes, or the squared error of a regression.
 *
 * @param model whose parameters get the gradients
 * @param device where the model is
 * @param regression whether the one output is a number
 * @param recorded whether the model's own passes are taken where it has them, and steps on a GPU
 *     are recorded and replayed
 */
public record ClassificationLoss(
    SequenceClassifier model, Device device, boolean regression, boolean recorded)
    implements Objective {
  /** A loss whose steps run one operation at a time. */
  public ClassificationLoss(SequenceClassifier model, Device device, boolean regression) {
    this(model, device, regression, false);
  }

  @Override
  public Gradients gradients(Tuner tuner, Consumer<String> messages) {
    if (!recorded) {
      return Objective.super.gradients(tuner, messages);
    }
    return device == Device.CUDA
        ? new RecordedGradients(this, tuner, messages)
        : new DirectGradients(this, tuner);
  }

  @Override
  public Tensor loss(Batch batch) {
    Tensor logits = model.logits(Feed.inputs(batch, device)); // (batch, outputs)
    return Feed.loss(logits, batch, regression);
  }

  /**
   * Mean cross-entropy.
   *
   * @param logits float32 (examples, classes)
   * @param labels int64 (examples)
   */
  static Tensor entropy(Tensor logits, Tensor labels) {
    return Ops.crossEntropy(logits, labels);
  }

  /**
   * Mean squared error of a regression.
   *
   * @param logits float32 (examples, 1)
   * @param targets float32 (examples)
   */
  static Tensor squaredError(Tensor logits, Tensor targets) {
    return Ops.meanSquaredError(logits.view(-1), targets);
  }
}
