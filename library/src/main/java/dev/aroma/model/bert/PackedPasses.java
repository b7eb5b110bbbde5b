package dev.aroma.model.bert;

import dev.aroma.model.DirectPasses;
import dev.aroma.model.Packed;
import dev.aroma.nn.RankBranch.Factors;
import dev.aroma.tensor.DType;
import dev.aroma.tensor.Device;
import dev.aroma.tensor.NoGrad;
import dev.aroma.tensor.Scope;
import dev.aroma.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** An encoder's passes over packed sequences on a GPU, in bfloat16, with low-rank branches. */
final class PackedPasses implements DirectPasses {
  private final EncoderClassifier model;
  private final Encoder encoder;
  private final List<PackedBlock> blocks = new ArrayList<>();
  private final FactorBank bank; // null without branches
  private final Tensor weights; // of all products, one behind another
  private final boolean rankOne; // all branches
  private final int lowest; // block below which nothing is trained

  private PackedPasses(EncoderClassifier model, Encoder encoder) {
    this.model = model;
    this.encoder = encoder;
    this.lowest = encoder.lowestBranched();
    this.rankOne = encoder.config().hiddenSize() <= RankOneKernels.WIDEST && encoder.ofRankOne();
    for (int i = 0; i < encoder.blocks().size(); i++) {
      Block block = encoder.blocks().get(i);
      blocks.add(
          rankOne
              ? new RankOneBlock(encoder.config(), i, block, i == lowest)
              : new AnyRankBlock(encoder.config(), i, block));
    }
    try (Scope scope = Scope.open();
        NoGrad guard = NoGrad.open()) {
      this.bank = branches().isEmpty() ? null : new FactorBank(branches());
      this.weights = Tensor.zeros(DType.BF16, Device.CUDA, weightCount()).keep();
      layOut();
    }
  }

  /**
   * The passes of a model as it is now: with the weights and branches that it has.
   *
   * @return none where the model computes something that these passes don't
   */
  static Optional<DirectPasses> of(EncoderClassifier model, Encoder encoder) {
    return possible(model, encoder)
        ? Optional.of(new PackedPasses(model, encoder))
        : Optional.empty();
  }

  private static boolean possible(EncoderClassifier model, Encoder encoder) {
    BertConfig config = encoder.config();
    return model.computeType() == DType.BF16
        && encoder.plain()
        && config.activation().equals("gelu")
        && config.hiddenSize() % 8 == 0
        && config.hiddenSize() <= RowKernels.WIDEST
        && config.intermediateSize() % 8 == 0
        && config.intermediateSize() <= RowKernels.WIDEST
        && FirstAttention.suits(config)
        && encoder.frozen(DType.BF16, Device.CUDA)
        && encoder.layers().stream().allMatch(BranchedLinear::understands);
  }

  private List<PackedProduct> products() {
    return blocks.stream().flatMap(block -> block.products().stream()).toList();
  }

  private long weightCount() {
    return products().stream().mapToLong(PackedProduct::weightCount).sum();
  }

  /** Weights move before the bank takes memory: theirs is then free as a whole. */
  private void layOut() {
    long start = 0;
    for (PackedProduct product : products()) {
      product.place(weights, start);
      if (bank != null) {
        product.plan(bank, start);
      }
      start += product.weightCount();
    }
    if (bank != null) {
      bank.seal();
      products().forEach(product -> product.take(bank));
    }
  }

  @Override
  public boolean large() {
    return rankOne;
  }

  @Override
  public boolean refresh() {
    try (Scope scope = Scope.open();
        NoGrad guard = NoGrad.open()) {
      return possible(model, encoder)
          && (bank == null || bank.holds(branches()))
          && products().stream().allMatch(PackedProduct::unchanged);
    }
  }

  private List<Factors> branches() {
    return blocks.stream().flatMap(block -> block.branches().stream()).toList();
  }

  @Override
  public Tensor run(Packed batch, UnaryOperator<Tensor> loss) {
    try {
      return passed(batch, loss);
    } catch (RuntimeException e) {
      blocks.forEach(PackedBlock::abandon); // there may have been too little memory
      throw e;
    }
  }

  private Tensor passed(Packed batch, UnaryOperator<Tensor> loss) {
    PackedRun run = started(batch);
    Tensor first;
    try (NoGrad guard = NoGrad.open()) {
      if (bank != null) {
        bank.gather(weights);
      }
      first = forward(run, batch);
    }
    Tensor leaf = first.narrow(0, 0, batch.sequences()).detach().requireGrad(true);
    Tensor value = loss.apply(model.scores(leaf)); // leaf: (sequences, hidden)
    value.backward();
    if (bank != null) {
      try (NoGrad guard = NoGrad.open()) {
        Tensor down = Tensor.zeros(DType.BF16, Device.CUDA, first.size(0), first.size(1));
        down.narrow(0, 0, batch.sequences()).set(leaf.grad());
        backward(run, down);
        bank.scatter();
      }
    }
    first.close();
    return value.detach();
  }

  /** A filling sequence of no token gets the last one there is: nothing comes of it. */
  private PackedRun started(Packed batch) {
    long sequences = batch.offsets().size(0) - 1;
    long last = batch.ids().size(0) - 1;
    return new PackedRun(
        batch.offsets(),
        batch.offsets().narrow(0, 0, sequences).atMost(last),
        batch.longest(),
        batch.seed(),
        model.training(),
        RowKernels.unwritten(last + 1, encoder.config().intermediateSize()));
  }

  /** The states of the first token of every sequence, those that fill up included. */
  private Tensor forward(PackedRun run, Packed batch) {
    PackedBlock.Input input;
    try (Scope scope = Scope.open()) {
      PackedBlock first = blocks.get(0);
      Tensor x = encoder.embed(batch, run, first.projections().columns());
      input = Kept.keep(first.input(x));
    }
    for (int i = 0; i < blocks.size(); i++) {
      PackedBlock.Input before = input;
      try (Scope scope = Scope.open()) {
        input = Kept.keep(blocks.get(i).forward(run, before, projections(i + 1), i >= lowest));
      }
      before.close();
    }
    return input.x();
  }

  /** What reads the input of a block; null where none is. */
  private JointProduct projections(int block) {
    return block < blocks.size() ? blocks.get(block).projections() : null;
  }

  private void backward(PackedRun run, Tensor top) {
    PackedBlock.Gradient down = new PackedBlock.Gradient(top.keep(), null, null);
    for (int i = blocks.size() - 1; i >= lowest && down != null; i--) {
      PackedBlock.Gradient before = down;
      try (Scope scope = Scope.open()) {
        down = blocks.get(i).backward(run, before, projections(i + 1), i > lowest);
      }
      before.close();
    }
    if (down != null) {
      down.close();
    }
  }

  @Override
  public void close() {
    blocks.forEach(PackedBlock::close);
    weights.close();
    if (bank != null) {
      bank.close();
    }
  }
}
