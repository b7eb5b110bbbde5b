package dev.aroma.peft;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DualLoopTest {
  private static final double NONE = Double.NaN;

  private static DualLoop loop(InnerChange change) {
    return new DualLoop(new DualLoop.Settings(100, 20, 5, 0.1, 0.02, change), 2);
  }

  private static void steps(DualLoop loop, int count) {
    for (int i = 0; i < count; i++) {
      loop.step();
    }
  }

  private static double[] of(double... values) {
    return values;
  }

  @Test
  void checksComeEveryIntervalOfTheCycle() {
    DualLoop loop = loop(InnerChange.SIGNED);
    steps(loop, 4);
    assertThat(loop.innerCheckDue()).isFalse();
    loop.step();
    assertThat(loop.innerCheckDue()).isTrue();
    loop.outerCheck(of(1, 1));
    steps(loop, 5);
    assertThat(loop.innerCheckDue()).as("counted from the cycle's start").isTrue();
  }

  @Test
  void theFirstCheckNeverFires() {
    DualLoop loop = loop(InnerChange.SIGNED);
    steps(loop, 5);
    assertThat(loop.innerCheck(of(1e-9, 3), null)).isEmpty();
    assertThat(loop.innerCheck(of(1.09e-9, 3.4), null)).containsExactly(0);
  }

  @Test
  void aZeroNormIsNoConvergence() {
    DualLoop loop = loop(InnerChange.SIGNED);
    steps(loop, 5);
    loop.innerCheck(of(0, 0), null);
    assertThat(loop.innerCheck(of(0, 0), null)).as("0 / 0").isEmpty();
  }

  @Test
  void signedChangeTakesShrinkingForConvergence() {
    DualLoop loop = loop(InnerChange.SIGNED);
    loop.innerCheck(of(1, 1), null);
    assertThat(loop.innerCheck(of(0.5, 1.5), null)).containsExactly(0);
  }

  @Test
  void theChangeThatDecidedCanBeAskedFor() {
    DualLoop loop = loop(InnerChange.SIGNED);
    loop.innerCheck(of(1, 2), null);
    assertThat(loop.change(0)).as("from a norm of 0").isInfinite();
    loop.innerCheck(of(0.5, 3), null);
    assertThat(loop.change(0)).isEqualTo(-0.5);
    assertThat(loop.change(1)).isEqualTo(0.5);
    DualLoop turning = loop(InnerChange.DIFFERENCE);
    turning.innerCheck(of(2, 2), of(2, 2));
    turning.innerCheck(of(2, 2), of(0.1, 1));
    assertThat(turning.change(0)).isEqualTo(0.05);
    assertThat(turning.change(1)).isEqualTo(0.5);
  }

  @Test
  void absoluteChangeDoesNot() {
    DualLoop loop = loop(InnerChange.ABSOLUTE);
    loop.innerCheck(of(1, 1), null);
    assertThat(loop.innerCheck(of(0.5, 0.95), null)).containsExactly(1);
  }

  @Test
  void differenceSeesAComponentThatTurns() {
    DualLoop loop = loop(InnerChange.DIFFERENCE);
    loop.innerCheck(of(1, 1), of(1, 1));
    assertThat(loop.innerCheck(of(1, 1), of(1.4, 0.05))).containsExactly(1);
  }

  @Test
  void theCycleEndsWhenAllLiveModulesHaveConverged() {
    DualLoop loop = loop(InnerChange.SIGNED);
    steps(loop, 5);
    loop.innerCheck(of(1, 1), null);
    steps(loop, 5);
    loop.innerCheck(of(1, 2), null);
    assertThat(loop.cycleEnds()).as("one of two").isFalse();
    steps(loop, 5);
    assertThat(loop.innerCheck(of(9, 2), null))
        .as("the flag of the first stays")
        .containsExactly(1);
    assertThat(loop.cycleEnds()).isTrue();
  }

  @Test
  void theCycleEndsAtItsLongest() {
    DualLoop loop = loop(InnerChange.SIGNED);
    steps(loop, 19);
    assertThat(loop.cycleEnds()).isFalse();
    loop.step();
    assertThat(loop.cycleEnds()).isTrue();
    assertThat(loop.finished()).isFalse();
  }

  @Test
  void theCycleEndsAtTheEndOfTheRun() {
    DualLoop loop = loop(InnerChange.SIGNED);
    for (int cycle = 0; cycle < 4; cycle++) {
      steps(loop, 20);
      loop.outerCheck(of(1, 1));
    }
    steps(loop, 10);
    loop.outerCheck(of(1, 1));
    steps(loop, 9);
    assertThat(loop.cycleEnds()).isFalse();
    loop.step();
    assertThat(loop.cycleEnds()).isTrue();
    assertThat(loop.finished()).isTrue();
  }

  @Test
  void modulesBelowTheToleranceAreFrozenForGood() {
    DualLoop loop = loop(InnerChange.SIGNED);
    steps(loop, 20);
    assertThat(loop.outerCheck(of(0.019, 0.02))).containsExactly(0);
    assertThat(loop.live(0)).isFalse();
    assertThat(loop.liveCount()).isEqualTo(1);
    assertThat(loop.cycle()).isEqualTo(2);
    assertThat(loop.stepInCycle()).isZero();
    steps(loop, 20);
    assertThat(loop.outerCheck(of(5, 0.5))).as("a frozen one is not asked again").isEmpty();
    assertThat(loop.live(0)).isFalse();
  }

  @Test
  void frozenModulesDoNotHoldUpTheInnerLoop() {
    DualLoop loop = loop(InnerChange.SIGNED);
    steps(loop, 20);
    loop.outerCheck(of(0, 1));
    steps(loop, 5);
    loop.innerCheck(of(NONE, 1), null);
    steps(loop, 5);
    assertThat(loop.innerCheck(of(NONE, 1), null)).containsExactly(1);
    assertThat(loop.cycleEnds()).isTrue();
  }

  @Test
  void normsOfOneCycleAreForgottenInTheNext() {
    DualLoop loop = loop(InnerChange.SIGNED);
    loop.innerCheck(of(9, 9), null);
    loop.outerCheck(of(1, 1));
    assertThat(loop.innerCheck(of(1, 1), null)).as("the first check of a cycle").isEmpty();
  }

  @Test
  void theRunIsOverWhenEveryModuleIsFrozen() {
    DualLoop loop = loop(InnerChange.SIGNED);
    steps(loop, 20);
    assertThat(loop.outerCheck(of(0, NONE))).as("no number is no reason to keep").hasSize(2);
    assertThat(loop.finished()).isTrue();
  }

  @Test
  void theNextPossibleSwitchIsForeseen() {
    DualLoop loop = loop(InnerChange.SIGNED);
    assertThat(loop.stepsToNextSwitch()).isEqualTo(5);
    steps(loop, 3);
    assertThat(loop.stepsToNextSwitch()).isEqualTo(2);
    DualLoop fixed = new DualLoop(new DualLoop.Settings(30, 20, 20, 0.1, 0, InnerChange.SIGNED), 1);
    assertThat(fixed.stepsToNextSwitch()).isEqualTo(20);
    steps(fixed, 20);
    fixed.outerCheck(of(1));
    assertThat(fixed.stepsToNextSwitch()).as("the run ends first").isEqualTo(10);
  }
}
