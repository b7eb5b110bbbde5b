package dev.aroma.peft;

import dev.aroma.nn.Layer;
import dev.aroma.tensor.Tensor;

/**
 * A change along shared random directions: ΔW = λ_b ∘ (B (λ_d ∘ A)), of which a layer smaller than
 * the largest takes the first columns of A and the first rows of B.
 *
 * @param outputFactors λ_b, float32 (out)
 * @param rankFactors λ_d, float32 (r)
 * @param a shared by all layers, float32 (r, at least in)
 * @param b shared by all layers, float32 (at least out, r)
 * @param inputs in
 */
public record Vera(Tensor outputFactors, Tensor rankFactors, Tensor a, Tensor b, long inputs)
    implements Change {
  /** Checks that the shared matrices are large enough. */
  public Vera {
    if (a.size(1) < inputs || b.size(0) < outputFactors.size(0)) {
      throw new IllegalArgumentException(
          "expected shared matrices for %d inputs and %d outputs, found %d and %d"
              .formatted(inputs, outputFactors.size(0), a.size(1), b.size(0)));
    }
  }

  @Override
  public void applyTo(Layer layer) {
    lowRank().applyTo(layer);
  }

  @Override
  public Beside beside(Layer layer) {
    return lowRank().beside(layer);
  }

  @Override
  public LowRank lowRank() {
    Tensor rows = b.narrow(0, 0, outputFactors.size(0)); // (out, r)
    Tensor columns = a.narrow(1, 0, inputs); // (r, in)
    return new LowRank(
        rows.mul(outputFactors.unsqueeze(1)), columns.mul(rankFactors.unsqueeze(1)), 1);
  }
}
