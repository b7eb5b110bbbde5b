package dev.aroma.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.aroma.data.BatchSource;
import dev.aroma.model.SequenceClassifier;
import dev.aroma.tensor.Device;
import dev.aroma.tensor.Engine;
import dev.aroma.text.TextTokenizer;
import dev.aroma.train.ClassificationLoss;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.TreeSet;

/**
 * Measures how the cost of a step grows: time and memory against one thing at a time, all else at a
 * base point, AROMA of rank 1 on all modules of an encoder with random weights. Prints a line of
 * JSON a point; {@link CostCharts} draws them.
 *
 * <pre>
 * Costs [--set rank,modules,length,batch,layers,freeze,lora-rank] [--values 1,8]
 *       [--shape roberta-base] [--batch 32] [--length 128] [--device cuda] [--precision bf16]
 *       [--warm 10] [--steps 30]
 * </pre>
 *
 * <p>The rank so far is a run of cycles, each ended by the method's own merge. A frozen module is
 * one that is not adapted, which computes the same: what it merged is part of its weight.
 */
public final class Costs {
  private static final List<Integer> RANKS = List.of(0, 1, 2, 4, 8, 16, 32);

  private final Arguments given;
  private final String shape;
  private final boolean cuda;
  private final int warm;
  private final int steps;

  private Costs(Arguments given) {
    this.given = given;
    this.shape = given.text("--shape", "roberta-base");
    this.cuda = Device.of(given.text("--device", "auto")) == Device.CUDA;
    this.warm = (int) given.number("--warm", cuda ? 10 : 2);
    this.steps = (int) given.number("--steps", cuda ? 30 : 5);
  }

  /** Runs it; see the class. */
  public static void main(String[] words) throws IOException {
    Arguments given =
        new Arguments(words)
            .only(
                List.of(
                    "--set",
                    "--values",
                    "--shape",
                    "--batch",
                    "--length",
                    "--device",
                    "--precision",
                    "--warm",
                    "--steps"));
    new Costs(given).run();
  }

  private void run() throws IOException {
    int layers = RandomEncoder.config(shape, 0).requireInt("num_hidden_layers");
    List<String> series =
        series(given.text("--set", "rank,modules,length,batch,layers,freeze,lora-rank"));
    List<Integer> values = values(given.text("--values", null));
    List<CostPoint> points = new ArrayList<>();
    for (String one : series) {
      if (!one.equals("rank")) {
        points.addAll(CostPoint.of(one, layers, values));
      }
    }
    CostPoint base = CostPoint.of("modules", layers, null).get(CostPoint.KINDS.size() - 1);
    measure(base); // for nothing: the first steps of a process are slower than those to come,
    measure(base); // and the first lines must not be the slowest for that
    if (series.contains("rank")) {
      tried("rank", () -> ranks(layers, values == null ? RANKS : values));
    }
    for (CostPoint point : points) {
      tried(point.series() + " " + point.x(), () -> System.out.println(measure(point)));
    }
  }

  /** What {@code --set} says, {@code freeze} being two. */
  static List<String> series(String set) {
    List<String> all = new ArrayList<>();
    for (String one : set.split(",", -1)) {
      all.addAll(one.equals("freeze") ? List.of("freeze-lowest", "freeze-top") : List.of(one));
    }
    return all;
  }

  private static List<Integer> values(String text) {
    return text == null ? null : Arrays.stream(text.split(",", -1)).map(Integer::valueOf).toList();
  }

  private interface Work {
    void run() throws IOException;
  }

  /** A point that fails, such as for want of memory, leaves the others. */
  private static void tried(String name, Work work) throws IOException {
    try {
      work.run();
    } catch (RuntimeException e) {
      String why = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
      System.err.println(name + ": not measured: " + why);
    }
  }

  private ObjectNode measure(CostPoint point) throws IOException {
    TimedTraining training = training(point.options());
    StepClock clock = new StepClock(training.device(), warm, steps);
    double before = fresh(training);
    SequenceClassifier model = model(training, point.layers());
    try (TextTokenizer tokenizer = Steps.tokenizer(training.length())) {
      ObjectNode line =
          training.run(shape, model, Steps.full(training, tokenizer), loss(training, model), clock);
      line.remove("first_step_s");
      return described(line, point.series(), point.x(), point.layers(), point.modules(), before);
    } finally {
      model.unload();
    }
  }

  /** A run of as many cycles as the largest rank needs, some of which are measured. */
  private void ranks(int layers, List<Integer> wanted) throws IOException {
    int cycle = warm + steps;
    TimedTraining training =
        training(List.of("--inner-steps", "" + cycle, "--inner-interval", "" + cycle));
    double before = fresh(training);
    CycleClock clock =
        new CycleClock(training.device(), warm, steps, new TreeSet<>(wanted), training::gibibytes);
    SequenceClassifier model = model(training, layers);
    double weights = training.gibibytes();
    try (TextTokenizer tokenizer = Steps.tokenizer(training.length())) {
      BatchSource data = Steps.full(training, tokenizer);
      int total = (Collections.max(wanted) + 1) * cycle;
      training.train(model, data, loss(training, model), total, clock, clock);
    } finally {
      model.unload();
    }
    for (CycleClock.Cycle one : clock.cycles()) {
      double tokens = 1e3 * training.batch() * training.length() / one.millis();
      ObjectNode line =
          training
              .line(shape, 1, one.millis(), tokens, weights, one.memory())
              .put("merge_ms", TimedTraining.rounded(one.mergeMillis(), 1));
      int modules = CostPoint.KINDS.size() * layers;
      System.out.println(described(line, "rank", one.merged(), layers, modules, before));
    }
  }

  private static ObjectNode described(
      ObjectNode line, String series, int x, int layers, int modules, double before) {
    return line.put("series", series)
        .put("x", x)
        .put("layers", layers)
        .put("modules", modules)
        .put("before_gib", TimedTraining.rounded(before, 2));
  }

  /** The base point's options, but for some. */
  private TimedTraining training(List<String> other) {
    List<String> words = new ArrayList<>(other);
    add(words, "--method", "aroma");
    add(words, "--batch", given.text("--batch", "32"));
    add(words, "--length", given.text("--length", "128"));
    add(words, "--device", cuda ? "cuda" : "cpu");
    add(words, "--precision", given.text("--precision", cuda ? "bf16" : "fp32"));
    if (!words.contains("lora")) {
      add(words, "--rank", "1");
      words.addAll(TimedTraining.STEADY);
    }
    add(words, "--steps", "" + steps);
    return TimedTraining.of(words.toArray(String[]::new), List.of(), 0, 0, warm, steps);
  }

  private static void add(List<String> words, String name, String value) {
    if (!words.contains(name)) {
      words.addAll(List.of(name, value));
    }
  }

  private SequenceClassifier model(TimedTraining training, int layers) {
    return RandomEncoder.load(shape, layers, training.device(), training.type(), false, null);
  }

  private static ClassificationLoss loss(TimedTraining training, SequenceClassifier model) {
    return new ClassificationLoss(model, training.device(), false, true);
  }

  /** Lets the memory of the points before go; what is taken now, in GiB. */
  private static double fresh(TimedTraining training) {
    System.gc();
    Engine.trim(training.device());
    if (training.device() == Device.CPU) {
      try {
        Files.writeString(Path.of("/proc/self/clear_refs"), "5"); // the peak counts from here
      } catch (IOException e) {
        return Double.NaN; // not Linux, or not allowed: then it counts from the process's start
      }
    }
    return training.gibibytes();
  }
}
