package dev.aroma.peft;

import dev.aroma.nn.Adapter;
import dev.aroma.tensor.Tensor;
import java.util.List;

/**
 * A change that works beside a layer's weights and leaves them as they are.
 *
 * @param adapter to be attached to the layer
 * @param tensors that it needs, on the layer's device; they must live as long as it is used
 */
public record Beside(Adapter adapter, List<Tensor> tensors) {
  /** Copies the list. */
  public Beside {
    tensors = List.copyOf(tensors);
  }
}
