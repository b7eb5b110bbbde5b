package dev.aroma.recipe;

import dev.aroma.io.RawTensor;
import dev.aroma.model.Transformer;
import dev.aroma.nn.Layer;
import dev.aroma.peft.Beside;
import dev.aroma.peft.Change;

/** What becomes of an adapter's changes when they meet the layers that they are for. */
interface Placement {
  /** Part of the layer's own weights where the method allows it, else beside them. */
  Placement MERGED =
      (applied, path, layer, change) -> {
        if (change.mergeable()) {
          change.applyTo(layer);
        } else {
          attach(applied, layer, change);
        }
      };

  /** Beside the weights, which stay as they are: other models may share them. */
  Placement BESIDE = (applied, path, layer, change) -> attach(applied, layer, change);

  /**
   * Places a change.
   *
   * @param change made in the present scope
   * @throws IllegalArgumentException if the layer is of another kind or shape
   */
  void place(AppliedAdapter applied, String path, Layer layer, Change change);

  /** Whether a tensor of the adapter takes the place of the model's own. */
  default boolean takes(Transformer model, RawTensor parameter) {
    return true;
  }

  private static void attach(AppliedAdapter applied, Layer layer, Change change) {
    Beside beside = change.beside(layer);
    beside.tensors().forEach(applied::hold);
    applied.attach(layer, beside.adapter());
  }
}
