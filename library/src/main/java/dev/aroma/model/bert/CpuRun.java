package dev.aroma.model.bert;

import dev.aroma.model.Packed;
import dev.aroma.tensor.DType;
import dev.aroma.tensor.Tensor;
import java.util.Arrays;

/**
 * Where the sequences of one pass lie. Most work goes over tokens, one behind another; attention
 * has a row of places for each sequence, as many as the longest has tokens.
 *
 * @param sequences number of them, those that fill up included
 * @param longest tokens of the longest
 * @param starts int64 (sequences), the first token of each
 * @param tokenAt int64 (sequences · longest), which token is at a place, any where there is none;
 *     null where all are of one length
 * @param placeOf int64 (tokens), the place of each token; null with tokenAt
 * @param filled (sequences · longest, 1), 1 at a token and 0 where there is none; null with tokenAt
 * @param mask (sequences · heads, longest, longest), to be added to attention's scores; null with
 *     tokenAt
 * @param training whether dropout is on
 * @param worker whose sums the factors' gradients are added to
 */
record CpuRun(
    long sequences,
    long longest,
    Tensor starts,
    Tensor tokenAt,
    Tensor placeOf,
    Tensor filled,
    Tensor mask,
    boolean training,
    int worker) {
  static CpuRun of(Packed batch, int heads, DType type, boolean training, int worker) {
    long[] offsets = batch.offsets().longs();
    int sequences = offsets.length - 1;
    int longest = 0;
    for (int i = 0; i < sequences; i++) {
      longest = Math.max(longest, (int) (offsets[i + 1] - offsets[i]));
    }
    Tensor starts = Tensor.of(Arrays.copyOf(offsets, sequences), sequences);
    if (offsets[sequences] == (long) sequences * longest) {
      return new CpuRun(sequences, longest, starts, null, null, null, null, training, worker);
    }
    return uneven(offsets, longest, starts, heads, type, training, worker);
  }

  private static CpuRun uneven(
      long[] offsets,
      int longest,
      Tensor starts,
      int heads,
      DType type,
      boolean training,
      int worker) {
    int sequences = offsets.length - 1;
    long[] tokenAt = new long[sequences * longest];
    long[] placeOf = new long[(int) offsets[sequences]];
    float[] filled = new float[tokenAt.length];
    for (int i = 0; i < sequences; i++) {
      for (int t = 0; t < offsets[i + 1] - offsets[i]; t++) {
        int place = i * longest + t;
        tokenAt[place] = offsets[i] + t;
        placeOf[(int) offsets[i] + t] = place;
        filled[place] = 1;
      }
    }
    Tensor there = Tensor.of(filled, tokenAt.length, 1);
    Tensor scores = there.add(-1).mul(-Encoder.MASKED).to(type).view(sequences, 1, 1, longest);
    return new CpuRun(
        sequences,
        longest,
        starts,
        Tensor.of(tokenAt, tokenAt.length),
        Tensor.of(placeOf, placeOf.length),
        there.to(type),
        // written out: the inner loop over a short row that is read again and again is slow
        scores.expand(-1, heads, longest, -1).reshape((long) sequences * heads, longest, longest),
        training,
        worker);
  }

  /** A probability while training, else 0. */
  double dropout(double probability) {
    return training ? probability : 0;
  }

  /** Rows of tokens at their places; at places without one, finite numbers. */
  Tensor placed(Tensor tokens) {
    return tokenAt == null ? tokens : tokens.rows(tokenAt);
  }

  /** As {@link #placed}, but 0 at places without a token: the gradient of {@link #tokens}. */
  Tensor placedGradient(Tensor tokens) {
    return tokenAt == null ? tokens : tokens.rows(tokenAt).mulIn(filled);
  }

  /** Rows of places that have a token. */
  Tensor tokens(Tensor places) {
    return placeOf == null ? places : places.rows(placeOf);
  }
}
