package dev.aroma.model.llama;

import dev.aroma.input.InputException;
import dev.aroma.io.JsonConfig;

/**
 * The shape of a LLaMA decoder, from a Hugging Face {@code config.json}.
 *
 * @param vocabularySize rows of the embedding
 * @param hiddenSize width of the residual stream
 * @param intermediateSize width of the feed-forward layer
 * @param layers number of blocks
 * @param heads heads of queries a block
 * @param keyValueHeads heads of keys and values a block; they divide the former
 * @param headSize width of a head, an even number
 * @param activation name of the feed-forward gate's activation
 * @param maxPositions most tokens of a sequence
 * @param epsilon added to mean squares
 * @param rope the rotary positions' frequencies
 * @param tied whether the embedding gives the scores too
 * @param attentionBias whether attention's four layers have biases
 * @param mlpBias whether the feed-forward's three layers have biases
 * @param attentionDropout dropout on attention weights, while training
 * @param initializerRange standard deviation of new weights
 */
public record LlamaConfig(
    int vocabularySize,
    int hiddenSize,
    int intermediateSize,
    int layers,
    int heads,
    int keyValueHeads,
    int headSize,
    String activation,
    int maxPositions,
    double epsilon,
    Rope rope,
    boolean tied,
    boolean attentionBias,
    boolean mlpBias,
    double attentionDropout,
    double initializerRange) {
  private static final int LARGEST = 1 << 24;

  /**
   * Reads a config.
   *
   * @param json with {@code model_type} llama
   * @param dropout overrides the dropout probability; null leaves the checkpoint's
   * @throws InputException naming file and key where one is missing, of the wrong type, or does not
   *     fit the others
   */
  static LlamaConfig of(JsonConfig json, Double dropout) {
    int hidden = json.requireInt("hidden_size", 1, LARGEST);
    int heads = json.requireInt("num_attention_heads", 1, LARGEST);
    return new LlamaConfig(
        json.requireInt("vocab_size", 1, LARGEST),
        hidden,
        json.requireInt("intermediate_size", 1, LARGEST),
        json.requireInt("num_hidden_layers", 1, 1000),
        heads,
        keyValueHeads(json, heads),
        headSize(json, hidden, heads),
        json.optString("hidden_act", "silu"),
        json.requireInt("max_position_embeddings", 3, LARGEST),
        json.optDouble("rms_norm_eps", 1e-6),
        Rope.of(json),
        json.optBoolean("tie_word_embeddings", false),
        json.optBoolean("attention_bias", false),
        json.optBoolean("mlp_bias", false),
        dropout != null ? dropout : json.optDouble("attention_dropout", 0),
        json.optDouble("initializer_range", 0.02));
  }

  private static int keyValueHeads(JsonConfig json, int heads) {
    if (!json.has("num_key_value_heads")) {
      return heads; // LLaMA 1
    }
    int groups = json.requireInt("num_key_value_heads", 1, heads);
    if (heads % groups != 0) {
      throw misfit(
          json, "num_key_value_heads (%d) does not divide num_attention_heads (%d)", groups, heads);
    }
    return groups;
  }

  private static int headSize(JsonConfig json, int hidden, int heads) {
    boolean given = json.has("head_dim");
    if (!given && hidden % heads != 0) {
      throw misfit(
          json, "num_attention_heads (%d) does not divide hidden_size (%d)", heads, hidden);
    }
    int size = given ? json.requireInt("head_dim", 2, LARGEST) : hidden / heads;
    if (size % 2 != 0) {
      throw misfit(
          json, "a head's width (%d of hidden_size %d) is odd: it cannot be rotated", size, hidden);
    }
    return size;
  }

  private static InputException misfit(JsonConfig json, String problem, Object... numbers) {
    return new InputException(
        json.source() + ": " + problem.formatted(numbers),
        "the file is damaged or of another architecture; fetch the checkpoint again",
        "bad-config");
  }
}
