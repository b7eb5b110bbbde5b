package dev.aroma.nn;

import dev.aroma.tensor.DType;
import dev.aroma.tensor.Tensor;
import java.util.Arrays;

/**
 * A named tensor of a module: declared with its shape, given a value when a checkpoint is loaded.
 */
public final class Parameter {
  private final long[] shape;
  private Tensor value;

  /**
   * Declares a parameter without memory.
   *
   * @param shape outermost size first
   */
  public Parameter(long... shape) {
    this.shape = shape.clone();
  }

  /** A parameter with a value, which is kept beyond the present scope. */
  public static Parameter of(Tensor value) {
    Parameter parameter = new Parameter(value.shape());
    parameter.value(value);
    return parameter;
  }

  /** A copy of the declared shape. */
  public long[] shape() {
    return shape.clone();
  }

  /** Number of elements. */
  public long count() {
    return Arrays.stream(shape).reduce(1, Math::multiplyExact);
  }

  /** Whether it has a value. */
  public boolean loaded() {
    return value != null;
  }

  /**
   * The tensor itself.
   *
   * @throws IllegalStateException if nothing was loaded
   */
  public Tensor value() {
    if (value == null) {
      throw new IllegalStateException("parameter " + Arrays.toString(shape) + " was never loaded");
    }
    return value;
  }

  /** The value in the element type of a computation; gradients flow through the conversion. */
  public Tensor as(DType dtype) {
    return value().to(dtype);
  }

  /**
   * Gives it a tensor, which is kept beyond the present scope; the one before is freed.
   *
   * @throws IllegalArgumentException if the shape is another than declared
   */
  public void value(Tensor tensor) {
    Tensor before = exchange(tensor);
    if (before != null) {
      before.close();
    }
  }

  /**
   * {@link #value(Tensor)}, but the tensor before is the caller's from now on.
   *
   * @return null if there was none
   */
  public Tensor exchange(Tensor tensor) {
    if (!Arrays.equals(shape, tensor.shape())) {
      throw new IllegalArgumentException(
          "expected shape %s, found %s"
              .formatted(Arrays.toString(shape), Arrays.toString(tensor.shape())));
    }
    Tensor before = value;
    value = tensor.keep();
    return before;
  }

  /** Frees the memory; the declaration stays. */
  public void unload() {
    if (value != null) {
      value.close();
      value = null;
    }
  }

  /** Whether gradients are computed for it. */
  public boolean trainable() {
    return value != null && value.requiresGrad();
  }
}
