package dev.aroma.bench;

import ai.onnxruntime.OrtException;
import dev.aroma.FineTune;
import dev.aroma.TextClassifier;
import dev.aroma.data.Batch;
import dev.aroma.data.Batches;
import dev.aroma.data.EncodedSplit;
import dev.aroma.data.Example;
import dev.aroma.data.Split;
import dev.aroma.data.Tasks;
import dev.aroma.io.Directories;
import dev.aroma.recipe.EngineOptions;
import dev.aroma.recipe.SavedClassifier;
import dev.aroma.tensor.Engine;
import dev.aroma.text.TextTokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Times a trained classifier, its adapter merged, against ONNX Runtime on the same merged encoder,
 * texts, batches, tokenizer and number of threads, and prints a line of JSON a workload.
 *
 * <pre>
 * Inference [--run DIR] [--precision fp32] [--threads 2] [--texts 320] [--joined 1] [--rounds 15]
 * </pre>
 *
 * <p>Texts are WordNet's glosses, {@code --joined} of them each. Workloads: one text a call, and
 * batches of 32 by length; each with the tokenizer and without. The ratio is the median over the
 * rounds. Aroma's time includes the classification head and the probabilities, which the graph
 * lacks: ONNX Runtime stops at the last states.
 *
 * <p>Both have threads of their own that look for work for a while before they sleep, ONNX
 * Runtime's and OpenBLAS's for tens of milliseconds, and take a core from whoever comes next. So a
 * turn is all texts and not one call, a rest of {@value #REST_MILLIS} ms goes before it, and within
 * a round the first is now one, now the other. Before the rounds both run for {@value
 * #WARM_UP_MILLIS} ms, until the JVM has compiled what they need.
 */
public final class Inference {
  private static final int MAX_LENGTH = 128;
  private static final int REST_MILLIS = 100;
  private static final int WARM_UP_MILLIS = 2000;

  private final SavedClassifier classifier;
  private final TextClassifier texts;
  private final OnnxEncoder onnx;
  private final TextTokenizer tokenizer;
  private final List<String> glosses;
  private final int rounds;
  private final String precision;

  private Inference(
      Arguments given,
      SavedClassifier classifier,
      TextClassifier texts,
      OnnxEncoder onnx,
      TextTokenizer tokenizer) {
    this.classifier = classifier;
    this.texts = texts;
    this.onnx = onnx;
    this.tokenizer = tokenizer;
    this.rounds = (int) given.number("--rounds", 15);
    this.precision = given.text("--precision", "fp32");
    int count = (int) given.number("--texts", 320);
    List<Split> dev = Tasks.load(FineTune.from("embedded").options().task()).dev();
    int joined = (int) given.number("--joined", 1);
    List<String> all = dev.get(0).examples().stream().map(Example::text).toList();
    this.glosses = new ArrayList<>();
    for (int i = 0; i < count && (i + 1) * joined <= all.size(); i++) {
      glosses.add(String.join(" ", all.subList(i * joined, (i + 1) * joined)));
    }
  }

  /** Runs it; see the class. */
  public static void main(String[] words) throws IOException, OrtException {
    Arguments given = new Arguments(words);
    int threads = (int) given.number("--threads", 2);
    Engine.threads(threads);
    Path scratch = Files.createTempDirectory("aroma-inference");
    String named = given.text("--run", null);
    Path run = named == null ? train(scratch.resolve("run")) : Path.of(named);
    try (SavedClassifier exact = SavedClassifier.load(run, new EngineOptions("cpu", "fp32"))) {
      exact.writeOnnx(scratch.resolve("onnx"));
    }
    String precision = given.text("--precision", "fp32");
    try (SavedClassifier classifier =
            SavedClassifier.load(run, new EngineOptions("cpu", precision));
        TextClassifier texts = TextClassifier.load(run, "cpu", precision);
        OnnxEncoder onnx = new OnnxEncoder(scratch.resolve("onnx/model.onnx"), threads);
        TextTokenizer tokenizer = TextTokenizer.load(run, MAX_LENGTH)) {
      new Inference(given, classifier, texts, onnx, tokenizer).measure(threads);
    } finally {
      Directories.delete(scratch);
    }
  }

  /** A short training: how good it is does not matter, but there is something to merge. */
  private static Path train(Path directory) {
    return FineTune.from("embedded")
        .set("train.max-steps", 30)
        .set("train.eval-every", 0)
        .output(directory)
        .run()
        .directory();
  }

  private void measure(int threads) throws OrtException {
    for (int size : new int[] {1, 32}) {
      List<Batch> batches = batches(glosses, size);
      report("model", size, threads, () -> batches.forEach(classifier::logits), () -> run(batches));
      List<List<String>> calls = calls(size);
      report(
          "text",
          size,
          threads,
          () -> calls.forEach(texts::classify),
          () -> calls.forEach(this::runTexts));
    }
  }

  private List<Batch> batches(List<String> texts, int size) {
    List<Example> examples = texts.stream().map(text -> Example.ofClass(text, null, 0)).toList();
    Batches plan =
        Batches.evaluation(EncodedSplit.of(new Split("bench", examples), tokenizer), size, 1);
    List<Batch> batches = new ArrayList<>();
    for (int i = 0; i < plan.count(); i++) {
      batches.add(plan.get(i));
    }
    return batches;
  }

  /** One text a call, or all in one call, which makes its batches itself. */
  private List<List<String>> calls(int size) {
    return size > 1 ? List.of(glosses) : glosses.stream().map(List::of).toList();
  }

  private void runTexts(List<String> call) {
    run(batches(call, call.size() == 1 ? 1 : 32));
  }

  private void run(List<Batch> batches) {
    try {
      for (Batch batch : batches) {
        onnx.run(batch);
      }
    } catch (OrtException e) {
      throw new IllegalStateException(e);
    }
  }

  private void report(String what, int size, int threads, Runnable ours, Runnable theirs) {
    warmUp(ours);
    warmUp(theirs);
    double[] aroma = new double[rounds];
    double[] ort = new double[rounds];
    double[] ratio = new double[rounds];
    for (int i = 0; i < rounds; i++) {
      boolean first = i % 2 == 0;
      double before = first ? millis(ours) : millis(theirs);
      double after = first ? millis(theirs) : millis(ours);
      aroma[i] = first ? before : after;
      ort[i] = first ? after : before;
      ratio[i] = aroma[i] / ort[i];
    }
    int texts = glosses.size();
    System.out.println(
        String.format(
            Locale.ROOT,
            "{\"measured\": \"%s\", \"batch\": %d, \"precision\": \"%s\", \"threads\": %d,"
                + " \"texts\": %d, \"aroma_ms_per_text\": %.3f, \"onnxruntime_ms_per_text\": %.3f,"
                + " \"fastest\": [%.3f, %.3f], \"ratio\": %.3f}",
            what,
            size,
            precision,
            threads,
            texts,
            median(aroma) / texts,
            median(ort) / texts,
            Arrays.stream(aroma).min().orElseThrow() / texts,
            Arrays.stream(ort).min().orElseThrow() / texts,
            median(ratio)));
  }

  private static void warmUp(Runnable work) {
    long end = System.nanoTime() + WARM_UP_MILLIS * 1_000_000L;
    do {
      work.run();
    } while (System.nanoTime() < end);
  }

  /** Of one turn, after a rest in which the other's threads fall asleep. */
  private static double millis(Runnable work) {
    try {
      Thread.sleep(REST_MILLIS);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    long start = System.nanoTime();
    work.run();
    return (System.nanoTime() - start) / 1e6;
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }
}
