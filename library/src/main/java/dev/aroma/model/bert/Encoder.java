package dev.aroma.model.bert;

import dev.aroma.model.Inputs;
import dev.aroma.nn.Module;
import dev.aroma.tensor.DType;
import dev.aroma.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/** Embeddings and blocks: token ids to hidden states. */
final class Encoder extends Module {
  /** Low enough that softmax gives exactly 0, and finite in bfloat16 too. */
  private static final double MASKED = -1e30;

  private final Embeddings embeddings;
  private final List<Block> blocks = new ArrayList<>();

  Encoder(BertConfig config) {
    this.embeddings = child("embeddings", new Embeddings(config));
    for (int i = 0; i < config.layers(); i++) {
      blocks.add(child("encoder.layer." + i, new Block(config)));
    }
  }

  /**
   * Every hidden state.
   *
   * @return (batch, length, hidden) of the embeddings and then of each block
   */
  List<Tensor> forward(Inputs inputs, DType computeType) {
    Tensor mask = inputs.mask() == null ? null : scores(inputs.mask(), computeType);
    List<Tensor> states = new ArrayList<>();
    states.add(embeddings.forward(inputs, computeType));
    for (Block block : blocks) {
      states.add(block.forward(states.get(states.size() - 1), mask));
    }
    return states;
  }

  /** 0 for tokens and a very low score for padding, (batch, 1, 1, length). */
  private static Tensor scores(Tensor mask, DType computeType) {
    Tensor padding = mask.to(computeType).mul(-1).add(1);
    return padding.mul(MASKED).unsqueeze(1).unsqueeze(1);
  }
}
