package dev.aroma.nn;

import dev.aroma.input.InputException;
import dev.aroma.tensor.Ops;
import dev.aroma.tensor.Tensor;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.UnaryOperator;

/** Activation functions under the names that transformers' configs use. */
public final class Activation {
  private static final Map<String, UnaryOperator<Tensor>> BY_NAME =
      Map.of(
          "gelu", Ops::gelu,
          "gelu_new", Ops::geluTanh,
          "gelu_pytorch_tanh", Ops::geluTanh,
          "relu", Ops::relu,
          "silu", Ops::silu,
          "swish", Ops::silu,
          "tanh", Tensor::tanh);

  private Activation() {}

  /**
   * The function of a name.
   *
   * @param where file and key that the name stands in, for messages
   * @throws InputException if we do not have it
   */
  public static UnaryOperator<Tensor> of(String name, String where) {
    UnaryOperator<Tensor> found = BY_NAME.get(name);
    if (found == null) {
      throw new InputException(
          "%s: expected one of %s, found '%s'"
              .formatted(where, new TreeSet<>(BY_NAME.keySet()), name),
          "use a checkpoint with one of these activations",
          "unknown-architecture");
    }
    return found;
  }
}
