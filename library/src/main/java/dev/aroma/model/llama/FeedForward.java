package dev.aroma.model.llama;

import dev.aroma.nn.Activation;
import dev.aroma.nn.Linear;
import dev.aroma.nn.Module;
import dev.aroma.tensor.Tensor;
import java.util.function.UnaryOperator;

/** SwiGLU (Shazeer 2020): down(silu(gate(x)) · up(x)), (batch, length, hidden) to the same. */
final class FeedForward extends Module {
  private final Linear gate;
  private final Linear up;
  private final Linear down;
  private final UnaryOperator<Tensor> activation;

  FeedForward(LlamaConfig config) {
    int width = config.hiddenSize();
    int inner = config.intermediateSize();
    this.gate = child("gate_proj", new Linear(width, inner, config.mlpBias()));
    this.up = child("up_proj", new Linear(width, inner, config.mlpBias()));
    this.down = child("down_proj", new Linear(inner, width, config.mlpBias()));
    this.activation = Activation.of(config.activation(), "config.json: hidden_act");
  }

  Tensor forward(Tensor x) {
    return down.forward(activation.apply(gate.forward(x)).mul(up.forward(x)));
  }
}
