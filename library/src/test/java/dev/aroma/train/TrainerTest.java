package dev.aroma.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.aroma.data.EncodedSplit;
import dev.aroma.metrics.Metric;
import dev.aroma.model.SequenceClassifier;
import dev.aroma.model.TinyModels;
import dev.aroma.nn.Parameter;
import dev.aroma.nn.ParameterGroup;
import dev.aroma.peft.AromaOptions;
import dev.aroma.peft.Change;
import dev.aroma.peft.HeadOptions;
import dev.aroma.peft.InnerChange;
import dev.aroma.peft.Method;
import dev.aroma.peft.MethodOptions;
import dev.aroma.peft.Outcome;
import dev.aroma.peft.Setup;
import dev.aroma.peft.Tuner;
import dev.aroma.tensor.DType;
import dev.aroma.tensor.Device;
import dev.aroma.tensor.Engine;
import dev.aroma.tensor.Rng;
import dev.aroma.tensor.Tensor;
import dev.aroma.text.TextTokenizer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class TrainerTest {
  private static final MethodOptions AROMA = aroma(0, AromaOptions.Reset.FULL);

  @TempDir Path directory;
  private TextTokenizer tokenizer;
  private final Heard heard = new Heard();

  /** Remembers what it was told. */
  private static final class Heard implements TrainingListener {
    final List<Step> steps = new ArrayList<>();
    int throwsAt;
    final List<Outcome.Event> events = new ArrayList<>();
    final List<Integer> cycles = new ArrayList<>();
    final List<Integer> evaluations = new ArrayList<>();
    final List<Integer> saved = new ArrayList<>(); // evaluations there were when it was saved

    @Override
    public void stepped(Step step) {
      steps.add(step);
      if (step.step() == throwsAt) {
        throw new UncheckedIOException(new IOException("No space left on device"));
      }
    }

    @Override
    public void happened(Outcome.Event event, int cycle) {
      events.add(event);
      cycles.add(cycle);
    }

    @Override
    public void evaluated(int step, String metric, Map<String, Double> scores, double best) {
      evaluations.add(step);
    }
  }

  private static MethodOptions aroma(double outerTolerance, AromaOptions.Reset reset) {
    return new AromaOptions(
        List.of("query", "value", "output.dense"),
        1,
        4,
        0,
        20,
        5,
        0.001,
        InnerChange.SIGNED,
        outerTolerance,
        reset,
        0.5,
        AromaOptions.Init.UNIFORM,
        4,
        0);
  }

  private static TrainOptions options(
      Integer epochs, Integer maxSteps, double rate, int accumulate) {
    ScheduleOptions schedule =
        new ScheduleOptions(ScheduleOptions.Shape.CONSTANT, 0, 0, 0.1, false);
    return new TrainOptions(
        epochs, maxSteps, 16, accumulate, rate, null, 0, 1, schedule, 20, 32, 1, 5, 0, 2);
  }

  @BeforeEach
  void tokenizer() throws IOException {
    tokenizer = TinyTask.tokenizer(directory);
  }

  @AfterEach
  void close() {
    tokenizer.close();
  }

  private Training train(SequenceClassifier model, MethodOptions method, TrainOptions options) {
    return train(model, method, options, false, () -> false);
  }

  private Training train(
      SequenceClassifier model,
      MethodOptions method,
      TrainOptions options,
      boolean regression,
      BooleanSupplier stop) {
    return train(
        model, method, options, regression, stop, t -> heard.saved.add(heard.evaluations.size()));
  }

  private Training train(
      SequenceClassifier model,
      MethodOptions method,
      TrainOptions options,
      boolean regression,
      BooleanSupplier stop,
      Consumer<Tuner> save) {
    EncodedSplit train = TinyTask.split("train", 160, regression, tokenizer);
    EncodedSplit dev = TinyTask.split("dev", 70, regression, tokenizer);
    List<Metric> metrics = List.of(regression ? Metric.PEARSON : Metric.ACCURACY);
    int total = Trainer.totalSteps(train.size(), options);
    Evaluator evaluator =
        new Evaluator(model, List.of(dev), metrics, regression ? 1 : 3, 32, Device.CPU);
    Engine.seed(options.seed());
    Tuner tuner =
        method
            .method()
            .attach(model, new Setup(new Rng(options.seed()), Device.CPU, total, model.head()));
    return new Trainer(
            model,
            tuner,
            train,
            new ClassificationLoss(model, Device.CPU, regression),
            evaluator,
            options,
            total,
            Device.CPU,
            List.of(heard),
            stop)
        .run(() -> save.accept(tuner));
  }

  @Test
  void classesAreLearned() {
    SequenceClassifier model = TinyModels.random("bert", 3, DType.F32);
    Training training = train(model, AROMA, options(null, 200, 0.01, 1));
    assertThat(training.score()).as("chance is a third").isGreaterThan(0.8);
    assertThat(training.best()).isGreaterThanOrEqualTo(training.score());
    assertThat(training.end()).isEqualTo(Training.End.MAX_STEPS);
    assertThat(training.steps()).isEqualTo(200);
    assertThat(training.adapterInitial()).isEqualTo(2 * (3 * 32 + 48));
    assertThat(training.head()).isEqualTo(16 * 16 + 16 + 3 * 16 + 3);
    assertThat(heard.steps).hasSize(200);
    assertThat(heard.steps.get(199).totalRank()).isEqualTo(10 * 8);
    assertThat(heard.evaluations)
        .as("every 20, and what is delivered")
        .hasSize(10)
        .endsWith(180, 200);
    assertThat(heard.saved).as("saved once, before the last evaluation").containsExactly(9);
    assertThat(heard.cycles).startsWith(1).endsWith(10);
    model.unload();
  }

  @Test
  void numbersAreLearned() {
    SequenceClassifier model = TinyModels.random("roberta", 1, DType.F32);
    Training training = train(model, AROMA, options(null, 200, 0.01, 1), true, () -> false);
    assertThat(training.metric()).isEqualTo("pearson");
    assertThat(training.score()).isGreaterThan(0.7);
    model.unload();
  }

  @Test
  void bfloat16LearnsToo() {
    SequenceClassifier model = TinyModels.random("bert", 3, DType.BF16);
    assertThat(train(model, AROMA, options(null, 200, 0.01, 1)).score()).isGreaterThan(0.8);
    model.unload();
  }

  @Test
  void theSameSeedGivesTheSameNumbers() {
    SequenceClassifier one = TinyModels.random("bert", 3, DType.F32);
    Training first = train(one, AROMA, options(null, 30, 0.01, 1));
    List<Double> losses = heard.steps.stream().map(TrainingListener.Step::loss).toList();
    heard.steps.clear();
    SequenceClassifier two = TinyModels.random("bert", 3, DType.F32);
    Training second = train(two, AROMA, options(null, 30, 0.01, 1));
    assertThat(heard.steps.stream().map(TrainingListener.Step::loss))
        .containsExactlyElementsOf(losses);
    assertThat(second.scores()).isEqualTo(first.scores());
    one.unload();
    two.unload();
  }

  @Test
  void accumulatedBatchesMakeOneStep() {
    SequenceClassifier model = TinyModels.random("bert", 3, DType.F32);
    Training training = train(model, AROMA, options(2, null, 0.01, 2));
    assertThat(training.steps()).as("2 epochs of 10 batches, 2 a step").isEqualTo(10);
    assertThat(training.end()).isEqualTo(Training.End.EPOCHS);
    assertThat(training.examples()).isEqualTo(320);
    model.unload();
  }

  @Test
  void theLastStepTakesWhatTheEpochsHaveLeft() {
    SequenceClassifier model = TinyModels.random("bert", 3, DType.F32);
    Training training = train(model, AROMA, options(3, null, 0.01, 4));
    assertThat(training.steps()).as("30 batches, 4 a step").isEqualTo(8);
    assertThat(training.end()).isEqualTo(Training.End.EPOCHS);
    assertThat(training.examples()).as("3 epochs of 160").isEqualTo(480);
    long usual = heard.steps.get(0).tokens();
    assertThat(heard.steps.get(7).tokens()).as("2 of 4 batches").isLessThan(usual * 3 / 4);
    double before = heard.steps.get(6).loss();
    assertThat(heard.steps.get(7).loss())
        .as("a mean over 2 batches, not a half")
        .isBetween(before * 0.7, before * 1.3);
    model.unload();
  }

  @Test
  void onlyTheHeadChangesWhenOnlyTheHeadIsTrained() {
    SequenceClassifier model = TinyModels.random("bert", 3, DType.F32);
    Map<String, float[]> before = new HashMap<>();
    model.parameters().forEach((path, p) -> before.put(path, p.value().floats()));
    Training training = train(model, new HeadOptions(), options(1, null, 0.01, 1));
    assertThat(training.adapterInitial()).isZero();
    for (Map.Entry<String, Parameter> entry : model.parameters().entrySet()) {
      boolean same =
          java.util.Arrays.equals(entry.getValue().value().floats(), before.get(entry.getKey()));
      assertThat(same).as(entry.getKey()).isNotEqualTo(model.inHead(entry.getKey()));
    }
    model.unload();
  }

  @ParameterizedTest
  @EnumSource(AromaOptions.Reset.class)
  void everyResetTrains(AromaOptions.Reset reset) {
    SequenceClassifier model = TinyModels.random("bert", 3, DType.F32);
    Training training = train(model, aroma(0, reset), options(null, 200, 0.01, 1));
    assertThat(training.score()).as("chance is a third").isGreaterThan(0.6);
    model.unload();
  }

  @Test
  void aRunEndsWhenEveryModuleHasConverged() {
    SequenceClassifier model = TinyModels.random("bert", 3, DType.F32);
    Training training =
        train(model, aroma(1e9, AromaOptions.Reset.FULL), options(null, 80, 0.01, 1));
    assertThat(training.end()).isEqualTo(Training.End.CONVERGED);
    assertThat(training.steps()).isLessThanOrEqualTo(20);
    assertThat(training.adapterMean()).isCloseTo((double) training.adapterInitial(), within(1e-9));
    model.unload();
  }

  @Test
  void somebodyCanStopARunAndWhatThereIsIsScored() {
    SequenceClassifier model = TinyModels.random("bert", 3, DType.F32);
    Training training =
        train(model, AROMA, options(null, 80, 0.01, 1), false, () -> heard.steps.size() == 7);
    assertThat(training.end()).isEqualTo(Training.End.INTERRUPTED);
    assertThat(training.steps()).isEqualTo(7);
    assertThat(training.scores()).containsKey("accuracy");
    assertThat(heard.events).as("the live components were checked").hasSize(8);
    model.unload();
  }

  @Test
  void aListenerThatThrowsDoesNotCostWhatWasTrained() {
    SequenceClassifier model = TinyModels.random("bert", 3, DType.F32);
    heard.throwsAt = 7;
    List<Map<String, Integer>> saved = new ArrayList<>();
    assertThatThrownBy(
            () ->
                train(
                    model,
                    AROMA,
                    options(null, 80, 0.01, 1),
                    false,
                    () -> false,
                    tuner -> {
                      saved.add(tuner.ranks());
                      tuner.factors().values().forEach(f -> assertThat(f.rank()).isEqualTo(1));
                    }))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("No space left")
        .hasNoSuppressedExceptions();
    assertThat(saved).hasSize(1);
    assertThat(saved.get(0).values()).as("merged").hasSize(8).containsOnly(1);
    assertThat(heard.evaluations).isEmpty();
    assertThat(model.training()).isFalse();
    model.parameters().values().forEach(p -> assertThat(finite(p)).isTrue());
    model.unload();
  }

  @Test
  void aRescueThatFailsTooIsTold() {
    SequenceClassifier model = TinyModels.random("bert", 3, DType.F32);
    heard.throwsAt = 1;
    assertThatThrownBy(
            () ->
                train(
                    model,
                    AROMA,
                    options(null, 80, 0.01, 1),
                    false,
                    () -> false,
                    tuner -> {
                      throw new IllegalStateException("still full");
                    }))
        .isInstanceOf(UncheckedIOException.class)
        .satisfies(
            e -> assertThat(e.getSuppressed()).singleElement().asString().contains("still full"));
    model.unload();
  }

  @Test
  void aLossThatIsNoNumberStopsTheRunAtTheLastGoodState() {
    SequenceClassifier model = TinyModels.random("bert", 3, DType.F32);
    Training training = train(model, AROMA, options(null, 80, 1e30, 1));
    assertThat(training.end()).isEqualTo(Training.End.FAILED);
    assertThat(training.failure()).contains("loss of step").contains("NaN");
    assertThat(training.score()).isBetween(0.0, 1.0);
    model.parameters().values().forEach(p -> assertThat(finite(p)).isTrue());
    model.unload();
  }

  /** A method whose penalty is 0 with a gradient that is no number, from one step on. */
  private static final class Steep implements Tuner {
    private final Tuner inner;
    private final int from;
    private int step;

    Steep(Tuner inner, int from) {
      this.inner = inner;
      this.from = from;
    }

    @Override
    public List<ParameterGroup> groups() {
      return inner.groups();
    }

    @Override
    public void beforeStep(int now) {
      step = now;
      inner.beforeStep(now);
    }

    @Override
    public Tensor penalty() {
      Tensor any = groups().get(0).parameters().get(0).value();
      return step < from ? null : any.mul(0).sum().sqrt(); // 1 / 0 · 0
    }

    @Override
    public Outcome afterStep(int now) {
      return inner.afterStep(now);
    }

    @Override
    public Outcome finish(int now) {
      return inner.finish(now);
    }

    @Override
    public Map<String, ? extends Change> changes() {
      return inner.changes();
    }

    @Override
    public Map<String, Integer> ranks() {
      return inner.ranks();
    }

    @Override
    public void enable(boolean on) {
      inner.enable(on);
    }

    @Override
    public void close() {
      inner.close();
    }
  }

  private record SteepOptions(int from) implements MethodOptions {
    @Override
    public Method method() {
      return (model, setup) -> new Steep(AROMA.method().attach(model, setup), from);
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 1})
  void aGradientThatIsNoNumberStopsTheRunBeforeItIsUsed(double clip) {
    SequenceClassifier model = TinyModels.random("bert", 3, DType.F32);
    ScheduleOptions schedule =
        new ScheduleOptions(ScheduleOptions.Shape.CONSTANT, 0, 0, 0.1, false);
    TrainOptions options =
        new TrainOptions(null, 80, 16, 1, 0.01, null, 0, clip, schedule, 20, 32, 1, 5, 0, 2);
    Training training = train(model, new SteepOptions(19), options); // the switch's own step
    assertThat(training.end()).isEqualTo(Training.End.FAILED);
    assertThat(training.failure()).contains("gradient of step 20").contains("NaN");
    assertThat(training.steps()).isEqualTo(19);
    assertThat(training.adapterMean())
        .as("19 steps of 19")
        .isEqualTo((double) training.adapterInitial());
    assertThat(heard.events)
        .as("what was good is kept")
        .isNotEmpty()
        .noneMatch(event -> event.kind() == Outcome.Kind.FREEZE)
        .anyMatch(event -> event.kind() == Outcome.Kind.MERGE && Double.isFinite(event.value()));
    model.parameters().values().forEach(p -> assertThat(finite(p)).isTrue());
    model.unload();
  }

  private static boolean finite(Parameter parameter) {
    for (float value : parameter.value().floats()) {
      if (!Float.isFinite(value)) {
        return false;
      }
    }
    return true;
  }

  @Test
  void theFirstToComeOfEpochsAndStepsEndsARun() {
    assertThat(Trainer.totalSteps(160, options(2, 15, 1, 1))).isEqualTo(15);
    assertThat(Trainer.totalSteps(160, options(1, 15, 1, 1))).isEqualTo(10);
    assertThat(Trainer.totalSteps(161, options(1, null, 1, 1))).isEqualTo(11);
    assertThat(Trainer.totalSteps(160, options(null, null, 1, 1))).as("3 epochs").isEqualTo(30);
    assertThat(Trainer.totalSteps(160, options(3, null, 1, 4))).as("30 batches").isEqualTo(8);
    assertThat(Trainer.totalSteps(160, options(null, 9, 1, 4))).as("no end but 9").isEqualTo(9);
  }
}
