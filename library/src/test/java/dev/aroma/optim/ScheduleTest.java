package dev.aroma.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import org.junit.jupiter.api.Test;

class ScheduleTest {
  @Test
  void cosineRestartsFollowTheReference() throws IOException {
    try (InputStream in = getClass().getResourceAsStream("/reference/schedules.json")) {
      JsonNode cases = new ObjectMapper().readTree(in);
      assertThat(cases).hasSize(2);
      for (JsonNode one : cases) {
        follows(one);
      }
    }
  }

  private static void follows(JsonNode one) {
    int cycle = one.get("cycle").asInt();
    Schedule schedule =
        Schedule.cosineRestarts(
            one.get("total").asInt(),
            one.get("first_warmup").asInt(),
            one.get("restart_warmup").asInt(),
            one.get("min_ratio").asDouble());
    one.get("values")
        .properties()
        .forEach(
            value -> {
              int step = Integer.parseInt(value.getKey());
              assertThat(schedule.factor(step, step / cycle * cycle, step / cycle + 1))
                  .as("step %d", step)
                  .isCloseTo(value.getValue().asDouble(), within(1e-12));
            });
  }

  @Test
  void otherSchedulesWarmUpAfterEachRestartAndDecayToTheirEnd() {
    Schedule cosine = Schedule.cosine(100, 10, 4, 0.1);
    assertThat(cosine.factor(0, 0, 1)).isEqualTo(0.1);
    assertThat(cosine.factor(9, 0, 1)).isCloseTo(0.982, within(1e-3));
    assertThat(cosine.factor(50, 50, 2)).isCloseTo(0.55 / 4, within(1e-12));
    assertThat(cosine.factor(53, 50, 2))
        .isCloseTo(0.1 + 0.45 * (1 + Math.cos(0.53 * Math.PI)), within(1e-12));
    assertThat(cosine.factor(100, 50, 2)).isCloseTo(0.1, within(1e-12));

    Schedule linear = Schedule.linear(100, 0, 0, 0);
    assertThat(linear.factor(0, 0, 1)).isEqualTo(1);
    assertThat(linear.factor(75, 0, 1)).isCloseTo(0.25, within(1e-12));

    Schedule constant = Schedule.constant(5, 3);
    assertThat(constant.factor(0, 0, 1)).isEqualTo(0.2);
    assertThat(constant.factor(7, 0, 1)).isEqualTo(1);
    assertThat(constant.factor(20, 20, 2)).isCloseTo(1 / 3.0, within(1e-12));
  }
}
