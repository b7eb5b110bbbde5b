package dev.aroma.model.bert;

import dev.aroma.nn.Linear;
import dev.aroma.tensor.DType;
import dev.aroma.tensor.Draft;
import dev.aroma.tensor.Draft.Node;
import dev.aroma.tensor.Ops;
import dev.aroma.tensor.PackedLinear;
import dev.aroma.tensor.Place;
import dev.aroma.tensor.Plan;
import dev.aroma.tensor.Scope;
import dev.aroma.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/** A block with constant weights, as part of programs and plans. */
final class FrozenBlock implements AutoCloseable {
  private final DType type;
  private final boolean last;
  private final PackedLinear query; // null where it lies beside keys and values
  private final PackedLinear joint; // queries, keys and values, or keys and values
  private final PackedLinear attentionOutput;
  private final PackedLinear intermediate; // its activation included
  private final PackedLinear output;
  private final FrozenNorm attentionNorm;
  private final FrozenNorm outputNorm;

  /**
   * Packs a block's weights.
   *
   * @param last whether of its output only the first tokens are read
   */
  FrozenBlock(Block block, DType type, boolean last) {
    this.type = type;
    this.last = last;
    List<Linear> three = block.projections();
    this.query = last ? packed(three.get(0), false) : null;
    this.joint = joint(last ? three.subList(1, 3) : three);
    this.attentionOutput = packed(block.attentionOutput().dense(), false);
    this.intermediate = packed(block.intermediate(), true);
    this.output = packed(block.output().dense(), false);
    this.attentionNorm = FrozenNorm.of(block.attentionOutput().norm());
    this.outputNorm = FrozenNorm.of(block.output().norm());
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

  /**
   * Writes the block.
   *
   * @param x as the layout holds tokens, (tokens, hidden)
   * @return the same; of the last block the first tokens alone, (batch, hidden)
   */
  Node write(Draft draft, Node x, TokenLayout layout) {
    Node kept = last ? layout.first(x) : x;
    Node seen = last ? first(draft, kept, x, layout) : all(draft, x, layout);
    Node attended = attentionNorm.in(draft, attentionOutput.in(draft, seen, kept, layout.few()));
    Node wide = intermediate.in(draft, attended);
    return outputNorm.in(draft, output.in(draft, wide, attended, layout.few()));
  }

  private Node all(Draft draft, Node x, TokenLayout layout) {
    List<Node> three = layout.heads(exact(draft, joint.in(draft, x)), 3);
    return rounded(draft, layout.attention(three.get(0), three.get(1), three.get(2)));
  }

  private Node first(Draft draft, Node first, Node x, TokenLayout layout) {
    Node q = layout.queries(exact(draft, query.in(draft, first)));
    List<Node> two = layout.heads(exact(draft, joint.in(draft, x)), 2);
    return rounded(draft, layout.attentionOfFirst(q, two.get(0), two.get(1)));
  }

  /** Attention is computed in float32: BLAS has no quick product of small bfloat16 matrices. */
  private Node exact(Draft draft, Node x) {
    return type == DType.F32 ? x : draft.to(x, DType.F32);
  }

  private Node rounded(Draft draft, Node x) {
    return type == DType.F32 ? x : draft.to(x, type);
  }

  /**
   * Adds the block to a plan for one sequence in float32.
   *
   * @param at whose tokens it reads, and writes in the same place; of the last block the first
   *     alone
   */
  void in(Plan plan, PlannedTokens at) {
    Place x = last ? at.tokens().top(1) : at.tokens();
    Place seen = at.seen().top(x.rows());
    Place wide = at.wide().top(x.rows());
    attend(plan, at, x, seen);
    attentionOutput.addIn(plan, seen, x);
    attentionNorm.in(plan, x);
    intermediate.in(plan, x, wide);
    output.addIn(plan, wide, x);
    outputNorm.in(plan, x);
  }

  private void attend(Plan plan, PlannedTokens at, Place x, Place seen) {
    long width = x.width();
    Place all = last ? plan.place(at.tokens().rows(), 2 * width) : at.projected();
    joint.in(plan, at.tokens(), all);
    Place q = last ? plan.place(1, width) : all.columns(0, width);
    if (last) {
      query.in(plan, x, q);
    }
    long keys = last ? 0 : width;
    Place k = all.columns(keys, width);
    Place v = all.columns(keys + width, width);
    plan.attention(q, k, v, at.heads(), seen);
  }

  @Override
  public void close() {
    List<PackedLinear> mine =
        new ArrayList<>(List.of(joint, attentionOutput, intermediate, output));
    if (query != null) {
      mine.add(query);
    }
    mine.forEach(PackedLinear::close);
    attentionNorm.close();
    outputNorm.close();
  }
}
