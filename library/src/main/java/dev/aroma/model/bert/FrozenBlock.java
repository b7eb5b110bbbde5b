package dev.aroma.model.bert;

import dev.aroma.nn.Linear;
import dev.aroma.tensor.Ops;
import dev.aroma.tensor.PackedLinear;
import dev.aroma.tensor.Scope;
import dev.aroma.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/** A block with constant weights: (batch, length, hidden) to the same, or to the first token's. */
final class FrozenBlock implements AutoCloseable {
  private final BertConfig config;
  private final PackedLinear all; // queries, keys and values side by side
  private final PackedLinear query;
  private final PackedLinear keysAndValues;
  private final PackedLinear attentionOutput;
  private final PackedLinear intermediate; // its activation included
  private final PackedLinear output;
  private final Block block;

  FrozenBlock(BertConfig config, Block block, boolean last) {
    this.config = config;
    this.block = block;
    List<Linear> three = block.projections();
    this.all = last ? null : joint(three);
    this.query = last ? packed(three.get(0), false) : null;
    this.keysAndValues = last ? joint(three.subList(1, 3)) : null;
    this.attentionOutput = packed(block.attentionOutput().dense(), false);
    this.intermediate = packed(block.intermediate(), true);
    this.output = packed(block.output().dense(), false);
  }

  private static PackedLinear packed(Linear layer, boolean gelu) {
    BranchedLinear now = BranchedLinear.of(layer);
    return PackedLinear.of(now.weight(), now.bias(), gelu);
  }

  private static PackedLinear joint(List<Linear> layers) {
    try (Scope scope = Scope.open()) {
      List<Tensor> weights = new ArrayList<>();
      List<Tensor> biases = new ArrayList<>();
      for (Linear layer : layers) {
        BranchedLinear now = BranchedLinear.of(layer);
        weights.add(now.weight());
        biases.add(now.bias());
      }
      return PackedLinear.of(Ops.concat(weights, 0), Ops.concat(biases, 0), false);
    }
  }

  /** The whole block; of the last one, the first token's state alone, (batch, 1, hidden). */
  Tensor forward(Tensor x, Tensor mask) {
    Tensor kept = all == null ? x.narrow(1, 0, 1) : x;
    Tensor seen = all == null ? attendFirst(kept, x, mask) : attendAll(x, mask);
    Tensor attended =
        block.attentionOutput().norm().forward(attentionOutput.forward(seen).add(kept));
    Tensor wide = intermediate.forward(attended); // (batch, length, intermediate)
    return block.output().norm().forward(output.forward(wide).add(attended));
  }

  private Tensor attendAll(Tensor x, Tensor mask) {
    long width = config.hiddenSize();
    Tensor three = all.forward(x); // (batch, length, 3 hidden)
    return attend(
        three.narrow(2, 0, width),
        three.narrow(2, width, width),
        three.narrow(2, 2 * width, width),
        mask);
  }

  private Tensor attendFirst(Tensor first, Tensor x, Tensor mask) {
    long width = config.hiddenSize();
    Tensor two = keysAndValues.forward(x); // (batch, length, 2 hidden)
    return attend(query.forward(first), two.narrow(2, 0, width), two.narrow(2, width, width), mask);
  }

  private Tensor attend(Tensor q, Tensor k, Tensor v, Tensor mask) {
    Tensor seen = Ops.attention(heads(q), heads(k), heads(v), mask, 0);
    return seen.transpose(1, 2).reshape(q.size(0), q.size(1), config.hiddenSize());
  }

  /** (batch, length, hidden) to (batch, heads, length, headSize). */
  private Tensor heads(Tensor x) {
    return x.view(x.size(0), x.size(1), config.heads(), config.headSize()).transpose(1, 2);
  }

  @Override
  public void close() {
    List<PackedLinear> mine = new ArrayList<>(List.of(attentionOutput, intermediate, output));
    mine.addAll(all == null ? List.of(query, keysAndValues) : List.of(all));
    mine.forEach(PackedLinear::close);
  }
}
