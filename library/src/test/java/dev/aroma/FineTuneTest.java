package dev.aroma;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aroma.input.InputException;
import dev.aroma.peft.AromaOptions;
import dev.aroma.peft.HeadOptions;
import dev.aroma.recipe.Config;
import dev.aroma.recipe.FineTuned;
import dev.aroma.recipe.Recipes;
import dev.aroma.recipe.RunOptions;
import dev.aroma.recipe.TinyCheckpoint;
import dev.aroma.recipe.Watch;
import dev.aroma.report.Stopped;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FineTuneTest {
  @Test
  void descriptionBecomesOptions() {
    RunOptions options =
        FineTune.from("org/name")
            .task("mrpc", Path.of("data"))
            .method("aroma")
            .set("method.rank", 2)
            .set("method.target-modules", List.of("query", "value"))
            .set("train.learning-rate", 1e-3)
            .output(Path.of("out"))
            .options();
    assertThat(options.model().path()).isEqualTo("org/name");
    assertThat(options.task().name()).isEqualTo("mrpc");
    assertThat(options.task().data()).isEqualTo(Path.of("data").toAbsolutePath());
    assertThat(options.train().learningRate()).isEqualTo(1e-3);
    assertThat(options.output()).isEqualTo(Path.of("out").toAbsolutePath());
    AromaOptions aroma = (AromaOptions) options.method();
    assertThat(aroma.rank()).isEqualTo(2);
    assertThat(aroma.targetModules()).containsExactly("query", "value");
  }

  @Test
  void elementsOfAListMayHoldWhatYamlWouldTakeForItsOwn() {
    List<String> odd = List.of("/.*layer\\.[0-5]\\..*query/", "a, b", "{x: 'y'}", "\"#&*é\\n");
    RunOptions options = FineTune.from("embedded").set("method.target-modules", odd).options();
    assertThat(((AromaOptions) options.method()).targetModules()).isEqualTo(odd);
    Config read = Config.empty().withYaml(Recipes.yaml(options), "config.yaml of the run");
    assertThat(Recipes.bind(read)).isEqualTo(options);
  }

  @Test
  void eachStepIsADescriptionOfItsOwn() {
    FineTune base = FineTune.from("embedded");
    base.set("train.seed", 7);
    assertThat(base.options().train().seed()).isZero();
  }

  @Test
  void anotherMethodDropsWhatWasSetForTheOneBefore() {
    FineTune aroma = FineTune.recipe("quickstart").set("method.rank", 2);
    assertThat(aroma.method("aroma").options().method())
        .isInstanceOfSatisfying(AromaOptions.class, o -> assertThat(o.rank()).isEqualTo(2));
    assertThat(aroma.method("head").options().method()).isInstanceOf(HeadOptions.class);
    assertThat(FineTune.from("embedded").set("method.rank", 2).method("head").options().method())
        .as("rank was set for the default method")
        .isInstanceOf(HeadOptions.class);
  }

  @Test
  void allMistakesAreToldAtOnceWithWhereTheyWereMade() {
    FineTune wrong = FineTune.from("embedded").method("arona").set("train.epochs", 0).set("x", 1);
    assertThatThrownBy(wrong::options)
        .isInstanceOf(InputException.class)
        .hasMessageContaining("3 mistakes")
        .hasMessageContaining("FineTune.method")
        .hasMessageContaining("did you mean aroma?")
        .hasMessageContaining("FineTune train.epochs");
  }

  @Test
  void aRunThatWasStoppedGoesOnAndIsOver(@TempDir Path directory) throws IOException {
    Path base = TinyCheckpoint.write(directory.resolve("base"));
    Path run = directory.resolve("run");
    int[] steps = {0};
    FineTune tuning =
        FineTune.from(base.toString())
            .task("text", TinyCheckpoint.texts(directory.resolve("texts.csv")))
            .method("lora")
            .set("task.max-length", 8)
            .set("train.max-steps", 5)
            .set("engine.device", "cpu")
            .output(run);
    Watch impatient = new Watch(text -> {}, List.of(), () -> ++steps[0] == 2);
    assertThat(tuning.watchedBy(impatient).run().result().stopped()).isEqualTo(Stopped.INTERRUPTED);
    List<String> said = new ArrayList<>();
    FineTuned ended = FineTune.resume(run, new Watch(said::add, List.of(), () -> false));
    assertThat(said).contains("it goes on after step 2");
    assertThat(ended.directory()).isEqualTo(run);
    assertThat(ended.result().steps()).isEqualTo(5);
    assertThat(ended.result().stopped()).isEqualTo(Stopped.MAX_STEPS);
    assertThatThrownBy(() -> FineTune.resume(run, Watch.NOBODY))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("#resume-finished");
  }

  @Test
  void directoryThatHoldsNothingTrainedIsRefused() {
    assertThatThrownBy(() -> TextClassifier.load(Path.of("no such run")))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("no such run");
  }
}
