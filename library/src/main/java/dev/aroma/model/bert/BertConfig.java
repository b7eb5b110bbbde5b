package dev.aroma.model.bert;

import dev.aroma.input.InputException;
import dev.aroma.io.JsonConfig;
import dev.aroma.nn.Activation;

/**
 * The shape of a BERT or RoBERTa encoder, from a Hugging Face {@code config.json}.
 *
 * @param roberta whether positions and head are RoBERTa's
 * @param vocabularySize rows of the word embedding
 * @param hiddenSize width of the residual stream
 * @param layers number of blocks
 * @param heads attention heads a block; they divide the width
 * @param intermediateSize width between the two feed-forward layers
 * @param activation name of the feed-forward activation
 * @param maxPositions rows of the position embedding
 * @param typeVocabularySize rows of the token-type embedding
 * @param layerNormEpsilon added to variances
 * @param paddingId id of the padding token; RoBERTa counts positions from there
 * @param hiddenDropout dropout on embeddings and block outputs, while training
 * @param attentionDropout dropout on attention weights, while training
 * @param classifierDropout dropout before the head's layers, while training
 * @param initializerRange standard deviation of new weights
 */
public record BertConfig(
    boolean roberta,
    int vocabularySize,
    int hiddenSize,
    int layers,
    int heads,
    int intermediateSize,
    String activation,
    int maxPositions,
    int typeVocabularySize,
    double layerNormEpsilon,
    int paddingId,
    double hiddenDropout,
    double attentionDropout,
    double classifierDropout,
    double initializerRange) {
  private static final int LARGEST = 1 << 24;
  private static final double MOST_DROPOUT = 0.99;

  /** Checks that the heads divide the width. */
  public BertConfig {
    if (heads < 1 || hiddenSize % heads != 0) {
      throw new InputException(
          "config.json: num_attention_heads (%d) does not divide hidden_size (%d)"
              .formatted(heads, hiddenSize),
          "the file is damaged or of another architecture; fetch the checkpoint again",
          "not-a-model");
    }
  }

  /**
   * Reads a config.
   *
   * @param json with {@code model_type} bert or roberta (or a namesake of the same architecture)
   * @param dropout overrides every dropout probability; null leaves the checkpoint's
   * @throws InputException naming file and key where one is missing or of the wrong type
   */
  static BertConfig of(JsonConfig json, Double dropout) {
    boolean roberta = !json.requireString("model_type").equals("bert");
    String positions = json.optString("position_embedding_type", "absolute");
    if (!positions.equals("absolute")) {
      throw json.wrong("position_embedding_type", "absolute");
    }
    double hidden = dropout != null ? dropout : dropout(json, "hidden_dropout_prob", 0.1);
    double attention =
        dropout != null ? dropout : dropout(json, "attention_probs_dropout_prob", 0.1);
    String activation = json.optString("hidden_act", "gelu");
    Activation.of(
        activation, json.source() + ": hidden_act"); // refused here, where the file is known
    return new BertConfig(
        roberta,
        json.requireInt("vocab_size", 1, LARGEST),
        json.requireInt("hidden_size", 1, LARGEST),
        json.requireInt("num_hidden_layers", 1, 1000),
        json.requireInt("num_attention_heads", 1, LARGEST),
        json.requireInt("intermediate_size", 1, LARGEST),
        activation,
        json.requireInt("max_position_embeddings", 3, LARGEST),
        json.optInt("type_vocab_size", roberta ? 1 : 2, 1, LARGEST),
        json.optDouble("layer_norm_eps", 1e-12, 0, 1),
        json.optInt("pad_token_id", roberta ? 1 : 0, 0, LARGEST),
        hidden,
        attention,
        dropout != null ? dropout : dropout(json, "classifier_dropout", hidden),
        json.optDouble("initializer_range", 0.02, 0, 1000));
  }

  private static double dropout(JsonConfig json, String key, double otherwise) {
    return json.optDouble(key, otherwise, 0, MOST_DROPOUT);
  }

  /** Longest sequence in tokens: RoBERTa's first positions are taken by the padding offset. */
  public int maxLength() {
    return roberta ? maxPositions - paddingId - 1 : maxPositions;
  }

  /** Width of one attention head. */
  public int headSize() {
    return hiddenSize / heads;
  }
}
