package dev.aroma.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.aroma.AdapterSet;
import dev.aroma.input.InputException;
import dev.aroma.model.SequenceClassifier;
import dev.aroma.peft.Methods;
import dev.aroma.tensor.DType;
import dev.aroma.tensor.Engine;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SharedBaseTest {
  @TempDir Path directory;
  private TinyRuns runs;

  @BeforeEach
  void checkpoint() throws IOException {
    runs = new TinyRuns(directory);
  }

  static Stream<String> methods() {
    return Stream.concat(Methods.options().keySet().stream(), Stream.of("dora"));
  }

  private Path run(String method) {
    return switch (method) {
      case "aroma" -> runs.aroma("one");
      case "pursuit" -> runs.run("one", method, "method.head-steps=2", "method.inner-steps=5");
      case "dora" -> runs.run("one", "lora", "method.dora=true");
      default -> runs.run("one", method);
    };
  }

  private static double[] yes(AdapterSet set, String name) {
    return TinyRuns.yes(set.classify(name, TinyRuns.TEXTS));
  }

  @ParameterizedTest
  @MethodSource("methods")
  void everyMethodAnswersBesideTheBaseAsByItselfWhateverIsAskedBetween(String method) {
    Path one = run(method);
    Path other = runs.run("other", "full", "train.seed=7");
    try (AdapterSet set = AdapterSet.open("cpu", "fp32")) {
      set.add("one", one);
      double[] alone = yes(set, "one");
      assertThat(alone).containsExactly(TinyRuns.yes(one), within(1e-5));
      set.add("other", other);
      assertThat(set.names()).containsExactly("one", "other");
      double[] between = yes(set, "other");
      assertThat(between).containsExactly(TinyRuns.yes(other), within(1e-5)).isNotEqualTo(alone);
      assertThat(yes(set, "one")).as("to the last bit").isEqualTo(alone);
      set.remove("other");
      assertThat(yes(set, "one")).isEqualTo(alone);
    }
  }

  @Test
  void weightsAreInMemoryOnce() {
    Path run = runs.aroma("run");
    try (SharedBase base = SharedBase.of(run, TinyRuns.CPU)) {
      SequenceClassifier one = lent(base, run, 2);
      SequenceClassifier other = lent(base, run, 5);
      String query = "bert.encoder.layer.0.attention.self.query.weight";
      one.parameters().get(query).value().fill(0.5);
      assertThat(other.parameters().get(query).value().floats()).containsOnly(0.5f);
      assertThat(other.parameters().get("classifier.weight").shape()).containsExactly(5, 16);
      one.unload();
      assertThat(other.parameters().get(query).value().floats()).containsOnly(0.5f);
      other.unload();
    }
  }

  private static SequenceClassifier lent(SharedBase base, Path run, int labels) {
    SequenceClassifier model = base.files(run, Recipes.options(run)).classifier(labels, null);
    base.lend(model, path -> DType.F32);
    return model;
  }

  /** In a process of its own, whose Java heap is of a fixed size and touched at once. */
  @Test
  void memoryStaysFlatWhereAdaptersAreAskedInTurnComeAndGo()
      throws IOException, InterruptedException {
    assumeTrue(Engine.residentBytes() > 0, "skipped: this system does not tell resident memory");
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    Process process =
        new ProcessBuilder(
                java,
                "-Xms128m",
                "-Xmx128m",
                "-XX:+AlwaysPreTouch",
                "-cp",
                System.getProperty("java.class.path"),
                AdapterSoak.class.getName(),
                runs.aroma("one").toString(),
                runs.run("other", "houlsby").toString())
            .redirectErrorStream(true)
            .start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
    Matcher line = Pattern.compile("resident (\\d+) (\\d+)").matcher(said);
    assertThat(line.find()).as(said).isTrue();
    assertThat(Double.parseDouble(line.group(2)))
        .as(said)
        .isLessThan(Double.parseDouble(line.group(1)) * 1.05);
  }

  @Test
  void adapterOfAnotherBaseIsRefusedAndTheSetGoesOn() throws IOException {
    Path mine = runs.run("mine", "head");
    Path elsewhere = new TinyRuns(directory.resolve("elsewhere")).run("run", "head");
    try (AdapterSet set = AdapterSet.open("cpu", "fp32")) {
      assertThatThrownBy(() -> set.add("none", directory.resolve("none")))
          .isInstanceOf(InputException.class);
      set.add("mine", mine);
      assertThatThrownBy(() -> set.add("theirs", elsewhere))
          .isInstanceOf(InputException.class)
          .hasMessageContainingAll("its base model is", "elsewhere", "#adapter-other-base");
      assertThat(yes(set, "mine")).hasSize(3);
      assertThat(set.labels("mine")).isEqualTo(List.of("no", "yes"));
    }
  }
}
