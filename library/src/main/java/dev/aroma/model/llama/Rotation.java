package dev.aroma.model.llama;

import dev.aroma.tensor.DType;
import dev.aroma.tensor.Ops;
import dev.aroma.tensor.Tensor;
import java.util.List;

/**
 * Rotary positions of one batch: every pair (x[i], x[i + width/2]) of a head turns by position ·
 * frequency[i] (Su et al. 2021, in the order of transformers' {@code rotate_half}).
 *
 * @param cos (batch or 1, length, 1, width)
 * @param sin the same, the first half negative: with it, the turn of both halves is one product
 */
record Rotation(Tensor cos, Tensor sin) {
  /**
   * Angles in float32, rounded once.
   *
   * @param positions (batch or 1, length), whole numbers of any type
   * @param frequencies float32 (width / 2), where the positions are
   */
  static Rotation of(Tensor positions, Tensor frequencies, DType computeType) {
    Tensor angles = positions.to(DType.F32).unsqueeze(-1).mul(frequencies); // (…, width / 2)
    Tensor cos = angles.cos();
    Tensor sin = angles.sin();
    return new Rotation(
        Ops.concat(List.of(cos, cos), -1).to(computeType).unsqueeze(2),
        Ops.concat(List.of(sin.mul(-1), sin), -1).to(computeType).unsqueeze(2));
  }

  /** Turns heads, (batch, length, heads, width). */
  Tensor turn(Tensor x) {
    return x.mul(cos).addProduct(x.roll(x.size(-1) / 2), sin);
  }
}
