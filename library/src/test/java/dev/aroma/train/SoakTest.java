package dev.aroma.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.aroma.data.EncodedSplit;
import dev.aroma.metrics.Metric;
import dev.aroma.model.SequenceClassifier;
import dev.aroma.model.TinyModels;
import dev.aroma.peft.AdaLoraOptions;
import dev.aroma.peft.AromaOptions;
import dev.aroma.peft.InnerChange;
import dev.aroma.peft.LoraOptions;
import dev.aroma.peft.MethodOptions;
import dev.aroma.peft.Setup;
import dev.aroma.peft.Tuner;
import dev.aroma.tensor.DType;
import dev.aroma.tensor.Device;
import dev.aroma.tensor.Engine;
import dev.aroma.tensor.Rng;
import dev.aroma.text.TextTokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Memory is freed by scopes alone: anything forgotten shows as growth. */
class SoakTest {
  private static final int STEPS = 2500;
  private static final int SETTLED = 500;

  @TempDir Path directory;

  private static AromaOptions aroma() {
    return new AromaOptions(
        List.of("query", "value", "output.dense"),
        1,
        4,
        0.1,
        50,
        10,
        0.1,
        InnerChange.DIFFERENCE,
        0,
        AromaOptions.Reset.PRUNE,
        0.5,
        AromaOptions.Init.GRADIENT,
        4,
        0);
  }

  private static MethodOptions adalora() {
    return new AdaLoraOptions(
        List.of("query", "value", "output.dense"), 4, 2, 8, 0.1, 10, 800, 5, 0.1, 0.85, 0.85);
  }

  private static MethodOptions dora() {
    return new LoraOptions(List.of("query", "output.dense"), 4, 8, 0.1, false, true, 4);
  }

  @Test
  void residentMemoryStaysFlatOverTwoThousandSteps() throws IOException {
    staysFlat(aroma());
  }

  @Test
  void itDoesWithTheMethodsThatKeepMostBesidesTheModel() throws IOException {
    staysFlat(adalora());
    staysFlat(dora());
  }

  private void staysFlat(MethodOptions options) throws IOException {
    assumeTrue(Engine.residentBytes() > 0, "skipped: this system does not tell resident memory");
    SequenceClassifier model = TinyModels.random("bert", 3, DType.F32);
    long[] settled = {0};
    long[] most = {0};
    TrainingListener watcher =
        new TrainingListener() {
          @Override
          public void stepped(Step step) {
            if (step.step() == SETTLED) {
              settled[0] = Engine.residentBytes();
            } else if (step.step() > SETTLED && step.step() % 50 == 0) {
              most[0] = Math.max(most[0], Engine.residentBytes());
            }
          }
        };
    try (TextTokenizer tokenizer = TinyTask.tokenizer(directory)) {
      run(options, model, tokenizer, watcher);
    }
    assertThat((double) most[0]).as("of %d bytes", settled[0]).isLessThan(settled[0] * 1.05);
    model.unload();
  }

  /** Merges, freezes, evaluations and both kinds of first values are in it. */
  private static void run(
      MethodOptions options,
      SequenceClassifier model,
      TextTokenizer tokenizer,
      TrainingListener watcher) {
    EncodedSplit train = TinyTask.split("train", 160, false, tokenizer);
    Evaluator evaluator =
        new Evaluator(List.of(train), List.of(Metric.ACCURACY), 3, 64, Device.CPU);
    Tuner tuner =
        options.method().attach(model, new Setup(new Rng(1), Device.CPU, STEPS, model.head()));
    ScheduleOptions schedule =
        new ScheduleOptions(ScheduleOptions.Shape.COSINE, 10, 10, 0.1, false);
    TrainOptions how =
        new TrainOptions(null, STEPS, 16, 1, 1e-3, null, 0, 1, schedule, 100, 64, 1, 1);
    new Trainer(
            model,
            tuner,
            train,
            evaluator,
            false,
            how,
            STEPS,
            Device.CPU,
            List.of(watcher),
            () -> false)
        .run();
    tuner.close();
  }
}
