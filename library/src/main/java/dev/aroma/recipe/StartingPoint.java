package dev.aroma.recipe;

import dev.aroma.input.InputException;
import dev.aroma.io.RawTensor;
import dev.aroma.model.Transformer;
import dev.aroma.nn.Layer;
import dev.aroma.nn.Linear;
import dev.aroma.peft.Change;
import dev.aroma.peft.LowRank;
import dev.aroma.peft.Method;
import dev.aroma.tensor.DType;
import dev.aroma.tensor.Device;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The adapter that a training goes on from: its changes for the method, its head in the model where
 * it is one for the same labels.
 */
final class StartingPoint implements AutoCloseable, Placement {
  private static final List<String> LOW_RANK = List.of("lora", "adalora", "vera", "head");

  private final Map<String, LowRank> changes = new LinkedHashMap<>();
  private final Path from; // null for none
  private final boolean sameLabels;
  private final Consumer<String> messages;
  private AppliedAdapter applied;

  private StartingPoint(Path from, boolean sameLabels, Consumer<String> messages) {
    this.from = from;
    this.sameLabels = sameLabels;
    this.messages = messages;
  }

  /**
   * Reads it.
   *
   * @param given a run or an adapter's directory; null to start from the base model
   * @param model loaded; gets the head
   * @param labels of the task
   * @throws InputException if the method cannot go on from it, or it does not fit the model
   */
  static StartingPoint of(
      Path given,
      Transformer model,
      Method method,
      List<String> labels,
      Consumer<String> messages) {
    if (given == null) {
      return new StartingPoint(null, true, messages);
    }
    Path from = Adapters.in(given);
    Optional<Labels> beside = Labels.in(from);
    boolean same = beside.isEmpty() || beside.get().names().equals(labels);
    StartingPoint start = new StartingPoint(from, same, messages);
    start.requireLowRank(AdapterSummary.read(from));
    start.requireGoingOn(method);
    start.read(model);
    return start;
  }

  private void read(Transformer model) {
    applied = new AppliedAdapter(model, from, this);
    try {
      AdapterStore.fill(applied, from);
    } catch (RuntimeException e) {
      close();
      throw e;
    }
    int rank = changes.values().stream().mapToInt(LowRank::rank).sum();
    messages.accept(
        "goes on from total rank %d in %d modules of %s".formatted(rank, changes.size(), from));
    if (!sameLabels) {
      messages.accept("its head is for other labels: a new one is trained");
    }
  }

  /** What a method is to go on from, by path. */
  Map<String, LowRank> changes() {
    return changes;
  }

  private void requireLowRank(AdapterSummary summary) {
    boolean elsewhere = summary.parts().stream().anyMatch(part -> part.what().equals("trained"));
    if (!LOW_RANK.contains(summary.type()) || elsewhere) {
      throw refused(
          "expected an adapter of low rank, %s, found %s"
              .formatted(
                  String.join(", ", LOW_RANK),
                  elsewhere ? "one that trained the base model too" : summary.type()));
    }
  }

  private void requireGoingOn(Method method) {
    if (!method.goesOn()) {
      throw refused(
          "this method cannot go on from an adapter; aroma, pursuit, relora and lora can");
    }
  }

  private InputException refused(String why) {
    return new InputException(
        "model.adapter: %s (%s)".formatted(why, from),
        "Or merge it first (aroma merge) and train from the merged directory: --model MERGED.",
        "model-adapter");
  }

  @Override
  public void place(AppliedAdapter holder, String path, Layer layer, Change change) {
    LowRank low = change.lowRank();
    Linear linear = LowRank.target(layer, low.b().size(0), low.a().size(1));
    Device device = linear.weight().value().device();
    changes.put(
        path,
        new LowRank(
            holder.hold(low.b().to(DType.F32).to(device)),
            holder.hold(low.a().to(DType.F32).to(device)),
            low.scale()));
  }

  /** A head for other labels, or of another size, is of no use. */
  @Override
  public boolean takes(Transformer model, RawTensor parameter) {
    return sameLabels
        && Arrays.equals(model.parameters().get(parameter.name()).shape(), parameter.shape());
  }

  /** Frees the changes; the head stays in the model. */
  @Override
  public void close() {
    if (applied != null) {
      applied.close();
    }
  }
}
