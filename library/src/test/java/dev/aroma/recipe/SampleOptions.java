package dev.aroma.recipe;

import dev.aroma.input.Option;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A tree of options shaped like the real one. */
record SampleOptions(
    @Option(help = "The checkpoint.") Model model,
    @Option(help = "What to learn.", def = "wordnet") Task task,
    @Option(help = "How to fine-tune.", def = "aroma") Method method,
    @Option(help = "The loop.") Train train,
    @Option(help = "Where results go.") Output output) {

  static final Choices CHOICES = Choices.none().with(Method.class, methods());
  static final Binder BINDER = new Binder(CHOICES);

  private static Map<String, Class<? extends Record>> methods() {
    Map<String, Class<? extends Record>> methods = new LinkedHashMap<>();
    methods.put("aroma", Aroma.class);
    methods.put("lora", Lora.class);
    methods.put("rslora", Lora.class);
    methods.put("head", Head.class);
    return methods;
  }

  enum Precision {
    FP32,
    BF16,
    HALF_MIXED
  }

  record Model(
      @Option(help = "Directory or id.") String path,
      @Option(help = "Share of units dropped.", def = "0.1", min = 0, max = 1) double dropout,
      @Option(help = "Compute type.", def = "fp32") Precision dtype) {}

  record Task(
      @Option(help = "The task.", def = "wordnet") String name,
      @Option(help = "Its files.") Path data,
      @Option(
              help = "Score.",
              def = "accuracy",
              allowed = {"accuracy", "f1"})
          String metric) {}

  interface Method {}

  record Aroma(
      @Option(help = "Rank of a component.", def = "1", min = 1) int rank,
      @Option(help = "Scale.", def = "4", min = 0, exclusive = true) double alpha,
      @Option(help = "Longest inner loop.", def = "100", min = 1) long tIn,
      @Option(help = "Modules.", def = "query, key, value") List<String> targets)
      implements Method {}

  record Lora(
      @Option(help = "Which.") String name, @Option(help = "Rank.", def = "8", min = 1) int rank)
      implements Method {}

  record Head() implements Method {}

  record Train(
      @Option(help = "Passes over the data.", def = "3", min = 1, max = 1000) int epochs,
      @Option(help = "Stop after so many.", min = 1) Integer maxSteps,
      @Option(help = "Examples a step.", def = "32", min = 1) int batchSize,
      @Option(help = "Peak rate.", def = "2e-3", min = 0, exclusive = true) double learningRate,
      @Option(help = "Re-warm the head | or not.", def = "false") boolean headRewarm,
      @Option(help = "Seed.", def = "1") long seed) {
    Train {
      if (maxSteps != null && maxSteps < epochs) {
        throw new IllegalArgumentException("max-steps is below epochs");
      }
    }
  }

  record Output(
      @Option(help = "Directory.") Path dir,
      @Option(
              help = "Labels to keep.",
              allowed = {"a", "b", "null"})
          List<String> labels) {}
}
