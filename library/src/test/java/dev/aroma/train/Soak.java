package dev.aroma.train;

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

/**
 * A long training run in a process of its own, which prints its resident memory when it has settled
 * and the most of it afterwards.
 */
final class Soak {
  private static final int STEPS = 2500;
  private static final int SETTLED = 1000;

  private Soak() {}

  /** Runs; the arguments are a directory to write a vocabulary to, and a method. */
  public static void main(String[] args) throws IOException {
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
    try (TextTokenizer tokenizer = TinyTask.tokenizer(Path.of(args[0]))) {
      run(options(args[1]), model, tokenizer, watcher);
    }
    System.out.println("resident " + settled[0] + " " + most[0]);
  }

  private static MethodOptions options(String method) {
    List<String> targets = List.of("query", "value", "output.dense");
    return switch (method) {
      case "adalora" -> new AdaLoraOptions(targets, 4, 2, 8, 0.1, 10, 800, 5, 0.1, 0.85, 0.85);
      case "dora" -> new LoraOptions(targets, 4, 8, 0.1, false, true, 4);
      default ->
          new AromaOptions(
              targets,
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
    };
  }

  /** Merges, freezes, evaluations and both kinds of first values are in it. */
  private static void run(
      MethodOptions options,
      SequenceClassifier model,
      TextTokenizer tokenizer,
      TrainingListener watcher) {
    EncodedSplit train = TinyTask.split("train", 160, false, tokenizer);
    Evaluator evaluator =
        new Evaluator(model, List.of(train), List.of(Metric.ACCURACY), 3, 64, Device.CPU);
    Tuner tuner =
        options.method().attach(model, new Setup(new Rng(1), Device.CPU, STEPS, model.head()));
    ScheduleOptions schedule =
        new ScheduleOptions(ScheduleOptions.Shape.COSINE, 10, 10, 0.1, false);
    TrainOptions how =
        new TrainOptions(null, STEPS, 16, 1, 1e-3, null, 0, 1, schedule, 100, 64, 1, 1, 0, 2);
    new Trainer(
            model,
            tuner,
            train,
            new ClassificationLoss(model, Device.CPU, false),
            evaluator,
            how,
            STEPS,
            Device.CPU,
            List.of(watcher),
            () -> false)
        .run(() -> {});
    tuner.close();
  }
}
