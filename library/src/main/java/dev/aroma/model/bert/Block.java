package dev.aroma.model.bert;

import dev.aroma.nn.Activation;
import dev.aroma.nn.Linear;
import dev.aroma.nn.Module;
import dev.aroma.tensor.Tensor;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** One transformer block, normalised after each half: (batch, length, hidden) to the same. */
final class Block extends Module {
  private final SelfAttention attention;
  private final Output attentionOutput;
  private final Linear intermediate;
  private final UnaryOperator<Tensor> activation;
  private final Output output;

  Block(BertConfig config) {
    this.attention = child("attention.self", new SelfAttention(config));
    this.attentionOutput = child("attention.output", new Output(config.hiddenSize(), config));
    this.intermediate =
        child(
            "intermediate.dense", new Linear(config.hiddenSize(), config.intermediateSize(), true));
    this.activation = Activation.of(config.activation(), "hidden_act");
    this.output = child("output", new Output(config.intermediateSize(), config));
  }

  /** Its linear layers. */
  Stream<Linear> linears() {
    return modules(Linear.class).values().stream();
  }

  /** Queries', keys' and values' projections. */
  List<Linear> projections() {
    return attention.projections();
  }

  Output attentionOutput() {
    return attentionOutput;
  }

  Linear intermediate() {
    return intermediate;
  }

  Output output() {
    return output;
  }

  /**
   * One block.
   *
   * @param prefix learned keys and values, (2, heads, tokens, headSize), or null
   */
  Tensor forward(Tensor x, Tensor mask, Tensor prefix) {
    Tensor attended = attentionOutput.forward(attention.forward(x, mask, prefix), x);
    Tensor wide = activation.apply(intermediate.forward(attended)); // (batch, length, intermediate)
    return output.forward(wide, attended);
  }
}
