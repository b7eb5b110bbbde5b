package dev.aroma.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aroma.data.Tasks;
import dev.aroma.recipe.Config;
import dev.aroma.recipe.Recipes;
import dev.aroma.recipe.RunOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every recipe that we ship says nothing wrong and runs, on a tiny model and tiny files. */
class ShippedRecipesTest {
  @TempDir static Path dir;
  private static Path model;
  private static Path csv;
  private static Path llama;
  private static Path instructions;

  @BeforeAll
  static void files() throws IOException {
    model = TinyBert.write(dir.resolve("model"));
    csv = Reviews.csv(dir.resolve("reviews.csv"));
    llama = LetterLlama.write(dir.resolve("llama"));
    instructions = Questions.file(dir.resolve("questions.jsonl"));
  }

  static List<String> recipes() {
    return Recipes.shipped();
  }

  @ParameterizedTest
  @MethodSource("recipes")
  void itBindsAndItsResolvedFormBindsToTheSame(String name) {
    RunOptions options = Recipes.bind(Recipes.with(Config.empty(), name));
    String yaml = Recipes.yaml(options);
    assertThat(Recipes.bind(Config.empty().withYaml(yaml, "again"))).isEqualTo(options);
    assertThat(Recipes.summary(name)).as("its first line says what it is").isNotBlank();
  }

  @ParameterizedTest
  @MethodSource("recipes")
  void itTrains(String name) {
    Path run = dir.resolve(name);
    RunOptions options = Recipes.bind(Recipes.with(Config.empty(), name));
    boolean writes = Tasks.writes(options.task().name());
    List<String> words =
        new ArrayList<>(
            List.of(
                "train",
                "--config",
                name,
                "--model",
                (writes ? llama : model).toString(),
                "--task",
                writes ? "instructions" : "text",
                "--data",
                (writes ? instructions : csv).toString(),
                "--max-length",
                writes ? "64" : "16",
                "--max-steps",
                "4",
                "--device",
                "cpu",
                "--output",
                run.toString()));
    words.addAll(shortened(options));
    Cli.Outcome outcome = Cli.run(words.toArray(String[]::new));
    assertThat(outcome.code()).as(outcome.err()).isZero();
    assertThat(Files.exists(run.resolve("result.json"))).isTrue();
  }

  /** Schedules of a method that would not fit into four steps. */
  private static List<String> shortened(RunOptions options) {
    return switch (Recipes.methodName(options)) {
      case "adalora" -> List.of("--set", "method.initial-steps=1", "--set", "method.final-steps=1");
      case "pursuit" -> List.of("--set", "method.head-steps=1");
      default -> List.of();
    };
  }
}
