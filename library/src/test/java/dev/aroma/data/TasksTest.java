package dev.aroma.data;

import static dev.aroma.data.Refusals.refused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.aroma.input.Option;
import java.lang.reflect.RecordComponent;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TasksTest {
  @Test
  void listsAllTasks() {
    assertThat(Tasks.names())
        .containsExactly(
            "wordnet-fields",
            "cola",
            "sst2",
            "mrpc",
            "stsb",
            "qqp",
            "mnli",
            "qnli",
            "rte",
            "text",
            "commonsense",
            "instructions");
    assertThat(Tasks.names())
        .allMatch(name -> Tasks.writes(name) || Tasks.named(name).description().length() > 10);
  }

  @ParameterizedTest
  @ValueSource(strings = {"SST-2", "sst2", "Sst_2"})
  void spellingsOfOneNameAreOneTask(String name) {
    assertThat(Tasks.named(name).name()).isEqualTo("sst2");
  }

  @Test
  void someTasksAreLearnedByModelsThatWrite() {
    assertThat(Tasks.writes("Commonsense")).isTrue();
    assertThat(Tasks.writes("mrpc")).isFalse();
    assertThat(Tasks.instructions("instructions").orElseThrow().description()).contains("JSON");
    assertThat(TaskOptions.of("commonsense", null).maxLength()).isEqualTo(256);
    assertThat(TaskOptions.of("mrpc", null).maxLength()).isEqualTo(128);
  }

  @Test
  void anUnknownTaskListsThoseThereAre() {
    refused("task-unknown", () -> Tasks.load(TaskOptions.of("mprc", null)))
        .hasMessageContaining("mrpc, stsb")
        .hasMessageContaining("found mprc");
  }

  @Test
  void glueTasksTakeNoColumnsOfAPerson() {
    for (String name : List.of("cola", "sst2", "mrpc", "stsb", "qqp", "mnli", "qnli", "rte")) {
      TaskOptions options =
          new TaskOptions(name, Path.of("x"), null, null, "y", null, Path.of("z"), false, 128, 0);
      refused("task-options", () -> Tasks.load(options))
          .hasMessageContaining(name)
          .hasMessageContaining("label-column, dev-file");
    }
  }

  @Test
  void everyOptionIsDescribed() {
    for (RecordComponent component : TaskOptions.class.getRecordComponents()) {
      Option option = component.getAnnotation(Option.class);
      assertThat(option).as(component.getName()).isNotNull();
      assertThat(option.help()).endsWith(".");
    }
  }

  @Test
  void smallerSamplesArePartsOfLargerOnes() {
    List<Example> examples =
        IntStream.range(0, 50).mapToObj(i -> Example.ofClass("t" + i, null, 0)).toList();
    Split all = new Split("train", examples);
    assertThat(all.limited(0)).isSameAs(all);
    assertThat(all.limited(50)).isSameAs(all);
    assertThat(all.limited(10).examples()).isSubsetOf(all.limited(20).examples());
    assertThat(all.limited(20).examples()).isSubsetOf(examples).hasSize(20);
    List<Integer> places = all.limited(20).examples().stream().map(examples::indexOf).toList();
    assertThat(places).isSorted();
  }
}
