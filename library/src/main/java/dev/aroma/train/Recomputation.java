package dev.aroma.train;

import dev.aroma.model.CausalModel;
import dev.aroma.model.Inputs;
import dev.aroma.tensor.Device;
import dev.aroma.tensor.Engine;
import dev.aroma.tensor.NoGrad;
import dev.aroma.tensor.Scope;
import dev.aroma.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Gradients of a decoder with the memory of one block (Chen et al. 2016, "gradient checkpointing"):
 * the forward pass keeps each block's input alone, the backward pass runs the block again with a
 * graph. Costs about a third more time.
 *
 * <p>Dropout draws the same numbers again, so the gradients are those of {@link
 * CausalModel#states}. An {@link Objective} asks for {@link #states} in its loss, and for {@link
 * #backward} in its backward, in one scope.
 */
public final class Recomputation {
  /** A block's input, and where the random numbers stood before it. */
  private record Kept(UnaryOperator<Tensor> stage, Tensor input, Tensor random) {}

  private final CausalModel model;
  private final List<Kept> kept = new ArrayList<>();
  private Device device;
  private Tensor embedded;
  private Tensor last;

  /** For one model. */
  public Recomputation(CausalModel model) {
    this.model = model;
  }

  /**
   * As {@link CausalModel#states}, but a graph begins here: gradients reach the model by {@link
   * #backward} only.
   */
  public Tensor states(Inputs inputs) {
    kept.clear();
    embedded = model.embed(inputs.ids());
    device = embedded.device();
    Tensor x = embedded.detach();
    try (NoGrad guard = NoGrad.open()) {
      for (UnaryOperator<Tensor> stage : model.stages(inputs)) {
        Tensor input = x;
        kept.add(new Kept(stage, input, Engine.randomState(device)));
        x = Scope.only(() -> stage.apply(input));
      }
    }
    last = x.detach().requireGrad(true);
    return last;
  }

  /**
   * Back-propagates through what came after {@link #states}, and then through the blocks.
   *
   * @param loss made of the states of the last call
   * @throws IllegalStateException if there was none since the last backward pass
   */
  public void backward(Tensor loss) {
    if (last == null) {
      throw new IllegalStateException("nothing was computed that could be differentiated");
    }
    loss.backward();
    if (last.hasGrad()) {
      back(last.grad());
    }
    kept.clear();
    embedded = null;
    last = null;
  }

  private void back(Tensor fromAbove) {
    Tensor after = Engine.randomState(device);
    Tensor gradient = fromAbove;
    for (int i = kept.size() - 1; i >= 0; i--) {
      Kept block = kept.get(i);
      Tensor above = gradient;
      gradient = Scope.only(() -> again(block, above));
    }
    Engine.randomState(device, after);
    if (embedded.requiresGrad()) {
      embedded.backward(gradient);
    }
  }

  /** The gradient of a block's input; those of its parameters go to where theirs belong. */
  private Tensor again(Kept block, Tensor gradient) {
    Tensor input = block.input().detach().requireGrad(true);
    Engine.randomState(device, block.random());
    block.stage().apply(input).backward(gradient);
    return input.grad();
  }
}
