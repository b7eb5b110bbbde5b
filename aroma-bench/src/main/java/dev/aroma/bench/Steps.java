package dev.aroma.bench;

import dev.aroma.FineTune;
import dev.aroma.data.BatchSource;
import dev.aroma.data.EncodedSplit;
import dev.aroma.data.Example;
import dev.aroma.data.Split;
import dev.aroma.data.TaskOptions;
import dev.aroma.data.Tasks;
import dev.aroma.model.SequenceClassifier;
import dev.aroma.peft.Method;
import dev.aroma.peft.Setup;
import dev.aroma.peft.Tuner;
import dev.aroma.recipe.RunOptions;
import dev.aroma.tensor.DType;
import dev.aroma.tensor.Device;
import dev.aroma.tensor.Engine;
import dev.aroma.tensor.Rng;
import dev.aroma.text.TextTokenizer;
import dev.aroma.train.ClassificationLoss;
import dev.aroma.train.Evaluation;
import dev.aroma.train.Trainer;
import dev.aroma.train.TrainingListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;

/**
 * Times training steps, optimiser included, of one method at one shape, and prints a line of JSON.
 *
 * <pre>
 * Steps --shape roberta-base --method aroma --batch 32 --length 128 [--rank 8] [--steps 50]
 *       [--device cuda] [--precision bf16] [--recorded false] [--mrpc DIR]
 * </pre>
 *
 * <p>Every sequence has {@code --length} tokens, special ones included; with {@code --mrpc} they
 * are MRPC's own, in its order by length groups, cut off at that length.
 */
public final class Steps {
  private static final int WARM = 30;

  private Steps() {}

  /** Runs it; see the class. */
  public static void main(String[] words) throws IOException {
    Map<String, String> given = new HashMap<>();
    for (int i = 0; i + 1 < words.length; i += 2) {
      given.put(words[i].substring(2), words[i + 1]);
    }
    Device device = Device.of(given.getOrDefault("device", "auto"));
    DType type = given.getOrDefault("precision", "fp32").equals("bf16") ? DType.BF16 : DType.F32;
    String shape = given.getOrDefault("shape", "roberta-base");
    int batch = Integer.parseInt(given.getOrDefault("batch", "32"));
    int length = Integer.parseInt(given.getOrDefault("length", "128"));
    int steps = Integer.parseInt(given.getOrDefault("steps", "50")) + WARM;
    RunOptions options = options(given, batch, steps);
    Method method = options.method().method();
    boolean full = given.getOrDefault("method", "aroma").equals("full");
    long began = System.nanoTime();
    SequenceClassifier model = RandomEncoder.load(shape, device, type, full, null);
    try (TextTokenizer tokenizer = tokenizer(length);
        Tuner tuner = method.attach(model, new Setup(new Rng(0), device, steps, model.head()))) {
      BatchSource data = data(given, tokenizer, batch, length);
      Clock clock = new Clock(steps, began);
      boolean recorded = Boolean.parseBoolean(given.getOrDefault("recorded", "true"));
      new Trainer(
              model,
              tuner,
              data,
              new ClassificationLoss(model, device, false, recorded),
              NOTHING,
              options.train(),
              steps,
              device,
              List.of(clock),
              () -> false)
          .run(() -> {});
      System.out.println(
          String.format(
              Locale.ROOT,
              "{\"who\": \"aroma\", \"shape\": \"%s\", \"method\": \"%s\", \"rank\": %s,"
                  + " \"batch\": %d, \"length\": %d, \"data\": \"%s\", \"device\": \"%s\","
                  + " \"precision\": \"%s\", \"recorded\": %s, \"ms\": %.3f,"
                  + " \"examples_per_second\": %.1f, \"tokens_per_second\": %.0f,"
                  + " \"first_step_s\": %.2f, \"memory_gib\": %.2f, \"loss\": %.4f}",
              shape,
              given.getOrDefault("method", "aroma"),
              given.getOrDefault("rank", "null"),
              batch,
              length,
              given.containsKey("mrpc") ? "mrpc" : "full",
              device.id(),
              type == DType.BF16 ? "bf16" : "fp32",
              recorded,
              clock.millis(),
              batch * 1e3 / clock.millis(),
              clock.tokens / (clock.millis() / 1e3 * (steps - WARM)),
              clock.first,
              (device == Device.CUDA ? Engine.deviceBytes() : Engine.peakResidentBytes()) / 0x1p30,
              clock.loss));
    } finally {
      model.unload();
    }
  }

