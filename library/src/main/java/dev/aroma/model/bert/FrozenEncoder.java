package dev.aroma.model.bert;

import dev.aroma.model.Inputs;
import dev.aroma.model.Scorer;
import dev.aroma.nn.Layer;
import dev.aroma.nn.RankBranch;
import dev.aroma.tensor.Device;
import dev.aroma.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A classifier on the CPU that will not change any more: weights packed, queries, keys and values
 * made by one product, and of the last block no more than the head reads, the first token.
 */
final class FrozenEncoder implements Scorer {
  private final EncoderClassifier model;
  private final Encoder encoder;
  private final List<FrozenBlock> blocks = new ArrayList<>();

  private FrozenEncoder(EncoderClassifier model, Encoder encoder) {
    this.model = model;
    this.encoder = encoder;
    for (int i = 0; i < encoder.blocks().size(); i++) {
      boolean last = i == encoder.blocks().size() - 1;
      blocks.add(new FrozenBlock(encoder.config(), encoder.blocks().get(i), last));
    }
  }

  /** The pass of a model as it is now; none where it computes something that this does not. */
  static Optional<Scorer> of(EncoderClassifier model, Encoder encoder) {
    return possible(model, encoder)
        ? Optional.of(new FrozenEncoder(model, encoder))
        : Optional.empty();
  }

  private static boolean possible(EncoderClassifier model, Encoder encoder) {
    return encoder.plain()
        && !encoder.blocks().isEmpty()
        && encoder.config().activation().equals("gelu")
        && encoder.layers().stream().allMatch(FrozenEncoder::constant)
        && encoder.parameters().values().stream()
            .allMatch(
                p -> p.value().device() == Device.CPU && p.value().dtype() == model.computeType());
  }

  /** Whether a layer's output is that of one constant weight. */
  private static boolean constant(Layer layer) {
    return layer.adapter() == null
        || (layer.adapter() instanceof RankBranch branch && branch.branch() == null);
  }

  @Override
  public Tensor logits(Inputs inputs) {
    Tensor mask = encoder.mask(inputs, model.computeType());
    Tensor x = encoder.embed(inputs, model.computeType());
    for (FrozenBlock block : blocks) {
      x = block.forward(x, mask);
    }
    return model.scores(x.select(1, 0));
  }

  @Override
  public void close() {
    blocks.forEach(FrozenBlock::close);
  }
}
