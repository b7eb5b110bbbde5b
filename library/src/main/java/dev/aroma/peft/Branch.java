package dev.aroma.peft;

import dev.aroma.nn.Layer;
import dev.aroma.tensor.Ops;
import dev.aroma.tensor.Tensor;
import java.util.function.UnaryOperator;

/** The narrow path of low-rank methods beside a layer. */
final class Branch {
  private Branch() {}

  /**
   * The layer's own output and a low-rank branch: plain(x) + scale · drop(x) aᵀ bᵀ.
   *
   * @param x (…, in)
   * @param dropout on the branch's input while the layer is training
   * @param a (r, in), any element type
   * @param b (out, r), any element type
   * @return (…, out)
   */
  static Tensor add(Layer layer, Tensor x, double dropout, Tensor a, Tensor b, double scale) {
    return add(layer::plain, x, layer.training() ? dropout : 0, a, b, scale);
  }

  /**
   * As {@link #add(Layer, Tensor, double, Tensor, Tensor, double)} beside any computation.
   *
   * @param plain (tokens, in) to (tokens, out), in memory of its own
   * @param dropout on the branch's input; 0 for none
   */
  static Tensor add(
      UnaryOperator<Tensor> plain, Tensor x, double dropout, Tensor a, Tensor b, double scale) {
    Tensor flat = x.reshape(-1, x.size(-1)); // (tokens, in)
    Tensor y = plain.apply(flat); // (tokens, out)
    Tensor dropped = Ops.dropout(flat, dropout);
    Tensor narrow = dropped.matmul(a.to(x.dtype()).t()); // (tokens, r)
    y.addMatmulIn(narrow, b.to(x.dtype()).t(), scale);
    return unflatten(y, x);
  }

  /** Rows (tokens, out) in the leading dimensions of x: (…, out). */
  static Tensor unflatten(Tensor y, Tensor x) {
    long[] shape = x.shape();
    shape[shape.length - 1] = y.size(1);
    return y.view(shape);
  }
}
