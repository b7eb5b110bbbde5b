package dev.aroma.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aroma.SharedFiles;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The official files, where they lie beside the repository. */
class GlueCountsTest {
  @ParameterizedTest
  @CsvSource({"mrpc, 3668, 408, 1, 279", "rte, 2490, 277, 0, 146", "cola, 8551, 1043, 1, 721"})
  void officialFilesHaveTheirCounts(String name, int train, int dev, int label, int count) {
    Task task = load(name);
    assertThat(task.train().size()).isEqualTo(train);
    assertThat(task.dev().get(0).size()).isEqualTo(dev);
    assertThat(task.dev().get(0).labelCounts(2)[label]).isEqualTo(count);
    assertThat(task.notes()).isEmpty();
  }

  @Test
  void stsbHasItsCountsAndRange() {
    Task task = load("stsb");
    assertThat(task.train().size()).isEqualTo(5749);
    assertThat(task.dev().get(0).size()).isEqualTo(1500);
    assertThat(task.train().examples())
        .extracting(Example::target)
        .allMatch(target -> target >= 0 && target <= 5);
  }

  private static Task load(String name) {
    return Tasks.load(TaskOptions.of(name, SharedFiles.require("data/glue")));
  }
}