  private static RunOptions options(Map<String, String> given, int batch, int steps) {
    FineTune run =
        FineTune.from("embedded")
            .method(given.getOrDefault("method", "aroma"))
            .set("train.batch-size", batch)
            .set("train.max-steps", steps)
            .set("train.eval-every", 0)
            .set("train.learning-rate", 1e-4)
            .set("train.schedule.warmup", 10);
    for (String key : List.of("rank", "inner-steps", "initial-rank", "target-rank")) {
      run = given.containsKey(key) ? run.set("method." + key, given.get(key)) : run;
    }
    if (given.getOrDefault("method", "aroma").equals("adalora")) {
      run = run.set("method.initial-steps", 5).set("method.final-steps", steps / 2);
    }
    return run.options();
  }

  /** A tokenizer of 20,000 words w0, w1, …. */
  static TextTokenizer tokenizer(int length) throws IOException {
    Path directory = Files.createTempDirectory("aroma-steps");
    List<String> lines = new ArrayList<>(List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"));
    for (int i = 0; i < 20_000; i++) {
      lines.add("w" + i);
    }
    Files.write(directory.resolve("vocab.txt"), lines);
    return TextTokenizer.load(directory, length);
  }

  private static BatchSource data(
      Map<String, String> given, TextTokenizer tokenizer, int batch, int length) {
    if (given.containsKey("mrpc")) {
      Split train = Tasks.load(TaskOptions.of("mrpc", Path.of(given.get("mrpc")))).train();
      return EncodedSplit.of(asWords(train), tokenizer);
    }
    Random random = new Random(0);
    List<Example> examples = new ArrayList<>();
    for (int i = 0; i < 8 * batch; i++) {
      StringBuilder text = new StringBuilder();
      for (int k = 0; k < length - 2; k++) {
        text.append(" w").append(random.nextInt(20_000));
      }
      examples.add(Example.ofClass(text.toString(), null, i % 2));
    }
    return EncodedSplit.of(new Split("train", examples), tokenizer);
  }

  /** Real lengths without a real vocabulary: a word for about every four letters. */
  private static Split asWords(Split split) {
    return new Split(
        split.name(),
        split.examples().stream()
            .map(e -> Example.ofClass(words(e.text()), words(e.pair()), e.label()))
            .toList());
  }

  private static String words(String text) {
    StringBuilder words = new StringBuilder();
    for (String word : text.split("\\s+", -1)) {
      words.append(" w").append(Math.floorMod(word.hashCode(), 20_000));
      if (word.length() > 9) { // about as many pieces as a real vocabulary gives
        words.append(" w").append(Math.floorMod(word.hashCode() / 7, 20_000));
      }
    }
    return words.toString();
  }

  private static final Evaluation NOTHING =
      new Evaluation() {
        @Override
        public String metric() {
          return "none";
        }

        @Override
        public int examples() {
          return 0;
        }

        @Override
        public Map<String, Double> score() {
          return Map.of("none", 0.0);
        }
      };

  /** Hears when steps are done. */
  private static final class Clock implements TrainingListener {
    private final int steps;
    private final long began;
    private long warm;
    private long end;
    private long tokens;
    private double first;
    private double loss;

    Clock(int steps, long began) {
      this.steps = steps;
      this.began = began;
    }

    @Override
    public void stepped(Step step) {
      if (step.step() == 1) {
        first = (System.nanoTime() - began) / 1e9;
      }
      if (step.step() > WARM) {
        tokens += step.tokens();
      }
      if (step.step() == WARM) {
        warm = System.nanoTime();
      }
      if (step.step() == steps) {
        end = System.nanoTime();
        loss = step.loss();
      }
    }

    double millis() {
      return (end - warm) / 1e6 / (steps - WARM);
    }

    @Override
    public void said(String message) {
      System.err.println(message);
    }
  }
}
