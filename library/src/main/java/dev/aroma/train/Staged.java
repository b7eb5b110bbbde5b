package dev.aroma.train;

import dev.aroma.data.Batch;
import dev.aroma.model.Inputs;
import dev.aroma.model.Packed;
import dev.aroma.tensor.DType;
import dev.aroma.tensor.Tensor;
import java.util.Arrays;

/**
 * A batch of classification laid out in two flat arrays, to be brought to the device in one piece
 * each, at the same place every time.
 */
final class Staged {
  private static final int FILLERS = 8; // sequences that fill up a packed batch
  private static final int LONGEST_STEP = 128; // the longest is rounded up to it
  private static final int LEAST_STEP = 64; // tokens are rounded up to it at least
  private static final int WIDTH_STEP = 32; // padded rows are rounded up to it

  private final Shape shape;
  private final long[] whole; // ids, types, positions or the mask, offsets, labels, a seed
  private final float[] real; // targets of a regression; else null

  private Staged(Shape shape, long[] whole, float[] real) {
    this.shape = shape;
    this.whole = whole;
    this.real = real;
  }

  /** What is where. */
  Shape shape() {
    return shape;
  }

  /** Whole numbers, on the CPU. */
  Tensor whole() {
    return Tensor.of(whole, whole.length);
  }

  /** Targets of a regression, on the CPU; null for classes. */
  Tensor real() {
    return real == null ? null : Tensor.of(real, real.length);
  }

  /**
   * What decides where things are, and the sizes of all work.
   *
   * @param packed whether sequences lie one after another or in padded rows
   * @param sequences that are learned from
   * @param tokens with filling; in padded rows those of all rows
   * @param longest no sequence is longer
   */
  record Shape(boolean packed, int sequences, int tokens, int longest) {
    private int offsets() {
      return packed ? sequences + FILLERS + 1 : 0;
    }

    /** Number of whole numbers. */
    int count() {
      return 3 * tokens + offsets() + sequences + 1;
    }

    private Tensor part(Tensor whole, int from, int count) {
      return whole.narrow(0, from, count);
    }

    /** Padded rows on the device. */
    Inputs inputs(Tensor whole) {
      long width = tokens / sequences;
      return new Inputs(
          part(whole, 0, tokens).view(sequences, width),
          part(whole, tokens, tokens).view(sequences, width),
          part(whole, 2 * tokens, tokens).view(sequences, width));
    }

    /** Packed sequences on the device. */
    Packed packed(Tensor whole) {
      return new Packed(
          part(whole, 0, tokens),
          part(whole, tokens, tokens),
          part(whole, 2 * tokens, tokens),
          part(whole, 3 * tokens, offsets()).to(DType.I32),
          sequences,
          longest,
          part(whole, count() - 1, 1));
    }

    /** Mean loss of logits, float32 (sequences, outputs). */
    Tensor loss(Tensor logits, Tensor whole, Tensor real) {
      return real == null
          ? ClassificationLoss.entropy(logits, part(whole, 3 * tokens + offsets(), sequences))
          : ClassificationLoss.squaredError(logits, real);
    }
  }

  /**
   * Rows padded to a width that comes often.
   *
   * @param widest no row may be wider
   */
  static Staged padded(Batch batch, int widest, boolean regression, long seed) {
    int width = Math.max(batch.length(), Math.min(widest, roundUp(batch.length(), WIDTH_STEP)));
    Shape shape = new Shape(false, batch.size(), batch.size() * width, width);
    long[] whole = new long[shape.count()];
    for (int row = 0; row < batch.size(); row++) {
      int from = row * batch.length();
      int to = row * width;
      Arrays.fill(whole, to, to + width, batch.padId());
      System.arraycopy(batch.inputIds(), from, whole, to, batch.length());
      System.arraycopy(batch.typeIds(), from, whole, shape.tokens + to, batch.length());
      System.arraycopy(batch.attentionMask(), from, whole, 2 * shape.tokens + to, batch.length());
    }
    return finished(shape, whole, batch, regression, seed);
  }

  /** Sequences without padding; a few more fill up to a size that comes often. */
  static Staged packed(Batch batch, boolean regression, long seed) {
    int tokens = rounded(batch.tokens());
    int filling = tokens - batch.tokens();
    int filler = roundUp(filling, FILLERS) / FILLERS;
    int longest = roundUp(Math.max(batch.length(), filler), LONGEST_STEP);
    Shape shape = new Shape(true, batch.size(), tokens, longest);
    long[] whole = new long[shape.count()];
    int[] begins = Sequences.lay(batch, 0, batch.size(), whole, tokens);
    for (int row = 0; row < batch.size(); row++) {
      whole[3 * tokens + row] = begins[row];
    }
    for (int i = 0; i <= FILLERS; i++) {
      whole[3 * tokens + batch.size() + i] =
          Math.min(tokens, begins[batch.size()] + (long) i * filler);
    }
    return finished(shape, whole, batch, regression, seed);
  }

  /** Up to quarters of the power of two below, so that few sizes come: 1,700 are 1,792. */
  private static int rounded(int tokens) {
    return roundUp(tokens, Math.max(LEAST_STEP, Integer.highestOneBit(tokens) / 4));
  }

  private static int roundUp(int value, int step) {
    return (value + step - 1) / step * step;
  }

  private static Staged finished(
      Shape shape, long[] whole, Batch batch, boolean regression, long seed) {
    int labels = shape.count() - 1 - batch.size();
    for (int row = 0; row < batch.size(); row++) {
      whole[labels + row] = batch.labels()[row];
    }
    whole[shape.count() - 1] = seed;
    float[] real = regression ? Arrays.copyOf(batch.targets(), batch.size()) : null;
    return new Staged(shape, whole, real);
  }
}
