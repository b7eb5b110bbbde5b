package dev.aroma.model.bert;

import dev.aroma.model.DirectPasses;
import dev.aroma.model.Packed;
import dev.aroma.nn.Parameter;
import dev.aroma.nn.RankBranch;
import dev.aroma.nn.RankBranch.Factors;
import dev.aroma.tensor.CudaKernels;
import dev.aroma.tensor.DType;
import dev.aroma.tensor.Device;
import dev.aroma.tensor.NoGrad;
import dev.aroma.tensor.Scope;
import dev.aroma.tensor.Tensor;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** An encoder's passes over packed sequences on a GPU, in bfloat16, with low-rank branches. */
final class PackedPasses implements DirectPasses {
  private static final int WIDEST = 8 * 1024; // a row's threads make one block

  /** Compiled when first asked for. */
  private static final class Kernels {
    static final CudaKernels ALL = CudaKernels.compile(source());

    private static String source() {
      try (InputStream in = PackedPasses.class.getResourceAsStream("packed.cu")) {
        return new String(in.readAllBytes(), StandardCharsets.UTF_8);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private final EncoderClassifier model;
  private final Encoder encoder;
  private final List<PackedBlock> blocks = new ArrayList<>();
  private final FactorBank bank; // null without branches
  private final Tensor weights; // of all joint products, one behind another
  private final int lowest; // block below which nothing is trained

  private PackedPasses(EncoderClassifier model, Encoder encoder) {
    this.model = model;
    this.encoder = encoder;
    for (int i = 0; i < encoder.blocks().size(); i++) {
      blocks.add(new PackedBlock(encoder.config(), Kernels.ALL, i, encoder.blocks().get(i)));
    }
    this.lowest = lowest();
    try (Scope scope = Scope.open();
        NoGrad guard = NoGrad.open()) {
      List<Factors> branches = blocks.stream().flatMap(b -> b.branches().stream()).toList();
      this.bank = branches.isEmpty() ? null : new FactorBank(branches);
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
        && config.hiddenSize() <= WIDEST
        && config.headSize() % 8 == 0
        && config.headSize() <= 256
        && encoder.parameters().values().stream().allMatch(PackedPasses::frozen)
        && encoder.layers().stream().allMatch(PackedPasses::understood);
  }

  private static boolean frozen(Parameter parameter) {
    Tensor value = parameter.value();
    return !value.requiresGrad() && value.dtype() == DType.BF16 && value.device() == Device.CUDA;
  }

  private static boolean understood(dev.aroma.nn.Layer layer) {
    if (layer.adapter() == null) {
      return true;
    }
    return layer.adapter() instanceof RankBranch branch
        && (branch.branch() == null || branch.branch().dropout() == 0);
  }

  private int lowest() {
    for (int i = 0; i < blocks.size(); i++) {
      if (!blocks.get(i).branches().isEmpty()) {
        return i;
      }
    }
    return blocks.size();
  }

  private long weightCount() {
    return blocks.stream()
        .flatMap(block -> block.joint().stream())
        .mapToLong(JointProduct::weightCount)
        .sum();
  }

  private void layOut() {
    long start = 0;
    for (PackedBlock block : blocks) {
      for (JointProduct product : block.joint()) {
        if (bank != null) {
          product.plan(bank, start);
        }
        start += product.weightCount();
      }
      if (bank != null) {
        block.sides().forEach(side -> side.plan(bank));
      }
    }
    if (bank != null) {
      bank.seal();
    }
    start = 0;
    for (PackedBlock block : blocks) {
      for (JointProduct product : block.joint()) {
        product.take(bank, weights, start);
        start += product.weightCount();
      }
      block.sides().forEach(side -> side.take(bank));
    }
  }

  @Override
  public Tensor run(Packed batch, UnaryOperator<Tensor> loss) {
    PackedRun run = new PackedRun(batch.offsets(), batch.longest(), batch.seed(), model.training());
    Tensor first;
    try (NoGrad guard = NoGrad.open()) {
      if (bank != null) {
        bank.gather(weights);
      }
      Tensor states = forward(run, batch);
      first = states.narrow(1, 0, encoder.config().hiddenSize()).rows(starts(batch));
      states.close();
    }
    Tensor leaf = first.detach().requireGrad(true); // (sequences, hidden)
    Tensor value = loss.apply(model.scores(leaf));
    value.backward();
    if (bank != null) {
      try (NoGrad guard = NoGrad.open()) {
        backward(run, batch, leaf.grad());
        bank.scatter();
      }
    }
    return value.detach();
  }

  private static Tensor starts(Packed batch) {
    return batch.offsets().narrow(0, 0, batch.sequences());
  }

  private Tensor forward(PackedRun run, Packed batch) {
    Tensor embedded = encoder.embed(batch); // (tokens, hidden)
    long hidden = embedded.size(1);
    Tensor x =
        Tensor.unwritten(
            DType.BF16,
            Device.CUDA,
            embedded.size(0),
            hidden + blocks.get(0).projections().width());
    x.narrow(1, 0, hidden).set(embedded);
    for (int i = 0; i < blocks.size(); i++) {
      int next = i + 1 < blocks.size() ? blocks.get(i + 1).projections().width() : 0;
      Tensor before = x;
      try (Scope scope = Scope.open()) {
        x = blocks.get(i).forward(run, before, next, i >= lowest).keep();
      }
      if (i > 0) {
        before.close();
      }
    }
    return x;
  }

  private void backward(PackedRun run, Packed batch, Tensor gradient) {
    Tensor main = Tensor.zeros(DType.BF16, Device.CUDA, batch.ids().size(0), gradient.size(1));
    main.setRows(starts(batch), gradient.to(DType.BF16));
    PackedBlock.Gradient down = new PackedBlock.Gradient(main, null);
    for (int i = blocks.size() - 1; i >= lowest; i--) {
      JointProduct above = i + 1 < blocks.size() ? blocks.get(i + 1).projections() : null;
      PackedBlock.Gradient before = down;
      try (Scope scope = Scope.open()) {
        down = blocks.get(i).backward(run, before, above, i > lowest);
      }
      if (before.rest() != null) {
        before.main().close();
        before.rest().close();
      }
    }
    if (down != null && down.rest() != null) {
      down.main().close();
      down.rest().close();
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
