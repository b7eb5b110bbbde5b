package dev.aroma;

import dev.aroma.io.RawTensor;
import dev.aroma.io.SafetensorsWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** A random LLaMA of two layers that reads letter by letter, as a Hugging Face directory. */
public final class TinyLlama {
  /** Ids of {@code <s>} and {@code </s>}. */
  public static final int BOS = 1;

  public static final int EOS = 2;
  public static final int POSITIONS = 512;
  private static final int HIDDEN = 16;
  private static final int INNER = 24;
  private static final int VOCABULARY = 99;
  private static final String CONFIG =
      """
      {"model_type": "llama", "architectures": ["LlamaForCausalLM"], "vocab_size": %d,
       "hidden_size": %d, "intermediate_size": %d, "num_hidden_layers": 2,
       "num_attention_heads": 2, "num_key_value_heads": 1, "max_position_embeddings": %d,
       "rms_norm_eps": 1e-5, "rope_theta": 10000.0, "hidden_act": "silu",
       "bos_token_id": 1, "eos_token_id": 2, "tie_word_embeddings": false}
      """;

  private final Random random = new Random(7);
  private final List<RawTensor> tensors = new ArrayList<>();

  private TinyLlama() {}

  /** Model and tokenizer. */
  public static Path write(Path directory) throws IOException {
    TinyLlama llama = new TinyLlama();
    llama.tensors();
    tokenizer(directory);
    SafetensorsWriter.write(directory.resolve("model.safetensors"), llama.tensors);
    Files.writeString(
        directory.resolve("config.json"), CONFIG.formatted(VOCABULARY, HIDDEN, INNER, POSITIONS));
    return directory;
  }

  /** The tokenizer alone: a letter has the id of its ASCII code less 28, a line break 98. */
  public static Path tokenizer(Path directory) throws IOException {
    Files.createDirectories(directory);
    StringBuilder vocabulary = new StringBuilder("\"<unk>\": 0, \"<s>\": 1, \"</s>\": 2");
    for (int letter = ' '; letter < 127; letter++) {
      String text = letter == '"' || letter == '\\' ? "\\" + (char) letter : "" + (char) letter;
      vocabulary.append(", \"").append(text).append("\": ").append(letter - 28);
    }
    vocabulary.append(", \"<pad>\": 3, \"\\n\": 98");
    return Files.writeString(
            directory.resolve("tokenizer.json"), TOKENIZER.formatted(vocabulary.toString()))
        .getParent();
  }

  private static final String TOKENIZER =
      """
      {"version": "1.0", "truncation": null, "padding": null,
       "added_tokens": [
         {"id": 1, "content": "<s>", "single_word": false, "lstrip": false, "rstrip": false,
          "normalized": false, "special": true},
         {"id": 2, "content": "</s>", "single_word": false, "lstrip": false, "rstrip": false,
          "normalized": false, "special": true}],
       "normalizer": null,
       "pre_tokenizer": {"type": "Split", "pattern": {"Regex": "[\\\\s\\\\S]"}, "behavior": "Isolated",
                         "invert": false},
       "post_processor": {"type": "TemplateProcessing",
         "single": [{"SpecialToken": {"id": "<s>", "type_id": 0}},
                    {"Sequence": {"id": "A", "type_id": 0}}],
         "pair": [{"SpecialToken": {"id": "<s>", "type_id": 0}},
                  {"Sequence": {"id": "A", "type_id": 0}}, {"Sequence": {"id": "B", "type_id": 1}}],
         "special_tokens": {"<s>": {"id": "<s>", "ids": [1], "tokens": ["<s>"]}}},
       "decoder": {"type": "Fuse"},
       "model": {"type": "WordLevel", "unk_token": "<unk>", "vocab": {%s}}}
      """;

  private void tensors() {
    add("model.embed_tokens.weight", VOCABULARY, HIDDEN);
    for (int i = 0; i < 2; i++) {
      String layer = "model.layers." + i + ".";
      add(layer + "self_attn.q_proj.weight", HIDDEN, HIDDEN);
      add(layer + "self_attn.k_proj.weight", HIDDEN / 2, HIDDEN);
      add(layer + "self_attn.v_proj.weight", HIDDEN / 2, HIDDEN);
      add(layer + "self_attn.o_proj.weight", HIDDEN, HIDDEN);
      add(layer + "mlp.gate_proj.weight", INNER, HIDDEN);
      add(layer + "mlp.up_proj.weight", INNER, HIDDEN);
      add(layer + "mlp.down_proj.weight", HIDDEN, INNER);
      norm(layer + "input_layernorm.weight");
      norm(layer + "post_attention_layernorm.weight");
    }
    norm("model.norm.weight");
    add("lm_head.weight", VOCABULARY, HIDDEN);
  }

  private void norm(String path) {
    float[] ones = new float[HIDDEN];
    Arrays.fill(ones, 1);
    tensors.add(RawTensor.ofFloats(path, ones, HIDDEN));
  }

  private void add(String name, int rows, int width) {
    float[] values = new float[rows * width];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (random.nextGaussian() * 0.3);
    }
    tensors.add(RawTensor.ofFloats(name, values, rows, width));
  }
}
