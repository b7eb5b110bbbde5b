package dev.aroma.model.bert;

import dev.aroma.model.Inputs;
import dev.aroma.model.Scorer;
import dev.aroma.nn.Layer;
import dev.aroma.nn.Linear;
import dev.aroma.nn.RankBranch;
import dev.aroma.tensor.DType;
import dev.aroma.tensor.Device;
import dev.aroma.tensor.Draft;
import dev.aroma.tensor.Draft.Node;
import dev.aroma.tensor.NoGrad;
import dev.aroma.tensor.PackedLinear;
import dev.aroma.tensor.Program;
import dev.aroma.tensor.Scope;
import dev.aroma.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A classifier on the CPU that will not change any more, as a program: weights packed, queries,
 * keys and values made by one product, nothing computed for padding but its part of attention, and
 * of the last block no more than the head reads, the first token.
 *
 * <p>Padding must be on the right.
 */
final class FrozenEncoder implements Scorer {
  private final Program whole;
  private final Program padded;

  private FrozenEncoder(Program whole, Program padded) {
    this.whole = whole;
    this.padded = padded;
  }

  /** The pass of a model as it is now; none where it computes something that this does not. */
  static Optional<Scorer> of(EncoderClassifier model, Encoder encoder) {
    return possible(model, encoder) ? Optional.of(write(model, encoder)) : Optional.empty();
  }

  private static boolean possible(EncoderClassifier model, Encoder encoder) {
    return encoder.plain()
        && !encoder.blocks().isEmpty()
        && encoder.config().activation().equals("gelu")
        && Stream.concat(encoder.layers().stream(), model.headLayers().stream())
            .allMatch(FrozenEncoder::constant)
        && encoder.parameters().values().stream()
            .allMatch(
                p -> p.value().device() == Device.CPU && p.value().dtype() == model.computeType());
  }

  /** Whether a layer's output is that of one constant weight. */
  private static boolean constant(Layer layer) {
    return layer.adapter() == null
        || (layer.adapter() instanceof RankBranch branch && branch.branch() == null);
  }

  private static FrozenEncoder write(EncoderClassifier model, Encoder encoder) {
    DType type = model.computeType();
    List<FrozenBlock> blocks = new ArrayList<>();
    try (Scope scope = Scope.open();
        NoGrad guard = NoGrad.open()) {
      for (Block block : encoder.blocks()) {
        boolean last = blocks.size() == encoder.blocks().size() - 1;
        blocks.add(new FrozenBlock(block, type, last));
      }
      return new FrozenEncoder(
          program(model, encoder, blocks, false), program(model, encoder, blocks, true));
    } finally {
      blocks.forEach(FrozenBlock::close); // the programs keep what they need
    }
  }

  private static Program program(
      EncoderClassifier model, Encoder encoder, List<FrozenBlock> blocks, boolean padded) {
    Draft draft = new Draft(padded ? 3 : 2);
    Node ids = draft.input(0);
    TokenLayout layout =
        padded
            ? TokenLayout.padded(draft, encoder.config(), ids, draft.input(2))
            : TokenLayout.whole(draft, encoder.config(), ids);
    Node x = encoder.embed(draft, ids, draft.input(1), layout);
    for (FrozenBlock block : blocks) {
      x = block.write(draft, x, layout);
    }
    Node pooled = draft.tanh(linear(draft, x, model.headLayers().get(0), model.computeType()));
    Node scores = linear(draft, pooled, model.headLayers().get(1), model.computeType());
    return draft.program(draft.to(scores, DType.F32));
  }

  private static Node linear(Draft draft, Node x, Linear layer, DType type) {
    BranchedLinear now = BranchedLinear.of(layer);
    try (PackedLinear packed = PackedLinear.of(now.weight().to(type), now.bias().to(type), false)) {
      return packed.in(draft, x, null);
    }
  }

  @Override
  public Tensor logits(Inputs inputs) {
    return inputs.mask() == null
        ? whole.run(inputs.ids(), inputs.types())
        : padded.run(inputs.ids(), inputs.types(), inputs.mask());
  }

  @Override
  public void close() {
    whole.close();
    padded.close();
  }
}
