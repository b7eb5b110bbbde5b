package dev.aroma.tensor;

import org.bytedeco.javacpp.BoolPointer;
import org.bytedeco.pytorch.T_TensorTensorTensor_T;
import org.bytedeco.pytorch.global.torch;

/**
 * Gradients of single operations, for passes that are written out by hand instead of recorded by
 * autograd. None of them is differentiable itself.
 */
public final class Backward {
  private static final Operator SOFTMAX = new Operator("aten::_softmax_backward_data");

  /** Of three gradients, input, weight and bias, the first alone. */
  private static final BoolPointer INPUT_ALONE = inputAlone();

  private Backward() {}

  private static BoolPointer inputAlone() {
    BoolPointer mask = new BoolPointer(3);
    mask.retainReference();
    return mask.put(0, true).put(1, false).put(2, false);
  }

  /** The gradient of x in {@link Ops#gelu}, from the output's; all of one shape. */
  public static Tensor gelu(Tensor gradient, Tensor x) {
    return new Tensor(torch.gelu_backward(gradient.raw, x.raw));
  }

  /**
   * The gradient of x in {@link Ops#softmax}.
   *
   * @param y the output
   */
  public static Tensor softmax(Tensor gradient, Tensor y) {
    long type = Native.scalarType(y.dtype()).value;
    return SOFTMAX.call(gradient, y, -1L, type)[0];
  }

  /**
   * A layer normalisation and what its gradient needs.
   *
   * @param x that was normalised, (…, width)
   * @param output (…, width)
   * @param mean (…, 1)
   * @param inverse of the standard deviation, (…, 1)
   */
  public record Normalised(Tensor x, Tensor output, Tensor mean, Tensor inverse) {}

  /**
   * As {@link Ops#layerNorm}.
   *
   * @param x (…, width)
   * @param weight (width)
   * @param bias (width)
   */
  public static Normalised layerNorm(Tensor x, Tensor weight, Tensor bias, double epsilon) {
    long width = weight.size(0);
    Shapes.check(x.size(-1) == width, "layer norm of %s with weight (%d)", x, width);
    T_TensorTensorTensor_T all =
        torch.native_layer_norm(
            x.raw, new long[] {width}, Native.optional(weight), Native.optional(bias), epsilon);
    return new Normalised(
        x, Native.own(all.get0()), Native.own(all.get1()), Native.own(all.get2()));
  }

  /**
   * The gradient of what was normalised.
   *
   * @param gradient of the output
   * @param weight (width)
   */
  public static Tensor layerNorm(Tensor gradient, Normalised forward, Tensor weight) {
    long[] width = {weight.size(0)};
    return Native.own(
        torch
            .native_layer_norm_backward(
                gradient.raw,
                forward.x.raw,
                width,
                forward.mean.raw,
                forward.inverse.raw,
                Native.optional(weight),
                Native.optional(weight), // the bias, of which its shape is read, and not even that
                INPUT_ALONE)
            .get0());
  }
}
