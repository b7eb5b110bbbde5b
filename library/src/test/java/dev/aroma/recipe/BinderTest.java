package dev.aroma.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aroma.input.InputException;
import dev.aroma.input.Option;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BinderTest {
  private static SampleOptions bind(Config config) {
    return SampleOptions.BINDER.bind(config, SampleOptions.class);
  }

  private static SampleOptions yaml(String text) {
    return bind(Config.empty().withYaml(text, "run.yaml"));
  }

  private static String mistakes(Config config) {
    try {
      bind(config);
    } catch (InputException e) {
      return e.getMessage();
    }
    throw new AssertionError("no mistake was found");
  }

  private static String mistakes(String yaml) {
    return mistakes(Config.empty().withYaml(yaml, "run.yaml"));
  }

  @Test
  void nothingWrittenGivesTheDefaults() {
    SampleOptions options = SampleOptions.BINDER.defaults(SampleOptions.class);
    assertThat(options.train()).isEqualTo(new SampleOptions.Train(3, null, 32, 2e-3, false, 1L));
    assertThat(options.method())
        .isEqualTo(new SampleOptions.Aroma(1, 4, 100, List.of("query", "key", "value")));
    assertThat(options.model().path()).isNull();
    assertThat(options.output().labels()).isEmpty();
    assertThat(options.task().name()).isEqualTo("wordnet");
  }

  @Test
  void everyTypeIsRead() {
    SampleOptions options =
        yaml(
            """
            model: {path: some dir, dropout: 0, dtype: half-mixed}
            task: {name: mrpc, data: data/MRPC}
            train: {epochs: 10, max-steps: 1_000, learning-rate: .5e-3, head-rewarm: true, seed: -7}
            method: {name: aroma, t-in: 9000000000, targets: [a, 'b,c']}
            """);
    assertThat(options.model())
        .isEqualTo(new SampleOptions.Model("some dir", 0, SampleOptions.Precision.HALF_MIXED));
    assertThat(options.task().data()).isEqualTo(Path.of("data", "MRPC"));
    assertThat(options.train()).isEqualTo(new SampleOptions.Train(10, 1000, 32, 5e-4, true, -7L));
    assertThat(options.method())
        .isEqualTo(new SampleOptions.Aroma(1, 4, 9_000_000_000L, List.of("a", "b,c")));
  }

  @Test
  void plainStringIsShortForTheNameOfASection() {
    assertThat(yaml("method: rslora").method()).isEqualTo(new SampleOptions.Lora("rslora", 8));
    assertThat(yaml("method: head").method()).isEqualTo(new SampleOptions.Head());
    assertThat(yaml("task: mrpc").task().name()).isEqualTo("mrpc");
  }

  @Test
  void sectionWithoutANameHasTheDefaultChoice() {
    assertThat(yaml("method: {rank: 4}").method())
        .isEqualTo(new SampleOptions.Aroma(4, 4, 100, List.of("query", "key", "value")));
  }

  @Test
  void wordsJoinedByCommasAreAList() {
    SampleOptions options = bind(Config.empty().withSet("method.targets=query, value"));
    assertThat(((SampleOptions.Aroma) options.method()).targets())
        .containsExactly("query", "value");
    options = bind(Config.empty().withSet("method.targets=[]"));
    assertThat(((SampleOptions.Aroma) options.method()).targets()).isEmpty();
  }

  @Test
  void homeDirectoryIsOpened() {
    assertThat(yaml("output: {dir: ~/runs}").output().dir())
        .isEqualTo(Path.of(System.getProperty("user.home"), "runs"));
  }

  @Test
  void laterSourcesWin() {
    Config config =
        Config.empty()
            .withYaml("method: lora\ntrain: {epochs: 5, batch-size: 8}", "run.yaml")
            .with("train.epochs", "6", "--epochs")
            .withSet("method.rank=2")
            .withSet("train.epochs=7");
    SampleOptions options = bind(config);
    assertThat(options.method()).isEqualTo(new SampleOptions.Lora("lora", 2));
    assertThat(options.train().epochs()).isEqualTo(7);
    assertThat(options.train().batchSize()).isEqualTo(8);
  }

  @Test
  void nameOverASectionKeepsWhatElseIsSet() {
    Config config =
        Config.empty()
            .withYaml("method: {name: aroma, rank: 3}", "run.yaml")
            .with("method", "lora", "--method");
    assertThat(bind(config).method()).isEqualTo(new SampleOptions.Lora("lora", 3));
  }

  @Test
  void nullBringsTheDefaultBack() {
    Config config =
        Config.empty()
            .withYaml("train: {max-steps: 9, epochs: 5}", "run.yaml")
            .withSet("train.max-steps=null")
            .withSet("train.epochs=");
    assertThat(bind(config).train().maxSteps()).isNull();
    assertThat(bind(config).train().epochs()).isEqualTo(3);
    assertThat(yaml("train: ~\nmethod: {name: ~}").train().epochs()).isEqualTo(3);
  }

  @Test
  void allMistakesAreToldAtOnceWithKeyFindingAndPlace() {
    String text =
        mistakes(
            Config.empty()
                .withYaml(
                    """
                    train:
                      epochs: many
                      max-stesp: 3
                    method:
                      name: arome
                    """,
                    "run.yaml")
                .with("train.learning-rate", "0", "--lr")
                .withSet("model.dtype=fp23"));
    assertThat(text)
        .contains("5 mistakes")
        .contains(
            "train.epochs: found \"many\" (run.yaml, line 2); allowed: a whole number from 1 to"
                + " 1000")
        .contains(
            "train.max-stesp: no such option (run.yaml, line 3); did you mean train.max-steps?")
        .contains(
            "method.name: found \"arome\" (run.yaml, line 5); allowed: aroma, lora, rslora, head;"
                + " did you mean aroma?")
        .contains("train.learning-rate: found \"0\" (--lr); allowed: a number above 0")
        .contains(
            "model.dtype: found \"fp23\" (--set model.dtype=fp23); allowed: fp32, bf16,"
                + " half-mixed; did you mean fp32?")
        .contains("#config-options");
  }

  @Test
  void numbersOutOfRangeOrShapeAreRefused() {
    for (String wrong :
        List.of(
            "epochs: 0",
            "epochs: 1001",
            "epochs: 2.5",
            "epochs: 99999999999999999999",
            "learning-rate: nan",
            "learning-rate: .inf",
            "learning-rate: 1e999",
            "learning-rate: 0x1p3",
            "seed: 1L",
            "head-rewarm: yes",
            "epochs: [1]",
            "epochs: {a: 1}")) {
      assertThat(mistakes("train: {" + wrong + "}"))
          .contains("1 mistake in")
          .contains("train." + wrong.substring(0, wrong.indexOf(':')) + ": found");
    }
  }

  @Test
  void textMustBeOneOfTheAllowed() {
    assertThat(mistakes("task: {metric: f2}")).contains("allowed: accuracy, f1; did you mean f1?");
    assertThat(mistakes("output: {labels: [a, c]}")).contains("output.labels: found \"c\"");
    assertThat(mistakes("output: {labels: {a: 1}}")).contains("found a section");
    assertThat(mistakes("output: {dir: \"a\\0b\"}")).contains("allowed: a path");
  }

  @Test
  void sectionWrittenAsSomethingElseIsRefused() {
    assertThat(mistakes("train: [1, 2]"))
        .contains("train: found a list (run.yaml, line 1); allowed: a section with keys of epochs");
    assertThat(mistakes("train: fast")).contains("train: found \"fast\"");
    assertThat(mistakes("method: [lora]")).contains("method: found a list");
    assertThat(mistakes("method: {name: [lora]}")).contains("method.name: found a list");
  }

  @Test
  void keyOfAnotherChoiceIsTold() {
    assertThat(mistakes("method: {name: lora, t-in: 5}"))
        .contains("method.t-in: no such option (run.yaml, line 1); it belongs to aroma");
  }

  @Test
  void keyInTheWrongSectionIsTold() {
    assertThat(mistakes("epochs: 5")).contains("did you mean train.epochs?");
    assertThat(mistakes("output: {ranks: 5}")).contains("did you mean method.rank?");
  }

  @Test
  void strangerKeyGetsTheListOnly() {
    assertThat(mistakes("output: {zzzzz: 5}"))
        .contains("no such option (run.yaml, line 1); known here: dir, labels")
        .doesNotContain("did you mean");
  }

  @Test
  void keysNeedNotBeStringsToBeRefusedClearly() {
    assertThat(mistakes("1: x\nnull: y\ntrue: z")).contains("3 mistakes").contains("  1: no such");
  }

  @Test
  void whatARecordItselfRefusesIsAMistakeOfItsSection() {
    assertThat(mistakes("train: {epochs: 5, max-steps: 2}"))
        .contains("train: max-steps is below epochs (run.yaml, line 1)");
  }

  @Test
  void malformedAssignmentIsTold() {
    assertThat(mistakes(Config.empty().withSet("epochs").withSet("=3").withSet("a..b=3")))
        .contains("--set: found \"epochs\"; allowed: key=value")
        .contains("found \"=3\"")
        .contains("found the key \"a..b\"");
  }

  @Test
  void longValuesAreShownShort() {
    assertThat(mistakes("train: {epochs: " + "x".repeat(5000) + "}")).hasSizeLessThan(600);
  }

  @Test
  void anotherExceptionOfARecordIsOurMistake() {
    assertThatThrownBy(() -> new Binder(Choices.none()).defaults(Broken.class))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void badlyDeclaredOptionsAreOurMistake() {
    record NoDefault(@Option(help = "h") int a) {}
    record NoOption(String a) {}
    record Numbers(@Option(help = "h") List<Integer> a) {}
    record Odd(@Option(help = "h", def = "x") Thread a) {}
    record Wrong(@Option(help = "h", def = "x") int a) {}
    Binder binder = new Binder(Choices.none());
    for (Class<? extends Record> type :
        List.of(NoDefault.class, NoOption.class, Numbers.class, Odd.class)) {
      assertThatThrownBy(() -> binder.defaults(type)).isInstanceOf(IllegalStateException.class);
    }
    assertThatThrownBy(() -> Reference.of(Choices.none(), Wrong.class))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void choicesMustFitAndBeTellable() {
    Map<String, Class<? extends Record>> twice =
        Map.of("a", SampleOptions.Head.class, "b", SampleOptions.Head.class);
    assertThatThrownBy(() -> Choices.none().with(SampleOptions.Method.class, twice))
        .isInstanceOf(IllegalArgumentException.class);
    Map<String, Class<? extends Record>> foreign = Map.of("a", SampleOptions.Train.class);
    assertThatThrownBy(() -> Choices.none().with(SampleOptions.Method.class, foreign))
        .isInstanceOf(IllegalArgumentException.class);
  }

  record Broken(@Option(help = "h", def = "1") int a) {
    Broken {
      if (a == 1) {
        throw new IllegalStateException("broken");
      }
    }
  }
}
