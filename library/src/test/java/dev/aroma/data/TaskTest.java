package dev.aroma.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aroma.metrics.Metric;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TaskTest {
  private final List<Example> train =
      new ArrayList<>(
          List.of(
              Example.ofClass("a", null, 0),
              Example.ofClass("b", null, 2),
              Example.ofClass("c", null, 2)));
  private final Split dev = new Split("dev", List.of(Example.ofClass("d", null, 1)));
  private final Task task =
      new Task(
          "mine",
          List.of("x", "y", "z"),
          List.of(Metric.ACCURACY, Metric.F1),
          new Split("train", train),
          List.of(dev),
          List.of(),
          List.of());

  @Test
  void countsClasses() {
    assertThat(task.train().labelCounts(3)).containsExactly(1, 0, 2);
    assertThat(task.summary())
        .containsExactly("train: 3 examples (x 1, y 0, z 2)", "dev: 1 examples (x 0, y 1, z 0)");
  }

  @Test
  void knowsItsHeadAndItsMetric() {
    assertThat(task.regression()).isFalse();
    assertThat(task.outputs()).isEqualTo(3);
    assertThat(task.metric()).isEqualTo(Metric.ACCURACY);
  }

  @Test
  void aLimitLeavesEverythingButTheTrainingExamples() {
    Task limited = task.limited(2);
    assertThat(limited.train().examples()).hasSize(2).isSubsetOf(train);
    assertThat(limited.dev()).containsExactly(dev);
    assertThat(limited.labels()).isEqualTo(task.labels());
    assertThat(task.limited(0)).isEqualTo(task);
  }

  @Test
  void doesNotChangeWithTheListsItWasMadeFrom() {
    train.clear();
    assertThat(task.train().size()).isEqualTo(3);
  }
}
