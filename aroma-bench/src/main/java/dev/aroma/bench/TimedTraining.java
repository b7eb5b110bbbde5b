package dev.aroma.bench;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.aroma.FineTune;
import dev.aroma.data.BatchSource;
import dev.aroma.model.Transformer;
import dev.aroma.peft.Setup;
import dev.aroma.peft.Tuner;
import dev.aroma.recipe.RunOptions;
import dev.aroma.tensor.DType;
import dev.aroma.tensor.Device;
import dev.aroma.tensor.Engine;
import dev.aroma.tensor.Rng;
import dev.aroma.train.Objective;
import dev.aroma.train.Trainer;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;

/**
 * Training steps of one method at one shape, optimiser included, timed: what the benches of
 * encoders and of decoders have in common.
 *
 * @param given the command line
 * @param method by its name
 * @param warm steps before those that are timed
 * @param steps that are timed
 */
record TimedTraining(
    Arguments given,
    String method,
    Device device,
    DType type,
    int batch,
    int length,
    int warm,
    int steps) {
  /** Options that {@link #of} reads. */
  static final List<String> COMMON =
      List.of(
          "--shape",
          "--method",
          "--device",
          "--precision",
          "--batch",
          "--length",
          "--warm",
          "--steps");

  private static final List<String> OF_METHODS =
      List.of("rank", "inner-steps", "initial-rank", "target-rank");

  /**
   * Reads a command line.
   *
   * @param more options besides those of all benches
   * @param warm steps before those that are timed, if the command line does not say
   */
  static TimedTraining of(
      String[] words, List<String> more, int batch, int length, int warm, int steps) {
    List<String> names = new ArrayList<>(COMMON);
    OF_METHODS.forEach(name -> names.add("--" + name));
    names.addAll(more);
    Arguments given = new Arguments(words).only(names);
    return new TimedTraining(
        given,
        given.text("--method", "aroma"),
        Device.of(given.text("--device", "auto")),
        given.text("--precision", "fp32").equals("bf16") ? DType.BF16 : DType.F32,
        (int) given.number("--batch", batch),
        (int) given.number("--length", length),
        (int) given.number("--warm", warm),
        (int) given.number("--steps", steps));
  }

  /** A run's options, as they decide the method and the optimiser. */
  RunOptions options() {
    int total = warm + steps;
    FineTune run =
        FineTune.from("embedded")
            .method(method)
            .set("train.batch-size", batch)
            .set("train.max-steps", total)
            .set("train.eval-every", 0)
            .set("train.learning-rate", 1e-4)
            .set("train.schedule.warmup", 10);
    for (String name : OF_METHODS) {
      String value = given.text("--" + name, null);
      run = value == null ? run : run.set("method." + name, value);
    }
    if (method.equals("adalora")) {
      run = run.set("method.initial-steps", 5).set("method.final-steps", total / 2);
    }
    return run.options();
  }

  /**
   * Trains, and says what was measured.
   *
   * @param model on the device, with weights
   */
  ObjectNode run(
      String shape, Transformer model, BatchSource data, Objective objective, StepClock clock) {
    RunOptions options = options();
    int total = warm + steps;
    double weights = gibibytes();
    Setup setup = new Setup(new Rng(0), device, total, model.head());
    try (Tuner tuner = options.method().method().attach(model, setup)) {
      Integer rank = tuner.ranks().values().stream().max(Integer::compare).orElse(null);
      new Trainer(
              model,
              tuner,
              data,
              objective,
              new NoEvaluation(),
              options.train(),
              total,
              device,
              List.of(clock),
              clock)
          .run(() -> {});
      return line(shape, rank, weights, clock);
    }
  }

  private ObjectNode line(String shape, Integer rank, double weights, StepClock clock) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("who", "aroma")
        .put("shape", shape)
        .put("method", method)
        .put("rank", rank)
        .put("batch", batch)
        .put("length", length)
        .put("device", device.id())
        .put("precision", type == DType.BF16 ? "bf16" : "fp32")
        .put("ms", rounded(clock.millis(), 3))
        .put("examples_per_second", rounded(batch * 1e3 / clock.millis(), 1))
        .put("tokens_per_second", rounded(clock.tokensPerSecond(), 0))
        .put("first_step_s", rounded(clock.firstStep(), 2))
        .put("weights_gib", rounded(weights, 2))
        .put("memory_gib", rounded(gibibytes(), 2))
        .put("loss", rounded(clock.loss(), 4));
  }

  /**
   * Memory of the device, all of it that is taken: libtorch gives none back, so at the end it is
   * the peak. On a CPU the peak of this process.
   */
  private double gibibytes() {
    return (device == Device.CUDA ? Engine.deviceBytes() : Engine.peakResidentBytes()) / 0x1p30;
  }

  private static BigDecimal rounded(double value, int digits) {
    return Double.isFinite(value)
        ? BigDecimal.valueOf(value).setScale(digits, RoundingMode.HALF_EVEN)
        : null;
  }
}
