package dev.aroma.recipe;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Short runs on a tiny model. */
final class TinyRuns {
  static final EngineOptions CPU = new EngineOptions("cpu", "fp32");
  static final List<String> TEXTS = List.of("w0 w5", "w1 w7 w9", "w3");

  private final Path directory;
  final Path base;

  /** Writes the model and data that the runs need. */
  TinyRuns(Path directory) throws IOException {
    this.directory = directory;
    this.base = TinyCheckpoint.write(directory.resolve("base"));
    TinyCheckpoint.texts(directory.resolve("texts.csv"));
  }

  /** A run; its directory. */
  Path run(String name, String method, String... sets) {
    Config config =
        Config.empty()
            .with("model.path", base.toString(), "test")
            .with("task.name", "text", "test")
            .with("task.data", directory.resolve("texts.csv").toString(), "test")
            .with("task.max-length", "8", "test")
            .with("method.name", method, "test")
            .with("train.max-steps", "12", "test")
            .with("train.learning-rate", "0.02", "test")
            .with("train.schedule.warmup", "2", "test")
            .with("engine.device", "cpu", "test")
            .with("output", directory.resolve(name).toString(), "test");
    for (String set : sets) {
      config = config.withSet(set);
    }
    return FineTuning.run(Recipes.bind(config), List.of("test"), Watch.NOBODY).directory();
  }

  /** An AROMA run whose modules have ranks: every component is merged. */
  Path aroma(String name) {
    return run(name, "aroma", "method.outer-tolerance=0", "method.inner-steps=4");
  }

  /** Probability of yes for each text. */
  static double[] yes(Path from) {
    try (SavedClassifier saved = SavedClassifier.load(from, CPU)) {
      return yes(saved.classify(TEXTS, null));
    }
  }

  static double[] yes(List<Prediction> predictions) {
    return predictions.stream().mapToDouble(p -> p.probabilities().get("yes")).toArray();
  }
}
