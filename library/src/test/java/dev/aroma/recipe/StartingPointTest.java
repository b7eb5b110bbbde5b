package dev.aroma.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.aroma.input.InputException;
import dev.aroma.io.AdapterFiles;
import dev.aroma.io.LoraAdapter;
import dev.aroma.io.LoraFactors;
import dev.aroma.model.SequenceClassifier;
import dev.aroma.model.TinyModels;
import dev.aroma.peft.MethodOptions;
import dev.aroma.peft.Setup;
import dev.aroma.peft.Tuner;
import dev.aroma.report.Result;
import dev.aroma.report.RunDirectory;
import dev.aroma.tensor.DType;
import dev.aroma.tensor.Device;
import dev.aroma.tensor.Rng;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StartingPointTest {
  private static final List<String> LABELS = List.of("a", "b", "c");
  private static final String QUERY = "roberta.encoder.layer.0.attention.self.query";

  @TempDir Path directory;

  /** A trained adapter of a method, and the logits with it. */
  private float[] adapter(String method, String... options) {
    SequenceClassifier model = TinyModels.random("roberta", 3, DType.F32);
    try (Tuner tuner = MethodBench.attach(MethodBench.method(method, options), model, 20)) {
      MethodBench.train(model, tuner, 20, 1);
      AdapterStore.write(directory, "", model, tuner, AdapterFiles.Mode.COMPACT);
      return MethodBench.logits(model);
    } finally {
      model.unload();
    }
  }

  private Tuner goOn(MethodOptions options, SequenceClassifier model, List<String> messages) {
    try (StartingPoint start =
        StartingPoint.of(directory, model, options.method(), LABELS, messages::add)) {
      Setup setup = new Setup(new Rng(1), Device.CPU, 12, model.head(), 0, start.changes());
      return options.method().attach(model, setup);
    }
  }

  /** Another scale (4, of 16 / 2 in the LoRA), other targets, and what becomes of them. */
  @Test
  void aromaKeepsTheFactorsAsMergedRankAndGrowsMore() {
    float[] logits = adapter("lora", "rank", "2", "target-modules", "[query, value]");
    SequenceClassifier model = TinyModels.random("roberta", 3, DType.F32);
    List<String> messages = new ArrayList<>();
    MethodOptions aroma =
        MethodBench.method(
            "aroma", "target-modules", "[query, key]", "outer-tolerance", "0", "inner-steps", "4");
    Path grown = directory.resolveSibling(directory.getFileName() + "-grown");
    try (Tuner tuner = goOn(aroma, model, messages)) {
      assertThat(messages)
          .containsExactly("goes on from total rank 8 in 4 modules of " + directory);
      assertThat(MethodBench.logits(model)).containsExactly(logits, within(1e-5f));
      assertThat(tuner.ranks()).containsEntry(QUERY, 3).hasSize(6);
      tuner.enable(false);
      assertThat(MethodBench.logits(model)).as("the base").isNotEqualTo(logits);
      tuner.enable(true);
      MethodBench.train(model, tuner, 12, 1);
      assertThat(tuner.ranks())
          .containsEntry(QUERY, 2 + 3)
          .containsEntry(QUERY.replace("query", "key"), 3)
          .containsEntry(QUERY.replace("query", "value"), 2 + 3);
      AdapterStore.write(grown, "", model, tuner, AdapterFiles.Mode.COMPACT);
      LoraAdapter written = AdapterFiles.read(grown);
      assertThat(written.modules()).extracting(LoraFactors::scale).containsOnly(4.0);
      float[] trained = MethodBench.logits(model);
      SequenceClassifier fresh = TinyModels.random("roberta", 3, DType.F32);
      try (AppliedAdapter applied = AdapterStore.apply(fresh, grown)) {
        assertThat(MethodBench.logits(fresh)).containsExactly(trained, within(1e-5f));
      } finally {
        fresh.unload();
      }
    }
    model.unload();
  }

  @Test
  void loraTrainsTheFactorsOnAtTheirRankAndScale() {
    float[] logits = adapter("lora", "rank", "2", "alpha", "6", "target-modules", "query");
    SequenceClassifier model = TinyModels.random("roberta", 3, DType.F32);
    MethodOptions lora = MethodBench.method("lora", "target-modules", "[query, key]");
    try (Tuner tuner = goOn(lora, model, new ArrayList<>())) {
      assertThat(MethodBench.logits(model)).containsExactly(logits, within(1e-5f));
      assertThat(tuner.ranks())
          .containsEntry(QUERY, 2)
          .containsEntry(QUERY.replace("query", "key"), 8);
      MethodBench.train(model, tuner, 5, 1);
      assertThat(tuner.factors().get(QUERY).scale()).isEqualTo(3);
      assertThat(MethodBench.logits(model)).isNotEqualTo(logits);
    }
    model.unload();
  }

  @ParameterizedTest
  @ValueSource(strings = {"adalora", "vera"})
  void otherLowRanksAreStartedFromToo(String method) {
    float[] logits = adapter(method);
    SequenceClassifier model = TinyModels.random("roberta", 3, DType.F32);
    try (Tuner tuner = goOn(MethodBench.method("relora"), model, new ArrayList<>())) {
      assertThat(MethodBench.logits(model)).containsExactly(logits, within(1e-4f));
    }
    model.unload();
  }

  private void refused(String method, String... says) {
    SequenceClassifier model = TinyModels.random("roberta", 3, DType.F32);
    MethodOptions options = MethodBench.method(method);
    assertThatThrownBy(() -> goOn(options, model, new ArrayList<>()))
        .isInstanceOf(InputException.class)
        .hasMessageContainingAll(says)
        .hasMessageContaining("aroma merge")
        .hasMessageContaining("#model-adapter");
    model.unload();
  }

  @ParameterizedTest
  @ValueSource(strings = {"ia3", "houlsby", "bitfit"})
  void whatWouldBeLostIsRefused(String method) {
    adapter(method);
    refused("aroma", "expected an adapter of low rank", "found " + method.replace("bitfit", "one"));
  }

  @Test
  void magnitudesWouldBeLost() {
    adapter("lora", "dora", "true");
    refused("lora", "found dora");
  }

  @ParameterizedTest
  @ValueSource(strings = {"adalora", "full", "ia3"})
  void methodsThatCannotGoOnSaySo(String method) {
    adapter("lora");
    refused(method, "this method cannot go on from an adapter; aroma, pursuit");
  }

  @Test
  void headForOtherLabelsIsNotTaken() {
    adapter("lora");
    new Labels(List.of("c", "b", "a"), 8).write(directory);
    SequenceClassifier model = TinyModels.random("roberta", 3, DType.F32);
    float[] before = model.parameters().get("classifier.dense.weight").value().floats();
    List<String> messages = new ArrayList<>();
    goOn(MethodBench.method("aroma"), model, messages).close();
    assertThat(messages.get(1)).contains("for other labels");
    assertThat(model.parameters().get("classifier.dense.weight").value().floats())
        .isEqualTo(before);
    model.unload();
  }

  @Test
  void aRunGoesOnFromARun() throws IOException {
    TinyRuns runs = new TinyRuns(directory);
    Path first = runs.aroma("first");
    Path second =
        runs.run(
            "second",
            "aroma",
            "model.adapter=" + first,
            "method.alpha=2",
            "method.outer-tolerance=0",
            "method.inner-steps=6");
    Result result = RunDirectory.open(second).readResult();
    assertThat(result.ranks().values()).containsOnly(3 + 2);
    try (SavedClassifier saved = SavedClassifier.load(second, TinyRuns.CPU)) {
      assertThat(saved.evaluate(null).get("accuracy")).isCloseTo(result.score(), within(1e-9));
    }
    assertThat(RunDirectory.open(second).readManifest().model().keySet())
        .anyMatch(file -> file.contains("first/adapter"));
  }
}
