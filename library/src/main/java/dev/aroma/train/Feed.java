package dev.aroma.train;

import dev.aroma.data.Batch;
import dev.aroma.model.Inputs;
import dev.aroma.model.Packed;
import dev.aroma.tensor.DType;
import dev.aroma.tensor.Device;
import dev.aroma.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/** Batches as tensors on the model's device. */
final class Feed {
  /**
   * Sequences of several lengths are filled up to a multiple of so many tokens: each number of rows
   * is a kernel of its own for each product, which oneDNN writes and keeps.
   */
  private static final int ROOM = 64;

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

  /**
   * Some examples of a batch one behind another, without padding, on the CPU. Where their lengths
   * differ, sequences of padding that nobody asks about may follow.
   *
   * @param from first of them
   * @param to the one after the last
   * @param seed of dropout
   */
  static Packed packed(Batch batch, int from, int to, long seed) {
    long[] offsets = offsets(batch, from, to);
    int tokens = (int) offsets[offsets.length - 1];
    long[] all = new long[3 * tokens];
    Arrays.fill(all, 0, tokens, batch.padId());
    Sequences.lay(batch, from, to, all, tokens);
    int longest = 0;
    for (int i = 0; i < offsets.length - 1; i++) {
      int count = (int) (offsets[i + 1] - offsets[i]);
      Sequences.count(all, 2 * tokens + (int) offsets[i], count); // of what fills up too
      longest = Math.max(longest, count);
    }
    Tensor parts = Tensor.of(all, 3, tokens);
    return new Packed(
        parts.select(0, 0),
        parts.select(0, 1),
        parts.select(0, 2),
        Tensor.of(offsets, offsets.length).to(DType.I32),
        to - from,
        longest,
        Tensor.of(new long[] {seed}, 1));
  }

  /** Where each sequence begins, and the end; those that fill up are as long as the longest. */
  private static long[] offsets(Batch batch, int from, int to) {
    List<Integer> counts = new ArrayList<>();
    for (int row = from; row < to; row++) {
      counts.add(Sequences.tokens(batch, row, row + 1));
    }
    int longest = Collections.max(counts);
    int tokens = counts.stream().mapToInt(Integer::intValue).sum();
    if (tokens < longest * counts.size()) {
      int whole = (tokens + ROOM - 1) / ROOM * ROOM;
      for (int room = whole - tokens; room > 0; room -= longest) {
        counts.add(Math.min(room, longest));
      }
    }
    long[] offsets = new long[counts.size() + 1];
    for (int i = 0; i < counts.size(); i++) {
      offsets[i + 1] = offsets[i] + counts.get(i);
    }
    return offsets;
  }

  /** What a decoder reads: it needs no mask for padding on the right. */
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
    return loss(logits, batch, 0, batch.size(), regression);
  }

  /**
   * Mean loss over some examples of a batch.
   *
   * @param logits float32 (to − from, outputs)
   */
  static Tensor loss(Tensor logits, Batch batch, int from, int to, boolean regression) {
    int count = to - from;
    if (regression) {
      float[] targets = Arrays.copyOfRange(batch.targets(), from, to);
      return ClassificationLoss.squaredError(
          logits, Tensor.of(targets, count).toAsync(logits.device()));
    }
    long[] labels = Arrays.stream(batch.labels(), from, to).asLongStream().toArray();
    return ClassificationLoss.entropy(logits, Tensor.of(labels, count).toAsync(logits.device()));
  }
}
