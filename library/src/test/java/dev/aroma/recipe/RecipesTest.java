package dev.aroma.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aroma.SharedFiles;
import dev.aroma.input.InputException;
import dev.aroma.peft.AromaOptions;
import dev.aroma.peft.HeadOptions;
import dev.aroma.train.TrainOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RecipesTest {
  @Test
  void everyFileIsListedAndEveryListedOneIsThere() throws Exception {
    Path directory = Path.of(RecipesTest.class.getResource("/dev/aroma/recipes/index").toURI());
    try (Stream<Path> files = Files.list(directory.getParent())) {
      List<String> yaml =
          files
              .map(file -> file.getFileName().toString())
              .filter(file -> file.endsWith(".yaml"))
              .map(file -> file.replace(".yaml", ""))
              .toList();
      assertThat(yaml).containsExactlyInAnyOrderElementsOf(Recipes.shipped());
    }
  }

  /** The paper's tables of hyper-parameters: cola, mnli, mrpc, qnli, qqp, rte, sst2, stsb. */
  @ParameterizedTest
  @CsvSource({
    "aroma, task.max-length, 256 256 256 256 256 256 256 256",
    "aroma, method.rank, 1 1 1 1 1 1 1 1",
    "aroma, method.alpha, 4 4 4 4 4 4 4 4",
    "aroma, method.inner-interval, 10 10 10 10 10 10 10 10",
    "aroma, method.inner-tolerance, .1 .1 .1 .1 .1 .1 .1 .1",
    "aroma, train.batch-size, 32 32 64 32 64 64 64 32",
    "aroma, train.epochs, 130 10 52 10 10 62 40 50",
    "aroma, train.learning-rate, 2e-4 7e-4 1e-4 2e-4 4e-4 1e-4 5e-4 5e-4",
    "aroma, train.max-steps, 35000 85000 3000 30000 55000 2400 40000 10000",
    "aroma, train.schedule.warmup, 500 100 100 100 100 100 100 100",
    "aroma, train.schedule.rewarm, 100 50 50 50 50 50 50 50",
    "aroma, method.inner-steps, 5000 5000 200 2000 55000 200 2500 1000",
    "aroma, method.outer-tolerance, 2e-2 5e-3 5e-3 5e-3 1e-3 6e-3 5e-3 5e-3",
    "lora, task.max-length, 128 128 128 128 128 128 128 128",
    "lora, train.batch-size, 64 64 64 64 64 64 64 64",
    "lora, method.rank, 8 8 8 8 8 8 8 8",
    "lora, method.alpha, 16 16 16 16 16 16 16 16",
    "lora, train.epochs, 30 30 30 25 25 50 60 40",
    "lora, train.learning-rate, 4e-4 5e-4 4e-4 4e-4 4e-4 5e-4 5e-4 4e-4",
    "adalora, train.batch-size, 32 32 32 32 32 32 32 32",
    "adalora, method.initial-rank, 12 12 12 12 12 12 12 12",
    "adalora, method.target-rank, 8 8 8 8 8 8 8 8",
    "adalora, method.alpha, 32 32 32 32 32 32 32 32",
    "adalora, train.epochs, 25 7 30 5 5 52 24 26",
    "adalora, train.learning-rate, 5e-4 5e-4 1e-3 1.2e-3 5e-4 1.2e-3 8e-4 2.2e-3",
    "adalora, method.orthogonality, .5 .1 .1 .1 .1 .3 .1 .1",
    "adalora, train.max-steps, 6500 85000 3000 15000 55000 4000 50000 4500",
    "adalora, method.initial-steps, 800 8000 600 2000 8000 600 6000 800",
    "adalora, method.interval, 10 100 1 100 100 1 100 10",
    "adalora, method.final-steps, 3500 50000 1800 8000 25000 1800 22000 2000",
    "relora, method.merge-steps, 5000 5000 200 2000 55000 200 2500 1000",
  })
  void valuesAreThePapers(String method, String key, String values) {
    List<String> tasks = List.of("cola", "mnli", "mrpc", "qnli", "qqp", "rte", "sst2", "stsb");
    List<Double> shipped =
        tasks.stream()
            .map(task -> Recipes.with(Config.empty(), method + "-roberta-base-" + task))
            .map(config -> Double.valueOf(config.root().text(key)))
            .toList();
    assertThat(shipped).isEqualTo(Stream.of(values.split(" ")).map(Double::valueOf).toList());
  }

  /** So that max-steps ends none of them before its epochs do. */
  @ParameterizedTest
  @CsvSource({
    "cola, 8551", "mnli, 392702", "mrpc, 3668", "qnli, 104743",
    "qqp, 363846", "rte, 2490", "sst2, 67349", "stsb, 5749"
  })
  void stepsOfLoraAreThoseOfItsEpochs(String task, int examples) {
    TrainOptions train =
        Recipes.bind(Recipes.with(Config.empty(), "lora-roberta-base-" + task)).train();
    int batches = (examples + train.batchSize() - 1) / train.batchSize();
    assertThat(train.maxSteps()).isEqualTo(train.epochs() * batches);
  }

  @Test
  void everyShippedRecipeBindsAndSaysWhatItDoes() {
    for (String name : Recipes.shipped()) {
      Recipes.bind(Recipes.with(Config.empty(), name));
      assertThat(Recipes.command(name)).startsWith("./aroma train");
      assertThat(Recipes.summary(name)).isNotBlank().doesNotContain("#", "./aroma");
    }
  }

  /** Warm-ups, inner loops and AdaLoRA's phases end before the run, or the component, does. */
  @Test
  void everyShippedRecipeFitsItsOwnSteps() {
    for (String name : Recipes.shipped()) {
      RunOptions options = Recipes.bind(Recipes.with(Config.empty(), name));
      int steps = options.train().maxSteps();
      boolean oneComponent = name.endsWith("-qqp"); // the paper's T_in there is the whole run
      assertThat(Plan.notes(options, steps))
          .as(name)
          .allMatch(note -> oneComponent && note.startsWith("a component may train for"));
    }
  }

  /** A tiny model in the place of the recipe's; all else is done as before its first step. */
  @ParameterizedTest
  @CsvSource({"cola, CoLA", "mrpc, MRPC", "rte, RTE", "stsb, STS-B"})
  void recipesOfTasksWhoseDataAreHereAreValid(String task, String data, @TempDir Path directory)
      throws IOException {
    Path files = SharedFiles.require("data/glue/" + data);
    Path model = TinyCheckpoint.write(directory.resolve("model"));
    for (String name : Recipes.shipped()) {
      if (name.endsWith("-roberta-base-" + task)) {
        Config config =
            Recipes.with(Config.empty(), name)
                .with("model.path", model.toString(), "test")
                .with("task.data", files.toString(), "test")
                .with("task.max-length", "24", "test")
                .with("engine.device", "cpu", "test");
        Plan plan = Validation.of(Recipes.bind(config));
        assertThat(plan.modules()).as(name).isEqualTo(12);
        assertThat(plan.notes()).as(name).allMatch(note -> note.contains("cut off at 24 tokens"));
      }
    }
  }

  /** YAML can write it, and no path can have it. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "model: {path: \"a\\0b\"}",
        "task: {data: \"a\\0b\"}",
        "task: {instructions: {prompt: \"a\\0b\"}}"
      })
  void aTextWithNulIsRefusedLikeAnyOtherMistake(String yaml) {
    assertThatThrownBy(() -> Recipes.bind(Config.empty().withYaml(yaml, "t")))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("1 mistake");
  }

  @Test
  void sameMethodKeepsItsOptionsHoweverItIsWritten() {
    for (String yaml : List.of("method: {name: aroma, rank: 3}", "method: {rank: 3}")) {
      Config config = Recipes.withMethod(Config.empty().withYaml(yaml, "t"), "aroma", "--method");
      assertThat(((AromaOptions) Recipes.bind(config).method()).rank()).isEqualTo(3);
    }
  }

  @Test
  void anotherMethodDropsThem() {
    for (String yaml :
        List.of("method: {name: aroma, rank: 3}", "method: {rank: 3}", "method: x")) {
      Config config = Recipes.withMethod(Config.empty().withYaml(yaml, "t"), "head", "--method");
      assertThat(Recipes.bind(config).method()).isEqualTo(new HeadOptions());
    }
  }
}
