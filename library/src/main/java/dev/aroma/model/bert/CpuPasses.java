package dev.aroma.model.bert;

import dev.aroma.model.DirectPasses;
import dev.aroma.model.Packed;
import dev.aroma.tensor.DType;
import dev.aroma.tensor.Device;
import dev.aroma.tensor.Draws;
import dev.aroma.tensor.Engine;
import dev.aroma.tensor.NoGrad;
import dev.aroma.tensor.Scope;
import dev.aroma.tensor.Tensor;
import dev.aroma.tensor.Workers;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * An encoder's passes on the CPU, with low-rank branches beside constant weights, which are packed
 * once. Each core takes parts of the batch through all blocks and back, so that what one operation
 * hands to the next is still in its cache. No padding, but in attention.
 */
final class CpuPasses implements DirectPasses {
  /** Tokens of a part: with more, less of what operations hand on stays in the cache of a core. */
  private static final int MOST_TOKENS = 1024;

  /** With fewer, reading the weights, all of them for each part, takes longer than using them. */
  private static final int LEAST_TOKENS = 256;

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
    this.lowest = encoder.lowestBranched();
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

  @Override
  public int parts(int tokens) {
    int workers = Math.max(1, Math.min(Engine.threads(), tokens / LEAST_TOKENS));
    int most = workers * MOST_TOKENS;
    return workers * ((tokens + most - 1) / most);
  }

  /** A part of a batch on its way there and back. */
  private final class Journey {
    private final Part part;
    private final CpuRun run;
    private final Consumer<Runnable> turn; // at the head, where autograd adds to others' gradients
    private final Tensor value; // of the loss

    Journey(Part part, int worker, Consumer<Runnable> turn, Tensor value) {
      this.part = part;
      this.turn = turn;
      this.value = value;
      int heads = encoder.config().heads();
      this.run = CpuRun.of(part.batch(), heads, model.computeType(), model.training(), worker);
    }

    void go() {
      try (Draws draws = Draws.from(part.batch().seed().longs()[0])) {
        Scope.only(() -> from(lowest, untrained()));
      }
    }

    /** What the lowest block with something to be trained reads. */
    private Tensor untrained() {
      try (NoGrad guard = NoGrad.open()) {
        Tensor x = Scope.only(() -> encoder.embed(part.batch()));
        for (CpuBlock block : blocks.subList(0, lowest)) {
          Tensor before = x;
          x = Scope.only(() -> block.forward(run, before).output());
          before.close();
        }
        return x;
      }
    }

    /** Block i and those above, there and back: the gradient of x, null where nobody needs it. */
    private Tensor from(int i, Tensor x) {
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
      int asked = part.batch().sequences(); // that count
      Tensor leaf = first.narrow(0, 0, asked).detach().requireGrad(true); // (asked, hidden)
      turn.accept(
          () -> {
            Tensor loss = part.loss().apply(model.scores(leaf));
            loss.backward();
            value.set(loss.detach());
          });
      return asked == run.sequences() ? leaf.grad() : filled(leaf.grad(), first);
    }
  }

  private void travel(Part part, int worker, Consumer<Runnable> turn, Tensor value) {
    try (Scope scope = Scope.open()) {
      new Journey(part, worker, turn, value).go();
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
    return run(List.of(new Part(batch, loss)));
  }

  @Override
  public Tensor run(List<Part> parts) {
    int workers = Math.min(Engine.threads(), parts.size());
    Tensor losses = Tensor.zeros(DType.F32, Device.CPU, parts.size());
    CpuTurns turns = new CpuTurns();
    eachBlock(block -> block.begin(workers));
    Workers.run(
        workers,
        worker -> {
          try {
            for (int i = worker; i < parts.size(); i += workers) { // so sums are the same each time
              int number = i;
              Consumer<Runnable> turn = work -> turns.take(number, work);
              travel(parts.get(i), worker, turn, losses.select(0, i));
            }
          } catch (RuntimeException | Error e) {
            turns.end();
            throw e;
          }
        });
    eachBlock(CpuBlock::end);
    return losses.sum();
  }

  private void eachBlock(Consumer<CpuBlock> action) {
    try (NoGrad guard = NoGrad.open()) {
      blocks.forEach(action);
    }
  }

  @Override
  public void close() {
    blocks.forEach(CpuBlock::close);
  }
}
