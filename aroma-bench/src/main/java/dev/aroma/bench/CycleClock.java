package dev.aroma.bench;

import dev.aroma.tensor.Device;
import dev.aroma.train.TrainingListener;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.DoubleSupplier;

/**
 * Times the steps of some of AROMA's cycles, all of one length, at the end of each of which every
 * module's component is merged: what a step costs by the rank so far, and what a merge does.
 */
final class CycleClock implements TrainingListener, BooleanSupplier {
  /**
   * A cycle as it was measured.
   *
   * @param merged components of each module before it
   * @param millis of a step, without the first ones
   * @param mergeMillis from the step before the merge to the first steps' end, less those steps:
   *     merging, and recording anew where steps are recorded; not a number for the first cycle
   * @param memory in GiB at its end
   */
  record Cycle(int merged, double millis, double mergeMillis, double memory) {}

  private final Device device;
  private final int warm;
  private final int steps;
  private final Set<Integer> wanted;
  private final DoubleSupplier memory;
  private final List<Cycle> cycles = new ArrayList<>();
  private int step;
  private long before;
  private long from;

  /**
   * A clock for one run.
   *
   * @param warm first steps of each cycle, which are not counted
   * @param steps of each cycle that are
   * @param wanted which cycles, from 0
   * @param memory in GiB, asked at the end of each
   */
  CycleClock(Device device, int warm, int steps, Set<Integer> wanted, DoubleSupplier memory) {
    this.device = device;
    this.warm = warm;
    this.steps = steps;
    this.wanted = wanted;
    this.memory = memory;
  }

  @Override
  public boolean getAsBoolean() {
    step++;
    int cycle = (step - 1) / (warm + steps);
    int within = (step - 1) % (warm + steps) + 1;
    boolean last = within == warm + steps;
    if (within == warm && wanted.contains(cycle)) {
      from = now();
    } else if (last && wanted.contains(cycle)) {
      double millis = (now() - from) / 1e6 / steps;
      double merge = before == 0 ? Double.NaN : (from - before) / 1e6 - warm * millis;
      cycles.add(new Cycle(cycle, millis, merge, memory.getAsDouble()));
    }
    before = last && wanted.contains(cycle + 1) ? now() : before;
    return false;
  }

  private long now() {
    StepClock.await(device);
    return System.nanoTime();
  }

  @Override
  public void said(String message) {
    System.err.println(message);
  }

  /** What was measured, in the order of the run. */
  List<Cycle> cycles() {
    return cycles;
  }
}
