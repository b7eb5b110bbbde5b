package dev.aroma.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever is wrong with what {@code train} is given, a person is told and nothing crashes. */
class BadInputTest {
  @TempDir Path dir;
  private Path model;
  private Path csv;

  @BeforeEach
  void makeGoodInput() throws IOException {
    TinyCase good = TinyCase.in(dir);
    model = good.model();
    csv = good.csv();
  }

  private Cli.Outcome train(String... more) {
    List<String> args = new ArrayList<>(List.of("--max-steps", "1"));
    args.addAll(Arrays.asList(more));
    if (!args.contains("--output")) {
      args.addAll(List.of("--output", dir.resolve("run").toString()));
    }
    return Cli.run(new TinyCase(model, csv).words("train", args.toArray(String[]::new)));
  }

  @Test
  void goodInputIsFine() {
    train().succeeded();
  }

  @Test
  void modelThatIsNotThere() {
    model = dir.resolve("nothing here");
    train().refused(1, model.toString(), "does not exist");
  }

  @Test
  void directoryThatIsNoModel() throws IOException {
    model = Files.createDirectories(dir.resolve("empty"));
    train().refused(1, model.toString(), "config.json");
  }

  @Test
  void architectureThatIsUnknown() throws IOException {
    replace("config.json", "\"bert\"", "\"mamba\"");
    train().refused(1, "model_type", "mamba", "roberta");
  }

  @Test
  void weightsThatAreCutOff() throws IOException {
    Path file = model.resolve("model.safetensors");
    byte[] bytes = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(bytes, bytes.length - 100));
    train().refused(1, file.toString());
  }

  @Test
  void weightsOfAnotherShape() throws IOException {
    replace("config.json", "\"intermediate_size\": 24", "\"intermediate_size\": 48");
    train().refused(1, "intermediate.dense.weight", "shape", "[24, 16]", "[48, 16]");
  }

  @Test
  void weightsThatAreNotThere() throws IOException {
    Files.delete(model.resolve("model.safetensors"));
    train().refused(1, model.toString(), "model.safetensors");
  }

  @Test
  void tokenizerThatIsNotThere() throws IOException {
    Files.delete(model.resolve("vocab.txt"));
    train().refused(1, model.toString(), "tokenizer.json");
  }

  @Test
  void dataThatAreNotThere() {
    csv = dir.resolve("none.csv");
    train().refused(1, "none.csv");
  }

  @Test
  void emptyTable() throws IOException {
    csv = Files.writeString(dir.resolve("empty.tsv"), "");
    train().refused(1, "empty.tsv");
  }

  @Test
  void raggedTable() throws IOException {
    csv = Files.writeString(dir.resolve("ragged.tsv"), "text\tlabel\ngood\ta\nbad\n");
    train().refused(1, "ragged.tsv line 3", "2 columns");
  }

  @Test
  void columnThatIsNotThere() {
    train("--label-column", "lable").refused(1, "lable", "[text, label, stars]");
  }

  @Test
  void emptyLabel() throws IOException {
    csv = Files.writeString(dir.resolve("l.tsv"), "text\tlabel\ngood\ta\nbad\t\n");
    train().refused(1, "l.tsv line 3", "label");
  }

  @Test
  void labelOfTheDevFileThatTrainLacks() throws IOException {
    Path dev = Files.writeString(dir.resolve("dev.csv"), "text,label\ngood,good\nbad,terrible\n");
    train("--dev-file", dev.toString()).refused(1, "terrible", "dev.csv line 3", "[bad, good]");
  }

  @Test
  void labelThatIsNoNumber() {
    train("--set", "task.regression=true").refused(1, "reviews.csv line 2", "good");
  }

  @Test
  void lengthOverTheModelsMaximum() {
    Cli.run(
            "train",
            "--model",
            model.toString(),
            "--data",
            csv.toString(),
            "--max-length",
            "33",
            "--output",
            dir + "/run")
        .refused(1, "33", "32", "--max-length");
  }

  @Test
  void unknownOptions() {
    train("--metod", "head").refused(2, "--metod", "did you mean --method?", "aroma train --help");
    Cli.run("trian").refused(2, "trian", "did you mean train?");
    Cli.run().refused(2, "train, eval, predict");
    train("mrpc").refused(2, "mrpc");
  }

  @Test
  void unknownKeysAndValuesAllAtOnce() {
    train("--set", "train.learning-rat=1", "--precision", "fp8", "--seed", "x")
        .refused(
            2,
            "train.learning-rat",
            "did you mean train.learning-rate?",
            "fp8",
            "(--precision)",
            "train.seed",
            "3 mistakes");
    train("--set", "novalue").refused(2, "novalue", "key=value");
    train("--lr", "-1").refused(2, "--lr", "-1");
  }

  @Test
  void unknownMethodAndTask() {
    train("--method", "arona").refused(2, "arona", "did you mean aroma?");
    Cli.run("train", "--task", "mprc", "--data", dir.toString(), "--output", dir + "/run")
        .refused(1, "mprc", "mrpc");
  }

  @Test
  void optionsThatContradict() {
    train("--method", "head", "--rank", "2").refused(2, "method.rank", "it belongs to aroma");
    train("--task", "mrpc", "--text-column", "x").refused(1, "mrpc", "text-column");
    train("--seed", "1", "--seed", "2").refused(2, "--seed");
    train("--dev-file", csv.toString()).refused(1, "reviews.csv for both");
  }

  @Test
  void configThatIsNoneOrNotThere() throws IOException {
    train("--config", "quikstart").refused(2, "quikstart", "quickstart");
    Path yaml = Files.writeString(dir.resolve("bad.yaml"), "train: {epochs: 0}\nx: 1\n");
    train("--config", yaml.toString()).refused(2, "train.epochs", "bad.yaml, line 1", "x");
  }

  @Test
  void outputInTheWayOfAFile() {
    train("--output", csv + "/run").refused(1, csv.toString(), "a file is in the way");
  }

  @Test
  void outputWithoutPermission() {
    assumeFalse("root".equals(System.getProperty("user.name")), "root may write everywhere");
    assertThat(dir.toFile().setWritable(false)).isTrue();
    train("--output", dir.resolve("denied").toString()).refused(1, "denied", "no permission");
    assertThat(dir.toFile().setWritable(true)).isTrue();
  }

  @Test
  void inspectionOfNothing() {
    Cli.run("inspect", dir + "/none").refused(1, "no such directory", dir + "/none");
    Cli.run("inspect", dir.toString()).refused(1, "adapter_config.json");
  }

  private void replace(String name, String what, String with) throws IOException {
    Path file = model.resolve(name);
    String text = Files.readString(file);
    assertThat(text).contains(what);
    Files.writeString(file, text.replace(what, with));
  }
}
