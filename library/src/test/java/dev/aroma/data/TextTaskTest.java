package dev.aroma.data;

import static dev.aroma.data.Refusals.refused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.aroma.metrics.Metric;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TextTaskTest {
  @TempDir Path directory;

  @Test
  void labelsAreThoseOfTheTrainingFileSorted() throws Exception {
    write("train.csv", "text,label\na,spam\nb,ham \n\"c, d\",eggs\n");
    write("dev.jsonl", "{\"text\": \"e\", \"label\": \"ham\"}\n");
    Task task = load(options());
    assertThat(task.labels()).containsExactly("eggs", "ham", "spam");
    assertThat(task.train().examples())
        .containsExactly(
            Example.ofClass("a", null, 2),
            Example.ofClass("b", null, 1),
            Example.ofClass("c, d", null, 0));
    assertThat(task.dev().get(0).examples()).containsExactly(Example.ofClass("e", null, 1));
    assertThat(task.metrics()).containsExactly(Metric.ACCURACY);
    assertThat(task.files())
        .containsExactly(directory.resolve("train.csv"), directory.resolve("dev.jsonl"));
  }

  @Test
  void labelsThatAreNumbersAreSortedByValue() throws Exception {
    write("train.tsv", "text\tlabel\na\t10\nb\t9\nc\t-1\n");
    write("dev.tsv", "text\tlabel\na\t9\n");
    assertThat(load(options()).labels()).containsExactly("-1", "9", "10");
  }

  @Test
  void twoLabelsAreJudgedByF1Too() throws Exception {
    write("train.tsv", "sentence\tlabel\na\t0\nb\t1\n");
    write("dev.tsv", "sentence\tlabel\na\t1\n");
    Task task = load(options());
    assertThat(task.metrics()).containsExactly(Metric.ACCURACY, Metric.F1);
    assertThat(task.train().examples().get(1)).isEqualTo(Example.ofClass("b", null, 1));
  }

  @Test
  void columnsAndFilesMayBeNamed() throws Exception {
    write("mine.tsv", "q\ta\tgood\nx\ty\tno\nu\tv\tyes\n");
    write("other.tsv", "good\ta\tq\nyes\tw\tz\n");
    Task task =
        load(
            new TaskOptions(
                "text",
                directory,
                "q",
                "a",
                "good",
                Path.of("mine.tsv"),
                Path.of("other.tsv"),
                false,
                128,
                0));
    assertThat(task.train().examples().get(0)).isEqualTo(Example.ofClass("x", "y", 0));
    assertThat(task.dev().get(0).examples()).containsExactly(Example.ofClass("z", "w", 1));
  }

  @Test
  void devComesBeforeValidationBeforeTest() throws Exception {
    write("train.tsv", "text\tlabel\na\t0\nb\t1\n");
    write("test.tsv", "text\tlabel\nfrom test\t0\n");
    assertThat(firstDev()).isEqualTo("from test");
    write("validation.tsv", "text\tlabel\nfrom validation\t0\n");
    assertThat(firstDev()).isEqualTo("from validation");
    write("dev.csv", "text,label\nfrom dev,0\n");
    assertThat(firstDev()).isEqualTo("from dev");
  }

  @Test
  void aTenthIsHeldOutByTheTextAlone() throws Exception {
    StringBuilder rows = new StringBuilder("text\tlabel\n");
    for (int i = 0; i < 2000; i++) {
      rows.append("text ").append(i % 1000).append('\t').append(i % 2).append('\n');
    }
    write("train.tsv", rows.toString());
    Task task = load(TaskOptions.of("text", directory.resolve("train.tsv")));
    List<Example> dev = task.dev().get(0).examples();
    assertThat(dev).hasSizeBetween(150, 250).allMatch(e -> StableHash.fraction(e.text()) < 0.1);
    assertThat(task.train().examples()).hasSize(2000 - dev.size()).doesNotContainAnyElementsOf(dev);
    assertThat(task.notes().get(0)).contains("held out " + dev.size() + " of 2000 examples");
    assertThat(StableHash.fraction("abc")).isEqualTo(0xba7816bfL / 0x1p32); // SHA-256's test vector
  }

  @Test
  void tooFewExamplesToHoldAnyOutAreRefused() throws Exception {
    write("train.tsv", "text\tlabel\na\t0\nb\t1\n");
    refused("data-empty", () -> load(options())).hasMessageContaining("too few (2)");
  }

  @Test
  void regressionReadsNumbers() throws Exception {
    write("train.tsv", "text\tlabel\na\t0.5\nb\t-2e1\n");
    write("dev.tsv", "text\tlabel\na\t 7 \n");
    Task task = load(regression());
    assertThat(task.regression()).isTrue();
    assertThat(task.train().examples())
        .containsExactly(Example.ofTarget("a", null, 0.5), Example.ofTarget("b", null, -20));
    assertThat(task.dev().get(0).examples()).containsExactly(Example.ofTarget("a", null, 7));
    assertThat(task.metrics()).containsExactly(Metric.PEARSON, Metric.SPEARMAN);
    write("dev.tsv", "text\tlabel\na\tmany\n");
    refused("data-target", () -> load(regression()))
        .hasMessageContaining("dev.tsv line 2, found \"many\"");
  }

  @Test
  void anotherFileIsReadWithTheLabelsOfARun() throws Exception {
    write("more.tsv", "text\tlabel\na\tham\n");
    Split split = TextTask.read(directory.resolve("more.tsv"), options(), List.of("eggs", "ham"));
    assertThat(split.examples()).containsExactly(Example.ofClass("a", null, 1));
  }

  @Test
  void aLabelThatTrainLacksNamesFileAndLine() throws Exception {
    write("train.tsv", "text\tlabel\na\tx\nb\ty\n");
    write("dev.csv", "text,label\n\"a\nb\",x\nc,z\n");
    refused("data-unseen-label", () -> load(options()))
        .hasMessageContaining("one of [x, y]")
        .hasMessageContaining("dev.csv line 4, found \"z\"");
  }

  @Test
  void trainingNeedsALabelColumnWithTwoLabels() throws Exception {
    write("train.tsv", "text\tclass\na\tx\n");
    refused("data-column", () -> load(options()))
        .hasMessageContaining("column \"label\"")
        .hasMessageContaining("[text, class]")
        .hasMessageContaining("label-column");
    write("train.tsv", "text\tlabel\na\tx\nb\tx\n");
    refused("data-one-label", () -> load(options())).hasMessageContaining("only [x]");
    write("train.tsv", "text\tlabel\na\tx\nb\t \n");
    refused("data-label", () -> load(options())).hasMessageContaining("train.tsv line 3");
  }

  @Test
  void missingAndAmbiguousFilesAreRefused() throws Exception {
    refused("data-missing", () -> load(TaskOptions.of("text", null)))
        .hasMessageContaining("neither data nor train-file");
    write("notes.txt", "x");
    refused("data-missing", () -> load(options()))
        .hasMessageContaining("train.tsv, train.csv")
        .hasMessageContaining("has notes.txt");
    refused("data-missing", () -> load(TaskOptions.of("text", directory.resolve("no.tsv"))));
    write("train.tsv", "text\tlabel\na\tx\n");
    write("train.csv", "text,label\na,x\n");
    refused("data-ambiguous", () -> load(options()))
        .hasMessageContaining("train.tsv")
        .hasMessageContaining("train.csv")
        .hasMessageContaining("train-file");
  }

  @Test
  void contradictingFilesAreRefused() throws Exception {
    write("train.tsv", "text\tlabel\na\tx\nb\ty\n");
    Path train = directory.resolve("train.tsv");
    refused("task-options", () -> load(files(train, train, null)))
        .hasMessageContaining("data to be a directory");
    refused("task-options", () -> load(files(directory, null, Path.of("train.tsv"))))
        .hasMessageContaining("for both");
  }

  private String firstDev() {
    return load(options()).dev().get(0).examples().get(0).text();
  }

  private TaskOptions options() {
    return TaskOptions.of("text", directory);
  }

  private TaskOptions regression() {
    return new TaskOptions("text", directory, null, null, null, null, null, true, 128, 0);
  }

  private static TaskOptions files(Path data, Path train, Path dev) {
    return new TaskOptions("text", data, null, null, null, train, dev, false, 128, 0);
  }

  private static Task load(TaskOptions options) {
    return Tasks.load(options);
  }

  private void write(String name, String content) throws IOException {
    Files.writeString(directory.resolve(name), content);
  }
}
