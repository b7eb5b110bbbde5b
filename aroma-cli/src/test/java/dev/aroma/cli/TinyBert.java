package dev.aroma.cli;

import dev.aroma.io.RawTensor;
import dev.aroma.io.SafetensorsWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** A random BERT of two layers that knows a few words, as a Hugging Face directory. */
final class TinyBert {
  static final int MAX_LENGTH = 32;
  private static final int HIDDEN = 16;
  private static final int INNER = 24;
  private static final List<String> WORDS =
      List.of(
          "[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "good", "great", "fine", "bad", "awful",
          "poor", "the", "film", "book", "meal", "was", "is", "very", "a", ".");
  private static final String CONFIG =
      """
      {"model_type": "bert", "architectures": ["BertModel"], "vocab_size": %d, "hidden_size": %d,
       "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": %d,
       "max_position_embeddings": %d, "type_vocab_size": 2, "hidden_act": "gelu",
       "hidden_dropout_prob": 0.0, "attention_probs_dropout_prob": 0.0}
      """;

  private final Random random = new Random(7);
  private final List<RawTensor> tensors = new ArrayList<>();

  private TinyBert() {}

  static Path write(Path directory) throws IOException {
    Files.createDirectories(directory);
    TinyBert bert = new TinyBert();
    bert.tensors();
    SafetensorsWriter.write(directory.resolve("model.safetensors"), bert.tensors);
    Files.writeString(
        directory.resolve("config.json"),
        CONFIG.formatted(WORDS.size(), HIDDEN, INNER, MAX_LENGTH));
    Files.write(directory.resolve("vocab.txt"), WORDS);
    return directory;
  }

  private void tensors() {
    String embeddings = "bert.embeddings.";
    add(embeddings + "word_embeddings.weight", WORDS.size(), HIDDEN);
    add(embeddings + "position_embeddings.weight", MAX_LENGTH, HIDDEN);
    add(embeddings + "token_type_embeddings.weight", 2, HIDDEN);
    norm(embeddings + "LayerNorm");
    for (int i = 0; i < 2; i++) {
      String layer = "bert.encoder.layer." + i + ".";
      for (String part : List.of("self.query", "self.key", "self.value", "output.dense")) {
        linear(layer + "attention." + part, HIDDEN, HIDDEN);
      }
      norm(layer + "attention.output.LayerNorm");
      linear(layer + "intermediate.dense", INNER, HIDDEN);
      linear(layer + "output.dense", HIDDEN, INNER);
      norm(layer + "output.LayerNorm");
    }
    linear("bert.pooler.dense", HIDDEN, HIDDEN);
  }

  private void linear(String path, int outputs, int inputs) {
    add(path + ".weight", outputs, inputs);
    add(path + ".bias", outputs);
  }

  private void norm(String path) {
    float[] ones = new float[HIDDEN];
    Arrays.fill(ones, 1);
    tensors.add(RawTensor.ofFloats(path + ".weight", ones, HIDDEN));
    tensors.add(RawTensor.ofFloats(path + ".bias", new float[HIDDEN], HIDDEN));
  }

  private void add(String name, long... shape) {
    int count = 1;
    for (long size : shape) {
      count *= (int) size;
    }
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) (random.nextGaussian() * 0.3);
    }
    tensors.add(RawTensor.ofFloats(name, values, shape));
  }
}
