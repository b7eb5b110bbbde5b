package dev.aroma.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aroma.TinyLlama;
import dev.aroma.data.Tasks;
import dev.aroma.recipe.Config;
import dev.aroma.recipe.Recipes;
import dev.aroma.recipe.RunOptions;
import dev.aroma.report.Result;
import dev.aroma.report.RunDirectory;
import java.io.IOException;
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
  private static TinyCase tiny;
  private static Path llama;
  private static Path instructions;

  @BeforeAll
  static void files() throws IOException {
    tiny = TinyCase.in(dir);
    llama = TinyLlama.write(dir.resolve("llama"));
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

  /** The command in the first line, on files and for a time that a test has. */
  @ParameterizedTest
  @MethodSource("recipes")
  void theCommandInItsFirstLineRuns(String name) {
    assertThat(Recipes.command(name)).startsWith("./aroma train");
    List<String> words = new ArrayList<>(List.of(Recipes.command(name).split(" ")));
    words.remove(0);
    if (words.contains("--config")) {
      assertThat(words).containsSubsequence("--config", name);
    } else {
      assertThat(name).isEqualTo(Recipes.QUICKSTART);
      words.addAll(List.of("--config", name));
    }
    RunOptions options = Recipes.bind(Recipes.with(Config.empty(), name));
    boolean writes = Tasks.writes(options.task().name());
    replace(words, "--model", (writes ? llama : tiny.model()).toString());
    replace(words, "--task", writes ? "instructions" : "text");
    replace(words, "--data", (writes ? instructions : tiny.csv()).toString());
    Path run = dir.resolve(name);
    words.addAll(List.of("--max-length", "16", "--max-steps", "2", "--device", "cpu"));
    words.addAll(List.of("--output", run.toString()));
    words.addAll(shortened(options));
    Cli.run(words.toArray(String[]::new)).succeeded();
    Result result = RunDirectory.open(run).readResult();
    assertThat(result.steps()).isEqualTo(2);
    assertThat(name.equals(Recipes.QUICKSTART) || name.startsWith(result.method())).isTrue();
  }

  private static void replace(List<String> words, String option, String value) {
    int at = words.indexOf(option);
    if (at >= 0) {
      words.set(at + 1, value);
    } else {
      words.addAll(List.of(option, value));
    }
  }

  /** Schedules of a method that would not fit into two steps. */
  private static List<String> shortened(RunOptions options) {
    return switch (Recipes.methodName(options)) {
      case "adalora" -> List.of("--set", "method.initial-steps=0", "--set", "method.final-steps=1");
      case "pursuit" -> List.of("--set", "method.head-steps=1");
      default -> List.of();
    };
  }
}
