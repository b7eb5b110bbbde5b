package dev.aroma.recipe;

import dev.aroma.input.InputException;
import dev.aroma.io.RawTensor;

/** Adapters whose files contradict themselves. */
final class BadAdapter {
  private BadAdapter() {}

  /**
   * An adapter is damaged.
   *
   * @param from its directory or file
   */
  static InputException damaged(Object from, String what) {
    return new InputException(
        "%s: %s".formatted(from, what),
        "The adapter is damaged; save or download it again.",
        "bad-adapter");
  }

  /** A tensor that must have so many dimensions. */
  static RawTensor dimensions(Object from, int count, RawTensor tensor) {
    if (tensor.shape().length != count) {
      throw damaged(from, "expected a tensor of %d dimensions, found %s".formatted(count, tensor));
    }
    return tensor;
  }
}
