package dev.aroma.model.bert;

import dev.aroma.model.DirectPasses;
import dev.aroma.model.Packed;
import dev.aroma.tensor.DType;
import dev.aroma.tensor.Device;
import dev.aroma.tensor.NoGrad;
import dev.aroma.tensor.Scope;
import dev.aroma.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * An encoder's passes on the CPU, with low-rank branches beside constant weights, which are packed
 * once. No padding, but in attention.
 */
final class CpuPasses implements DirectPasses {
  /** Of one tensor: larger ones come from the system anew each time, page by page. */
  private static final long MOST_BYTES = 31 << 20;

  private final EncoderClassifier model;
  private final Encoder encoder;
  private final List<CpuBlock> blocks = new ArrayList<>();
  private final int lowest; // block below which nothing is trained

  private CpuPasses(EncoderClassifier model, Encoder encoder) {
    this.model = model;
    this.encoder = encoder;
    int count = encoder.blocks().size();
    for (int i = 0; i < count; i++) {
      blocks.add(new CpuBlock(encoder.config(), encoder.blocks().get(i), i == count - 1));
    }
    this.lowest = lowest();
  }

  /**
   * The passes of a model as it is now: with the weights and branches that it has.
   *
   * @return none where the model computes something that these passes don't
   */
  static Optional<DirectPasses> of(EncoderClassifier model, Encoder encoder) {
    if (!possible(model, encoder)) {
      return Optional.empty();
    }
    try (NoGrad guard = NoGrad.open()) {
      return Optional.of(new CpuPasses(model, encoder));
    }
  }

  private static boolean possible(EncoderClassifier model, Encoder encoder) {
    return encoder.plain()
        && !encoder.blocks().isEmpty()
        && encoder.config().activation().equals("gelu")
        && encoder.frozen(model.computeType(), Device.CPU)
        && encoder.layers().stream().allMatch(BranchedLinear::understands);
  }

  private int lowest() {
    for (int i = 0; i < blocks.size(); i++) {
      if (blocks.get(i).branched()) {
        return i;
      }
    }
    return blocks.size();
  }

  @Override
  public int tokensAtOnce() {
    return (int) (MOST_BYTES / model.computeType().bytes() / encoder.config().intermediateSize());
  }

  /** One batch on its way there and back. */
  private final class Journey {
    private final CpuRun run;
    private final int asked; // sequences that count
    private final UnaryOperator<Tensor> loss;
    private final Tensor value = Tensor.zeros(DType.F32, Device.CPU); // of the loss

    Journey(CpuRun run, int asked, UnaryOperator<Tensor> loss) {
      this.run = run;
      this.asked = asked;
      this.loss = loss;
    }

    /** Block i and those above, there and back: the gradient of x, null where nobody needs it. */
    Tensor from(int i, Tensor x) {
      if (i == blocks.size()) {
        return head(x);
      }
      return Scope.only(
          () -> {
            CpuBlock.Result passed = forward(i, x);
            Tensor gradient = from(i + 1, passed.output());
            return backward(i, gradient, passed);
          });
    }

    private CpuBlock.Result forward(int i, Tensor x) {
      try (NoGrad guard = NoGrad.open()) {
        return blocks.get(i).forward(run, x);
      }
    }

    private Tensor backward(int i, Tensor gradient, CpuBlock.Result passed) {
      try (NoGrad guard = NoGrad.open()) {
        return blocks.get(i).backward(run, gradient, passed, i > lowest);
      }
    }

    private Tensor head(Tensor first) {
      Tensor leaf = first.narrow(0, 0, asked).detach().requireGrad(true); // (asked, hidden)
      Tensor whole = loss.apply(model.scores(leaf));
      whole.backward();
      value.set(whole.detach());
      return asked == run.sequences() ? leaf.grad() : filled(leaf.grad(), first);
    }
  }

  /** A gradient with zeros for the sequences that nobody asks about. */
  private static Tensor filled(Tensor gradient, Tensor like) {
    try (NoGrad guard = NoGrad.open()) {
      Tensor all = Tensor.zeros(gradient.dtype(), Device.CPU, like.shape());
      all.narrow(0, 0, gradient.size(0)).set(gradient);
      return all;
    }
  }

  @Override
  public Tensor run(Packed batch, UnaryOperator<Tensor> loss) {
    CpuRun run = CpuRun.of(batch, encoder.config().heads(), model.computeType(), model.training());
    Journey journey = new Journey(run, batch.sequences(), loss);
    Scope.only(() -> journey.from(lowest, untrained(run, batch)));
    return journey.value;
  }

  /** What the lowest block with something to be trained reads. */
  private Tensor untrained(CpuRun run, Packed batch) {
    try (NoGrad guard = NoGrad.open()) {
      blocks.forEach(CpuBlock::gather);
      Tensor x = Scope.only(() -> encoder.embed(batch));
      for (CpuBlock block : blocks.subList(0, lowest)) {
        Tensor before = x;
        x = Scope.only(() -> block.forward(run, before).output());
        before.close();
      }
      return x;
    }
  }

  @Override
  public void close() {
    blocks.forEach(CpuBlock::close);
  }
}
