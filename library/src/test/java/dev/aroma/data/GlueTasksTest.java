package dev.aroma.data;

import static dev.aroma.data.Refusals.refused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.aroma.metrics.Metric;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GlueTasksTest {
  @TempDir Path directory;

  @Test
  void colaComesWithoutAHeaderAndWithOne() throws Exception {
    write("train.tsv", "gj04\t1\t\tIt \"rains.\nbc01\t0\t*\tRains it the.\n");
    write("dev.tsv", "source\tlabel\tmark\tsentence\ngj04\t1\t\tFine.\n");
    Task task = load("cola");
    assertThat(task.train().examples())
        .containsExactly(
            Example.ofClass("It \"rains.", null, 1), Example.ofClass("Rains it the.", null, 0));
    assertThat(task.dev().get(0).examples()).containsExactly(Example.ofClass("Fine.", null, 1));
    assertThat(task.metrics()).containsExactly(Metric.MATTHEWS);
    assertThat(task.labels()).containsExactly("unacceptable", "acceptable");
  }

  @Test
  void sst2() throws Exception {
    write("train.tsv", "sentence\tlabel\nfun \t1\n");
    write("dev.tsv", "sentence\tlabel\ndull\t0\n");
    Task task = load("sst2");
    assertThat(task.train().examples()).containsExactly(Example.ofClass("fun ", null, 1));
    assertThat(task.dev().get(0).examples()).containsExactly(Example.ofClass("dull", null, 0));
    assertThat(task.metrics()).containsExactly(Metric.ACCURACY);
  }

  @Test
  void mrpcAlsoWithAByteOrderMark() throws Exception {
    String header = "\uFEFFQuality\t#1 ID\t#2 ID\t#1 String\t#2 String\n";
    write("train.tsv", header + "1\t7\t8\tone\ttwo\n");
    write("dev.tsv", header + "0\t7\t8\tthree\tfour\n");
    Task task = load("mrpc");
    assertThat(task.train().examples()).containsExactly(Example.ofClass("one", "two", 1));
    assertThat(task.dev().get(0).examples()).containsExactly(Example.ofClass("three", "four", 0));
    assertThat(task.metrics()).containsExactly(Metric.ACCURACY, Metric.F1);
  }

  @Test
  void stsbIsRegression() throws Exception {
    write("train.tsv", "index\tsentence1\tsentence2\tscore\n0\ta\tb\t3.80\n");
    write("dev.tsv", "index\tsentence1\tsentence2\tscore\n0\ta\tb\t0\n");
    Task task = load("stsb");
    assertThat(task.regression()).isTrue();
    assertThat(task.outputs()).isEqualTo(1);
    assertThat(task.train().examples()).containsExactly(Example.ofTarget("a", "b", 3.8));
    assertThat(task.metrics()).containsExactly(Metric.PEARSON, Metric.SPEARMAN);
    assertThat(task.summary()).containsExactly("train: 1 examples", "dev: 1 examples");
  }

  @Test
  void qqpPassesOverRowsThatLackFieldsAndCountsThem() throws Exception {
    String header = "id\tqid1\tqid2\tquestion1\tquestion2\tis_duplicate\n";
    write("train.tsv", header + "1\t2\t3\tHow?\tWhy?\t0\n4\t5\t6\tlost\n7\t8\t9\tWho?\tWho\t1\n");
    write("dev.tsv", header + "1\t2\t3\tHow?\tWhy?\t0\n");
    Task task = load("qqp");
    assertThat(task.train().size()).isEqualTo(2);
    assertThat(task.notes()).hasSize(1).first().asString().contains("passed over 1 rows");
    write("dev.tsv", header + "1\t2\t3\tHow?\tWhy?\t0\tmore\n");
    refused("data-ragged", () -> load("qqp")).hasMessageContaining("found 7");
  }

  @Test
  void mnliHasTwoDevSets() throws Exception {
    String header = "index\tsentence1\tsentence2\tgold_label\n";
    write("train.tsv", header + "0\ta\tb\tneutral\n");
    write("dev_matched.tsv", header + "0\ta\tb\tentailment\n");
    write("dev_mismatched.tsv", header + "0\ta\tb\tcontradiction\n");
    Task task = load("mnli");
    assertThat(task.dev()).extracting(Split::name).containsExactly("dev-matched", "dev-mismatched");
    assertThat(task.train().examples().get(0).label()).isEqualTo(1);
    assertThat(task.dev().get(0).examples().get(0).label()).isZero();
    assertThat(task.dev().get(1).examples().get(0).label()).isEqualTo(2);
    assertThat(task.files()).hasSize(3);
  }

  @Test
  void qnliAndRte() throws Exception {
    write("train.tsv", "index\tquestion\tsentence\tlabel\n0\tq\ts\tentailment\n");
    write("dev.tsv", "index\tquestion\tsentence\tlabel\n0\tq\ts\tnot_entailment\n");
    assertThat(load("qnli").train().examples()).containsExactly(Example.ofClass("q", "s", 0));
    write("train.tsv", "index\tsentence1\tsentence2\tlabel\n0\ta\tb\tnot_entailment\n");
    write("dev.tsv", "index\tsentence1\tsentence2\tlabel\n0\ta\tb\tentailment\n");
    assertThat(load("rte").train().examples()).containsExactly(Example.ofClass("a", "b", 1));
  }

  @Test
  void findsItsDirectoryInsideTheArchives() throws Exception {
    Files.createDirectory(directory.resolve("SST-2"));
    write("SST-2/train.tsv", "sentence\tlabel\nfun\t1\n");
    write("SST-2/dev.tsv", "sentence\tlabel\ndull\t0\n");
    assertThat(load("SST-2").summary())
        .containsExactly(
            "train: 1 examples (negative 0, positive 1)",
            "dev: 1 examples (negative 1, positive 0)");
  }

  @Test
  void anUnknownLabelNamesFileLineAndWhatIsAllowed() throws Exception {
    write("train.tsv", "sentence\tlabel\nfun\t1\nodd\t2\n");
    refused("data-label", () -> load("sst2"))
        .hasMessageContaining("one of [0, 1] in column \"label\"")
        .hasMessageContaining("train.tsv line 3, found \"2\"");
  }

  @Test
  void aTargetThatIsNoNumberIsRefused() throws Exception {
    for (String wrong : new String[] {"high", "NaN", "Infinity", ""}) {
      write("train.tsv", "sentence1\tsentence2\tscore\na\tb\t" + wrong + "\n");
      refused("data-target", () -> load("stsb"))
          .hasMessageContaining("train.tsv line 2, found \"" + wrong + "\"");
    }
  }

  @Test
  void filesOfAnotherTaskAreRefusedByTheirColumns() throws Exception {
    write("train.tsv", "sentence\tlabel\nfun\t1\n");
    refused("data-column", () -> load("rte"))
        .hasMessageContaining("\"sentence1\"")
        .hasMessageContaining("[sentence, label]");
  }

  @Test
  void missingFilesAndMissingDataAreRefused() throws Exception {
    write("train.tsv", "sentence\tlabel\nfun\t1\n");
    refused("data-missing", () -> load("sst2")).hasMessageContaining("dev.tsv");
    refused("data-missing", () -> Tasks.load(TaskOptions.of("sst2", null)))
        .hasMessageContaining("files of sst2, found none given");
    refused("data-missing", () -> Tasks.load(TaskOptions.of("rte", directory.resolve("gone"))));
  }

  private Task load(String name) {
    return Tasks.load(TaskOptions.of(name, directory));
  }

  private void write(String name, String content) throws IOException {
    Files.writeString(directory.resolve(name), content);
  }
}
