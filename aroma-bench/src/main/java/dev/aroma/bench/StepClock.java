package dev.aroma.bench;

import dev.aroma.tensor.DType;
import dev.aroma.tensor.Device;
import dev.aroma.tensor.Scope;
import dev.aroma.tensor.Tensor;
import dev.aroma.train.TrainingListener;
import java.lang.management.ManagementFactory;
import java.util.function.BooleanSupplier;

/**
 * Times a run's steps: the trainer asks it after each whether to stop, which it never wants. It
 * waits for the device after the first step, the last warm one and the last, and at no other.
 */
final class StepClock implements TrainingListener, BooleanSupplier {
  private final Device device;
  private final int warm;
  private final int total;
  private int step;
  private double first;
  private long from;
  private long until;
  private long tokens;
  private double loss = Double.NaN;

  /**
   * A clock for one run.
   *
   * @param warm steps that are not counted, 1 or more
   * @param steps that are
   */
  StepClock(Device device, int warm, int steps) {
    this.device = device;
    this.warm = warm;
    this.total = warm + steps;
  }

  @Override
  public boolean getAsBoolean() {
    step++;
    if (step == 1 || step == warm || step == total) {
      await(device);
      long now = System.nanoTime();
      first = step == 1 ? sinceStart() : first;
      from = step == warm ? now : from;
      until = now;
    }
    return false;
  }

  private static double sinceStart() {
    return ManagementFactory.getRuntimeMXBean().getUptime() / 1e3;
  }

  /** To read a number is to wait for all work before it. */
  static void await(Device device) {
    try (Scope scope = Scope.open()) {
      Tensor.zeros(DType.F32, device, 1).floats();
    }
  }

  @Override
  public void stepped(Step told) {
    tokens += told.step() > warm ? told.tokens() : 0;
    loss = told.loss();
  }

  @Override
  public void said(String message) {
    System.err.println(message);
  }

  /** Mean of a step, in milliseconds. */
  double millis() {
    if (step < total) {
      throw new IllegalStateException(
          "the method ended after %d of %d steps; give it longer loops, as with --inner-steps %d"
              .formatted(step, total, 10 * total));
    }
    return (until - from) / 1e6 / (total - warm);
  }

  /** Tokens a second, padding not counted. */
  double tokensPerSecond() {
    return tokens / ((until - from) / 1e9);
  }

  /** From the start of the JVM to the end of the first step, in seconds. */
  double firstStep() {
    return first;
  }

  /** Of the last step. */
  double loss() {
    return loss;
  }
}
