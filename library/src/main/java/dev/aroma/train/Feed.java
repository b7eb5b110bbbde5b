package dev.aroma.train;

import dev.aroma.data.Batch;
import dev.aroma.model.Inputs;
import dev.aroma.tensor.Device;
import dev.aroma.tensor.Ops;
import dev.aroma.tensor.Tensor;
import java.util.Arrays;

/** Batches as tensors on the model's device. */
final class Feed {
  private Feed() {}

  /** What the model reads; no mask where nothing is padded. */
  static Inputs inputs(Batch batch, Device device) {
    long[] shape = {batch.size(), batch.length()};
    boolean padded = batch.tokens() < batch.size() * batch.length();
    return new Inputs(
        Tensor.of(batch.inputIds(), shape).toAsync(device),
        Tensor.of(batch.typeIds(), shape).toAsync(device),
        padded ? Tensor.of(batch.attentionMask(), shape).toAsync(device) : null);
  }

  /** The same for a decoder, which needs no mask for padding on the right. */
  static Inputs unmasked(Batch batch, Device device) {
    Tensor ids = Tensor.of(batch.inputIds(), batch.size(), batch.length());
    return new Inputs(ids.toAsync(device), null, null);
  }

  /**
   * Mean loss over the batch: squared error for regression, else cross-entropy.
   *
   * @param logits float32 (batch, outputs)
   */
  static Tensor loss(Tensor logits, Batch batch, boolean regression) {
    if (regression) {
      Tensor targets = Tensor.of(batch.targets(), batch.size()).toAsync(logits.device());
      return Ops.meanSquaredError(logits.view(-1), targets);
    }
    long[] labels = Arrays.stream(batch.labels()).asLongStream().toArray();
    return Ops.crossEntropy(logits, Tensor.of(labels, batch.size()).toAsync(logits.device()));
  }
}
