package dev.aroma.bench;

import dev.aroma.FineTune;
import dev.aroma.TextClassifier;
import dev.aroma.io.Directories;
import dev.aroma.recipe.TinyCheckpoint;
import dev.aroma.report.Machine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;

/** One part of {@link Soak}: whole runs, or loading and asking a trained model, over and over. */
final class SoakPart {
  private static final List<String> METHODS = List.of("aroma", "lora", "adalora", "full", "ia3");
  private static final List<String> TEXTS = List.of("w1 w2", "w3 w4 w5 w6 w7", "w0");
  private static final int SAMPLES = 120;

  /** What was seen at a time; bytes, and open files. */
  private record Sample(long second, long rounds, long resident, long nativeHeap, long handles) {}

  private final Path workplace;
  private final Path base;
  private final Path texts;
  private final List<Sample> samples = new ArrayList<>();
  private long rounds;

  private SoakPart(Path workplace) throws IOException {
    this.workplace = workplace;
    this.base = TinyCheckpoint.write(workplace.resolve("base"));
    this.texts = TinyCheckpoint.texts(workplace.resolve("texts.csv"));
  }

  /** Arguments: the part, its seconds, and a directory to work in. */
  public static void main(String[] args) throws IOException {
    SoakPart soak = new SoakPart(Path.of(args[2]));
    soak.run(args[0], Long.parseLong(args[1]));
    System.exit(soak.report(args[0]) ? 0 : 1);
  }

  private void run(String part, long seconds) throws IOException {
    if (part.equals("predict")) {
      train("lora");
    }
    long began = System.nanoTime();
    long due = 0; // a process that was halted for a while does not make up for missed samples
    for (long second = 0; second < seconds; second = (System.nanoTime() - began) / 1_000_000_000L) {
      long interval = second * SAMPLES / seconds;
      if (interval >= due) {
        sample(second);
        due = interval + 1;
      }
      if (part.equals("train")) {
        train(METHODS.get((int) (rounds % METHODS.size())));
      } else {
        predict();
      }
      rounds++;
    }
    sample(seconds);
  }

  /** A run from config to result, with its files. */
  private void train(String method) throws IOException {
    Path run = workplace.resolve("run");
    if (Files.exists(run)) {
      Directories.delete(run);
    }
    FineTune.from(base.toString())
        .task("text", texts)
        .method(method)
        .set("task.max-length", 8)
        .set("train.max-steps", 60)
        .set("train.schedule.warmup", 5)
        .set("train.eval-every", 20)
        .set("engine.device", "cpu")
        .output(run)
        .run();
  }

  private void predict() {
    try (TextClassifier classifier = TextClassifier.load(workplace.resolve("run"), "cpu", "fp32")) {
      for (int i = 0; i < 20; i++) {
        classifier.classify(TEXTS);
      }
    }
  }

  private void sample(long second) throws IOException {
    long handles;
    try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
      handles = open.count();
    }
    samples.add(
        new Sample(
            second, rounds, Machine.residentBytes().orElse(0), NativeHeap.bytesInUse(), handles));
  }

  private boolean report(String part) {
    System.out.printf(
        "%n%s%n%n| second | rounds | resident MB | native heap MB | open files |%n", part);
    System.out.println("|---|---|---|---|---|");
    for (Sample s : samples) {
      System.out.printf(
          "| %d | %d | %.1f | %.2f | %d |%n",
          s.second(), s.rounds(), s.resident() / 1e6, s.nativeHeap() / 1e6, s.handles());
    }
    System.out.println();
    boolean resident = judge("resident MB", Sample::resident);
    boolean nativeHeap = judge("native heap MB", Sample::nativeHeap);
    boolean files = judge("open files", Sample::handles);
    return resident && nativeHeap && files;
  }

  private boolean judge(String what, ToLongFunction<Sample> value) {
    double[] values = samples.stream().mapToLong(value).mapToDouble(v -> v).toArray();
    if (Arrays.stream(values).anyMatch(v -> v == 0)) {
      System.out.printf("%s: this system does not tell%n", what);
      return true;
    }
    Growth growth = Growth.of(values);
    double unit = what.endsWith("MB") ? 1e6 : 1;
    System.out.printf(
        "%s: median of the second quarter %.2f, of the last %.2f (%+.2f %%); the slope of the"
            + " second half adds %+.2f: %s%n",
        what,
        growth.early() / unit,
        growth.late() / unit,
        100 * growth.change(),
        growth.drift() / unit,
        growth.flat() ? "flat" : "GROWS");
    return growth.flat();
  }
}
