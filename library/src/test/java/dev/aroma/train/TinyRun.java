package dev.aroma.train;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.aroma.data.EncodedSplit;
import dev.aroma.io.Digests;
import dev.aroma.model.SequenceClassifier;
import dev.aroma.model.TinyModels;
import dev.aroma.peft.AromaOptions;
import dev.aroma.peft.InnerChange;
import dev.aroma.peft.MethodOptions;
import dev.aroma.peft.Setup;
import dev.aroma.peft.Tuner;
import dev.aroma.tensor.DType;
import dev.aroma.tensor.Device;
import dev.aroma.tensor.Rng;
import dev.aroma.text.TextTokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A run of AROMA of a few steps that leaves checkpoints and goes on from them. */
public final class TinyRun {
  /** Of which step there is one, a step before the end. */
  public static final String CHECKPOINT = "step-000007";

  private static final int STEPS = 8;
  private static final ObjectMapper JSON = new ObjectMapper();

  private static final MethodOptions METHOD =
      new AromaOptions(
          List.of("query", "output.dense"),
          1,
          4,
          0,
          3,
          2,
          0.2,
          InnerChange.DIFFERENCE,
          0.01,
          AromaOptions.Reset.FULL,
          0.5,
          AromaOptions.Init.GRADIENT,
          2,
          0);

  private final EncodedSplit data;

  private TinyRun(EncodedSplit data) {
    this.data = data;
  }

  /**
   * A run, not yet begun.
   *
   * @param directory for its vocabulary
   */
  public static TinyRun in(Path directory) throws IOException {
    try (TextTokenizer tokenizer = TinyTask.tokenizer(directory)) {
      return new TinyRun(TinyTask.split("train", 40, false, tokenizer));
    }
  }

  /** Trains to the end and leaves {@link #CHECKPOINT} in a directory. */
  public void begin(Path checkpoints) {
    train(Checkpoints.in(checkpoints, options()));
  }

  /** Goes on from what is in a directory, to the end. */
  public void resume(Path checkpoints) {
    train(Checkpoints.resume(checkpoints, options(), text -> {}));
  }

  /** Gives a checkpoint the digests of its files as they are now. */
  public static void seal(Path checkpoint) throws IOException {
    Path seal = checkpoint.resolve("digests.json");
    ObjectNode root = (ObjectNode) JSON.readTree(Files.readAllBytes(seal));
    for (String name : List.of("state.json", "state.safetensors")) {
      ObjectNode entry = (ObjectNode) root.get(name);
      entry.put("bytes", Files.size(checkpoint.resolve(name)));
      entry.put("sha256", Digests.sha256(checkpoint.resolve(name)));
    }
    Files.writeString(seal, root.toString());
  }

  private static TrainOptions options() {
    ScheduleOptions schedule =
        new ScheduleOptions(ScheduleOptions.Shape.CONSTANT, 0, 0, 0.1, false);
    return new TrainOptions(null, STEPS, 4, 1, 0.01, null, 0, 1, schedule, 0, 32, 1, 5, 7, 5);
  }

  /** Trains to the end; the score does not matter. */
  private void train(Checkpoints where) {
    SequenceClassifier model = TinyModels.random("bert", 3, DType.F32);
    Evaluation evaluation =
        new Evaluation() {
          @Override
          public String metric() {
            return "nothing";
          }

          @Override
          public int examples() {
            return 1;
          }

          @Override
          public Map<String, Double> score() {
            return Map.of("nothing", 1.0);
          }
        };
    Setup setup = new Setup(new Rng(5), Device.CPU, STEPS, model.head());
    try (where;
        Tuner tuner = METHOD.method().attach(model, setup)) {
      new Trainer(
              model,
              tuner,
              data,
              new ClassificationLoss(model, Device.CPU, false, true),
              evaluation,
              options(),
              STEPS,
              Device.CPU,
              List.of(),
              () -> false)
          .run(() -> {}, where);
    } finally {
      model.unload();
    }
  }
}
