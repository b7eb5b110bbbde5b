package dev.aroma.recipe;

import dev.aroma.io.RawTensor;
import dev.aroma.io.SafetensorsWriter;
import dev.aroma.model.SequenceClassifier;
import dev.aroma.model.TinyModels;
import dev.aroma.tensor.DType;
import dev.aroma.tensor.Rng;
import dev.aroma.tensor.Scope;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A Hugging Face directory of a tiny random BERT with a tokenizer of w0, w1, …, and data for it.
 */
public final class TinyCheckpoint {
  private TinyCheckpoint() {}

  /** Writes the checkpoint. */
  public static Path write(Path directory) throws IOException {
    Files.createDirectories(directory);
    Files.writeString(
        directory.resolve("config.json"), TinyModels.config("bert").json().toPrettyString());
    SequenceClassifier model = TinyModels.random("bert", 2, DType.F32);
    write(model, directory);
    model.unload();
    List<String> words = new ArrayList<>(List.of("[UNK]", "[PAD]", "[CLS]", "[SEP]", "[MASK]"));
    for (int i = 0; words.size() < TinyModels.VOCABULARY; i++) {
      words.add("w" + i);
    }
    Files.write(directory.resolve("vocab.txt"), words);
    return directory;
  }

  /** Random weights for a model that was declared and not loaded. */
  static void weights(SequenceClassifier model, Path directory) {
    try (Scope scope = Scope.open()) {
      model
          .parameters()
          .forEach((path, p) -> p.value(new Rng(7).stream(path).normal(0.15, p.shape())));
    }
    write(model, directory);
  }

  private static void write(SequenceClassifier model, Path directory) {
    List<RawTensor> tensors = new ArrayList<>();
    model.parameters().forEach((path, p) -> tensors.add(AdapterStore.raw(path, p.value())));
    SafetensorsWriter.write(directory.resolve("model.safetensors"), tensors);
  }

  /** Texts of two words whose first tells the label. */
  public static Path texts(Path file) throws IOException {
    List<String> lines = new ArrayList<>(List.of("text,label"));
    for (int i = 0; i < 120; i++) {
      lines.add("w%d w%d,%s".formatted(i % 2, 2 + i % 40, i % 2 == 0 ? "no" : "yes"));
    }
    return Files.write(file, lines);
  }
}
