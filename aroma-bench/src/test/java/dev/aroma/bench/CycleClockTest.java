package dev.aroma.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aroma.tensor.Device;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CycleClockTest {
  @Test
  void whatIsWantedIsMeasuredOnceAndNeverStops() {
    CycleClock clock = new CycleClock(Device.CPU, 2, 3, Set.of(0, 2), () -> 1.5);
    for (int step = 0; step < 15; step++) {
      assertThat(clock.getAsBoolean()).isFalse();
    }
    assertThat(clock.cycles()).extracting(CycleClock.Cycle::merged).containsExactly(0, 2);
    assertThat(clock.cycles()).extracting(CycleClock.Cycle::memory).containsOnly(1.5);
    assertThat(clock.cycles()).allSatisfy(cycle -> assertThat(cycle.millis()).isPositive());
    assertThat(clock.cycles().get(0).mergeMillis()).as("nothing was merged before").isNaN();
    assertThat(clock.cycles().get(1).mergeMillis()).isFinite();
  }
}
