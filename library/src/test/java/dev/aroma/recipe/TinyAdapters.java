package dev.aroma.recipe;

import dev.aroma.io.AdapterFiles;
import dev.aroma.model.SequenceClassifier;
import dev.aroma.model.TinyModels;
import dev.aroma.peft.Tuner;
import dev.aroma.tensor.DType;
import java.nio.file.Path;

/** Adapters of {@link TinyModels} as each method saves them. */
public final class TinyAdapters {
  /** Classes of the head in it. */
  public static final int LABELS = 3;

  private TinyAdapters() {}

  /** Trains a method for a few steps and saves what it made. */
  public static Path write(Path directory, String method, String... options) {
    SequenceClassifier model = TinyModels.random("bert", LABELS, DType.F32);
    try (Tuner tuner = MethodBench.attach(MethodBench.method(method, options), model, 20)) {
      MethodBench.train(model, tuner, 3, 1);
      AdapterStore.write(directory, "tiny", model, tuner, AdapterFiles.Mode.COMPACT);
    } finally {
      model.unload();
    }
    return directory;
  }

  /** Puts one into a model of its own, which is freed again. */
  public static void apply(Path directory) {
    SequenceClassifier model = TinyModels.random("bert", LABELS, DType.F32);
    try (AppliedAdapter applied = AdapterStore.apply(model, directory)) {
      MethodBench.logits(model);
    } finally {
      model.unload();
    }
  }
}
