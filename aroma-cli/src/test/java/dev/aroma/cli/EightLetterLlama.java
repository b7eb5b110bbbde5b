package dev.aroma.cli;

import dev.aroma.io.RawTensor;
import dev.aroma.io.SafetensorsWriter;
import dev.aroma.text.Llama2cTokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** A random LLaMA of two layers that knows eight letters and a space, as a directory. */
final class EightLetterLlama {
  private static final List<String> LETTERS = List.of(" abcdefgh".split(""));
  private static final int VOCABULARY = 3 + LETTERS.size();
  private static final String CONFIG =
      """
      {"model_type": "llama", "architectures": ["LlamaForCausalLM"], "vocab_size": %d,
       "hidden_size": 16, "intermediate_size": 24, "num_hidden_layers": 2,
       "num_attention_heads": 4, "num_key_value_heads": 2, "max_position_embeddings": 32,
       "tie_word_embeddings": true}
      """;

  private final Random random = new Random(3);
  private final List<RawTensor> tensors = new ArrayList<>();

  private EightLetterLlama() {}

  /** It knows no end of a text. */
  static Path write(Path directory) throws IOException {
    Files.createDirectories(directory);
    EightLetterLlama llama = new EightLetterLlama();
    llama.tensors();
    SafetensorsWriter.write(directory.resolve("model.safetensors"), llama.tensors);
    Files.writeString(directory.resolve("config.json"), CONFIG.formatted(VOCABULARY));
    Files.write(directory.resolve("tok12.bin"), Llama2cTokenizer.of(LETTERS));
    return directory;
  }

  private void tensors() {
    add("model.embed_tokens.weight", VOCABULARY, 16);
    for (String layer : List.of("model.layers.0.", "model.layers.1.")) {
      add(layer + "self_attn.q_proj.weight", 16, 16);
      add(layer + "self_attn.k_proj.weight", 8, 16);
      add(layer + "self_attn.v_proj.weight", 8, 16);
      add(layer + "self_attn.o_proj.weight", 16, 16);
      add(layer + "mlp.gate_proj.weight", 24, 16);
      add(layer + "mlp.up_proj.weight", 24, 16);
      add(layer + "mlp.down_proj.weight", 16, 24);
      ones(layer + "input_layernorm.weight");
      ones(layer + "post_attention_layernorm.weight");
    }
    ones("model.norm.weight");
  }

  private void ones(String name) {
    float[] ones = new float[16];
    Arrays.fill(ones, 1);
    tensors.add(RawTensor.ofFloats(name, ones, 16));
  }

  private void add(String name, int rows, int columns) {
    float[] values = new float[rows * columns];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (random.nextGaussian() * 0.4);
    }
    boolean table = name.contains("embed"); // the special tokens are never the likeliest
    Arrays.fill(values, 0, table ? 3 * columns : 0, 0);
    tensors.add(RawTensor.ofFloats(name, values, rows, columns));
  }
}
