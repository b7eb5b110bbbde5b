package dev.aroma.train;

import dev.aroma.tensor.DType;
import dev.aroma.tensor.Device;
import dev.aroma.tensor.NoGrad;
import dev.aroma.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * Losses and gradient norms of the last steps, left on the device until a few of them are read
 * together: to read one is to wait for all work before it.
 */
final class Readings implements AutoCloseable {
  private static final int LOSS = 0;
  private static final int NORM = 1;

  private final int capacity;
  private final Tensor table; // float32 (steps, 2)
  private final List<TrainingListener.Step> steps = new ArrayList<>();
  private long since = System.nanoTime();

  /**
   * An empty table.
   *
   * @param capacity steps that are read together, 1 or more
   */
  Readings(int capacity, Device device) {
    this.capacity = capacity;
    this.table = Tensor.zeros(DType.F32, device, capacity, 2).keep();
  }

  /**
   * Notes a part of the next step's loss.
   *
   * @param loss float32 scalar
   * @param share of the step
   */
  void loss(Tensor loss, double share) {
    cell(LOSS).addIn(loss, share);
  }

  /**
   * Notes the rest of the next step.
   *
   * @param norm of the gradient before clipping, float32 scalar
   * @param step all but its loss
   */
  void step(Tensor norm, TrainingListener.Step step) {
    cell(NORM).set(norm);
    steps.add(step);
  }

  private Tensor cell(int column) {
    return table.select(0, steps.size()).select(0, column);
  }

  /** Whether it is to be read before another step is noted. */
  boolean full() {
    return steps.size() == capacity;
  }

  /** A pause, such as an evaluation, is over: it was not spent on steps. */
  void resume() {
    since = System.nanoTime();
  }

  /** Waits for the device and gives the steps noted since the last time, in order. */
  List<TrainingListener.Step> read() {
    List<TrainingListener.Step> all = new ArrayList<>();
    if (steps.isEmpty()) {
      return all;
    }
    float[] values = table.floats();
    double window = (System.nanoTime() - since) / 1e9;
    long tokens = steps.stream().mapToLong(TrainingListener.Step::tokens).sum();
    double pace = tokens / Math.max(1e-9, window);
    for (int i = 0; i < steps.size(); i++) {
      double ago = window * (steps.size() - 1 - i) / steps.size();
      all.add(steps.get(i).read(values[2 * i + LOSS], values[2 * i + NORM], pace, ago));
    }
    steps.clear();
    try (NoGrad guard = NoGrad.open()) {
      table.zero();
    }
    resume();
    return all;
  }

  @Override
  public void close() {
    table.close();
  }
}
