package dev.aroma.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aroma.input.InputException;
import dev.aroma.peft.AdaLoraOptions;
import dev.aroma.peft.AromaOptions;
import dev.aroma.peft.HeadOptions;
import dev.aroma.peft.ReLoraOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ComparisonConfigTest {
  @TempDir Path dir;

  private static ComparisonConfig methods(String text) {
    return ComparisonConfig.of(Config.empty()).with("methods", text);
  }

  private static AromaOptions aroma(Comparison comparison, int cell) {
    return (AromaOptions) comparison.cells().get(cell).options().method();
  }

  private ComparisonConfig file(String yaml) throws IOException {
    return ComparisonConfig.of(Files.writeString(dir.resolve("c.yaml"), yaml).toString());
  }

  @Test
  void methodsAreReadFromOneLine() {
    Comparison c =
        methods("aroma:r=2,lr=1e-3;train.schedule.warmup=7,head,aroma")
            .with("seeds", "3,4")
            .resolve();
    assertThat(c.methods()).containsExactly("aroma-r2-lr1e-3-warmup7", "head", "aroma");
    assertThat(c.cells())
        .extracting(Cell::name)
        .startsWith("wordnet-fields-aroma-r2-lr1e-3-warmup7-3", "wordnet-fields-head-3");
    assertThat(aroma(c, 0).rank()).isEqualTo(2);
    assertThat(c.cells().get(0).options().train().learningRate()).isEqualTo(1e-3);
    assertThat(c.cells().get(0).options().train().schedule().warmup()).isEqualTo(7);
    assertThat(c.cells().get(1).options().method()).isEqualTo(new HeadOptions());
    assertThat(c.cells().get(1).options().train().learningRate()).isEqualTo(5e-4);
    assertThat(c.cells()).extracting(Cell::seed).containsExactly(3L, 3L, 3L, 4L, 4L, 4L);
    assertThat(c.cells().get(4).options().train().seed()).isEqualTo(4);
  }

  @Test
  void aPathThatCannotBeOneIsToldLikeAnyOtherMistake() throws IOException {
    ComparisonConfig written = file("tasks: [{name: text, data: \"a\\0b\"}]\nmethods: [head]\n");
    assertThatThrownBy(written::resolve)
        .isInstanceOf(InputException.class)
        .hasMessageContaining("task.data")
        .hasMessageContaining("allowed: a path");
  }

  @Test
  void listsStandInBrackets() {
    Comparison c = methods("aroma:target-modules=[query, value],rank=3,head").resolve();
    assertThat(aroma(c, 0).targetModules()).containsExactly("query", "value");
    assertThat(aroma(c, 0).rank()).isEqualTo(3);
    assertThat(c.methods()).containsExactly("aroma-target-modulesquery_value-r3", "head");
  }

  @Test
  void longLabelsAreCutToADigestAndGivenOnesHold() {
    Comparison c =
        methods("aroma:rank=2,inner-steps=100,inner-interval=20,alpha=7,aroma:label=x,alpha=3")
            .resolve();
    assertThat(c.methods().get(0)).matches("aroma-[0-9a-f]{6}");
    assertThat(c.methods().get(1)).isEqualTo("x");
  }

  @Test
  void rankMayBeWrittenAsROnlyWhereOneOptionIsMeant() {
    assertThat(Entry.path("method", "aroma", "r")).isEqualTo("method.rank");
    assertThat(Entry.path("method", "aroma", "lr")).isEqualTo("train.learning-rate");
    assertThat(Entry.path("method", "aroma", "x-r")).isEqualTo("method.x-r");
    assertThat(Entry.path("method", "head", "r")).isEqualTo("method.r");
    assertThat(Entry.path("task", "mrpc", "train.clip")).isEqualTo("train.clip");
    assertThat(Entry.path("task", "mrpc", "limit")).isEqualTo("task.limit");
  }

  @Test
  void fileHasCommonOptionsAndEntriesTheirOwn() throws IOException {
    Comparison c =
        file("""
                title: Two tasks
                train: {max-steps: 50, learning-rate: 1e-3}
                task: {max-length: 64}
                tasks:
                  - name: wordnet-fields
                    label: small
                    limit: 100
                  - wordnet-fields
                seeds: [1, 2]
                methods:
                  - head
                  - name: aroma
                    rank: 2
                    train: {learning-rate: 2e-3}
                """)
            .resolve();
    assertThat(c.title()).isEqualTo("Two tasks");
    assertThat(c.tasks()).containsExactly("small", "wordnet-fields");
    assertThat(c.methods()).containsExactly("head", "aroma-r2-lr2e-3");
    assertThat(c.cells()).hasSize(8);
    Cell last = c.cells().get(7);
    assertThat(last.name()).isEqualTo("wordnet-fields-aroma-r2-lr2e-3-2");
    assertThat(last.options().train().maxSteps()).isEqualTo(50);
    assertThat(last.options().train().learningRate()).isEqualTo(2e-3);
    assertThat(last.options().task().maxLength()).isEqualTo(64);
    assertThat(last.options().task().limit()).isZero();
    assertThat(c.cells().get(0).options().task().limit()).isEqualTo(100);
    assertThat(c.cells().get(0).options().train().learningRate()).isEqualTo(1e-3);
    assertThat(c.notes()).isEmpty();
  }

  @Test
  void optionsOfTheCommandWinOverTheFileAndEntriesOverThem() throws IOException {
    String yaml = "train: {max-steps: 50}\nmethods: [head, 'aroma:lr=2e-3']\nseeds: 5\n";
    Config over =
        Config.empty()
            .with("train.max-steps", "9", "--max-steps")
            .with("train.learning-rate", "1", "--lr");
    Comparison c = file(yaml).with(over).resolve();
    assertThat(c.cells()).allMatch(cell -> cell.options().train().maxSteps() == 9);
    assertThat(c.cells().get(0).options().train().learningRate()).isEqualTo(1);
    assertThat(c.cells().get(1).options().train().learningRate()).isEqualTo(2e-3);
    assertThat(c.seeds()).containsExactly(5L);
  }

  @Test
  void entryOfTheFileIsPickedByItsLabel() throws IOException {
    String yaml = "methods: [{name: aroma, label: big, rank: 4}, head]\n";
    Comparison c = file(yaml).with("methods", "big,pursuit").resolve();
    assertThat(c.methods()).containsExactly("big", "pursuit");
    assertThat(aroma(c, 0).rank()).isEqualTo(4);
  }

  @Test
  void budgetsThatDifferAreNoted() {
    assertThat(methods("aroma,head:train.max-steps=5").resolve().notes())
        .singleElement()
        .asString()
        .contains("not one budget on wordnet-fields", "head-max-steps5: max-steps 5", "aroma: max");
  }

  @Test
  void everyMistakeIsToldAtOnce() throws IOException {
    ComparisonConfig wrong =
        file("method: aroma\nsteps: 3\ntrain: {epochs: 0}\nmethods: [aroma, aroma, [x]]\nseeds: [1, 1, b]\n")
            .with("tasks", "mrcp");
    assertThatThrownBy(wrong::resolve)
        .isInstanceOf(InputException.class)
        .hasMessageContaining("mistakes in the options of " + dir.resolve("c.yaml"))
        .hasMessageContaining("did you mean methods?")
        .hasMessageContaining("steps: no such key of a comparison")
        .hasMessageContaining("two entries are called \"aroma\"")
        .hasMessageContaining("found a list")
        .hasMessageContaining("the seed 1 is there twice")
        .hasMessageContaining("found \"b\"")
        .hasMessageContaining("did you mean mrpc?")
        .hasMessageContaining("train.epochs: found \"0\"");
  }

  @Test
  void methodsThatAreNoMethodsAreRefused() {
    for (String text : List.of("r=8", "aroma:r", "aroma:r=1,r=2", "aroma:label=a/b", "aroma:=3")) {
      assertThatThrownBy(methods(text)::resolve).as(text).isInstanceOf(InputException.class);
    }
    assertThatThrownBy(ComparisonConfig.of(Config.empty())::resolve)
        .hasMessageContaining("methods: found none");
    assertThatThrownBy(methods("aroma:recipe=none.yaml")::resolve)
        .hasMessageContaining("none.yaml");
  }

  @Test
  void dataOfSeveralTasksLieInDirectoriesOfTheirNames() throws IOException {
    Files.createDirectories(dir.resolve("glue/SST-2"));
    Files.createDirectories(dir.resolve("of-mrpc"));
    Config data = Config.empty().with("task.data", dir.resolve("glue").toString(), "--data");
    Comparison c = methods("head").with("tasks", "sst2,mrpc").with(data).resolve();
    assertThat(c.cells().get(0).options().task().data()).isEqualTo(dir.resolve("glue/SST-2"));
    assertThat(c.cells().get(1).options().task().data()).isEqualTo(dir.resolve("glue"));
    Config place = Config.empty().with("task.data", dir + "/of-{task}", "--data");
    Comparison p = methods("head").with("tasks", "mrpc").with(place).resolve();
    assertThat(p.cells().get(0).options().task().data()).isEqualTo(dir.resolve("of-mrpc"));
  }

  @Test
  void everyShippedComparisonResolvesAndShrinksWithItsSteps() {
    Config shrunk = Config.empty().with("train.max-steps", "300", "--max-steps");
    for (String name : ComparisonConfig.shipped()) {
      Comparison c = ComparisonConfig.of(name).with(shrunk).resolve();
      if (name.startsWith("paper-")) {
        assertThat(c.methods()).containsAll(c.paper().figures().keySet());
      }
      assertThat(c.notes()).as("nothing is left out").noneMatch(note -> note.contains("left out"));
      assertThat(c.cells())
          .hasSize(
              c.tasks().size()
                  * c.methods().size()
                  * c.seeds().size()
                  * (name.equals("small-glue") ? 3 : 1))
          .allMatch(x -> x.options().train().maxSteps() == 300);
    }
    Comparison four =
        ComparisonConfig.of("paper-table-4").with(shrunk).with("tasks", "mrpc").resolve();
    assertThat(four.cells()).hasSize(15);
    assertThat(aroma(four, 0).reset()).isEqualTo(AromaOptions.Reset.NONE);
    assertThat(aroma(four, 0).innerSteps()).as("200 of 3000 steps").isEqualTo(20);
    assertThat(aroma(four, 0).innerInterval()).as("10 of 3000 steps").isEqualTo(1);
    assertThat(four.cells().get(0).options().train().schedule().warmup()).isEqualTo(10);
    assertThatThrownBy(() -> ComparisonConfig.of("paper-table-1"))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("paper-table-2");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7, 60, 300})
  void schedulesOfThePaperFitIntoAnyNumberOfSteps(int steps) {
    Config cut = Config.empty().with("train.max-steps", String.valueOf(steps), "--max-steps");
    Comparison c = ComparisonConfig.of("paper-table-2").with(cut).with("seeds", "0").resolve();
    for (Cell cell : c.cells()) {
      RunOptions options = cell.options();
      assertThat(options.train().schedule().warmup()).as(cell.name()).isLessThan(steps);
      if (options.method() instanceof AdaLoraOptions adalora) {
        assertThat(adalora.initialSteps() + adalora.finalSteps()).isLessThan(steps);
        assertThat(adalora.interval()).isBetween(1, Math.max(1, steps));
      } else if (options.method() instanceof ReLoraOptions relora) {
        assertThat(relora.mergeSteps()).isBetween(1, steps);
      } else if (options.method() instanceof AromaOptions aroma) {
        assertThat(aroma.innerSteps()).isBetween(1, steps);
      }
    }
  }

  @Test
  void stepsShrinkFromTheirDefaultsTooButNotThoseOfAnEntryItself() throws IOException {
    String yaml =
        """
        scale-steps: true
        train: {max-steps: 1000}
        methods: [relora, aroma, 'relora:merge-steps=300', head]
        """;
    Config cut = Config.empty().with("train.max-steps", "100", "--max-steps");
    Comparison c = file(yaml).with(cut).resolve();
    List<RunOptions> cells = c.cells().stream().map(Cell::options).toList();
    assertThat(((ReLoraOptions) cells.get(0).method()).mergeSteps()).isEqualTo(20);
    assertThat(aroma(c, 1).innerSteps()).isEqualTo(20);
    assertThat(aroma(c, 1).gradientSteps()).as("no part of the course").isEqualTo(4);
    assertThat(((ReLoraOptions) cells.get(2).method()).mergeSteps()).isEqualTo(300);
    assertThat(cells.get(3).train().schedule().warmup()).isEqualTo(10);
    assertThat(cells.get(3).train().evalEvery()).isEqualTo(100);
    Comparison whole = file(yaml.replace("true", "false")).with(cut).resolve();
    assertThat(aroma(whole, 1).innerSteps()).isEqualTo(200);
    assertThatThrownBy(() -> file(yaml.replace("true", "[a]")).resolve())
        .hasMessageContaining("scale-steps: found a list")
        .hasMessageContaining("true or false");
  }

  @Test
  void learningRateInAListIsAChoice() throws IOException {
    Comparison c =
        file("train: {learning-rate: [1e-4, 1e-3]}\nmethods: [head, {name: aroma, lr: [2e-4, 3e-3]}, 'lora:lr=[1e-5]']\n")
            .resolve();
    assertThat(c.methods()).containsExactly("head", "aroma", "lora");
    assertThat(c.cells())
        .extracting(Cell::name)
        .containsExactly(
            "wordnet-fields-head@1e-4-0",
            "wordnet-fields-head@1e-3-0",
            "wordnet-fields-aroma@2e-4-0",
            "wordnet-fields-aroma@3e-3-0",
            "wordnet-fields-lora@1e-5-0");
    assertThat(c.cells())
        .extracting(cell -> cell.options().train().learningRate())
        .containsExactly(1e-4, 1e-3, 2e-4, 3e-3, 1e-5);
    assertThat(c.notes())
        .singleElement()
        .asString()
        .contains("head, aroma: ", "learning rates 2; lora: ", "learning rates 1");
    Config one = Config.empty().with("train.learning-rate", "[1e-4, 1e-3]", "--lr");
    assertThat(methods("head,aroma").with(one).resolve().cells()).hasSize(4);
    assertThat(methods("head,aroma").with(one).resolve().notes()).isEmpty();
  }

  @Test
  void learningRatesThatAreNoneAreRefused() {
    for (String[] wrong :
        new String[][] {
          {"[]", "found an empty list"},
          {"[1e-3, 0.001]", "\"0.001\" is there twice"},
          {"[1e-3, fast]", "found \"fast\""},
          {"[1e-3, [1]]", "found a list"},
        }) {
      assertThatThrownBy(methods("head:lr=" + wrong[0])::resolve)
          .isInstanceOf(InputException.class)
          .hasMessageContaining("train.learning-rate: " + wrong[1]);
    }
  }

  @Test
  void cellsThatWouldShareADirectoryAreRefused() throws IOException {
    String yaml = "methods: [head, 'head:label=b-head']\n";
    String tasks =
        "tasks: [{name: wordnet-fields, label: a-b}, {name: wordnet-fields, label: a}]\n";
    assertThatThrownBy(() -> file(yaml + tasks).resolve())
        .hasMessageContaining("two cells are called a-b-head-0");
  }

  @Test
  void methodsThatThisBuildLacksAreLeftOutOfAPaperTableWithANote() throws IOException {
    Comparison c =
        file("tasks: [mrpc]\nmethods: [head, {name: zora, recipe: 'zora-{task}'}, {name: aroma, recipe: 'none-{task}'}]\n")
            .resolve();
    assertThat(c.methods()).containsExactly("head", "zora", "aroma");
    assertThat(c.cells()).extracting(Cell::method).containsExactly("head");
    assertThat(c.notes())
        .containsExactly(
            "zora on mrpc is left out: this build has no method zora",
            "aroma on mrpc is left out: this build has no recipe none-mrpc");
  }

  @Test
  void sameComparisonHasTheSameDirectoryAndAnotherOneAnother() {
    String one = methods("aroma,head").resolve().directoryName();
    assertThat(one).startsWith("compare-wordnet-fields-");
    assertThat(methods("aroma,head").resolve().directoryName()).isEqualTo(one);
    assertThat(methods("aroma,head:lr=1").resolve().directoryName()).isNotEqualTo(one);
  }
}
