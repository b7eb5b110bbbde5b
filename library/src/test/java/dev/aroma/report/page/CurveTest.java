package dev.aroma.report.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CurveTest {
  private static Curve curve(int size, java.util.function.IntToDoubleFunction y) {
    return new Curve(
        IntStream.rangeClosed(1, size).asDoubleStream().toArray(),
        IntStream.rangeClosed(1, size).mapToDouble(y).toArray());
  }

  @Test
  void shortCurveStaysAsItIs() {
    Curve all = curve(2400, step -> Math.sin(step));
    assertThat(all.thinned()).isSameAs(all);
    assertThat(curve(0, step -> 0).thinned().size()).isZero();
  }

  @Test
  void longCurveKeepsEndsAndASpikeOfOneStep() {
    Curve all = curve(100_000, step -> step == 41_234 ? 99 : step == 77_001 ? -99 : step % 7);
    Curve thin = all.thinned();
    assertThat(thin.size()).isBetween(600, 2400);
    assertThat(thin.x()[0]).isEqualTo(1);
    assertThat(thin.x()[thin.size() - 1]).isEqualTo(100_000);
    assertThat(thin.y()[Arrays.binarySearch(thin.x(), 41_234)]).isEqualTo(99);
    assertThat(thin.y()[Arrays.binarySearch(thin.x(), 77_001)]).isEqualTo(-99);
    assertThat(thin.x()).isSorted();
  }

  @Test
  void curveWhoseStepsLieUnevenlyIsThinnedToo() {
    Curve all = new Curve(curve(10_000, s -> 0).x(), curve(10_000, s -> s).y());
    all.x()[9_999] = 1e9; // all others fall into one bucket
    assertThat(all.thinned().size()).isLessThan(10);
  }

  @Test
  void valueThatHoldsIsKeptWhereItChanges() {
    Curve kept = curve(100_000, step -> step < 500 ? 3 : step < 90_000 ? 5 : 1).changes();
    assertThat(kept.x()).containsExactly(1, 500, 90_000, 100_000);
    assertThat(kept.y()).containsExactly(3, 5, 1, 1);
  }

  @Test
  void meanIsOfTheStepsBefore() {
    Curve mean = curve(5, step -> step).mean(3);
    assertThat(mean.y()).containsExactly(new double[] {1, 1.5, 2, 3, 4}, within(1e-12));
    assertThat(curve(5, step -> step).mean(1).y()).containsExactly(1, 2, 3, 4, 5);
  }
}
