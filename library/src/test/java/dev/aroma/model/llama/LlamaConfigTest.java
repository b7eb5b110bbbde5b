package dev.aroma.model.llama;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.aroma.input.InputException;
import dev.aroma.io.JsonConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LlamaConfigTest {
  private static final String FIRST =
      """
      {"model_type": "llama", "vocab_size": 32000, "hidden_size": 4096, "intermediate_size": 11008,
       "num_hidden_layers": 32, "num_attention_heads": 32, "max_position_embeddings": 2048%s}
      """;

  private static LlamaConfig read(String more) {
    return LlamaConfig.of(JsonConfig.parse("config.json", FIRST.formatted(more)), null);
  }

  @Test
  void theFirstLlamaSaysLittle() {
    LlamaConfig config = read("");
    assertThat(config.keyValueHeads()).isEqualTo(32);
    assertThat(config.headSize()).isEqualTo(128);
    assertThat(config.rope()).isEqualTo(new Rope(10_000, null));
    assertThat(config.tied()).isFalse();
    assertThat(config.epsilon()).isEqualTo(1e-6);
  }

  @Test
  void bothSpellingsOfStretchedPositionsMeanTheSame() {
    String numbers =
        """
        "factor": 8.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0,
        "original_max_position_embeddings": 8192""";
    Rope old =
        read(", \"rope_theta\": 500000.0, \"rope_scaling\": {\"rope_type\": \"llama3\", %s}"
                .formatted(numbers))
            .rope();
    Rope fresh =
        read(", \"rope_parameters\": {\"rope_theta\": 500000.0, \"rope_type\": \"llama3\", %s}"
                .formatted(numbers))
            .rope();
    assertThat(old).isEqualTo(fresh).isEqualTo(new Rope(500_000, new Rope.Stretch(8, 1, 4, 8192)));
    assertThat(read(", \"rope_scaling\": null").rope().stretch()).isNull();
    assertThat(read(", \"rope_scaling\": {\"type\": \"default\"}").rope().stretch()).isNull();
  }

  @Test
  void shortWavesStayAndLongOnesAreStretched() {
    float[] plain = new Rope(500_000, null).frequencies(128);
    float[] stretched = new Rope(500_000, new Rope.Stretch(8, 1, 4, 8192)).frequencies(128);
    assertThat(stretched).hasSize(64);
    assertThat(stretched[0]).isEqualTo(1f);
    assertThat(stretched[20]).isEqualTo(plain[20]);
    assertThat(stretched[63]).isCloseTo(plain[63] / 8, within(1e-12f));
    int between = 0;
    for (int i = 0; i < 64; i++) {
      between += stretched[i] < plain[i] && stretched[i] > plain[i] / 8 * 1.001f ? 1 : 0;
    }
    assertThat(between).isBetween(3, 10);
  }

  @ParameterizedTest
  @ValueSource(strings = {"rope_type", "type"})
  void otherStretchesAreRefused(String key) {
    assertThatThrownBy(
            () -> read(", \"rope_scaling\": {\"%s\": \"yarn\", \"factor\": 2}".formatted(key)))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("config.json: " + key)
        .hasMessageContaining("expected default or llama3, found 'yarn'")
        .hasMessageContaining("rope-type");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"num_key_value_heads\": 5 | num_key_value_heads (5) does not divide",
        "\"num_key_value_heads\": 0 | num_key_value_heads",
        "\"num_key_value_heads\": 64 | num_key_value_heads",
        "\"head_dim\": 7 | odd",
        "\"head_dim\": 0 | head_dim",
        "\"rope_theta\": 0 | rope_theta",
        "\"rope_theta\": -1 | rope_theta",
        "\"rope_scaling\": {\"rope_type\": \"llama3\"} | low_freq_factor",
        "\"rope_scaling\": {\"rope_type\": \"llama3\", \"low_freq_factor\": 4, "
            + "\"high_freq_factor\": 4} | rope_scaling.high_freq_factor",
        "\"rope_scaling\": 3 | rope_scaling",
        "\"tie_word_embeddings\": 1 | tie_word_embeddings",
        "\"hidden_act\": \"swoosh\" | hidden_act",
      })
  void numbersThatDoNotFitAreRefused(String more, String message) {
    JsonConfig json = JsonConfig.parse("config.json", FIRST.formatted(", " + more));
    assertThatThrownBy(() -> new LlamaFamily().causal(json, null))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("config.json")
        .hasMessageContaining(message);
  }

  @Test
  void headsDivideTheWidthUnlessTheirWidthIsGiven() {
    String odd =
        FIRST.formatted("").replace("\"num_attention_heads\": 32", "\"num_attention_heads\": 33");
    assertThatThrownBy(() -> LlamaConfig.of(JsonConfig.parse("config.json", odd), null))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("num_attention_heads (33) does not divide hidden_size (4096)");
    String given = odd.replace("2048}", "2048, \"head_dim\": 64}");
    assertThat(LlamaConfig.of(JsonConfig.parse("c", given), null).headSize()).isEqualTo(64);
  }

  @Test
  void dropoutOfTheOptionsWins() {
    JsonConfig json = JsonConfig.parse("c", FIRST.formatted(", \"attention_dropout\": 0.1"));
    assertThat(LlamaConfig.of(json, null).attentionDropout()).isEqualTo(0.1);
    assertThat(LlamaConfig.of(json, 0.25).attentionDropout()).isEqualTo(0.25);
  }

  @Test
  void pathsAreThoseOfTransformers() {
    String small =
        """
        {"model_type": "llama", "vocab_size": 8, "hidden_size": 4, "intermediate_size": 6,
         "num_hidden_layers": 1, "num_attention_heads": 2, "num_key_value_heads": 1,
         "max_position_embeddings": 8, "attention_bias": true, "mlp_bias": true,
         "tie_word_embeddings": %s}
        """;
    JsonConfig tied = JsonConfig.parse("c", small.formatted("true"));
    assertThat(new LlamaFamily().causal(tied, null).parameters().keySet())
        .containsExactly(
            "model.embed_tokens.weight",
            "model.layers.0.input_layernorm.weight",
            "model.layers.0.self_attn.q_proj.weight",
            "model.layers.0.self_attn.q_proj.bias",
            "model.layers.0.self_attn.k_proj.weight",
            "model.layers.0.self_attn.k_proj.bias",
            "model.layers.0.self_attn.v_proj.weight",
            "model.layers.0.self_attn.v_proj.bias",
            "model.layers.0.self_attn.o_proj.weight",
            "model.layers.0.self_attn.o_proj.bias",
            "model.layers.0.post_attention_layernorm.weight",
            "model.layers.0.mlp.gate_proj.weight",
            "model.layers.0.mlp.gate_proj.bias",
            "model.layers.0.mlp.up_proj.weight",
            "model.layers.0.mlp.up_proj.bias",
            "model.layers.0.mlp.down_proj.weight",
            "model.layers.0.mlp.down_proj.bias",
            "model.norm.weight");
    JsonConfig own = JsonConfig.parse("c", small.formatted("false"));
    assertThat(new LlamaFamily().causal(own, null).parameters()).containsKey("lm_head.weight");
  }
}
