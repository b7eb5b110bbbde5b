package dev.aroma.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.aroma.io.AdapterFiles.Mode;
import dev.aroma.model.SequenceClassifier;
import dev.aroma.model.TinyModels;
import dev.aroma.nn.Linear;
import dev.aroma.peft.LowRank;
import dev.aroma.peft.MethodOptions;
import dev.aroma.peft.Methods;
import dev.aroma.peft.Tuner;
import dev.aroma.tensor.DType;
import dev.aroma.tensor.Scope;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What every registered method must do; a new method is tested by being registered. */
class MethodMatrixTest {
  private static final int STEPS = 40;

  /** Methods whose layers stay beside the base model's. */
  private static final List<String> ATTACHED = List.of("houlsby", "pfeiffer");

  @TempDir Path directory;

  /** Every method as it is by default, and the variants that options make. */
  static Stream<String> methods() {
    return Stream.concat(
        Methods.options().keySet().stream(),
        Stream.of("lora rslora", "lora dora", "lora dora rslora dropout", "lora plus"));
  }

  private static MethodOptions options(String name) {
    return switch (name) {
      case "lora rslora" -> MethodBench.method("lora", "rslora", "true");
      case "lora dora" -> MethodBench.method("lora", "dora", "true");
      case "lora dora rslora dropout" ->
          MethodBench.method("lora", "dora", "true", "rslora", "true", "dropout", "0.1");
      case "lora plus" -> MethodBench.method("lora", "plus-ratio", "4", "alpha", "4");
      case "relora" -> MethodBench.method("relora", "merge-steps", "15");
      case "aroma" -> MethodBench.method("aroma", "inner-steps", "15");
      case "pursuit" -> MethodBench.method("pursuit", "inner-steps", "15", "head-steps", "4");
      default -> MethodBench.method(name);
    };
  }

  @ParameterizedTest
  @MethodSource("methods")
  void trainsAndChangesOnlyWhatItDeclares(String name) {
    SequenceClassifier model = TinyModels.random("bert", 3, DType.F32);
    Map<String, float[]> before = MethodBench.values(model);
    float[] base = MethodBench.logits(model);
    double headRate = name.equals("head") ? 1 : 0;
    try (Tuner tuner = MethodBench.attach(options(name), model, STEPS)) {
      assertThat(MethodBench.logits(model)).containsExactly(base, within(0.05f));
      List<Double> losses = MethodBench.train(model, tuner, STEPS, headRate);
      assertThat(losses.get(STEPS - 1)).isLessThan(losses.get(0) * 0.95);
      MethodBench.values(model)
          .forEach(
              (path, now) -> {
                boolean declared = tuner.parameters().containsKey(path);
                boolean mayChange = declared || (headRate > 0 && model.inHead(path));
                assertThat(mayChange || Arrays.equals(now, before.get(path)))
                    .as("%s is as it was", path)
                    .isTrue();
                assertThat(options(name).method().trains(path) && !model.inHead(path))
                    .as("%s declared alike before and after", path)
                    .isEqualTo(declared);
              });
    }
    model.unload();
  }

  @ParameterizedTest
  @MethodSource("methods")
  void switchedOffTheBaseAnswersAndSwitchedOnTheResultAgain(String name) {
    SequenceClassifier model = TinyModels.random("bert", 3, DType.F32);
    float[] base = MethodBench.logits(model);
    try (Tuner tuner = MethodBench.attach(options(name), model, STEPS)) {
      MethodBench.train(model, tuner, STEPS, 0);
      float[] trained = MethodBench.logits(model);
      tuner.enable(false);
      tuner.enable(false);
      assertThat(MethodBench.logits(model)).containsExactly(base);
      tuner.enable(true);
      assertThat(MethodBench.logits(model)).containsExactly(trained);
      assertThat(Arrays.equals(trained, base)).isEqualTo(name.equals("head"));
    }
    model.unload();
  }

  @ParameterizedTest
  @MethodSource("methods")
  void savedAndLoadedItGivesTheSameLogits(String name) {
    for (String type : List.of("bert", "roberta")) {
      for (Mode mode : Mode.values()) {
        Path adapter = directory.resolve(type + mode);
        SequenceClassifier model = TinyModels.random(type, 3, DType.F32);
        float[] expected;
        try (Tuner tuner = MethodBench.attach(options(name), model, STEPS)) {
          MethodBench.train(model, tuner, STEPS, 1);
          expected = MethodBench.logits(model);
          AdapterStore.write(adapter, "org/base", model, tuner, mode);
        }
        model.unload();
        SequenceClassifier fresh = TinyModels.random(type, 3, DType.F32);
        try (AppliedAdapter applied = AdapterStore.apply(fresh, adapter)) {
          assertThat(MethodBench.logits(fresh)).containsExactly(expected, within(1e-5f));
          assertThat(applied.merged()).isNotEqualTo(ATTACHED.contains(name));
        }
        fresh.unload();
      }
    }
  }

  @ParameterizedTest
  @MethodSource("methods")
  void bfloat16TrainsTooAndDeliversFloat32(String name) {
    SequenceClassifier model = TinyModels.random("bert", 3, DType.BF16);
    try (Tuner tuner = MethodBench.attach(options(name), model, STEPS)) {
      List<Double> losses = MethodBench.train(model, tuner, STEPS, 1);
      double lowest = losses.stream().mapToDouble(Double::doubleValue).min().getAsDouble();
      assertThat(lowest)
          .as("the last may be above it, rounded as they are")
          .isLessThan(losses.get(0) * 0.95);
      try (Scope scope = Scope.open()) {
        for (LowRank low : tuner.factors().values()) {
          assertThat(low.a().dtype()).isEqualTo(DType.F32);
        }
      }
    }
    model.unload();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void adaLoraChoosesInTheShortestRunsToo(int steps) {
    SequenceClassifier model = TinyModels.random("bert", 3, DType.F32);
    MethodOptions adalora =
        MethodBench.method("adalora", "initial-rank", "4", "target-rank", "2", "interval", "1");
    try (Tuner tuner = MethodBench.attach(adalora, model, steps)) {
      MethodBench.train(model, tuner, steps, 1);
      int layers = tuner.ranks().size();
      int total = tuner.ranks().values().stream().mapToInt(Integer::intValue).sum();
      assertThat(total).isBetween(1, 2 * layers);
    }
    model.unload();
  }

  @ParameterizedTest
  @MethodSource("methods")
  void ranksAreThoseOfTheFactorsAndWithinTheLayers(String name) {
    SequenceClassifier model = TinyModels.random("bert", 3, DType.F32);
    try (Tuner tuner = MethodBench.attach(options(name), model, STEPS);
        Scope scope = Scope.open()) {
      MethodBench.train(model, tuner, STEPS, 1);
      assertThat(model.modules(Linear.class).keySet()).containsAll(tuner.factors().keySet());
      tuner
          .factors()
          .forEach(
              (path, low) -> {
                assertThat(tuner.ranks()).containsEntry(path, low.rank());
                assertThat(low.singularValues()).doesNotContain(Double.NaN);
              });
    }
    model.unload();
  }
}
