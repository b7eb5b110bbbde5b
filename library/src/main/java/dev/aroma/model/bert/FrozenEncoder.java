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
 * <p>One short sequence in float32 is a plan's where it can be. Padding must be on the right.
 */
final class FrozenEncoder implements Scorer {
  /** Most tokens for which the program of few is the faster one. */
  private static final int FEW = 32;

  private final Program few;
  private final Program whole;
  private final Program padded;
  private final PlannedEncoder planned; // or null where there would be no plans

  private FrozenEncoder(Program few, Program whole, Program padded, PlannedEncoder planned) {
    this.few = few;
    this.whole = whole;
    this.padded = padded;
    this.planned = planned;
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
    List<PackedLinear> head = new ArrayList<>();
    PlannedEncoder planned = null;
    try (Scope scope = Scope.open();
        NoGrad guard = NoGrad.open()) {
      for (Block block : encoder.blocks()) {
        boolean last = blocks.size() == encoder.blocks().size() - 1;
        blocks.add(new FrozenBlock(block, type, last));
      }
      for (Linear layer : model.headLayers()) {
        BranchedLinear now = BranchedLinear.of(layer);
        head.add(PackedLinear.of(now.weight().to(type), now.bias().to(type), false));
      }
      Program few = unpadded(encoder, blocks, head, true);
      Program whole = unpadded(encoder, blocks, head, false);
      Program padded = padded(encoder, blocks, head);
      if (type == DType.F32 && PlannedEncoder.suits(encoder.config())) {
        planned = new PlannedEncoder(encoder, blocks, head);
      }
      return new FrozenEncoder(few, whole, padded, planned);
    } finally {
      if (planned == null) {
        blocks.forEach(FrozenBlock::close); // the programs keep what they need
        head.forEach(PackedLinear::close);
      }
    }
  }

  /** Whether single texts had plans. */
  boolean planned() {
    return planned != null && planned.used();
  }

  private static Program unpadded(
      Encoder encoder, List<FrozenBlock> blocks, List<PackedLinear> head, boolean few) {
    Draft draft = new Draft(2);
    TokenLayout layout = TokenLayout.whole(draft, encoder.config(), draft.input(0), few);
    return program(draft, encoder, blocks, head, layout);
  }

  private static Program padded(
      Encoder encoder, List<FrozenBlock> blocks, List<PackedLinear> head) {
    Draft draft = new Draft(3);
    TokenLayout layout =
        TokenLayout.padded(draft, encoder.config(), draft.input(0), draft.input(2));
    return program(draft, encoder, blocks, head, layout);
  }

  /** Of a draft whose first two inputs are ids and types. */
  private static Program program(
      Draft draft,
      Encoder encoder,
      List<FrozenBlock> blocks,
      List<PackedLinear> head,
      TokenLayout layout) {
    Node x = encoder.embed(draft, draft.input(0), draft.input(1), layout);
    for (FrozenBlock block : blocks) {
      x = block.write(draft, x, layout);
    }
    Node pooled = draft.tanh(head.get(0).in(draft, x));
    return draft.program(draft.to(head.get(1).in(draft, pooled), DType.F32));
  }

  @Override
  public Tensor logits(Inputs inputs) {
    Optional<Tensor> sooner = planned == null ? Optional.empty() : planned.logits(inputs);
    return sooner.orElseGet(() -> interpreted(inputs));
  }

  private Tensor interpreted(Inputs inputs) {
    if (inputs.mask() != null) {
      return padded.run(inputs.ids(), inputs.types(), inputs.mask());
    }
    Program program = inputs.ids().count() <= FEW ? few : whole;
    return program.run(inputs.ids(), inputs.types());
  }

  @Override
  public void close() {
    few.close();
    whole.close();
    padded.close();
    if (planned != null) {
      planned.close();
    }
  }
}
