package dev.aroma.peft;

import dev.aroma.nn.State;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * AROMA's dual loop as a state machine: numbers in, decisions out (paper, algorithm 1).
 *
 * <p>The inner loop trains one component a module until every live module's component has stopped
 * changing, or for at most T_in steps. Then the outer check freezes the modules whose component
 * adds too little and starts the next component of the others. Modules are numbers from 0.
 *
 * <pre>{@code
 * loop.step();
 * if (loop.innerCheckDue()) loop.innerCheck(norms, differences);
 * if (loop.cycleEnds())     loop.outerCheck(ratios);   // freezes some, starts the next cycle
 * if (loop.finished())      …
 * }</pre>
 */
public final class DualLoop {
  /**
   * The paper's constants.
   *
   * @param totalSteps most steps of the run, T
   * @param innerSteps most steps of an inner loop, T_in
   * @param innerInterval steps between inner checks, ΔT_in
   * @param innerTolerance relative change below which a component has converged, ε_in
   * @param outerTolerance ratio below which a module has converged, ε_out
   * @param change how change is measured
   */
  public record Settings(
      int totalSteps,
      int innerSteps,
      int innerInterval,
      double innerTolerance,
      double outerTolerance,
      InnerChange change) {}

  private final Settings settings;
  private final boolean[] live;
  private final boolean[] innerConverged;
  private final double[] norms;
  private final double[] changes;
  private int step;
  private int cycle = 1;
  private int stepInCycle;

  /**
   * All modules live, before the first step.
   *
   * @param modules how many there are
   */
  public DualLoop(Settings settings, int modules) {
    this.settings = settings;
    this.live = new boolean[modules];
    Arrays.fill(live, true);
    this.innerConverged = new boolean[modules];
    this.norms = new double[modules];
    this.changes = new double[modules];
  }

  /** An optimiser step was taken. */
  public void step() {
    step++;
    stepInCycle++;
  }

  /** Whether the components' norms are wanted now. */
  public boolean innerCheckDue() {
    return stepInCycle % settings.innerInterval() == 0;
  }

  /**
   * Compares every live component with its last check. A module that has converged stays so for the
   * rest of the cycle; at the first check of a cycle the norm before is 0, so none converges.
   *
   * @param now ‖ba‖_F of each module (those of frozen ones are not looked at)
   * @param difference ‖ba now − ba then‖_F of each; used by {@link InnerChange#DIFFERENCE} only
   * @return the modules that converged at this check
   */
  public List<Integer> innerCheck(double[] now, double[] difference) {
    List<Integer> converged = new ArrayList<>();
    for (int m = 0; m < live.length; m++) {
      changes[m] = change(m, now, difference);
      if (live[m] && !innerConverged[m] && changes[m] < settings.innerTolerance()) {
        innerConverged[m] = true;
        converged.add(m);
      }
    }
    System.arraycopy(now, 0, norms, 0, now.length);
    return converged;
  }

  /** Relative change of a module since its last check; infinite (or NaN) from a norm of 0. */
  private double change(int m, double[] now, double[] difference) {
    return switch (settings.change()) {
      case SIGNED -> (now[m] - norms[m]) / norms[m];
      case ABSOLUTE -> Math.abs(now[m] - norms[m]) / norms[m];
      case DIFFERENCE -> difference[m] / norms[m];
    };
  }

  /**
   * Relative change of a module's component at the last inner check (paper, equation 5); infinite
   * or NaN at the first check of a cycle.
   */
  public double change(int module) {
    return changes[module];
  }

  /** Whether the inner loop is over: all live modules converged, T_in or T reached. */
  public boolean cycleEnds() {
    return stepInCycle >= settings.innerSteps()
        || step >= settings.totalSteps()
        || (stepInCycle > 0 && allInnerConverged());
  }

  private boolean allInnerConverged() {
    for (int m = 0; m < live.length; m++) {
      if (live[m] && !innerConverged[m]) {
        return false;
      }
    }
    return true;
  }

  /**
   * Decides which live modules have enough rank, and starts the next cycle.
   *
   * @param ratios ‖s·ba‖_F / ‖W0 + s·BA‖_F of each module (paper, equation 6)
   * @return the modules that are frozen from now on; the components of other live ones are merged
   */
  public List<Integer> outerCheck(double[] ratios) {
    List<Integer> frozen = new ArrayList<>();
    for (int m = 0; m < live.length; m++) {
      // NaN is no evidence that a component is worth keeping
      if (live[m] && !(ratios[m] >= settings.outerTolerance())) {
        live[m] = false;
        frozen.add(m);
      }
    }
    cycle++;
    stepInCycle = 0;
    Arrays.fill(innerConverged, false);
    Arrays.fill(norms, 0);
    return frozen;
  }

  /** Whether every module is frozen or the run has reached T. */
  public boolean finished() {
    return step >= settings.totalSteps() || liveCount() == 0;
  }

  /** Whether a module still trains. */
  public boolean live(int module) {
    return live[module];
  }

  /** Number of modules that still train. */
  public int liveCount() {
    int count = 0;
    for (boolean one : live) {
      count += one ? 1 : 0;
    }
    return count;
  }

  /** Number of the present cycle, from 1 (the paper's p). */
  public int cycle() {
    return cycle;
  }

  /** Steps taken in the present cycle. */
  public int stepInCycle() {
    return stepInCycle;
  }

  /** Steps until the next one after which a cycle can end: at an inner check, at T_in or at T. */
  public int stepsToNextSwitch() {
    int toCheck = settings.innerInterval() - stepInCycle % settings.innerInterval();
    int toEnd = settings.innerSteps() - stepInCycle;
    return Math.min(Math.min(toCheck, toEnd), settings.totalSteps() - step);
  }

  /** Writes all that its decisions depend on. */
  void save(State state) {
    state.put("step", step);
    state.put("cycle", cycle);
    state.put("step-in-cycle", stepInCycle);
    state.put("live", live);
    state.put("inner-converged", innerConverged);
    state.put("norms", norms);
  }

  /** Takes back what {@link #save} wrote, for the same number of modules. */
  void restore(State state) {
    step = state.count("step");
    cycle = state.count("cycle");
    stepInCycle = state.count("step-in-cycle");
    copy(state.flags("live", live.length), live);
    copy(state.flags("inner-converged", live.length), innerConverged);
    System.arraycopy(state.numbers("norms", norms.length), 0, norms, 0, norms.length);
  }

  private static void copy(boolean[] from, boolean[] to) {
    System.arraycopy(from, 0, to, 0, to.length);
  }
}
