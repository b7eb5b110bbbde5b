package dev.aroma.data;

import static dev.aroma.data.Refusals.refused;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class WordNetFieldsTest {
  private static final String LICENSE = "  1 This software and database\n";

  @Test
  void theEmbeddedTaskHasItsCounts() {
    Task task = Tasks.load(TaskOptions.of("wordnet-fields", null));
    Split dev = task.dev().get(0);
    assertThat(task.labels()).hasSize(26).startsWith("Tops", "act", "animal").endsWith("time");
    assertThat(task.train().size() + dev.size()).isEqualTo(81561);
    assertThat(dev.size()).isEqualTo(2034);
    int[] counts = task.train().labelCounts(26);
    int[] held = dev.labelCounts(26);
    assertThat(counts[3] + held[3])
        .isEqualTo(
            11589); // artifact; all counts were made apart, with a script in another language
    assertThat(counts[25] + held[25]).isEqualTo(1023);
    assertThat(Arrays.stream(counts).min().orElse(0)).isPositive();
    assertThat(task.notes())
        .containsExactly(
            "WordNet 3.1: 82192 noun synsets, 81569 different definitions,"
                + " 8 left out that occur in several fields");
  }

  @Test
  void noDefinitionIsOnBothSides() {
    Task task = Tasks.load(TaskOptions.of("wordnet-fields", null));
    Set<String> train =
        task.train().examples().stream().map(Example::text).collect(Collectors.toSet());
    Set<String> dev =
        task.dev().get(0).examples().stream().map(Example::text).collect(Collectors.toSet());
    assertThat(train).hasSize(task.train().size());
    Set<String> both = new HashSet<>(train);
    both.retainAll(dev);
    assertThat(both).isEmpty();
    assertThat(dev).allMatch(text -> StableHash.fraction(text) < 0.025);
  }

  @Test
  void aLimitTakesTheSameSampleEveryTimeAndLeavesTheDevSet() {
    TaskOptions some =
        new TaskOptions("wordnet-fields", null, null, null, null, null, null, false, 128, 500);
    Task task = Tasks.load(some);
    assertThat(task.train().size()).isEqualTo(500);
    assertThat(task.dev().get(0).size()).isEqualTo(2034);
    assertThat(task.train()).isEqualTo(Tasks.load(some).train());
    assertThat(Arrays.stream(task.train().labelCounts(26)).filter(c -> c > 0).count())
        .isGreaterThan(20); // not the first 500 of the file, which are all of three fields
  }

  @Test
  void theTextIsTheGlossBeforeItsExamples() {
    String synset = "00002684 03 n 02 object 0 001 @ 00001930 n 0000 | ";
    assertThat(
            WordNetFields.definition(synset + "a  tangible thing; an entity; \"it was\"; \"x\"  "))
        .isEqualTo("a tangible thing; an entity");
    assertThat(WordNetFields.definition(synset + "an entity  ")).isEqualTo("an entity");
    assertThat(WordNetFields.definition(synset + "the act of it: \"an act\""))
        .isEqualTo("the act of it");
  }

  @Test
  void equalDefinitionsCountOnceAndContradictingOnesNotAtAll() {
    Task task =
        read(
            LICENSE
                + "1 03 n x | first\n2 04 n x | twice\n3 04 n x | twice; \"so\"\n"
                + "4 05 n x | which\n5 06 n x | which\n6 05 n x | which\n7 28 n x | \"no text\"\n");
    assertThat(task.train().size() + task.dev().get(0).size()).isEqualTo(2);
    assertThat(task.notes().get(0)).contains("7 noun synsets, 4 different definitions, 2 left out");
  }

  @Test
  void anotherFileInItsPlaceIsRefused() {
    refused("wordnet-missing", () -> read(LICENSE + "1 29 n x | a verb\n"))
        .hasMessageContaining("line 2");
    refused("wordnet-missing", () -> read("hello\n"));
    refused("wordnet-missing", () -> read("1 03 n x without a gloss\n"));
  }

  @Test
  void takesNoDataAndNoColumns() {
    refused("task-options", () -> Tasks.load(TaskOptions.of("wordnet-fields", Path.of("x"))))
        .hasMessageContaining("is embedded, found also data: x");
    TaskOptions columns =
        new TaskOptions("wordnet-fields", null, "a", "b", "c", null, null, true, 128, 0);
    refused("task-options", () -> Tasks.load(columns))
        .hasMessageContaining("text-column, pair-column, label-column, regression");
  }

  private static Task read(String content) {
    return WordNetFields.task(new ByteArrayInputStream(content.getBytes(StandardCharsets.UTF_8)));
  }
}
