package dev.aroma.bench;

import dev.aroma.io.JsonConfig;
import dev.aroma.model.CausalModel;
import dev.aroma.model.llama.LlamaFamily;
import dev.aroma.tensor.DType;
import dev.aroma.tensor.Device;
import dev.aroma.tensor.Scope;
import dev.aroma.tensor.Tensor;
import java.util.Arrays;
import java.util.Locale;

/** Shapes of LLaMA models, to be filled with random weights: speed and memory do not know them. */
public enum LlamaShape {
  /** 8.03 billion parameters. */
  LLAMA3_8B(128256, 4096, 14336, 32, 32, 8, 8192, 500000, false),
  /** 6.74 billion parameters. */
  LLAMA2_7B(32000, 4096, 11008, 32, 32, 32, 4096, 10000, false),
  /** 1.24 billion parameters, but for the stretched positions. */
  LLAMA32_1B(128256, 2048, 8192, 16, 32, 8, 8192, 500000, true),
  /** 3.5 million parameters. */
  TINY(4096, 256, 688, 4, 8, 4, 1024, 10000, false);

  private final String config;

  LlamaShape(
      int vocabulary,
      int hidden,
      int inner,
      int layers,
      int heads,
      int groups,
      int positions,
      int theta,
      boolean tied) {
    this.config =
        """
        {"architectures": ["LlamaForCausalLM"], "model_type": "llama", "vocab_size": %d,
         "hidden_size": %d, "intermediate_size": %d, "num_hidden_layers": %d,
         "num_attention_heads": %d, "num_key_value_heads": %d, "max_position_embeddings": %d,
         "rope_theta": %d, "tie_word_embeddings": %s, "hidden_act": "silu", "rms_norm_eps": 1e-05,
         "initializer_range": 0.02, "bos_token_id": 1, "eos_token_id": 2, "dtype": "bfloat16"}
        """
            .formatted(vocabulary, hidden, inner, layers, heads, groups, positions, theta, tied);
  }

  /** By a name such as {@code llama3-8b} or {@code llama32-1b}. */
  public static LlamaShape named(String name) {
    return Arrays.stream(values())
        .filter(shape -> shape.id().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "expected one of %s, found %s"
                        .formatted(Arrays.stream(values()).map(LlamaShape::id).toList(), name)));
  }

  /** Its name on a command line. */
  public String id() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** The content of its {@code config.json}. */
  public String config() {
    return config;
  }

  /** A model of this shape without memory. */
  public CausalModel declare() {
    return new LlamaFamily().causal(JsonConfig.parse(id(), config), null);
  }

  /**
   * A model with random weights that were made where they stay.
   *
   * @param dtype of weights and activations
   */
  public CausalModel random(DType dtype, Device device) {
    CausalModel model = declare();
    model
        .parameters()
        .forEach(
            (path, parameter) -> {
              try (Scope scope = Scope.open()) {
                parameter.value(
                    path.endsWith("norm.weight")
                        ? Tensor.full(1, dtype, device, parameter.shape())
                        : Tensor.normal(
                            model.initializerRange(), dtype, device, parameter.shape()));
              }
            });
    model.computeType(dtype);
    return model;
  }
}
