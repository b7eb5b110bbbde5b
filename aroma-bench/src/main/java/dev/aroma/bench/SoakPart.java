package dev.aroma.bench;

import dev.aroma.FineTune;
import dev.aroma.TextClassifier;
import dev.aroma.recipe.TinyCheckpoint;
import dev.aroma.report.Machine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** One part of {@link Soak}: whole runs, or loading and asking a trained model, over and over. */
final class SoakPart {
  private static final List<String> METHODS = List.of("aroma", "lora", "adalora", "full", "ia3");
  private static final List<String> TEXTS = List.of("w1 w2", "w3 w4 w5 w6 w7", "w0");
  private static final int SAMPLES = 24;
  private static final double SETTLED = 0.25; // part of the time after which nothing may grow
  private static final double NOISE = 1.03;

  /** What was seen at a time. */
  private record Sample(long second, long rounds, long resident, long handles) {}

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
    for (long second = 0; second < seconds; second = (System.nanoTime() - began) / 1_000_000_000L) {
      if (second * SAMPLES >= samples.size() * seconds) {
        sample(second);
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
      OwnJvm.delete(run);
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
    samples.add(new Sample(second, rounds, Machine.residentBytes().orElse(0), handles));
  }

  private boolean report(String part) {
    System.out.printf("%n%s%n%n| second | rounds | resident MB | open files |%n", part);
    System.out.println("|---|---|---|---|");
    for (Sample s : samples) {
      System.out.printf(
          "| %d | %d | %.1f | %d |%n", s.second(), s.rounds(), s.resident() / 1e6, s.handles());
    }
    List<Sample> settled = samples.subList((int) (samples.size() * SETTLED), samples.size());
    int half = settled.size() / 2;
    long early = most(settled.subList(0, half));
    long late = most(settled.subList(half, settled.size()));
    long files = settled.get(settled.size() - 1).handles() - settled.get(0).handles();
    boolean flat = late <= early * NOISE && files <= 0;
    System.out.printf(
        "%nafter a quarter of the time: at most %.1f MB, in the second half of the rest %.1f MB"
            + " (%+.1f %%); %+d open files: %s%n",
        early / 1e6, late / 1e6, 100.0 * (late - early) / early, files, flat ? "flat" : "GROWS");
    return flat;
  }

  private static long most(List<Sample> samples) {
    return samples.stream().mapToLong(Sample::resident).max().orElseThrow();
  }
}
