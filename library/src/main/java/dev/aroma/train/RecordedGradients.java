package dev.aroma.train;

import dev.aroma.data.Batch;
import dev.aroma.model.DirectPasses;
import dev.aroma.nn.Parameter;
import dev.aroma.peft.Tuner;
import dev.aroma.tensor.CudaGraph;
import dev.aroma.tensor.Device;
import dev.aroma.tensor.Engine;
import dev.aroma.tensor.NoGrad;
import dev.aroma.tensor.Scope;
import dev.aroma.tensor.Tensor;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Gradients of a classifier on a GPU: by the model's own passes over packed sequences where it has
 * them, else by autograd; and either way recorded once for each size of batch and replayed, since
 * launching a step's thousand kernels one by one takes longer than running them.
 */
final class RecordedGradients implements Gradients {
  /** A size of batch: its place on the device, and its work once it is recorded. */
  private static final class Slot {
    private final Tensor whole;
    private final Tensor real; // null without a regression
    private boolean failed; // to be recorded
    private CudaGraph graph;
    private Tensor loss; // that of the recorded work

    Slot(Staged staged) {
      whole = staged.whole().to(Device.CUDA).keep();
      real = staged.real() == null ? null : staged.real().to(Device.CUDA).keep();
    }

    void fill(Staged staged) {
      whole.setAsync(staged.whole());
      if (real != null) {
        real.setAsync(staged.real());
      }
    }

    void dropLoss() {
      if (loss != null) {
        loss.close();
        loss = null;
      }
    }

    void close() {
      if (graph != null) {
        graph.close();
      }
      dropLoss();
      whole.close();
      if (real != null) {
        real.close();
      }
    }
  }

  private final ClassificationLoss objective;
  private final Tuner tuner;
  private final Consumer<String> messages;
  private final Map<Object, Slot> slots = new HashMap<>();
  private Optional<DirectPasses> passes = Optional.empty();
  private boolean fresh = true;
  private boolean warm;
  private boolean recording = true;

  /**
   * Gradients of an objective on a GPU.
   *
   * @param messages told if the work cannot be recorded
   */
  RecordedGradients(ClassificationLoss objective, Tuner tuner, Consumer<String> messages) {
    this.objective = objective;
    this.tuner = tuner;
    this.messages = messages;
  }

  @Override
  public Tensor add(Batch batch, int parts, long seed) {
    if (!tuner.steady()) {
      return AutogradGradients.backward(objective.loss(batch), tuner, parts, objective::backward);
    }
    if (fresh) {
      passes = objective.model().directPasses();
      fresh = false;
    }
    boolean direct = passes.isPresent() && tuner.penalty() == null;
    if (!warm) {
      warm = true;
      warmUp(staged(batch.first(1), direct, seed), direct);
    }
    Staged staged = staged(batch, direct, seed);
    Slot slot = slots.computeIfAbsent(Map.entry(staged.shape(), parts), k -> new Slot(staged));
    slot.fill(staged);
    return run(slot, staged.shape(), parts, direct);
  }

  private Staged staged(Batch batch, boolean direct, long seed) {
    boolean regression = objective.regression();
    return direct
        ? Staged.packed(batch, regression, seed)
        : Staged.padded(batch, objective.model().maxLength(), regression, seed);
  }

  /**
   * Runs a little batch for nothing, before the first step: what libraries set up when they are
   * first called cannot be recorded, and a whole batch would leave its memory behind. What dropout
   * drew for it is drawn again, or the first step of a process, and so a resumed run, would have
   * other masks than one that was not stopped.
   */
  private void warmUp(Staged little, boolean direct) {
    try (Scope scope = Scope.open()) {
      Tensor random = Engine.randomState(Device.CUDA);
      Slot slot = new Slot(little);
      try {
        CudaGraph.rehearse(() -> work(slot, little.shape(), 1, direct), large(direct));
      } finally {
        slot.close();
        Engine.randomState(Device.CUDA, random);
      }
    }
    try (NoGrad guard = NoGrad.open()) {
      trained().map(Parameter::value).filter(Tensor::hasGrad).forEach(v -> v.grad().zero());
    }
    Engine.trim(Device.CUDA); // recorded work has memory of its own
  }

  private Stream<Parameter> trained() {
    return Stream.concat(
        objective.model().parameters().values().stream().filter(Parameter::loaded),
        tuner.groups().stream().flatMap(group -> group.parameters().stream()));
  }

  private Tensor run(Slot slot, Staged.Shape shape, int parts, boolean direct) {
    if (slot.graph == null && recording) {
      record(slot, shape, parts, direct);
    }
    if (slot.graph == null) {
      return work(slot, shape, parts, direct);
    }
    slot.graph.replay();
    return slot.loss;
  }

  private void record(Slot slot, Staged.Shape shape, int parts, boolean direct) {
    try (Scope scope = Scope.open()) {
      slot.graph =
          CudaGraph.record(
              () -> slot.loss = work(slot, shape, parts, direct).keep(), large(direct));
    } catch (RuntimeException e) { // what is wrong with the work itself comes again without
      slot.dropLoss();
      if (!slot.failed) {
        slot.failed = true; // it may have been what is set up once: the next time tells
        return;
      }
      recording = false;
      String why = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
      messages.accept("steps run one operation at a time: " + why);
    }
  }

  private boolean large(boolean direct) {
    return direct && passes.get().large();
  }

  private Tensor work(Slot slot, Staged.Shape shape, int parts, boolean direct) {
    if (direct) {
      return passes
          .get()
          .run(
              shape.packed(slot.whole),
              logits -> shape.loss(logits, slot.whole, slot.real).div(parts))
          .mul(parts);
    }
    Tensor logits = objective.model().logits(shape.inputs(slot.whole));
    return AutogradGradients.backward(
        shape.loss(logits, slot.whole, slot.real), tuner, parts, Tensor::backward);
  }

  @Override
  public void changed() {
    if (passes.isPresent() && tuner.penalty() == null && passes.get().refresh()) {
      return; // all is where it was, and graphs read it there
    }
    close();
    fresh = true;
  }

  @Override
  public void close() {
    try (NoGrad guard = NoGrad.open()) {
      slots.values().forEach(Slot::close);
      slots.clear();
      passes.ifPresent(DirectPasses::close);
      passes = Optional.empty();
    }
  }
}
