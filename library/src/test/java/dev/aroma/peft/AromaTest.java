package dev.aroma.peft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.aroma.input.InputException;
import dev.aroma.model.SequenceClassifier;
import dev.aroma.model.TinyModels;
import dev.aroma.nn.Linear;
import dev.aroma.nn.Parameter;
import dev.aroma.nn.ParameterGroup;
import dev.aroma.optim.AdamW;
import dev.aroma.peft.AromaOptions.Init;
import dev.aroma.peft.AromaOptions.Reset;
import dev.aroma.peft.Outcome.Kind;
import dev.aroma.tensor.DType;
import dev.aroma.tensor.Device;
import dev.aroma.tensor.NoGrad;
import dev.aroma.tensor.Ops;
import dev.aroma.tensor.Rng;
import dev.aroma.tensor.Scope;
import dev.aroma.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class AromaTest {
  private static final List<String> TARGETS = List.of("query", "value", "intermediate.dense");

  private static AromaOptions options(
      int rank, double tolerance, InnerChange change, Reset reset, Init init, int headSteps) {
    return new AromaOptions(
        TARGETS, rank, 4, 0.1, 8, 4, 0.1, change, tolerance, reset, 0.5, init, 2, headSteps);
  }

  private static AromaOptions plain(int rank) {
    return options(rank, 0, InnerChange.SIGNED, Reset.FULL, Init.UNIFORM, 0);
  }

  private static Tuner attach(AromaOptions options, SequenceClassifier model, int steps) {
    return new Aroma(options).attach(model, new Setup(new Rng(1), Device.CPU, steps, model.head()));
  }

  /** Trains on one batch. */
  private static List<Double> train(SequenceClassifier model, Tuner tuner, int steps) {
    List<Double> losses = new ArrayList<>();
    ParameterGroup other = new ParameterGroup("head", classifier(model), 1, 0);
    model.train(true);
    try (AdamW adam = new AdamW(AdamW.Settings.DEFAULT, groups(other, tuner), Device.CPU)) {
      for (int step = 0; step < steps; step++) {
        tuner.beforeStep(step);
        try (Scope scope = Scope.open()) {
          Tensor loss = Ops.crossEntropy(model.logits(TinyModels.inputs()), TinyModels.labels(3));
          loss.backward();
          losses.add(loss.item());
        }
        adam.step(group -> group.name().equals("head") ? 0 : 0.02);
        Outcome outcome = tuner.afterStep(step + 1);
        adam.zeroGradients();
        if (outcome.finished()) {
          break;
        }
        if (outcome.restart()) {
          adam.regroup(groups(other, tuner));
          adam.reset("adapter");
        }
      }
      tuner.finish(losses.size());
    }
    model.train(false);
    return losses;
  }

  /** The last layer of either family's head. */
  private static List<Parameter> classifier(SequenceClassifier model) {
    return model.parameters().entrySet().stream()
        .filter(e -> e.getKey().matches("classifier\\.(out_proj\\.)?(weight|bias)"))
        .map(Map.Entry::getValue)
        .toList();
  }

  private static List<ParameterGroup> groups(ParameterGroup other, Tuner tuner) {
    List<ParameterGroup> all = new ArrayList<>(List.of(other));
    all.addAll(tuner.groups());
    return all;
  }

  private static float[] logits(SequenceClassifier model) {
    try (Scope scope = Scope.open();
        NoGrad guard = NoGrad.open()) {
      return model.logits(TinyModels.inputs()).floats();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void lossFallsRanksGrowAndOnlyTheAdapterChanges(int rank) {
    SequenceClassifier model = TinyModels.random("bert", 3, DType.F32);
    Map<String, float[]> before = values(model);
    Tuner tuner = attach(plain(rank), model, 20);
    assertThat(tuner.liveParameters()).isEqualTo(2L * rank * ((16 + 16) * 2 + 16 + 32));
    assertThat(tuner.liveModules()).isEqualTo(6);
    List<Double> losses = train(model, tuner, 20);
    assertThat(losses.get(19)).isLessThan(losses.get(0) * 0.8);
    assertThat(tuner.ranks().values()).as("8 + 8 + 4 steps").containsOnly(3 * rank);
    values(model)
        .forEach((path, now) -> assertThat(now).as(path).containsExactly(before.get(path)));
    model.unload();
  }

  private static Map<String, float[]> values(SequenceClassifier model) {
    Map<String, float[]> all = new HashMap<>();
    model.parameters().forEach((path, p) -> all.put(path, p.value().floats()));
    return all;
  }

  @Test
  void aNewComponentDoesNotChangeTheModelAndSwitchedOffTheBaseAnswers() {
    SequenceClassifier model = TinyModels.random("bert", 3, DType.F32);
    float[] base = logits(model);
    Tuner tuner = attach(plain(1), model, 20);
    assertThat(logits(model)).as("b = 0").containsExactly(base, within(1e-6f));
    train(model, tuner, 20);
    assertThat(logits(model)).isNotEqualTo(base);
    tuner.enable(false);
    assertThat(logits(model)).containsExactly(base);
    model.unload();
  }

  @ParameterizedTest
  @EnumSource(names = {"F32", "BF16"})
  void factorsMergedIntoAFreshModelGiveTheSameLogits(DType dtype) {
    SequenceClassifier model = TinyModels.random("roberta", 3, dtype);
    Tuner tuner = attach(plain(1), model, 20);
    train(model, tuner, 20);
    SequenceClassifier fresh = TinyModels.random("roberta", 3, dtype);
    Map<String, Linear> layers = fresh.modules(Linear.class);
    try (Scope scope = Scope.open();
        NoGrad guard = NoGrad.open()) {
      tuner
          .factors()
          .forEach(
              (path, low) -> {
                Parameter weight = layers.get(path).weight();
                weight.value(low.addTo(weight.value()));
              });
    }
    assertThat(logits(fresh))
        .containsExactly(logits(model), within(dtype == DType.F32 ? 1e-5f : 1e-6f));
    model.unload();
    fresh.unload();
  }

  @Test
  void modulesBelowTheOuterToleranceFreezeAndKeepNothingOfTheirComponent() {
    SequenceClassifier model = TinyModels.random("bert", 3, DType.F32);
    float[] base = logits(model);
    Tuner tuner =
        attach(options(1, 1e9, InnerChange.SIGNED, Reset.FULL, Init.UNIFORM, 0), model, 100);
    List<Double> losses = train(model, tuner, 100);
    assertThat(losses).as("the run ends when all are frozen").hasSize(8);
    assertThat(tuner.liveModules()).isZero();
    assertThat(tuner.liveParameters()).isZero();
    assertThat(tuner.ranks().values()).containsOnly(0);
    assertThat(logits(model)).containsExactly(base, within(1e-6f));
    model.unload();
  }

  @ParameterizedTest
  @EnumSource(InnerChange.class)
  void everyMeasureOfChangeEndsTheInnerLoop(InnerChange change) {
    SequenceClassifier model = TinyModels.random("bert", 3, DType.F32);
    AromaOptions wide =
        new AromaOptions(
            TARGETS, 1, 4, 0, 1000, 4, 1e9, change, 0, Reset.FULL, 0, Init.UNIFORM, 2, 0);
    Tuner tuner = attach(wide, model, 40);
    train(model, tuner, 17);
    // the second check of a cycle, at step 8, always fires with so wide a tolerance
    assertThat(tuner.ranks().values()).as("two cycles of 8, one cut off").containsOnly(3);
    model.unload();
  }

  @Test
  void theHeadTrainsAloneFirstWhenAsked() {
    SequenceClassifier model = TinyModels.random("bert", 3, DType.F32);
    Tuner tuner =
        attach(options(1, 0, InnerChange.SIGNED, Reset.FULL, Init.GRADIENT, 3), model, 20);
    assertThat(tuner.groups()).isEmpty();
    assertThat(tuner.liveModules()).isZero();
    assertThat(tuner.afterStep(1)).isEqualTo(Outcome.NOTHING);
    assertThat(tuner.afterStep(2)).isEqualTo(Outcome.NOTHING);
    assertThat(tuner.afterStep(3).restart()).isTrue();
    assertThat(tuner.liveModules()).isEqualTo(6);
    model.unload();
  }

  @Test
  void componentsStartFromTheDenseGradient() {
    SequenceClassifier model = TinyModels.random("bert", 3, DType.F32);
    Tuner tuner =
        attach(options(1, 0, InnerChange.SIGNED, Reset.FULL, Init.GRADIENT, 1), model, 20);
    Tensor weight =
        model.modules(Linear.class).get("bert.encoder.layer.0.intermediate.dense").weight().value();
    try (Scope scope = Scope.open()) {
      tuner.beforeStep(0);
      assertThat(weight.requiresGrad()).isTrue();
      Ops.crossEntropy(model.logits(TinyModels.inputs()), TinyModels.labels(3)).backward();
      Tensor gradient = weight.grad().copy();
      tuner.afterStep(1);
      Parameter a = tuner.groups().get(0).parameters().get(4);
      try (NoGrad guard = NoGrad.open()) {
        assertThat(a.value().norm().item()).isCloseTo(1, within(1e-5));
        double along = gradient.matmul(a.value().t()).norm().item();
        double largest = Ops.singularValues(gradient).floats()[0];
        assertThat(along)
            .as("|G v| is the largest singular value")
            .isCloseTo(largest, within(0.02 * largest));
      }
      assertThat(weight.requiresGrad()).as("no dense gradient is computed any more").isFalse();
      assertThat(weight.hasGrad()).isFalse();
    }
    model.unload();
  }

  @Test
  void pursuitMergesAtItsPeriodWhateverHappens() {
    SequenceClassifier model = TinyModels.random("bert", 3, DType.F32);
    Method pursuit = new PursuitOptions(TARGETS, 1, 4, 0, 5, 2, 3).method();
    Tuner tuner = pursuit.attach(model, new Setup(new Rng(1), Device.CPU, 20, model.head()));
    List<Double> losses = train(model, tuner, 20);
    assertThat(losses.get(19)).isLessThan(losses.get(0));
    assertThat(tuner.ranks().values()).as("3 + 5 + 5 + 5 + 2 steps").containsOnly(4);
    model.unload();
  }

  @Test
  void anEndBeforeTimeChecksWhatIsLive() {
    SequenceClassifier model = TinyModels.random("bert", 3, DType.F32);
    Tuner tuner = attach(plain(1), model, 1000);
    tuner.afterStep(1);
    Outcome outcome = tuner.finish(1);
    assertThat(outcome.finished()).isTrue();
    assertThat(outcome.events()).hasSize(6).allMatch(event -> event.kind() == Kind.MERGE);
    assertThat(tuner.finish(1)).as("once only").isEqualTo(Outcome.NOTHING);
    model.unload();
  }

  @Test
  void componentsThatNeverTrainedAreDroppedSilently() {
    SequenceClassifier model = TinyModels.random("bert", 3, DType.F32);
    Method pursuit = new PursuitOptions(TARGETS, 1, 4, 0, 5, 2, 3).method();
    Tuner tuner = pursuit.attach(model, new Setup(new Rng(1), Device.CPU, 20, model.head()));
    for (int step = 1; step <= 3; step++) {
      tuner.afterStep(step);
    }
    assertThat(tuner.ranks().values()).as("just begun").containsOnly(1);
    assertThat(tuner.finish(3)).isEqualTo(Outcome.NOTHING);
    assertThat(tuner.ranks().values()).containsOnly(0);
    assertThat(tuner.liveModules()).isZero();
    assertThat(tuner.factors().values()).allMatch(factors -> factors.rank() == 0);
    model.unload();
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3})
  void aRunThatEndsBeforeTheFirstComponentIsRefused(int total) {
    SequenceClassifier model = TinyModels.random("bert", 3, DType.F32);
    Method pursuit = new PursuitOptions(TARGETS, 1, 4, 0, 5, 2, 3).method();
    Setup setup = new Setup(new Rng(1), Device.CPU, total, model.head());
    assertThatThrownBy(() -> pursuit.attach(model, setup))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("method.head-steps")
        .hasMessageContaining("below the %d steps".formatted(total))
        .hasMessageContaining("found 3");
    model.unload();
  }

  @Test
  void convergenceIsReportedWithTheRelativeChange() {
    SequenceClassifier model = TinyModels.random("bert", 3, DType.F32);
    Tuner tuner = attach(plain(1), model, 20);
    List<Parameter> live = tuner.groups().get(0).parameters(); // a, b, a, b, …
    Outcome outcome = Outcome.NOTHING;
    for (int step = 1; step <= 8; step++) {
      for (int i = 1; i < live.size(); i += 2) {
        live.get(i).value().fill(step == 8 ? 1.05 : 1);
      }
      outcome = tuner.afterStep(step);
    }
    assertThat(outcome.events().subList(0, 6))
        .allSatisfy(
            event -> {
              assertThat(event.kind()).isEqualTo(Kind.INNER_CONVERGED);
              assertThat(event.value()).isCloseTo(0.05, within(1e-4));
            });
    model.unload();
  }

  /** Modules of one shape are measured together; here shapes come in turn. */
  @ParameterizedTest
  @EnumSource(InnerChange.class)
  void everyModuleIsToldItsOwnChange(InnerChange change) {
    SequenceClassifier model = TinyModels.random("bert", 3, DType.F32);
    Tuner tuner = attach(options(2, 0, change, Reset.FULL, Init.UNIFORM, 0), model, 20);
    List<Parameter> live = tuner.groups().get(0).parameters(); // a, b, a, b, …
    Outcome outcome = Outcome.NOTHING;
    for (int step = 1; step <= 8; step++) {
      for (int i = 0; i < live.size() / 2; i++) {
        live.get(2 * i + 1).value().fill(step == 8 ? 1 + 0.01 * (i + 1) : 1);
      }
      outcome = tuner.afterStep(step);
    }
    List<Outcome.Event> events = outcome.events().subList(0, 6);
    assertThat(events.stream().map(Outcome.Event::module))
        .containsExactlyElementsOf(tuner.ranks().keySet());
    for (int i = 0; i < 6; i++) {
      assertThat(events.get(i).kind()).isEqualTo(Kind.INNER_CONVERGED);
      assertThat(events.get(i).value()).isCloseTo(0.01 * (i + 1), within(1e-3));
    }
    model.unload();
  }

  @Test
  void resetsSayHowMuchOfAdamStays() {
    assertThat(options(1, 0, InnerChange.SIGNED, Reset.FULL, Init.UNIFORM, 0).keep()).isZero();
    assertThat(options(1, 0, InnerChange.SIGNED, Reset.PRUNE, Init.UNIFORM, 0).keep())
        .isEqualTo(0.5);
    assertThat(options(1, 0, InnerChange.SIGNED, Reset.NONE, Init.UNIFORM, 0).keep()).isEqualTo(1);
  }

  @Test
  void targetsThatMatchNothingAreNamed() {
    SequenceClassifier model = TinyModels.random("bert", 3, DType.F32);
    AromaOptions wrong =
        new AromaOptions(
            List.of("query", "q_proj"),
            1,
            4,
            0,
            8,
            4,
            0.1,
            InnerChange.SIGNED,
            0,
            Reset.FULL,
            0,
            Init.UNIFORM,
            2,
            0);
    assertThatThrownBy(() -> attach(wrong, model, 20))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("[q_proj]")
        .hasMessageContaining("attention.self.query");
    model.unload();
  }
}
