package dev.aroma.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ValidateTest {
  @TempDir Path directory;
  private Path config;
  private Path comparison;

  @BeforeEach
  void configs() throws IOException {
    Path model = TinyBert.write(directory.resolve("bert"));
    Path data = Reviews.csv(directory.resolve("reviews.csv"));
    String common =
        """
        model: {path: %s}
        task: {name: text, data: %s, max-length: 16}
        train: {max-steps: 20, schedule: {warmup: 5}}
        """
            .formatted(model, data);
    config = Files.writeString(directory.resolve("run.yaml"), common + "method: lora\n");
    comparison =
        Files.writeString(
            directory.resolve("c.yaml"),
            common
                + "methods: [lora, {name: adalora, label: adalora, initial-steps: 5, final-steps: 5}]\n");
  }

  private static Cli.Outcome validate(Path file, String... more) {
    String[] args = new String[2 + more.length];
    args[0] = "validate";
    args[1] = file.toString();
    for (int i = 0; i < more.length; i++) {
      args[2 + i] = "--set=" + more[i];
    }
    return Cli.run(args);
  }

  @Test
  void aRunIsPlannedAndNothingIsWritten() {
    Path output = directory.resolve("out");
    assertThat(validate(config, "output=" + output).succeeded().out())
        .contains("text, ", "lora, 12 modules", "at most 20", "about 0.0", "Nothing is wrong")
        .doesNotContain("note:");
    assertThat(output).doesNotExist();
  }

  @Test
  void whatTrainRefusesIsRefusedInTheSameWords() {
    for (String wrong :
        new String[] {
          "method.target-modules=nothing",
          "task.max-length=64",
          "task.label-column=mark",
          "model.path=" + "/no/model",
          "task.data=no.csv"
        }) {
      Cli.Outcome checked = validate(config, wrong);
      Cli.Outcome trained =
          Cli.run(
              "train",
              "--config=" + config,
              "--set=" + wrong,
              "--output=" + directory.resolve("o"),
              "--quiet");
      assertThat(checked.code()).as(wrong).isEqualTo(1);
      assertThat(checked.err()).as(wrong).isEqualTo(trained.err());
    }
    validate(config, "train.epochs=no", "method.rnk=3").refused(2, "2 mistakes", "did you mean");
  }

  @Test
  void aWarmUpThatTakesTheWholeRunIsNoted() {
    assertThat(validate(config, "train.schedule.warmup=20").succeeded().out())
        .contains("note: train.schedule.warmup (20) takes all of the 20 steps");
  }

  /** AROMA restarts after every component, so the rate would start at nought again and again. */
  @Test
  void aSecondWarmUpThatTakesWholeComponentsIsNoted() {
    String[] aroma = {"method.name=aroma", "method.inner-steps=8", "train.schedule.rewarm=8"};
    assertThat(validate(config, aroma).succeeded().out())
        .contains("note: train.schedule.rewarm (8) takes all of the 8 steps", "set it to 2");
    aroma[2] = "train.schedule.rewarm=7";
    assertThat(validate(config, aroma).succeeded().out()).doesNotContain("rewarm");
    assertThat(validate(config, "train.schedule.rewarm=20").succeeded().out())
        .doesNotContain("rewarm");
  }

  @Test
  void aMethodWhoseStepsDoNotFitTheRunIsNotedOrRefused() {
    assertThat(validate(config, "method.name=aroma", "method.inner-steps=20").succeeded().out())
        .contains("note: a component may train for 20 steps, and the run has 20 for all");
    assertThat(validate(config, "method.name=aroma", "method.inner-steps=19").succeeded().out())
        .doesNotContain("note: a component");
    validate(config, "method.name=aroma", "method.head-steps=20")
        .refused(1, "method.head-steps: expected below the 20 steps of the run, found 20");
    assertThat(validate(config, "method.name=adalora", "method.interval=50").succeeded().out())
        .contains(
            "note: method.interval (50) is no less than the 6 steps in which the ranks shrink");
  }

  /** The model's weights are no weights: whoever reads them first says so. */
  @Test
  void stepsAreCheckedBeforeWeightsAreRead() throws IOException {
    Path weights = directory.resolve("bert").resolve("model.safetensors");
    Files.writeString(weights, "none");
    validate(config, "method.name=adalora", "method.initial-steps=20")
        .refused(1, "initial-steps + final-steps");
    validate(config).refused(1, "model.safetensors");
  }

  @Test
  void everyMethodOfAComparisonIsChecked() {
    assertThat(validate(comparison).succeeded().out())
        .contains("2 runs", "text, lora", "text, adalora");
    validate(comparison, "train.max-steps=8")
        .refused(1, "the comparison's runs", "text, adalora: ", "initial-steps + final-steps");
  }
}
