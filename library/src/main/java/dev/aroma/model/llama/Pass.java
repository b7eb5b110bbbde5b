package dev.aroma.model.llama;

import dev.aroma.model.Inputs;
import dev.aroma.model.KeyValueCache;
import dev.aroma.tensor.DType;
import dev.aroma.tensor.Device;
import dev.aroma.tensor.Ops;
import dev.aroma.tensor.Tensor;

/**
 * What the blocks share in one pass over a batch.
 *
 * @param rotation of the tokens' positions
 * @param mask added to attention's scores, broadcast to (batch, heads, length, places); null where
 *     a token sees all before it and nothing else, which is faster
 * @param cache takes keys and values, and gives those of earlier tokens; null for whole sequences
 */
record Pass(Rotation rotation, Tensor mask, KeyValueCache cache) {
  /** A pass over whole sequences. */
  static Pass whole(Inputs inputs, Tensor frequencies, DType computeType) {
    Tensor rotated = positions(inputs);
    Tensor mask = inputs.mask() == null ? null : causal(inputs.mask(), computeType);
    return new Pass(Rotation.of(rotated, frequencies, computeType), mask, null);
  }

  /** A pass over tokens that follow those of a cache. */
  static Pass following(Inputs inputs, KeyValueCache cache, Tensor frequencies, DType computeType) {
    if (cache.filled() == 0) {
      Pass whole = whole(inputs, frequencies, computeType);
      return new Pass(whole.rotation(), whole.mask(), cache);
    }
    long length = inputs.ids().size(1);
    Tensor counted = Ops.range(length, inputs.ids().device()).unsqueeze(0);
    Rotation rotation = Rotation.of(cache.lengths().add(counted), frequencies, computeType);
    Tensor places = cache.scores().unsqueeze(1).unsqueeze(1); // (rows, 1, 1, capacity)
    return new Pass(rotation, length == 1 ? places : places.add(later(cache, length)), cache);
  }

  /** Hides the later of several new tokens from the earlier ones, (length, capacity). */
  private static Tensor later(KeyValueCache cache, long length) {
    Tensor places = cache.scores();
    Tensor hidden = Tensor.zeros(places.dtype(), places.device(), length, cache.capacity());
    hidden
        .narrow(1, cache.filled(), length)
        .set(Ops.aboveDiagonal(KeyValueCache.MASKED, places.dtype(), places.device(), length));
    return hidden;
  }

  /** Counted over tokens, and any number at padding: int64 (batch or 1, length). */
  private static Tensor positions(Inputs inputs) {
    Tensor ids = inputs.ids();
    if (inputs.mask() == null) {
      return Ops.range(ids.size(1), ids.device()).unsqueeze(0);
    }
    return Ops.cumulativeSum(inputs.mask(), 1).add(-1);
  }

  /** Hides padding, and later tokens from earlier ones, (batch, 1, length, length). */
  private static Tensor causal(Tensor mask, DType computeType) {
    Device device = mask.device();
    Tensor padding = mask.add(-1).to(computeType).mul(-KeyValueCache.MASKED);
    Tensor later = Ops.aboveDiagonal(KeyValueCache.MASKED, computeType, device, mask.size(1));
    return padding.unsqueeze(1).unsqueeze(1).add(later);
  }
}
